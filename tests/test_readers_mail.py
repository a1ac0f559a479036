"""Mails: one form of the body, header lines, attachments read or named; mailboxes and Outlook's messages."""

import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from compound_files import compound
from hostile_files import odt

from qa.readers import mail, msg, pulse
from qa.readers.attachments import Attachment, Opened, attached
from qa.readers.document import Document, ReadLimits, UnreadableFile

LIMITS = ReadLimits()
Save = Callable[..., Path]

HEAD = "From: Ann Example <ann@example.org>\nTo: bob@example.org\nDate: Mon, 1 Jun 2026 10:00:00 +0200\n"


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def _save(content: EmailMessage | str | bytes, name: str = "a.eml") -> Path:
        if isinstance(content, EmailMessage):
            content = content.as_bytes()
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / name

    return _save


def letter(text: str = "The meeting is at ten.", subject: str = "Meeting") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann Example <ann@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 1 Jun 2026 10:00:00 +0200"
    message["Subject"] = subject
    message.set_content(text)
    return message


def titles(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in document.headings]


def reason(path: Path, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as error:
        mail.read(path, limits)
    return error.value.reason


# One message


def test_a_mail_is_its_header_lines_and_its_body(save: Save) -> None:
    document = mail.read(save(letter()), LIMITS)
    assert document.text == (
        "Subject: Meeting\nFrom: Ann Example <ann@example.org>\nTo: bob@example.org\n"
        "Date: Mon, 01 Jun 2026 10:00:00 +0200\n\nThe meeting is at ten."
    )
    assert (document.kind, document.pages, titles(document)) == ("eml", (), [(1, "Meeting")])


def test_headers_in_encoded_words_and_in_raw_bytes_are_read(save: Save) -> None:
    source = "From: =?utf-8?q?J=C3=BCrgen?= <j@x.org>\nSubject: =?iso-2022-jp?b?GyRCMnE1RBsoQg==?=\n x\n"
    source += "To: Żaneta\n\nhi"
    text = mail.read(save(source), LIMITS).text
    assert "From: Jürgen <j@x.org>" in text
    assert "Subject: 会議 x\n" in text
    assert "To: Żaneta\n" in text


def test_of_two_forms_of_a_body_one_is_read(save: Save) -> None:
    message = letter("The meeting is at ten.")
    message.add_alternative("<p>The meeting is at <b>ten</b>.</p>", subtype="html")
    assert mail.read(save(message), LIMITS).text.count("meeting is at") == 1


def test_html_is_read_where_the_plain_form_says_nothing(save: Save) -> None:
    message = letter("Your program cannot show this message.")
    message.add_alternative("<h2>Agenda</h2><ul><li>Budget</li></ul>" + "<p>More words.</p>" * 40, subtype="html")
    document = mail.read(save(message), LIMITS)
    assert "cannot show" not in document.text
    assert "- Budget" in document.text
    assert (3, "Agenda") in titles(document)


def test_a_table_is_read_from_the_html_where_the_plain_form_breaks_its_rows(save: Save) -> None:
    rows = [("Rye", "3.50"), ("Oat", "4.10"), ("Bran", "2.20")]
    message = letter("\n".join(f"{name}\n{price}" for name, price in rows))
    cells = "".join(f"<tr><td>{name}</td><td>{price}</td></tr>" for name, price in rows)
    message.add_alternative(f"<table>{cells}</table>", subtype="html")
    assert "Rye | 3.50\nOat | 4.10" in mail.read(save(message), LIMITS).text


def test_quoted_replies_are_kept_and_flowed_lines_are_joined(save: Save) -> None:
    source = (
        HEAD + "Content-Type: text/plain; format=flowed\n\nI will be \nthere.\n\n> Are you \n> coming?\n-- \nAnn"
    )
    assert mail.read(save(source), LIMITS).text.endswith("I will be there.\n\n> Are you\n> coming?\n--\nAnn")


def test_a_body_whose_charset_is_wrong_or_missing_is_read(save: Save) -> None:
    words = "Słońce świeciło, a łąka pachniała latem; poszliśmy więc nad rzekę, żeby się wykąpać."
    source = (HEAD + "Content-Type: text/plain; charset=us-ascii\n\n").encode() + words.encode("cp1250")
    assert mail.read(save(source), LIMITS).text.endswith(words)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mail_that_was_saved_as_another_encoding_is_read(save: Save, encoding: str) -> None:
    assert mail.read(save((HEAD + "Subject: Grüße\n\nhallo").encode(encoding)), LIMITS).text.startswith(
        "Subject: Grüße"
    )


def test_broken_parts_do_not_lose_the_others(save: Save) -> None:
    source = HEAD + (
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=nonsense\n\nfirst\n'
        "--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!\n--b\n\nlast"
    )
    text = mail.read(save(source), LIMITS).text
    assert "first" in text
    assert text.endswith("last")


def test_text_that_is_no_mail_is_read_as_text(save: Save) -> None:
    document = mail.read(save("Just some words.\nNothing else."), LIMITS)
    assert document.text == "Just some words.\nNothing else."
    assert "none of the header lines" in document.warnings[0]


def test_a_mail_nested_beyond_measure_is_refused_or_read_but_ends(save: Save) -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    assert "nests" in reason(save("From: a\n" + nested + "\nhello"))


# Encrypted mail


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/encrypted; boundary="b"; protocol="application/pgp-encrypted"',
        'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    ],
)
def test_an_encrypted_mail_says_so(save: Save, content_type: str) -> None:
    assert reason(save(f"{HEAD}Content-Type: {content_type}\n\n--b\n\nx\n--b--\n")).startswith("is encrypted")


