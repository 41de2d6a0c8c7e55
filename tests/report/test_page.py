"""The one-file report: it holds everything, loads nothing, and whatever a name holds stays text."""

import base64
import dataclasses
import hashlib
import itertools
import json
import re
import shlex
import sys
from html import escape
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.catalog.looks import THEMES
from actviz.cli import main
from actviz.experiments import EXPERIMENTS, reproduce, without_trainings
from actviz.experiments.reproduction import reread
from actviz.plots.figures.run_looks import run_styles
from actviz.recipes.commands import command
from actviz.report import drawings
from actviz.report.explorer import explorer_data
from actviz.report.figure_set import report_content, write
from actviz.report.found import sentences, telling
from actviz.report.page import in_script, report_page, result_content, write_page
from actviz.text import TEXT, unbroken
from actviz.training.descending import descend

IMAGE, SCRIPT = "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>"
SMALL = {"depth": 4, "width": 24, "samples": 60, "seeds": 2}
VOID = {"meta", "link", "img", "br", "input", "hr"}


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self, page):
        super().__init__()
        self.seen, self.scripts, self._script = [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        self._script = dict(attrs) if tag == "script" else self._script

    def handle_endtag(self, tag):
        self._script = None if tag == "script" else self._script

    def handle_data(self, data):
        if self._script is not None:
            self.scripts.append((self._script, data))


@pytest.fixture(scope="module")
def attacked():
    """A probe whose initializers are named like attacks."""
    ds = actviz.probe(["normal", "xavier_normal", "he_normal"], ["tanh", "relu"], **SMALL)
    names = [IMAGE, SCRIPT, "he_normal"]
    return ds.assign_coords(init=names).assign_attrs(recipe=json.dumps({**actviz.recipe(ds), "inits": names}))


@pytest.fixture(scope="module")
def trained():
    runs = actviz.runs(["he_normal", "normal"], ["relu", "tanh"], data="moons:120", depth=2, width=12, epochs=2)
    return actviz.train(runs, "moons:120", seeds=2)


@pytest.fixture(scope="module")
def ranged():
    (run,) = actviz.runs("he_normal", "relu", data="moons:120", depth=2, width=12).values()
    return actviz.find_rate(run, "moons:120", updates=20, seeds=2)


@pytest.fixture(scope="module")
def descended():
    return descend({"a": ("constant:0.05", "sgd")}, steps=10, seeds=2, repeats=3)


def first_of(content, number):
    """Return what a page tells, with its first figures alone."""
    return dataclasses.replace(content, figures=itertools.islice(content.figures, number))


def page_of(ds, *, theme="auto", lang="en", explorer=True, figures=None):
    if explorer:
        pytest.importorskip("bokeh", reason="the explorer needs the extra page")
    content = first_of(result_content("a.nc", ds, theme=theme, lang=lang), figures)
    return report_page(content, theme=theme, lang=lang, explorer=explorer)


@pytest.fixture(scope="module")
def page(attacked):
    return page_of(attacked)


def test_names_that_look_like_markup_stay_text(page):
    seen = Elements(page).seen
    assert not [attrs for tag, attrs in seen if tag == "img"]
    assert not [attrs for _, attrs in seen for name in attrs if name.startswith("on")]
    assert len([tag for tag, _ in seen if tag == "script"]) == page.count("</script>")
    assert escape(IMAGE) in page


def test_the_explorers_data_come_back_from_the_page_as_they_were(page, attacked):
    data = next(json.loads(code) for attrs, code in Elements(page).scripts if attrs.get("id") == "explorer-data")
    assert data["views"] == json.loads(json.dumps(explorer_data({"a.nc": attacked}, "en")))
    assert {each["init"][0] for each in data["views"][0]["pairings"]} == {IMAGE, SCRIPT, "he_normal"}


def test_json_in_a_script_cannot_end_it_and_reads_the_same():
    value = {"</script>": ["<!--", "\u2028", "]]>"]}
    assert "<" not in in_script(value)
    assert json.loads(in_script(value)) == value


def test_the_page_refers_to_nothing_outside_itself(page):
    for tag, attrs in Elements(page).seen:
        for name, value in attrs.items():
            if name in ("href", "src", "xlink:href", "data", "action"):
                assert str(value).startswith(("#", "data:")), f"{tag} {name}={value}"
    css = " ".join(re.findall(r"<style[^>]*>(.*?)</style>", page, re.S))
    assert "@import" not in css
    assert all(target.startswith(("data:", "#")) for target in re.findall(r"url\(([^)]*)\)", css))


def test_the_policy_allows_exactly_the_scripts_of_the_page(page):
    parsed = Elements(page)
    policy = next(attrs["content"] for _, attrs in parsed.seen if attrs.get("http-equiv") == "Content-Security-Policy")
    codes = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = {base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in codes}
    assert set(re.findall(r"sha256-([^']+)", policy)) == hashes
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "\r" not in page


def test_every_pairing_is_in_the_verdict_table_with_evidence_and_remedy(page, attacked):
    section = page[page.index('id="verdicts"') : page.index('id="ran"')]
    for found in actviz.diagnose(attacked):
        assert f'<th scope="row">{escape(actviz.plots.label(found.init))} + ' in section
        for finding in found.findings:
            assert escape(unbroken(finding.message())) in section
            assert escape(unbroken(finding.remedy())) in section
    assert section.count('<tr><th scope="row">') == len(actviz.diagnose(attacked))


def test_every_figure_has_a_name_a_description_and_identifiers_of_its_own(page):
    seen = Elements(page).seen
    figures = [attrs for tag, attrs in seen if tag == "svg"]
    assert len(figures) >= 6
    ids = [attrs["id"] for _, attrs in seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    for attrs in figures:
        assert attrs["role"] == "img"
        assert {attrs["aria-labelledby"], attrs["aria-describedby"]} <= set(ids)
    links = [attrs["href"][1:] for tag, attrs in seen if tag == "a"]
    assert links
    assert set(links) <= set(ids)


def test_references_inside_figures_have_a_target(page):
    ids = {attrs["id"] for _, attrs in Elements(page).seen if "id" in attrs}
    targets = set(re.findall(r'(?:url\(|xlink:href=")#([^)"]+)', page[: page.index("<script>")]))
    assert targets
    assert targets <= ids


def test_it_opens_with_what_was_found_then_the_explorer_then_the_figures_and_ends_with_what_was_run(page, attacked):
    places = [page.index(f'id="{each}"') for each in ("found", "explorer", "figures", "verdicts", "ran")]
    assert places == sorted(places)
    opening = page[places[0] : places[1]]
    healthy = [each for each in actviz.diagnose(attacked) if each.healthy]
    assert f"{len(healthy)} of {len(actviz.diagnose(attacked))} pairings" in opening or "is healthy" in opening
    for each in {each.verdict for each in actviz.diagnose(attacked)}:
        assert f"<li>{each.label('en')} (" in opening
    assert page.count('<details class="ran">') == 1


def test_a_figure_opens_in_its_gallery_by_a_link_to_itself_and_closes_by_one_back(page):
    seen = Elements(page).seen
    stems = [attrs["id"] for tag, attrs in seen if tag == "figure"]
    opens = [attrs["href"] for tag, attrs in seen if tag == "a" and attrs.get("class") == "picture"]
    closes = [(attrs["id"], attrs["href"]) for tag, attrs in seen if tag == "a" and attrs.get("class") == "close"]
    assert opens == [f"#{stem}" for stem in stems]
    assert closes == [(f"at-{stem}", f"#at-{stem}") for stem in stems]


@pytest.mark.parametrize("kind", ["trained", "ranged", "descended"])
def test_every_kind_of_result_has_a_report(kind, request):
    page = page_of(request.getfixturevalue(kind), figures=2)
    assert "<svg" in page
    assert ('id="explorer"' in page) == (kind == "trained")
    assert ('id="outcomes"' in page) == (kind == "trained")


def test_the_explorer_draws_runs_in_the_colours_of_their_figures(trained):
    styles = run_styles(trained, theme="dark")
    shown = {each["init"][0]: each["colour"]["dark"] for each in explorer_data({"a": trained}, "en")[-1]["pairings"]}
    assert shown == {run: style.color for run, style in styles.items()}


def test_the_explorer_shows_the_very_counts_and_medians_of_the_result(attacked):
    for pairing in explorer_data({"a": attacked}, "en")[0]["pairings"]:
        here = attacked.sel(init=pairing["init"][0], activation=pairing["activation"][0])
        edges = np.frombuffer(base64.b64decode(pairing["edges"]), "<f4")
        shown = np.frombuffer(base64.b64decode(pairing["histogram"]), "<f4").reshape(4, len(edges) - 1)
        assert shown.max() == 1.0
        if pairing["activation"][0] == "tanh":  # bounded: all counts are shown, merged
            counts = here["hist"].values.reshape(4, len(edges) - 1, -1).sum(axis=-1)
            np.testing.assert_allclose(shown, counts / counts.max(axis=1, keepdims=True), rtol=1e-6)
        middle = np.frombuffer(base64.b64decode(pairing["lines"]["act_std"]["middle"]), "<f8")
        np.testing.assert_allclose(middle, here["act_std"].median("seed").values, rtol=1e-6)


def test_a_compact_path_goes_through_the_same_points():
    data = "M 10.123456 20.5 \nL 10.123456 30 \nL 12 30 \nQ 1 2 3 -4 \nz \nM 100 0 \nL 99.99 -1.5 \n"
    assert drawings._path(data) == "m10.12 20.5v9.5h1.88q-11-28-9-34zm89.88-20.5l-.01-1.5"


@pytest.mark.parametrize(
    "theme", ["auto", "print", *(pytest.param(each, marks=pytest.mark.slow) for each in THEMES if each != "print")]
)
def test_a_theme_sets_the_pages_colours(attacked, theme):
    page = page_of(attacked.sel(init=["he_normal"], activation=["relu"]), theme=theme, explorer=False, figures=2)
    assert ("prefers-color-scheme" in page) == (theme == "auto")
    assert (THEMES["dark"].background in page) == (theme in ("auto", "dark"))
    assert ("var(--text)" in page[page.index("<svg") :]) == (theme != "print")


def test_an_unknown_theme_or_language_is_one_line(attacked, one_line_error, tmp_path):
    content = result_content("a.nc", attacked, theme="auto", lang="en")
    assert "auto, light, dark, print" in one_line_error(write_page, content, tmp_path / "a.html", theme="sepia")
    assert "en, ko" in one_line_error(write_page, content, tmp_path / "a.html", lang="de")


def test_a_page_that_fails_leaves_the_old_one(attacked, tmp_path):
    target = tmp_path / "a.html"
    target.write_text("old")

    def figures():
        yield from ()
        raise RuntimeError("drawing failed")

    content = result_content("a.nc", attacked, theme="auto", lang="en")
    broken = type(content)(content.title, content.source, content.datasets, figures())
    with pytest.raises(RuntimeError):
        write_page(broken, target, explorer=False)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_without_bokeh_one_line_says_what_to_install_and_the_page_can_go_without(attacked, tmp_path, monkeypatch):
    actviz.save(attacked.sel(init=["he_normal"], activation=["relu"]), tmp_path / "a.nc")
    monkeypatch.setitem(sys.modules, "bokeh", None)
    done = run("report", tmp_path / "a.nc", "-o", tmp_path / "a.html")
    assert done.exit_code == 2
    assert "pip install 'actviz[page]'" in done.output
    assert len(done.output.strip().splitlines()) == 1
    monkeypatch.setattr("actviz.report.page.numbered", lambda *_, **__: [])
    done = run("report", tmp_path / "a.nc", "-o", tmp_path / "a.html", "--no-explorer")
    assert done.exit_code == 0, done.output
    assert 'id="explorer"' not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_page_that_is_there_of_the_same_is_left_unless_somebody_changed_it(attacked, tmp_path, monkeypatch):
    actviz.save(attacked.sel(init=["he_normal"], activation=["relu"]), tmp_path / "a.nc")
    given = ("report", tmp_path / "a.nc", "-o", tmp_path / "a.html", "--no-explorer")
    written = []
    monkeypatch.setattr("actviz.report.page.numbered", lambda *_, **__: written.append(1) or [])
    assert run(*given).exit_code == 0
    assert written.pop()
    whole = (tmp_path / "a.html").read_bytes()
    again = run(*given)
    assert (again.exit_code, "the same page already" in again.stderr, written) == (0, True, [])
    assert (tmp_path / "a.html").read_bytes() == whole
    (tmp_path / "a.html").write_bytes(whole.replace(b"<title>", b"<title>mine: "))
    for changed in ((), ("--lang", "ko")):
        assert "already" not in run(*given, *changed).stderr
        assert written.pop()
    actviz.save(attacked.sel(init=["he_normal"]), tmp_path / "a.nc")
    assert run(*given, "--lang", "ko").stderr == ""
    assert written


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "choose from article"),
        (["missing.nc"], "no such result file"),
        (["article", "--results", "."], "has no article.nc"),
        (["article", "--results", ".", "--seeds", "2"], "choose one"),
    ],
)
def test_bad_use_is_one_line_and_exit_code_2(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("report", *arguments, "--no-explorer")
    assert done.exit_code == 2
    assert words in done.output


NAME = "pytorch/default-init"


@pytest.fixture(scope="module")
def reproduced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")
    done = reproduce(NAME, seeds=2)
    write(done, folder)
    return done, folder


def test_a_folder_of_results_gives_the_report_of_the_run_that_wrote_it(reproduced):
    done, folder = reproduced
    made = [
        report_page(first_of(report_content(each, theme="auto", lang="en", command="actviz"), 3), explorer=False)
        for each in (done, reread(EXPERIMENTS[NAME], folder))
    ]
    assert made[0] == made[1]
    assert 'id="checks"' in made[0]


def test_results_of_another_experiment_are_refused(reproduced, one_line_error, tmp_path):
    _, folder = reproduced
    other = next(each for each in EXPERIMENTS.values() if each.probes and each.name not in (NAME, "article"))
    (own,) = folder.glob("*.nc")
    for name in other.probes:
        (tmp_path / f"{name}.nc").write_bytes(own.read_bytes())
    assert "is not a result of" in one_line_error(reread, without_trainings(other), tmp_path)


def test_every_claim_of_an_experiment_stands_in_its_report_with_its_evidence():
    article = without_trainings(EXPERIMENTS["article"])
    claims = tuple(claim for claim in article.claims if claim.number in (1, 5))
    chosen = dataclasses.replace(article, drawings=article.drawings[:2], claims=claims)
    done = reproduce(chosen, seeds=2)
    page = report_page(report_content(done, theme="auto", lang="en", command="actviz report article"), explorer=False)
    assert done.decisions
    for decision in done.decisions:
        assert escape(unbroken(decision.claim.quote["en"])) in page
        for finding in decision.findings:
            assert escape(unbroken(finding.evidence())) in page
    for drawing in chosen.drawings:
        assert f'<figure id="{drawing.stem}">' in page
    assert "it takes trainings: 1, 2, 4, 8–12." in page
    healthy = sum(each.healthy and not each.so_far for each in actviz.diagnose(done.datasets["article"]))
    assert f"Healthy: {healthy} of 24 pairings" in page  # one rule: the page says it twice
    assert f"article: {healthy} of 24 healthy" in page
    assert len(page) < 2_000_000  # with Bokeh's 1.3 MB, and twice as many figures, five


RECIPES = {
    "plain": {"inits": ["he_normal", "normal:0.01"], "activations": ["relu"], **SMALL},
    "biased": {"inits": ["zeros"], "activations": ["leaky_relu:0.2"], "bias_std": 0.5, **SMALL},
    "all": {
        "inits": ["uniform:-1,1"], "activations": ["tanh"], "width": [20, 10], "samples": 30, "seeds": [3, 5],
        "input_width": 7, "norm": "batch", "dtype": "float64", "drive": "cross_entropy", "batch": 16,
        "view": (-1, 1, 10), "inputs": "uniform:0,1",
    },
}  # fmt: skip


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_command_of_a_probe_measures_the_same(recipe, tmp_path):
    _again(actviz.probe(**recipe), tmp_path)


def test_the_command_of_a_training_trains_the_same(trained, tmp_path):
    _again(trained, tmp_path)


def test_the_command_of_a_range_test_tests_the_same(ranged, tmp_path):
    _again(ranged, tmp_path)


def _again(ds, tmp_path):
    words = shlex.split(command(actviz.recipe(ds)))
    done = run(*words[1:], "-o", tmp_path / "again.nc")
    assert done.exit_code == 0, done.output
    assert actviz.recipe(actviz.load(tmp_path / "again.nc")) == actviz.recipe(ds)


def test_what_no_command_can_say_has_none(attacked, trained):
    assert command(actviz.recipe(attacked)) == ""
    known = actviz.recipe(trained)
    known["runs"].popitem()  # no longer every combination
    assert command(known) == ""


def test_every_word_of_the_report_is_in_both_languages():
    for key, row in TEXT.items():
        if key.startswith("report."):
            assert set(row) == {"en", "ko"}, key
            fields = [sorted(re.findall(r"{\w+}", row[lang])) for lang in ("en", "ko")]
            assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lr": 0.1, "weight_decay": [0.0, 1e-30]}, "alidation loss ends from"),
        ({"lr": 0.1}, "median of the seeds"),
        ({"lr": [1e9, 2e9]}, "No run ends with a"),
    ],
)
def test_a_training_of_which_nothing_is_sure_opens_with_what_it_came_to(given, words):
    runs = actviz.runs("he_normal", "relu", data="moons:100", depth=2, width=8, epochs=2, snapshots=0, **given)
    ds = actviz.train(runs, "moons:100", split=actviz.Split(validation=0.3), seeds=2, workers=1)
    (told,) = sentences({"a": ds}, "en")
    assert words in told
    assert re.search("[가-힣]", *sentences({"a": ds}, "ko"))


