"""Make the committed figure set in figures/ anew: ``actviz article``, what the README shows besides, and the two pages.

The pictures of the pages need chromium, playwright and the extra ``page``.

The map of trainability takes an hour of its own and is kept as it is, unless a sweep is given to draw it of:

    actviz sweep -a tanh --bias-var 0.05 --width 300 --data mnist --validation 0 --updates 200 --batch 256 --lr 0.001
        --over weight_var=1:4:16 --over depth=10:100:12 --keep final_accuracy,final_loss -o trainability.nc

Usage: python scripts/make_figures.py [trainability.nc]
"""

import sys
import tempfile
from pathlib import Path

import live_page
import pages

from actviz.cli import main

TARGET = Path(__file__).parents[1] / "figures"
WIDTH = 1600
"""Pixels; the repository shows figures on a page, and a slide-size set would weigh ten megabytes."""


FLAT = 64
"""Colours that cover most of a figure, which its smaller copy has unchanged."""

TRAINABILITY = "trainability.png"


def shrink(source: Path, target: Path) -> None:
    """Write a smaller palette PNG, in which flat colours are what they were and words and recipe are kept."""
    from PIL import Image, PngImagePlugin  # matplotlib brings it

    with Image.open(source) as image:
        words = PngImagePlugin.PngInfo()
        for keyword, value in getattr(image, "text", {}).items():
            words.add_itxt(keyword, value, zip=True)
        whole = image.convert("RGB")
    small = whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS)
    counted = sorted(whole.getcolors(whole.width * whole.height) or [], reverse=True)
    flat = [value for _, color in counted[:FLAT] for value in color]
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat + (small.quantize(256 - FLAT).getpalette() or [])[: 3 * (256 - FLAT)])
    small.quantize(palette=palette, dither=Image.Dither.NONE).save(target, optimize=True, pnginfo=words)


def run(*arguments: str) -> None:
    """Run a command; its failure ends the script."""
    try:
        main(list(arguments))
    except SystemExit as end:
        if end.code:
            raise


def show_overlay(folder: Path) -> None:
    """Draw two results in one figure, and a figure that builds up, as the README shows them."""
    pairings = ("-i", "normal:0.01", "-i", "xavier_normal", "-i", "normal", "-a", "tanh", "--depth", "10")
    plain, norm = str(folder / "plain.nc"), str(folder / "norm.nc")
    run("probe", *pairings, "-o", plain)
    run("probe", *pairings, "--norm", "batch", "-o", norm)
    run("figures", plain, norm, "--overlay", "--labels", "plain,with batch norm", "-f", "signal", "-o", str(folder))
    run("figures", plain, "-f", "histograms", "--build-up", "--gif", str(TARGET / "build-up.gif"))


def show_coordinates(folder: Path) -> None:
    """Draw the coordinate check that the page of ``scaling`` shows."""
    run("coord", "he_normal+relu", "-o", str(folder / "coordinates.png"))
    shrink(folder / "coordinates.png", TARGET / "coordinates.png")


def show_formats(folder: Path) -> None:
    """Draw what number formats hold of a deep network, as the page of ``diagnosis`` shows it."""
    deep = ("-i", "xavier_normal", "-a", "relu", "--depth", "20", "--drive", "cross_entropy")
    run("probe", *deep, "-o", str(folder / "deep.nc"))
    run("figures", str(folder / "deep.nc"), "-f", "formats", "--name", "{figure}", "-o", str(folder))
    (drawn,) = folder.glob("formats*.png")
    shrink(drawn, TARGET / "formats.png")


def show_trainability(result: str) -> None:
    """Draw the map of how deep networks train, of a sweep that is there."""
    with tempfile.TemporaryDirectory() as folder:
        run("figures", result, "-f", "trainability", "-o", folder)
        shrink(Path(folder) / TRAINABILITY, TARGET / TRAINABILITY)


def make() -> None:
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.iterdir():
        if old.name != TRAINABILITY:
            old.unlink()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("article", "-o", f"{folder}/article")
        run("reproduce", "schoenholz2017/depth-scales", "-o", f"{folder}/depths")
        for picture in sorted([*folder.glob("article/*.png"), *folder.glob("depths/*phase*.png")]):
            shrink(picture, TARGET / picture.name)
        show_overlay(folder)
        show_coordinates(folder)
        show_formats(folder)
        shrink(folder / "signal.png", TARGET / "overlay.png")
        run("report", "article", "--results", f"{folder}/article", "-o", f"{folder}/report.html")
        pages.picture(folder / "report.html", folder / "report.png")
        shrink(folder / "report.png", TARGET / "report.png")
        live_page.photograph(str(folder / "live.png"))
        shrink(folder / "live.png", TARGET / "live.png")


if __name__ == "__main__":
    if sys.argv[1:]:
        show_trainability(sys.argv[1])
    else:
        make()
