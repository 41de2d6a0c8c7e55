"""Jumps are found wherever they are, and nothing that is continuous passes for one."""

import numpy as np
import pytest
from click.testing import CliRunner

from actviz import ACTIVATIONS, Activation, predict, probe, theory
from actviz import activation as look_up
from actviz.cli import main
from actviz.text import text

JUMPS = {
    "sign": (np.sign, 0.0),
    "heaviside": (lambda z: np.heaviside(z, 0.5), 0.0),
    "threshold": (lambda z: (z > 0.3).astype(z.dtype), 0.3),
    "floor": (np.floor, 0.0),
    "hard shrink": (lambda z: np.where(np.abs(z) > 0.5, z, 0.0), 0.5),
    "8-bit quantizer": (lambda z: np.round(z * 256) / 256, 1 / 512),
    "small": (lambda z: np.tanh(z) + np.where(z > 1.234, 1e-3, 0.0), 1.234),
    "far": (lambda z: np.where(z > 500, z + 50, z), 500.0),
    "sawtooth": (lambda z: z % 1.0, 0.0),
}
CONTINUOUS = {
    "cube root": np.cbrt,
    "root": lambda z: np.sqrt(np.abs(z)),
    "steep": lambda z: np.tanh(1e5 * z),
    "float32": lambda z: np.tanh(z.astype(np.float32)),
    "float32, unbounded": lambda z: z.astype(np.float32) ** 3,
    "power": lambda z: z**5 - 3 * z,
    "exponential": np.exp,
    "wave": lambda z: np.sin(30 * z),
    "soft shrink": lambda z: np.sign(z) * np.maximum(np.abs(z) - 0.5, 0),
}


@pytest.mark.parametrize("name", JUMPS)
def test_a_jump_is_found_at_its_place(name):
    phi, place = JUMPS[name]
    assert theory.first_jump(look_up(phi)) == pytest.approx(place, abs=1e-9)


def test_the_finest_quantizer_that_float32_resolves_is_one():
    assert theory.first_jump(look_up(lambda z: np.round(z * 32768) / 32768)) is not None


@pytest.mark.parametrize("name", [*CONTINUOUS, *ACTIVATIONS])
def test_what_is_continuous_has_no_jump(name):
    assert theory.first_jump(ACTIVATIONS[name] if name in ACTIVATIONS else look_up(CONTINUOUS[name])) is None


@pytest.mark.parametrize("slope", [None, lambda z: np.where(np.abs(z) < 1, 1.0, 0.0)], ids=["numeric", "straight"])
def test_theory_of_slopes_is_refused_with_the_reason(one_line_error, slope):
    step = Activation("step", np.sign, slope)
    for asked in (
        lambda: theory.mean_field(step, 1.0),
        lambda: theory.chi(step, 1.0, 1.0),
        lambda: theory.length_slope(step, 1.0, 1.0),
        lambda: theory.correlation_slope(step, 0.5, 1.0, 1.0),
        lambda: theory.critical_points(step),
        lambda: theory.critical_line(step, [1.0]),
        lambda: theory.gradient_gain(step),
        lambda: theory.ledger(step),
    ):
        assert "step jumps at 0: a function that jumps has no slope there" in one_line_error(asked)
    assert theory.length_map(step, 2.0, 3.0) == pytest.approx(3.0)  # lengths need no slope


def test_a_measured_step_is_refused_by_predict_and_by_the_command():
    found = predict(probe("he_normal", np.sign, depth=3, width=32, samples=20, seeds=1), activations={"sign": np.sign})
    assert str(found["refused"].squeeze().values) == text("theory.refused.jump")
    assert found["act_std"].isnull().all()
    outcome = CliRunner().invoke(main, ["theory", "numpy:sign"])
    assert outcome.exit_code == 2
    assert "sign jumps at 0" in outcome.stderr
