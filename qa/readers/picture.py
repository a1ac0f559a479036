"""Pictures of text: photographs, screenshots, and scans of one or many pages."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from qa.readers import ocr, pulse
from qa.readers.document import Document, ReadLimits, UnreadableFile, finished
from qa.readers.layout import in_reading_order
from qa.readers.lines import Laid, together
from qa.readers.pages import joined, numbers

# More would be a bomb: 700 MB in memory.
_MOST_PIXELS = 180_000_000
# Below this the letters of a screenshot are small: it is doubled first.
_SMALL = 1000
_DAMAGED = "is damaged, or a kind of picture that cannot be opened. Save it again as PNG or JPEG."
_NO_LETTERS = "is a picture in which no text was found. Nothing needs to be done."


def read(path: Path, limits: ReadLimits) -> Document:
    """The text of each page of a picture. Raises UnreadableFile where none can be made out."""
    if not limits.ocr:
        reason = "is a picture. Recognising text in pictures is switched off: set QA_OCR=true."
        raise UnreadableFile(path, reason)
    with _opened(path) as picture:
        results = []
        for one in _frames(picture, limits):
            results.append(_recognised(one))
            pulse.beat(len(results), 0)
    pages = [laid(result).text for result in results]
    if not any(pages):
        unread = any(not result.readable for result in results)
        reason = f"is a picture whose letters could not be made out: {ocr.LANGUAGES}."
        raise UnreadableFile(path, reason if unread else _NO_LETTERS)
    text, tiles = joined(pages)
    return finished(path, limits, "picture", text, (), tiles, tuple(_warnings(results)))


def frame(path: Path, number: int) -> Image.Image:
    """A page of a picture, counted from 1. Raises UnreadableFile when there is none of that number."""
    with _opened(path) as picture:
        for n, one in enumerate(_frames(picture, ReadLimits()), 1):
            if n == number:
                return one
    raise UnreadableFile(path, f"has no page {number}.")


def page(path: Path, number: int) -> tuple[Image.Image, ocr.Recognised]:
    """The same, and what was recognised on it, its lengths in pixels."""
    one = frame(path, number)
    return one, _recognised(one)


def laid(result: ocr.Recognised) -> Laid:
    """The text of a page, empty where it is not worth keeping."""
    return together(in_reading_order(result.cells) if result.readable else [], frozenset())


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pictures that only look odd
            with Image.open(path) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    size = f"{picture.width:,} by {picture.height:,} pixels"
                    raise UnreadableFile(path, f"is too large a picture ({size}). Save it smaller.")
                yield picture
    except Image.DecompressionBombError as error:
        raise UnreadableFile(path, "is too large a picture. Save it smaller.") from error
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableFile(path, _DAMAGED) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise UnreadableFile(path, _DAMAGED) from error


def _frames(picture: Image.Image, limits: ReadLimits) -> Iterator[Image.Image]:
    """Its pages, upright and on white; of an animation the first picture only."""
    for n, frame in enumerate(ImageSequence.Iterator(picture)):
        if n and (picture.format != "TIFF" or n >= limits.members):
            return
        upright = ImageOps.exif_transpose(frame)
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright)
        yield upright.convert("RGB")


def _recognised(frame: Image.Image) -> ocr.Recognised:
    scale = min(ocr.LONGEST / max(frame.size), 2.0 if max(frame.size) < _SMALL else 1.0)
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    pixels = np.asarray(frame.resize(size, Image.Resampling.BICUBIC) if scale != 1 else frame)
    # The models were made for the order blue, green, red.
    return ocr.recognise(np.ascontiguousarray(pixels[:, :, ::-1])).times(1 / scale)


def _warnings(results: list[ocr.Recognised]) -> Iterator[str]:
    unread = [n for n, result in enumerate(results) if not result.readable]
    empty = [n for n, result in enumerate(results) if not result.cells and result.readable]
    yield "Its text was recognised from a picture; letters may be wrong."
    if unread:
        yield f"{numbers(unread)} left out: their letters could not be made out ({ocr.LANGUAGES})."
    if empty:
        yield f"{numbers(empty)} without text."
