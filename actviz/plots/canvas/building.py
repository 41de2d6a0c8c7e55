"""A figure built up step by step, for predict, then reveal: what belongs to later steps is hidden, nothing moves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.plots.canvas.draw import ACROSS, DOWN
from actviz.plots.canvas.slide import Canvas, Origin
from actviz.plots.canvas.style import TITLE
from actviz.text import width_of, wrapped

BY = ("layer", "pairing")
"""What a step can be: a layer, or a pairing; of a training a run."""

MOST = 10
"""Steps of a stack at most; in deeper ones a step is several layers."""


@contextlib.contextmanager
def part(axes: Sequence[Any], step: str, by: str = "pairing") -> Iterator[None]:
    """Let what is drawn on Axes meanwhile appear at a step of its figure."""
    there = {artist for ax in axes for artist in ax.get_children()}
    yield
    reveal(axes[0].figure, step, [a for ax in axes for a in ax.get_children() if a not in there], by)


def reveal(fig: Figure, step: str, artists: Sequence[Artist], by: str = "pairing") -> None:
    """Let artists appear at a step of a figure."""
    if isinstance(fig, Canvas):
        hidden = fig.steps.setdefault(by, {}).setdefault(step, [])
        hidden += [partial(artist.set_visible, False) for artist in artists]


def reveal_grid(ax: Any, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Let the cells of a grid of distributions appear by column, a layer each, or by row, a pairing each."""
    if not isinstance(ax.figure, Canvas):
        return
    for by, names, axis in (("layer", columns, 1), ("pairing", rows, 0)):
        steps = ax.figure.steps.setdefault(by, {})
        for at, name in enumerate(names):
            steps[name] = [partial(_hide_cells, ax, axis, at)]


def _hide_cells(ax: Any, axis: int, at: int) -> None:
    """Hide the bars, contours and words of a row or column of a grid; its base lines stay.

    All cells of a grid are one collection, some with no path of their own, which is drawn many times faster than an
    artist each; so where a path stands tells whose it is.
    """
    for drawn in (each for each in ax.collections if isinstance(each, PolyCollection | LineCollection)):
        paths: Any = drawn.get_paths()
        for position, path in enumerate(paths):
            seen = path.vertices[np.isfinite(path.vertices).all(axis=1)]
            if not len(seen) or (isinstance(drawn, LineCollection) and _is_base(seen)):
                continue
            if _cell(float(seen[:, 0].min()), float(seen[:, 1].min()))[axis] == at:
                paths[position] = Path(np.zeros((0, 2)))
    for words in ax.texts:
        if not isinstance(words, Annotation) and _cell(*words.get_position())[axis] == at:
            words.set_visible(False)


def _is_base(line: Any) -> bool:
    """Whether a line is a panel's base: level, and as wide as the panel."""
    return bool(np.ptp(line[:, 1]) == 0 and np.ptp(line[:, 0]) > 0.5)


def _cell(x: float, y: float) -> tuple[int, int]:
    """Return row and column of a place in a grid."""
    return int(np.floor((1 - y + 0.02) / DOWN)), int(np.floor((x + 0.05) / ACROSS))


def reveal_layers(axes: Sequence[Any], layers: NDArray[Any], notes: Sequence[Artist]) -> None:
    """Let what is drawn over layers appear layer by layer; in a deep stack, several of them at a time.

    ``notes`` belong to no layer, and appear with the last.
    """
    steps = axes[0].figure.steps.setdefault("layer", {})
    for group in np.array_split(layers, min(MOST, len(layers))):
        first = int(group[0])
        steps[str(first)] = [partial(_hide_from, ax, first) for ax in axes]
    steps[str(first)] += [partial(note.set_visible, False) for note in notes]


def _hide_from(ax: Any, layer: int) -> None:
    """Cut off what is drawn at a layer and beyond it: a line or a band is one artist for all layers."""
    for line in ax.lines:
        x, y = np.asarray(line.get_xdata(), float), np.array(line.get_ydata(), float)
        line.set_data(x, np.where(x >= layer - 0.5, np.nan, y))
    low, bottom = ax.get_xlim()[0], ax.get_xaxis_transform()
    for drawn in ax.collections:
        end = layer - (0.5 if not isinstance(drawn, PolyCollection) else 1.0)  # a band ends where its line does
        drawn.set_clip_path(Rectangle((low, 0), max(end - low, 0.0), 1, transform=bottom))
    for words in ax.texts:
        within = ax.get_xlim()[0] + words.get_position()[0] * np.ptp(ax.get_xlim())
        if not isinstance(words, Annotation) and within >= layer - 0.5:
            words.set_visible(False)


@dataclass(frozen=True)
class Drawing:
    """A figure that is to be drawn: called, it is.

    Of one that is being built up, its origin has a step: so many are shown, under a question for a title.
    """

    origin: Origin

    def __call__(self) -> Figure:
        """Draw it."""
        spec, step = self.origin.spec, self.origin.step
        figure: Any = spec.draw(self.origin.subject, **self.origin.style.asked(), **self.origin.options)
        figure.origin = self.origin
        if step is not None:
            _leave(figure, *step)
        return figure  # type: ignore[no-any-return]


def built(whole: Drawing, by: str) -> list[Drawing]:
    """Return a figure's steps under a question: empty, then a step more each; then the whole figure.

    Every one is drawn anew, so that the last is the plain figure.
    """
    number = len(whole().steps[by])  # type: ignore[attr-defined]
    return [Drawing(replace(whole.origin, step=(by, at))) for at in range(number)] + [whole]


def _leave(figure: Any, by: str, at: int) -> None:
    """Leave the first steps of a figure under a question: its title may say what is found in the end."""
    for step in reversed(list(figure.steps[by].values())[at:]):
        for hide in step:
            hide()
    _ask(figure)


def _ask(figure: Any) -> None:
    """Put the question in the title's place, in as many lines."""
    title = figure.texts[0]
    lines, large = title.get_text().count("\n") + 1, float(title.get_fontsize())
    columns = int(figure.size.columns(62) * TITLE / large)
    asked = wrapped(figure.question, columns)
    if asked.count("\n") + 1 > lines:
        asked = wrapped(figure.question, -(-width_of(figure.question) // lines) + 4)
        title.set_fontsize(large * columns / max(columns, *map(width_of, asked.split("\n"))))
    title.set_text(asked)


def check_by(name: str, builds: Sequence[str], by: str | None, able: Sequence[str]) -> str:
    """Return by what a figure is built up: as asked, or as it is best.

    Raises
    ------
    ActvizError
        If it cannot be; the message lists which figures can, or by what.
    """
    if not builds:
        raise ActvizError(f"figure {name} is not built up step by step; choose from {', '.join(able)}")
    if by is not None and by not in builds:
        raise ActvizError(f"figure {name} is built up by {' or '.join(builds)}, not by {by}")
    return by or builds[0]