def test_a_body_in_pgp_armour_is_encrypted(save: Save) -> None:
    assert "PGP" in reason(save(HEAD + "\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"))


def test_a_signed_mail_is_read_without_its_signature(save: Save) -> None:
    source = HEAD + (
        'Content-Type: multipart/signed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSigned words.\n'
        '--b\nContent-Type: application/pgp-signature; name="signature.asc"\n\nabc\n--b--\n'
    )
    document = mail.read(save(source), LIMITS)
    assert document.text.endswith("Signed words.")
    assert document.warnings == ()


# Attachments


def with_attachment(name: str, data: bytes, subtype: str = "octet-stream") -> EmailMessage:
    message = letter()
    message.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    return message


def test_a_readable_attachment_is_a_section_of_the_mail(save: Save) -> None:
    document = mail.read(save(with_attachment("Größe.md", b"# Costs\n\nThe roof costs 400.")), LIMITS)
    assert document.text.endswith("Attachment: Größe.md\n\n# Costs\n\nThe roof costs 400.")
    assert titles(document) == [(1, "Meeting"), (2, "Attachment: Größe.md"), (3, "Costs")]
    for heading in document.headings:
        assert heading.title.split()[-1] in document.text[heading.start : heading.end]


@pytest.mark.parametrize(
    ("name", "data"), [("a.xyz", bytes(range(256)) * 4), ("a.txt", b""), ("a.docx", b"PK\x03\x04 broken")]
)
def test_an_attachment_that_cannot_be_read_is_named_with_the_reason(save: Save, name: str, data: bytes) -> None:
    document = mail.read(save(with_attachment(name, data)), LIMITS)
    assert document.text.endswith("The meeting is at ten.")
    assert [warning for warning in document.warnings if warning.startswith(f"Attachment {name} ")] != []


def test_a_damaged_attachment_costs_only_itself(save: Save, tmp_path: Path) -> None:
    content = bytearray(odt("Words"))
    start = content.index(b"mimetype") + len("mimetype")
    content[start : start + 20] = b"\xff" * 20
    document = mail.read(save(with_attachment("a.odt", bytes(content))), LIMITS)
    assert document.text.startswith("Subject: Meeting")
    assert "The meeting is at ten." in document.text


def test_whatever_a_parser_raises_costs_one_attachment(tmp_path: Path) -> None:
    opened = Opened(tmp_path / "a.eml", LIMITS)
    # No file can have this suffix.
    assert attached(opened, Attachment("a.o\0t", b"Words"), 2) == []
    assert opened.warnings == ["Attachment a.ot cannot be parsed (ValueError). Save it beside this file."]


def test_attachments_are_opened_as_deep_and_as_many_as_the_limits_allow(save: Save) -> None:
    message = letter()
    for number in range(4):
        message.add_attachment(f"Note {number}.", filename=f"{number}.txt")
    document = mail.read(save(message), ReadLimits(members=2))
    assert "Note 1." in document.text
    assert "Note 2." not in document.text
    assert "QA_ARCHIVE_MEMBERS" in document.warnings[0]
    assert "QA_ARCHIVE_DEPTH" in mail.read(save(message), ReadLimits(depth=0)).warnings[0]


def test_a_mail_in_a_mail_is_a_section_with_its_own_headers(save: Save) -> None:
    message = letter()
    message.add_attachment(letter("Inner words.", "Earlier"))
    document = mail.read(save(message), LIMITS)
    assert "Attachment: Earlier\n\nSubject: Earlier\nFrom: Ann" in document.text
    assert document.text.endswith("Inner words.")
    assert titles(document) == [(1, "Meeting"), (2, "Attachment: Earlier"), (3, "Earlier")]


