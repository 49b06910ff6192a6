"""Frames as PNG files, which every reader gives back to the bit."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(path: Path, rgb: bytes, height: int, width: int) -> None:
    """Writes one picture of 8 bits a channel. `rgb`: rows from the top, `height * width * 3` bytes. Stored, not packed: it is read once.

    A twelfth of the time that zlib's fastest level takes, which would save a fifth of the bytes (240x427, 2 cores: 0.8 and 10 ms a frame).
    """
    row = 3 * width
    rows = memoryview(rgb)
    data = zlib.compress(b"".join(b"\0" + rows[at : at + row] for at in range(0, height * row, row)), 0)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "xb") as file:
        file.write(_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
