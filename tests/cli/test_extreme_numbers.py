"""Numbers at the ends of float64, and none at all: every command answers, or refuses in one line, and never warns."""

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import main

EXTREME = ("1e200", "1e308", "1e154", "1e-160", "1e-300", "1e-320", "nan", "inf", "-1", "0")
SMALL = ("--depth", "4", "--width", "8", "--samples", "6", "--seeds", "2")


def answers(*arguments):
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), (arguments, outcome.exception)
    assert outcome.exit_code in (0, 2), arguments
    assert outcome.exit_code == 0 or len(outcome.stderr.splitlines()) == 1, arguments
    return outcome


@pytest.mark.parametrize("value", EXTREME)
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_theory_answers(activation, value):
    for options in (
        ("--weight-var", value),
        ("--bias-std", value),
        ("--bias-std", value, "--solve"),
        ("--weight-var", value, "--bias-std", value, "--json"),
        ("-i", f"normal:{value}"),
    ):
        answers("theory", activation, *options)


@pytest.mark.parametrize("value", EXTREME)
@pytest.mark.parametrize("command", ["probe", "diagnose"])
def test_a_measurement_answers(command, value):
    def pairing(init):
        return ("-i", init, "-a", "tanh") if command == "probe" else (f"{init}+tanh",)

    for options in (
        ("--bias-std", value),
        *(("--inputs", each.format(value)) for each in ("normal:{}", "uniform:0,{}")),
    ):
        answers(command, *pairing("he_normal"), *SMALL, *options)
    for init in ("normal:{}", "variance_scaling:{}", "constant:{}"):
        answers(command, *pairing(init.format(value)), *SMALL)
    if command == "probe":
        answers(command, *pairing("he_normal"), *SMALL, "--view", f"0,{value},5")
    else:
        answers(command, *pairing("he_normal"), *SMALL, "--threshold", f"collapsed={value}")


@pytest.mark.parametrize("value", EXTREME)
def test_a_training_answers(value):
    training = ("-a", "tanh", "--depth", "2", "--width", "6", "--data", "moons:20")
    for init in ("normal:{}", "truncated_normal:{}", "constant:{}"):
        answers("train", "-i", init.format(value), *training, "--epochs", "1")
    answers("train", "-i", "he_normal", *training, "--epochs", "1", "--bias-std", value, "--lr", value)
    answers("lr-find", "-i", "he_normal", *training, "--updates", "10", "--bias-std", value)


def test_biases_whose_square_is_no_number_are_refused_by_theory_and_measured_all_the_same():
    assert "bias-std must be a number from 0 to 1e154" in answers("theory", "tanh", "--bias-std", "1e200").stderr
    assert "overflowed" in answers("diagnose", "he_normal+relu", *SMALL, "--bias-std", "1e200").stdout
    assert "too large a number" in answers("theory", "tanh", "-i", "normal:1e200").stdout


@pytest.mark.parametrize("inputs", ["normal:1e200", "normal:1e-300", "uniform:0,1e200", "uniform:-8e307,8e307"])
def test_predictions_of_inputs_that_cannot_be_squared_are_empty_and_not_wrong(inputs):
    ds = actviz.probe(
        ["he_normal", "normal:1e150"], ["tanh", "relu"], depth=12, width=16, samples=10, seeds=2, inputs=inputs,
        bias_std=1e150, dtype="float64",
    )  # fmt: skip
    assert np.isnan(actviz.predict(ds)["act_std"]).all()
    assert all(finding.remedy() for found in actviz.diagnose(ds) for finding in found.findings)