@pytest.mark.parametrize(
    ("others", "told"),
    [([], []), ([["a", "c"]], ["b"]), ([["a"], ["b"]], ["a", "b"]), ([["a", "b", "c"], ["a", "c"]], ["b"])],
)
def test_a_sentence_ends_in_the_fewest_settings_that_tell_its_result_from_others(others, told):
    assert list(telling(["a", "b"], others)) == told


def test_a_training_of_several_rates_is_told_by_the_names_of_schedules():
    rates = ["0.1", "cosine_restarts:0.1,3,2"]
    runs = actviz.runs("he_normal", "relu", data="moons:60", depth=2, width=8, epochs=2, snapshots=0, lr=rates)
    ds = actviz.train(runs, "moons:60", split=actviz.Split(validation=0.3), seeds=2, workers=1)
    told = " ".join(sentences({"a": ds}, "en"))
    assert re.search("constant 0.1|restarts, peak 0.1", told, re.IGNORECASE)
    assert "cosine_restarts:" not in told


def test_a_process_gives_a_second_report_the_bytes_of_its_first():
    from actviz.report.charts import items

    pytest.importorskip("bokeh")
    first, again = items("en"), items("en")
    assert first == again
    roots = [item["root_id"] for item in first.values()]
    assert len(set(roots)) == len(roots)
