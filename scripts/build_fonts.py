"""Rebuild actviz/data/fonts: the letters of Noto Sans KR, regular and bold, out of the variable font in a package.

Hangul (the 2350 syllables of KS X 1001), Latin, Greek and common punctuation. Its signs of mathematics are as wide as
a syllable, and it has not all superscripts: what is left out is shown in DejaVu Sans, which has them all.

Usage: pip install justmytype-intl-cjk==0.1.0 && python scripts/build_fonts.py [--check]
"""

import sys
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TARGET = Path(__file__).parents[1] / "actviz" / "data" / "fonts"
SOURCE = "fonts/ofl/notosanskr/NotoSansKR[wght].ttf"
RANGES = [(0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400), (0x2010, 0x2040), (0x3131, 0x3164)]
SYLLABLES = [ord(bytes([high, low]).decode("euc_kr")) for high in range(0xB0, 0xC9) for low in range(0xA1, 0xFF)]
LEFT_OUT = {ord(sign) for sign in "±×÷¹²³¼½¾§¶‐—―‖†‡‥…‧‰‵※"}


def build(weight: int) -> bytes:
    found = TTFont(str(files("justmytype_intl_cjk").joinpath(SOURCE)), recalcTimestamp=False)
    font = instancer.instantiateVariableFont(found, {"wght": weight}, updateFontNames=True)
    options = subset.Options(hinting=False, layout_features=["kern"], name_IDs=["*"], notdef_outline=True)
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    signs = {code for start, stop in RANGES for code in range(start, stop)} - LEFT_OUT
    subsetter.populate(unicodes=[*SYLLABLES, *signs])
    subsetter.subset(font)
    content = BytesIO()
    font.save(content)
    return content.getvalue()


def main() -> None:
    same = True
    for weight, name in ((400, "Regular"), (700, "Bold")):
        path, content = TARGET / f"NotoSansKR-{name}-ksx.ttf", build(weight)
        if "--check" in sys.argv:
            same = same and path.read_bytes() == content
        else:
            path.write_bytes(content)
            print(f"{path.name}: {len(content)} bytes")
    if "--check" in sys.argv:
        print("the shipped files are what this script makes" if same else "the shipped files DIFFER")
        sys.exit(not same)


if __name__ == "__main__":
    main()
