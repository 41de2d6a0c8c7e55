"""Sizes by name: every figure in every size is inside its canvas, its words apart, and as large as it says on paper."""

import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

import actviz
from actviz import ActvizError, Split
from actviz.cli import styling
from actviz.lecture.pictures import FONTS, SIZE
from actviz.plots import (
    FIGURES,
    SIZES,
    figure_histograms,
    figure_overview,
    figure_schedules,
    figure_signal,
    figure_signal_detail,
    figures_of,
    figures_side_by_side,
    save_figure,
)
from actviz.plots.canvas.style import BODY, NOTE, NarrowError
from actviz.text import LANGUAGES
from actviz.training import EarlyStopping

NARROW = [name for name in SIZES if name != "slide"]
DETAILS = ("signal_detail", "gradients_detail", "collapse_detail")
OF = {
    "healthy": ["histograms", "ridges", "signal", "gradients", "saturation", "collapse", "overview", *DETAILS],
    "overflowing": ["histograms", "ridges", "signal", "gradients", "collapse", "gradients_detail"],
    "sweep": ["phase"],
    "trained": ["curves", "film", "race"],
    "weighed": ["decay", "sweep", "weights"],
    "normed": ["batch_norm", "batch_norm_layers", "pace"],
    "stopped": ["stopping"],
    "scheduled": ["budget"],
    "descended": ["descent"],
    "ranged": ["range_test"],
    "blocks": ["stream", "spectrum"],
    "single": ["formats"],
    "trainable": ["trainability", "map", "trend"],
    "phases": ["phase_map"],
    "followed": ["coordinates"],
}
LARGE = ("healthy", "overflowing", "trained", "normed", "weighed")
"""Datasets with most figures: in one size and language, the others are slow."""


@pytest.fixture(scope="module")
def weighed():
    runs = actviz.runs("he_normal", "tanh", data="moons:100", depth=2, width=8, epochs=4, weight_decay=[0.0, 0.01, 0.1])
    return actviz.train(runs, "moons:100", split=Split(validation=0.3), seeds=2, workers=1)


@pytest.fixture(scope="module")
def single():
    return actviz.probe("xavier_normal", "relu", depth=4, width=16, samples=20, seeds=2, workers=1)


@pytest.fixture(scope="module")
def stopped():
    settings = {"data": "moons:200", "depth": 2, "width": 12, "lr": 0.5, "epochs": 30}
    runs = actviz.runs(early_stopping=[EarlyStopping(patience=3), None], **settings)
    split = Split(train=40, validation=60, test=60, label_noise=0.3)
    return actviz.train(runs, "moons:200", split=split, seeds=2, workers=1)


def seen(fig, renderer):
    """Every text that is drawn, with its box; a tick outside its axis has a text that is not."""
    hidden = set()
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not low - 1e-9 * (high - low) <= tick.get_loc() <= high + 1e-9 * (high - low):
                hidden |= {tick.label1, tick.label2}
    shown = [
        each for each in fig.findobj(Text) if each not in hidden and each.get_visible() and each.get_text().strip()
    ]
    boxes = [(each.get_text(), Text.get_window_extent(each, renderer)) for each in shown]
    return [(words, box) for words, box in boxes if box.width > 0]


def check(fig, stem):
    """Fail where a text leaves the canvas or runs into another, or a legend into a panel."""
    fig.set_dpi(72)
    renderer = FigureCanvasAgg(fig).get_renderer()
    fig.draw_without_rendering()
    texts, inside = seen(fig, renderer), fig.bbox.padded(1)
    for words, box in texts:
        assert inside.contains(box.x0, box.y0), (stem, words)
        assert inside.contains(box.x1, box.y1), (stem, words)
    for at, (words, a) in enumerate(texts):
        for others, b in texts[at + 1 :]:
            across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            apart = across <= 1.5 or up <= 2.5 or across * up <= 0.1 * min(a.width * a.height, b.width * b.height)
            assert apart, (stem, words, others)
    for box in (legend.get_window_extent(renderer) for legend in fig.legends):
        for ax in fig.axes:
            assert not box.overlaps(ax.get_window_extent(renderer).padded(-1)), stem
    assert min(each.get_fontsize() for each in fig.findobj(Text) if each.get_text()) >= NOTE, stem


