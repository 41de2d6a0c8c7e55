"""What a kind of figure is: how it is drawn, of what, and the files a result gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from actviz.plots.reading.series import choose
from actviz.results.dataset import kind_of
from actviz.results.overlaying import laid
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


def _by_activation_once(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    return ((f"-{activation}", {"activations": activation}) for activation in choose(ds, "activation", None))


def _by_pairing(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    for init, activation in pairings:
        yield f"-{init}-{activation}", {"inits": init, "activations": activation}


def _by_trained_activation(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    for activation in dict.fromkeys(str(name) for name in ds["activation"].values):
        yield f"-{activation}", {"activations": activation}


def _nothing(ds: xarray.Dataset) -> str:
    return ""


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
    alt : callable
        From a dataset, a language and the figure's options to its alt text, with the numbers of this very dataset.
    files : callable
        From a dataset and the pairings asked for to the endings of file names and the options of each.
    predicts : bool
        Whether theory can be drawn over it: ``draw`` then takes ``theory``.
    lacks : callable
        From a dataset to what it lacks for this figure, in a sentence; empty if nothing.
    kind : {"probe", "training", "descent", "range_test"}
        What it is drawn from.
    builds : tuple of {"layer", "pairing"}
        By what it can be built up step by step, the best first.
    overlays : bool
        Whether it shows results laid over each other.
    """

    name: str
    draw: Callable[..., Figure]
    about: str
    alt: Callable[..., str]
    files: Callable[[xarray.Dataset, Pairings], Iterator[tuple[str, Options]]] = _one
    predicts: bool = False
    lacks: Callable[[xarray.Dataset], str] = _nothing
    kind: str = "probe"
    builds: tuple[str, ...] = ()
    overlays: bool = False

    def missing(self, ds: xarray.Dataset) -> str:
        """Say in a sentence what a dataset lacks for this figure; empty if nothing."""
        if kind_of(ds) != self.kind:
            return text(f"figure.needs_{self.kind}")
        if laid(ds) and not self.overlays:
            from actviz.plots.figures.table import FIGURES

            able = [name for name, spec in FIGURES.items() if spec.overlays and spec.kind == self.kind]
            return text("overlay.refused", names=", ".join(able))
        return self.lacks(ds)

    def description(self, lang: str = "en") -> str:
        """Return one line that says what the figure shows."""
        return text(self.about, lang)
