"""Scales by theory: what the search for them asks of it."""

import math

import numpy as np
import pytest

import actviz
from actviz.catalog.activations import ACTIVATIONS
from actviz.diagnosis.scales import gradient_change
from actviz.theory import chi, lengths


@pytest.mark.parametrize(("name", "variance"), [("tanh", 1.3), ("relu", 1e3), ("gelu", 0.01), ("hard_sigmoid", 14.0)])
def test_the_change_of_a_gradient_is_that_of_its_factors(name, variance):
    activation = ACTIVATIONS[name]
    of = np.clip(lengths(activation, [variance] * 29, 0.1, 0.7), 1e-200, 1e20).tolist()
    told = sum(0.5 * math.log(chi(activation, q, variance)) for q in of)
    assert gradient_change(activation, variance, 0.1, 30, 0.7) == pytest.approx(told, rel=1e-9)


@pytest.mark.parametrize("written", ["expr:max(z-12,0)", "expr:100*tanh(z-30)", "expr:tanh(z-8)"])
def test_a_function_that_is_flat_where_signals_are_is_to_be_shifted(written):
    ds = actviz.probe("he_normal", written, depth=2, width=16, samples=20, seeds=2, workers=1)
    (diagnosis,) = actviz.diagnose(ds)
    assert "shift this one to where signals are" in diagnosis.findings[0].remedy()
