"""Activations written as expressions: right values and slopes, the same name back, and nothing else gets through."""

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.expressions import FUNCTIONS, LONGEST, expression, is_expression
from actviz.catalog.names import activation, builtin, describe, is_builtin
from actviz.catalog.slopes import CentralDifference

Z = np.linspace(-3.0, 3.0, 41) + 0.003
WRITTEN = (
    "z*sigmoid(z); max(z, 0.1*z); min(max(z, 0), 6); tanh(z)**3; relu(z) - 0.5*relu(-z - 1); z/(1 + abs(z)); 2; "
    "sin(z)*exp(-z**2/2); log(1 + exp(z)); sqrt(1 + z*z) - 1; z*erf(z) + pi; cos(2*x) - e; softplus(+z)"
).split("; ")


@pytest.mark.parametrize("written", [*WRITTEN, *(f"{name}(z*z + 1)" for name in FUNCTIONS)])
def test_the_slope_by_rules_is_the_difference_quotients(written):
    made = expression(written)
    np.testing.assert_allclose(made.derivative(Z), CentralDifference(made.phi)(Z), atol=3e-6, rtol=1e-7)
    for dtype in (np.float32, np.float64):
        z = Z.astype(dtype).reshape(1, -1)
        assert made(z).dtype == made.derivative(z).dtype == dtype
        assert made(z).shape == made.derivative(z).shape == z.shape


@pytest.mark.parametrize(("written", "name"), [("z*sigmoid(z)", "silu"), ("max(z, 0.01*z)", "leaky_relu")])
def test_a_known_function_written_out_gives_its_numbers(written, name):
    own, known = (actviz.probe("he_normal", each, depth=3, width=16, samples=40, seeds=1) for each in
                  (f"expr:{written}", name))  # fmt: skip
    np.testing.assert_allclose(own["act_std"].values, known["act_std"].values, rtol=1e-5)
    np.testing.assert_allclose(own["grad_preact_rms"].values, known["grad_preact_rms"].values, rtol=1e-5)


def test_kinks_are_where_the_slope_jumps():
    assert expression("min(max(z, 0), 6)").kinks == (0.0, 6.0)
    assert expression("abs(z - 1.23456789) + relu(2*z + 1)").kinks == (-0.5, 1.23456789)
    assert expression("tanh(z)").kinks == ()


def test_its_name_gives_it_back_from_a_file_too():
    made = activation("expr: z * sigmoid(z) ")
    assert made.name == "expr:z * sigmoid(z)"
    assert made == builtin("activation", made.name, ACTIVATIONS)
    assert describe(made, ACTIVATIONS) == made.name
    assert is_expression(made)
    assert is_builtin(made)


REFUSED = (
    "__import__('os')  z.real  (lambda: z)()  z if z else 1  [z]  z[0]  open('x')  a  np.tanh(z)  z;z  'a'  f'{z}'  "
    "tanh(z, z)  max(z)  tanh(x=z)  tanh  z @ z  z % 2  z // 2  z < 1  ~1  not z  True  1j  ...  z := 1  *z  9**9**9  "
    "1e9*z  2**z  z**z  log(z)  1/0  exp(exp(exp(exp(9))))  import os"
).split("  ")


@pytest.mark.parametrize(
    "written", [*REFUSED, "", "\0", "z\n+1)", "z" * (LONGEST + 1), "(" * 200 + "z" + ")" * 200, "-" * 100 + "z"]
)
def test_anything_else_is_refused_in_one_line(written):
    with pytest.raises(ActvizError) as refused:
        expression(written)
    assert len(str(refused.value).splitlines()) <= 1
    assert builtin("activation", f"expr:{written}", ACTIVATIONS) is None


def test_lines_through_heights_have_their_slopes_and_corners_and_go_straight_on():
    made = expression("line(-1, -1, 0.5, +0.5, 2)")  # at -4, -2, 0, 2, 4
    z = np.array([-9.0, -3.0, -2.0, -1.0, 1.0, 4.0, 6.0], np.float32)
    np.testing.assert_allclose(made(z), [-1.0, -1.0, -1.0, -0.25, 0.5, 2.0, 3.5])
    np.testing.assert_allclose(made.derivative(z), [0.0, 0.0, 0.0, 0.75, 0.0, 0.75, 0.75])
    assert made(z).dtype == np.float32
    assert made.kinks == (-2.0, 0.0, 2.0)
    ds = actviz.probe("he_normal", "expr:2*line(0, 0, 4)", depth=3, width=12, samples=20, seeds=1)
    relu = actviz.probe("he_normal", "expr:2*relu(z)", depth=3, width=12, samples=20, seeds=1)
    np.testing.assert_array_equal(ds["act_std"].values, relu["act_std"].values)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("line(1)", "2 to 25 heights"), ("line(" + "1," * 25 + "1)", "2 to 25 heights"),
        ("line(z, 1)", "takes numbers"), ("line(1e9, 1)", "none of an expression's parts"),
        ("line(True, 1)", "no number"), ("line(1, h=2)", "none of"), ("line(open, 1)", "none of"),
        ("line(--1, 1)", "takes numbers"),
    ],
)  # fmt: skip
def test_lines_take_some_bounded_numbers_and_nothing_else(written, why, one_line_error):
    assert why in one_line_error(expression, written)
