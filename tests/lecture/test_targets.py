"""What each target writes, without its tool: all slides, escaped, with figures, alt texts, notes and fonts."""

import ast
import dataclasses
import functools
import json
import re
import subprocess
import sys

import pytest
from nasty_texts import NASTY

from actviz.lecture import TARGETS, Slide, make_deck, reuse, standing, write_lecture
from actviz.lecture.escaping import latex, markdown, plain, typst
from actviz.lecture.pictures import draw_picture
from actviz.lecture.slides import Formula, shows
from actviz.plots import story

SHOWN = {"notebook": markdown, "marimo": markdown, "reveal": markdown, "beamer": latex, "typst": typst, "pptx": plain}
BOTH = ("en", "ko")

FIRST = Slide(
    "first",
    {"en": "A picture", "ko": "그림 한 장"},
    ({"en": "One point", "ko": "하나"}, {"en": "Another", "ko": "둘"}),
    {"en": "Say this.", "ko": "이렇게 말한다."},
    figure=shows("gradients", "article", inits=["he_normal"], activations="relu"),
    claims=(5,),
)
RICH = Slide(
    "rich",
    {"en": "Blocks", "ko": "여러 가지"},
    ({"en": "Under them", "ko": "그 아래"},),
    {"en": "Point at all.", "ko": "모두 짚는다."},
    formulas=(Formula(r"\mathrm{E}[z^2]=n", "E[z²] = n", {"en": "It is so.", "ko": "그렇다."}),),
    links=(("A paper & more", "https://example.org/paper"),),
)
TABLE = Slide(
    "table", dict.fromkeys(BOTH, "T"), (), dict.fromkeys(BOTH, "N"),
    table=((dict.fromkeys(BOTH, "who|"), dict.fromkeys(BOTH, "when")), (dict.fromkeys(BOTH, "he"),) * 2),
)  # fmt: skip
CODE = Slide(
    "code", dict.fromkeys(BOTH, "C"), (), dict.fromkeys(BOTH, "N"),
    code=dict.fromkeys(BOTH, 'def f(x):\n    return {"a_b": x[0]}  # 50% $x$ \\ 한글'),
)  # fmt: skip


def _nasty(at, text):
    point = text.replace("{", "{{").replace("}", "}}")
    return Slide(
        f"nasty-{at}", *(dict.fromkeys(BOTH, text), (dict.fromkeys(BOTH, point),) * 2, dict.fromkeys(BOTH, text))
    )


PLAIN = (FIRST, *(_nasty(at, text) for at, text in enumerate(NASTY)))
SLIDES = {"why": PLAIN, "deep": (RICH, TABLE, CODE)}


@pytest.fixture(params=sorted(TARGETS))
def to(request):
    if request.param == "pptx":
        pytest.importorskip("pptx", reason="python-pptx is an extra")
    return request.param


@pytest.fixture(scope="module")
def write_once(done, tmp_path_factory):
    """Write a lecture where no test before has."""
    folder = tmp_path_factory.mktemp("lectures")

    @functools.cache
    def once(to, lang):
        return write_lecture(done, folder / to / lang, to, lang=lang, slides=SLIDES, title="T <b> $x$ \\")

    return once


@pytest.fixture
def written(to, lang, write_once):
    return write_once(to, lang)


def _text(lecture):
    file = lecture.folder / lecture.target.file
    if file.suffix == ".pptx":
        import pptx

        slides = pptx.Presentation(file).slides
        shapes = [shape for slide in slides for shape in slide.shapes]
        words = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
        words += [cell.text for shape in shapes if shape.has_table for cell in shape.table.iter_cells()]
        return "\n".join([*words, *(slide.notes_slide.notes_text_frame.text for slide in slides)])
    return file.read_text(encoding="utf-8")


def _decoded(lecture):
    """Words of a notebook as its reader sees the source; other files as they are."""
    text = _text(lecture)
    if lecture.target.name == "notebook":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    if lecture.target.name == "marimo":
        constants = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        return "\n".join(value for value in constants if isinstance(value, str))
    return text


def test_every_title_point_and_note_is_there_and_escaped(written, lang):
    show, text = SHOWN[written.target.name], _decoded(written)
    for slide in PLAIN:
        for words in (slide.title, slide.points[0], slide.notes):
            assert show(words[lang].replace("{{", "{").replace("}}", "}")) in text


def test_what_compiles_it_is_named_with_the_file_and_all_files_are_told(written):
    assert any(written.target.file in command for command in written.target.commands)
    there = {str(each.relative_to(written.folder)) for each in written.folder.rglob("*") if each.is_file()}
    assert there == set(written.files), "nothing else stays behind"
    assert (written.slides, written.figures) == (1 + 1 + len(PLAIN) + 3, 1)  # a title page and an agenda


