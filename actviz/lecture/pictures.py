"""The pictures of a deck in their files; one that an earlier lecture left there, of the same results, is kept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.catalog.checks import worker_count
from actviz.lecture.deck import Deck, Drawn, Equation, Picture
from actviz.numerics.parallel import in_order
from actviz.results.schema import small_file
from actviz.results.standing import digest, digest_of
from actviz.text import text
from actviz.version import __version__

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

    from actviz.lecture.targets import Target

LEDGER = "drawn.json"
"""Beside the pictures: of each file what it was drawn of and how, its size and its text."""

FIGURES, WHOLE = "figures", ""
"""Their folder, and under what the ledger has the lecture itself."""

COUNTED = ("slides", "pictures")

SIZE = "half"
"""Of all figures: the half of a slide, beside words."""

FONTS = {
    **dict.fromkeys(("histograms", "signal", "gradients", "race"), 13.0),
    **dict.fromkeys(("gradients_detail", "batch_norm", "descent", "budget", "sweep", "stopping"), 11.5),
}
"""Body text of every kind of figure in points, as large as its panels have room for at the height of a slide."""


def draw_picture(picture: Picture, datasets: Mapping[str, xarray.Dataset], theme: str, lang: str) -> Figure:
    """Draw a picture of a page."""
    from actviz.plots.canvas.diagram import stack_diagram

    if (shown := picture.shown) is None:
        return stack_diagram(theme=theme, lang=lang)
    return draw_part(shown.figure, datasets[shown.probe], picture.share, theme=theme, lang=lang, **shown.options)


def draw_part(
    figure: str, ds: xarray.Dataset, share: float, *, theme: str = "light", lang: str = "en", title: str | None = None,
    **options: Any,
) -> Figure:  # fmt: skip
    """Draw a figure for the half of a slide: a share of it, of 0 the axes alone, so that the rest can be predicted.

    Parameters
    ----------
    figure : str
        Key into ``actviz.FIGURES``.
    ds : xarray.Dataset
    share : float
        From 0 to 1, which is all of it.
    theme, lang, title
        Of its style.
    options
        Passed to the figure.
    """
    from actviz.plots import FIGURES
    from actviz.plots.canvas.building import Drawing, built
    from actviz.plots.canvas.sheet import styled
    from actviz.plots.canvas.slide import Origin

    spec = FIGURES[figure]
    whole = Drawing(Origin(spec, ds, options, styled(theme, lang, SIZE, font=FONTS[figure], title=title)))
    if share == 1:
        return whole()
    if "pairing" in spec.builds:
        steps = built(whole, "pairing")[:-1]
        return steps[math.ceil(share * len(steps))]()
    return _in_part(whole(), share)


def _in_part(figure: Figure, share: float) -> Figure:
    """Leave of a figure that is not built up the first share of its panels, and of the others axes and bold names.

    Of the panel in which the share ends it is the first of what is drawn there. Panels without numbers are a key, and
    stay. The figure's own words go, for they may tell the answer; where lines end tells it, too, so that their names
    stand in the middle, as a legend does.
    """
    from actviz.plots.canvas.ends import end_names, stack_names

    panels = [ax for ax in figure.axes if len(ax.get_xticks()) or len(ax.get_yticks())]
    for at, ax in enumerate(panels):
        here = min(max(share * len(panels) - at, 0.0), 1.0)
        named = [each for each in ax.texts if each.get_fontweight() == "bold"]
        for drawn in (ax.lines, ax.collections, ax.images, ax.patches):
            for each in list(drawn)[round(here * len(drawn)) :]:
                each.set_visible(False)
        for words in ax.texts:
            words.set_visible(here == 1.0 or words in named)
        if here < 1.0:
            stack_names(ax)
            for words in end_names(ax):
                words.set_visible(share > 0)
    for words in (*figure.texts, *(figure.legends if share == 0 else ())):
        words.set_visible(False)
    return figure


def _described(figure: Figure, alt: str) -> Drawn:
    """Return a figure's shape, and what stands for it where it cannot be seen: its own words unless they are given."""
    from actviz.plots import story

    width, height = map(float, figure.get_size_inches() * 72)
    return Drawn(width, height, alt or story(figure).alt)


def _digest(ds: xarray.Dataset) -> str:
    """Return a digest of a result: its values and how they were measured."""
    told = hashlib.sha256(json.dumps(ds.attrs, sort_keys=True, default=str).encode())
    for name in sorted(map(str, ds.variables)):
        values = np.asarray(ds[name].values)
        told.update(name.encode() + (values.astype(str) if values.dtype.kind in "OT" else values).tobytes())
    return told.hexdigest()


