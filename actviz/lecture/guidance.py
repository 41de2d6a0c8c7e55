"""The lecture's second half: what training makes of a start, and what guides it on its way."""

from __future__ import annotations

from actviz.lecture.slides import Slide, evidence, slide

_STARTS = (
    slide(
        "bad-start",
        "race-relu",
        1,
        2,
        slower=evidence(1, "xavier-slower"),
        he=evidence(2, "he-accuracy", "percent"),
        constant=evidence(2, "constant-accuracy", "percent"),
        fall=evidence(1, "stuck-relu", "fixed"),
    ),
    slide("predict-norm"),
    slide(
        "norm",
        "batch-norm",
        8,
        without=evidence(8, "scales"),
        normed=evidence(8, "scales-batch"),
        after=evidence(8, "scales-after"),
        apart=evidence(8, "apart-batch", "span"),
    ),
)

_OVERFITTING = (
    slide("predict-labels"),
    slide(
        "decay",
        "sweep-noisy",
        9,
        12,
        size=evidence(9, "norm-noisy", "fixed"),
        gained=evidence(9, "accuracy-noisy", "points"),
        best=evidence(9, "best-noisy-0.03", "points"),
        plenty=evidence(9, "loss-plenty", "fixed"),
    ),
    slide(
        "stopping",
        "stopping",
        10,
        turned=evidence(10, "validation-turns", "fixed"),
        kept=evidence(10, "kept-over-whole", "fixed"),
        spent=evidence(10, "spent", "percent"),
    ),
)

_RATES = (
    slide(
        "schedules",
        "schedules",
        11,
        better=evidence(11, "clean-better", "percent"),
        clean=evidence(11, "clean-accuracy", "signed"),
        noisy=evidence(11, "noisy-accuracy", "signed"),
        cosine=evidence(11, "faster-cosine", "fixed"),
        cycle=evidence(11, "faster-one-cycle", "fixed"),
    ),
    slide(
        "escaping",
        "descents",
        11,
        schedules=evidence(11, "escape", "percent"),
        constant=evidence(11, "escape-constant", "percent"),
        momentum=evidence(11, "escape-momentum", "percent"),
    ),
)

_HOME = (slide("home-starts", None, *range(1, 8), tally=True), slide("home-training", None, *range(8, 13), tally=True))

GUIDANCE: tuple[Slide, ...] = (*_STARTS, *_OVERFITTING, *_RATES, *_HOME)
"""In the order they are shown."""
