"""Words of the figures of learning rates: schedules, budgets, descents, the range test."""

RATES: dict[str, dict[str, str]] = {
    "budget.about": {"en": "learning-rate schedules at equal budget: curves, and final values seed by seed"},
    "budget.title": {"en": "Learning-rate schedules at equal budget"},
    "budget.lacks": {
        "en": "needs a training of runs that differ in learning rate",
        "ko": "학습률이 서로 다른 학습 결과가 필요하다",
    },
    "budget.read": {
        "en": "Lines: median, bands: all seeds. Below: every seed at the end, the mean as a bar. Right of the dots: "
        "mean difference to {first}, seed by seed, ± its standard error."
    },
    "budget.rate": {"en": "learning rate"},
    "budget.train_loss": {"en": "training loss"},
    "budget.train_accuracy": {"en": "training accuracy"},
    "budget.validation_accuracy": {"en": "validation accuracy"},
    "budget.validation_loss": {"en": "validation loss"},
    "budget.test_loss": {"en": "test loss"},
    "budget.test_accuracy": {"en": "test accuracy"},
    "budget.end": {"en": "{what} at the end"},
    "budget.peak": {"en": "{schedule}, peak {rate}"},
    "budget.points": {"en": "{value} pt"},
    "budget.diverged": {"en": "{number} diverged"},
    "descent.about": {"en": "descents on a surface of two dimensions, and the minimum in which each ends"},
    "descent.title": {"en": "Out of a poor region, or not"},
    "descent.read": {
        "en": "From ● to ■ without noise; thin: one descent with noise on the gradient. +: minima, lowest in bold. "
        "Below: height of the minimum in which it ends, and how many noisy ones end lower than the first."
    },
    "descent.stays": {"en": "stays: {height}"},
    "descent.leaves": {"en": "leaves: {height}"},
    "descent.lost": {"en": "overflow"},
    "descent.share": {"en": "with noise {share} leave"},
    "descent.surface": {"en": "surface {name}"},
    "descent.steps": {"en": "{number} steps"},
    "descent.noise": {"en": "noise {value}"},
    "descent.repeats": {"en": "{repeats} noisy descents under each of {seeds} seeds"},
    "range.about": {"en": "learning-rate range test: the loss while the rate rises, with the rates to use"},
    "range.title": {"en": "How large a learning rate can be"},
    "range.read": {
        "en": "The rate rises with every update. Left line: the loss falls fastest, a rate to start from. Right line: "
        "up to here it falls under every seed. Both stand {lag} updates early, as the smoothing lags."
    },
    "range.rate": {"en": "learning rate"},
    "range.loss": {"en": "smoothed loss"},
    "range.suggested": {"en": "falls fastest: {rate}"},
    "range.largest": {"en": "largest stable: {rate}"},
    "range.rates": {"en": "rate {low} to {high}"},
    "range.guessing": {"en": "guessing"},
    "range.never": {
        "en": "No rate to suggest: from {low} to {high} the loss never falls clearly below what guessing gives. The "
        "cause is elsewhere, as `actviz diagnose` may say, or the range."
    },
    "range.reason": {
        "en": "At {rate} the smoothed loss falls fastest: a rate to start from. Up to {largest} it still falls under "
        "every seed, above it rises under some: the largest stable rate, a peak for one-cycle."
    },
    "range.not_ended": {"en": "It did not break down up to {high}: a larger --high may find more."},
    "figure.needs_descent": {"en": "needs a descent on a surface, as `actviz.descend` makes it"},
    "figure.needs_range_test": {"en": "needs a learning-rate range test, as `actviz lr-find` saves it"},
    "rates.title": {"en": "Learning-rate schedules"},
    "rates.read": {
        "en": "How far an update goes, step by step; what a step is, an epoch or an update, the training says. On a "
        "logarithmic axis a fall by the same factor each step is a straight line."
    },
    "rates.read_each": {
        "en": "How far an update goes, step by step, and below it the same on a logarithmic axis, where a fall by the "
        "same factor each step is a straight line. All rates have the same axes."
    },
    "rates.linear": {"en": "learning rate"},
    "rates.log": {"en": "learning rate, logarithmic"},
    "rates.momentum": {"en": "momentum"},
    "rates.momentum_of": {"en": "momentum: {name}"},
    "rates.steps": {"en": "steps 0 to {last}"},
    "rates.plateau": {"en": "reduce on plateau: if the metric never improves"},
    "axis.step": {"en": "step"},
}
