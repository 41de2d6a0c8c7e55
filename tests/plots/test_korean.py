"""Figures in Korean: every kind in every theme, with no missing glyph, no English left over, and inside the slide."""

import re
import warnings

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import actviz
from actviz.baseline import Baseline, compare
from actviz.plots import FIGURES, FORMATS, figure_drift, figure_gradients, figure_phase, figure_schedules, save_figure
from actviz.plots.figures.sets import figures_of

LATIN = {
    *("sigmoid", "tanh", "ReLU", "GELU", "Xavier", "LeCun", "SGD", "Adam", "RMS", "log", "beta"),
    *("normal", "moons", "array", "float", "dip", "cosine_restarts", "fan_in"),
}
"""Words that are Latin in Korean too: names of functions and people, and what is spelled as it is typed."""


@pytest.fixture(scope="session")
def watched():
    """What the figures of weight decay and early stopping need."""
    settings = {"data": "moons:100", "depth": 2, "width": 8, "epochs": 6, "weight_decay": [0.0, 0.1], "lr": 0.5}
    runs = actviz.runs("he_normal", "tanh", early_stopping=actviz.EarlyStopping(patience=2), **settings)
    return actviz.train(runs, "moons:100", split=actviz.Split(validation=0.3, test=0.2), seeds=2, workers=1)


@pytest.fixture(scope="session")
def kinds(datasets, trainings, rate_sets, watched, trainable, phases):
    """A dataset for every kind of figure: the first that has what it needs."""
    everything = [*datasets.values(), watched, *trainings.values(), *rate_sets.values(), trainable, phases]
    return {name: next(ds for ds in everything if not spec.missing(ds)) for name, spec in FIGURES.items()}


def drawn(figure):
    """Draw a figure, with whatever a font lacks as an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure)
        figure.draw_without_rendering()
    return figure


def words(figure):
    return [item.get_text() for item in figure.findobj(Text) if item.get_visible() and item.get_text().strip()]


def check_inside(figure):
    for item in figure.texts:
        box = item.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0, item.get_text()  # noqa: PT018
        assert box.x1 <= figure.bbox.x1, item.get_text()
        assert box.y1 <= figure.bbox.y1, item.get_text()
    read = figure.texts[1].get_text().splitlines()
    assert len(read) <= 2, read


THEMED = [
    *((name, "light") for name in FIGURES),
    *(pytest.param(name, ("dark", "print")[at % 2], marks=pytest.mark.slow) for at, name in enumerate(FIGURES)),
]


@pytest.mark.parametrize(("name", "theme"), THEMED)
def test_every_kind_of_figure_is_korean_and_whole(kinds, name, theme):
    stem, draw = next(iter(figures_of(kinds[name], [name], theme=theme, lang="ko")))
    figure = drawn(draw())
    check_inside(figure)
    shown = words(figure)
    assert any(re.search("[가-힣]", each) for each in shown), stem
    assert set(re.findall(r"[A-Za-z_]{3,}", " ".join(shown))) <= LATIN


@pytest.mark.parametrize("dataset", ["tiny", "uneven", "overflowing"])
def test_sick_and_small_stacks_are_told_in_korean(datasets, dataset):
    ds = datasets[dataset].isel(activation=[0])  # the others' figures are of the same kinds
    for _, draw in figures_of(ds, ["ridges", "gradients", "saturation", "overview"], lang="ko"):
        figure = drawn(draw())
        check_inside(figure)
        assert set(re.findall(r"[A-Za-z_]{3,}", " ".join(words(figure)))) <= LATIN


def test_schedules_and_maps_of_biases_are_korean(map_of_biases):
    for figure in (
        figure_schedules(actviz.SCHEDULES, lang="ko"),
        figure_schedules("one_cycle", lang="ko"),
        figure_phase(map_of_biases, lang="ko"),
    ):
        check_inside(drawn(figure))
        assert set(re.findall(r"[A-Za-z_]{3,}", " ".join(words(figure)))) <= LATIN


def test_a_drift_is_told_in_korean(healthy):
    baselines = [Baseline.of(healthy.sel(init=[init], activation=["relu"])) for init in ("he_normal", "xavier_normal")]
    figure = drawn(figure_drift(compare(*baselines), lang="ko"))
    check_inside(figure)
    assert set(re.findall(r"[A-Za-z_]{3,}", " ".join(words(figure)))) <= LATIN
    assert any("0~2" in each for each in words(figure))


@pytest.mark.parametrize("ending", FORMATS)
def test_no_format_lacks_a_glyph(healthy, tmp_path, ending, monkeypatch):
    monkeypatch.setattr(warnings, "filterwarnings", lambda *args, **kwargs: None)  # nothing is passed over
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save_figure(figure_gradients(healthy, activations="tanh", lang="ko"), tmp_path / f"a.{ending}")
    content = (tmp_path / f"a.{ending}").read_bytes()
    if ending == "svg":
        svg = content.decode("utf-8")
        assert "기울기" in svg
        for family in ("Noto Sans KR", "DejaVu Sans"):
            assert f"font-family:'{family}';font-weight:400" in svg


def test_mathematics_looks_alike_in_both_languages():
    from actviz.plots.canvas.style import themed
    from actviz.plots.files.saving import _characters

    with themed("light", "ko"):
        for weight in (400, 700):
            assert not set(map(ord, "∂‖±×÷≥→⁰¹²³⁴⁵⁶⁷⁸⁹⁻")) & _characters("Noto Sans KR", weight)
