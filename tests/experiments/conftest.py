"""Experiments measured once for all tests, at fewer seeds than the recipes' own."""

import functools

import numpy as np
import pytest

from actviz.experiments import EXPERIMENTS, measure

SEEDS = (101, 102, 103, 104)
"""None of those behind the recorded spreads."""


@functools.cache
def measured(name):
    """One dataset a probe."""
    return measure(EXPERIMENTS[name], seeds=SEEDS)


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
