"""What Chroma's files hold beside the vectors: memory of this process, texts of documents among it."""

import struct
from pathlib import Path

HEADER = "header.bin"
# Of hnswlib: version of the layout, an offset, elements there is room for, elements there are, bytes of each.
_HEADER = struct.Struct("<i4Q")
# Zeros that are written at a time.
_PIECE = 1 << 20


def blank_unused(folder: Path) -> None:
    """Overwrite what the files below `folder` hold behind the last vector.

    They are written with room for more, and with whatever lay in that memory before. Raises OSError.
    """
    for header in folder.glob(f"*/{HEADER}"):
        content = header.read_bytes()
        if len(content) < _HEADER.size:
            continue
        version, _, room, used, size = _HEADER.unpack_from(content)
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            path = header.with_name(name)
            end = path.stat().st_size if path.is_file() else 0
            # Only files that are laid out as expected.
            if version == 1 and used * each < end <= room * each and end % each == 0:
                _zero(path, used * each, end)


def last_written(folder: Path) -> int:
    """When the graph was last written, in nanoseconds; 0 where there is none."""
    return max((path.stat().st_mtime_ns for path in folder.rglob("*.bin")), default=0)


def _zero(path: Path, start: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        while (place := file.tell()) < end:
            file.write(bytes(min(_PIECE, end - place)))