@pytest.fixture(scope="module")
def crowded():
    """Long names, and so much to say of marks and theory that the footer has three lines."""
    long = actviz.Activation(
        "a_very_long_name_of_an_activation_that_never_ends", np.tanh, lambda z: 1 - np.tanh(z) ** 2
    )
    inits = ["variance_scaling:1.23456789,fan_avg,uniform", "constant:10", "he_normal", "zeros"]
    return actviz.probe(inits, [long, "relu"], depth=60, width=50, samples=20, seeds=2, workers=1)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["signal", "gradients", "collapse", "overview", *DETAILS])
def test_long_names_and_a_third_line_of_a_footer_have_room_on_a_slide(crowded, name, lang):
    fig = FIGURES[name].draw(crowded, lang=lang)
    assert (name, lang) != ("gradients", "en") or fig.texts[-1].get_text().count("\n") == 2
    check(fig, name)


def test_values_of_narrow_panels_stand_apart():
    ds = actviz.probe(["he_normal", "normal:0.01"], "relu", depth=10, width=8, samples=20, seeds=2, workers=1)
    ((_, draw),) = figures_side_by_side({"one": ds, "other": ds}, ["histograms"])
    check(draw(), "histograms")
    check(FIGURES["gradients_detail"].draw(ds, size="half", lang="ko"), "gradients_detail")


def test_every_figure_is_drawn_in_every_size():
    assert {name for names in OF.values() for name in names} == set(FIGURES)


@pytest.mark.parametrize(
    ("which", "size", "lang"),
    [
        *[(which, "half", "ko") for which in OF],  # the narrowest
        *[pytest.param(which, "half", "en", marks=pytest.mark.slow if which in LARGE else ()) for which in OF],
        *[
            pytest.param(which, "paper", "ko", marks=pytest.mark.slow if which in LARGE else ())
            for which in OF
            if which != "overflowing"
        ],
        *[(which, "square", "en") for which in ("descended", "scheduled", "sweep")],
        pytest.param("trained", "square", "en", marks=pytest.mark.slow),
    ],
)
def test_no_word_leaves_the_canvas_or_runs_into_another(which, size, lang, request):
    ds = request.getfixturevalue(which)
    if which == "overflowing":
        ds = ds.sel(activation=["relu"])  # the other's figures are of the same kinds
    # Of figures that there are several of, by pairing or activation, the last: the others are of the same kinds.
    drawings = {
        re.sub("-(?!book).*?(?=-book|$)", "", stem): (stem, draw)
        for stem, draw in figures_of(ds, OF[which], size=size, lang=lang)
    }
    for stem, draw in drawings.values():
        fig = draw()
        width, height = fig.get_size_inches() * 72
        assert width == pytest.approx(SIZES[size].width)
        assert height >= SIZES[size].height
        check(fig, (size, stem))


@pytest.mark.parametrize(
    ("which", "lang"),
    [
        *[(which, "en") for which in ("weighed", "normed", "stopped", "scheduled")],
        *[pytest.param(which, "ko", marks=pytest.mark.slow) for which in ("weighed", "trained", "descended", "ranged")],
    ],
)
def test_every_figure_is_drawn_in_a_column_of_a_page(which, lang, request):
    for stem, draw in figures_of(request.getfixturevalue(which), OF[which], size="3.3x2.5in", font=8, lang=lang):
        if stem.startswith(("overview", "race")):  # which stand at fixed places
            with pytest.raises(NarrowError, match="make it"):
                draw()
            continue
        fig = draw()
        assert fig.get_figwidth() * fig.size.scale == pytest.approx(3.3)
        check(fig, stem)
        assert stem != "budget" or not any("…" in words.get_text() for words in fig.findobj(Text))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("which", "name", "options"),
    [("trained", "race", {"layers": False}), ("stopped", "stopping", {}), ("weighed", "sweep", {})],
)
def test_the_lectures_figures_are_no_higher_than_a_slide_at_their_size_of_text(request, which, name, options, lang):
    assert min(FONTS.values()) >= 11.5
    fig = FIGURES[name].draw(request.getfixturevalue(which), size=SIZE, font=FONTS[name], lang=lang, **options)
    assert fig.get_figheight() * fig.size.scale <= 7.5 + 1e-6
    check(fig, name)


