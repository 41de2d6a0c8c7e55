"""The way to the resting length: what is followed layer by layer, and where it is told."""

import math

import pytest
from click.testing import CliRunner

from actviz import ACTIVATIONS, theory
from actviz.cli import main


def followed(name, weight_var):
    return theory.approach(ACTIVATIONS[name], theory.mean_field(name, weight_var))


def test_a_map_of_one_factor_is_at_rest_from_the_first_layer():
    found = followed("relu", 1.0)
    assert found.layers == 1
    assert found.gradient_depth == math.ceil(6 / math.log(2))
    assert math.isinf(followed("relu", 2.0).gradient_depth)


def test_gelu_with_hes_weights_takes_many_layers_and_reaches_further_than_at_rest():
    field, found = theory.mean_field("gelu", 2.0), followed("gelu", 2.0)
    chis = [theory.chi("gelu", float(q), 2.0) for q in theory.lengths("gelu", [2.0] * 40, 0.0, 1.0)]
    assert found.layers == 1 + max(at for at, chi in enumerate(chis, 1) if abs(chi / field.chi_1 - 1) > 0.1)
    sums = [abs(sum(map(math.log, chis[:at]))) for at in range(1, 41)]
    assert found.gradient_depth == 1 + sum(each <= 6 for each in sums)
    assert found.gradient_depth > 2 * field.gradient_depth


@pytest.mark.parametrize(("activation", "told"), [("gelu", True), ("relu", False), ("tanh", False)])
def test_the_ledger_says_where_its_depth_is_not_what_the_input_sees(activation, told):
    outcome = CliRunner().invoke(main, ["theory", activation, "-i", "he_normal"])
    assert ("he_normal: that depth is for signals at q*" in outcome.stdout) is told


def test_lengths_that_explode_or_never_settle_are_followed_to_an_end():
    assert followed("relu", 100.0).layers == 1
    assert followed("softplus", 2.0).gradient_depth > 1
    assert followed("tanh", 1e300).gradient_depth >= 1
