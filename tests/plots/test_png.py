"""Pixels as PNG files: every pixel, word and size comes back, with and without transparency."""

import io

import numpy as np
import pytest
from PIL import Image

from actviz.plots.files.png import png

WORDS = {"Title": "Signal", "Description": "신호가 사라진다", "actviz": '{"schema": 1}'}


@pytest.mark.parametrize("opacity", [255, 100])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (40, 7)])
def test_every_pixel_and_word_comes_back(shape, opacity):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 4), dtype=np.uint8)
    pixels[..., 3] = opacity
    with Image.open(io.BytesIO(png(pixels, WORDS, 288.0))) as image:
        np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), pixels)
        assert image.text == WORDS
        assert image.mode == ("RGB" if opacity == 255 else "RGBA")
        assert image.info["dpi"] == pytest.approx((288, 288), rel=1e-4)
