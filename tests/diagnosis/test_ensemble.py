"""Networks side by side have the numbers of the probe's, one after another."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from actviz import VarianceScaling, probe
from actviz.catalog.activations import ACTIVATIONS
from actviz.diagnosis import ensemble, trials
from actviz.diagnosis.ensemble import Ensemble
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.targets import HELD
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.trials import FIRST, FRESH, AlikeInputs, Trial, healthy
from actviz.diagnosis.ways import shown
from actviz.results.statistics import OF_BLOCKS

READ = (
    *("nonfinite", "zero_fraction", "act_min", "act_max", "act_std", "unit_spread", "similarity", "distinct_units"),
    *("grad_preact_rms", "grad_zero", "saturated", "dead_units", "gradient_ratio", "dead_share"),
    "input_similarity",
)
DEPTH, WIDTH, SEEDS = 12, 16, (3, 5, 8)
PLAIN: dict[str, Any] = {"bias_std": 0.0, "norm": None, "block": "plain", "branch_scale": 1.0}
CASES = [
    (1.0, AlikeInputs(1.0, 0.0), {}),
    (40.0, AlikeInputs(2.0, 0.5), {"bias_std": 0.3}),
    (1e9, AlikeInputs(1.0, 0.0), {}),  # which overflows where nothing bounds it
    (2.0, AlikeInputs(1.0, 0.0), {"norm": "batch"}),
    (2.0, AlikeInputs(1.0, 0.2), {"norm": "layer"}),
    (2.0, AlikeInputs(1.0, 0.0), {"norm": "rms"}),
]
OF_BLOCKED = [
    (2.0, AlikeInputs(1.0, 0.2), {"branch_scale": "1/sqrt(L)"}),
    (2.0, AlikeInputs(1.0, 0.0), {"branch_scale": 0.0}),
    (1e9, AlikeInputs(1.0, 0.0), {"bias_std": 0.3}),
    (2.0, AlikeInputs(1.0, 0.0), {"norm": "layer"}),
    (2.0, AlikeInputs(1.0, 0.0), {"norm": "batch"}),
]
TRIED = [
    *((name, *case) for name in ("tanh", "relu", "softplus", "hard_sigmoid") for case in CASES),
    *((name, *case[:2], case[2] | {"block": "residual"}) for name in ("tanh", "softplus") for case in OF_BLOCKED),
]


@pytest.mark.parametrize(("name", "variance", "inputs", "changed"), TRIED)
def test_every_number_that_rules_read_is_the_probes(name, variance, inputs, changed, monkeypatch):
    activation, built = ACTIVATIONS[name], PLAIN | changed
    how = {"depth": DEPTH, "width": WIDTH, "samples": 20, "inputs": inputs} | built
    dataset = probe(VarianceScaling(variance), activation, **how, seeds=list(SEEDS), workers=1)
    [(*_, apart)] = profiles(dataset)
    monkeypatch.setattr(ensemble, "MOST_BYTES", 2 * 4 * DEPTH * WIDTH * WIDTH)  # two plain ones at once, and then one
    together = Ensemble(activation, variance, DEPTH, WIDTH, 20, inputs, **built).profile(SEEDS)
    assert (apart.structure is None) == (together.structure is None) == (built["block"] == "plain")
    assert (together.layers, together.bounded, together.largest) == (apart.layers, apart.bounded, apart.largest)
    for each in READ:
        np.testing.assert_allclose(
            together[each], np.broadcast_to(apart[each], together[each].shape), 1e-4, 1e-6, err_msg=each
        )
    moves = [(each["grad_weight_norm"] > 0.0).any(axis=1).tolist() for each in (apart, together)]
    assert moves[0] == moves[1]  # of plain layers rules read no more
    if apart.structure is not None and together.structure is not None:
        told = [dataclasses.replace(each.structure, values={}) for each in (apart, together)]
        assert told[0] == told[1]
        weights = [each["grad_weight_norm"] for each in (together, apart)]
        np.testing.assert_allclose(*weights, 1e-4, 1e-6)
        for each in OF_BLOCKS:
            streams = together.structure.values[each], apart.structure.values[each]
            np.testing.assert_allclose(*streams, 1e-4, 1e-6, err_msg=each)
    for rule, seeds in shown(apart, Thresholds()).items():
        assert shown(together, Thresholds())[rule].tolist() == seeds.tolist(), rule.name


@pytest.mark.parametrize(("variance", "measured"), [(1.0, len(FRESH)), (0.1, FIRST), (1e4, FIRST)])
def test_a_trial_that_the_first_networks_have_lost_is_not_measured_on(variance, measured, monkeypatch):
    trial, seeds = Trial(ACTIVATIONS["tanh"], 0.0, 20, 24), []
    of = trials._profile
    monkeypatch.setattr(trials, "_profile", lambda *what: seeds.extend(what[2]) or of(*what))
    held = healthy.__wrapped__(trial, variance, HELD)[1] >= HELD
    assert seeds == list(FRESH[:measured])
    assert held == (healthy.__wrapped__(trial, variance)[1] >= HELD)
    assert seeds[measured:] == list(FRESH)


def test_where_the_first_networks_fail_one_too_few_are_left():
    assert len(FRESH) - FIRST == HELD - 1
