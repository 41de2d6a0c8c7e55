"""Every figure knows its words: caption, how to read it, and an alt text with the numbers of its own data."""

import dataclasses
import re
import string

import numpy as np
import pytest
from matplotlib.figure import Figure

import actviz
from actviz.baseline import Baseline
from actviz.experiments import EXPERIMENTS
from actviz.experiments.experiment import draw
from actviz.plots import figure_drift, figure_histograms, figure_schedules, figure_signal_detail, figures_of, story
from actviz.plots.figures.sets import EVERY
from actviz.plots.figures.table import OTHERS
from actviz.plots.reading.telling import MOST, alt_text, values_course
from actviz.text import LANGUAGES, TEXT, label, text
from actviz.text.numbers import percent, short

HANGUL = re.compile("[가-힣]")
DEEPEST = {"normal": "N(0, 1)", "xavier_normal": "Xavier normal"}


def _told(alt, caption):
    assert 40 < len(alt) <= MOST + 80, "a screen reader must get through it"
    assert re.search(r"\d", alt)
    assert alt.endswith(".")
    assert caption.endswith(".")
    assert not re.search(r"[{}]|nan|inf\b", alt + caption)


@pytest.fixture(scope="module")
def probed():
    return actviz.probe(list(DEEPEST), "tanh", depth=6, width=50, samples=100, seeds=3)


def test_the_alt_text_of_the_signal_has_the_medians_of_its_own_data(probed):
    alt = story(figure_signal_detail(probed)).alt
    for init, name in DEEPEST.items():
        std = probed["act_std"].sel(init=init, activation="tanh").median("seed").values
        share = float(probed["saturated"].sel(init=init, activation="tanh", layer=6).median("seed"))
        entry = next(part for part in re.split("; |: ", alt) if part.startswith(f"{name} + tanh"))
        assert f"{short(std[0])} to {short(std[-1])}" in entry or f"at {short(std[0])}" in entry
        assert entry.rstrip(".").endswith(f"{percent(share)} saturated")


def test_other_data_make_another_alt_text(probed):
    changed = probed.copy(deep=True)
    changed["act_std"][...] = np.linspace(0.5, 0.125, 6)
    assert "N(0, 1) + tanh falls from 0.50 to 0.12" in story(figure_signal_detail(changed)).alt


def test_the_caption_says_of_what_with_depth_and_width(probed):
    caption = story(figure_signal_detail(probed)).caption
    assert caption.endswith("N(0, 1), Xavier normal with tanh; 6 layers, width 50.")
    assert "Xavier normal with" in story(figure_signal_detail(probed, inits="xavier_normal")).caption


def test_title_and_recipe_are_those_of_the_figure_unbroken(probed):
    figure = figure_histograms(probed)
    found = story(figure)
    assert found.title == "tanh: only Xavier normal is healthy"
    shown = [each.get_text().replace("\n", " ") for each in figure.texts]
    assert found.read in shown
    assert found.recipe in shown


def test_a_drawing_of_an_experiment_keeps_its_authors_caption(probed):
    (drawing,) = [each for each in EXPERIMENTS["article"].drawings if each.stem == "signal"]
    drawing = dataclasses.replace(drawing, options={})
    one = dataclasses.replace(EXPERIMENTS["article"], drawings=(drawing,))
    ((_, figure),) = draw(one, {drawing.probe: probed})
    assert story(figure).caption == drawing.caption["en"]


def test_schedules_and_checks_have_a_story():
    found = story(figure_schedules(["step:0.1,0.5,50", 0.01], 101))
    _told(found.alt, found.caption)
    assert "step decay" in found.caption or "step" in found.caption
    assert "0.1 at first, 0.1 at most, 0.025 at the end" in found.alt
    old, new = (
        Baseline.of(actviz.probe(init, "tanh", depth=3, width=32, samples=50, seeds=8))
        for init in ("xavier_normal", "normal:0.05")
    )
    drifted = actviz.compare(old, new)
    found = story(figure_drift(drifted))
    _told(found.alt, found.caption)
    assert len(drifted.drifts) == int(re.search(r": (\d+) of \d+ comparisons", found.alt)[1])


def test_a_figure_of_somebody_else_has_no_story(one_line_error):
    assert "actviz drew" in one_line_error(story, Figure())


def test_every_figure_has_an_alt_text_and_a_caption():
    assert set(OTHERS) == {"schedules", "drift"}
    captions = {key for key in TEXT if key.endswith(".caption")} - {"index.caption", "report.caption"}
    assert {f"{name}.caption" for name in EVERY} == captions


@pytest.mark.parametrize("key", [key for key in TEXT if re.match(r"story\.|[a-z_]+\.(alt|caption)", key)])
def test_every_word_is_there_in_all_languages_with_the_same_values(key):
    row = TEXT[key]
    assert set(row) == set(LANGUAGES)
    values = [sorted({name for _, name, *_ in string.Formatter().parse(words) if name}) for words in row.values()]
    assert values[0] == values[1]
    assert HANGUL.search(row["ko"]) or not re.search("[a-z]{5}", re.sub("{.*?}", "", row["en"]))
    assert not re.search(r"}[은는이가을를과와]\b|}(으로|로)\b", row["ko"]), "the last sound of a value is not known"


@pytest.mark.parametrize(("number", "left"), [(3, False), (200, True)])
def test_what_there_is_no_room_for_is_counted(number, left):
    entries = [f"entry {at}: value {at}" for at in range(number)]
    words = alt_text("Head", entries, "en", "Tail.")
    assert len(words) <= MOST
    assert words.endswith(" Tail.")
    shown = len(re.findall(r"entry \d+", words))
    assert (f"and {number - shown} more" in words) == left
    assert (shown == number) != left


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0.63, 0.37, "falls from 0.63 to 0.37"),
        (0.5, 5.0, "rises from 0.50 to 5.0"),
        (0.5, 0.52, "holds, 0.50 to 0.52"),
        (0.5, 0.5, "stays at 0.50"),
        (0.5, 0.0, "falls from 0.50 to exactly 0"),
        (0.0, 0.0, "is exactly 0"),
        (0.0, 0.5, "rises from 0 to 0.50"),
        (-0.5, 0.5, "rises from −0.50 to 0.50"),
        (float("nan"), 0.5, "is undefined"),
        (1.0, float("inf"), "is undefined"),
    ],
)
def test_how_a_value_goes_is_said_by_its_ends(first, last, words):
    assert values_course(first, last, "en") == words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_figure_that_builds_up_tells_only_what_is_shown(lang):
    ds = actviz.probe(["he_normal", "zeros"], "relu", depth=3, width=16, samples=40, seeds=1)
    empty, first, whole = (draw() for _, draw in figures_of(ds, ["signal"], lang=lang, build_up=True))
    assert story(empty).title == story(first).title == text("signal.question", lang)
    assert story(empty).alt.startswith(story(empty).title)
    own, other = label("he_normal", lang), label("zeros", lang)
    told = story(first).alt.removeprefix(story(first).caption)
    assert own in told
    assert other not in told
    assert story(whole).alt == story(actviz.FIGURES["signal"].draw(ds, lang=lang)).alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_results_laid_over_each_other_are_named(lang):
    ds = actviz.probe("normal:0.01", "relu", depth=3, width=16, samples=40, seeds=1)
    laid = actviz.overlay({"plain": ds, "again": ds})
    told = story(actviz.FIGURES["signal"].draw(laid, lang=lang))
    assert "N(0, 0.01²) (again) + ReLU" in told.alt
    assert told.caption.count("N(0, 0.01²)") == 1
    assert "plain, again" in told.caption
