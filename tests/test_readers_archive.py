"""Archives: what is read of them, and how little one of their files, or all of them together, may cost."""

import bz2
import gzip
import io
import lzma
import os
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import pdf_page

from qa.config import Settings
from qa.readers import Document, Reader, UnreadableFile

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")
Files = list[tuple[str, bytes | str]]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Settings(read_seconds=30)) as reader:
        yield reader


def packed(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return path


def in_bytes(files: Files) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return file.getvalue()


def members(reader: Reader, path: Path) -> dict[str, str]:
    """Name → text, or "! " and the reason."""
    found = list(reader.read_all(path))
    result = {name: one.text if isinstance(one, Document) else f"! {one.reason}" for name, one in found}
    assert len(result) == len(found), "a name was given twice"
    return result


def test_each_file_of_a_zip_is_a_document_with_its_path(reader: Reader, tmp_path: Path) -> None:
    page = "<html><body><h1>Title</h1><p>Text</p></body></html>"
    path = packed(tmp_path / "a.zip", [("one.txt", "One."), ("sub/", ""), ("sub/page.html", page)])
    found = dict(reader.read_all(path))
    assert list(found) == ["one.txt", "sub/page.html"]
    document = found["sub/page.html"]
    assert isinstance(document, Document)
    assert (document.kind, document.text) == ("html", "Title\n\nText")


def test_an_ordinary_file_has_one_document_without_a_name(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    assert members(reader, tmp_path / "a.txt") == {"": "Text."}


def test_read_refuses_an_archive(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is an archive"):
        reader.read(packed(tmp_path / "a.zip", [("one.txt", "One.")]))


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives_are_read_however_they_are_packed(reader: Reader, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, mode) as archive:
        for name in ("one.txt", "sub/two.txt"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"Text"))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        pipe = tarfile.TarInfo("pipe.txt")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    found = members(reader, path)
    assert (found["one.txt"], found["sub/two.txt"]) == ("Text", "Text")
    assert "links in archives are not followed" in found["link.txt"]
    assert "is not a regular file" in found["pipe.txt"]


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_one_packed_file_is_read_under_its_own_name(reader: Reader, tmp_path: Path, suffix: str, pack) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"notes.md{suffix}"
    path.write_bytes(pack(b"# Notes"))
    found = dict(reader.read_all(path))
    assert isinstance(found["notes.md"], Document)
    assert found["notes.md"].kind == "markdown"


def test_archives_inside_are_opened_as_deep_as_the_setting_says(tmp_path: Path) -> None:
    inner = in_bytes([("deep.txt", "Deep.")])
    path = packed(tmp_path / "a.zip", [("b.zip", in_bytes([("c.zip", inner), ("x.txt", "X.")])), ("y.txt", "Y.")])
    for depth, name in [(1, "b.zip"), (2, "b.zip/c.zip"), (3, "b.zip/c.zip/deep.txt")]:
        with Reader(Settings(archive_depth=depth)) as reader:
            found = members(reader, path)
        assert found["y.txt"] == "Y."
        assert found[name] == "Deep." if depth == 3 else "QA_ARCHIVE_DEPTH" in found[name]
    with Reader(Settings(archive_depth=0)) as reader, pytest.raises(UnreadableFile, match="QA_ARCHIVE_DEPTH"):
        next(reader.read_all(path))


def test_names_stay_below_the_archive_and_can_be_shown(reader: Reader, tmp_path: Path) -> None:
    names = [
        "../../evil.txt",
        "/abs.txt",
        "C:\\dir\\win.txt",
        "line\nend.txt",
        "a.txt",
        "a.txt",
        "\u202etxt.txt",
        "..",
    ]
    path = packed(tmp_path / "a.zip", [(name, "Text.") for name in names])
    found = members(reader, path)
    assert list(found) == [
        *("%2E%2E/%2E%2E/evil.txt", "abs.txt", "C:/dir/win.txt", "line\\nend.txt", "a.txt", "a (2).txt"),
        *("\\u202etxt.txt", "%2E%2E"),
    ]
    assert set(found.values()) == {"Text."}
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert not [name for name in ("evil.txt", "a.txt") if (tmp_path.parent / name).exists()]


def test_names_in_the_encodings_of_dos_and_utf8_are_read(reader: Reader, tmp_path: Path) -> None:
    for number, (name, encoding) in enumerate(
        [("Größe.txt", "cp437"), ("Größe.txt", "utf-8"), ("отчёт о продажах за год.txt", "cp866")]
    ):
        raw = name.encode(encoding)
        data = in_bytes([("x" * len(raw), "Text.")]).replace(b"x" * len(raw), raw)
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        assert list(members(reader, path)) == [name]


def test_hidden_files_are_left_out_as_in_a_folder(reader: Reader, tmp_path: Path) -> None:
    files: Files = [
        (".git/a.txt", "X"),
        ("__MACOSX/b.txt", "X"),
        ("~$c.docx", "X"),
        ("d/.e.txt", "X"),
        ("f.txt", "F"),
    ]
    path = packed(tmp_path / "a.zip", files)
    assert list(members(reader, path)) == ["f.txt"]
    with Reader(Settings(hidden=True)) as curious:
        assert len(members(curious, path)) == 5


def test_an_archive_without_files_says_so(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="holds no files"):
        members(reader, packed(tmp_path / "a.zip", [("sub/", "")]))


def test_a_page_of_a_member_can_be_drawn_and_its_words_found(reader: Reader, tmp_path: Path) -> None:
    page = pdf_page("Words of a page")
    inner = in_bytes([("a.txt", "Text."), ("sub/a.pdf", page)])
    path = packed(tmp_path / "a.zip", [("other.pdf", page[:-200]), ("in.zip", inner), ("b.txt", "Text.")])
    (tmp_path / "a.pdf").write_bytes(page)
    alone = reader.boxes(tmp_path / "a.pdf", 1, 0, 5)
    assert len(alone) == 1
    assert reader.boxes(path, 1, 0, 5, member="in.zip/sub/a.pdf") == alone
    picture = reader.picture(path, 1, 300, member="in.zip/sub/a.pdf")
    assert picture == reader.picture(tmp_path / "a.pdf", 1, 300)
    assert picture.startswith(b"\x89PNG")
    for member, said in [("in.zip/sub/c.pdf", "holds no file"), ("b.txt/x", "holds no file"), ("b.txt", ".")]:
        with pytest.raises(UnreadableFile, match=said):
            reader.picture(path, 1, 300, member=member)
    with pytest.raises(UnreadableFile, match="has no page 2"):
        reader.picture(path, 2, 300, member="in.zip/sub/a.pdf")


# Damage and locks


def test_a_damaged_member_costs_itself(reader: Reader, tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip", [("one.txt", os.urandom(100).hex()), ("two.txt", "Two."), ("three.txt", "Three.")]
    )
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(data)
    found = members(reader, path)
    assert "is damaged" in found["one.txt"]
    assert found["two.txt"] == "Two."


def test_an_archive_cut_short_is_refused_or_read_as_far_as_it_goes(reader: Reader, tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.zip", [("one.txt", "One.")]).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    with pytest.raises(UnreadableFile, match="is damaged"):
        members(reader, tmp_path / "cut.zip")
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        for name in ("one.txt", "two.txt"):
            info = tarfile.TarInfo(name)
            info.size = 40_000
            archive.addfile(info, io.BytesIO(os.urandom(20_000).hex().encode()))
    (tmp_path / "cut.tar.gz").write_bytes((tmp_path / "b.tar.gz").read_bytes()[:-9000])
    found = members(reader, tmp_path / "cut.tar.gz")
    assert len(found["one.txt"]) == 40_000
    assert "is damaged" in found["two.txt"]
    assert "is damaged" in found[""]


def locked_zip(path: Path, password: bytes, text: bytes) -> Path:
    """A zip with one stored file under ZipCrypto (APPNOTE 6.1), which Python reads and does not write."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = [_crc_of(n) for n in range(256)]

    def update(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        update(byte)
    crc = zlib.crc32(text)
    out = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + text:
        mask = (keys[2] & 0xFFFF) | 2
        out.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    sizes = struct.pack("<III", crc, len(out), len(text))
    name = b"secret.txt"
    local = (
        b"PK\x03\x04" + struct.pack("<HHHHH", 20, 1, 0, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    )
    central = (
        b"PK\x01\x02"
        + struct.pack("<HHHHHH", 20, 20, 1, 0, 0, 33)
        + sizes
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0)
        + name
    )
    start = len(local) + len(out)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), start, 0)
    path.write_bytes(local + bytes(out) + central + end)
    return path


def _crc_of(n: int) -> int:
    for _ in range(8):
        n = (n >> 1) ^ (0xEDB88320 if n & 1 else 0)
    return n


def test_a_locked_member_is_opened_with_a_password_of_the_settings(tmp_path: Path, reader: Reader) -> None:
    path = locked_zip(tmp_path / "a.zip", b"key", b"The secret.")
    assert "QA_PASSWORDS" in members(reader, path)["secret.txt"]
    with Reader(Settings(passwords=("wrong", "key"))) as knowing:
        assert members(knowing, path) == {"secret.txt": "The secret."}
    with Reader(Settings(passwords=("wrong",))) as guessing:
        assert "none of QA_PASSWORDS fits" in members(guessing, path)["secret.txt"]


# Bombs


def test_a_bomb_in_an_archive_is_left_alone(reader: Reader, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [("bomb.txt", bytes(60_000_000)), ("ok.txt", "Fine.")])
    found = members(reader, path)
    assert "is a decompression bomb" in found["bomb.txt"]
    assert found["ok.txt"] == "Fine."
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(bytes(60_000_000)))
    assert "is a decompression bomb" in members(reader, tmp_path / "b.txt.gz")["b.txt"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_ten_gigabytes_of_nothing_are_not_unpacked(reader: Reader, tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    """Streams one after the other are one; those of a bomb within another bomb, too."""
    bomb = pack(bytes(10_000_000)) * 1000
    (tmp_path / "a.txt").write_bytes(bomb)
    (tmp_path / "b").write_bytes(pack(bomb))
    said = r"is a decompression bomb|unpacks to more than"
    assert re.search(said, members(reader, tmp_path / "a.txt")["a"])
    assert re.search(said, members(reader, tmp_path / "b")["b/b"])


def test_links_pipes_and_devices_in_an_archive_are_named_and_not_made(reader: Reader, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind, link in (
            ("a", tarfile.SYMTYPE, "b"),
            ("b", tarfile.SYMTYPE, "a"),
            ("self", tarfile.LNKTYPE, "self"),
            ("out", tarfile.SYMTYPE, "/etc/passwd"),
            ("pipe", tarfile.FIFOTYPE, ""),
            ("device", tarfile.CHRTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            archive.addfile(info)
        huge = tarfile.TarInfo("/../\udcff\n.txt")
        huge.size = 2
        archive.addfile(huge, io.BytesIO(b"Ok"))
    found = members(reader, tmp_path / "a.tar")
    assert {name for name, text in found.items() if "is a link" in text} == {"a", "b", "self", "out"}
    assert {name for name, text in found.items() if "is not a regular file" in text} == {"pipe", "device"}
    assert list(found.values())[-1] == "Ok"
    assert list(found)[-1].isprintable()


def test_a_size_that_no_disk_has_is_refused_without_unpacking(reader: Reader, tmp_path: Path) -> None:
    info = tarfile.TarInfo("a.txt")
    info.size = 10**15
    (tmp_path / "a.tar").write_bytes(info.tobuf() + b"words" * 1000)
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress((tmp_path / "a.tar").read_bytes()))
    for name in ("a.tar", "a.tar.gz"):
        found = members(reader, tmp_path / name)
        assert "unpacks to more than" in found["a.txt"]
        assert "is damaged" in found[""]


def test_a_member_beyond_the_size_of_a_file_is_refused_whether_its_header_says_so_or_not(tmp_path: Path) -> None:
    with Reader(Settings(file_megabytes=0.5)) as reader:
        path = packed(tmp_path / "a.zip", [("big.txt", "word " * 120_000), ("ok.txt", "Fine.")])
        found = members(reader, path)
        assert "QA_FILE_MEGABYTES" in found["big.txt"]
        assert found["ok.txt"] == "Fine."
        (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"word " * 120_000))
        assert "QA_FILE_MEGABYTES" in members(reader, tmp_path / "b.txt.gz")["b.txt"]


def test_the_bytes_of_all_members_together_are_limited(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [(f"{n}.txt", "word " * 100_000) for n in range(6)])
    with Reader(Settings(archive_megabytes=2)) as reader:
        found = members(reader, path)
    assert [name for name in found if name] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert "QA_ARCHIVE_MEGABYTES" in found[""]


def test_the_number_of_members_is_limited_those_of_archives_inside_counted(tmp_path: Path) -> None:
    inner = in_bytes([(f"{n}.txt", "Text.") for n in range(4)])
    path = packed(tmp_path / "a.zip", [("b.zip", inner), *((f"{n}.txt", "Text.") for n in range(4))])
    with Reader(Settings(archive_members=6)) as reader:
        found = members(reader, path)
    assert [name for name in found if name] == [
        "b.zip/0.txt",
        "b.zip/1.txt",
        "b.zip/2.txt",
        "b.zip/3.txt",
        "0.txt",
    ]
    assert "QA_ARCHIVE_MEMBERS" in found[""]


def test_files_that_share_their_packed_bytes_are_a_bomb(reader: Reader, tmp_path: Path) -> None:
    data = in_bytes([("a.txt", "A" * 5000), ("b.txt", "B" * 5000)])
    where = data.rindex(b"PK\x01\x02") + 42
    (tmp_path / "a.zip").write_bytes(data[:where] + struct.pack("<I", 4) + data[where + 4 :])
    with pytest.raises(UnreadableFile, match="its files overlap"):
        members(reader, tmp_path / "a.zip")


def test_an_archive_that_holds_itself_ends(reader: Reader, tmp_path: Path) -> None:
    inner = in_bytes([("x.txt", "X.")])
    for _ in range(20):
        inner = in_bytes([("self.zip", inner), ("x.txt", "X.")])
    (tmp_path / "a.zip").write_bytes(inner)
    found = members(reader, tmp_path / "a.zip")
    assert [name for name in found if not name.endswith("x.txt")] == ["self.zip/self.zip"]
