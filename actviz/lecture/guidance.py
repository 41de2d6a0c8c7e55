"""The lecture's second half: what training makes of a start, and what guides it on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.experiments.article.schedules import CLEAN, better
from actviz.experiments.readings import end_of
from actviz.lecture.slides import Number, Slide, evidence, shows, slide
from actviz.results.dataset import recipe
from actviz.training.measures import half_right

if TYPE_CHECKING:
    import xarray

_TRAINED = "article-training"


def _accuracy(run: str) -> Number:
    return Number("percent", _TRAINED, end_of("train_accuracy", run))


def _half_right(name: str, norm: str | None) -> Number:
    """Count the starts at which networks learn, as the figure beside it does."""

    def reading(ds: xarray.Dataset) -> int:
        return half_right(ds, [run for run, how in recipe(ds)["runs"].items() if how["norm"] == norm])

    return Number("count", name, reading)


def _cases(count: Callable[..., Any]) -> Number:
    """Count the schedules and seeds of clean labels: those that end below the best constant, or all."""
    return Number("count", CLEAN, lambda ds: count(better("test_loss", CLEAN)(ds)))


_S = "slide.summary"
_SUMMARY = (
    (f"{_S}.question", "Xavier", "He", f"{_S}.norm"),
    (f"{_S}.who", f"{_S}.who.weights", f"{_S}.who.weights", f"{_S}.who.layer"),
    (f"{_S}.when", f"{_S}.when.once", f"{_S}.when.once", f"{_S}.when.always"),
    (f"{_S}.what", f"{_S}.what.layer", f"{_S}.what.layer", f"{_S}.what.unit"),
    (f"{_S}.how", "Var(w) = 2 / (nᵢₙ + nₒᵤₜ)", "Var(w) = 2 / nᵢₙ", f"{_S}.how.norm"),
    (f"{_S}.for", f"{_S}.for.xavier", f"{_S}.for.he", f"{_S}.for.norm"),
)

STARTS: tuple[Slide, ...] = (
    slide(
        "bad-start",
        2,
        shows("race", _TRAINED, runs=["constant:0.01, relu", "xavier_normal, relu", "he_normal, relu"], layers=False),
        1,
        2,
        slower=evidence(1, "xavier-slower"),
        he=evidence(2, "he-accuracy", "percent"),
        constant=evidence(2, "constant-accuracy", "percent"),
    ),
    slide(
        "who-learned",
        1.5,
        shows(
            "race", _TRAINED, runs=["normal, sigmoid", "normal:0.01, sigmoid", "xavier_normal, sigmoid"], layers=False
        ),
        4,
        6,
        normal=_accuracy("normal, sigmoid"),
        small=_accuracy("normal:0.01, sigmoid"),
        xavier=_accuracy("xavier_normal, sigmoid"),
    ),
    slide(
        "norm",
        2.5,
        shows("batch_norm", "article-batch-norm"),
        8,
        without=_half_right("article-batch-norm", None),
        normed=_half_right("article-batch-norm", "batch"),
        after=_half_right("article-batch-norm-after", "batch_after"),
        apart=evidence(8, "apart-batch", "span"),
    ),
    slide("summary", 1.5, None, 8, table=_SUMMARY),
)

OVERFITTING: tuple[Slide, ...] = (
    slide("whose-training", 1, None, *range(9, 13), listing="quotes"),
    slide(
        "decay",
        2.5,
        shows("sweep", "article-decay-noisy", top=2.2),
        9,
        size=evidence(9, "norm-noisy", "fixed"),
        gained=evidence(9, "accuracy-noisy", "points"),
        best=evidence(9, "best-noisy-0.03", "points"),
        plenty=evidence(9, "loss-plenty", "fixed"),
    ),
    slide(
        "exercise",
        2.5,
        None,
        12,
        code="claim.12.code",
        before=evidence(12, "before", "percent"),
        after=evidence(12, "after", "percent"),
    ),
    slide(
        "stopping",
        1,
        shows("stopping", "article-stopping"),
        10,
        turned=evidence(10, "validation-turns", "fixed"),
        kept=evidence(10, "kept-over-whole", "fixed"),
        spent=evidence(10, "spent", "percent"),
    ),
)

RATES: tuple[Slide, ...] = (
    slide(
        "schedules",
        2,
        shows("budget", "article-schedules"),
        11,
        better=_cases(np.sum),
        cases=_cases(np.size),
        clean=evidence(11, "clean-accuracy", "signed"),
        noisy=evidence(11, "noisy-accuracy", "signed"),
        cosine=evidence(11, "faster-cosine", "fixed"),
        cycle=evidence(11, "faster-one-cycle", "fixed"),
    ),
    slide(
        "escaping",
        1,
        shows("descent", "article-descents"),
        11,
        schedules=evidence(11, "escape", "percent"),
        constant=evidence(11, "escape-constant", "percent"),
        momentum=evidence(11, "escape-momentum", "percent"),
    ),
)

HOME: tuple[Slide, ...] = (
    slide("home-starts", 1, None, *range(1, 9), listing="tally"),
    slide("home-training", 1, None, *range(9, 13), listing="tally"),
    slide(
        "references",
        0,
        links=(
            (
                "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
                "https://proceedings.mlr.press/v9/glorot10a.html",
            ),
            ("He, Zhang, Ren & Sun 2015, Delving deep into rectifiers", "https://arxiv.org/abs/1502.01852"),
            ("Ioffe & Szegedy 2015, Batch normalization", "https://arxiv.org/abs/1502.03167"),
            (
                "Poole et al. 2016, Exponential expressivity in deep neural networks through transient chaos",
                "https://arxiv.org/abs/1606.05340",
            ),
            ("Schoenholz et al. 2017, Deep information propagation", "https://arxiv.org/abs/1611.01232"),
            ("Loshchilov & Hutter 2017, SGDR: warm restarts", "https://arxiv.org/abs/1608.03983"),
            ("Loshchilov & Hutter 2019, Decoupled weight decay", "https://arxiv.org/abs/1711.05101"),
            ("Smith & Topin 2018, Super-convergence (one-cycle)", "https://arxiv.org/abs/1708.07120"),
            (
                "Saitoh, Deep Learning from Scratch, chapter 6 (code)",
                "https://github.com/oreilly-japan/deep-learning-from-scratch",
            ),
            ("CS231n, Neural networks part 2", "https://cs231n.github.io/neural-networks-2/"),
        ),
    ),
)

GUIDANCE = {"starts": STARTS, "overfitting": OVERFITTING, "rates": RATES, "home": HOME}
"""Parts in the order they are shown."""
