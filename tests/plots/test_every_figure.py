"""Every figure of every dataset, drawn once for all that holds of each: its place, its look, its words."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

import actviz
from actviz.diagnosis.rules import Verdict
from actviz.plots import (
    FIGURES,
    TEXT,
    THEMES,
    figure_histograms,
    figure_phase,
    figure_ridges,
    figure_schedules,
    figure_signal,
    figures_of,
    stack_diagram,
    story,
)
from actviz.plots.canvas.slide import in_every_language
from actviz.plots.reading.telling import MOST
from actviz.text import LANGUAGES

HANGUL = re.compile("[가-힣]")
GROUPS = {
    "datasets": ("healthy", "overflowing", "tiny", "uneven", "sweep", "blocks"),
    "trainings": ("trained", "decayed", "regressed", "normed"),
    "rate_sets": ("scheduled", "descended", "ranged", "followed"),
    "sweeps": ("plane", "trained_depths", "rates"),
}
EACH = pytest.mark.parametrize("which", [name for names in GROUPS.values() for name in names])


class Recorder(dict):
    """The texts, which notes what is looked up."""

    def __init__(self, texts):
        super().__init__(texts)
        self.used = set()

    def __getitem__(self, key):
        self.used.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def recorder():
    return Recorder(TEXT)


@pytest.fixture(scope="module")
def gallery(datasets, trainings, rate_sets, sweeps, recorder):
    """From the name of a dataset to its figures in the light theme and in English."""
    overflowing = datasets["overflowing"].sel(activation=["relu"])  # the other's figures are of the same kinds
    everything = {**datasets, "overflowing": overflowing, **trainings, **rate_sets, **sweeps}
    assert list(everything) == [name for names in GROUPS.values() for name in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("actviz.text.TEXT", recorder)
        return {name: [draw() for _, draw in figures_of(ds)] for name, ds in everything.items()}


def check_in_sight(fig, theme):
    """Every word is inside the slide and large enough, on the theme's background."""
    fig.set_dpi(50)
    FigureCanvasAgg(fig)
    fig.draw_without_rendering()
    assert to_hex(fig.get_facecolor()).upper() == THEMES[theme].background
    frame = fig.bbox.padded(1)
    for item in [*fig.texts, *fig.legends, *(text for ax in fig.axes for text in ax.texts)]:
        box = item.get_window_extent()
        assert frame.contains(box.x0, box.y0), item
        assert frame.contains(box.x1, box.y1), item
    assert min(item.get_fontsize() for item in fig.findobj(Text) if item.get_text()) >= 11


@EACH
def test_every_figure_is_inside_its_slide_and_large_enough(gallery, which):
    for fig in gallery[which]:
        check_in_sight(fig, "light")


@pytest.mark.parametrize(
    ("which", "theme"),
    [
        *[("healthy", "dark"), ("sweep", "print"), ("regressed", "print")],
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [("healthy", "print"), ("trained", "print"), ("trained", "dark"), ("decayed", "dark")]
        ),
    ],
)
def test_so_it_is_in_the_other_themes(datasets, trainings, which, theme):
    """Of one activation: the others' figures are of the same kinds."""
    ds = {**datasets, **trainings}[which]
    if which == "healthy":
        ds = ds.sel(activation=["relu"])
    names = ["phase"] if which == "sweep" else [name for name, spec in FIGURES.items() if not spec.missing(ds)]
    assert names
    for _, draw in figures_of(ds, names, theme=theme):
        check_in_sight(draw(), theme)


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, spec in FIGURES.items()
        if name not in ("phase", "stream", "spectrum", "formats") and spec.kind == "probe"
    ),
)
def test_every_figure_says_what_it_is_how_to_read_it_and_how_it_was_measured(gallery, name):
    fig = next(figure for figure in gallery["healthy"] if figure.origin.spec.name == name)
    title, read, footer = fig.texts[:3]
    assert title.get_fontsize() > read.get_fontsize() >= 14
    assert footer.get_fontsize() >= 11
    assert "60 samples · inputs normal · 5 layers · width 30 · 3 seeds · float32" in footer.get_text()
    assert FIGURES[name].description()


