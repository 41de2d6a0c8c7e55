"""What the files of figures carry: words for people and screen readers, and the recipe; nothing of it can do harm."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import actviz
from actviz.plots import FORMATS, figure_drift, figure_signal, save_figure, story
from actviz.plots.files.record import MOST_IN_PDF, TOO_LONG, read_record, written
from actviz.text import LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figure(healthy):
    return figure_signal(healthy.sel(init=["he_normal"]), theory=False)


@pytest.fixture(scope="module")
def files(figure, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for ending in FORMATS:
        save_figure(figure, folder / f"signal.{ending}")
    return folder


def test_a_png_says_what_it_shows(figure, files):
    told = story(figure)
    with Image.open(files / "signal.png") as image:
        chunks = image.text
    assert chunks["Title"] == told.title
    assert chunks["Description"] == told.alt
    assert chunks["Caption"] == told.caption
    assert chunks["How to read"] == told.read
    assert chunks["Software"] == f"actviz {actviz.__version__}"


@pytest.mark.parametrize("ending", FORMATS)
def test_every_file_tells_how_to_read_it_and_its_alt_text_in_all_languages(figure, files, ending):
    words, told = read_record(files / f"signal.{ending}")["words"], story(figure)
    assert (words["title"], words["read"], words["recipe"]) == (told.title, told.read, told.recipe)
    assert words["en"] == {"caption": told.caption, "alt": told.alt}
    assert words["ko"]["alt"].startswith("활성화값의 표준편차")
    assert set(words) == {"title", "read", "recipe", *LANGUAGES}


def test_an_svg_is_an_image_with_title_and_description(figure, files):
    told = story(figure)
    root = ET.parse(files / "signal.svg").getroot()
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert (title.text, description.text) == (told.title, told.alt)
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]


def test_a_pdf_has_a_title_and_a_subject(figure, files):
    pdf = (files / "signal.pdf").read_bytes()
    title = story(figure).title
    assert b"/Title (" + (title.encode() if title.isascii() else b"\xfe\xff" + title.encode("utf-16-be")) in pdf
    assert b"/Subject" in pdf
    assert b"/Creator (actviz" in pdf


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_holds_the_same_record(figure, files, healthy, ending):
    record = read_record(files / f"signal.{ending}")
    assert record == json.loads(written(figure)[1])
    assert record["figure"] == "signal"
    assert record["options"] == {"theory": False}
    assert (record["theme"], record["lang"], record["version"]) == ("light", "en", actviz.__version__)
    (data,) = record["data"]
    assert data["recipe"] == actviz.recipe(healthy)
    assert data["selection"] == {"init": ["he_normal"]}


def test_a_record_too_long_for_a_pdf_is_told(tmp_path, healthy, one_line_error):
    recipe = {**actviz.recipe(healthy), "note": "x" * MOST_IN_PDF}
    figure = figure_signal(healthy.assign_attrs(recipe=json.dumps(recipe)))
    save_figure(figure, tmp_path / "long.pdf")
    assert TOO_LONG.encode() in (tmp_path / "long.pdf").read_bytes()
    assert "too long" in one_line_error(read_record, tmp_path / "long.pdf")


EVIL = '<script>alert("1")</script> & ]]> \x07 (\\) 가'


def test_names_of_a_user_stay_text_in_every_format(tmp_path, healthy):
    names = [EVIL, *healthy["init"].values[1:]]
    recipe = actviz.recipe(healthy) | {"inits": [str(name) for name in names]}
    ds = healthy.assign_coords(init=names).assign_attrs(recipe=json.dumps(recipe)).sel(init=[EVIL])
    figure = figure_signal(ds, theory=False)
    for ending in FORMATS:
        save_figure(figure, tmp_path / f"evil.{ending}")
        assert read_record(tmp_path / f"evil.{ending}")["data"][0]["selection"] == {"init": [EVIL]}
    svg = (tmp_path / "evil.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    root = ET.fromstring(svg)
    assert "<script>" in root.find(f"{SVG}desc").text
    assert "\x07" not in svg


def test_a_figure_of_somebody_else_is_saved_without_a_record(tmp_path, one_line_error):
    figure = Figure()
    figure.subplots().plot([1, 2])
    for ending in FORMATS:
        save_figure(figure, tmp_path / f"own.{ending}")
        assert "no figure of actviz" in one_line_error(read_record, tmp_path / f"own.{ending}")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_truncated_file_is_one_line(files, tmp_path, ending, one_line_error):
    whole = (files / f"signal.{ending}").read_bytes()
    (tmp_path / f"half.{ending}").write_bytes(whole[: len(whole) // 2])
    assert "truncated" in one_line_error(read_record, tmp_path / f"half.{ending}")


@pytest.mark.parametrize("name", ["missing.png", "a.gif", "folder.png"])
def test_what_is_no_figure_is_one_line(tmp_path, name, one_line_error):
    (tmp_path / "folder.png").mkdir()
    one_line_error(read_record, tmp_path / name)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(100), np.random.default_rng(0).bytes(999)]
)
@pytest.mark.parametrize("ending", FORMATS)
def test_foreign_bytes_are_one_line(tmp_path, content, ending, one_line_error):
    (tmp_path / f"a.{ending}").write_bytes(content)
    one_line_error(read_record, tmp_path / f"a.{ending}")


def test_a_newer_record_is_refused(files, tmp_path, one_line_error):
    svg = (files / "signal.svg").read_text(encoding="utf-8")
    (tmp_path / "new.svg").write_text(svg.replace('"schema": 2', '"schema": 3'), encoding="utf-8")
    assert "upgrade" in one_line_error(read_record, tmp_path / "new.svg")


def test_a_check_has_words_and_no_recipe(tmp_path):
    from actviz.baseline import Baseline, compare

    of = Baseline.of(actviz.probe("he_normal", "relu", depth=2, width=16, samples=20, seeds=4))
    save_figure(figure_drift(compare(of, of)), tmp_path / "drift.png")
    assert "data" not in read_record(tmp_path / "drift.png")