def test_mails_are_opened_in_one_another_as_deep_as_the_limit_allows(save: Save) -> None:
    message = letter("Words 0.", "Mail 0")
    for number in range(1, 5):
        outer = letter(f"Words {number}.", f"Mail {number}")
        outer.add_attachment(message)
        message = outer
    document = mail.read(save(message), LIMITS)
    assert [number for number in range(5) if f"Words {number}." in document.text] == [2, 3, 4]
    assert "Mail 1 was not opened: QA_ARCHIVE_DEPTH" in document.warnings[0]


def test_an_encrypted_mail_in_a_mail_costs_only_itself(save: Save) -> None:
    locked = letter("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----", "Secret")
    message = letter()
    message.add_attachment(locked)
    document = mail.read(save(message), LIMITS)
    assert document.text.endswith("The meeting is at ten.")
    assert document.warnings[0].startswith("Attachment Secret is encrypted")


def test_the_files_of_an_attached_archive_are_read(save: Save) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("notes/a.md", "# Costs\n\nThe roof costs 400.")
        package.writestr("b.bin", bytes(range(256)) * 4)
    document = mail.read(save(with_attachment("all.zip", packed.getvalue())), LIMITS)
    assert document.text.endswith("Attachment: all.zip/notes/a.md\n\n# Costs\n\nThe roof costs 400.")
    assert [warning.split(" is ")[0] for warning in document.warnings] == ["Attachment all.zip/b.bin"]


