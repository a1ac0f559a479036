"""RTF as Outlook packs it in a message ([MS-OXRTFCP]): copies out of the last 4,096 bytes, and single bytes."""

import struct

_HEADER = struct.Struct("<III4x")
_PACKED, _PLAIN = int.from_bytes(b"LZFu", "little"), int.from_bytes(b"MELA", "little")
_WINDOW = 4096
# What the window holds at first.
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(data: bytes) -> bytes:
    """The RTF, at most eight times as long; what there is of it where `data` ends too early.

    Raises ValueError for what is not packed so.
    """
    if len(data) < _HEADER.size:
        raise ValueError("shorter than its header")
    _, size, kind = _HEADER.unpack_from(data)
    if kind not in (_PLAIN, _PACKED):
        raise ValueError("not of a known kind")
    text = _expanded(data, size) if kind == _PACKED else data[_HEADER.size : _HEADER.size + size]
    if not text.startswith(b"{\\rtf"):
        raise ValueError("not RTF")
    return text


def _expanded(data: bytes, size: int) -> bytes:
    text = bytearray(_BEGINNING)
    end = len(_BEGINNING) + size
    place = _HEADER.size
    flags = 1
    while place < len(data) and len(text) < end:
        if flags == 1:
            # Eight flags, the lowest first; the one above them says when they are used up.
            flags = data[place] | 0x100
            place += 1
        elif flags & 1:
            pair = int.from_bytes(data[place : place + 2], "big")
            back = (len(text) - (pair >> 4)) % _WINDOW
            if not back or place + 2 > len(data):
                break
            for _ in range((pair & 15) + 2):
                text.append(text[-back] if back <= len(text) else 0)
            place += 2
            flags >>= 1
        else:
            text.append(data[place])
            place += 1
            flags >>= 1
    return bytes(text[len(_BEGINNING) : end])
