"""The table of figures, and the files a set of them becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.curves import figure_collapse, figure_gradients, figure_saturation, figure_signal
from actviz.plots.distributions import figure_histograms, figure_overview, figure_ridges
from actviz.plots.series import choose, teaching_pairings
from actviz.text import text

if TYPE_CHECKING:
    import xarray

Pairings = Sequence[tuple[str, str]]
Options = dict[str, Any]


def _one(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    yield "", {}


def _by_activation(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    for activation in choose(ds, "activation", None):
        yield f"-{activation}", {"activations": activation}
        if "view_hist" in ds:
            yield f"-{activation}-book", {"activations": activation, "view": "book"}


def _by_pairing(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    for init, activation in pairings:
        yield f"-{init}-{activation}", {"inits": init, "activations": activation}


@dataclass(frozen=True)
class FigureSpec:
    """A kind of figure.

    Parameters
    ----------
    name : str
    draw : callable
        From a dataset, and ``inits``, ``activations``, ``theme``, ``lang``, to a figure.
    about : str
        Key in ``TEXT`` of one line that says what it shows.
    files : callable
        From a dataset and the pairings asked for to the endings of file names and the options of each.
    """

    name: str
    draw: Callable[..., Figure]
    about: str
    files: Callable[[xarray.Dataset, Pairings], Iterator[tuple[str, Options]]] = _one

    def description(self, lang: str = "en") -> str:
        """Return one line that says what the figure shows."""
        return text(self.about, lang)


_table = (
    FigureSpec("histograms", figure_histograms, "histograms.about", _by_activation),
    FigureSpec("ridges", figure_ridges, "ridges.about", _by_pairing),
    FigureSpec("signal", figure_signal, "signal.about"),
    FigureSpec("gradients", figure_gradients, "gradients.about"),
    FigureSpec("saturation", figure_saturation, "saturation.about"),
    FigureSpec("collapse", figure_collapse, "collapse.about"),
    FigureSpec("overview", figure_overview, "overview.about"),
)

FIGURES: dict[str, FigureSpec] = {spec.name: spec for spec in _table}
"""Every kind of figure by name."""


def figures_of(
    ds: xarray.Dataset,
    names: Sequence[str] | None = None,
    *,
    pairings: Pairings | None = None,
    theme: str = "light",
    lang: str = "en",
) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """Yield the file stem of every figure of a set, and a call that draws it.

    Parameters
    ----------
    ds : xarray.Dataset
    names : sequence of str, optional
        Kinds of figures; all of ``FIGURES`` unless named.
    pairings : sequence of (init, activation), optional
        Those that have a figure of their own (ridges); a few telling ones unless given.
    theme, lang : str

    Raises
    ------
    ActvizError
        If there is no such figure or pairing; the message lists the choices.
    """
    wanted = list(FIGURES) if names is None else list(names)
    for name in wanted:
        if name not in FIGURES:
            raise ActvizError(f"unknown figure {name!r}; choose from {', '.join(FIGURES)}")
    chosen = teaching_pairings(ds) if pairings is None else pairings
    for init, activation in chosen:
        choose(ds, "init", init)
        choose(ds, "activation", activation)
    specs = [FIGURES[name] for name in wanted]
    return (
        (_stem(spec.name + ending), partial(spec.draw, ds, theme=theme, lang=lang, **options))
        for spec in specs
        for ending, options in spec.files(ds, chosen)
    )


def _stem(name: str) -> str:
    """Return a file name that every system takes."""
    return re.sub(r"[^\w.,=-]+", "_", name)
