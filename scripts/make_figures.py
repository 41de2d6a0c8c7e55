"""Make the committed figure set in figures/ anew: ``actviz article``, a phase figure, and a picture of the report.

The picture needs chromium, playwright and the extra ``page``.

Usage: python scripts/make_figures.py
"""

import tempfile
from pathlib import Path

import pages

from actviz.cli import main

TARGET = Path(__file__).parents[1] / "figures"
WIDTH = 1600
"""Pixels; the repository shows figures on a page, and a slide-size set would weigh ten megabytes."""


def shrink(source: Path, target: Path) -> None:
    """Write a smaller palette PNG."""
    from PIL import Image  # matplotlib brings it

    with Image.open(source) as image:
        small = image.convert("RGB").resize(
            (WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS
        )
        small.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)


def run(*arguments: str) -> None:
    """Run a command; its failure ends the script."""
    try:
        main(list(arguments))
    except SystemExit as end:
        if end.code:
            raise


def make() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run("article", "-o", f"{folder}/article")
        run("reproduce", "schoenholz2017/depth-scales", "-o", f"{folder}/depths")
        run("report", "article", "--results", f"{folder}/article", "-o", f"{folder}/report.html")
        pages.picture(Path(folder, "report.html"), Path(folder, "report.png"))
        TARGET.mkdir(exist_ok=True)
        for old in TARGET.iterdir():
            old.unlink()
        pictures = [*Path(folder).glob("article/*.png"), *Path(folder).glob("depths/*phase*.png")]
        for picture in sorted(pictures):
            shrink(picture, TARGET / picture.name)
        shrink(Path(folder, "report.png"), TARGET / "report.png")


if __name__ == "__main__":
    make()
