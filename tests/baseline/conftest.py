"""A small stack measured with many seeds, and baselines of groups of them."""

import functools

import pytest

import actviz
from actviz.baseline import Baseline

SMALL = {"depth": 4, "width": 24, "samples": 60}


@functools.cache
def _measured(init, activation, seeds, extra):
    return actviz.probe(init, activation, seeds=seeds, workers=1, **{**SMALL, **dict(extra)})


@pytest.fixture(scope="session")
def measured():
    """Measure a pairing with a range of seeds; the same dataset for the same question."""

    def measure(init, activation, start=0, number=16, **settings):
        return _measured(init, activation, tuple(range(start, start + number)), tuple(settings.items()))

    return measure


@pytest.fixture(scope="session")
def baseline_of(measured):
    return lambda *args, **settings: Baseline.of(measured(*args, **settings))
