"""What rounding leaves is no number: samples that are equal are 0 apart; a slope without bound is told where it is."""

import pytest

import actviz
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.remedies import _tried


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_samples_that_biases_alone_make_are_no_distance_apart(dtype):
    ds = actviz.probe("zeros", "relu", bias_std=0.5, depth=3, width=100, samples=60, seeds=8, dtype=dtype, workers=1)
    [(*_, profile)] = profiles(ds)
    assert (profile["distance"] == 0.0).all()
    found = {each.statistic: each.value for each in actviz.diagnose(ds)[0].findings}
    assert found["distance"] == 0.0


@pytest.mark.parametrize(
    ("activation", "words"),
    [("sqrt(abs(z))", "has no bound near z = 0,"), ("sqrt(abs(z - 0.5))", "near z = 0.5,"), ("z**3", "without end")],
)
def test_a_slope_without_bound_is_told_where_it_is(activation, words):
    ds = actviz.probe("he_normal", f"expr:{activation}", depth=2, width=16, samples=20, seeds=1, workers=1)
    told = [note.message() for note in actviz.diagnose(ds)[0].notes if "saturation" in note.message()]
    assert [words in each for each in told] == [True], told


def test_a_share_of_networks_below_all_is_told_with_what_it_leaves_open():
    """Wilson's interval of 10 of 12 is 55 % to 95 %; of all there is nothing to add."""
    assert "are healthy with it)" in _tried(12, 100, "en")
    some = _tried(10, 100, "en")
    assert "10 of 12 fresh networks of width 100 are healthy with it" in some
    assert "on 32 samples as in this trial, 55.2 % to 95.3 % with 95 % confidence" in some
    assert "표본이 32개일 때" in _tried(10, 100, "ko")
