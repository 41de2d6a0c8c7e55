"""Early stopping on scripted numbers."""

import math

import pytest

from actviz.training import EarlyStopping
from actviz.training.stopping import Watch


def _stops_at(values, **settings):
    """Return the position at which it stops (None if never), and that of the best."""
    watch = Watch(EarlyStopping(**settings))
    for position, value in enumerate(values):
        if watch.see(value, position):
            return position, watch.best_step
    return None, watch.best_step


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        ([3, 2, 1, 0.5], {"patience": 0}, (None, 3)),
        ([3, 2, 2, 1], {"patience": 0}, (2, 1)),  # a tie is no improvement
        ([3, 2, 2.5, 2.4, 1], {"patience": 1}, (3, 1)),
        ([3, 2, 2.5, 1.9, 2.5, 2.5], {"patience": 1}, (5, 3)),
        ([3, 3, 3, 3], {"patience": 2}, (3, 0)),  # never better than the first
        ([3, 2.95, 2.92, 2.85], {"patience": 1, "min_delta": 0.1}, (2, 0)),
        ([3, 2.95, 2.85, 2.9, 2.9], {"patience": 1, "min_delta": 0.1}, (4, 2)),
        ([math.nan, 3, 2], {"patience": 1}, (None, 2)),  # NaN is no improvement, and no best either
        ([math.nan, math.nan, math.nan], {"patience": 1}, (1, -1)),
        ([3, math.inf, math.nan, 2], {"patience": 1}, (2, 0)),
        ([0.1, 0.5, 0.5, 0.4], {"patience": 1, "monitor": "validation_accuracy"}, (3, 1)),
        ([0.1, 0.2, 0.3], {"patience": 0, "monitor": "train_accuracy"}, (None, 2)),
    ],
)
def test_it_stops_where_the_definition_says(values, settings, expected):
    assert _stops_at(values, **settings) == expected