@pytest.mark.parametrize("which", GROUPS["datasets"])
def test_every_line_lies_inside_its_axis(gallery, which):
    figures = [each for each in gallery[which] if each.origin.spec.name in ("signal", "gradients", "collapse")]
    assert len(figures) == 3
    for ax in (ax for figure in figures for ax in figure.axes):
        low, high = ax.get_ylim()
        for item in ax.lines:
            y = np.asarray(item.get_ydata(), float)
            y = y[np.isfinite(y) & ((y > 0) | (ax.get_yscale() != "log"))]
            if item.get_transform().contains_branch(ax.transData):
                assert ((y >= low) & (y <= high)).all()


@EACH
def test_every_figure_has_a_story_in_both_languages(gallery, which):
    for figure in gallery[which]:
        found = story(figure)
        assert found.lang == "en"
        assert found.title
        assert found.read
        assert found.recipe
        told = in_every_language(found, figure.origin)
        assert told["en"] == {"caption": found.caption, "alt": found.alt}
        assert list(told) == list(LANGUAGES)
        for words in told.values():
            alt, caption = words["alt"], words["caption"]
            assert 40 < len(alt) <= MOST + 80, "a screen reader must get through it"
            assert re.search(r"\d", alt)
            assert alt.endswith(".")
            assert caption.endswith(".")
            assert not re.search(r"[{}]|nan|inf\b", alt + caption)
        assert HANGUL.search(told["ko"]["alt"])
        assert HANGUL.search(told["ko"]["caption"])


@pytest.fixture(scope="module")
def changed(datasets, trainings, rate_sets, sweeps):
    """From a kind of figure to a result, and the same with other numbers: what it shows is another finding."""
    blocks = datasets["blocks"].sel(activation=["relu"])
    normed, scheduled, plane = trainings["normed"], rate_sets["scheduled"], sweeps["plane"]
    descended, ranged, followed = (rate_sets[name] for name in ("descended", "ranged", "followed"))
    ten = normed.assign_attrs(recipe=normed.attrs["recipe"].replace('"classes": 2', '"classes": 10'))
    best = scheduled["run"] == scheduled["run"][1]
    start = float(descended["start_value"]) + 0 * descended["reached_value"].fillna(0)
    level = {name: followed[name] * 0 + 1.0 for name in ("size", "change")}
    return {
        "stream": (blocks, blocks.assign(stream_rms=blocks["stream_rms"] * blocks["block"])),
        "spectrum": (blocks, blocks.assign(jacobian_spread=blocks["jacobian_spread"] * 9)),
        "phase": (datasets["sweep"], datasets["sweep"].isel(init=slice(4))),
        "phase_map": (plane, plane.assign(q_star=plane["q_star"] * 3)),
        "map": (plane, plane.assign(q_star=-plane["q_star"])),
        "trend": (plane, plane.assign(q_star=-plane["q_star"])),
        "batch_norm": [ten.assign(train_accuracy=ten["train_accuracy"] * 0 + share) for share in (0.1, 0.6)],
        "batch_norm_layers": (normed, normed.assign(act_std=normed["act_std"].fillna(0) * 0 + 0.5)),
        "budget": (scheduled, scheduled.assign(test_accuracy=0.5 + 0.5 * best + 0 * scheduled["test_accuracy"])),
        "descent": [descended.assign(reached_value=start - lower) for lower in (0.0, 1.0)],
        "range_test": (ranged, ranged.assign(steepest_rate=ranged["steepest_rate"] * np.nan)),
        "coordinates": (followed, followed.assign(level)),
    }


TITLED_ELSEWHERE = {"pace", "decay", "sweep", "stopping", "formats", "trainability"}
"""Kinds whose titles of two results are in test_findings, test_regularization, test_learning_rates and test_sweeps."""


@pytest.mark.parametrize("name", sorted({*FIGURES} - TITLED_ELSEWHERE))
def test_results_that_differ_in_what_they_show_have_different_titles(gallery, changed, name):
    if name in changed:
        titles = {story(FIGURES[name].draw(ds)).title for ds in changed[name]}
    else:
        titles = {figure.words.title for figures in gallery.values() for figure in figures
                  if figure.origin.spec.name == name}  # fmt: skip
    assert len(titles) > 1


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_datasets_has_figures_of_several_kinds(gallery, group):
    assert len({figure.origin.spec.name for which in GROUPS[group] for figure in gallery[which]}) >= 3


