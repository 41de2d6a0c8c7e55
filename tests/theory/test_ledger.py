"""The ledger of conventions: what each implies, and agreement with the table of initializers."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from actviz import INITIALIZERS, ActvizError
from actviz import initializer as look_up
from actviz.theory import CONVENTIONS, ledger, mean_field, untreatable

FANS = [(100, 100), (784, 100), (100, 784), (3, 5)]

IMPLIED = {
    "Glorot (Xavier) normal": lambda n, m: 2 * n / (n + m),
    "Glorot (Xavier) uniform, Keras default": lambda n, m: 2 * n / (n + m),
    "He normal": lambda n, m: 2.0,
    'LeCun normal, the book\'s "Xavier"': lambda n, m: 1.0,
    "PyTorch default": lambda n, m: 1 / 3,
    "PyTorch gain for SELU, 3/4": lambda n, m: 9 / 16,
    "PyTorch gain for tanh, 5/3": lambda n, m: 25 / 9,
    "standard normal": lambda n, m: float(n),
    "std 0.01": lambda n, m: n * 1e-4,
    "U(-1, 1)": lambda n, m: n / 3,
}
"""sigma_w^2 = fan_in Var(W), from each convention's own definition."""


def test_every_convention_is_checked():
    assert set(IMPLIED) == set(CONVENTIONS)


@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_the_implied_weight_variance_is_the_conventions_own(fan_in, fan_out):
    for entry in ledger("tanh", fan_in, fan_out):
        expected = IMPLIED[entry.convention](fan_in, fan_out)
        assert entry.theory.weight_var == pytest.approx(expected, rel=1e-12), entry.convention


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_convention_is_the_initializer_of_its_name(convention):
    name, init = CONVENTIONS[convention]
    assert look_up(name) == init
    if name in INITIALIZERS:
        assert init is INITIALIZERS[name]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_weights_drawn_have_the_variance_implied(convention):
    name, init = CONVENTIONS[convention]
    fan_in, fan_out = 300, 200
    values = init.sample(np.random.default_rng(5), fan_in, fan_out) ** 2
    (entry,) = ledger("tanh", fan_in, fan_out, conventions={convention: (name, init)})
    # Mean of 60000 squares: their own standard deviation, 1.42 of the mean for a normal, over 245. 4.5 of those leave
    # 7e-6 a convention, ten of them.
    error = float(values.std()) / math.sqrt(values.size)
    assert float(values.mean()) == pytest.approx(entry.theory.weight_var / fan_in, abs=4.5 * error)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "selu"])
def test_each_line_is_the_theory_of_its_weight_variance(activation):
    for entry in ledger(activation, 200, 50, 0.09):
        expected = mean_field(activation, IMPLIED[entry.convention](200, 50), 0.09)
        assert entry.theory.phase == expected.phase
        assert entry.theory.q_star == pytest.approx(expected.q_star, rel=1e-9)
        assert entry.theory.chi_1 == pytest.approx(expected.chi_1, rel=1e-9)
        assert entry.refused == ""


def test_known_lines():
    tanh = {entry.convention: entry.theory for entry in ledger("tanh")}
    assert tanh["PyTorch gain for tanh, 5/3"].q_star == pytest.approx(1.1785, abs=5.1e-5)
    assert tanh["PyTorch gain for tanh, 5/3"].phase == "chaotic"
    assert tanh["Glorot (Xavier) normal"].phase == "critical"
    relu = {entry.convention: entry.theory for entry in ledger("relu")}
    assert relu["He normal"].phase == "critical"
    assert relu["PyTorch default"].chi_1 == pytest.approx(1 / 6)
    selu = {entry.convention: entry.theory for entry in ledger("selu")}
    assert selu['LeCun normal, the book\'s "Xavier"'].q_star == pytest.approx(1.0, abs=1e-9)
    assert selu["PyTorch gain for SELU, 3/4"].q_star < 1.0, "3/4 gives up self-normalization for smaller gradients"


@dataclass(frozen=True)
class _Undeclared:
    def sample(self, rng, fan_in, fan_out):
        return np.zeros((fan_in, fan_out))

    def variance(self, fan_in, fan_out):
        return math.nan


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("orthogonal", "dependent"),
        ("identity", "dependent"),
        ("constant", "mean"),
        ("constant:-3", "mean"),
        ("uniform:0,1", "mean"),
        ("zeros", "silent"),
        ("normal:0", "silent"),
        ("constant:0", "silent"),
        (_Undeclared(), "variance"),
        ("he_normal", ""),
        ("truncated_normal:0.1", ""),
        ("uniform:-2,2", ""),
    ],
    ids=str,
)
def test_what_theory_cannot_treat_is_said(spec, reason):
    init = look_up(spec)
    assert untreatable(init, [(50, 60), (60, 20)]) == reason
    (entry,) = ledger("tanh", conventions={"own": ("own", init)})
    assert entry.refused == reason
    assert (entry.theory is None) == bool(reason)


@pytest.mark.parametrize("wrong", [-0.1, math.nan, math.inf], ids=str)
def test_a_wrong_bias_variance_is_an_error(wrong):
    with pytest.raises(ActvizError, match="bias_var"):
        ledger("tanh", bias_var=wrong, conventions={})
