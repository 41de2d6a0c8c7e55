"""What a kind of figure is, described in one place: how it is drawn, of what, its words and its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.figure import Figure

from actviz.catalog.styles import Style
from actviz.errors import ActvizError
from actviz.plots.reading.series import choose
from actviz.plots.reading.subjects import SUBJECTS, Subject, measured_again, recipes_of
from actviz.recipes.again import Again
from actviz.results.dataset import check_dims, kind_of
from actviz.results.overlaying import laid, part_of
from actviz.text import text

if TYPE_CHECKING:
    import xarray


_OF_LAYERS = (
    *("nonfinite", "zero_fraction", "act_mean", "act_std", "saturated", "similarity", "unit_spread", "distinct_units"),
    *("grad_preact_rms", "grad_weight_norm", "grad_zero", "hist", "grad_hist", "width"),
)
_OF_RUNS = (
    *("ended", "ended_step", "epoch", "step", "learning_rate", "weight_norm", "update_ratio", "penalty"),
    *(f"{part}_{what}" for part in ("train", "validation", "test") for what in ("loss", "accuracy")),
)


def _names(ds: Any) -> list[str]:
    """Return the names of a result that have a colour of their own: initializers and runs."""
    dims = [dim for dim in ("init", "run") if dim in getattr(ds, "coords", ())]
    return list(dict.fromkeys(part_of(ds, str(name))[0] for dim in dims for name in ds[dim].values.ravel()))


def _gone(ds: xarray.Dataset, kind: str) -> list[str]:
    """Return what figures read, and is not in a result from which someone took some of it."""
    layers = kind == "probe" or (kind == "training" and bool(ds.sizes.get("snapshot")))
    read = (*(_OF_RUNS if kind == "training" else ()), *(_OF_LAYERS if layers else ()))
    return [name for name in read if name not in ds.variables]


Pairings = Sequence[tuple[str, str]]
Options = dict[str, Any]


def one_file(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield the one file of a figure that shows everything."""
    yield "", {}


def by_activation(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a figure an activation, and one in a chosen view where there is one."""
    for activation in choose(ds, "activation", None):
        yield f"-{activation}", {"activations": activation}
        if "view_hist" in ds:
            yield f"-{activation}-book", {"activations": activation, "view": "book"}


def by_activation_once(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a figure an activation."""
    return ((f"-{activation}", {"activations": activation}) for activation in choose(ds, "activation", None))


def by_pairing(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a figure a pairing."""
    for init, activation in pairings:
        yield f"-{init}-{activation}", {"inits": init, "activations": activation}


def by_trained_activation(ds: xarray.Dataset, pairings: Pairings) -> Iterator[tuple[str, Options]]:
    """Yield a figure an activation that is trained."""
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
    predicts : tuple of {"theory", "z"}
        What ``draw`` takes of these, where theory can be drawn over it.
    lacks : callable
        From a dataset to what it lacks for this figure, in a sentence; empty if nothing.
    kind : {"probe", "training", "descent", "range_test", "sweep", "coordinates"}
        What it is drawn from.
    builds : tuple of {"layer", "pairing"}
        By what it can be built up step by step, the best first.
    overlays : bool
        Whether it shows results laid over each other.
    takes : tuple of {"ylim", "yscale"}
        What of a style has a meaning for it alone: its panels share one y axis.
    squeezed : float
        Share of their usual height that its panels need at least; 1 where they stand at fixed places.
    narrowest : float
        Width that it needs beside others in one figure, in points, where that is more than usual.
    asked : bool
        Whether it is drawn only where it is named.
    subject : callable, optional
        From what it was drawn of, its options and a language to a few words for its caption; as is usual for its
        kind unless given.
    record : callable
        From what it was drawn of to JSON values by which that comes back.
    again : callable
        From these values and how to measure to what to draw, and whether that is the same to the last bit.
    """

    name: str
    draw: Callable[..., Figure]
    about: str
    alt: Callable[..., str]
    files: Callable[[xarray.Dataset, Pairings], Iterator[tuple[str, Options]]] = one_file
    predicts: tuple[str, ...] = ()
    lacks: Callable[[xarray.Dataset], str] = _nothing
    kind: str = "probe"
    builds: tuple[str, ...] = ()
    overlays: bool = False
    takes: tuple[str, ...] = ()
    squeezed: float = 0.5
    narrowest: float = 0.0
    asked: bool = False
    subject: Subject | None = None
    record: Callable[[Any], dict[str, Any]] = recipes_of
    again: Callable[[Mapping[str, Any], Again], tuple[Any, bool]] = measured_again

    def missing(self, ds: xarray.Dataset) -> str:
        """Say in a sentence what a dataset lacks for this figure; empty if nothing."""
        if kind_of(ds) != self.kind:
            return text(f"figure.needs_{self.kind}")
        if laid(ds):  # of which only what all have is kept
            return self.lacks(ds) if self.overlays else text("overlay.refused")
        if gone := _gone(ds, self.kind):
            return text("figure.needs_statistics", names=", ".join(gone))
        return self.lacks(ds)

    def check(self, ds: xarray.Dataset, more: str = "") -> None:
        """Refuse a dataset that lacks what the figure shows; ``more`` says what to draw instead.

        Raises
        ------
        ActvizError
            With what it lacks.
        """
        check_dims(ds)
        if lacking := self.missing(ds):
            raise ActvizError(f"figure {self.name}: {lacking}{more}")

    def check_style(self, of: Any, style: Style) -> None:
        """Refuse what a figure maker chose and this figure, or what it is drawn of, has not."""
        for name in ("ylim", "yscale"):
            if getattr(style, name) is not None and name not in self.takes:
                raise ActvizError(f"figure {self.name} takes no {name}: its panels have no y axis in common")
        if isinstance(style.ylim, Mapping) and "activation" in getattr(of, "coords", ()):
            panels = [str(name) for name in of["activation"].values.ravel()]
            if not set(style.ylim) & set(panels):
                raise ActvizError(f"ylim: no panel is called {', '.join(style.ylim)}; there are {', '.join(panels)}")
        if style.palette:
            style.check_names([name for ds in (of if isinstance(of, list | tuple) else [of]) for name in _names(ds)])

    def description(self, lang: str = "en") -> str:
        """Return one line that says what the figure shows."""
        return text(self.about, lang)

    def caption(self, of: Any, options: Mapping[str, Any], lang: str) -> str:
        """Return what the figure shows, and of what."""
        named = (self.subject or SUBJECTS[self.kind])(of, options, lang)
        return text(f"{self.name}.caption", lang, subject=named)


class FigureFunction(Protocol):
    """A public function that draws a kind of figure, and carries what is to be known of it."""

    spec: FigureSpec

    def __call__(self, *args: Any, **kwargs: Any) -> Figure:
        """Draw it."""
