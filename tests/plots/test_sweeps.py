"""Figures of sweeps: what a title says, whole numbers on the axes, colours of ordered lines and of signed numbers."""

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr

import actviz
from actviz.plots import FIGURES, figures_of
from actviz.plots.reading.swept import found_titles
from actviz.sweeping import boundary


@pytest.fixture(scope="module")
def swept():
    over = {"weight_var": "1:4:4", "depth": [5, 10, 15]}
    return actviz.sweep(
        over,
        activation="tanh",
        bias_std=0.2236,
        keep=["gradient_decades", "last_act_std"],
        seeds=2,
        width=16,
        samples=20,
    )


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", ["slide", "half"])
def test_titles_are_whole_and_the_foot_says_the_recipe(swept, lang, size):
    for name, draw in figures_of(swept, ["map", "trend"], lang=lang, size=size):
        fig = draw()
        assert "…" not in fig.words.title, name
        assert "N(0, 0.05)" in fig.words.footer, name
    found = next(draw for _, draw in figures_of(swept, ["map"]))().words.title
    assert "largest" in found


def test_whole_numbers_have_whole_ticks_and_signed_numbers_a_middle_of_zero(swept, monkeypatch):
    fig = FIGURES["map"].draw(swept, name="gradient_decades")
    ax = fig.axes[0]
    assert all(float(tick).is_integer() for tick in ax.get_yticks())
    mesh = ax.collections[0]
    assert mesh.norm.vmin == -mesh.norm.vmax
    assert mesh.get_cmap().name == mpl.colormaps[actviz.plots.THEMES["light"].diverging].name


def test_lines_of_an_ordered_field_go_from_pale_to_dark(swept):
    ax = FIGURES["trend"].draw(swept, name="last_act_std").axes[0]
    luminance = [np.dot(mpl.colors.to_rgb(line.get_color()), (0.3, 0.6, 0.1)) for line in ax.lines[:3]]
    assert luminance == sorted(luminance, reverse=True)


PHASES = {
    "width": 12,
    "depth": 3,
    "samples": 12,
    "keep": "q_star,c_star,chi_1,theory_q_star,theory_c_star,theory_chi_1",
}


def test_theory_of_plain_stacks_is_refused_of_others_by_their_own_name():
    over = {"weight_var": [1.0, 2.0], "bias_var": [0.0, 0.1]}
    blocks = actviz.sweep(over, activation="tanh", block="residual", norm="layer", **PHASES)
    for name in ("map", "trend"):
        assert "no theory: residual blocks" in FIGURES[name].draw(blocks, name="theory_q_star").words.footer
        assert "no theory" not in FIGURES[name].draw(blocks, name="q_star").words.footer
    some = actviz.sweep({"norm": "none,layer", "weight_var": [1.0, 2.0]}, activation="tanh", **PHASES)
    assert "no theory of blocks" in FIGURES["trend"].draw(some, name="theory_q_star").words.footer
    with pytest.raises(actviz.ActvizError, match=r"residual blocks, layer norm before branches: critical lines"):
        FIGURES["phase_map"].draw(blocks)
    over = {"weight_var": [1.0, 2.0], "depth": [2, 3]}
    how = {"data": "moons:20", "updates": 1, "width": 4, "keep": "final_accuracy"}
    trained = actviz.sweep(over, activation="tanh", block="residual", norm="layer", **how)
    with pytest.raises(actviz.ActvizError, match=r"residual blocks, layer norm before branches: critical lines"):
        FIGURES["trainability"].draw(trained)
    probed = actviz.probe("lecun_normal", "tanh", depth=2, width=12, samples=12, seeds=1, jacobian=2, norm="layer")
    assert "in theory: layer norm: critical lines" in FIGURES["spectrum"].draw(probed).words.footer


def test_a_phase_is_said_where_theory_has_it_and_a_cross_is_explained():
    over = {"weight_var": [0.5, 1.0, 3.0], "bias_var": [0.0, 0.1]}
    read = FIGURES["phase_map"].draw(actviz.sweep(over, activation="selu", **PHASES)).words.read
    assert "chaotic" not in read
    assert "× marks a cell without a finite value" in read
    assert (
        "chaotic at its right" in FIGURES["phase_map"].draw(actviz.sweep(over, activation="tanh", **PHASES)).words.read
    )


@pytest.mark.parametrize(
    ("activation", "weight_var", "said"),
    [
        ("relu", [1.0, 2.0, 3.0], "passes 1 where lengths begin to grow without bound"),
        ("sigmoid", [1.0, 3.0], "below 1 in every cell"),
        ("identity", [2.0, 3.0], "above 1 in every cell"),
    ],
)
def test_where_no_critical_line_is_drawn_a_phase_map_says_why(activation, weight_var, said):
    ds = actviz.sweep({"weight_var": weight_var, "bias_var": [0.0, 0.5]}, activation=activation, **PHASES)
    fig = FIGURES["phase_map"].draw(ds)
    assert f"No critical line is drawn: theory's χ₁ {'' if 'passes' in said else 'is '}{said}." in fig.words.read
    assert not any(line.get_linestyle() == "--" for ax in fig.axes for line in ax.lines)


