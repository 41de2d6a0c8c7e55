"""Experiments measured once for all tests, at fewer seeds than the recipes' own."""

import functools

import pytest

from actviz.experiments import EXPERIMENTS, measure

SEEDS = (101, 102, 103, 104)
"""None of those behind the recorded spreads."""


@functools.cache
def measured(name):
    """One dataset a probe."""
    return measure(EXPERIMENTS[name], seeds=SEEDS)


@pytest.fixture(scope="session")
def datasets_of():
    return measured


@pytest.fixture(scope="session")
def article():
    return measured("article")
