"""The entries of zip, tar, gzip, bzip2 and xz files, none unpacked before it is asked for."""

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from qa.readers.document import UnreadableFile
from qa.readers.encoding import decode

DAMAGE: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(RuntimeError, NotImplementedError, ValueError, IndexError, OSError),
)
"""What the standard library raises at damaged, locked and unknown entries."""

_SINGLE: tuple[tuple[bytes, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b", cast("Callable[[Path], IO[bytes]]", gzip.GzipFile)),
    (b"BZh", cast("Callable[[Path], IO[bytes]]", bz2.BZ2File)),
    (b"\xfd7zXZ", cast("Callable[[Path], IO[bytes]]", lzma.LZMAFile)),
)
_LOCAL_HEADER_BYTES = 30
_LOCKED = 0x1
_NAME_IS_UTF8 = 0x800


class LockedError(Exception):
    """No password opens this entry; the text completes the sentence that begins with its name."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive. `refusal` completes the sentence that begins with its name."""

    name: str
    size: int
    """Bytes, as the archive says; 0 where it does not."""
    packed: int
    """Bytes that it takes in the archive; 0 where that is not known."""
    refusal: str = ""
    open: Callable[[], IO[bytes]] | None = None


def entries(path: Path, name: str, passwords: tuple[str, ...]) -> Generator[Entry, None, None]:
    """The entries in their order; each is open to reading until the next one is taken.

    `name` is what the archive is called. Raises UnreadableFile when it is none or damaged.
    """
    with path.open("rb") as file:
        start = file.read(6)
    try:
        if start.startswith(b"PK"):
            yield from _zip(path, passwords)
            return
        opener = next((opener for mark, opener in _SINGLE if start.startswith(mark)), None)
        if opener is not None and not _is_tar(path):
            yield Entry(_without_suffix(name), 0, path.stat().st_size, open=partial(opener, path))
            return
        # Not tarfile's own stream, which goes on at the end as far as the size that a header claims.
        with (opener or _plain)(path) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            yield from _tar(archive)
    except DAMAGE as error:
        raise UnreadableFile(path, "is damaged: not all of it can be unpacked. Copy it again.") from error


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _is_tar(path: Path) -> bool:
    """Whether a packed file is a tar archive; zeros alone pass for one that is empty."""
    try:
        with tarfile.open(path, "r|*") as archive:
            return archive.next() is not None
    except tarfile.TarError:  # of Python 3.10 also where zeros follow
        return False


def _without_suffix(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last


def _zip(path: Path, passwords: tuple[str, ...]) -> Iterator[Entry]:
    with zipfile.ZipFile(path) as package:
        infos = package.infolist()
        if _overlap(infos):
            raise UnreadableFile(path, "is a decompression bomb: its files overlap. Pack them again.")
        encoding = _encoding(infos)
        for info in infos:
            if info.is_dir():
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            name = info.filename
            if encoding and not info.flag_bits & _NAME_IS_UTF8:
                name = _raw(info).decode(encoding, "replace")
            yield Entry(
                name, info.file_size, info.compress_size, _odd(kind), partial(_opened, package, info, passwords)
            )


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Whether two entries share packed bytes, which unpack again for each of them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
    return False


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.filename.encode("cp437", "replace")


def _encoding(infos: list[zipfile.ZipInfo]) -> str:
    """That of the names that do not say theirs; empty where it is that of DOS, as zipfile reads them."""
    odd = [_raw(info) for info in infos if not info.flag_bits & _NAME_IS_UTF8 and not info.filename.isascii()]
    found = decode(b"\n".join(odd)) if odd else None
    if found is None or found[1] == "utf-8 with broken bytes":
        return ""
    letters = [letter for letter in found[0] if letter.isalpha() and not letter.isascii()]
    # Western names are nearly always those of DOS, which detection does not know.
    western = sum(letter < "\u0370" for letter in letters) * 2 > len(letters)
    return "" if western and found[1] != "utf-8" else found[1]


def _odd(kind: int) -> str:
    if kind == stat.S_IFLNK:
        return "is a link; links in archives are not followed. Pack the file that it names."
    if kind in (0, stat.S_IFREG):
        return ""
    return "is not a regular file (it is a pipe, a socket or a device). Nothing needs to be done."


def _opened(package: zipfile.ZipFile, info: zipfile.ZipInfo, passwords: tuple[str, ...]) -> IO[bytes]:
    if not info.flag_bits & _LOCKED:
        return package.open(info)
    for password in passwords:
        for written in dict.fromkeys((password.encode("utf-8"), password.encode("cp1252", "replace"))):
            # A check of one byte lets one wrong password in 256 pass; the checksum of the content does not.
            with suppress(RuntimeError, zipfile.BadZipFile, zlib.error):
                with package.open(info, pwd=written) as whole:
                    while whole.read(1 << 20):
                        pass
                return package.open(info, pwd=written)
    if passwords:
        raise LockedError("is locked with a password, and none of QA_PASSWORDS fits. Add the right one.")
    raise LockedError("is locked with a password. Give it in QA_PASSWORDS, or unpack the archive here.")


def _tar(archive: tarfile.TarFile) -> Iterator[Entry]:
    for info in archive:
        if info.isdir():
            continue
        kind = stat.S_IFREG if info.isreg() else stat.S_IFLNK if info.issym() or info.islnk() else stat.S_IFIFO
        yield Entry(info.name, info.size, 0, _odd(kind), partial(_extracted, archive, info))


def _extracted(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    source = archive.extractfile(info)
    if source is None:
        raise ValueError("no content")
    return source