def _spoken_elsewhere():
    """Beginnings of the keys that modules other than the plots look up, and of what alt texts say."""
    package = Path(actviz.__file__).parent
    sources = {path.relative_to(package).parts: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    keys = [
        (parts, key)
        for parts, source in sources.items()
        if not {*LANGUAGES} & {*parts}
        for key in re.findall(r'"([a-z_]+\.[^"{ ]*)(?=["{])', source)
    ]
    return tuple({key for parts, key in keys if parts[0] != "plots" or re.match(r"story\.|[a-z_]+\.alt", key)})


def test_every_string_of_the_table_is_used(gallery, recorder, datasets, trainings, map_of_biases, monkeypatch):
    monkeypatch.setattr("actviz.text.TEXT", recorder)
    for figures in gallery.values():
        for figure in figures:
            story(figure)
    figure_ridges(datasets["healthy"], theme="print")
    for draw in (figure_signal, figure_histograms):
        draw(datasets["healthy"], inits="he_normal", activations="tanh", z=True)
    figure_histograms(datasets["healthy"], activations="tanh", verdicts=False)
    for _, draw in figures_of(trainings["trained"], ["race"], size="half"):
        draw()
    overflowing = datasets["overflowing"].sel(init="normal", activation="relu")["nonfinite"].mean("seed").values
    at = int(np.flatnonzero((overflowing > 0) & (overflowing < 1))[0])  # a layer that overflowed in part
    figure_histograms(datasets["overflowing"].isel(layer=slice(at - 2, at + 3)), activations="relu")
    figure_histograms(datasets["overflowing"].isel(layer=slice(3)), activations="gelu")  # a signed axis
    figure_ridges(datasets["overflowing"].isel(layer=slice(20)), inits="normal", activations="gelu")
    for spec in actviz.FIGURES.values():
        spec.description()
    figure_phase(map_of_biases)
    stack_diagram()
    actviz.FIGURES["spectrum"].draw(
        actviz.probe(["zeros", "he_normal"], "relu", samples=9, width=16, seeds=1, jacobian=2)
    )
    story(figure_schedules(actviz.SCHEDULES))
    figure_schedules("one_cycle")
    unlike = datasets["sweep"].copy()
    unlike["similarity"] = unlike["similarity"] * 0.0
    figure_phase(unlike)
    lost = ["normal:0.01", "lecun_normal", "he_normal", "normal"]
    figure_phase(actviz.probe(lost, "relu", depth=60, width=64, samples=10, seeds=1))
    near = [f"variance_scaling:{value}" for value in (0.95, 0.97, 0.99, 1.01)]  # of tanh's critical 1
    figure_phase(actviz.probe(near, "tanh", depth=10, width=32, samples=10, seeds=1, inputs="correlated:0.5"))
    unused = set(TEXT) - recorder.used - {f"verdict.{each}{end}" for each in Verdict for end in ("", ".short")}
    # Figures of a drift and of a grid, films, regularization, PyTorch results, titles that say what is found, and
    # what a training may lack have their own tests.
    spoken = (
        "drift.",
        "statistic.",
        "recipe.own_loss",
        "recipe.below-head",
        "figure.needs",
        "training.",
        "budget.",
        "film.",
        "found.",
        "phase.found_",
    )
    regularized = ("decay.", "sweep.", "weights.", "pace.", "stopping.", "axis.lambda", "axis.scale", "axis.weight")
    laid = (
        "race.lacks",
        "curves.lacks",
        "race.dead",
        "race.same",
        "race.read_losses",
        "batch_norm.lacks",
        "building.",
        "overlay.",
        "grid.",
        "stream.",
    )
    swept = (
        "field.",
        "flag.",
        "kept.",
        "subject.",
        "swept.",
        "map.",
        "trend.",
        "trainability.",
        "phase_map.read_",
    )  # of any sweep
    scaled = ("width.", "coordinates.", "parametrization.", "formats.", "note.format")  # where they are asked for
    named = ("name.", "setting.", "form.", "schedule.", "reference.")  # looked up by label and its like
    plain = (
        "range.title",
        "spectrum.title",
        "overview.title",
        "saturation.title",
        "batch_norm_layers.title",
        "curves.title",
    )  # where nothing is sure
    elsewhere = (*_spoken_elsewhere(), *spoken, *regularized, *laid, *swept, *scaled, *named, *plain)
    assert {key for key in unused if not key.startswith(elsewhere)} == set()
