"""Files that a password protects; those of OpenDocument locked here as LibreOffice and OpenOffice lock them."""

import base64
import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import office_files as office
import pytest
from compound_files import compound
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from qa.readers import UnreadableFile, formats
from qa.readers.document import ReadLimits

PASSWORD, SALT, VECTOR = "Sésame", b"s" * 16, b"v" * 16
LIMITS = ReadLimits(passwords=("other", PASSWORD))
MANIFEST = (
    'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'xmlns:x="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
STARTS = {"sha1": "SHA1", "sha256": "http://www.w3.org/2000/09/xmldsig#sha256"}


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def entry(name: str, size: int, cipher: str, start: str, derivation: str, vector: bytes) -> str:
    salt = base64.b64encode(SALT).decode()
    return (
        f'<m:file-entry m:full-path="{name}" m:size="{size}"><m:encryption-data>'
        f'<m:algorithm m:algorithm-name="{cipher}" '
        f'm:initialisation-vector="{base64.b64encode(vector).decode()}"/>'
        f'<m:start-key-generation m:start-key-generation-name="{STARTS[start]}"/>'
        f'<m:key-derivation m:salt="{salt}" {derivation}/></m:encryption-data></m:file-entry>'
    )


def pbkdf2(start: str, size: int) -> bytes:
    hashed = hashlib.new(start, PASSWORD.encode()).digest()
    return hashlib.pbkdf2_hmac("sha1", hashed, SALT, 10, size)


PBKDF2 = 'm:key-derivation-name="PBKDF2" m:iteration-count="10" m:key-size="{}"'
ARGON2 = (
    'm:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id" '
    'x:argon2-iterations="1" x:argon2-memory="64" x:argon2-lanes="1" m:key-size="32"'
)


def by_aes(data: bytes) -> tuple[bytes, str]:
    """Each part by itself, as OpenDocument 1.2 does."""
    plain = deflated(data)
    missing = 16 - len(plain) % 16
    encryptor = Cipher(AES(pbkdf2("sha256", 32)), CBC(VECTOR)).encryptor()
    locked = encryptor.update(plain + os.urandom(missing - 1) + bytes([missing])) + encryptor.finalize()
    return locked, entry(
        "{}", len(data), "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "sha256", PBKDF2.format(32), VECTOR
    )


def by_blowfish(data: bytes) -> tuple[bytes, str]:
    """Each part by itself, as OpenDocument 1.0 does."""
    encryptor = Cipher(Blowfish(pbkdf2("sha1", 16)), CFB(VECTOR[:8])).encryptor()
    locked = encryptor.update(deflated(data)) + encryptor.finalize()
    return locked, entry("{}", len(data), "Blowfish CFB", "sha1", PBKDF2.format(16), VECTOR[:8])


def whole(data: bytes) -> tuple[bytes, str]:
    """The whole package as one part, as LibreOffice does since 24.2."""
    hashed = hashlib.sha256(PASSWORD.encode()).digest()
    key = Argon2id(salt=SALT, length=32, iterations=1, lanes=1, memory_cost=64).derive(hashed)
    locked = VECTOR[:12] + AESGCM(key).encrypt(VECTOR[:12], deflated(data), None)
    return locked, entry(
        "{}", len(data), "http://www.w3.org/2009/xmlenc11#aes256-gcm", "sha256", ARGON2, VECTOR[:12]
    )


def locked_by_parts(folder: Path, way: Callable[[bytes], tuple[bytes, str]], suffix: str = "odt") -> Path:
    forms = {
        "odt": ("text", "<text:p>The treasure.</text:p>"),
        "ods": ("spreadsheet", SHEET),
        "odp": ("presentation", SLIDE),
    }
    form, body = forms[suffix]
    plain = office.parts_of(office.opendocument(folder / f"plain.{suffix}", form, body))
    parts: dict[str, str | bytes] = {"mimetype": f"application/vnd.oasis.opendocument.{form}"}
    entries = []
    for name, data in plain.items():
        if name.endswith(".xml") and not name.startswith("META-INF"):
            parts[name], described = way(data if isinstance(data, bytes) else data.encode())
            entries.append(described.format(name))
    parts["META-INF/manifest.xml"] = f"<m:manifest {MANIFEST}>{''.join(entries)}</m:manifest>"
    return office.package(folder / f"locked.{suffix}", parts)


SHEET = (
    '<table:table table:name="Gold"><table:table-row><table:table-cell office:value-type="string">'
    "<text:p>The treasure.</text:p></table:table-cell></table:table-row></table:table>"
)
SLIDE = (
    "<draw:page><draw:frame><draw:text-box><text:p>The treasure.</text:p></draw:text-box></draw:frame></draw:page>"
)


@pytest.mark.parametrize("suffix", ["odt", "ods", "odp"])
def test_a_locked_opendocument_file_opens_with_one_of_the_passwords(tmp_path: Path, suffix: str) -> None:
    document = formats.read(locked_by_parts(tmp_path, by_aes, suffix), LIMITS)
    assert "The treasure." in document.text
    assert document.kind == suffix


def test_the_lock_of_old_programs_opens_too(tmp_path: Path) -> None:
    assert formats.read(locked_by_parts(tmp_path, by_blowfish), LIMITS).text == "The treasure."


@pytest.mark.parametrize("suffix", ["odt", "ods"])
def test_a_package_that_is_locked_as_a_whole_opens(tmp_path: Path, suffix: str) -> None:
    form, body = ("text", "<text:p>The treasure.</text:p>") if suffix == "odt" else ("spreadsheet", SHEET)
    data, described = whole(office.opendocument(tmp_path / "plain", form, body).read_bytes())
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{form}",
        "encrypted-package": data,
        "META-INF/manifest.xml": f"<m:manifest {MANIFEST}>{described.format('encrypted-package')}</m:manifest>",
    }
    path = office.package(tmp_path / f"a.{suffix}", parts)
    assert "The treasure." in formats.read(path, LIMITS).text
    assert "none of QA_PASSWORDS fits" in refusal(path, ReadLimits(passwords=("other",)))


