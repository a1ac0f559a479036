"""The kinds of document: their suffixes, the module that reads each, and what their pages are called."""

# A kind is a format as the user would name it. To add one: its suffixes, its module (qa/readers/<module>.py with a
# function `read(path, limits) -> Document`), and a unit where its parts are not called pages.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ".log"),
    "markdown": (".md", ".markdown"),
    "rst": (".rst",),
    "subtitles": (".srt", ".vtt"),
    "code": (
        *(".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".c", ".h", ".cpp", ".cc", ".hpp", ".cs"),
        *(".go", ".rs", ".rb", ".php", ".swift", ".scala", ".lua", ".r", ".sh", ".bash", ".ps1", ".sql", ".css"),
        *(
            ".toml",
            ".ini",
            ".cfg",
            ".tex",
            ".scss",
            ".less",
            ".vue",
            ".svelte",
            ".dart",
            ".groovy",
            ".gradle",
            ".pl",
        ),
        *(".pm", ".jl", ".ex", ".exs", ".hs", ".proto", ".graphql", ".tf", ".bat", ".zig"),
    ),
    "json": (".json", ".jsonl", ".ndjson", ".geojson", ".jsonld"),
    "xml": (".xml", ".svg"),
    "yaml": (".yaml", ".yml"),
    "notebook": (".ipynb",),
    "html": (".html", ".htm", ".xhtml", ".xht"),
    "mhtml": (".mhtml", ".mht"),
    "epub": (".epub",),
    "eml": (".eml",),
    "mbox": (".mbox",),
    "msg": (".msg",),
    "pdf": (".pdf",),
    "picture": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"),
    "docx": (".docx", ".docm", ".dotx", ".dotm"),
    "doc": (".doc", ".dot"),
    "odt": (".odt", ".ott"),
    "rtf": (".rtf",),
    "pptx": (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    "ppt": (".ppt", ".pps", ".pot"),
    "odp": (".odp", ".otp"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt"),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".tsv"),
    "archive": (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz"),
}
NAMES: dict[str, str] = {
    "text": "plain text",
    "markdown": "Markdown",
    "rst": "reStructuredText",
    "subtitles": "subtitles",
    "code": "source code",
    "json": "JSON",
    "xml": "XML",
    "yaml": "YAML",
    "notebook": "a Jupyter notebook",
    "html": "a web page",
    "mhtml": "a saved web page",
    "epub": "an EPUB book",
    "eml": "a mail",
    "mbox": "a mailbox",
    "msg": "an Outlook message",
    "pdf": "a PDF",
    "picture": "a picture",
    "docx": "a Word document",
    "doc": "a Word document of the old kind",
    "odt": "an OpenDocument text",
    "rtf": "an RTF document",
    "pptx": "a PowerPoint presentation",
    "ppt": "a PowerPoint presentation of the old kind",
    "odp": "an OpenDocument presentation",
    "xlsx": "an Excel workbook",
    "xlsb": "a binary Excel workbook",
    "xls": "an Excel workbook of the old kind",
    "ods": "an OpenDocument spreadsheet",
    "csv": "a table of separated values",
    "archive": "an archive",
}
"""What a file of each kind is called in a sentence."""

KINDS = {suffix: kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes}
READABLE = tuple(KINDS)

MODULES = {
    "json": "data",
    "eml": "mail",
    "mbox": "mail",
    "csv": "delimited",
    "doc": "legacy",
    "ppt": "legacy",
    "xlsx": "spreadsheet",
    "xlsb": "spreadsheet",
    "xls": "spreadsheet",
    "ods": "spreadsheet",
}
"""The modules whose name is not that of the kind."""

UNITS = {
    "pptx": "slide",
    "ppt": "slide",
    "odp": "slide",
    "xlsx": "sheet",
    "xlsb": "sheet",
    "xls": "sheet",
    "ods": "sheet",
    "epub": "chapter",
    "mbox": "message",
}


def place(kind: str, number: int | None, label: str = "") -> str:
    """Where a passage stands, in words: "page 4", "page 4 (printed iii)", "slide 2", "sheet 3, Budget".

    Empty where the format has no pages (`number` is None).
    """
    if number is None:
        return ""
    unit = UNITS.get(kind, "page")
    if not label or label == str(number):
        return f"{unit} {number}"
    return f"{unit} {number} (printed {label})" if unit == "page" else f"{unit} {number}, {label}"