@pytest.mark.parametrize("size", ["slide", "half"])
def test_numbers_beside_the_colours_of_a_phase_map_are_told_apart_and_lie_on_nothing(size):
    """Of lengths up to 2e4 beside 0, and of correlations that are all but 1."""
    over = {"weight_var": [1.0, 3.0], "bias_var": [0.0, 0.5]}
    ds = actviz.sweep(over, activation="sigmoid", inputs="correlated:0.6", **PHASES | {"depth": 12})
    ds["q_star"] = ds["q_star"] * 0 + [[[0.0], [3e3]], [[8e3], [2e4]]]
    assert np.ptp(ds["c_star"].values) < 1e-3
    fig = FIGURES["phase_map"].draw(ds, size=size)
    fig.canvas.draw()
    panels = [ax for ax in fig.axes if ax.get_xlabel() or len(ax.get_xticks())]
    for bar in set(fig.axes) - set(panels):
        words = [each for each in bar.get_yticklabels() if each.get_text()]
        assert len({each.get_text() for each in words}) == len(words) >= 2
        others = [ax.get_tightbbox() for ax in panels if ax.get_window_extent().x0 > bar.get_window_extent().x1]
        assert not any(other.overlaps(each.get_window_extent()) for other in others for each in words)


def test_trainability_names_the_lines_that_are_drawn(trainable):
    def drawn(ds):
        fig = FIGURES["trainability"].draw(ds)
        return fig.words.read, [word.get_text() for word in fig.axes[0].texts if word.get_text().endswith("ξ_c")]

    read, names = drawn(trainable)
    assert names == ["ξ_c", "2 ξ_c", "6 ξ_c"]
    assert "Lines: theory's ξ_c, 2 ξ_c, 6 ξ_c," in read
    settings = {"data": "moons:20", "updates": 1, "width": 4, "keep": "final_accuracy"}
    read, names = drawn(actviz.sweep({"weight_var": [1.0, 3.0], "depth": [2, 3]}, activation="relu", **settings))
    assert names == []
    assert "No lines: theory's ξ_c is infinite here" in read


def test_a_peak_is_told_where_the_depth_reached_goes_with_theory(trainable):
    assert "trains deepest near" in FIGURES["trainability"].draw(trainable).words.title
    few = trainable.isel(depth=slice(2), weight_var=slice(None, None, 4))
    assert not boundary.is_told(few)
    chance = np.random.default_rng(0).random(trainable["final_accuracy"].shape)
    assert not boundary.is_told(trainable.assign(final_accuracy=trainable["final_accuracy"] * 0 + chance))


@pytest.fixture(scope="module")
def trainable():
    """A sweep whose networks train to about five depth scales."""
    over = {"weight_var": "1:4:7", "depth": "10:100:5"}
    settings = {"bias_var": 0.05, "data": "moons:20", "updates": 1, "width": 4, "keep": "theory_xi_c"}
    ds = actviz.sweep(over, activation="tanh", workers=1, **settings)
    made = 0.1 + 0.5 / (1 + np.exp((ds["depth"].values - 5 * ds["theory_xi_c"].values) / 10))
    return ds.assign(final_accuracy=(("weight_var", "depth", "seed"), made[..., None]))


def test_a_map_says_of_which_layer_its_number_is_and_an_empty_one_keeps_its_axis():
    over = {"branch_scale": [0.5, 1.0], "depth": [2, 3]}
    kept = {"keep": "last_stream_rms,theory_q_star", "width": 8, "samples": 8}
    ds = actviz.sweep(over, init="he_normal", activation="relu", block="residual", **kept)
    assert "RMS of the stream, last layer" in FIGURES["map"].draw(ds, name="last_stream_rms").words.read
    assert FIGURES["trend"].draw(ds, name="theory_q_star").axes[0].get_xlim() == (0.5, 1.0)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("final_accuracy", [[0.1, 0.5, 0.9], [0.1, 0.5, 0.8]], "Training accuracy is largest, 0.85, at σ_w² = 3"),
        ("final_accuracy", [[0.1, 0.9, 0.5], [0.1, 0.5, 0.8]], "Training accuracy from 0.10 to 0.70"),
        ("final_accuracy", [[0.1, 1.0, 1.0], [0.1, 1.0, 1.0]], "Training accuracy reaches 1.0 in 2 of 3 cells"),
        ("final_loss", [[3.0, 0.5, np.inf], [2.0, 0.4, 9.0]], "Training loss is smallest, 0.45, at σ_w² = 2"),
        ("final_loss", [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], "Training loss is 1.0 in each of 3 cells"),
        ("final_loss", [[np.nan] * 3] * 2, None),
    ],
)  # fmt: skip
def test_a_best_cell_is_named_where_every_seed_has_it_so(name, values, said):
    ds = xr.Dataset({name: (("seed", "weight_var"), np.array(values))}, {"weight_var": [1.0, 2.0, 3.0]})
    assert found_titles(ds, name, ["weight_var"], "en")[:1] == ([said] if said else [])
