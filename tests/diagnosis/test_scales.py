"""Scales by theory: what the search for them asks of it."""

import math

import numpy as np
import pytest

from actviz.catalog.activations import ACTIVATIONS
from actviz.diagnosis.scales import gradient_change
from actviz.theory import chi, lengths


@pytest.mark.parametrize(("name", "variance"), [("tanh", 1.3), ("relu", 1e3), ("gelu", 0.01), ("hard_sigmoid", 14.0)])
def test_the_change_of_a_gradient_is_that_of_its_factors(name, variance):
    activation = ACTIVATIONS[name]
    of = np.clip(lengths(activation, [variance] * 29, 0.1, 0.7), 1e-200, 1e20).tolist()
    told = sum(0.5 * math.log(chi(activation, q, variance)) for q in of)
    assert gradient_change(activation, variance, 0.1, 30, 0.7) == pytest.approx(told, rel=1e-9)
