"""The lecture's first half: how weights are to start, and why. All of it is measured before the first update."""

from __future__ import annotations

from actviz.experiments.readings import at, gradient_change, gradient_factor
from actviz.lecture.slides import Number, Slide, evidence, slide

_LARGE_AND_SMALL = (
    slide("why", "overview", 5),
    slide("predict-zeros"),
    slide(
        "zeros",
        "collapse",
        2,
        sigmoid=evidence(2, "zeros-sigmoid", "count"),
        tanh=evidence(2, "zeros-tanh", "count"),
        relu=evidence(2, "zeros-relu", "count"),
        units=evidence(2, "constant-units", "count"),
    ),
    slide(
        "too-large",
        "histograms-sigmoid",
        3,
        4,
        sigmoid=evidence(4, "sigmoid-saturated", "percent"),
        tanh=evidence(4, "tanh-saturated", "percent"),
        relu=evidence(4, "relu-factor"),
    ),
    slide(
        "too-small",
        "signal",
        4,
        factor=evidence(4, "tanh-small-factor"),
        std=Number("number", "article", at("act_std", "normal:0.01", "tanh", 5)),
        fold=evidence(5, "narrow", "fold"),
    ),
)

_RIGHT = (
    slide("predict-scale"),
    slide(
        "xavier",
        "histograms-tanh",
        6,
        ratio=evidence(6, "wider", "fixed"),
        factor=evidence(6, "tanh-factor", "fixed"),
    ),
    slide(
        "handsome",
        "gradients",
        5,
        6,
        std=Number("number", "article", at("act_std", "xavier_normal", "sigmoid", 5)),
        fold=evidence(5, "sigmoid-xavier", "fold"),
    ),
    slide("predict-relu"),
    slide(
        "he",
        "histograms-relu",
        7,
        xavier=evidence(7, "xavier-factor", "fixed"),
        he=evidence(7, "he-factor", "fixed"),
        ratio=evidence(7, "he-over-xavier", "fixed"),
    ),
)

_DEEP = (
    slide(
        "fifty",
        "ridges-xavier_normal-relu",
        7,
        xavier=Number("number", "article-deep", at("act_std", "xavier_normal", "relu", 50)),
        he=Number("number", "article-deep", at("act_std", "he_normal", "relu", 50)),
        fold=Number("fold", "article-deep", gradient_change("xavier_normal", "relu")),
    ),
    slide(
        "theory",
        "saturation",
        5,
        7,
        sigmoid=Number("fixed", "article", gradient_factor("xavier_normal", "sigmoid", 2)),
        xavier=Number("fixed", "article-deep", gradient_factor("xavier_normal", "relu")),
        he=Number("fixed", "article-deep", gradient_factor("he_normal", "relu")),
    ),
)

INITIALIZATION: tuple[Slide, ...] = (*_LARGE_AND_SMALL, *_RIGHT, *_DEEP)
"""In the order they are shown."""
