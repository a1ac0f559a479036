"""What was embedded of a passage, as a short hash: the same words under the same headings are embedded once."""

import hashlib


def text_hash(headings: tuple[str, ...], text: str) -> bytes:
    """16 bytes that stand for a passage's words and the path of its headings."""
    said = "\0".join((*headings, text.strip())).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=16).digest()