def test_figures_lie_beside_it_with_the_fonts_that_its_tool_needs(written, lang):
    figures = [file for file in written.files if file.startswith("figures/")]
    ending = written.target.figures
    formulas = [f"figures/rich-formula-1.{ending}"] * written.target.draws_formulas
    assert figures == (["figures/drawn.json", f"figures/first.{ending}", *formulas] if ending else [])
    if ending:
        assert "figures/first" in _text(written) or ending == "png"
        files = {"fonts/NotoSansKR-Regular-ksx.ttf", "fonts/NotoSansKR-Bold-ksx.ttf", "fonts/OFL.txt"}
        inside = lang in written.target.fonts_inside
        assert (not files & set(written.files)) if inside else files <= set(written.files)


def test_an_english_page_carries_its_own_letters_and_no_korean_font(write_once):
    """Which would be four megabytes of it."""
    english, korean = ((write_once("reveal", lang).folder / "lecture.css").read_text() for lang in ("en", "ko"))
    assert english.count("@font-face") == korean.count("@font-face") == 2
    assert "fonts/NotoSansKR" in korean
    assert "fonts/" not in english
    assert len(english) < 200_000


@pytest.fixture(scope="module")
def drawn_once(done):
    """The figure by language."""
    (picture,) = make_deck(done, {"why": (FIRST,)}).pictures
    return functools.cache(lambda lang: draw_picture(picture, done.datasets, "light", lang))


def test_a_figure_has_its_text_for_who_cannot_see_it(written, drawn_once, lang):
    if not written.target.figures:
        pytest.skip("a notebook draws its figures, which show their own text")
    alt = story(drawn_once(lang)).alt
    if written.target.name == "pptx":
        import pptx

        slides = pptx.Presentation(written.folder / written.target.file).slides
        told = [
            shape._element.nvPicPr.cNvPr.get("descr")
            for slide in slides
            for shape in slide.shapes
            if shape.shape_type == 13
        ]
        assert told == [plain(alt), "E[z²] = n"]
    else:
        assert SHOWN[written.target.name](alt) in _decoded(written)


def test_formulas_code_tables_and_links_are_what_the_form_has_for_them(written):
    name, text = written.target.name, _decoded(written)
    show = SHOWN[name]
    assert all(show(words) in text for words in ("who|", "when", "A paper & more"))
    if name == "pptx":
        return
    assert "https://example.org/paper" in text
    assert (r"\mathrm{E}[z^2]=n" in text) is not written.target.draws_formulas
    if name in ("notebook", "marimo", "reveal"):
        assert all(line in text for line in CODE.code["en"].split("\n")), "code is shown as it is"
        assert "| who&#124; | when |" in text
    if name == "beamer":
        assert r"\frametitle{Blocks}" in text or r"\frametitle{여러 가지}" in text
        assert r"\usetheme{default}" in text
        assert "textblock" not in text, "where things stand is the user's theme's"


@pytest.mark.parametrize("to", ["typst"], indirect=True)
def test_the_second_time_no_figure_is_drawn(done, to, tmp_path, monkeypatch):
    def write(**how):
        write_lecture(done, tmp_path, to, slides=SLIDES, overwrite=True, **how)
        return {each.name: each.read_bytes() for each in (tmp_path / "figures").iterdir()}

    first = write()
    drawn = []
    monkeypatch.setattr("actviz.lecture.pictures.draw_picture", lambda picture, *_: drawn.append(picture.stem))
    assert write() == first
    assert drawn == []
    monkeypatch.undo()
    (tmp_path / "figures" / "first.pdf").write_bytes(b"edited")
    assert write() == first, "a file that is not the one that was drawn is drawn again"
    assert write(theme="dark") != first


def test_no_markup_of_a_text_is_left(written):
    text = _text(written)
    if written.target.name in ("notebook", "marimo", "reveal"):
        assert "<script" not in _decoded(written)
        assert "<img" not in _decoded(written)
    if written.target.name == "beamer":
        assert "\\input{" not in text
    if written.target.name == "marimo":
        called = {ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)}
        assert not any(name.startswith("os.") for name in called)


def test_a_notebook_is_what_nbformat_takes(lang, write_once):
    nbformat = pytest.importorskip("nbformat", reason="nbformat comes with the extra lecture")
    notebook = nbformat.read(write_once("notebook", lang).folder / "lecture.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert {cell["metadata"]["slideshow"]["slide_type"] for cell in notebook.cells} == {"slide", "fragment", "notes"}


def test_code_of_the_notebooks_is_python_and_names_the_recipe(write_once):
    notebook = write_once("notebook", "en").folder / "lecture.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [
        "".join(cell["source"]).replace("%matplotlib inline\n", "") for cell in cells if cell["cell_type"] == "code"
    ]
    for source in code:
        ast.parse(source)
    assert "seeds=2" in "\n".join(code), "the seeds of this run"
    assert "FIGURES['gradients'].draw(article, inits=['he_normal']" in "\n".join(code)


def test_a_powerpoint_file_is_wide_korean_and_within_its_slides(lang, write_once):
    pptx = pytest.importorskip("pptx", reason="python-pptx is an extra")
    deck = pptx.Presentation(write_once("pptx", lang).folder / "lecture.pptx")
    assert (deck.slide_width, deck.slide_height) == (12192000, 6858000)
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            for run in shape._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"):
                assert run.get("lang") in (None, {"en": "en-US", "ko": "ko-KR"}[lang])
                assert [each.get("typeface") for each in run if each.tag.endswith("}ea")] == ["Noto Sans KR"]