def test_numbers_of_the_overview_touch_nothing_on_a_slide_and_where_it_is_narrowest():
    ds = actviz.probe(["normal", "normal:0.01"], ["sigmoid", "tanh"], depth=60, width=10, samples=10, seeds=1)
    for size in ("slide", "5in"):
        check(figure_overview(ds, size=size), size)


def test_figures_at_fixed_places_have_a_row_of_their_own_beside_each_other(healthy):
    few = healthy.sel(activation=["relu"])
    ((_, draw),) = figures_side_by_side({"plain": few, "again": few}, ["overview"])
    check(draw(), "overview")


def test_what_has_no_room_in_a_column_says_how_wide_it_must_be_and_is_drawn_so(single):
    with pytest.raises(NarrowError) as told:
        figure_signal_detail(single, size="3.3in", font=8)
    (wide,) = re.findall(r"make it ([\d.]+) in wide", str(told.value))
    assert figure_signal_detail(single, size=f"{wide}in", font=8).size.inches == pytest.approx(float(wide))


@pytest.mark.parametrize("number", [3, 8])
@pytest.mark.parametrize("size", NARROW)
def test_schedules_have_their_legend_below_in_the_narrow_sizes(size, number):
    chosen = list(actviz.SCHEDULES)[:number]
    check(figure_schedules(chosen, size=size), (size, chosen))


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
def test_text_is_large_enough_on_the_page(size):
    assert size.scale * NOTE >= 7
    assert size.scale * BODY >= 9


@pytest.mark.parametrize(
    "size", [name if name == "half" else pytest.param(name, marks=pytest.mark.slow) for name in NARROW]
)
def test_a_legend_below_keeps_the_panels_as_high_as_without_it_where_there_is_room(healthy, size):
    fig = figure_signal(healthy, size=size)
    assert fig.get_figheight() * 72 == pytest.approx(max(SIZES[size].height, fig.get_figheight() * 72))
    (legend,) = fig.legends
    lowest = min(ax.get_position().y0 for ax in fig.axes) * fig.bbox.height
    assert legend.get_window_extent().y1 < lowest


def test_a_square_is_square_and_half_a_slide_is_as_high_as_one(healthy):
    width, height = figure_signal(healthy, size="square").get_size_inches()
    assert width == height
    half = SIZES["half"]
    across, up = figure_signal(healthy, size="half").get_size_inches() * half.scale
    assert (across * 72, up * 72) == pytest.approx((480, 540))


@pytest.mark.usefixtures("all_pixels")
@pytest.mark.parametrize(
    "size", [name if name in ("slide", "paper") else pytest.param(name, marks=pytest.mark.slow) for name in SIZES]
)
def test_files_are_as_large_as_the_size_says(healthy, size, tmp_path):
    fig = figure_histograms(healthy, inits=["normal"], activations="tanh", size=size)
    for ending in ("png", "svg", "pdf"):
        save_figure(fig, tmp_path / f"a.{ending}")
    width, height = fig.get_size_inches() * SIZES[size].scale
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == pytest.approx((width * 288, height * 288), abs=1)
        assert image.info["dpi"][0] == pytest.approx(288, abs=0.02)
    head = (tmp_path / "a.svg").read_text(encoding="utf-8")[:1500]
    assert float(re.search(r'<svg[^>]* width="([\d.]+)pt"', head)[1]) == pytest.approx(width * 72)
    assert float(re.search(r'viewBox="0 0 ([\d.]+)', head)[1]) == pytest.approx(SIZES[size].width)
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", (tmp_path / "a.pdf").read_bytes())
    assert (float(box[1]), float(box[2])) == pytest.approx((width * 72, height * 72), abs=0.01)
    first = (tmp_path / "a.pdf").read_bytes()
    save_figure(fig, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == first


def test_an_unknown_size_is_told_the_known_ones(healthy):
    for call in (lambda: figure_signal(healthy, size="poster"), lambda: figures_of(healthy, size="poster")):
        with pytest.raises(ActvizError, match="slide, half, paper, square"):
            call()


def test_the_command_line_offers_the_sizes_there_are():
    assert tuple(SIZES) == tuple(styling.SIZES)
