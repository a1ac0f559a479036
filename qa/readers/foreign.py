"""What is no document: the first bytes of programs, media, databases and formats that nothing here reads."""

import re

# (offset, bytes, what it is, what to do). Those of `_SHORT` are also ordinary words: they count only in a file
# that is not text.
_SIGNS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"Rar!\x1a\x07", "a RAR archive", "Unpack it, and put its files here."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, and put its files here."),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it, and put its files here."),
    (0, b"\x04\x22\x4d\x18", "an LZ4 archive", "Unpack it, and put its files here."),
    (0, b"\x1f\x9d", "a compress archive", "Unpack it, and put its files here."),
    (0, b"MSCF\x00\x00\x00\x00", "a cabinet archive", "Unpack it, and put its files here."),
    (0, b"!<arch>\n", "a library of object files or a Debian package", ""),
    (0, b"\xed\xab\xee\xdb", "an RPM package", ""),
    (0, b"\x7fELF", "a program", ""),
    (0, b"\xfe\xed\xfa", "a program", ""),
    (0, b"\xcf\xfa\xed\xfe", "a program", ""),
    (0, b"\xce\xfa\xed\xfe", "a program", ""),
    (0, b"\xca\xfe\xba\xbe", "a program", ""),
    (0, b"\x00asm", "a program", ""),
    (0, b"dex\n03", "a program", ""),
    (0, b"\x1bLua", "a program", ""),
    (2, b"\r\n\x00\x00\x00\x00", "a program", ""),
    (0, b"GGUF", "a chat model", "Models belong in the models folder."),
    (0, b"\x89HDF\r\n", "a file of HDF5 data", "Export it as CSV."),
    (0, b"\x93NUMPY", "a NumPy array", "Export it as CSV."),
    (8, b'{"__metadata__"', "the weights of a model", ""),
    (4, b"TFL3", "the weights of a model", ""),
    (0, b"\x80\x02", "pickled data of Python", ""),
    (0, b"\x80\x03", "pickled data of Python", ""),
    (0, b"\x80\x04\x95", "pickled data of Python", ""),
    (0, b"\x80\x05\x95", "pickled data of Python", ""),
    (0, b"PAR1", "a Parquet table", "Export it as CSV."),
    (0, b"ARROW1", "an Arrow table", "Export it as CSV."),
    (0, b"Obj\x01", "an Avro table", "Export it as CSV."),
    (0, b"SQLite format 3\x00", "an SQLite database", "Export its tables as CSV."),
    (4, b"Standard Jet DB\x00", "an Access database", "Export its tables as CSV."),
    (4, b"Standard ACE DB\x00", "an Access database", "Export its tables as CSV."),
    (0, b"!BDN", "an Outlook data file", "Save its messages as .eml or .msg files."),
    (0, b"\x78\x9f\x3e\x22", "an attachment wrapped by Outlook (winmail.dat)", "Ask for it in its own format."),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "a OneNote section", "Export it as PDF or Word."),
    (0, b"ITSF\x03\x00", "a compiled help file", ""),
    (60, b"BOOKMOBI", "a Kindle book", "Convert it to EPUB."),
    (60, b"TEXtREAd", "a Palm book", "Convert it to EPUB."),
    (0, b"AT&TFORM", "a DjVu document", "Convert it to PDF."),
    (0, b"%!PS", "a PostScript file", "Convert it to PDF."),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript file", "Convert it to PDF."),
    (0, b"\xffWPC", "a WordPerfect document", "Save it as Word or PDF."),
    (0, b"\xdb\xa5\x2d\x00", "a Word document from before 1993", "Save it as .docx."),
    (0, b"\x31\xbe\x00\x00", "a Word or Write document from before 1993", "Save it as .docx."),
    (0, b"\x09\x00\x04\x00", "a workbook from before Excel 5", "Save it as .xlsx."),
    (0, b"\x09\x02\x06\x00", "a workbook from before Excel 5", "Save it as .xlsx."),
    (0, b"\x09\x04\x06\x00", "a workbook from before Excel 5", "Save it as .xlsx."),
    (0, b"\x00\x00\x02\x00\x06\x04", "a Lotus 1-2-3 workbook", "Save it as .xlsx."),
    (0, b"AC10", "an AutoCAD drawing", "Export it as PDF."),
    (0, b"8BPS\x00", "a Photoshop picture", "Save it as PNG."),
    (0, b"\x00\x00\x01\x00", "an icon", ""),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "Save it as PNG or JPEG."),
    (0, b"\xff\x0a", "a JPEG XL picture", "Save it as PNG or JPEG."),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture", "Save it as PNG or JPEG."),
    (0, b"SIMPLE  =                    T", "a picture of the sky (FITS)", "Save it as PNG."),
    (0, b"\xd9\xd9\xf7", "CBOR data", "Export it as JSON."),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile", "Save it as PNG."),
    (40, b" EMF", "a Windows metafile", "Save it as PNG."),
    (4, b"ftyphei", "an HEIC picture", "Save it as PNG or JPEG."),
    (4, b"ftypmif1", "an HEIC picture", "Save it as PNG or JPEG."),
    (4, b"ftypavif", "an AVIF picture", "Save it as PNG or JPEG."),
    (4, b"ftyp", "a video or sound", ""),
    (4, b"moov", "a video", ""),
    (4, b"mdat", "a video", ""),
    (0, b"\x1aE\xdf\xa3", "a video", ""),
    (0, b"FLV\x01", "a video", ""),
    (0, b"\x00\x00\x01\xba", "a video", ""),
    (0, b"\x00\x00\x01\xb3", "a video", ""),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a video or sound", ""),
    (8, b"AVI LIST", "a video", ""),
    (8, b"WAVE", "a sound", ""),
    (8, b"AIFF", "a sound", ""),
    (0, b"OggS\x00", "a video or sound", ""),
    (0, b"fLaC\x00", "a sound", ""),
    (0, b"MThd\x00", "a sound", ""),
    (0, b"ID3", "a sound", ""),
    (0, b"\xff\xfb", "a sound", ""),
    (0, b"\xff\xf3", "a sound", ""),
    (0, b"\xff\xf1", "a sound", ""),
    (0, b"\x00\x01\x00\x00\x00", "a font", ""),
    (0, b"OTTO\x00", "a font", ""),
    (0, b"ttcf\x00", "a font", ""),
    (0, b"wOFF", "a font", ""),
    (0, b"wOF2", "a font", ""),
    (0, b"bplist00", "a binary property list or a page saved by Safari", "Save a page as HTML."),
    (0, b"MZ", "a program", ""),
)
_SHORT = {
    *(b"PAR1", b"ARROW1", b"GGUF", b"!BDN", b"AC10", b"ID3", b"wOFF", b"wOF2", b"MZ", b"ftyp", b"moov", b"mdat"),
    *(b"WAVE", b"AIFF", b"TFL3", b"AVI LIST"),
}
# Where a certificate or a signature says what it is (an object identifier in DER).
_PKCS7 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_AT_START = {
    sign[1][:1]: tuple(other for other in _SIGNS if other[0] == 0 and other[1][:1] == sign[1][:1])
    for sign in _SIGNS
}
_LATER = tuple(sign for sign in _SIGNS if sign[0])
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")


