"""Averages between the lengths of the grid: as quadrature has them."""

import numpy as np
import pytest

from actviz.catalog.activations import ACTIVATIONS, Activation
from actviz.theory import moments
from actviz.theory.between import squares_between
from actviz.theory.phases import GRID

NEAR = [
    *np.geomspace(1.1e-12, 0.9e12, 37).tolist(),
    GRID[240],
    GRID[241] * (1 + 1e-15),
    1e-13,
    1e-200,
    1e15,
    1e307,
    0.0,
]
"""Lengths between those of the grid, on them, and beside."""


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda activation: activation.name)
def test_an_average_between_has_the_digits_of_quadrature(activation):
    found = [squares_between(activation, q) for q in NEAR]
    np.testing.assert_allclose(found, [moments(activation, q)[1:3] for q in NEAR], 1e-11)


def test_a_function_with_kinks_that_it_does_not_declare_has_them_too():
    bent = Activation("bent", lambda z: np.abs(z - 0.3))
    found = [squares_between(bent, q) for q in NEAR[:37]]
    np.testing.assert_allclose(found, [moments(bent, q)[1:3] for q in NEAR[:37]], 1e-10)
