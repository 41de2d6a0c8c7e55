"""Inputs that are too small for what biases, or a function, add to every sample: they are the remedy, after a trial."""

import re

import pytest

import actviz
from actviz.diagnosis import remedies
from actviz.diagnosis.situation import Fed, Situation
from actviz.diagnosis.trials import AlikeInputs

SMALL, HEALTHY = 0.05, re.compile(r"\((\d+) of 12 fresh networks of width 32 are healthy with such inputs\)")


def _found(init, activation, size, **settings):
    settings = {"depth": 2, "width": 32, "samples": 60, "seeds": 2, **settings}
    return actviz.diagnose(actviz.probe(init, activation, inputs=AlikeInputs(size, 0.0), **settings))[0]


@pytest.mark.parametrize(
    ("init", "activation", "settings"),
    [
        ("lecun_normal", "sigmoid", {}),
        ("he_normal", "softplus", {"depth": 3}),
        ("he_normal", "relu", {"bias_std": 1.0, "depth": 3}),
        ("he_normal", "softplus", {"block": "residual", "depth": 3}),
    ],
)
def test_small_inputs_are_scaled_up_where_that_alone_mends(init, activation, settings):
    size = SMALL / 10 if settings else SMALL
    found = _found(init, activation, size, **settings)
    assert found.verdict is actviz.Verdict.COLLAPSED
    words = found.gravest.remedy()
    assert words.startswith("Scale the inputs to a root mean square of 1 (")
    assert int(HEALTHY.search(words)[1]) >= 10
    assert "weight" not in words
    assert "batch" not in words
    assert _found(init, activation, 1.0, **settings).healthy
    assert "제곱평균제곱근을 1로 맞춘다(그러면 너비 32의 새 신경망 12개" in found.gravest.remedy("ko")


def test_weights_are_told_besides_where_scaled_inputs_alone_do_not_mend():
    found = _found("normal:0.01", "sigmoid", 0.001)
    words = found.gravest.remedy()
    assert words.startswith("Scale the inputs to a root mean square of 1; it is 0.001")
    assert " now. Instead of" in words
    assert "no weight scale" not in words


@pytest.mark.parametrize(
    ("init", "activation", "size", "depth"),
    [("normal:0.01", "relu", SMALL, 4), ("lecun_normal", "sigmoid", SMALL, 20), ("lecun_normal", "sigmoid", 1.0, 20)],
)
def test_inputs_stay_where_their_size_is_not_to_blame(init, activation, size, depth):
    assert "inputs" not in _found(init, activation, size, depth=depth).gravest.remedy()


def test_inputs_of_size_1_but_for_chance_are_not_tried_at_it(monkeypatch):
    monkeypatch.setattr(remedies, "healthy", lambda *tried: pytest.fail("tried"))
    told = remedies.remedy(
        "exploding.gradient", Situation("normal", "tanh", (16, 16), 8, 8, inputs=Fed(0.0, 0.97, 0.0))
    )
    assert "use lecun_normal" in told
