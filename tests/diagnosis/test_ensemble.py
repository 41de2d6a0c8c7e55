"""Networks side by side have the numbers of the probe's, one after another."""

import numpy as np
import pytest

from actviz import VarianceScaling, probe
from actviz.catalog.activations import ACTIVATIONS
from actviz.diagnosis import ensemble
from actviz.diagnosis.ensemble import Ensemble
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.trials import AlikeInputs
from actviz.diagnosis.ways import shown

READ = (
    *("nonfinite", "zero_fraction", "act_min", "act_max", "act_std", "unit_spread", "similarity", "distinct_units"),
    *("grad_preact_rms", "grad_zero", "grad_weight_norm", "saturated", "dead_units", "gradient_ratio", "dead_share"),
    "input_similarity",
)
DEPTH, WIDTH, SEEDS = 12, 16, (3, 5, 8)
CASES = [
    (1.0, 0.0, None, AlikeInputs(1.0, 0.0)),
    (40.0, 0.3, None, AlikeInputs(2.0, 0.5)),
    (1e9, 0.0, None, AlikeInputs(1.0, 0.0)),  # which overflows where nothing bounds it
    (2.0, 0.0, "batch", AlikeInputs(1.0, 0.0)),
    (2.0, 0.0, "layer", AlikeInputs(1.0, 0.2)),
    (2.0, 0.0, "rms", AlikeInputs(1.0, 0.0)),
]


@pytest.mark.parametrize(("variance", "bias_std", "norm", "inputs"), CASES)
@pytest.mark.parametrize("name", ["tanh", "relu", "softplus", "hard_sigmoid"])
def test_every_number_that_rules_read_is_the_probes(name, variance, bias_std, norm, inputs, monkeypatch):
    activation = ACTIVATIONS[name]
    how = {"depth": DEPTH, "width": WIDTH, "samples": 20, "inputs": inputs, "bias_std": bias_std, "norm": norm}
    dataset = probe(VarianceScaling(variance), activation, **how, seeds=list(SEEDS), workers=1)
    [(*_, apart)] = profiles(dataset)
    monkeypatch.setattr(ensemble, "MOST_BYTES", 2 * 4 * DEPTH * WIDTH * WIDTH)  # two at once, and then one
    together = Ensemble(activation, variance, DEPTH, WIDTH, 20, inputs, bias_std, norm).profile(SEEDS)
    assert apart.structure is None
    assert (together.layers, together.bounded, together.largest) == (apart.layers, apart.bounded, apart.largest)
    for each in READ:
        np.testing.assert_allclose(
            together[each], np.broadcast_to(apart[each], together[each].shape), 1e-4, 1e-6, err_msg=each
        )
    for rule, seeds in shown(apart, Thresholds()).items():
        assert shown(together, Thresholds())[rule].tolist() == seeds.tolist(), rule.name
