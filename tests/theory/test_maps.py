"""Maps of length and correlation: published values, what every map must satisfy, and fixed points by iteration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from actviz import ACTIVATIONS, Activation
from actviz import activation as look_up
from actviz.theory import (
    chi,
    correlation_map,
    correlation_slope,
    critical_points,
    fixed_points,
    length_map,
    length_slope,
    lengths,
    mean_field,
    second_moment,
)

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)
SELU_ALPHA, SELU_LAMBDA = 1.6732632423543772, 1.0507009873554805

TWO_RESTS = Activation("two_rests", lambda z: 4 * np.tanh(z) ** 3)
"""Three fixed points at sigma_w^2 = 1: a short and a long length are stable, one between them is not."""


def _label(value):
    return getattr(value, "name", None) or str(value)


# Published values


@pytest.mark.parametrize(
    ("activation", "weight_std", "bias_std", "q_star", "chi_1", "digits"),
    [
        ("tanh", math.sqrt(1.3), math.sqrt(0.05), 0.3153, 0.8802, 4),
        ("tanh", math.sqrt(2.5), math.sqrt(0.05), 1.0640, 1.1335, 4),
        ("tanh", 1.3, 0.3, 0.607, 0.940, 3),  # Poole et al. 2016, figure 1
        ("tanh", 2.5, 0.3, 4.079, 1.585, 3),
        ("tanh", 4.0, 0.3, 12.604, 2.367, 3),
        ("sigmoid", 1.0, 0.0, 0.2647, 0.0557, 4),
        ("tanh", 5 / 3, 0.0, 1.1785, 1.2098, 4),  # PyTorch's gain
    ],
)
def test_fixed_points_of_the_literature(activation, weight_std, bias_std, q_star, chi_1, digits):
    found = mean_field(activation, weight_std**2, bias_std**2)
    assert found.q_star == pytest.approx(q_star, abs=0.51 * 10**-digits)
    assert found.chi_1 == pytest.approx(chi_1, abs=0.51 * 10**-digits)
    assert found.phase == ("ordered" if chi_1 < 1 else "chaotic")


@pytest.mark.parametrize(("weight_var", "bias_var", "q"), [(2.0, 0.0, 3.0), (0.7, 0.2, 5.0), (6.0, 1.0, 1e-3)])
def test_relu_halves_lengths_and_gradients(weight_var, bias_var, q):
    assert length_map("relu", q, weight_var, bias_var) == pytest.approx(weight_var * q / 2 + bias_var, rel=1e-12)
    assert chi("relu", q, weight_var) == pytest.approx(weight_var / 2, rel=1e-12)
    assert length_slope("relu", q, weight_var) == pytest.approx(weight_var / 2, rel=1e-12)


def test_relu_has_a_fixed_point_in_closed_form():
    found = mean_field("relu", 1.2, 0.3)
    assert found.q_star == pytest.approx(0.3 / (1 - 0.6), rel=1e-10)
    assert (found.c_star, found.phase) == (1.0, "ordered")
    assert found.xi_grad == pytest.approx(-1 / math.log(0.6), rel=1e-10)
    assert found.xi_q == pytest.approx(-1 / math.log(0.6), rel=1e-10)


def test_relu_with_he_is_as_broad_as_stated_in_layer_one():
    # E[relu] = sqrt(q / 2 pi), and the length of the first layer's pre-activations is 2
    mean = math.sqrt(2 / (2 * math.pi))
    assert mean == pytest.approx(0.5642, abs=5e-5)
    assert second_moment("relu", 2.0) - mean**2 == pytest.approx(0.8256**2, abs=1e-4)


def test_selu_keeps_mean_square_one():
    found = mean_field("selu", 1.0)
    # lambda^2 (E[1; z > 0] + alpha^2 E[exp(2 z); z < 0]), and E[exp(2 z); z < 0] = exp(2) ndtr(-2)
    slope = SELU_LAMBDA**2 * (0.5 + SELU_ALPHA**2 * math.exp(2) * float(ndtr(-2)))
    assert found.q_star == pytest.approx(1.0, abs=1e-9)
    assert found.chi_1 == pytest.approx(slope, abs=1e-9)
    assert slope == pytest.approx(1.07157, abs=5e-6)
    assert found.c_star == pytest.approx(0.0, abs=1e-7)
    assert found.xi_q > 0, "SELU's point: lengths come back to 1"


def test_tanh_under_lecun_weights_fades_as_in_cs231n():
    q = lengths("tanh", [1.0] * 10, 0.0, 1.0)
    stated = [0.6279, 0.4863, 0.4082, 0.3576, 0.3216, 0.2944, 0.2729, 0.2554, 0.2409, 0.2285]
    assert [math.sqrt(second_moment("tanh", each)) for each in q] == pytest.approx(stated, abs=5.1e-5)


@pytest.mark.parametrize(("weight_var", "slope"), [(1.3, 0.880), (1.76, 0.9998), (2.5, 1.134)])
def test_gradient_factors_of_schoenholz_et_al(weight_var, slope):
    rounding = 10.0 ** -len(str(slope).split(".")[1])
    assert mean_field("tanh", weight_var, 0.05).chi_1 == pytest.approx(slope, abs=0.6 * rounding)


def test_lengths_may_differ_in_weight_variance_from_layer_to_layer():
    assert lengths("identity", [2.0, 3.0, 0.5], 0.25, 4.0).tolist() == pytest.approx([8.25, 25.0, 12.75])
    assert lengths("relu", [4.0, 0.0, 4.0], 0.0, 1.0).tolist() == [4.0, 0.0, 0.0]
    exploding = lengths("relu", [1e200] * 4, 0.0, 1.0)
    assert np.isfinite(exploding[0])
    assert np.isinf(exploding[2:]).all()


@pytest.mark.parametrize("q", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("c", [-0.9, 0.0, 0.5, 0.999])
def test_correlation_map_of_relu_is_the_arc_cosine_kernel(q, c):
    angle = math.acos(c)
    expected = (math.sin(angle) + (math.pi - angle) * c) / math.pi
    assert correlation_map("relu", c, q, 1.7) == pytest.approx(expected, abs=1e-9)
    assert correlation_slope("relu", c, q, 1.7) == pytest.approx(1 - angle / math.pi, abs=1e-9)
    weight_var, bias_var = 1.7, 0.3
    with_bias = (weight_var * q / 2 * expected + bias_var) / (weight_var * q / 2 + bias_var)
    assert correlation_map("relu", c, q, weight_var, bias_var) == pytest.approx(with_bias, abs=1e-9)


# What every map must satisfy


@every_activation
def test_the_length_map_rises_with_length_and_with_either_variance(name):
    lengths_on_grid = np.logspace(-4, 1, 26).tolist()  # beyond, sine's has come to its limit
    values = [length_map(name, q, 1.3, 0.1) for q in lengths_on_grid]
    assert (np.diff(values) > 0).all()
    for q in (1e-3, 1.0, 1e3):
        for more in ((1.4, 0.1), (1.3, 0.2)):
            assert length_map(name, q, *more) > length_map(name, q, 1.3, 0.1)
        assert length_slope(name, q, 1.3) >= -1e-15  # sine's is 0 to all digits at 1000


@every_activation
@pytest.mark.parametrize("q", [0.1, 10.0])
def test_the_correlation_map_is_monotonic_and_convex_and_keeps_one(name, q):
    c = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    values = np.array([correlation_map(name, each, q, 1.5, 0.1) for each in c])
    assert values[-1] == 1.0
    assert (np.diff(values) > 0).all()
    assert (np.diff(values, 2) >= -1e-10).all()
    assert values[0] >= 0.0
    close = correlation_map(name, 1.0 - 1e-8, q, 1.5, 0.1)
    assert close == pytest.approx(1.0 - 1e-8 * correlation_slope(name, 1.0, q, 1.5, 0.1), abs=1e-10)


@every_activation
def test_slopes_are_those_of_the_maps(name):
    q, step = 0.8, 1e-5
    rise = length_map(name, q + step, 1.5) - length_map(name, q - step, 1.5)
    assert length_slope(name, q, 1.5) == pytest.approx(rise / (2 * step), rel=1e-7)
    rise = correlation_map(name, 0.4 + step, q, 1.5, 0.1) - correlation_map(name, 0.4 - step, q, 1.5, 0.1)
    assert correlation_slope(name, 0.4, q, 1.5, 0.1) == pytest.approx(rise / (2 * step), rel=1e-6)
    steep = correlation_slope(name, 1.0, q, 1.5, 0.1) * length_map(name, q, 1.5, 0.1) / q
    assert steep == pytest.approx(chi(name, q, 1.5), rel=1e-12)


numbers = st.floats(1e-3, 1e3)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.sampled_from(["tanh", "relu", "selu", "gelu", "sigmoid"]), numbers, st.one_of(st.just(0.0), numbers), numbers)
def test_what_is_said_of_any_stack_is_consistent(name, weight_var, bias_var, q0):
    found = mean_field(name, weight_var, bias_var, q0)
    if 0 < found.q_star < math.inf:
        assert length_map(name, found.q_star, weight_var, bias_var) == pytest.approx(found.q_star, rel=1e-8)
        assert chi(name, found.q_star, weight_var) == found.chi_1
        again = correlation_map(name, found.c_star, found.q_star, weight_var, bias_var)
        assert again == pytest.approx(found.c_star, abs=1e-8)
    assert found.keeps_correlation or 0.0 <= found.c_star <= 1.0
    at_one = "unbounded" if math.isinf(found.q_star) else "critical"
    assert found.phase == (at_one if math.isinf(found.xi_grad) else "ordered" if found.chi_1 < 1 else "chaotic")
    assert (found.xi_grad < 0) == (found.phase == "chaotic")
    assert found.xi_q >= 0
    assert found.xi_c >= 0
    assert found.trainable_depth == 6 * found.xi_c
    assert found.usable_depth == 6 * min(found.xi_c, abs(found.xi_grad))
    assert [point.q for point in found.fixed_points] == sorted(point.q for point in found.fixed_points)


# Fixed points, by iteration

STACKS = [(name, *variances) for name in ACTIVATIONS for variances in ((0.7, 0.0), (1.5, 0.1), (4.0, 0.0))]
OWN = [(TWO_RESTS, 1.0, 0.0), (TWO_RESTS, 1.0, 0.01)]


@pytest.mark.parametrize(("activation", "weight_var", "bias_var"), [*STACKS, *OWN], ids=_label)
def test_iterating_the_length_map_comes_to_the_length_named(activation, weight_var, bias_var):
    for q0 in (0.05, 1.0, 50.0):
        found = mean_field(activation, weight_var, bias_var, q0)
        if math.isinf(found.xi_q):  # kept, or moving slower than any power
            continue
        last = lengths(activation, [weight_var] * 120, bias_var, q0)[-1]
        if math.isinf(found.q_star):
            assert last > 1e12
        else:
            assert last == pytest.approx(found.q_star, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("activation", "weight_var", "bias_var"), [*STACKS, *OWN], ids=_label)
def test_stability_is_what_a_small_deviation_shows(activation, weight_var, bias_var):
    for point in fixed_points(activation, weight_var, bias_var):
        if point.q == 0.0:
            after = lengths(activation, [weight_var] * 5, bias_var, 1e-9)
            assert (after[-1] < after[0]) == (point.stability == "stable")
            continue
        for factor in (0.98, 1.02):
            after = length_map(activation, point.q * factor, weight_var, bias_var) / point.q
            assert (abs(after - 1) < 0.02) == (point.stability == "stable")
            assert (after - 1) / (factor - 1) == pytest.approx(point.slope, rel=0.05, abs=0.01)


@pytest.mark.parametrize(
    ("activation", "weight_var", "bias_var", "stabilities"),
    [
        ("relu", 3.0, 0.1, []),
        ("identity", 1.0, 0.1, []),
        ("relu", 3.0, 0.0, ["unstable"]),
        ("relu", 1.0, 0.0, ["stable"]),
        ("relu", 1.0, 0.1, ["stable"]),
        ("relu", 2.0, 0.0, ["neutral"]),
        ("identity", 1.0, 0.0, ["neutral"]),
        ("tanh", 0.5, 0.0, ["stable"]),
        ("tanh", 2.0, 0.0, ["unstable", "stable"]),
        ("tanh", 2.0, 0.1, ["stable"]),
        ("selu", 1.0, 0.0, ["unstable", "stable"]),
        (TWO_RESTS, 1.0, 0.0, ["stable", "unstable", "stable"]),
        (TWO_RESTS, 1.0, 0.01, ["stable", "unstable", "stable"]),
        ("tanh", 0.0, 0.0, ["stable"]),
        ("tanh", 0.0, 0.3, ["stable"]),
    ],
    ids=_label,
)
def test_none_one_or_several_fixed_points(activation, weight_var, bias_var, stabilities):
    points = fixed_points(activation, weight_var, bias_var)
    assert [point.stability for point in points] == stabilities
    for point in points:
        if point.stability == "neutral":
            assert math.isnan(point.q)
        else:
            assert length_map(activation, point.q, weight_var, bias_var) == pytest.approx(point.q, rel=1e-10)


def test_where_two_lengths_are_stable_the_start_decides():
    low, between, high = (point.q for point in fixed_points(TWO_RESTS, 1.0, 0.01))
    for q0, rest in ((1e-3, low), (0.09, low), (1.0, high), (100.0, high)):
        assert mean_field(TWO_RESTS, 1.0, 0.01, q0).q_star == pytest.approx(rest, rel=1e-9)
        assert (q0 + 0.01 < between) == (rest == low), "the first layer's length decides"


@pytest.mark.parametrize(
    ("activation", "weight_var", "bias_var"),
    [
        ("tanh", 1.3, 0.05),
        ("tanh", 6.25, 0.09),
        ("relu", 1.2, 0.3),
        ("sigmoid", 16.0, 0.1),
        ("selu", 1.0, 0.2),
        ("erf", 4.0, 0.0),
        ("hard_tanh", 2.0, 0.1),
    ],
)
def test_depth_scales_are_the_decay_of_the_iterated_maps(activation, weight_var, bias_var):
    found = mean_field(activation, weight_var, bias_var)
    q, c = found.q_star, found.c_star
    for sign in (-1.0, 1.0):
        start = at = q * (1 + sign * 1e-4)
        for _ in range(3):
            at = length_map(activation, at, weight_var, bias_var)
        assert ((at - q) / (start - q)) ** (1 / 3) == pytest.approx(math.exp(-1 / found.xi_q), rel=1e-3)
    start = c - 1e-6 if c > 0.5 else c + 1e-6
    at = start
    for _ in range(3):
        at = correlation_map(activation, at, q, weight_var, bias_var)
    # a kink adds a term in (1 - c)^(3/2), which is 1e-3 of the first here
    assert ((at - c) / (start - c)) ** (1 / 3) == pytest.approx(math.exp(-1 / found.xi_c), rel=5e-3)


@pytest.mark.parametrize(
    ("activation", "weight_var", "bias_var"),
    [("tanh", 6.25, 0.09), ("tanh", 1.3, 0.05), ("sigmoid", 100.0, 0.0), ("relu", 1.2, 0.3), ("sin", 4.0, 0.5)],
)
def test_iterating_the_correlation_map_comes_to_the_correlation_named(activation, weight_var, bias_var):
    found = mean_field(activation, weight_var, bias_var)
    for start in (0.05, 0.95):
        away = [start - found.c_star]
        for _ in range(12):
            c = correlation_map(activation, found.c_star + away[-1], found.q_star, weight_var, bias_var)
            away.append(c - found.c_star)
        steps = np.array([each for each in away if abs(each) > 1e-9])  # the rest is rounding
        assert (np.diff(np.abs(steps)) < 0).all()
        assert (np.sign(steps) == np.sign(steps[0])).all(), "a rising map never steps over its fixed point"
        assert abs(away[-1]) < 0.3 * abs(away[0])


@pytest.mark.parametrize(
    ("activation", "weight_var", "bias_var", "kept"),
    [
        ("tanh", 1.0, 0.0, True), ("sin", 0.9, 0.0, True), ("gelu", 1.0, 0.0, True), ("identity", 1.0, 0.0, True),
        ("tanh", 0.5, 0.1, False), ("relu", 1.0, 0.0, False), ("relu", 2.0, 0.0, False),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [
                ("tanh", 0.5, 0.0, True), ("erf", 0.7, 0.0, True), ("softsign", 0.8, 0.0, True),
                ("identity", 1.7, 0.0, True), ("identity", 1.0, 0.5, False), ("leaky_relu", 1.0, 0.0, False),
                ("softplus", 1.0, 0.0, False),
            ]
        ),
    ],
)  # fmt: skip
def test_a_correlation_is_kept_where_layers_leave_what_they_are_given(activation, weight_var, bias_var, kept):
    """Followed layer by layer from the input, lengths and all: kept samples stay apart, others come together."""
    assert mean_field(activation, weight_var, bias_var).keeps_correlation == kept
    at_last = []
    for c in (0.2, 0.6):
        q = weight_var + bias_var
        c = (weight_var * c + bias_var) / q
        for _ in range(150):  # identity with biases comes together as 1 / layers
            c = min(correlation_map(activation, c, q, weight_var, bias_var), 1.0)
            q = max(length_map(activation, q, weight_var, bias_var), 1e-200)
        at_last.append(c)
    assert (at_last[1] - at_last[0] > 0.2) == kept
    assert (1 - at_last[0] < 0.02) == (not kept)


def test_gradients_under_criticality_neither_vanish_nor_explode():
    found = mean_field("relu", 2.0)
    assert (found.phase, found.chi_1, found.q_star) == ("critical", pytest.approx(1.0, abs=1e-12), 2.0)
    assert found.xi_grad == found.xi_c == found.xi_q == math.inf
    assert found.usable_depth == math.inf


# Limits


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "identity"])
@pytest.mark.parametrize("bias_var", [0.0, 0.3])
def test_no_weights_leave_the_bias_alone(name, bias_var):
    found = mean_field(name, 0.0, bias_var)
    assert found.q_star == pytest.approx(bias_var)
    assert (found.chi_1, found.c_star, found.phase) == (0.0, 1.0, "ordered")
    assert found.usable_depth == 0.0


@pytest.mark.parametrize(
    ("name", "weight_var", "bias_var", "q0", "q_star"),
    [
        ("relu", 3.0, 0.0, 1.0, math.inf),
        ("relu", 3.0, 0.1, 1.0, math.inf),
        ("relu", 2.0, 0.1, 1.0, math.inf),
        ("relu", 1e300, 0.0, 1e300, math.inf),
        ("relu", 1.9, 0.0, 1.0, 0.0),
        ("relu", 1e-300, 0.0, 1.0, 0.0),
        ("relu", 1.9, 0.0, 1e300, 0.0),
        ("relu", 3.0, 0.0, 0.0, 0.0),
        ("tanh", 1.0, 0.0, 1.0, 0.0),
        ("tanh", 1e10, 0.0, 1.0, 1e10),
        ("tanh", 1e10, 0.0, 1e300, 1e10),
        ("tanh", 1e300, 0.0, 1.0, 1e300),
        ("sigmoid", 1e10, 0.0, 1.0, 0.5e10),
        ("tanh", 1.0, 1e300, 1.0, 1e300),
    ],
)
def test_lengths_that_die_or_explode(name, weight_var, bias_var, q0, q_star):
    found = mean_field(name, weight_var, bias_var, q0)
    assert found.q_star == pytest.approx(q_star, rel=1e-4)
    assert not math.isnan(found.chi_1 + found.xi_q + found.xi_c)
    assert found.keeps_correlation == (name == "tanh" and q_star == 0.0)


def test_a_function_that_is_zero_has_a_theory_too():
    found = mean_field(lambda z: 0.0 * z, 1.0, 0.5)
    assert (found.q_star, found.chi_1, found.phase) == (pytest.approx(0.5), 0.0, "ordered")
    assert mean_field(lambda z: 0.0 * z, 1.0).q_star == 0.0
    assert correlation_map(lambda z: 0.0 * z, 0.3, 1.0, 1.0) == 1.0


NOT_NUMBERS = [-1.0, -1e-300, math.nan, math.inf, "1", None, 1j]


@pytest.mark.parametrize("wrong", NOT_NUMBERS, ids=str)
def test_wrong_numbers_are_one_line_errors(wrong, one_line_error):
    calls = [
        (length_map, "tanh", wrong, 1.0),
        (length_map, "tanh", 1.0, wrong),
        (length_map, "tanh", 1.0, 1.0, wrong),
        (second_moment, "tanh", wrong),
        (chi, "tanh", wrong, 1.0),
        (chi, "tanh", 1.0, wrong),
        (length_slope, "tanh", wrong, 1.0),
        (length_slope, "tanh", 1.0, wrong),
        (correlation_map, "tanh", 0.5, wrong, 1.0),
        (correlation_map, "tanh", 0.5, 1.0, wrong),
        (correlation_map, "tanh", 0.5, 1.0, 1.0, wrong),
        (correlation_slope, "tanh", 0.5, wrong, 1.0),
        (correlation_slope, "tanh", 0.5, 1.0, wrong),
        (lengths, "tanh", [1.0, wrong], 0.0, 1.0),
        (lengths, "tanh", [1.0], wrong, 1.0),
        (lengths, "tanh", [1.0], 0.0, wrong),
        (fixed_points, "tanh", wrong),
        (fixed_points, "tanh", 1.0, wrong),
        (mean_field, "tanh", wrong),
        (mean_field, "tanh", 1.0, wrong),
        (mean_field, "tanh", 1.0, 0.0, wrong),
    ]
    for function, *arguments in calls:
        assert "finite number" in one_line_error(function, *arguments), function.__name__


@pytest.mark.parametrize("c", [-1.1, 1.0 + 1e-9, math.nan, "half", None])
def test_wrong_correlations_are_one_line_errors(c, one_line_error):
    assert "between -1 and 1" in one_line_error(correlation_map, "tanh", c, 1.0, 1.0)
    assert "between -1 and 1" in one_line_error(correlation_slope, "tanh", c, 1.0, 1.0)


# Functions of the user's own


@every_activation
def test_a_plain_function_has_the_theory_of_the_built_in(name):
    activation = look_up(name)

    def plain(z):
        return activation.phi(z, *activation.values)

    ours, theirs = (mean_field(each, 1.3, 0.05) for each in (plain, activation))
    assert ours.phase == theirs.phase
    for number in ("q_star", "c_star", "chi_1"):
        assert getattr(ours, number) == pytest.approx(getattr(theirs, number), rel=1e-7, nan_ok=True), number


def test_numpys_tanh_is_the_built_in():
    ours, theirs = mean_field(np.tanh, 2.5, 0.05), mean_field("tanh", 2.5, 0.05)
    assert ours.q_star == pytest.approx(theirs.q_star, rel=1e-12)
    assert ours.chi_1 == pytest.approx(theirs.chi_1, rel=1e-9)
    assert ours.c_star == pytest.approx(theirs.c_star, rel=1e-7)


def test_an_own_activation_uses_its_own_slope():
    steep = Activation("steep", np.tanh, lambda z: 10.0 / np.cosh(z) ** 2)
    assert chi(steep, 1.0, 1.0) == pytest.approx(100 * chi("tanh", 1.0, 1.0), rel=1e-9)


@pytest.mark.parametrize(("name", "weight_var"), [("relu", 2.0), ("identity", 1.0), ("leaky_relu:0.2", 2 / 1.04)])
@pytest.mark.parametrize("bias_var", [1.0, 0.09, 1e-6, 1e-18])
def test_homogeneous_activations_with_biases_are_never_critical_their_length_grows_without_end(
    name, weight_var, bias_var
):
    found = mean_field(name, weight_var, bias_var)
    assert math.isinf(found.q_star)
    assert found.chi_1 == pytest.approx(1.0, abs=1e-12)
    assert found.phase == "unbounded"
    assert math.isnan(found.usable_depth)
    assert not critical_points(name, bias_var)
    assert mean_field(name, weight_var).phase == "critical"
    assert math.isinf(mean_field(name, weight_var).usable_depth)
    assert mean_field(name, weight_var * 1.1, bias_var).phase == "chaotic"
    assert mean_field(name, weight_var * 0.9, bias_var).phase == "ordered"


@pytest.mark.parametrize(
    ("phi", "slope", "c_star"),
    [
        (lambda z: z**3, 9 / 15, 0.0),  # the map is (9 c + 6 c^3) / 15
        ("expr:z**3", 9 / 15, 0.0),
        (lambda z: z * np.abs(z), 8 / (3 * math.pi), 0.0),
        ("expr:z**5", 225 / 945, 0.0),  # Hermite: (225 c + 600 c^3 + 120 c^5) / 945
    ],
)
@pytest.mark.parametrize(("weight_var", "q_star", "chi_1"), [(0.05, 0.0, 0.0), (5.0, math.inf, math.inf)])
def test_where_phi_is_flat_at_0_the_normalized_map_tells_the_correlation(phi, slope, c_star, weight_var, q_star, chi_1):
    field = mean_field(phi, weight_var)
    assert (field.q_star, field.chi_1, field.c_star) == (q_star, chi_1, c_star)
    assert field.xi_c == pytest.approx(-1 / math.log(slope), rel=1e-6)
    assert (field.xi_q, field.xi_grad, field.keeps_correlation) == (0.0, 0.0, False)


def test_averages_of_an_exponential_reach_as_far_as_it_decides():
    q = 25.0
    assert second_moment("expr:exp(z)", q) == pytest.approx(math.exp(2 * q), rel=1e-12)
    assert correlation_map("expr:exp(z)", 0.3, q, 1.0) == pytest.approx(math.exp(-0.7 * q), rel=1e-12)


def test_a_clip_that_declares_no_kinks_is_not_followed_where_it_keeps_short_lengths():
    field = mean_field(lambda z: np.clip(z, 0.0, 6.0), 2.0)
    assert (field.phase, field.fixed_points) == ("unresolved", ())


@pytest.mark.parametrize(("phi", "weight_var"), [("elu:1e308", 1.0), ("expr:exp(z*z)", 1e300)])
def test_where_averages_overflow_no_correlation_is_known(phi, weight_var):
    field = mean_field(phi, weight_var)
    assert math.isnan(field.c_star)
    assert math.isnan(field.xi_c)
    assert not field.keeps_correlation
