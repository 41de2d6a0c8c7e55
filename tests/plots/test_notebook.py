"""A figure in a notebook shows itself: a picture with its caption and its alt text."""

import base64
import re

import pytest

import actviz
from actviz.plots import SIZES, Slide, figure_signal, story

IDS = re.compile(r"-[0-9a-f-]{36}")  # xarray's, new every time


def test_a_figure_shows_itself_with_caption_and_alt_text(healthy):
    figure = figure_signal(healthy)
    bundle = figure._repr_mimebundle_()
    told = story(figure)
    assert bundle["text/plain"] == f"{told.title}. {told.alt}"
    png = base64.b64decode(bundle["image/png"])
    assert [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)] == [1920, 1080]
    assert len(png) < 400_000
    alt = re.search(r'alt="([^"]*)"', bundle["text/html"])[1]
    assert alt.startswith("Standard deviation of the activations")
    assert "<figcaption" in bundle["text/html"]
    assert told.caption in bundle["text/html"]


def test_names_of_a_user_are_escaped(healthy):
    names = ['"><script>x</script>', *healthy["init"].values[1:]]
    figure = figure_signal(healthy.assign_coords(init=names).sel(init=names[:1]), theory=False)
    page = figure._repr_mimebundle_()["text/html"]
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_slide_without_a_story_still_shows_itself():
    figure = Slide(size=SIZES["slide"], height=100)
    figure.subplots()
    assert set(figure._repr_mimebundle_()) == {"image/png", "text/plain"}


def test_ipython_shows_figures_and_results(healthy):
    shell = pytest.importorskip("IPython.core.interactiveshell", reason="IPython is not needed").InteractiveShell
    formatter = shell.instance().display_formatter
    actviz._show_results()
    bundle, _ = formatter.format(figure_signal(healthy))
    assert {"text/html", "image/png", "text/plain"} <= set(bundle)
    bundle, _ = formatter.format(healthy)
    assert "He normal + ReLU" in bundle["text/html"]
    assert "<details>" in bundle["text/html"]
    plain = healthy[["act_std"]].drop_attrs()
    bundle, _ = formatter.format(plain)
    assert IDS.sub("", bundle["text/html"]) == IDS.sub("", plain._repr_html_())
