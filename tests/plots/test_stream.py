"""The figure of a model's stream: what is drawn, and its words."""

import numpy as np
import pytest

import actviz
from actviz.plots import FIGURES, figure_signal, figures_of
from actviz.plots.canvas.ends import end_names
from actviz.text import text

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from test_every_figure import check_in_sight  # noqa: E402
from torch import nn  # noqa: E402


class Blocks(nn.Module):
    """Three branches, the last of which gives 0."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))
        nn.init.zeros_(self.blocks[2].weight)
        nn.init.zeros_(self.blocks[2].bias)

    def forward(self, x):
        for block in self.blocks:
            x = x + block(torch.relu(x))
        return x


@pytest.fixture(scope="module")
def ds():
    return actviz.probe_module(Blocks, lambda g: torch.randn(6, 8, generator=g), seeds=2)


@pytest.mark.parametrize(("lang", "size"), [("en", "slide"), ("ko", "half")])
def test_it_shows_sizes_branches_and_gradients_by_block(ds, lang, size):
    fig = FIGURES["stream"].draw(ds, lang=lang, size=size)
    above, below = fig.axes[:2]
    np.testing.assert_allclose(above.lines[0].get_ydata(), np.median(ds["stream_rms"].squeeze(), axis=0), rtol=1e-6)
    np.testing.assert_allclose(below.lines[0].get_ydata(), np.median(ds["stream_grad"].squeeze(), axis=0), rtol=1e-6)
    bars = [bar.get_y() + bar.get_height() for bar in above.patches if bar.get_height()]
    branches = np.median((ds["branch_ratio"] * ds["stream_before"]).squeeze(), axis=0)
    np.testing.assert_allclose(bars, branches[:2], rtol=1e-6)
    check_in_sight(fig, "light")


def test_its_words_have_the_numbers_of_the_model(ds):
    told = FIGURES["stream"].alt(ds, "en")
    assert "behind each of 3 blocks" in told
    assert "branches from 0 to" in told
    assert "스트림" in FIGURES["stream"].alt(ds, "ko")


def test_it_is_drawn_of_models_with_a_stream_alone(ds, one_line_error):
    assert [name for name, _ in figures_of(ds)].count("stream") == 1
    stack = actviz.probe("he_normal", "relu", depth=2, width=8, samples=4, seeds=1)
    assert "needs a model with a stream" in FIGURES["stream"].missing(stack)
    assert "needs a model with a stream" in one_line_error(figures_of, stack, ["stream"])
    assert figure_signal(ds)


def test_of_a_stack_of_blocks_it_has_a_file_a_pairing_and_theory_over_it():
    how = {"depth": 4, "width": 16, "samples": 9, "seeds": 2, "block": "residual"}
    stack = actviz.probe(["he_normal", "xavier_normal"], "relu", **how)
    drawn = {name for name, _ in figures_of(stack, ["stream"])}
    assert drawn == {"stream-he_normal-relu", "stream-xavier_normal-relu"}
    fig = FIGURES["stream"].draw(stack, inits="he_normal")
    squares = [np.asarray(line.get_ydata()) ** 2 for line in fig.axes[0].lines]
    assert any(np.allclose(each, [2, 4, 8, 16]) for each in squares if len(each) == 4)
    assert "residual blocks" in fig.texts[2].get_text()
    refused = actviz.probe("he_normal", "relu", norm="batch", **how)
    assert "no theory" in FIGURES["stream"].draw(refused).texts[2].get_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_stream_and_its_branches_are_named_where_they_end(lang, theme):
    blocks = actviz.probe("he_normal", "relu", depth=6, width=20, samples=40, seeds=2, block="residual")
    fig = FIGURES["stream"].draw(blocks, lang=lang, theme=theme)
    assert not fig.legends
    named = {item.get_text(): item.get_position()[1] for item in end_names(fig.axes[0])}
    assert [*named] == [text(key, lang) for key in ("stream.line", "stream.branch", "theory.line")]
    last = [blocks["stream_rms"], blocks["branch_ratio"] * blocks["stream_before"]]
    ends = [float(each.isel(block=-1).median()) for each in last]
    assert (ends[0] > ends[1]) == (named[text("stream.line", lang)] > named[text("stream.branch", lang)])
    check_in_sight(fig, theme)
