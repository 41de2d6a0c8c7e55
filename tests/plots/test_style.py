import itertools
import subprocess
import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text

import actviz
from actviz.catalog.losses import LOSSES
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.catalog.schedules.table import UNITS
from actviz.catalog.tasks import TASKS
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.severity import Severity
from actviz.plots import (
    NAMES,
    THEMES,
    figure_signal_detail,
    label,
    pairing_style,
)
from actviz.plots.canvas.frame import on_ground, verdict_ground
from actviz.plots.canvas.style import _INITIALIZERS
from actviz.plots.reading.marks import MARKS
from actviz.report.markup import static


def test_a_pairing_looks_the_same_in_a_subset_and_in_every_dataset(healthy, overflowing):
    one = healthy.sel(init=["he_normal"], activation=["relu"])
    looks = {pairing_style(ds, "he_normal", "relu") for ds in (healthy, one, overflowing)}
    assert len(looks) == 1


def test_the_families_that_are_compared_have_a_colour_each():
    together = ("zeros", "uniform", "normal", "xavier_normal", "he_normal", "lecun_normal", "orthogonal", "constant")
    assert len({_INITIALIZERS[name][0] for name in together}) == len(together)
    assert len(set(_INITIALIZERS.values())) == len(_INITIALIZERS)


@pytest.mark.parametrize("theme", THEMES)
def test_initializers_differ_in_look_and_activations_in_line(healthy, theme):
    looks = [pairing_style(healthy, init, "tanh", theme) for init in map(str, healthy["init"].values)]
    assert len({look.color for look in looks}) == len({look.marker for look in looks}) == len(looks)
    lines = {str(pairing_style(healthy, "zeros", a, theme).linestyle) for a in ("sigmoid", "tanh", "relu")}
    assert len(lines) == 3


def test_the_users_own_names_have_looks_of_their_own(healthy):
    own = healthy.assign_coords(init=["_a", "$b$", "normal", "c", "d", "e"])
    looks = {(s.color, s.marker) for s in (pairing_style(own, name, "relu") for name in map(str, own["init"].values))}
    assert len(looks) == 6
    names = [item.get_text().strip() for item in figure_signal_detail(own).legends[0].get_texts()]
    assert names[:3] == ["_a", "$b$", "N(0, 1)"]


def luminance(color):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colours_stand_out_from_their_background(theme):
    def contrast(color):
        low, high = sorted([luminance(color), luminance(theme.background)])
        return (high + 0.05) / (low + 0.05)

    assert min(map(contrast, theme.palette.values())) >= 3
    assert min(map(contrast, (theme.text, theme.muted, theme.alarm))) >= 4.5


# Machado, Oliveira and Fernandes 2009, severity 1: protanopia and deuteranopia, on linear RGB.
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}


