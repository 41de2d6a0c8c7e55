"""Each form is executed or compiled by its own tool, where that is installed; the reason is told where it is not.

In one language each: what a language changes is tested on what is written.
"""

import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version

import pytest

from actviz.lecture import make_deck, write_lecture


@pytest.fixture
def folder(done, few_figures, lang, tmp_path):
    """Write a target in one language and return where."""

    def write(to):
        write_lecture(done, tmp_path, to, lang=lang, slides=few_figures)
        return tmp_path

    return write


@pytest.mark.parametrize("lang", ["ko"], indirect=True)
def test_the_notebook_runs_from_top_to_bottom_and_shows_its_figures(folder, done, few_figures, lang):
    nbformat = pytest.importorskip("nbformat", reason="nbclient and ipykernel are not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    notebook = nbformat.read(folder("notebook") / "lecture.ipynb", as_version=4)
    # The kernel is this very interpreter, whatever kernels the machine has.
    notebook.metadata.kernelspec.name = "python3"
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [out for cell in notebook.cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
    pictures = make_deck(done, few_figures, lang=lang).pictures
    assert len(shown) == len(pictures)  # also those that are to be predicted
    assert not [out for cell in notebook.cells for out in cell.get("outputs", []) if out.output_type == "error"]


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_the_marimo_notebook_runs_as_a_program(folder):
    pytest.importorskip("marimo", reason="marimo is not installed")
    path = folder("marimo")
    assert f'\n__generated_with = "{version("marimo")}"\napp = ' in (path / "lecture.py").read_text(encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "lecture.py"], cwd=path, capture_output=True, text=True, timeout=180, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "7. " in told.stdout, "the claims of its own data are printed"


@pytest.mark.parametrize("lang", ["ko"], indirect=True)
def test_typst_makes_a_page_of_every_slide(folder, done, few_figures, lang):
    typst = pytest.importorskip("typst", reason="typst is not installed")
    path = folder("typst")
    pages = typst.compile(
        path / "lecture.typ", format="png", ppi=36, font_paths=[path / "fonts"], ignore_system_fonts=True
    )
    assert len(pages) == len(make_deck(done, few_figures, lang=lang).pages) + 1


def _reveal_js(path):
    """Get reveal.js from the npm registry; where that is out of reach, empty files show what is asked for."""
    try:
        pack = ["npm", "pack", "reveal.js@5.2.1", "--silent", "--prefer-offline", "--fetch-retries=0"]
        subprocess.run(pack, cwd=path, check=True, capture_output=True, timeout=60)
        with tarfile.open(path / "reveal.js-5.2.1.tgz") as archive:
            archive.extractall(path, filter="data")
    except (OSError, subprocess.SubprocessError):
        for file in ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "dist/theme/white.css",
                     "plugin/notes/notes.js", "plugin/search/search.js", "plugin/zoom/zoom.js"):  # fmt: skip
            (path / "package" / file).parent.mkdir(parents=True, exist_ok=True)
            (path / "package" / file).write_text("", encoding="utf-8")


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_pandoc_makes_one_page_that_asks_nothing_of_the_network(folder, done, few_figures, lang):
    pypandoc = pytest.importorskip("pypandoc", reason="pypandoc_binary is not installed")
    path = folder("reveal")
    _reveal_js(path)
    arguments = "lecture.md -f markdown-implicit_figures -t revealjs --mathml --standalone --embed-resources"
    command = [pypandoc.get_pandoc_path(), *arguments.split(), "-V", "revealjs-url=package", "-o", "lecture.html"]
    told = subprocess.run(command, cwd=path, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr
    page = (path / "lecture.html").read_text(encoding="utf-8")
    deck = make_deck(done, few_figures, lang=lang)
    assert page.count('<section id="slide-') == len(deck.pages)
    assert page.count('src="data:image/svg+xml;base64,') == sum(each.picture is not None for each in deck.pages)
    assert page.count("<math") == len(deck.equations), "formulas need no script"
    assert page.count('<aside class="notes">') == len(deck.pages)
    assert 'src="http' not in page
    assert page.count('href="http') == sum(len(each.links) for each in deck.pages), "references, to be clicked"


@pytest.mark.parametrize("lang", ["ko"], indirect=True)
def test_lualatex_makes_a_page_of_every_slide_with_every_glyph(folder, done, few_figures, lang):
    if shutil.which("lualatex") is None or shutil.which("kpsewhich") is None:
        pytest.skip("lualatex is not installed")
    needed = ["beamer.cls", "pgfmath.sty"]
    if subprocess.run(["kpsewhich", *needed], capture_output=True, check=False).stdout.count(b"\n") < len(needed):
        pytest.skip("Beamer is not installed")
    path = folder("beamer")
    command = ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "lecture.tex"]
    told = subprocess.run(command, cwd=path, capture_output=True, timeout=300, check=False)
    log = (path / "lecture.log").read_text(encoding="utf-8", errors="replace").replace("\n", "")
    assert told.returncode == 0, log[-2000:]
    assert f"({len(make_deck(done, few_figures, lang=lang).pages) + 1} pages" in log
    assert "Missing character" not in log
