"""Letters recognised in pictures, by RapidOCR: its models lie inside its package, and it needs no network.

They know the Latin letters of European languages, Chinese and Japanese. Of other scripts they make nonsense, with
a confidence low enough to tell (Korean .74, Arabic .51; English .97 and more).
"""

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from qa.readers.cell import NOWHERE, Cell

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Place = tuple[float, float, float, float]

LANGUAGES = "Latin letters, Chinese and Japanese can be recognised"
# A mean confidence below the first is worth another try, below the second the text is none. Single lines below
# the third are left out.
_DOUBTFUL = 0.9
_READABLE = 0.8
_LINE_READABLE = 0.6
# Letters in a square of the height of the line: Latin ones are about two, Chinese one.
_FEWEST_LETTERS = 0.5
# Longest side of a picture, in pixels: beyond it, letters are large enough to be read smaller.
LONGEST = 2000
# A spot that is taken for a letter or two is no text.
_FEWEST = 4
_TURNED = 1.5
_OWN_BYTES = 1_000_000_000


class Recognised(NamedTuple):
    """The text of one picture. Lengths are in pixels of the picture that was given."""

    cells: list[Cell]
    """The source of a character is -2 - n for `places[n]`."""
    places: list[Place]
    """(left, top, right, bottom) of each word."""
    confidence: float
    """Mean over all letters, 0 to 1; 1 where there are none."""

    @property
    def readable(self) -> bool:
        """Whether the text is worth keeping."""
        return self.confidence >= _READABLE

    def times(self, factor: float) -> "Recognised":
        """The same with all lengths multiplied."""
        cells = [
            cell._replace(
                left=cell.left * factor,
                top=cell.top * factor,
                right=cell.right * factor,
                bottom=cell.bottom * factor,
                size=cell.size * factor,
                letters=cell.letters * factor,
            )
            for cell in self.cells
        ]
        return Recognised(cells, [_times(place, factor) for place in self.places], self.confidence)


class _Line(NamedTuple):
    text: str
    confidence: float
    letters: float
    """How many it has, or has room for."""
    place: Place
    words: list[tuple[str, Place]]


def recognise(picture: Pixels) -> Recognised:
    """The text of a picture of shape (height, width, 3), upright or turned by quarters."""
    lines, turns = _lines(picture), 0
    sure = _confidence(lines) >= _DOUBTFUL
    if _stand_upright(lines) or not sure:
        # Lines that stand upright were turned left, each on its own, before they were read.
        other = (1 if sure else 3) if _stand_upright(lines) else 2
        turned = _lines(np.ascontiguousarray(np.rot90(picture, other)))
        if _is_better(turned, lines) or (sure and _confidence(turned) >= _DOUBTFUL):
            lines, turns = turned, other
    if _confidence(lines) < _DOUBTFUL:
        smaller = _at_three_quarters(picture)
        again = _lines(smaller)
        if _is_better(again, lines):
            return _as_cells(again, 0, smaller.shape).times(4 / 3)
    return _as_cells(lines, turns, picture.shape)


def _is_better(lines: list[_Line], others: list[_Line]) -> bool:
    """Read more surely, and not much less of it."""
    return _confidence(lines) > _confidence(others) and _letters(lines) * 2 > _letters(others)


def _lines(picture: Pixels) -> list[_Line]:
    found = _engine()(picture, return_word_box=True)
    if found.txts is None or found.boxes is None:
        return []
    words = found.word_results or [()] * len(found.txts)
    return [
        _line(text, float(score), _bounds(box), parts)
        for text, score, box, parts in zip(found.txts, found.scores, found.boxes, words, strict=True)
    ]


def _line(text: str, score: float, place: Place, parts: Any) -> _Line:
    """Of letters that it does not know, the model sees only blanks, and is sure of them (Cyrillic: .96)."""
    left, top, right, bottom = place
    squares = max(right - left, bottom - top) / max(1.0, min(right - left, bottom - top))
    seen = len(text) - text.count(" ")
    words = [(word, _bounds(box)) for word, _, box in parts if box is not None]
    if seen < _FEWEST_LETTERS * squares:
        return _Line(text, 0.0, 2 * squares, place, words)
    return _Line(text, score, len(text), place, words)


@lru_cache(maxsize=1)
def _engine() -> Any:
    _make_room()
    from rapidocr import RapidOCR  # loads 400 MB of libraries

    threads = max(1, (os.cpu_count() or 1) // 2)
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.max_side_len": LONGEST,
            "Global.log_level": "critical",
            # Never larger than given: a strip of one line would be blown up to forty times its size.
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST,
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _make_room() -> None:
    """Raises the memory limit of the reading process by what the libraries and models take themselves.

    They map 0.9 GB (and touch 0.3); the limit is for what a file costs beyond that.
    """
    if sys.platform == "linux":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            room = soft + _OWN_BYTES
            resource.setrlimit(resource.RLIMIT_AS, (room if hard < 0 else min(room, hard), hard))


def _bounds(corners: Any) -> Place:
    corners = np.asarray(corners, dtype=float)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return left, top, right, bottom


def _confidence(lines: list[_Line]) -> float:
    letters = _letters(lines)
    return sum(line.confidence * line.letters for line in lines) / letters if letters else 1.0


def _letters(lines: list[_Line]) -> float:
    return sum(line.letters for line in lines)


def _stand_upright(lines: list[_Line]) -> bool:
    """Whether most lines run up or down the picture."""
    long = [line.place for line in lines if len(line.text) > 3]
    tall = sum(bottom - top > _TURNED * (right - left) for left, top, right, bottom in long)
    return tall * 2 > len(long)


def _at_three_quarters(picture: Pixels) -> Pixels:
    """Large or soft letters are often read right at a lower resolution."""
    height, width = picture.shape[:2]
    rows = (np.arange(int(height * 0.75)) / 0.75).astype(int)
    columns = (np.arange(int(width * 0.75)) / 0.75).astype(int)
    return np.ascontiguousarray(picture[rows][:, columns])


def _times(place: Place, factor: float) -> Place:
    left, top, right, bottom = place
    return left * factor, top * factor, right * factor, bottom * factor


def _as_cells(lines: list[_Line], turns: int, shape: tuple[int, ...]) -> Recognised:
    places: list[Place] = []
    cells: list[Cell] = []
    if _letters(lines) < _FEWEST:
        return Recognised(cells, places, 1.0)
    for line in lines:
        if line.confidence < _LINE_READABLE:
            continue
        left, top, right, bottom = line.place
        size = bottom - top
        sources = list(_sources(line, len(places)))
        places += [_turned_back(place, turns, shape) for _, place in line.words]
        cells.append(Cell(line.text, sources, left, top, right, bottom, size, size))
    return Recognised(cells, places, _confidence(lines))


def _sources(line: _Line, first: int) -> Iterator[int]:
    """Of each character of a line, the place of its word; words are found in the line one after the other."""
    reached = 0
    for n, (word, _) in enumerate(line.words):
        start = line.text.find(word, reached)
        if start >= 0:
            yield from [NOWHERE] * (start - reached)
            yield from [-2 - first - n] * len(word)
            reached = start + len(word)
    yield from [NOWHERE] * (len(line.text) - reached)


def _turned_back(place: Place, turns: int, shape: tuple[int, ...]) -> Place:
    """A place on a picture turned left by quarters, on the picture itself."""
    left, top, right, bottom = place
    height, width = shape[:2]
    if turns == 1:
        return width - bottom, left, width - top, right
    if turns == 2:
        return width - right, height - bottom, width - left, height - top
    if turns == 3:
        return top, height - right, bottom, height - left
    return place