def _tasks(
    deck: Deck, datasets: Mapping[str, xarray.Dataset], target: Target
) -> dict[str, tuple[Any, str, Callable[[], Figure]]]:
    """Return by stem what each picture is of, its text if it has none of its own, and a call that draws it."""
    from actviz.plots.canvas.diagram import formula

    used = {picture.shown.probe for picture in deck.pictures if picture.shown}
    digests = {name: _digest(datasets[name]) for name in used}

    def of_picture(picture: Picture) -> tuple[Any, str, Callable[[], Figure]]:
        shown = picture.shown
        of = [picture.share, *([shown.figure, shown.options, digests[shown.probe]] if shown else [])]
        alt = "" if shown else text("lecture.diagram.alt", deck.lang)
        if shown and not picture.whole:
            step, about = "half" if picture.share else "empty", text(f"{shown.figure}.about", deck.lang)
            alt = text(f"lecture.{step}.alt", deck.lang, shown=about)
        own = {shown.probe: datasets[shown.probe]} if shown else {}  # a process is sent what it draws of, no more
        return [*of, deck.theme, deck.lang], alt, partial(draw_picture, picture, own, deck.theme, deck.lang)

    def of_equation(each: Equation) -> tuple[Any, str, Callable[[], Figure]]:
        return [each.tex, deck.theme], each.plain, partial(formula, each.tex, theme=deck.theme)

    tasks = {picture.stem: of_picture(picture) for picture in deck.pictures}
    return tasks | ({each.stem: of_equation(each) for each in deck.equations} if target.draws_formulas else {})


def _drawn(draw: Callable[[], Figure], alt: str, file: Path) -> Drawn:
    """Draw a picture into its file; return what it is."""
    from actviz.plots import save_figure

    figure = draw()
    save_figure(figure, file)
    return _described(figure, alt)


def _read_ledger(folder: Path) -> dict[str, Any]:
    """Return what an earlier lecture says of its pictures; nothing where that cannot be read."""
    try:
        found = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _kept(told: Any, key: str, file: Path) -> Drawn | None:
    """Return what a picture of before is, if it is of the same thing and its file is the one that was written."""
    try:
        if told["key"] != key or digest_of(file) != told["sha256"]:
            return None
        return Drawn(float(told["width"]), float(told["height"]), str(told["alt"]))
    except (OSError, KeyError, TypeError, ValueError):
        return None


def draw_pictures(
    deck: Deck,
    datasets: Mapping[str, xarray.Dataset],
    folder: Path,
    target: Target,
    before: Path,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Drawn]:
    """Write every picture of a deck to a folder, or take it from ``before``; return what they are by stem."""
    from actviz.plots.files.making import worth

    known, keys, drawn = _read_ledger(before), dict[str, str](), dict[str, Drawn]()
    tasks, left = _tasks(deck, datasets, target), []
    for stem, (of, alt, draw) in tasks.items():
        name = f"{stem}.{target.figures}"
        keys[stem] = digest(json.dumps([__version__, _matplotlib(), of], default=str).encode())
        kept = _kept(known.get(name), keys[stem], before / name)
        if kept is None:
            left.append((stem, (draw, alt, folder / name)))
        else:
            shutil.copyfile(before / name, folder / name)
            drawn[stem] = kept
    told = None if progress is None else lambda done, _: progress(len(drawn) + done, len(tasks))
    made = in_order(_drawn, [task for _, task in left], worker_count(workers), worth(len(left)), told)
    drawn |= dict(zip([stem for stem, _ in left], made, strict=True))
    ledger = {}
    for stem in tasks:
        name = f"{stem}.{target.figures}"
        ledger[name] = {"key": keys[stem], "sha256": digest_of(folder / name), **dataclasses.asdict(drawn[stem])}
    _write_ledger(folder, ledger)
    return {stem: drawn[stem] for stem in tasks}


def _write_ledger(folder: Path, ledger: Mapping[str, Any]) -> None:
    content = json.dumps(ledger, ensure_ascii=False, indent=1) + "\n"
    (folder / LEDGER).write_text(content, encoding="utf-8")


def note_whole(work: Path, key: str, told: Mapping[str, Any]) -> None:
    """Note beside the pictures of what a whole lecture is made, and what each of its files is."""
    files = {str(each.relative_to(work).as_posix()): each for each in sorted(work.rglob("*")) if each.is_file()}
    sums = {name: digest_of(file) for name, file in files.items() if file != work / FIGURES / LEDGER}
    whole = {"key": key, "files": sums, **told}
    _write_ledger(work / FIGURES, {**_read_ledger(work / FIGURES), WHOLE: whole})


def whole_noted(folder: Path, key: str) -> dict[str, Any] | None:
    """Return what is noted of a lecture that is there, if it is made of this and every file is as it was."""
    told: Any = _read_ledger(folder / FIGURES).get(WHOLE)
    try:
        if told["key"] != key or not all(
            digest(small_file(folder / each)) == was for each, was in told["files"].items()
        ):
            return None
        return {"files": sorted([*told["files"], f"{FIGURES}/{LEDGER}"]), **{n: int(told[n]) for n in COUNTED}}
    except (AttributeError, OSError, KeyError, TypeError, ValueError):
        return None


def _matplotlib() -> str:
    from importlib.metadata import version

    return version("matplotlib")
