"""How well real files are read: each file of a folder against what its list promises, in a table by kind.

The folder holds `MANIFEST.tsv` (columns file, category, expected, expected_text), `files/` and `expected/` (true
texts, as Markdown). A category is a kind with at times a condition behind it: "pdf", "docx-broken", "eml-empty".

A file counts as *right* when
- its true text is known, and of its words at least 90 % are found, and at least 80 % of those found are its words,
  each counted as often as it stands there (in sheets once, because each row repeats the names of its columns;
  formulas, which are LaTeX in true texts, count only for the second);
- and every string that the list promises ("contains: one; another") is found, whatever the white space;
- and, where the list promises nothing, there is text, and it is neither junk nor the file's own markup.
*Warned* is the same with a sentence for the user about what was left out or guessed. *Refused* has a reason that
fits: locked, empty, damaged, hostile, no document, a scan without OCR. Anything else is *wrong*; a file that ended
the reading process or overran its limits has *crashed* it.
"""

import csv
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.config import FootnoteError, Progress, Settings, silent
from qa.readers import Document, Reader, UnreadableFile

RECALL = 0.9
PRECISION = 0.8
VERDICTS = ("right", "warned", "refused", "wrong", "crashed")
_JUNK_SHARE = 0.02
_SHEETS = {"csv", "tsv", "xlsx", "xls", "xlsb", "ods"}
# What is no word in a true text, which is Markdown: comments, the targets of links, tags; and its formulas.
_NOT_WORDS = re.compile(r"<!--.*?-->|\]\([^)]*\)|</?[a-z][^>]*>|&[a-z]+;", re.DOTALL)
_FORMULAS = re.compile(r"\$\$.*?\$\$|(?<!\\)\$[^$\n]*\$", re.DOTALL)
# Letters that are not separated by spaces count one by one.
_WORD = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")
_UNSPACED = re.compile(r"(?=[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_MARKUP = ("{\\rtf", "<html", "<!doctype", "%pdf", "pk\x03\x04", "mime-version:", "received:", "return-path:")
_REASONS = {
    "encrypted": re.compile(r"password|encrypted|locked"),
    "empty": re.compile(r"empty|no text|holds no|no cell"),
    "scan": re.compile(r"scan|OCR|picture|recogni"),
}
_MAY_BE_REFUSED = {*_REASONS, "broken", "hostile", "binary", "xlsb"}
_MUST_BE_REFUSED = {"empty", "binary"}
_CRASH = re.compile(r"reading process (?:end|answer)|^was not read within|^needs more memory")
_PROMISED_REFUSAL = re.compile(r"\berror\b|\breject\b|say so|garbage")


class FormatsError(FootnoteError):
    """The folder is not one of files with a list."""


@dataclass(frozen=True)
class Row:
    """What the list says of one file."""

    file: str
    category: str
    expected: str
    true_text: str
    """Empty where it is not known."""

    @property
    def kind(self) -> str:
        return self.category.split("-")[0]

    @property
    def conditions(self) -> set[str]:
        return set(self.category.split("-"))


@dataclass(frozen=True)
class Result:
    """What became of one file. `recall` and `precision` (0 to 1) are of words; None without a true text."""

    file: str
    kind: str
    verdict: str
    why: str
    seconds: float
    recall: float | None = None
    precision: float | None = None


def measure(settings: Settings, folder: Path, progress: Progress = silent) -> dict[str, Any]:
    """Reads every file of the list. Raises FormatsError when the folder has none."""
    rows = list(_rows(folder))
    results = []
    with Reader(settings) as reader:
        for number, row in enumerate(rows):
            progress("reading files", number, len(rows), row.file)
            results.append(_result(reader, folder / "files" / row.file, row))
    progress("reading files", len(rows), len(rows))
    return {**summary(results), "results": [asdict(result) for result in results]}


def summary(results: list[Result]) -> dict[str, Any]:
    """Counts by kind and in all, and the share of the readable files that were read right (0 to 1)."""
    kinds: dict[str, Counter[str]] = {}
    for result in results:
        kinds.setdefault(result.kind, Counter())[result.verdict] += 1
    total = sum(kinds.values(), Counter[str]())
    readable = total.total() - total["refused"]
    return {
        "files": total.total(),
        "readable": readable,
        "right_share": round((total["right"] + total["warned"]) / readable, 4) if readable else None,
        "seconds": round(sum(result.seconds for result in results), 1),
        "slowest_seconds": round(max((result.seconds for result in results), default=0.0), 1),
        "total": {verdict: total[verdict] for verdict in VERDICTS},
        "kinds": {kind: {v: counts[v] for v in VERDICTS} for kind, counts in sorted(kinds.items())},
    }


def _rows(folder: Path) -> Iterator[Row]:
    try:
        with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                text = folder / "expected" / (row["expected_text"] or f"{row['file']}.md")
                known = text.read_text("utf-8") if text.is_file() else ""
                yield Row(row["file"], row["category"], row["expected"] or "", known)
    except (OSError, KeyError, TypeError) as error:
        raise FormatsError(
            f"{folder} holds no list of files ({error}). Name a folder with MANIFEST.tsv, files/ and expected/."
        ) from error


def _result(reader: Reader, path: Path, row: Row) -> Result:
    begin = time.perf_counter()
    found, reason = _read(reader, path)
    seconds = round(time.perf_counter() - begin, 3)
    if reason:
        verdict = _judge_refusal(row, reason)
        return Result(row.file, row.kind, verdict, reason, seconds)
    text = "\n".join(document.text for document in found)
    recall, precision = likeness(text, row.true_text, row.kind in _SHEETS) if row.true_text else (None, None)
    faults = list(_faults(row, text, recall, precision))
    warnings = [warning for document in found for warning in document.warnings]
    verdict = "wrong" if faults else "warned" if warnings else "right"
    return Result(row.file, row.kind, verdict, " ".join(faults or warnings), seconds, recall, precision)


def _read(reader: Reader, path: Path) -> tuple[list[Document], str]:
    """(the documents of the file, "") or ([], why there are none)."""
    documents, reasons = [], []
    try:
        for _, found in reader.read_all(path):
            if isinstance(found, Document):
                documents.append(found)
            else:
                reasons.append(found.reason)
    except UnreadableFile as error:
        reasons.append(error.reason)
    crash = next((reason for reason in reasons if _CRASH.search(reason)), "")
    return (documents, "") if documents and not crash else ([], crash or "; ".join(reasons))


def _judge_refusal(row: Row, reason: str) -> str:
    if _CRASH.search(reason):
        return "crashed"
    conditions = row.conditions & _MAY_BE_REFUSED
    allowed = conditions or _PROMISED_REFUSAL.search(row.expected)
    fits = all(_REASONS[condition].search(reason) for condition in conditions & _REASONS.keys())
    return "refused" if allowed and fits and "contains:" not in row.expected else "wrong"


def _faults(row: Row, text: str, recall: float | None, precision: float | None) -> Iterator[str]:
    """What is wrong with the text, in sentences."""
    if row.conditions & _MUST_BE_REFUSED:
        yield "Read, though there is nothing to read."
    plain = _plain(text)
    _, _, promised = row.expected.partition("contains:")
    missing = [part.strip() for part in promised.split(";") if part.strip() and _plain(part) not in plain]
    # "chart title abc": what it is, then what is to be found.
    missing = [part for part in missing if _plain(part.split()[-1]) not in plain]
    if missing:
        yield f"Not found: {'; '.join(missing)}."
    if recall is not None and recall < RECALL:
        yield f"Only {recall:.0%} of the words of its true text were found."
    if precision is not None and precision < PRECISION:
        yield f"Only {precision:.0%} of the words that were found are its own."
    if not any(letter.isalnum() for letter in text):
        yield "It holds no word."
    if _junk(text) > _JUNK_SHARE:
        yield f"{_junk(text):.0%} of its characters are junk."
    if text.lstrip().lower().startswith(_MARKUP):
        yield "Its text is its markup."


def likeness(text: str, true_text: str, once: bool = False) -> tuple[float, float]:
    """(recall, precision), 0 to 1, of the words of `text`; `once`: of its different words."""
    true_text = _NOT_WORDS.sub(" ", true_text)
    found, wanted, its_own = words(text), words(_FORMULAS.sub(" ", true_text)), words(true_text)
    if once:
        found, wanted, its_own = Counter(set(found)), Counter(set(wanted)), Counter(set(its_own))
    recall = (wanted & found).total() / max(1, wanted.total())
    precision = (its_own & found).total() / max(1, found.total())
    return round(recall, 4), round(precision, 4)


def words(text: str) -> Counter[str]:
    """Its words, small, with ligatures and forms of letters undone."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return Counter(word for run in _WORD.findall(folded) for word in _UNSPACED.split(run) if word)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).lower()


def _junk(text: str) -> float:
    """Share of characters that no text has: control, private, unassigned, replacement."""
    odd = sum(
        n for c, n in Counter(text).items() if c == "\ufffd" or unicodedata.category(c) in ("Cc", "Co", "Cn")
    )
    lines = text.count("\n") + text.count("\t") + text.count("\f")
    return max(0, odd - lines) / max(1, len(text))
