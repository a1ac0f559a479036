"""Outlook messages (.msg): header lines, body and attachments, those that are messages themselves included."""

import email
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from olefile import OleFileIO
from oxmsg.domain import constants as pid
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from qa.readers import message, rtf
from qa.readers.attachments import Attachment, Opened, attached, below, head, titled, within
from qa.readers.blocks import Section, join
from qa.readers.document import Document, ReadLimits, UnreadableFile, canonical, finished
from qa.readers.encoding import decode
from qa.readers.message import Encrypted
from qa.readers.rtf_packed import unpacked

_TEXT, _TEXT8, _BINARY = 0x001F, 0x001E, 0x0102
_RECIPIENT_TYPE = 0x0C15
_EMBEDDED = "__substg1.0_3701000D"
# Bytes before the first property: of a file, and of a message inside another.
_FILE_HEADER, _EMBEDDED_HEADER = 32, 24


def read(path: Path, limits: ReadLimits) -> Document:
    """Subject, sender, recipients, date, body, attachments. Raises UnreadableFile when it is locked or damaged."""
    opened = Opened(path, limits)
    try:
        with OleFileIO(str(path)) as file:
            storage = Storage.from_ole(file)
        text, headings, _ = join(_sections(opened, storage, _FILE_HEADER, 1))
    except Encrypted as error:
        raise UnreadableFile(path, error.reason) from error
    except RecursionError as error:
        raise UnreadableFile(path, "nests messages too deeply: it is damaged, or made to do harm.") from error
    except (OSError, KeyError, ValueError, IndexError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableFile(
            path, "is damaged, or no Outlook message. Open it in Outlook and save it again."
        ) from error
    return finished(path, limits, "msg", text, headings, warnings=tuple(opened.warnings))


def _sections(opened: Opened, storage: Storage, header: int, level: int) -> list[Section]:
    properties = _Values(storage, header)
    first = head(
        properties.text(pid.PID_SUBJECT),
        [
            ("From", properties.sender()),
            ("To", _recipients(storage, 1) or properties.text(pid.PID_DISPLAY_TO)),
            ("Cc", _recipients(storage, 2) or properties.text(pid.PID_DISPLAY_CC)),
            ("Date", properties.date()),
        ],
    )
    kind = properties.text(pid.PID_MESSAGE_CLASS).lower()
    files = [_Values(one, 8) for one in storage.iter_attachment_storages()]
    if kind.startswith("ipm.note.smime"):
        return [first, *_signed(opened, files, level, first)]
    body = _body(opened, properties)
    rest = [section for one in files for section in _attachment(opened, one, level)]
    return [first, below(body, level), *rest]


class _Values:
    """The properties of a message, recipient or attachment, read as leniently as their programs write them."""

    def __init__(self, storage: Storage, header: int) -> None:
        self.storage = storage
        self._properties = Properties(storage, properties_header_offset=header)

    def data(self, number: int, kind: int = _BINARY) -> bytes:
        try:
            return self.storage.property_stream_bytes(number, kind)
        except KeyError:
            return b""

    def text(self, number: int) -> str:
        if wide := self.data(number, _TEXT):
            return canonical(wide.decode("utf-16-le", "replace"))
        return self._decoded(self.data(number, _TEXT8), pid.PID_MESSAGE_CODEPAGE)

    def page(self) -> str:
        """The body as HTML."""
        return self._decoded(self.data(pid.PID_HTML), pid.PID_INTERNET_CODEPAGE) or self.text(pid.PID_BODY_HTML)

    def _decoded(self, data: bytes, codepage: int) -> str:
        data = data.rstrip(b"\0")
        found = decode(data, self._codepage(codepage)) if data else None
        return canonical(found[0] if found else data.decode("latin-1"))

    def _codepage(self, number: int) -> str | None:
        value = self._value("int_prop_value", number)
        return {65001: "utf-8", 20127: "ascii", 28591: "latin-1"}.get(value, f"cp{value}") if value else None

    def number(self, number: int) -> int:
        value = self._value("int_prop_value", number)
        return value if isinstance(value, int) else 0

    def date(self) -> str:
        for number in (pid.PID_CLIENT_SUBMIT_TIME, pid.PID_MESSAGE_DELIVERY_TIME):
            if (moment := self._value("date_prop_value", number)) is not None:
                return f"{moment:%a, %d %b %Y %H:%M:%S %z}"
        return ""

    def _value(self, getter: str, number: int) -> Any:
        try:
            return getattr(self._properties, getter)(number)
        except Exception:  # oxmsg's own errors for code pages that it does not know, and of damaged streams
            return None

    def sender(self) -> str:
        name = self.text(pid.PID_SENDER_NAME) or self.text(pid.PID_SENT_REPRESENTING_NAME)
        return _named(name, self.text(pid.PID_SENDER_SMTP_ADDRESS) or self.text(pid.PID_SENDER_EMAIL_ADDRESS))

    def recipient(self) -> str:
        address = self.text(pid.PID_SMTP_ADDRESS) or self.text(pid.PID_EMAIL_ADDRESS)
        return _named(self.text(pid.PID_DISPLAY_NAME), address)


def _named(name: str, address: str) -> str:
    # Exchange's own addresses (/O=FIRM/OU=...) say nothing to a reader.
    return f"{name} <{address}>".strip() if "@" in address and address != name else name or address


def _recipients(storage: Storage, kind: int) -> str:
    """Those of one kind (1: to, 2: copies), with their addresses."""
    everyone = [_Values(one, 8) for one in storage.iter_recipient_storages()]
    found = (one.recipient() for one in everyone if one.number(_RECIPIENT_TYPE) == kind)
    return "; ".join(filter(None, found))


def _body(opened: Opened, properties: _Values) -> Section:
    plain, page = properties.text(pid.PID_BODY), properties.page()
    packed = properties.data(pid.PID_RTF_COMPRESSED)
    if plain.strip() or page.strip() or not packed:
        return message.body(opened, plain, page)
    try:
        written, warnings = rtf.section(opened.path, unpacked(packed), opened.limits)
    except ValueError:
        opened.warn("Its body is damaged, and was left out. Open it in Outlook and save it as .eml.")
        return Section("")
    for warning in warnings:
        opened.warn(warning)
    return written


def _attachment(opened: Opened, values: _Values, level: int) -> Iterator[Section]:
    name = values.text(pid.PID_ATTACH_LONG_FILENAME) or values.text(pid.PID_ATTACH_FILENAME)
    inner = next((one for one in values.storage.storages if one.name == _EMBEDDED), None)
    if inner is None:
        yield from attached(opened, Attachment(name, values.data(pid.PID_ATTACH_DATA_BINARY)), level + 1)
        return
    subject = _Values(inner, _EMBEDDED_HEADER).text(pid.PID_SUBJECT) or name or "a message"
    try:
        within(opened, level + 1)
        text, headings, _ = join(_sections(opened, inner, _EMBEDDED_HEADER, level + 1))
    except (UnreadableFile, Encrypted) as error:
        opened.warn(f"Attachment {subject} {error.reason}")
        return
    yield titled(subject, level + 1)
    yield below(Section(text, headings), level + 1)


def _signed(opened: Opened, files: list[_Values], level: int, first: Section) -> list[Section]:
    """What a signed message holds: a mail inside its attachment. Raises Encrypted for an encrypted one."""
    for values in files:
        data = values.data(pid.PID_ATTACH_DATA_BINARY)
        if b"multipart/signed" in data[:2000].lower():
            return message.sections(opened, email.message_from_bytes(data), level)[1:]
    raise Encrypted(message.ENCRYPTED.format("S/MIME"), [first])
