"""The figure of a check: what is drawn of the baseline, of now, and where it drifts."""

import numpy as np
import pytest

import actviz
from actviz.baseline import Baseline, compare
from actviz.baseline.comparison import Outcome
from actviz.plots import THEMES, figure_drift, save_figure, story

SMALL = {"depth": 6, "width": 24, "samples": 60, "seeds": 12}


def baseline(inits, activations, **settings):
    return Baseline.of(actviz.probe(inits, activations, **{**SMALL, **settings}))


@pytest.fixture(scope="module")
def drifted():
    return compare(baseline("he_normal", "relu"), baseline("xavier_normal", "relu"))


@pytest.fixture(scope="module")
def odd():
    """Comparisons with what a figure may stumble over."""
    overflow = baseline("normal:1e15", "relu")
    return {
        "overflow": compare(overflow, overflow),
        "into overflow": compare(baseline("he_normal", "relu"), overflow),
        "zeros": compare(baseline("zeros", "relu"), baseline("zeros", "relu")),
        "other bins": compare(baseline("he_normal", "tanh"), baseline("he_normal", "relu")),
        "fewer layers": compare(baseline("he_normal", "relu"), baseline("he_normal", "relu", depth=2)),
        "one layer": compare(*[baseline("he_normal", "tanh", depth=1, width=1, samples=1)] * 2),
        "one seed": compare(*[baseline("he_normal", "relu", seeds=[seed]) for seed in (0, 1)]),
        "no pairing": compare(baseline(["he_normal", "zeros"], "relu"), baseline("he_normal", "relu")),
        "negative": compare(baseline("he_normal", "leaky_relu:0.1"), baseline("he_normal", "leaky_relu:0.3")),
    }


def test_both_lines_are_drawn_over_the_layers(drifted):
    fig = figure_drift(drifted)
    panels = [ax for ax in fig.axes if ax.get_lines()]
    assert len(panels) == 4
    for ax in panels:
        lines = [line for line in ax.get_lines() if len(line.get_xdata()) in (5, 6) and line.get_linestyle() == "-"]
        assert len({line.get_color() for line in lines}) == 2


def test_the_lines_are_the_values_of_both(drifted):
    fig = figure_drift(drifted)
    drawn = [line.get_ydata() for ax in fig.axes for line in ax.get_lines() if line.get_linestyle() == "-"]
    for side in (drifted.baseline, drifted.now):
        record = next(iter(side.pairings.values()))
        shown = [name for name, each in record.statistics.items()
                 if any(len(y) == len(each.value) and np.allclose(y, each.value) for y in drawn)]  # fmt: skip
        assert len(shown) >= 4


def test_crosses_stand_at_the_layers_that_drift(drifted):
    fig = figure_drift(drifted)
    crosses = [line.get_xdata() for ax in fig.axes for line in ax.get_lines() if line.get_marker() == "x"]
    drifting = {each.layer for each in drifted.drifts}
    assert any(len(at) for at in crosses)
    assert {int(x) for at in crosses for x in at} <= drifting


def test_histograms_hold_all_that_is_not_too_rare(drifted):
    fig = figure_drift(drifted)
    steps = [patch.get_data() for ax in fig.axes for patch in ax.patches if hasattr(patch, "get_data")]
    assert len(steps) == 4
    for data in steps:
        assert data.values.sum() == pytest.approx(1, abs=0.01)


def test_the_title_says_whether_it_drifts(drifted):
    same = compare(drifted.baseline, drifted.baseline)
    titles = [figure_drift(each).texts[0].get_text() for each in (drifted, same)]
    own = drifted.of(("he_normal", "relu"))
    number = sum(each.outcome is Outcome.DRIFT for each in own)
    drift = f"Drift: He normal with ReLU, {number} of {len(own)} comparisons"
    assert titles == [drift, "No drift: He normal with ReLU"]


def test_the_worst_pairing_is_drawn_unless_one_is_chosen():
    before = baseline(["he_normal", "normal:0.1"], "relu")
    found = compare(before, baseline(["he_normal", "normal:0.2"], "relu", seeds=range(12, 24)))
    assert "N(0, 0.1²)" in figure_drift(found).texts[0].get_text()
    assert "He normal" in figure_drift(found, ("he_normal", "relu")).texts[0].get_text()


@pytest.mark.parametrize("case", ["overflow", "into overflow", "zeros", "other bins", "fewer layers", "one layer",
                                  "one seed", "no pairing", "negative"])  # fmt: skip
def test_odd_comparisons_are_drawn(odd, case, tmp_path):
    save_figure(figure_drift(odd[case]), tmp_path / "drift.svg")
    assert (tmp_path / "drift.svg").stat().st_size > 10_000


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_draws_the_two_apart(drifted, theme):
    fig = figure_drift(drifted, theme=theme)
    handles = fig.legends[0].legend_handles
    assert len({handle.get_color() for handle in handles[:2]}) == 2
    assert len({handle.get_marker() for handle in handles}) == 3


def test_every_comparison_has_an_alt_text_of_what_drifts(odd, drifted):
    for comparison in (*odd.values(), drifted):
        found = story(figure_drift(comparison))
        pairing = next(iter(comparison.baseline.pairings))
        assert f"{len([f for f in comparison.of(pairing) if f in comparison.drifts])} of" in found.alt
