"""Readings of trainings on a training written by hand."""

import json
import math

import numpy as np
import pytest
import xarray as xr

from actviz.experiments import readings


@pytest.fixture(scope="module")
def ds():
    losses = np.array([[[4.0, 3.0, 2.0, 1.0], [4.0, 4.0, 4.0, np.nan]]])
    accuracy = np.array([[[0.1, 0.5, 0.75], [0.1, 0.2, np.nan]]])
    norms = np.array([[[[0, 0, 0], [0, 0, 1], [0, 2, 3]], [[0, 0, 0], [0, 0, 1], [0, 0, 1]]]], float)
    units = np.arange(8.0).reshape(1, 2, 2, 2)
    return xr.Dataset(
        {
            "batch_loss": (("run", "seed", "update"), losses),
            "train_accuracy": (("run", "seed", "step"), accuracy),
            "weight_norm": (("run", "seed", "step", "weight_layer"), norms),
            "distinct_units": (("run", "seed", "snapshot", "layer"), units),
            "ended": (("run", "seed"), [["budget", "diverged"]]),
        },
        {"run": ["a"], "epoch": ("step", [0.0, 1.0, 2.0])},
        {"recipe": json.dumps({"classes": 4})},
    )


@pytest.mark.parametrize(
    ("reading", "values"),
    [
        (readings.batch_loss("a", 3, 2), [2.5, 4.0]),
        (readings.batch_loss("a", -1, 2), [1.5, math.nan]),
        (readings.end_of("train_accuracy", "a"), [0.75, math.nan]),
        (readings.accuracy_after("a", 1), [0.5, 0.2]),
        (readings.accuracy_after("a", 2), [0.75, 0.25]),  # what has diverged is a guess among four
        (readings.diverged("a"), [0.0, 1.0]),
        (readings.updates_to("a", 3.5), [2.0, 4.0]),  # never: the whole budget
        (readings.weights_that_moved("a"), [2.0, 1.0]),
        (readings.after("distinct_units", "a", 1), [2.0, 6.0]),
        (readings.after("distinct_units", "a", 2, snapshot=0), [1.0, 5.0]),
    ],
)
def test_a_reading_is_one_number_a_seed(ds, reading, values):
    np.testing.assert_array_equal(reading(ds), values)


def test_the_fall_of_the_loss_is_from_that_of_a_guess(ds):
    long = ds[["batch_loss"]].isel(update=[2] * 100)
    np.testing.assert_allclose(readings.below_chance_loss("a", 4)(long), math.log(4) - np.array([2.0, 4.0]))
