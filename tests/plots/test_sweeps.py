"""Figures of sweeps: what a title says, whole numbers on the axes, colours of ordered lines and of signed numbers."""

import matplotlib as mpl
import numpy as np
import pytest

import actviz
from actviz.plots import FIGURES, figures_of


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
