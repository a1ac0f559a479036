"""What a run has asked so far, on disk: a run that was stopped goes on from there."""

import hashlib
import json
from pathlib import Path
from typing import Any, TextIO

from qa.evaluation.questions.shape import SetError


class Journal:
    """Records of a run by their question; `told` is all that they depend on: another run has another journal."""

    def __init__(self, folder: Path, told: dict[str, Any]) -> None:
        key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
        self.path = folder / f"unfinished-{key}.jsonl"
        self._records: dict[str, dict[str, Any]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._read()
            self._file: TextIO = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise SetError(
                f"{self.path} cannot be written ({error.strerror}). Choose another folder with --state DIR "
                "(QA_STATE)."
            ) from error

    def _read(self) -> None:
        if not self.path.is_file():
            return
        whole = b""
        for line in self.path.read_bytes().splitlines(keepends=True):
            try:
                record = json.loads(line)
                self._records[record["id"]] = record
            except (ValueError, KeyError, TypeError):
                break  # the line that was being written when the run was killed
            whole += line
        self.path.write_bytes(whole)

    def records(self) -> dict[str, dict[str, Any]]:
        """All records so far, by the ids of their questions."""
        return dict(self._records)

    def add(self, record: dict[str, Any]) -> None:
        """Keep one more; it is on disk when this returns."""
        # As it will be read again, so that a run is the same however often it was stopped.
        line = json.dumps(record, ensure_ascii=False)
        self._records[record["id"]] = json.loads(line)
        self._file.write(line + "\n")
        self._file.flush()

    def close(self, finished: bool = False) -> None:
        """Close it; of a run that is `finished` nothing is kept."""
        self._file.close()
        if finished:
            self.path.unlink(missing_ok=True)
