"""Verdicts, notes and remedies of stacks of residual blocks."""

import pytest

import actviz
from actviz.catalog.choices import DEPTH_SCALE


def _found(init="he_normal", activation="relu", **how):
    how = {"depth": 20, "width": 48, "samples": 40, "seeds": 4, "block": "residual", **how}
    (diagnosis,) = actviz.diagnose(actviz.probe(init, activation, **how))
    return diagnosis


def test_an_unscaled_stream_explodes_and_the_depth_scale_mends_it():
    (finding,) = _found().findings
    assert (finding.rule, finding.way) == ("exploding.gradient", "stream")
    assert finding.rate == pytest.approx(2.0, rel=0.1)
    for lang in ("en", "ko"):
        assert "branch_scale 1/sqrt(L)" in finding.remedy(lang)
        assert "12" in finding.remedy(lang)


@pytest.mark.parametrize("how", [{"branch_scale": DEPTH_SCALE}, {"norm": "layer"}, {"norm": "rms"}])
def test_what_the_remedies_do_is_healthy(how):
    assert _found(**how).healthy


def test_branches_that_start_at_0_are_noted_and_those_that_cannot_learn_are_dead():
    spared = _found(branch_scale=0)
    assert spared.healthy
    assert any("20 of 20 branches start at 0" in note.message() for note in spared.notes)
    dead = _found("zeros")
    assert dead.findings[0].verdict.value == "dead"
    assert "he_normal" in dead.findings[0].remedy()
    assert not any("start at 0" in note.message() for note in dead.notes)


def test_random_last_weights_tell_units_apart_that_begin_alike():
    assert "symmetric" not in {finding.verdict.value for finding in _found("constant:0.05", "tanh").findings}


@pytest.mark.parametrize("pairing", [("he_normal", "relu", "rms"), ("lecun_normal", "tanh", "layer")])
def test_post_norm_blocks_are_judged_by_the_gradient_of_what_the_next_takes(pairing):
    init, activation, norm = pairing
    found = _found(init, activation, norm=norm, place="post", depth=40)
    assert found.healthy
    assert any("branches bring the rest" in note.message() for note in found.notes)
    assert "분기가 되돌린다" in "".join(note.message("ko") for note in found.notes)


def test_a_post_norm_gradient_that_falls_is_vanishing():
    found = _found("normal:0.02", "sigmoid", norm="rms", place="post", depth=60, branch_scale=3)
    assert found.verdict.value != "healthy"


def test_a_stream_that_changes_slowly_is_said_so():
    (note,) = (note for note in _found(branch_scale=0.3, depth=40).notes if note.key.startswith("note.grows"))
    assert "gradient of the stream grows" in note.message()
    normalized = _found(norm="layer", depth=40)  # its gradient grows as its size falls: times that it is level
    assert not any(note.key.startswith("note.grows") for note in normalized.notes)


def test_scale_and_weights_are_changed_together_where_one_is_not_enough():
    words = _found("normal:1", "tanh").findings[0].remedy()
    assert "lecun_normal" in words
    assert "healthy" in words


def test_blocks_are_tried_where_nothing_else_helps_plain_layers():
    found = _found(block="plain", depth=100, width=16)
    assert "residual blocks whose branches are scaled by 1/√L" in found.findings[0].remedy()
    assert "잔차 블록" in found.findings[0].remedy("ko")
