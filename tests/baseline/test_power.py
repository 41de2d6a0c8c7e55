"""The script that measures error rates plays checks as they are."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import Baseline

SCRIPT = Path(__file__).parents[2] / "scripts" / "power.py"


@pytest.fixture(scope="module")
def power():
    spec = importlib.util.spec_from_file_location("power_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_group_is_the_baseline_of_a_dataset_of_its_seeds(power, activation):
    case = replace(power.RELU, activation=activation, depth=3, width=16, bias_std=0.1)
    group = power.pool(case, 20, 0).group(np.array([3, 11, 7, 2]))
    dataset = actviz.probe(
        "he_normal", activation, depth=3, width=16, samples=power.SAMPLES, bias_std=0.1, seeds=[3, 11, 7, 2]
    )
    ours, theirs = (next(iter(each.pairings.values())) for each in (group, Baseline.of(dataset)))
    for name, summary in theirs.statistics.items():
        assert ours.statistics[name].mean == pytest.approx(summary.mean, rel=1e-6, abs=1e-12, nan_ok=True)
        assert ours.statistics[name].sd == pytest.approx(summary.sd, rel=1e-5, abs=1e-12, nan_ok=True)
    for one, two in zip(ours.shapes, theirs.shapes, strict=True):
        assert one.at(two.edges)[0] == pytest.approx(two.below, abs=1e-6)
        assert one.at(two.edges)[1] == pytest.approx(two.sd, abs=1e-6)


def test_a_swapped_layer_is_the_only_one_that_differs(power):
    case = replace(power.RELU, depth=4, width=16)
    same, swapped = (power.pool(each, 20, 0).values["preact_std"] for each in (case, replace(case, swapped=3)))
    assert np.array_equal(same[:, :2], swapped[:, :2])
    assert swapped[:, 2] / same[:, 2] == pytest.approx(np.sqrt(0.5), rel=1e-3)


def test_both_tables_are_printed(power, monkeypatch):
    small = replace(power.TANH, depth=2, width=8)
    monkeypatch.setattr(power, "HONEST", {"nothing": small})
    monkeypatch.setattr(power, "UNEQUAL", (("few and many", small, 4, 16),))
    monkeypatch.setattr(power, "CHANGES", {"something": (small, replace(small, init=power.he(2.0)))})
    monkeypatch.setattr(power, "UNCHANGED", 140)
    monkeypatch.setattr(power, "CHANGED", 80)
    printed = CliRunner().invoke(power.main, ["--rechecks", "2", "--repeats", "2"], catch_exceptions=False).stdout
    assert "| nothing | 0 % |" in printed
    assert "| few and many | 0 % |" in printed
    assert "| something | " in printed
    assert printed.rstrip().endswith("| 100 % | 100 % |")
