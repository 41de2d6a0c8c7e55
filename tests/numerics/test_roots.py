"""Zeros between two places are those of SciPy, to the bit."""

import math

import pytest
from scipy.optimize import brentq

from actviz.numerics.roots import root_between

FUNCTIONS = {
    "cubic": lambda x: x**3 - 2.0 * x - 5.0,
    "straight": lambda x: 3.0 * (x - 0.7),
    "steep": lambda x: math.atan(1e6 * (x - 0.3)),
    "flat": lambda x: (x - 0.4) ** 3 + 1e-3 * (x - 0.4),
    "step": lambda x: math.copysign(1.0, x - 0.1),
    "small": lambda x: 1e-200 * (x - 1.1),
    "large": lambda x: 1e300 * (x - 1.1),
    "infinite": lambda x: math.inf if x > 2.0 else x - 1.0,
    "at its end": lambda x: x - 3.0,
}
NEAR = [{"near": 1e-4}, {"near": 1e-13}, {"near": 1e-14, "share": 1e-14}]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("ends", [(-2.5, 3.0), (3.0, -7.0)])
@pytest.mark.parametrize("how", NEAR)
def test_a_zero_is_scipys(name, ends, how):
    theirs = {"xtol": how["near"], **({"rtol": how["share"]} if "share" in how else {})}
    assert root_between(FUNCTIONS[name], *ends, **how) == brentq(FUNCTIONS[name], *ends, **theirs)


def test_what_has_no_zero_to_be_found_is_refused(one_line_error):
    assert "one sign at 1 and at 2" in one_line_error(root_between, lambda x: x, 1.0, 2.0, near=1e-9)
    assert "no number at 2" in one_line_error(root_between, lambda x: math.nan if x > 1 else x, -1.0, 2.0, near=1e-9)
    assert "not found in 100 steps" in one_line_error(root_between, lambda x: (x - 0.4) ** 9, -2.5, 3.0, near=1e-13)
