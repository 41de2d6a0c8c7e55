"""Critical variances and gains: what they promise is what the maps give."""

import math

import numpy as np
import pytest

from actviz import ACTIVATIONS
from actviz.theory import (
    chi,
    critical_gain,
    critical_line,
    critical_points,
    gradient_gain,
    length_map,
    lengths,
    resting_length,
    second_moment,
)

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)
TINY, HUGE = 1e-200, 1e20


@every_activation
@pytest.mark.parametrize("bias_var", [0.0, 0.05, 1.0])
def test_at_a_critical_point_gradients_and_length_are_kept(name, bias_var):
    for point in critical_points(name, bias_var):
        assert point.bias_var == bias_var
        q = TINY if point.q_star == 0.0 else 7.0 if math.isnan(point.q_star) else point.q_star
        assert chi(name, q, point.weight_var) == pytest.approx(1.0, abs=1e-9)
        assert length_map(name, q, point.weight_var, bias_var) == pytest.approx(q, rel=1e-9)


@every_activation
@pytest.mark.parametrize("bias_var", [0.0, 0.05, 1.0])
def test_a_critical_point_lies_on_the_critical_line(name, bias_var):
    for point in critical_points(name, bias_var):
        if point.q_star > 0.0:
            found = critical_line(name, [point.q_star])
            assert np.ravel(found) == pytest.approx([bias_var, point.weight_var], abs=1e-9)


@every_activation
def test_on_the_critical_line_gradients_and_length_are_kept(name):
    q = np.logspace(-3, 3, 13)
    for length, bias_var, weight_var in zip(
        q.tolist(), *(each.tolist() for each in critical_line(name, q)), strict=True
    ):
        assert math.isnan(bias_var) == math.isnan(weight_var)
        if math.isnan(bias_var):  # no variances would do: the bias would have to take away
            needed = 1 / chi(name, length, 1.0)
            assert length_map(name, length, needed) > length
            continue
        assert chi(name, length, weight_var) == pytest.approx(1.0, abs=1e-12)
        assert length_map(name, length, weight_var, bias_var) == pytest.approx(length, rel=1e-12)
        assert bias_var >= 0.0


@every_activation
@pytest.mark.parametrize("bias_var", [0.0, 0.05, 1.0])
def test_a_stable_point_parts_the_ordered_from_the_chaotic_phase(name, bias_var):
    for point in critical_points(name, bias_var):
        if point.stable:
            factors = []
            for weight_var in (point.weight_var * 0.98, point.weight_var * 1.02):
                rest = resting_length(name, weight_var, bias_var, point.q_star if point.q_star > 0 else 0.01)
                factors.append(chi(name, min(max(rest, TINY), HUGE), weight_var))
            assert factors[0] < 1.0 < factors[1]


@every_activation
@pytest.mark.parametrize("bias_var", [0.05, 1.0])
def test_a_point_is_stable_where_lengths_come_back(name, bias_var):
    for point in critical_points(name, bias_var):
        for factor in (0.95, 1.05):
            away = length_map(name, point.q_star * factor, point.weight_var, bias_var) / point.q_star - 1
            assert (abs(away) < 0.05) == point.stable


@pytest.mark.parametrize("bias_var", [1e-6, 0.05, 3.0])
@pytest.mark.parametrize("name", ["relu", "leaky_relu", "identity", "softplus"])
def test_with_a_bias_some_are_never_critical(name, bias_var):
    assert critical_points(name, bias_var) == ()


def test_relu_is_critical_at_he_and_keeps_every_length():
    (point,) = critical_points("relu")
    assert (point.weight_var, point.bias_var, point.stable) == (pytest.approx(2.0, abs=1e-12), 0.0, True)
    assert math.isnan(point.q_star)
    bias_var, weight_var = critical_line("relu", [0.01, 1.0, 100.0])
    assert bias_var.tolist() == [0.0, 0.0, 0.0]
    assert weight_var == pytest.approx(2.0, abs=1e-12)
    (leaky,) = critical_points("leaky_relu:0.2")
    assert leaky.weight_var == pytest.approx(2 / (1 + 0.2**2), abs=1e-12)


def test_tanh_is_critical_where_schoenholz_et_al_say():
    (point,) = critical_points("tanh", 0.05)
    assert point.weight_var == pytest.approx(1.7610, abs=5.1e-5)
    assert point.stable
    (origin,) = critical_points("tanh")
    assert (origin.weight_var, origin.q_star, origin.stable) == (pytest.approx(1.0), 0.0, True)


@pytest.mark.parametrize(
    ("name", "expected", "tolerance"),
    [("tanh", 1.5925, 5.1e-5), ("relu", math.sqrt(2), 1e-12), ("selu", 1.0, 1e-9), ("identity", 1.0, 1e-12)],
)
def test_critical_gains_of_the_literature(name, expected, tolerance):
    assert critical_gain(name) == pytest.approx(expected, abs=tolerance)


@every_activation
@pytest.mark.parametrize("q", [0.01, 1.0, 50.0])
def test_gains_keep_what_they_say(name, q):
    kept = critical_gain(name, q)
    assert lengths(name, [kept**2] * 4, 0.0, second_moment(name, q)) == pytest.approx(q, rel=1e-10)
    assert chi(name, q, gradient_gain(name, q) ** 2) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"), [("relu", math.sqrt(2)), ("tanh", 1.0), ("identity", 1.0), ("sigmoid", 4.0)]
)
def test_the_gain_that_keeps_gradients_of_the_shortest_signals(name, expected):
    assert gradient_gain(name, 0.0) == pytest.approx(expected, rel=1e-9)


def test_a_flat_function_is_kept_by_no_gain():
    def flat(z):
        return 0.0 * z

    assert critical_gain(flat) == gradient_gain(flat) == math.inf
    assert critical_points(flat) == critical_points(flat, 1.0) == ()
    assert np.isnan(critical_line(flat, [1.0])).all()


def test_the_line_takes_arrays_of_any_length():
    assert [each.shape for each in critical_line("tanh", [])] == [(0,), (0,)]
    assert [each.shape for each in critical_line("tanh", 2.0)] == [(1,), (1,)]
    assert [each.shape for each in critical_line("tanh", np.ones(3))] == [(3,), (3,)]


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf, "1", None], ids=str)
def test_wrong_numbers_are_one_line_errors(wrong, one_line_error):
    for function in (critical_gain, gradient_gain, critical_points):
        assert "finite number" in one_line_error(function, "tanh", wrong)
    assert "finite number" in one_line_error(critical_line, "tanh", [1.0, wrong])
    assert "finite number" in one_line_error(critical_gain, "tanh", 0.0)


def test_an_unknown_activation_lists_the_choices(one_line_error):
    for function in (critical_gain, gradient_gain, critical_points):
        assert "choose from" in one_line_error(function, "nonsense")


@pytest.mark.parametrize(
    ("phi", "weight_vars"),
    [(np.exp, [math.exp(-2.0)]), (lambda z: z**3, []), (lambda z: z * np.abs(z), []), ("leaky_relu:1e308", [])],
)
def test_an_overflow_is_no_critical_point(phi, weight_vars):
    assert [point.weight_var for point in critical_points(phi)] == pytest.approx(weight_vars, rel=1e-9)


@pytest.mark.parametrize("written", ["expr:max(z-100,0)", "expr:relu(z-60)", "expr:100*tanh(z-30)"])
def test_what_is_flat_wherever_signals_are_has_no_critical_point_and_no_gain_of_its_gradient(written):
    assert critical_points(written) == critical_points(written, 0.05) == ()
    assert gradient_gain(written, 1e-3) == math.inf