def foreign(head: bytes) -> str | None:
    """What the file that begins with `head` (some KB) is, where it is no document; None where nothing is known."""
    if head[:1] == b"0" and _PKCS7 in head[:24]:
        return refusal("a signed or encrypted file (PKCS #7)", "Open it in its program and save what it holds.")
    if _is_dbase(head):
        return refusal("a dBase table", "Export it as CSV.")
    for offset, sign, what, advice in (*_AT_START.get(head[:1], ()), *_LATER):
        if head.startswith(sign, offset) and (sign not in _SHORT or _CONTROL.search(head)):
            return refusal(what, advice)
    return None


def _is_dbase(head: bytes) -> bool:
    """By its version, the date of its last change, and the type of its first column."""
    return (
        len(head) > 64
        and head[0] in (0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5)
        and 1 <= head[2] <= 12
        and 1 <= head[3] <= 31
        and head[43] in b"CNDLMFBGPYTI"
        and b"\x00" in head[32:43]
    )


def refusal(what: str, advice: str) -> str:
    """Completes the sentence that begins with the file's name."""
    return f"cannot be read: it is {what}. {advice or 'Nothing needs to be done.'}"


# Names of streams in an OLE file, and what it then is.
OLE_STREAMS = {
    "VisioDocument": ("a Visio drawing", "Export it as PDF."),
    "Quill": ("a Publisher document", "Export it as PDF."),
    "FileHeader": ("a Hangul document", "Save it as Word or PDF."),
    "MatOST": ("a Works document", "Save it as Word or PDF."),
    "Catalog": ("a cache of thumbnails", ""),
}

# Parts of a zip package by the beginning of their names.
PACKAGES = (
    ("visio/", "a Visio drawing", "Export it as PDF."),
    ("FixedDocSeq.fdseq", "an XPS document", "Print it to PDF."),
    ("FixedDocumentSequence.fdseq", "an XPS document", "Print it to PDF."),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote document", "Export it as Word, Excel, PowerPoint or PDF."),
    ("index.apxl", "a Pages, Numbers or Keynote document", "Export it as Word, Excel, PowerPoint or PDF."),
    ("index.xml.gz", "a Pages, Numbers or Keynote document", "Export it as Word, Excel, PowerPoint or PDF."),
    ("Index.zip", "a Pages, Numbers or Keynote document", "Export it as Word, Excel, PowerPoint or PDF."),
    ("AndroidManifest.xml", "a program", ""),
    ("META-INF/MANIFEST.MF", "a program", ""),
    ("3D/", "a 3D model", ""),
)