def test_without_python_pptx_it_is_said_in_a_line_before_anything_is_written(
    done, tmp_path, monkeypatch, one_line_error
):
    monkeypatch.setitem(__import__("sys").modules, "pptx", None)
    assert "pip install" in one_line_error(write_lecture, done, tmp_path / "x", "pptx")
    assert not (tmp_path / "x").exists()


def test_nothing_half_written_stays_where_writing_fails(done, tmp_path, monkeypatch):
    (tmp_path / "lecture.typ").write_text("older", encoding="utf-8")

    def fails(deck, folder, drawn):
        (folder / "lecture.typ").write_text("half", encoding="utf-8")
        raise RuntimeError("power cut")

    monkeypatch.setitem(TARGETS, "typst", dataclasses.replace(TARGETS["typst"], write=fails))
    with pytest.raises(RuntimeError, match="power cut"):
        write_lecture(done, tmp_path, "typst", slides=SLIDES, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["lecture.typ"]
    assert (tmp_path / "lecture.typ").read_text(encoding="utf-8") == "older"


def test_a_lecture_that_somebody_may_have_edited_is_not_lost(done, tmp_path, one_line_error):
    file = tmp_path / "lecture.typ"
    file.write_text("mine", encoding="utf-8")
    assert "is there already" in one_line_error(write_lecture, done, tmp_path, "typst", slides=SLIDES)
    assert file.read_text(encoding="utf-8") == "mine"
    write_lecture(done, tmp_path, "typst", slides=SLIDES, overwrite=True)
    assert file.read_text(encoding="utf-8") != "mine"


def test_a_lecture_is_found_again_that_is_made_of_the_same_and_as_it_was(done, tmp_path):
    made = write_lecture(done, tmp_path, "reveal", slides={"why": [FIRST]}, key="of these")
    assert standing(tmp_path, "reveal", "of these") == made
    assert standing(tmp_path, "reveal", "of others") is None
    (tmp_path / "lecture.md").write_text("mine", encoding="utf-8")
    assert standing(tmp_path, "reveal", "of these") is None
    (tmp_path / "figures" / "drawn.json").write_text('{"": {"key": "of these", "files": {"/dev/zero": "0"}}}')
    assert standing(tmp_path, "reveal", "of these") is None


def test_letters_are_found_where_no_figure_has_been_drawn_before():
    code = "from actviz.plots.files.saving import font_faces; print(font_faces('', {('Noto Sans KR', 400): set('ab')}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("@font-face")


def test_a_folder_that_is_a_file_is_one_line(done, tmp_path, one_line_error):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert "taken" in one_line_error(write_lecture, done, tmp_path / "taken", "marimo")


def test_an_unknown_target_is_named_beside_those_there_are(done, tmp_path, one_line_error):
    assert "typst, pptx" in one_line_error(write_lecture, done, tmp_path, "keynote")


def test_results_of_another_run_are_taken_instead_of_measuring(done, tmp_path, one_line_error):
    from actviz import save

    assert "article.nc" in one_line_error(reuse, tmp_path)
    for name, dataset in done.datasets.items():
        save(dataset, tmp_path / f"{name}.nc")
    again = reuse(tmp_path)
    assert [each.status() for each in again.decisions] == [each.status() for each in done.decisions]
    save(done.datasets["article"], tmp_path / "article-deep.nc")
    save(done.datasets["article-deep"], tmp_path / "article.nc")
    assert "is not a result of article" in one_line_error(reuse, tmp_path)


def test_the_table_of_the_command_line_is_that_of_the_targets():
    from actviz.cli.lecture import TARGETS as named

    assert list(named) == list(TARGETS)
    assert all(re.fullmatch(r"\w+", name) for name in named)


def test_code_in_powerpoint_keeps_what_it_is_indented_by(write_once):
    """An exercise is on it: where a return stands decides what is counted."""
    pytest.importorskip("pptx", reason="python-pptx is an extra")
    assert "\n\u00a0\u00a0\u00a0\u00a0return" in _text(write_once("pptx", "en"))


def test_nothing_leaves_a_slide_of_powerpoint_or_covers_another_and_all_is_readable(write_once):
    pptx = pytest.importorskip("pptx", reason="python-pptx is an extra")
    file = write_once("pptx", "en").folder / "lecture.pptx"
    deck = pptx.Presentation(file)
    for slide in deck.slides:
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes if s.width and s.height]
        for left, top, right, bottom in boxes:
            assert min(left, top) >= 0
            assert right <= deck.slide_width + 2
            assert bottom <= deck.slide_height + 2
        for at, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[at + 1 :]:
                across = min(right, other[2]) - max(left, other[0])
                down = min(bottom, other[3]) - max(top, other[1])
                assert min(across, down) <= 12700, "within a point"
