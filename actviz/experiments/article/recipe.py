"""The article's comparison of weight initializations, at the parameters of the book experiment it descends from.

Five layers of 100 units, 1000 inputs from N(0, 1), no bias, as in ``weight_init_activation_histogram`` of "Deep
Learning from Scratch", chapter 6; with seeds, and a stack of 50 layers to see where it leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actviz.experiments.article import normalization, regularization, schedules, stopping
from actviz.experiments.article.cases import BOOK_TANH, FIFTY, FIVE, NORMED, SMALL, SOFTPLUS
from actviz.experiments.article.claims import CLAIMS
from actviz.experiments.experiment import Drawing, Experiment, drawing
from actviz.text import words

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_OWN = ("zeros", "uniform", "normal", "xavier_normal", "he_normal")
"""The article's own five initializers, which its figures show."""

_AND_SMALL = ("zeros", "uniform", "normal", "normal:0.01", "xavier_normal", "he_normal")
"""And N(0, 0.01²), where it makes a point: signals fade, gradients vanish, and tanh has one spike."""

_SHOWN = {"sigmoid": _AND_SMALL, "tanh": _AND_SMALL, "relu": _OWN}
_ARTICLE = ("zeros", "constant:0.1", "uniform:0,1", "uniform", "normal", "normal:0.01", "xavier_normal", "he_normal")

_RIDGES = (
    ("sigmoid", "xavier_normal"),
    ("tanh", "normal"),
    ("tanh", "xavier_normal"),
    ("relu", "xavier_normal"),
    ("relu", "he_normal"),
)


def _drawn() -> Iterator[Drawing]:
    """Yield what is drawn of the probes, in the order they are to be read."""
    yield _of(FIVE, "layers", "overview", "overview")
    for name, inits in _SHOWN.items():
        yield _of(FIVE, "layers", f"histograms-{name}", "histograms", inits=inits, activations=[name])
    for name, inits in _SHOWN.items():
        shown: dict[str, Any] = {"inits": inits, "activations": [name], "view": "book"}
        yield _of(BOOK_TANH if name == "tanh" else FIVE, "layers", f"histograms-{name}-book", "histograms", **shown)
    for name in ("signal", "gradients", "saturation", "collapse"):
        yield _of(FIVE, "signal", name, name, inits=_AND_SMALL)
    for name, init in _RIDGES:
        yield _of(FIFTY, "depth", f"ridges-{init}-{name}", "ridges", inits=[init], activations=[name])


def _of(probe: str, section: str, stem: str, figure: str, **options: Any) -> Drawing:
    return drawing("article", stem, figure, probe, section=section, **options)


_DETAILS = tuple(_of(FIVE, "appendix", name, name) for name in ("signal_detail", "gradients_detail", "collapse_detail"))

ARTICLE = Experiment(
    name="article",
    title=words("experiment.article.title"),
    source=words("experiment.article.source"),
    probes={
        FIVE: {
            "inits": _ARTICLE,
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (0.0, 1.0, 30),
        },
        BOOK_TANH: {
            "inits": _AND_SMALL,
            "activations": "tanh",
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (-1.0, 1.0, 30),
        },
        FIFTY: {
            "inits": ("normal", "xavier_normal", "he_normal"),
            "activations": _ACTIVATIONS,
            "depth": 50,
            "width": 100,
            "samples": 1000,
            "seeds": 4,
        },
        SMALL: {
            "inits": "he_normal",
            "activations": "relu",
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "inputs": "normal:0.001",
        },
        NORMED: {
            "inits": ("normal", "he_normal"),
            "activations": "relu",
            "norm": "batch",
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 4,
        },
        # Wide, for the drift of a narrow stack is lost in how far single networks wander.
        SOFTPLUS: {
            "inits": "he_normal",
            "activations": "softplus",
            "depth": 20,
            "width": 300,
            "samples": 200,
            "seeds": 8,
        },
    },
    drawings=(*_drawn(), *normalization.DRAWINGS, *regularization.DRAWINGS, *schedules.DRAWINGS, *_DETAILS),
    trainings={**normalization.TRAININGS, **regularization.TRAININGS, **schedules.TRAININGS},
    descents=schedules.DESCENTS,
    claims=(*CLAIMS, regularization.CLAIM, stopping.CLAIM, schedules.CLAIM, regularization.CODE),
)