def test_nothing_of_an_attachment_stays_behind(
    save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    assert "Secret words" in mail.read(save(with_attachment("a.txt", b"Secret words")), LIMITS).text
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_attached_page_and_an_inline_picture_are_told_apart(save: Save) -> None:
    message = letter()
    message.add_alternative("<p>The meeting is at ten. <img src='cid:1'></p>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG", maintype="image", subtype="png", cid="<1>")
    message.add_attachment("<h1>Plan</h1><p>Steps</p>", subtype="html", filename="plan.html")
    document = mail.read(save(message), LIMITS)
    assert document.text.endswith("Attachment: plan.html\n\nPlan\n\nSteps")
    assert document.warnings == ()


# Mailboxes


def mailbox(count: int, body: str = "Words of message {}.") -> str:
    return "".join(
        f"From a@b.c Mon Jun 01 04:28:28 2026\n{HEAD}Subject: Number {n}\n\n{body.format(n)}\n>From here on.\n\n"
        for n in range(count)
    )


def test_each_message_of_a_mailbox_is_a_page_named_by_its_subject(save: Save) -> None:
    document = mail.read(save(mailbox(3), "a.mbox"), LIMITS)
    assert document.kind == "mbox"
    assert [page.label for page in document.pages] == ["Number 0", "Number 1", "Number 2"]
    assert "".join(document.text[page.start : page.end] for page in document.pages) == document.text
    assert "Words of message 1.\nFrom here on." in document.text[document.pages[1].start : document.pages[1].end]


def test_an_encrypted_message_of_a_mailbox_costs_only_itself(save: Save) -> None:
    locked = (
        f"From a@b.c Mon Jun 01 04:28:28 2026\n{HEAD}Subject: Secret\nContent-Type: multipart/encrypted\n\nx\n\n"
    )
    document = mail.read(save(mailbox(1) + locked + mailbox(1), "a.mbox"), LIMITS)
    assert len(document.pages) == 3
    assert "encrypted" in document.warnings[0]


def test_a_mailbox_of_thousands_of_messages_is_read(save: Save) -> None:
    assert len(mail.read(save(mailbox(2000), "a.mbox"), LIMITS).pages) == 2000


def test_signs_of_life_are_spread_over_a_large_mailbox(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit is wound up a hundred times at most."""
    heard: list[int] = []
    monkeypatch.setattr(pulse, "_listeners", [lambda done, total: heard.append(done)])
    short = b"From a@b.c Mon Nov 23 08:00:00 2026\nSubject: x\n\nx\n"
    mail.read(save(short * 12_000, "a.mbox"), LIMITS)
    assert len(heard) <= 95
    assert heard[-1] > 11_800


def test_a_mailbox_with_more_text_than_the_limit_is_refused(save: Save) -> None:
    assert "QA_TEXT_CHARACTERS" in reason(save(mailbox(50), "a.mbox"), ReadLimits(text_characters=2000))


def test_a_line_that_begins_with_from_does_not_begin_a_message(save: Save) -> None:
    text = mailbox(1, "Hello.\n\nFrom now on it is at 10:30.\nAnd so on: yes.")
    assert len(mail.read(save(text, "a.mbox"), LIMITS).pages) == 1


# Outlook


def outlook(properties: dict[int, str | bytes], attachments: list[dict[int, str | bytes]] = []) -> bytes:  # noqa: B006
    """A compound file with the streams of a message; every property is a stream, as in the format."""
    streams: list[tuple[str, bytes]] = [("__properties_version1.0", bytes(32))]
    streams += _streams(properties)
    children = [
        (f"__attach_version1.0_#{n:08X}", [("__properties_version1.0", bytes(8)), *_streams(one)])
        for n, one in enumerate(attachments)
    ]
    return compound(streams, children)


def _streams(properties: dict[int, str | bytes]) -> list[tuple[str, bytes]]:
    return [
        (
            f"__substg1.0_{number:04X}{'001F' if isinstance(value, str) else '0102'}",
            value.encode("utf-16-le") if isinstance(value, str) else value,
        )
        for number, value in properties.items()
    ]


MESSAGE = {0x0037: "Offer", 0x0C1A: "Ann Example", 0x0C1F: "ann@example.org", 0x0E04: "bob@example.org"}


def test_an_outlook_message_is_read_with_its_attachment(save: Save) -> None:
    data = outlook(
        {**MESSAGE, 0x1000: "The price is 40."}, [{0x3707: "note.txt", 0x3701: b"Attached words.".ljust(4096)}]
    )
    document = msg.read(save(data, "a.msg"), LIMITS)
    assert document.text.rstrip() == (
        "Subject: Offer\nFrom: Ann Example <ann@example.org>\nTo: bob@example.org\n\nThe price is 40.\n\n"
        "Attachment: note.txt\n\nAttached words."
    )
    assert titles(document) == [(1, "Offer"), (2, "Attachment: note.txt")]


def test_recipients_of_an_outlook_message_are_given_with_their_addresses(save: Save) -> None:
    def recipient(number: int, kind: int, name: str) -> tuple[str, list[tuple[str, bytes]]]:
        properties = bytes(8) + struct.pack("<HHIQ", 3, 0x0C15, 6, kind)
        values = {0x3001: name, 0x39FE: f"{name.lower()}@example.org"}
        return f"__recip_version1.0_#{number:08X}", [("__properties_version1.0", properties), *_streams(values)]

    streams = [("__properties_version1.0", bytes(32)), *_streams({**MESSAGE, 0x1000: "Words."})]
    data = compound(streams, [recipient(0, 1, "Bob"), recipient(1, 2, "Carl"), recipient(2, 1, "Dora")])
    text = msg.read(save(data, "a.msg"), LIMITS).text
    assert "To: Bob <bob@example.org>; Dora <dora@example.org>\nCc: Carl <carl@example.org>\n" in text


def test_an_outlook_message_with_html_alone_is_read(save: Save) -> None:
    document = msg.read(save(outlook({**MESSAGE, 0x1013: "<p>Zürich</p>".encode()}), "a.msg"), LIMITS)
    assert document.text.endswith("Zürich")


# The examples of [MS-OXRTFCP] 4: with copies, with copies of themselves, and not packed at all.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
RICH = rb"{\rtf1 hello world}"
UNPACKED = struct.pack("<II", len(RICH) + 12, len(RICH)) + b"MELA\0\0\0\0" + RICH


@pytest.mark.parametrize(
    ("packed", "words"),
    [(PACKED, "hello world"), (REPEATED, "WXYZ" * 5), (UNPACKED, "hello world")],
    ids=["copies", "copies of themselves", "unpacked"],
)
def test_an_outlook_message_with_rtf_alone_is_read(save: Save, packed: bytes, words: str) -> None:
    document = msg.read(save(outlook({**MESSAGE, 0x1009: packed}), "a.msg"), LIMITS)
    assert document.text.split("\n")[-1] == words
    assert not document.warnings


@pytest.mark.parametrize("packed", [bytes(4096), PACKED[:16] + b"\xff" * 27], ids=["nothing", "noise"])
def test_a_damaged_rtf_body_costs_only_itself(save: Save, packed: bytes) -> None:
    document = msg.read(save(outlook({**MESSAGE, 0x1009: packed}), "a.msg"), LIMITS)
    assert document.text.startswith("Subject: Offer")
    assert document.warnings == ("Its body is damaged, and was left out. Open it in Outlook and save it as .eml.",)


def test_an_encrypted_outlook_message_says_so(save: Save) -> None:
    data = outlook({**MESSAGE, 0x001A: "IPM.Note.SMIME"}, [{0x3707: "smime.p7m", 0x3701: b"\x30\x80" * 3000}])
    with pytest.raises(UnreadableFile, match="encrypted"):
        msg.read(save(data, "a.msg"), LIMITS)


@pytest.mark.parametrize(
    "data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"no compound file", bytes(2000)]
)
def test_a_damaged_outlook_message_says_so(save: Save, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="is damaged"):
        msg.read(save(data, "a.msg"), LIMITS)
