"""The disk as a power cut may leave it: system calls recorded by strace, of which only what was flushed is sure.

A file's content is sure as it was at its last fsync; each later write may be there or not. A folder's list of
names is sure as it was at the folder's last fsync; of the later changes, the first few may be there.
"""

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "openat,write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
)
CALLS += ",rmdir,ftruncate,truncate,lseek,link,linkat,fallocate,copy_file_range,sync_file_range,mmap"
LINE = re.compile(r"(?P<call>\w+)\((?P<given>.*)\)\s+= (?P<result>-?\w+)")
UNFINISHED, RESUMED = " <unfinished ...>", re.compile(r"<\.\.\. \w+ resumed>")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(?P<cut>\.\.\.)?')
OPENED = re.compile(r"(?P<number>\d+)<(?P<path>(?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True)
class Call:
    """One successful change below the recorded folder; paths are relative to it ("" is the folder itself)."""

    name: str
    path: str
    data: bytes = b""
    offset: int = 0
    to: str = ""


def record(
    command: Sequence[str], folder: Path, trace: Path, environment: dict[str, str], cwd: Path
) -> list[Call]:
    """Run `command` and return its changes of `folder`, in order; fails when the command does."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    subprocess.run([*strace, *command], cwd=cwd, env=environment, check=True, capture_output=True)
    return list(_calls(_joined(trace), str(folder)))


def _joined(trace: Path) -> Iterator[str]:
    """Lines of the trace, those that another thread interrupted put together."""
    begun: dict[str, str] = {}
    with trace.open() as file:
        for line in file:
            thread, text = line.rstrip("\n").split(maxsplit=1)
            if text.endswith(UNFINISHED):
                begun[thread] = text.removesuffix(UNFINISHED)
            elif resumed := RESUMED.match(text):
                yield begun.pop(thread) + text[resumed.end() :]
            else:
                yield text


def _calls(lines: Iterator[str], folder: str) -> Iterator[Call]:
    positions: dict[str, int] = {}
    for line in lines:
        match = LINE.match(line)
        if match is None or match["result"].startswith("-") or match["result"] == "?":
            continue
        call, given, result = match["call"], match["given"], match["result"]
        strings = [_text(found[1]) for found in STRING.finditer(given)]
        opened = OPENED.search(given)
        path = _text(opened["path"]).decode("utf-8", "surrogateescape") if opened else ""
        if call == "openat":
            name = strings[0].decode("utf-8", "surrogateescape")
            if name.startswith(folder):
                positions[f"{result} {name}"] = 0
                if "O_TRUNC" in given:
                    yield Call("truncate", name[len(folder) :])
                if "O_CREAT" in given:
                    yield Call("create", name[len(folder) :])
        elif call in ("rename", "renameat", "renameat2"):
            one, two = (text.decode("utf-8", "surrogateescape") for text in strings)
            if two.startswith(folder):
                yield Call("rename", one[len(folder) :], to=two[len(folder) :])
        elif call in ("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"):
            name = strings[0].decode("utf-8", "surrogateescape")
            if not name.startswith("/") and path:
                name = f"{path}/{name}"
            if name.startswith(folder):
                yield Call("make" if call.startswith("mkdir") else "remove", name[len(folder) :])
        elif path.startswith(folder) and opened:
            place = f"{opened['number']} {path}"
            short = path[len(folder) :]
            if call in ("fsync", "fdatasync"):
                yield Call("flush", short)
            elif call == "ftruncate":
                yield Call("truncate", short, offset=int(given.rsplit(", ", 1)[1]))
            elif call == "lseek":
                positions[place] = int(result)
            elif call == "write":
                yield Call("write", short, strings[0], positions.get(place, 0))
                positions[place] = positions.get(place, 0) + len(strings[0])
            elif call == "pwrite64":
                yield Call("write", short, strings[0], int(given.rsplit(", ", 1)[1]))
            elif not (
                call == "mmap" and ("-shm" in path or "MAP_SHARED" not in given or "PROT_WRITE" not in given)
            ):
                raise AssertionError(f"{call} of {path} is not understood")


def _text(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class _File:
    sure: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    later: list[Call] = field(default_factory=list)
    """Changes since the last flush."""


@dataclass
class _Folder:
    sure: dict[str, object] = field(default_factory=dict)
    now: dict[str, object] = field(default_factory=dict)
    later: list[dict[str, object]] = field(default_factory=list)
    """What it held after each change since the last flush."""

    def change(self, name: str, content: object | None) -> None:
        if content is None:
            self.now.pop(name, None)
        else:
            self.now[name] = content
        self.later.append(dict(self.now))


class Disk:
    """A folder and all below it, as the calls that were applied made it."""

    def __init__(self) -> None:
        self.root = _Folder()

    def apply(self, call: Call) -> None:
        folder, name = self._place(call.path)
        found = folder.now.get(name) if name else self.root
        if call.name == "create" and found is None:
            folder.change(name, _File())
        elif call.name == "make" and found is None and name:
            folder.change(name, _Folder())
        elif call.name == "remove":
            folder.change(name, None)
        elif call.name == "rename":
            folder.change(name, None)
            target, new = self._place(call.to)
            target.change(new, found)
            if target is folder:
                # One change, not two: the file is never under neither name.
                del folder.later[-2]
        elif call.name == "flush" and isinstance(found, _Folder):
            found.sure, found.later = dict(found.now), []
        elif call.name == "flush" and isinstance(found, _File):
            found.sure, found.later = bytes(found.now), []
        elif isinstance(found, _File):
            _change(found.now, call)
            found.later.append(call)

    def cut(self, folder: Path, chance: random.Random | None) -> None:
        """Write what a power cut leaves into `folder`, which is made; all that was written if no `chance`."""
        _leave(self.root, folder, chance)

    def _place(self, path: str) -> tuple[_Folder, str]:
        *folders, name = path.strip("/").split("/")
        place = self.root
        for part in folders:
            found = place.now[part]
            assert isinstance(found, _Folder)
            place = found
        return place, name


def _change(content: bytearray, call: Call) -> None:
    end = call.offset if call.name == "truncate" else call.offset + len(call.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if call.name == "truncate":
        del content[call.offset :]
    else:
        content[call.offset : end] = call.data


def _leave(what: _Folder, folder: Path, chance: random.Random | None) -> None:
    folder.mkdir()
    names = what.now if chance is None else chance.choice([what.sure, *what.later])
    for name, found in names.items():
        if isinstance(found, _Folder):
            _leave(found, folder / name, chance)
        elif isinstance(found, _File):
            (folder / name).write_bytes(found.now if chance is None else _left(found, chance))


def _left(file: _File, chance: random.Random) -> bytes:
    content = bytearray(file.sure)
    share = chance.choice((0.0, 0.5, 1.0))
    for call in file.later:
        if chance.random() < share:
            _change(content, call)
    return bytes(content)
