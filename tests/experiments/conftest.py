"""Experiments measured once for all tests, at fewer seeds than the recipes' own."""

import dataclasses
import functools

import numpy as np
import pytest

from actviz.experiments import EXPERIMENTS, measure

SEEDS = (101, 102, 103, 104)
"""None of those behind the recorded spreads."""


TRAINING_SEEDS = SEEDS[:2]
"""Trainings take longer."""

EXPECTED = {"dlfs/batch-norm": {"batch-norm": {"inits": ("normal", "normal:0.158", "normal:0.0464")}}}
"""Runs that expectations are about, of experiments with many more; a run is the same whatever stands beside it."""


@functools.cache
def measured(name):
    """One dataset a probe or training."""
    chosen = EXPERIMENTS[name]
    probed = measure(dataclasses.replace(chosen, trainings={}), seeds=SEEDS)
    fewer = EXPECTED.get(name, {})
    trainings = {key: {**recipe, **fewer.get(key, {})} for key, recipe in chosen.trainings.items()}
    return probed | measure(
        dataclasses.replace(chosen, probes={}, descents={}, trainings=trainings), seeds=TRAINING_SEEDS
    )


def relabelled(datasets, by=1):
    """Give every initializer's measurements, and every run's, under the name of another."""
    wrong = {}
    for name, ds in datasets.items():
        dim = "run" if "run" in ds.dims else "init"
        wrong[name] = ds.assign_coords({dim: np.roll(ds[dim].values, by)})
    return wrong


@pytest.fixture(scope="session")
def under_wrong_names():
    return relabelled


@pytest.fixture(scope="session")
def datasets_of():
    return measured


@pytest.fixture(scope="session")
def article():
    return measured("article")
