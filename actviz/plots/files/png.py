"""Pixels as a PNG: a figure is mostly flat colour, which packs faster and smaller without PNG's filters."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo, putchunk

LEVEL = 2
"""Of compression: more makes a file hardly smaller."""

_BEGIN = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_INCH = 0.0254


def png(pixels: NDArray[np.uint8], texts: Mapping[str, str], dpi: float) -> bytes:
    """Return an image with its texts as a file.

    Pillow tries every filter on every row, and cannot be told not to; it writes what has transparent pixels.

    Parameters
    ----------
    pixels : ndarray, shape (height, width, 4)
        Red, green, blue and opacity.
    texts : mapping
        Words by keyword.
    dpi : float
        Pixels an inch that the file says of itself.
    """
    to, info = io.BytesIO(), PngInfo()
    for keyword, words in texts.items():
        info.add_text(keyword, words)
    if pixels[..., 3].min() < 255:
        Image.fromarray(pixels).save(to, "png", pnginfo=info, dpi=(dpi, dpi), compress_level=LEVEL)
        return to.getvalue()
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # the first byte of a row names its filter: none
    for colour in range(3):  # four times as fast as all of them at once
        rows[:, 1 + colour :: 3] = pixels[..., colour]
    to.write(_BEGIN)
    putchunk(to, b"IHDR", struct.pack(">2I5B", width, height, 8, _RGB, 0, 0, 0))
    for kind, content, *_ in info.chunks:
        putchunk(to, kind, content)
    dots = int(dpi / _INCH + 0.5)
    putchunk(to, b"pHYs", struct.pack(">2IB", dots, dots, 1))
    putchunk(to, b"IDAT", zlib.compress(rows.data, LEVEL))
    putchunk(to, b"IEND", b"")
    return to.getvalue()


MOST_TEXT = 1 << 26
"""Bytes of a text when unpacked."""


def texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield keyword and words of every text of a file; its sums tell whether it is whole, and no pixel is unpacked.

    Raises
    ------
    ValueError
        If it is no PNG, is truncated, or has a chunk whose sum is not that of its bytes.
    """
    if not content.startswith(_BEGIN):
        raise ValueError("it does not begin as a PNG does")
    at, kind, found = len(_BEGIN), b"", list[tuple[bytes, bytes]]()
    while kind != b"IEND":
        if len(content) < at + 12:
            raise ValueError("it ends before its end")
        length, kind = struct.unpack_from(">I4s", content, at)
        inside = content[at + 8 : at + 8 + length]
        if content[at + 8 + length : at + 12 + length] != zlib.crc32(kind + inside).to_bytes(4, "big"):
            raise ValueError("a part is not what it was when it was written")
        found.append((kind, inside))
        at += 12 + length
    for kind, inside in found:
        keyword, _, rest = inside.partition(b"\0")
        if kind == b"tEXt":
            yield keyword.decode("latin-1"), rest.decode("latin-1")
        elif kind == b"zTXt":
            yield keyword.decode("latin-1"), _unpacked(rest[1:]).decode("latin-1")
        elif kind == b"iTXt":
            words = rest[2:].split(b"\0", 2)[2]
            yield keyword.decode("latin-1"), (_unpacked(words) if rest[:1] == b"\1" else words).decode()


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, MOST_TEXT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
