import base64
import io
import re
import zlib

import matplotlib as mpl
import pytest

from actviz.catalog.looks import find_size
from actviz.errors import ActvizError
from actviz.plots import FORMATS, Slide, figure_histograms, figure_ridges, figure_signal, figures_of, save_figure


@pytest.mark.parametrize("ending", FORMATS)
def test_two_runs_write_the_same_bytes_whatever_the_users_settings_are(healthy, tmp_path, ending):
    own = {"savefig.bbox": "tight", "savefig.transparent": True, "svg.fonttype": "path", "path.simplify": False,
           "figure.dpi": 50, "axes.grid": True, "text.antialiased": False, "pdf.compression": 0}  # fmt: skip
    for name, settings in (("a", {}), ("b", own)):
        with mpl.rc_context(settings):
            save_figure(figure_ridges(healthy, inits="he_normal", activations="tanh"), tmp_path / f"{name}.{ending}")
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a.{ending}", f"b.{ending}"]


@pytest.mark.usefixtures("all_pixels")
def test_a_png_is_a_slide_of_3840_by_2160_pixels(healthy, tmp_path):
    save_figure(figure_histograms(healthy), tmp_path / "a.PNG")
    header = (tmp_path / "a.PNG").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(header[at : at + 4], "big") for at in (16, 20)] == [3840, 2160]


def test_an_svg_has_text_and_the_fonts_to_show_it(healthy, tmp_path):
    from fontTools.ttLib import TTFont

    save_figure(figure_histograms(healthy, activations="relu"), tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert re.search(r"<text[^>]*>He normal</text>", svg)
    faces = re.findall(r"font-family:'DejaVu Sans';font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", svg)
    assert [weight for weight, _ in faces] == ["400", "700"]
    glyphs = [set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()) for _, data in faces]
    assert set(map(ord, "layer10⁻")) <= glyphs[0]
    assert set(map(ord, "He normal")) <= glyphs[1]
    assert len(glyphs[1]) < 60


def test_a_pdf_embeds_truetype_fonts_and_no_date(healthy, tmp_path):
    save_figure(figure_histograms(healthy), tmp_path / "a.pdf")
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf


@pytest.mark.parametrize("name", ["a.gif", "a", "a.svgz"])
def test_another_ending_is_told_the_choices(healthy, tmp_path, name):
    with pytest.raises(ActvizError, match="png, svg, pdf"):
        save_figure(figure_histograms(healthy), tmp_path / name)


def test_two_figures_never_share_a_file(healthy):
    names = ["a b", "a?b", "A b", "a_b"]
    own = healthy.isel(init=[0, 1, 2, 3], activation=[2]).assign_coords(init=names)
    stems = [stem for stem, _ in figures_of(own, ["ridges"], pairings=[(name, "relu") for name in names])]
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert stems[0] == "ridges-a_b-relu"


def test_lines_of_a_smaller_pdf_reach_the_end_of_the_canvas_not_of_the_page(tmp_path):
    figure = Slide(size=find_size("half"), height=720)
    figure.add_axes((0, 0, 1, 1)).plot([0, 0.5, 1], [0.25, 0.25, 0.25])
    figure.axes[0].set(xlim=(0, 1), ylim=(0, 1))
    save_figure(figure, tmp_path / "f.pdf")
    streams = re.findall(rb"stream\r?\n(.*?)endstream", (tmp_path / "f.pdf").read_bytes(), re.DOTALL)
    (page,) = (zlib.decompress(each) for each in streams if b" cm" in zlib.decompress(each)[:200])
    assert max(float(x) for x in re.findall(rb"([\d.]+) 180 l", page)) == 640


@pytest.mark.parametrize("size", ["4.5x3in", "4.3x3.1in", "5.7x3.3in", "84mm"])
@pytest.mark.parametrize("font", [7, 8, 8.5, 9])
def test_a_size_whose_pixels_are_just_below_a_whole_number_is_saved(healthy, tmp_path, size, font):
    from PIL import Image

    figure = figure_signal(healthy, activations="tanh", inits="he_normal", size=size, font=font)
    save_figure(figure, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.width / image.height == pytest.approx(figure.get_figwidth() / figure.get_figheight(), rel=0.01)
