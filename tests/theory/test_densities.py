"""Expected shares of a histogram's bins, against samples and against what is known of their ends."""

import math

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import chi2

from actviz import ACTIVATIONS, Activation
from actviz import activation as look_up
from actviz.theory import bin_shares

SAMPLES = 300_000
FALSE_ALARM = 5e-6
"""Of one chi-square test of the about 80 here, for a fresh seed: together below 1/2000."""

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)


def _assert_drawn_from(activation, shares, z):
    """Chi-square test over the bins in which 5 values or more are expected, the others taken together."""
    counted = activation.bins.count(activation(z))
    expected, counts = len(z) * shares, counted.counts
    many = expected >= 5
    expected = np.append(expected[many], expected[~many].sum())
    counts = np.append(counts[many], counts[~many].sum())
    assert counts[expected < 1e-9].sum() == 0, "values in bins that get none"
    expected, counts = expected[expected > 1e-9], counts[expected > 1e-9]
    square = float(((counts - expected) ** 2 / expected).sum())
    assert counted.total == counts.sum()
    assert square < chi2.isf(FALSE_ALARM, max(len(counts) - 1, 1))


@every_activation
@pytest.mark.parametrize("q", [0.01, 1.0, 50.0, 1e4])
def test_shares_are_those_of_samples(name, q):
    activation = look_up(name)
    rng = np.random.default_rng([17, *name.encode(), int(100 * q)])
    _assert_drawn_from(activation, bin_shares(activation, q), math.sqrt(q) * rng.standard_normal(SAMPLES))


@every_activation
@pytest.mark.parametrize("q", [0.0, 1e-12, 0.01, 1.0, 50.0, 1e8])
@pytest.mark.parametrize("own", [0.0, 0.1])
def test_shares_are_a_distribution(name, q, own):
    shares = bin_shares(look_up(name), q, own)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert shares.min() >= -1e-15
    assert shares.shape == (len(look_up(name).bins.edges) - 1,)


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu", "sigmoid"])
def test_lengths_that_differ_between_samples_widen_the_shares(name):
    activation, q, own = look_up(name), 2.0, 0.1
    rng = np.random.default_rng([18, *name.encode()])
    # log-normal lengths of mean q and relative variance ``own``
    spread = math.sqrt(math.log1p(own))
    lengths = q * np.exp(spread * rng.standard_normal(SAMPLES) - spread**2 / 2)
    z = np.sqrt(lengths) * rng.standard_normal(SAMPLES)
    _assert_drawn_from(activation, bin_shares(activation, q, own), z)
    with pytest.raises(AssertionError):
        _assert_drawn_from(activation, bin_shares(activation, q), z)


def _bin_of(activation, value):
    return int(np.argmax(activation.bins.count(np.array([value])).counts))


@pytest.mark.parametrize("q", [0.01, 1.0, 1e6])
def test_half_of_relu_is_exactly_zero(q):
    relu = look_up("relu")
    shares = bin_shares(relu, q)
    zero = _bin_of(relu, 0.0)
    assert shares[zero] == pytest.approx(0.5, abs=1e-12)
    assert shares[:zero].sum() == 0.0, "nothing is below zero"


def test_a_long_negative_tail_of_gelu_is_a_negative_zero():
    gelu = look_up("gelu")
    bins, q = gelu.bins, 1e4
    shares = bin_shares(gelu, q)
    negative, positive = _bin_of(gelu, -0.0), _bin_of(gelu, 0.0)
    assert (negative, positive) == (len(bins.edges) // 2 - 1, len(bins.edges) // 2)
    # z Phi(z) is smaller than the innermost bin's 2^-128 below z = -12.8 or so; std 100
    edge = bins.edges[negative]
    z = np.linspace(-14, -11, 30001)
    crossing = z[np.searchsorted(-gelu(z), -edge)]
    assert shares[negative] == pytest.approx(float(ndtr(crossing / 100)), abs=1e-5)
    assert shares[positive] < 1e-9


@pytest.mark.parametrize("name", ["tanh", "hard_tanh", "erf", "sigmoid", "hard_sigmoid"])
def test_long_signals_pile_up_at_both_ends(name):
    activation = look_up(name)
    shares = bin_shares(activation, 1e8)
    assert shares[0] == pytest.approx(0.5, abs=1e-3)
    assert shares[-1] == pytest.approx(0.5, abs=1e-3)
    assert shares == pytest.approx(shares[::-1], abs=1e-10), "odd about its middle"


@pytest.mark.parametrize("q", [0.3, 3.0])
def test_the_ends_of_hard_tanh_are_the_tails_of_a_normal(q):
    shares = bin_shares(look_up("hard_tanh"), q)
    inner = 1 - 2 / 2048  # the last bin's other edge
    assert shares[-1] == pytest.approx(float(ndtr(-inner / math.sqrt(q))), abs=1e-9)


@every_activation
def test_no_signal_is_one_value(name):
    activation = look_up(name)
    shares = bin_shares(activation, 0.0)
    assert shares[_bin_of(activation, float(activation(np.zeros(1))[0]))] == 1.0
    assert np.count_nonzero(shares) == 1


def test_the_identity_is_a_normal_distribution():
    identity = look_up("identity")
    edges = identity.bins.edges
    assert bin_shares(identity, 4.0) == pytest.approx(np.diff(ndtr(edges / 2.0)), abs=1e-14)


def test_an_own_function_with_several_turns_has_shares_too():
    own = Activation("waves", lambda z: np.sin(3 * z) * np.exp(-z * z / 8), bounds=(-1.0, 1.0))
    z = 1.5 * np.random.default_rng(19).standard_normal(SAMPLES)
    _assert_drawn_from(own, bin_shares(own, 2.25), z)
