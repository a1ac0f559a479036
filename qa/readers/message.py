"""One mail message: its header lines, its body in the form that says most, and its attachments."""

import binascii
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from qa.readers import html
from qa.readers.attachments import Attachment, Opened, attached, below, head, titled, within
from qa.readers.blocks import Section, join
from qa.readers.document import UnreadableFile, canonical
from qa.readers.encoding import decode

_SHOWN = ("From", "To", "Cc", "Date")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
ENCRYPTED = "is encrypted ({}): its text cannot be read. Decrypt it in your mail program and save it again."
# Thousands of addresses and hostile headers; decoding these takes the square of their length.
_HEADER_CHARACTERS = 5000
_BLANK_LINES = re.compile(r"\n{3,}")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII)
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
# Where a program writes only that it wrote HTML, the text is this short beside the HTML's.
_STUB_SHARE = 0.2
_TABLE_ROWS = 3


class Encrypted(Exception):  # noqa: N818 (the state of the message)
    """The body of this message is encrypted: `reason` completes a sentence; `head` is what can be read."""

    def __init__(self, reason: str, head: list[Section]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.head = head


def sections(opened: Opened, message: Message, level: int) -> list[Section]:
    """Header lines, body, then the attachments under headings of `level` + 1. Raises Encrypted."""
    subject = words(message, "Subject")
    first = head(subject, [(name, words(message, name)) for name in _SHOWN])
    bodies: list[Section] = []
    files: list[Section] = []
    for part in _shown(opened, message):
        if part is message and _is_locked(part):
            raise Encrypted(ENCRYPTED.format(_locked_by(part)), [first])
        if part.get_content_type() == "message/rfc822" or _is_file(part):
            files += _attachment(opened, part, level)
        elif part.get_content_maintype() == "text":
            bodies.append(_body(opened, part))
    if any(_ARMOUR in body.text[:200] for body in bodies):
        raise Encrypted(ENCRYPTED.format("PGP"), [first])
    return [first, *(below(body, level) for body in bodies), *files]


def words(message: Message, name: str) -> str:
    """A header as it is read: unfolded, with its encoded words decoded."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return canonical(" ".join(decoded_words(str(raw)).split()))


def decoded_words(raw: str) -> str:
    """Encoded words (RFC 2047) and bytes beyond ASCII, decoded; as it is where that fails."""
    raw = " ".join(raw[:_HEADER_CHARACTERS].split())
    if raw.isascii() and "=?" not in raw:
        return raw
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, binascii.Error, ValueError):
        pieces = [(raw, None)]
    shown = []
    for piece, charset in pieces:
        data = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        found = decode(data, charset) if data else ("", "")
        shown.append(found[0] if found else data.decode("latin-1"))
    return "".join(shown)


def _shown(opened: Opened, message: Message) -> Iterator[Message]:
    """The parts that a mail program shows or lists, without those that say the same once more."""
    kind = message.get_content_type()
    parts = _parts(message)
    if _is_locked(message) or not parts or kind == "message/rfc822":
        yield message
    elif kind == "multipart/alternative":
        yield from _shown(opened, _best(opened, parts))
    elif kind == "multipart/related":
        yield from (
            part
            for place, part in enumerate(parts)
            for part in _shown(opened, part)
            if not place or _is_file(part)
        )
    else:
        yield from (
            shown for part in parts for shown in _shown(opened, part) if part.get_content_type() not in _SIGNATURES
        )


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _best(opened: Opened, parts: list[Message]) -> Message:
    """Of several forms of one body: the plain one, unless the HTML says more."""
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    rich = next((part for part in parts if part.get_content_type() in ("text/html", "multipart/related")), None)
    if plain is None or rich is None:
        return plain or rich or parts[-1]
    page = next((part for part in rich.walk() if part.get_content_type() == "text/html"), None)
    return rich if page is not None and says_more(_text(opened, page), _text(opened, plain)) else plain


def says_more(page: str, plain: str) -> bool:
    """Whether the HTML form is needed: the plain one is a stub, or has its tables' cells on lines of their own."""
    shown = html.page_of(page)[0].text
    if len(plain.strip()) < _STUB_SHARE * len(shown):
        return True
    rows = [line for line in shown.split("\n") if " | " in line]
    lines = {" ".join(line.split()) for line in plain.split("\n")}
    return len(rows) >= _TABLE_ROWS and all(line.partition(" | ")[0] in lines for line in rows[:_TABLE_ROWS])


def _is_locked(part: Message) -> bool:
    if part.get_content_type() == "multipart/encrypted":
        return True
    return part.get_content_type() in _SMIME and part.get_param("smime-type") != "signed-data"


def _locked_by(part: Message) -> str:
    return "S/MIME" if part.get_content_type() in _SMIME else "PGP"


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment":
        return True
    named = part.get_filename() is not None
    return named and part.get_content_maintype() != "image"


def body(opened: Opened, plain: str, page: str) -> Section:
    """The form of a body that says most."""
    if page.strip() and (not plain.strip() or says_more(page, plain)):
        section, lost = html.page_of(page)
        for warning in lost:
            opened.warn(warning)
        return section
    lines = "\n".join(line.rstrip() for line in canonical(plain).split("\n"))
    return Section(_BLANK_LINES.sub("\n\n", lines).strip("\n"))


def _body(opened: Opened, part: Message) -> Section:
    text = _text(opened, part)
    if part.get_content_type() == "text/html":
        return body(opened, "", text)
    if part.get_param("format") == "flowed":
        text = _unwrapped(text)
    return body(opened, text, "")


def _unwrapped(text: str) -> str:
    """Paragraphs whose lines end with a space where they go on (RFC 3676); quoted ones stay as they are."""
    lines = text.replace("\r\n", "\n").split("\n")
    joined: list[str] = []
    goes_on = False
    for line in lines:
        quoted = line.startswith(">")
        if goes_on and not quoted:
            joined[-1] += line
        else:
            joined.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(joined)


def _attachment(opened: Opened, part: Message, level: int) -> list[Section]:
    inner = _parts(part)
    if part.get_content_type() == "message/rfc822" and inner:
        return _inner_mail(opened, inner[0], level + 1)
    name = decoded_words(part.get_filename() or "")
    return attached(opened, Attachment(name, _bytes(part)), level + 1)


def _inner_mail(opened: Opened, mail: Message, level: int) -> list[Section]:
    name = words(mail, "Subject") or "a mail"
    try:
        within(opened, level)
        text, headings, _ = join(sections(opened, mail, level))
    except (UnreadableFile, Encrypted) as error:
        opened.warn(f"Attachment {name} {error.reason}")
        return []
    return [titled(name, level), below(Section(text, headings), level)]


def _text(opened: Opened, part: Message) -> str:
    data = _bytes(part)
    declared = part.get_content_charset()
    if declared is None and part.get_content_type() == "text/html":
        found = _CHARSET.search(data[:4096])
        declared = found[1].decode("ascii") if found else None
    decoded = decode(data, declared or opened.charset) if data else ("", "")
    if decoded is None:
        return data.decode("latin-1")
    if declared is None and decoded[1] != "utf-8":
        opened.charset = decoded[1]
    return decoded[0]


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
