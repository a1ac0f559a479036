"""Compound files (MS-CFB), in which Outlook and the old Office keep their streams, made byte by byte."""

import struct
from itertools import pairwise


def compound(streams: list[tuple[str, bytes]], storages: list[tuple[str, list[tuple[str, bytes]]]]) -> bytes:
    """A minimal compound file (MS-CFB, 512-byte sectors): streams below 4,096 bytes are padded beyond that."""
    entries: list[tuple[str, int, int, int, int]] = []  # name, type, child, first sector, size
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(data: bytes) -> tuple[int, int]:
        size = max(len(data), 4096)
        data = data.ljust(-(-size // 512) * 512, b"\0")
        first = len(sectors)
        count = len(data) // 512
        sectors.extend(data[n * 512 : n * 512 + 512] for n in range(count))
        chains.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        return first, size

    siblings: dict[int, int] = {}

    def add(name: str, kind: int, child: int, first: int, size: int) -> int:
        entries.append((name, kind, child, first, size))
        return len(entries) - 1

    def folder(names: list[int]) -> int:
        for left, right in pairwise(names):
            siblings[left] = right
        return names[0] if names else 0xFFFFFFFF

    root = add("Root Entry", 5, 0, 0xFFFFFFFE, 0)
    top = [add(name, 2, 0xFFFFFFFF, *store(data)) for name, data in streams]
    for name, inner in storages:
        inside = [add(one, 2, 0xFFFFFFFF, *store(data)) for one, data in inner]
        top.append(add(name, 1, folder(inside), 0, 0))
    entries[root] = ("Root Entry", 5, folder(top), 0xFFFFFFFE, 0)
    directory = b""
    for number, (name, kind, child, first, size) in enumerate(entries):
        text = name.encode("utf-16-le")
        directory += text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, siblings.get(number, 0xFFFFFFFF), child)
        directory += bytes(36) + struct.pack("<IQ", first, size)
    place, _ = store(directory)
    table = -(-(len(chains) + 8) * 4 // 512)
    start = len(chains)
    chains.extend([0xFFFFFFFD] * table)
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(table * 512, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, table, place, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(start, start + table), *[0xFFFFFFFF] * (109 - table))
    return header + b"".join(sectors) + fat