def seen(color, blindness):
    """Return CIE Lab of a color as somebody sees it."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color)]
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    light = np.array(xyz) @ np.clip(np.array(BLIND[blindness]) @ channels, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(light > 0.008856, np.cbrt(light), 7.787 * light + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("blindness", BLIND)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colours_are_told_apart_without_red_or_green(theme, blindness):
    labs = [seen(color, blindness) for color in theme.palette.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(labs, 2)) > 13


def test_a_figure_ignores_and_leaves_alone_the_users_own_settings(healthy):
    plain = figure_signal_detail(healthy, activations="tanh")
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30, "axes.grid": True}):
        mine = figure_signal_detail(healthy, activations="tanh")
        assert mpl.rcParams["font.size"] == 30
    assert mine.axes[0].get_facecolor() == plain.axes[0].get_facecolor()
    assert mine.legends[0].get_texts()[0].get_fontsize() == plain.legends[0].get_texts()[0].get_fontsize()


def test_labels_are_written_as_in_a_textbook():
    wanted = {
        "normal": "N(0, 1)",
        "normal:0.01": "N(0, 0.01²)",
        "uniform": "U(−1, 1)",
        "uniform:0,1": "U(0, 1)",
        "he_normal": "He normal",
        "relu": "ReLU",
        "tanh": "tanh",
        "my_own": "my_own",
        "package.module:name": "name",
    }
    assert {name: label(name) for name in wanted} == wanted
    known = {
        *actviz.INITIALIZERS,
        *actviz.ACTIVATIONS,
        *actviz.SCHEDULES,
        *OPTIMIZERS,
        *LOSSES,
        *UNITS,
        *TASKS,
        "mixed",
    }
    assert set(NAMES) <= known


def test_neither_pyplot_nor_seaborn_is_imported_with_the_figures():
    code = "import sys, actviz.plots; print({'matplotlib.pyplot', 'seaborn', 'pandas'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_one_thing_has_one_colour_in_all_figures_of_a_set(healthy, normed):
    red = pairing_style(healthy, "normal", "relu").color
    other = healthy.sel(init=["zeros"]).assign_coords(init=["constant:0.01"])
    other.attrs["recipe"] = other.attrs["recipe"].replace('"normal"', '"constant:0.01"')
    assert pairing_style(other, "constant:0.01", "relu").color != red
    pace, norm = (actviz.FIGURES[name].draw(normed) for name in ("pace", "batch_norm_layers"))
    colors = [
        {line.get_color() for ax in figure.axes for line in ax.lines if len(line.get_xdata()) > 3}
        for figure in (pace, norm)
    ]
    assert colors[0] <= colors[1]


def hue(color):
    """Return hue in degrees and chroma in Oklab (Ottosson 2020)."""
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color)]
    cones = np.cbrt(
        np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]]) @ light
    )
    a, b = np.array([[1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]]) @ cones
    return np.degrees(np.arctan2(b, a)), np.hypot(a, b)


def apart(a, b):
    return abs((hue(a)[0] - hue(b)[0] + 180) % 360 - 180)


def told(verdict, severity, so_far=""):
    return SimpleNamespace(verdict=verdict, severity=severity, so_far=so_far)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("severity", Severity)
def test_no_verdict_stands_on_the_hue_of_an_initializer(theme, severity):
    grounds = {mark.sign: verdict_ground(told(verdict, severity), theme) for verdict, mark in MARKS.items()}
    kinds = [(mark.ground, grounds[mark.sign]) for mark in MARKS.values() if mark.ground]
    hues = [color for color in theme.palette.values() if hue(color)[1] > 0.03]  # grey has none
    assert min(apart(ground, color) for _, ground in kinds for color in hues) > 16
    pairs = [(a, b) for (kind, a), (other, b) in itertools.combinations(kinds, 2) if kind != other]
    assert min(apart(a, b) for a, b in pairs) > 55
    for blindness in BLIND:  # marks and words tell faults from each other, and all of them stand out from no fault
        healthy = seen(grounds["✓"], blindness)
        assert min(np.linalg.norm(seen(each, blindness) - healthy) for _, each in kinds) > 8
    for verdict in MARKS:
        words = on_ground(told(verdict, severity), theme)
        for color in (words["color"], theme.text):  # on figures and on pages
            low, high = sorted([luminance(color), luminance(words["bbox"]["facecolor"])])
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_every_verdict_has_a_mark_of_its_own_that_no_initializer_has_and_the_fonts_hold():
    assert set(MARKS) == set(Verdict)
    signs = [mark.sign for mark in MARKS.values()]
    assert len({*signs}) == len(signs)
    assert not {*signs} & set("●■▲◆▼✚✖◀▶⬟⬢★")  # the markers of initializers as letters
    font = get_font(findfont("DejaVu Sans"))
    assert all(font.get_char_index(ord(letter)) for sign in signs for letter in sign)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("draw", [actviz.plots.figure_overview, actviz.plots.figure_histograms])
def test_words_of_verdicts_have_no_colour_of_an_initializer(healthy, theme, draw):
    look, signs = THEMES[theme], {mark.sign for mark in MARKS.values()}
    fig = draw(healthy, theme=theme)
    verdicts = [each for each in fig.findobj(Text) if each.get_text().split(" ")[0] in signs]
    assert len(verdicts) > 2
    assert {each.get_color() for each in verdicts} <= {look.text, "#000000", "#FFFFFF"}
    assert {each.get_bbox_patch().get_facecolor()[:3] for each in verdicts}.isdisjoint(
        mpl.colors.to_rgb(color) for color in look.palette.values()
    )


def test_the_pages_have_the_colours_of_verdicts_from_the_themes():
    css = static("live/assets/page.css")
    for theme in (THEMES["light"], THEMES["dark"]):
        for name in ("large", "small", "alike"):
            assert f"--{name}: {getattr(theme, name).lower()};" in css
