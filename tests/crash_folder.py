"""A folder of small documents that changes, and remembers every version that each of its files ever had."""

import os
import random
from pathlib import Path
from typing import Any
from zipfile import ZipFile

CREATURES = ["otter", "heron", "badger", "plover", "marten", "beaver", "lapwing", "polecat", "dunlin", "stoat"]
PLACES = ["weir", "orchard", "museum", "quarry", "harbour", "chapel", "mill", "viaduct", "meadow", "signal box"]
SUFFIXES = (".txt", ".txt", ".md", ".html", ".zip")
MEMBERS = ("one.txt", "below/two.md", "three.txt")


class ChangingFolder:
    """The folder at `path`, made and changed by chance of `seed`."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.random = random.Random(seed)
        self.words: dict[str, str] = {}
        """The word that only this version of a file has, by the name of the file; copies share it."""
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self._serial = 0
        path.mkdir(exist_ok=True)

    def add(self, count: int = 1) -> None:
        for _ in range(count):
            suffix = self.random.choice(SUFFIXES)
            below = self.random.choice(("", "", "deep/", "deep/er/"))
            self._write(f"{below}record-{self._serial:04}{suffix}")

    def change(self) -> None:
        self._write(self._any())

    def remove(self) -> None:
        name = self._any()
        (self.path / name).unlink()
        del self.words[name]

    def rename(self) -> None:
        name = self._any()
        new = f"moved/{self._serial:04}{Path(name).suffix}"
        self._serial += 1
        (self.path / new).parent.mkdir(exist_ok=True)
        (self.path / name).rename(self.path / new)
        self.words[new] = self.words.pop(name)
        self._note(new)

    def copy(self) -> None:
        name = self._any()
        new = f"copy-{self._serial:04}{Path(name).suffix}"
        self._serial += 1
        (self.path / new).write_bytes((self.path / name).read_bytes())
        self.words[new] = self.words[name]
        self._note(new)

    def touch(self) -> None:
        name = self._any()
        os.utime(self.path / name)
        self._note(name)

    def stir(self, count: int) -> None:
        """Any changes, as days of use make them, a little more growth than loss."""
        for _ in range(count):
            if len(self.words) < 8:
                self.add(4)
            else:
                self.random.choice(
                    (self.add, self.add, self.change, self.remove, self.rename, self.copy, self.touch)
                )()

    def gone(self) -> list[str]:
        """Words of versions that no file has any more."""
        ever = {version["word"] for versions in self.versions.values() for version in versions}
        return sorted(ever - set(self.words.values()))

    def _any(self) -> str:
        return self.random.choice(sorted(self.words))

    def _write(self, name: str) -> None:
        word = f"quux{self._serial}x"
        self._serial += 1
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".zip":
            with ZipFile(path, "w") as archive:
                for member in MEMBERS:
                    archive.writestr(member, f"{member}. {self._paragraph(word)}")
        else:
            path.write_text(self._text(path.suffix, word))
        self.words[name] = word
        self._note(name)

    def _text(self, suffix: str, word: str) -> str:
        paragraphs = [self._paragraph(word) for _ in range(self.random.choice((1, 1, 2, 5)))]
        if suffix == ".html":
            return f"<h1>Record {word}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return "\n\n".join([f"# Record {word}", *paragraphs] if suffix == ".md" else paragraphs)

    def _paragraph(self, word: str) -> str:
        sentences = [
            f"On day {self.random.randrange(1000)} a {self.random.choice(CREATURES)} was seen at the "
            f"{self.random.choice(PLACES)}."
            for _ in range(self.random.randrange(1, 9))
        ]
        return " ".join([*sentences, f"Its mark was {word}."])

    def _note(self, name: str) -> None:
        status = (self.path / name).stat()
        documents = [f"{name}/{member}" for member in MEMBERS] if name.endswith(".zip") else [name]
        self.versions.setdefault(name, []).append(
            {
                "bytes": status.st_size,
                "modified_ns": status.st_mtime_ns,
                "word": self.words[name],
                "documents": documents,
            }
        )
