"""Gaussian averages against adaptive quadrature, closed forms and the trapezoidal rule."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from actviz import ACTIVATIONS, Activation
from actviz import activation as look_up
from actviz.theory.corners import corners
from actviz.theory.maps import disagreement, moments, moments_along, uncertainty
from actviz.theory.quadrature import PairRule, line_rule, oscillates

LENGTHS = [1e-4, 1e-2, 1.0, 1e2, 1e4]
CORRELATIONS = [-1.0, -0.9, 0.0, 0.5, 0.999, 1.0]
SMOOTH = ["identity", "sigmoid", "tanh", "gelu", "gelu_tanh", "silu", "softplus", "mish", "erf", "sin"]
"""Activations without a kink, and without softsign's corner in the slope."""

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
every_length = pytest.mark.parametrize("q", LENGTHS)


def _phi(activation):
    return activation


def _phi_squared(activation):
    return lambda z: activation(z) ** 2


def _slope_squared(activation):
    return lambda z: activation.derivative(z) ** 2


def _adaptive(function, q, kinks=()):
    """E[f(z)] by QUADPACK on many short intervals: octaves of z, fractions of the standard deviation, kinks."""
    std = math.sqrt(q)
    cuts = np.concatenate([[0.0], kinks, 2.0 ** np.arange(-12, 14), std * np.array([0.25, 0.5, 1.5, *range(1, 13)])])
    cuts = np.unique(np.concatenate([-cuts, cuts]))
    cuts = cuts[np.abs(cuts) <= 12 * std]

    def integrand(z):
        return float(function(np.array([z]))[0]) * math.exp(-z * z / (2 * q)) / math.sqrt(2 * math.pi * q)

    return math.fsum(
        quad(integrand, low, high, epsabs=1e-15, epsrel=1e-12, limit=200)[0] for low, high in itertools.pairwise(cuts)
    )


# One Gaussian variable


@every_activation
@every_length
def test_line_averages_agree_with_adaptive_quadrature(activation, q):
    z, weights = line_rule(activation, q)
    square = _adaptive(_phi_squared(activation), q, activation.kinks)
    for make, size in ((_phi, math.sqrt(square)), (_phi_squared, square), (_slope_squared, 0.0)):
        function = make(activation)
        expected = _adaptive(function, q, activation.kinks)
        # an average of 0, as that of an odd function, is compared at the size of what it averages
        tolerance = 1e-10 * max(abs(expected), size)
        assert float(weights @ function(z)) == pytest.approx(expected, rel=0, abs=tolerance), make.__name__


