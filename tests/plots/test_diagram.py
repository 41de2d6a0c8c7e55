"""Pictures of no result, and words of a figure set as its language does."""

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter

from actviz.plots import find_theme, save_figure, stack_diagram
from actviz.plots.canvas.diagram import formula
from actviz.plots.canvas.typesetting import typeset_words
from actviz.text import text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_signal_goes_right_and_a_gradient_back_through_the_same_layers(lang, theme):
    figure, look = stack_diagram(lang=lang, theme=theme), find_theme(theme)
    (ax,) = figure.axes
    arrows = [each for each in ax.texts if isinstance(each, Annotation)]
    ways = {(each.arrow_patch.get_edgecolor(), each.xy[0] > each.xyann[0]) for each in arrows}
    assert len(arrows) == 7
    assert len(ways) == 2, "one colour a way"
    words = [each.get_text() for each in ax.texts]
    assert [text(f"lecture.diagram.{key}", lang) in words for key in ("forward", "backward", "loss")] == [True] * 3
    assert figure.get_facecolor()[:3] == pytest.approx(
        [int(look.background[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    )
    figure.canvas.draw()
    boxes = [each.get_window_extent() for each in ax.texts if each.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 + 1 and 0 <= box.y0 < box.y1 <= figure.bbox.y1 for box in boxes)


def test_a_formula_is_as_large_as_what_is_in_it():
    short, long = formula("x"), formula(r"\chi=\sigma_w^2\;\mathrm{E}[\varphi^\prime(z)^2]")
    assert long.get_figwidth() > 4 * short.get_figwidth()
    for figure in (short, long):
        figure.canvas.draw()
        box = figure.texts[0].get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1


def test_percent_signs_of_ticks_and_words_close_up_in_korean_alone():
    def drawn(lang):
        figure = Figure()
        ax = figure.subplots()
        ax.set_yticks([0, 1], ["0 %", "100 %"])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
        ax.text(0, 0, "소실 (심각) 50 %")
        typeset_words(figure.axes, figure.texts, lang)
        ticks = [each.get_text() for each in ax.get_yticklabels()]
        return [*ticks, ax.xaxis.get_major_formatter()(3, 0), ax.texts[0].get_text()]

    assert drawn("ko") == ["0%", "100%", "3%", "소실(심각) 50%"]
    assert drawn("en") == ["0 %", "100 %", "3 %", "소실 (심각) 50 %"]


def test_a_formula_is_written_without_a_word_on_its_fonts(tmp_path, caplog):
    save_figure(formula("x^2"), tmp_path / "formula.pdf")
    assert [each.getMessage() for each in caplog.records] == []
