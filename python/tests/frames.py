"""What tests of arrays share."""

from __future__ import annotations

import zlib
from pathlib import Path


def noise(count: int, height: int, width: int, seed: int = 1) -> bytes:
    """Bytes of frames that look random and are the same everywhere."""
    state, out = seed, bytearray()
    for _ in range(count * height * width * 3):
        state = (1103515245 * state + 12345) % 2**31
        out.append(state >> 16 & 255)
    return bytes(out)


def read_png(path: Path) -> tuple[int, int, bytes]:
    """Height, width and samples of an unfiltered RGB picture, read by another road than it was written."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        assert int.from_bytes(data[at + 8 + length : at + 12 + length], "big") == zlib.crc32(kind + body)
        if kind == b"IHDR":
            size = (int.from_bytes(body[4:8], "big"), int.from_bytes(body[:4], "big"))
            assert body[8:] == bytes([8, 2, 0, 0, 0])
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, row = zlib.decompress(packed), 1 + 3 * size[1]
    rows = [raw[at : at + row] for at in range(0, len(raw), row)]
    assert len(rows) == size[0] and all(each[0] == 0 for each in rows)
    return size[0], size[1], b"".join(each[1:] for each in rows)