def refusal(path: Path, limits: ReadLimits) -> str:
    with pytest.raises(UnreadableFile) as error:
        formats.read(path, limits)
    return error.value.reason


def test_a_locked_opendocument_file_says_what_would_open_it(tmp_path: Path) -> None:
    path = locked_by_parts(tmp_path, by_aes)
    assert "Give it in QA_PASSWORDS" in refusal(path, ReadLimits())
    assert "none of QA_PASSWORDS fits" in refusal(path, ReadLimits(passwords=("other",)))


@pytest.mark.parametrize("name", ["content.xml", "encrypted-package"])
def test_a_lock_that_no_password_opens_does_not_ask_for_one(tmp_path: Path, name: str) -> None:
    locked = f'<m:file-entry m:full-path="{name}"><m:encryption-data/></m:file-entry>'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        name: b"\x8f\x01",
        "META-INF/manifest.xml": f"<m:manifest {MANIFEST}>{locked}</m:manifest>",
    }
    reason = refusal(office.package(tmp_path / "a.odt", parts), LIMITS)
    assert "is locked" in reason
    assert "QA_PASSWORDS" not in reason


def test_a_locked_part_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = locked_by_parts(tmp_path, by_aes)
    assert "unpacks to more than" in refusal(path, ReadLimits(passwords=(PASSWORD,), part_bytes=300))


def test_a_locked_part_that_says_it_unpacks_to_less_than_nothing_is_refused(tmp_path: Path) -> None:
    data, described = by_aes(bytes(1_000_000))
    said = described.format("content.xml").replace('m:size="1000000"', 'm:size="-1"')
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": data,
        "META-INF/manifest.xml": f"<m:manifest {MANIFEST}>{said}</m:manifest>",
    }
    assert "locked in a way that is not known" in refusal(office.package(tmp_path / "a.odt", parts), LIMITS)


def test_a_salt_that_is_in_no_base64_opens_nothing(tmp_path: Path) -> None:
    data, described = by_aes(b"<x/>")
    salt = base64.b64encode(SALT).decode()
    said = described.format("content.xml").replace(salt, "é")
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": data,
        "META-INF/manifest.xml": f"<m:manifest {MANIFEST}>{said}</m:manifest>",
    }
    assert "none of QA_PASSWORDS fits" in refusal(office.package(tmp_path / "a.odt", parts), LIMITS)


def test_a_locked_office_file_is_known_in_capitals_too(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(compound([("ENCRYPTIONINFO", b"how"), ("ENCRYPTEDPACKAGE", b"what")], []))
    assert "Give it in QA_PASSWORDS" in refusal(path, ReadLimits())
