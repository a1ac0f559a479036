"""How fast PDF files are read, beside pdfium alone over the same files in the same run."""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pypdfium2

from qa.config import ROOT, Settings
from qa.evaluation.bare import pdf_pages
from qa.readers import Reader, UnreadableFile

ROUNDS = 3
# Of a large folder some are enough.
MOST_FILES = 50
WRITTEN_PAGES = 100
_LINES, _LINE_CHARACTERS = 48, 90


def measure_pdfs(settings: Settings) -> dict[str, Any]:
    """Pages/s of the PDF files of the documents folders and of some written here; the best of three.

    Ours go through the reading process, as in a sync, with its answers; without OCR, which pdfium does not do.
    Both one process beside pdfium, and as many as a sync has beside the same pdfium, which is one thread only.
    """
    settings = settings.model_copy(update={"ocr": False})
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder, ExitStack() as stack:
        written = [Path(folder, f"written {number}.pdf") for number in range(settings.readers)]
        for path in written:
            write_pdf(path, WRITTEN_PAGES)
        readers = [stack.enter_context(Reader(settings)) for _ in range(settings.readers)]
        pages, readable = _readable(readers[0], [*written, *_found(settings)])
        # By turns, since other programs on the same processor come and go.
        rounds = [
            (_seconds(readers[:1], readable), _seconds(readers, readable), _bare(readable)) for _ in range(ROUNDS)
        ]
    one, all_, bare = (min(values) for values in zip(*rounds, strict=True))
    return {
        "pdf_files": len(readable),
        "pdf_pages": pages,
        "pdf_pages_per_s": round(pages / one, 1),
        "bare_pdfium_pages_per_s": round(pages / bare, 1),
        "pdf_ratio_to_bare_pdfium": round(bare / one, 3),
        "pdf_readers": len(readers),
        "pdf_sync_pages_per_s": round(pages / all_, 1),
        "pdf_sync_ratio_to_bare_pdfium": round(bare / all_, 3),
    }


def write_pdf(path: Path, pages: int) -> None:
    """A PDF of so many pages of running text, that of a seed again and again."""
    words = (ROOT / "seeds" / "kursk-prisoner-report.txt").read_text("utf-8").split()
    lines = _lines(words * (1 + pages * _LINES * _LINE_CHARACTERS // (4 * len(words))))
    # The catalogue, the tree of pages and the font; then two objects for each page.
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n in range(pages):
        fonts = "/Resources<</Font<</F 3 0 R>>>>"
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{fonts}/Contents {5 + 2 * n} 0 R>>"
        shown = "".join(f"({line}) Tj T*\n" for line in lines[n * _LINES : (n + 1) * _LINES])
        content = f"BT /F 11 Tf 15 TL 50 790 Td\n{shown}ET".encode("cp1252", "replace")
        objects += [page.encode(), b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)]
    path.write_bytes(_file(objects))


def _lines(words: Sequence[str]) -> list[str]:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > _LINE_CHARACTERS:
            lines.append(line)
            line = ""
        escaped = word.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        line += " " + escaped if line else escaped
    return lines


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n" % (size, table, size)
    return out + end + b"startxref\n%d\n%%%%EOF\n" % len(out)


def _found(settings: Settings) -> list[Path]:
    paths = (path for folder in settings.documents for path in sorted(folder.rglob("*.pdf")) if path.is_file())
    return list(islice(paths, MOST_FILES))


def _readable(reader: Reader, paths: Sequence[Path]) -> tuple[int, list[Path]]:
    """The pages of all those files that both can read, and the files."""
    pages, readable = 0, []
    for path in paths:
        try:
            number = len(reader.read(path).pages)
            pdf_pages(path)
        except (UnreadableFile, pypdfium2.PdfiumError):
            continue
        pages += number
        readable.append(path)
    return pages, readable


def _seconds(readers: Sequence[Reader], paths: Sequence[Path]) -> float:
    """Until all files are read, each reader with a file of its own at a time."""
    waiting: SimpleQueue[Path] = SimpleQueue()
    for path in paths:
        waiting.put(path)

    def read(reader: Reader) -> None:
        while True:
            try:
                path = waiting.get_nowait()
            except Empty:
                return
            reader.read(path)

    started = time.perf_counter()
    with ThreadPoolExecutor(len(readers)) as pool:
        list(pool.map(read, readers))
    return time.perf_counter() - started


def _bare(paths: Sequence[Path]) -> float:
    started = time.perf_counter()
    for path in paths:
        pdf_pages(path)
    return time.perf_counter() - started
