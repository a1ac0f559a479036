"""Office files that a password protects, unlocked with the passwords of the settings."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import msoffcrypto
import msoffcrypto.exceptions

from qa.readers.document import ReadLimits, UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The name of the stream that holds a locked document, in either case; it stands near the beginning or not at all.
_LOCKED = "ENCRYPTEDPACKAGE".encode("utf-16-le")
_NAMES_BYTES = 10_000_000
# Excel locks with it what only asks to be opened for reading, and opens that without asking.
_EVERYBODYS = "VelvetSweatshop"
# What the parsers of msoffcrypto raise at damage, and at a password of another length than they expect.
_FAILURES = (
    msoffcrypto.exceptions.FileFormatError,
    msoffcrypto.exceptions.ParseError,
    msoffcrypto.exceptions.DecryptionError,
    msoffcrypto.exceptions.InvalidKeyError,
    *(
        OSError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        AssertionError,
        TypeError,
        struct.error,
        zlib.error,
        zipfile.BadZipFile,
    ),
)


def opened(path: Path, limits: ReadLimits) -> IO[bytes]:
    """The file, decrypted in memory where it is locked and a password fits.

    Raises UnreadableFile when it is locked and none does.
    """
    file = path.open("rb")
    if file.read(len(OLE)) != OLE:
        file.seek(0)
        return file
    file.seek(0)
    with file:
        data = io.BytesIO(file.read())
    return unlocked(path, data, limits)


def unlocked(path: Path, data: io.BytesIO, limits: ReadLimits) -> io.BytesIO:
    """`data` itself when nothing locks it, else what a password makes of it."""
    try:
        office: Any = msoffcrypto.OfficeFile(data)
        locked = office.is_encrypted()
    except _FAILURES as error:
        if _LOCKED in data.getbuffer()[:_NAMES_BYTES].tobytes().upper():
            raise UnreadableFile(path, refusal(limits)) from error
        locked = False  # its reader will say what is wrong with it
    data.seek(0)
    if not locked:
        return data
    for password in (_EVERYBODYS, *limits.passwords):
        plain = _decrypted(office, password)
        if plain is not None:
            return plain
    raise UnreadableFile(path, refusal(limits))


def _decrypted(office: Any, password: str) -> io.BytesIO | None:
    plain = io.BytesIO()
    try:
        # Not every kind of lock can be checked beforehand: a wrong password may fail in decrypt, or yield noise.
        office.load_key(password=password)
        office.decrypt(plain)
    except _FAILURES:
        return None
    plain.seek(0)
    return plain if plain.getvalue().startswith((b"PK", OLE)) else None


def refusal(limits: ReadLimits) -> str:
    """Why a locked file is not read; the setting is named because it can help."""
    if limits.passwords:
        return (
            "is locked with a password, and none of QA_PASSWORDS fits. Add the right one, or save a copy without."
        )
    return "is locked with a password. Give it in QA_PASSWORDS, or save a copy without one."