@every_activation
@every_length
def test_line_weights_are_a_distribution_of_variance_q(activation, q):
    z, weights = line_rule(activation, q)
    assert weights.min() >= 0.0
    assert weights.sum() == pytest.approx(1.0, abs=1e-13)
    assert weights @ z == pytest.approx(0.0, abs=1e-13 * math.sqrt(q))
    assert weights @ z**2 == pytest.approx(q, rel=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_length_of_zero_is_the_value_at_zero(name):
    z, weights = line_rule(look_up(name), 0.0)
    assert z.tolist() == [0.0]
    assert weights.tolist() == [1.0]


def _arcsine(q, c=1.0):
    return 2 / math.pi * math.asin(2 * q * c / (1 + 2 * q))


def _hyperbolic_sine(q, c=1.0):
    """exp(-q) sinh(q c), without overflow."""
    return (math.exp(-q * (1 - c)) - math.exp(-q * (1 + c))) / 2


def _arc_cosine(q, c=1.0):
    """Cho & Saul 2009, of degree 1."""
    return q * (math.sqrt(1 - c * c) + c * (math.pi - math.acos(c))) / (2 * math.pi)


def _leaky(slope):
    def kernel(q, c=1.0):
        # phi = (1 + a) / 2 z + (1 - a) / 2 |z|, and |z| = relu(z) + relu(-z)
        both = 2 * q / math.pi * (math.sqrt(1 - c * c) + c * math.asin(c))
        return ((1 + slope) / 2) ** 2 * q * c + ((1 - slope) / 2) ** 2 * both

    return kernel


KERNELS = {
    "identity": lambda q, c=1.0: q * c,
    "relu": _arc_cosine,
    "leaky_relu": _leaky(0.01),
    "leaky_relu:0.3": _leaky(0.3),
    "erf": _arcsine,  # Williams 1997
    "sin": _hyperbolic_sine,
}
"""E[phi(z1) phi(z2)] of two pre-activations of variance q and correlation c, in closed form."""

SLOPES = {
    "identity": lambda q: 1.0,
    "relu": lambda q: 0.5,
    "leaky_relu:0.3": lambda q: (1 + 0.3**2) / 2,
    "erf": lambda q: 4 / (math.pi * math.sqrt(1 + 4 * q)),
    "sin": lambda q: (1 + math.exp(-2 * q)) / 2,
    "hard_tanh": lambda q: math.erf(1 / math.sqrt(2 * q)),
    "hard_sigmoid": lambda q: math.erf(3 / math.sqrt(2 * q)) / 36,
}
"""E[phi'^2] in closed form."""


@pytest.mark.parametrize("name", KERNELS)
@every_length
def test_second_moments_have_their_closed_forms(name, q):
    activation = look_up(name)
    z, weights = line_rule(activation, q)
    assert weights @ activation(z) ** 2 == pytest.approx(KERNELS[name](q), rel=1e-12)


@pytest.mark.parametrize("name", SLOPES)
@every_length
def test_mean_square_slopes_have_their_closed_forms(name, q):
    activation = look_up(name)
    z, weights = line_rule(activation, q)
    assert weights @ activation.derivative(z) ** 2 == pytest.approx(SLOPES[name](q), rel=1e-12)


@every_activation
@every_length
def test_averages_of_what_is_built_in_are_known_to_all_digits(activation, q):
    """So no length of those that do not oscillate is looked at for its error."""
    assert disagreement(activation, np.array([q])).max() < 1e-12


@every_activation
def test_averages_over_many_lengths_are_those_over_each(activation):
    q = np.geomspace(1e-12, 1e12, 25)
    assert moments_along(activation, q).T.tolist() == [list(moments(activation, each)) for each in q.tolist()]


def test_an_average_over_what_oscillates_too_fast_knows_its_error():
    activation = look_up("sin")
    q = 1e8
    (error,) = uncertainty(activation, np.array([q]))
    assert abs(moments(activation, q)[1] / 0.5 - 1.0) < 10 * error < 1.0
    assert error > 1e-4


def test_only_sine_oscillates():
    assert [name for name, activation in ACTIVATIONS.items() if oscillates(activation)] == ["sin"]


def test_a_kink_is_integrated_to_all_digits_whether_it_is_declared_or_not():
    def bent(z):
        return np.abs(z - 0.3)

    exact = 2 * (math.exp(-0.045) / math.sqrt(2 * math.pi) + 0.3 * ndtr(0.3)) - 0.3
    for kinks in ((), (0.3,)):
        activation = Activation("bent", bent, lambda z: np.sign(z - 0.3), kinks=kinks)
        z, weights = line_rule(activation, 1.0)
        assert abs(weights @ bent(z) - exact) < 1e-14


@pytest.mark.parametrize(
    ("phi", "kinks"),
    [
        (lambda z: np.clip(z, 0, 6), (0.0, 6.0)),
        (lambda z: np.maximum(z - 1 / 3, 0.0), (0.333333,)),
        (lambda z: np.sqrt(np.abs(z)), (0.0,)),
        (np.tanh, ()),
        (lambda z: np.maximum(z, 0.0) ** 2, ()),
        (lambda z: np.sin(100 * z), ()),
        (lambda z: np.abs(np.sin(z)), ()),  # more of them than can be cut at
    ],
    ids=["relu6", "shifted relu", "root", "tanh", "squared relu", "fast sine", "rectified sine"],
)
def test_kinks_that_a_function_does_not_declare_are_found(phi, kinks):
    assert corners(Activation("own", phi)) == kinks


def test_the_mean_square_slope_of_a_plain_clip_has_its_closed_form():
    clip = Activation("relu6", lambda z: np.clip(z, 0, 6))
    exact = ndtr(6 / math.sqrt(50.0)) - 0.5
    assert moments(clip, 50.0)[2] == pytest.approx(exact, rel=1e-5)  # a numerical slope is smeared over 1e-5


# Two of them


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(
    ("q", "c"), [*itertools.product(LENGTHS[:-1], CORRELATIONS), (LENGTHS[-1], 0.5), (LENGTHS[-1], 0.999)]
)
def test_products_have_their_closed_forms(name, q, c):
    activation = look_up(name)
    expected, size = KERNELS[name](q, c), KERNELS[name](q)
    assert PairRule(activation, q, c).product(activation) == pytest.approx(expected, rel=0, abs=1e-10 * size)


@every_activation
@pytest.mark.parametrize("c", CORRELATIONS)
def test_pair_weights_are_a_distribution_of_the_given_correlation(activation, c):
    q = 2.0
    rule = PairRule(activation, q, c)
    np.testing.assert_allclose(rule.y, -rule.y[::-1], rtol=0, atol=1e-13)
    ones, squares = rule.given(np.ones_like(rule.z)), rule.given(rule.z**2)
    assert ones == pytest.approx(1.0, abs=1e-12)
    assert rule.mean(ones) == pytest.approx(1.0, abs=1e-12)
    assert rule.mean(squares) == pytest.approx(q, rel=1e-12)
    assert rule.product(lambda z: z) == pytest.approx(q * c, abs=1e-12)
    assert rule.product(np.ones_like) == pytest.approx(1.0, abs=1e-12)


@every_activation
@every_length
def test_at_the_ends_a_product_is_an_average_over_one_variable(activation, q):
    z, weights = line_rule(activation, q)
    size = weights @ activation(z) ** 2
    for c, expected in (
        (1.0, size),
        (0.0, (weights @ activation(z)) ** 2),
        (-1.0, weights @ (activation(z) * activation(-z))),
    ):
        found = PairRule(activation, q, c).product(activation)
        assert found == pytest.approx(expected, rel=0, abs=1e-10 * size), c


def _trapezoidal(function, q, c):
    """E[f(z1) f(z2)] on an equidistant grid: exact to all digits for functions without a singularity near it."""
    # Nearest poles are tanh's, at an imaginary z of pi/2: the error falls as exp(-2 pi^2 / (2 step)) there.
    step = min(0.25, 0.2 / math.sqrt(q))
    y = np.arange(-math.ceil(9 / step), math.ceil(9 / step) + 1) * step
    weights = np.exp(-y * y / 2) * step / math.sqrt(2 * math.pi)
    first = weights * function(math.sqrt(q) * y)
    second = function(math.sqrt(q) * (c * y[:, None] + math.sqrt(1 - c * c) * y)) @ weights
    return float(first @ second)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("q", [1e-4, 1e-2, 1.0, 10.0])
@pytest.mark.parametrize("c", [-0.9, 0.0, 0.5, 0.999])
def test_products_of_smooth_functions_agree_with_the_trapezoidal_rule(name, q, c):
    activation = look_up(name)
    for function in (activation, activation.derivative):
        size = _trapezoidal(function, q, 1.0)  # E[f^2]
        found = PairRule(activation, q, c).product(function)
        assert found == pytest.approx(_trapezoidal(function, q, c), rel=0, abs=1e-10 * size)


def _given_the_first(activation, q, c):
    """E[phi(z1) phi(z2)] as E[phi(z1) E[phi(z2) | z1]], each by Gauss-Legendre between kinks and deviations."""
    std, own = math.sqrt(q), math.sqrt(q * (1 - c * c))
    nodes, gauss = np.polynomial.legendre.leggauss(24)

    def rule(center, spread):
        cuts = np.concatenate([center + spread * np.linspace(-9.5, 9.5, 20), activation.kinks, [0.0]])
        cuts = np.unique(np.clip(cuts, center - 9.5 * spread, center + 9.5 * spread))
        middle, half = (cuts[1:] + cuts[:-1]) / 2, (cuts[1:] - cuts[:-1]) / 2
        z = (middle[:, None] + half[:, None] * nodes).ravel()
        density = np.exp(-(((z - center) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))
        return z, (half[:, None] * gauss).ravel() * density

    z, weights = rule(0.0, std)
    inner = []
    for center in c * z:
        second, own_weights = rule(center, own)
        inner.append(own_weights @ activation(second))
    return float(weights @ (activation(z) * inner))


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - set(SMOOTH)))
@pytest.mark.parametrize(("q", "c"), [(0.3, 0.5), (5.0, -0.9), (5.0, 0.6)])
def test_products_of_functions_with_kinks_agree_with_nested_integrals(name, q, c):
    activation = look_up(name)
    size = _given_the_first(activation, q, 0.0) + abs(_given_the_first(activation, q, 0.9))
    expected = _given_the_first(activation, q, c)
    assert PairRule(activation, q, c).product(activation) == pytest.approx(expected, rel=0, abs=1e-10 * size)
