"""OpenDocument files that a password protects, unlocked with the passwords of the settings.

Each part is locked by itself, or, since LibreOffice 24.2, the whole package is one locked part of another.
OpenDocument 1.3, part 2, 5 (https://docs.oasis-open.org/office/OpenDocument/v1.3/): the password is hashed,
a key derived from that, and what the key opens is deflated.
"""

import base64
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from qa.readers.document import ReadLimits, UnreadableFile
from qa.readers.locked import refusal
from qa.readers.package import Package, opened, whole

_WHOLE = "encrypted-package"
_STEPS = ("algorithm", "start-key-generation", "key-derivation")
_KEY_BYTES = {f"aes{8 * size}-{mode}": size for size in (16, 24, 32) for mode in ("cbc", "gcm")} | {"blowfish": 16}
_HASHES = ("sha1", "sha256")
_VECTOR_BYTES = 12
"""Of GCM, which has its initialisation vector before what it locked."""


@dataclass(frozen=True)
class _Lock:
    """How one part of a package is locked."""

    cipher: str
    """A key of _KEY_BYTES."""
    vector: bytes
    start: str
    """The hash of the password from which the key is derived."""
    derivation: str
    """pbkdf2 or argon2id."""
    salt: bytes
    rounds: int
    memory: int
    """Of argon2id, in KiB."""
    lanes: int
    key_bytes: int
    size: int
    """Bytes of the part, once it is unpacked."""


@contextmanager
def unlocked(path: Path, file: IO[bytes], limits: ReadLimits, what: str) -> Iterator[Package]:
    """The package in `file` when nothing locks it, else what a password makes of it, held in memory.

    Raises UnreadableFile when it is locked and no password fits, or damaged, or not `what` ("a spreadsheet").
    """
    with opened(path, file, limits, what) as package:
        locks = _locks(package)
        # A locked library of macros does not lock the document.
        first = next((name for name in (_WHOLE, "content.xml") if name in locks), None)
        if first is None:
            yield package
            return
        plain = _opened(package, locks, first, limits)
    with opened(path, plain, limits, what) as package:
        yield package


def _locks(package: Package) -> dict[str, _Lock]:
    """The locked parts, by their names in lower case."""
    manifest = package.part("META-INF/manifest.xml").root
    found = {}
    for data in () if manifest is None else manifest.iter("{*}encryption-data"):
        entry = _attributes(data.getparent())
        found[entry.get("full-path", "").lower()] = _lock(package, data, whole(entry.get("size")))
    return found


def _lock(package: Package, data: Any, size: int) -> _Lock:
    said = {name: _attributes(child) for name in _STEPS for child in data.iterchildren("{*}" + name)}
    algorithm, hashed, derivation = (said.get(name, {}) for name in _STEPS)
    cipher = _last_word(algorithm.get("algorithm-name", "")).split(" ")[0]
    start = _last_word(hashed.get("start-key-generation-name", "sha1"))
    kind = _last_word(derivation.get("key-derivation-name", ""))
    if cipher not in _KEY_BYTES or start not in _HASHES or kind not in ("pbkdf2", "argon2id"):
        raise _unknown(package)
    return _Lock(
        cipher,
        _binary(algorithm.get("initialisation-vector", "")),
        start,
        kind,
        _binary(derivation.get("salt", "")),
        whole(derivation.get("argon2-iterations") or derivation.get("iteration-count"), 1),
        whole(derivation.get("argon2-memory")),
        whole(derivation.get("argon2-lanes"), 1),
        whole(derivation.get("key-size"), _KEY_BYTES[cipher]),
        size,
    )


def _binary(given: str) -> bytes:
    try:
        return base64.b64decode(given)
    except ValueError:
        return b""  # opens nothing


def _attributes(element: Any) -> dict[str, str]:
    """By their names alone: those of Argon2 have had several namespaces."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _last_word(name: str) -> str:
    """ "sha256" of "http://www.w3.org/2000/09/xmldsig#sha256": they have had several addresses before them."""
    return name.replace("#", ":").rpartition(":")[2].lower()


def _unknown(package: Package) -> UnreadableFile:
    reason = (
        "is locked in a way that is not known here. Open it in its program, and save a copy without a password."
    )
    return UnreadableFile(package.path, reason)


def _opened(package: Package, locks: dict[str, _Lock], first: str, limits: ReadLimits) -> io.BytesIO:
    """The package as it was before it was locked; of one whose parts are locked, those that say something."""
    for password in limits.passwords:
        data = _part(package, first, locks[first], password)
        if data is not None:
            break
    else:
        raise UnreadableFile(package.path, refusal(limits))
    if first == _WHOLE:
        return io.BytesIO(data)
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        for name in package.names():
            if name.endswith(".xml"):
                lock = locks.get(name)
                part = _part(package, name, lock, password) if lock else package.data(name)
                archive.writestr(name, part or b"")
    plain.seek(0)
    return plain


def _part(package: Package, name: str, lock: _Lock, password: str) -> bytes | None:
    """An unlocked part; None when the password does not fit."""
    data = package.data(name)
    try:
        plain = _deciphered(lock, _key(lock, password), data)
    except ValueError as error:  # sizes that no cipher has
        raise _unknown(package) from error
    return _inflated(package, plain, lock.size)


def _key(lock: _Lock, password: str) -> bytes:
    start = hashlib.new(lock.start, password.encode()).digest()
    if lock.derivation == "argon2id":
        kdf = Argon2id(
            salt=lock.salt,
            length=lock.key_bytes,
            iterations=lock.rounds,
            lanes=lock.lanes,
            memory_cost=lock.memory,
        )
        return kdf.derive(start)
    return hashlib.pbkdf2_hmac("sha1", start, lock.salt, lock.rounds, lock.key_bytes)


def _deciphered(lock: _Lock, key: bytes, data: bytes) -> bytes:
    """What the key makes of `data`: noise, or nothing, where it is not the right one."""
    if lock.cipher.endswith("-gcm"):
        try:
            return AESGCM(key).decrypt(data[:_VECTOR_BYTES], data[_VECTOR_BYTES:], None)
        except InvalidTag:
            return b""
    elif lock.cipher.endswith("-cbc"):
        decryptor = Cipher(AES(key), CBC(lock.vector)).decryptor()
        return decryptor.update(data) + decryptor.finalize()
    else:
        decryptor = Cipher(Blowfish(key), CFB(lock.vector)).decryptor()
        return decryptor.update(data) + decryptor.finalize()


def _inflated(package: Package, data: bytes, size: int) -> bytes | None:
    """The part, unpacked; None for noise. What follows it, the padding of the cipher, is left out."""
    if size < 0:  # to zlib, a limit of nothing is none
        raise _unknown(package)
    package.admit(size)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(data, size + 1)
    except zlib.error:
        return None
    return plain if unpacker.eof and len(plain) == size else None
