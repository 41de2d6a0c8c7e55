"""``--lang ko``: every command that prints or draws words prints them in Korean, and no English sentence is left."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import actviz
from actviz.cli import COMMANDS, main
from actviz.experiments import EXPERIMENTS, reproduce
from actviz.experiments.expectations import Basis, Check, Expectation
from actviz.report.figure_set import write
from actviz.report.index import index_page, index_words
from actviz.results.statistics import STATISTICS
from actviz.text import LANGUAGES, TEXT, in_words, width_of
from actviz.text.tables import head, table_lines
from actviz.theory import CONVENTIONS

ENGLISH = re.compile(r"(?<![\w./:&'-])[a-z]{2,} [a-z]{2,}(?![\w./(:-])")
"""Two English words in a row; names of functions, files and packages are none."""

NAMES = re.compile(r"\bet al\.|hard tanh|actviz (show|figures|check)|\bas built\b")
"""Words that stay as they are."""

SMALL = ("--depth", "3", "--width", "20", "--samples", "50", "--seeds", "12")


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def check_korean(words):
    assert re.search("[가-힣]", words)
    found = [line for line in words.splitlines() if ENGLISH.search(NAMES.sub("", line))]
    assert found == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results of a probe and a training, and a baseline that the next seeds keep to and other weights do not."""
    path = tmp_path_factory.mktemp("korean")
    assert run("probe", "-i", "he", "-i", "normal", "-a", "relu", *SMALL, "-o", path / "relu.nc").exit_code == 0
    assert run("probe", "-i", "xavier", "-i", "normal", "-a", "relu", *SMALL, "-o", path / "other.nc").exit_code == 0
    runs = actviz.runs(["he_normal", "normal:1e9"], "relu", data="moons:100", depth=2, width=8, epochs=2, lr=0.5)
    actviz.save(actviz.train(runs, "moons:100", seeds=2, workers=1), path / "training.nc")
    assert run("baseline", path / "relu.nc", "-o", path / "relu.json").exit_code == 0
    return path


def commands(folder):
    one, moons = ("-i", "he", "-a", "relu"), ("--data", "moons:100", "--depth", 2, "--width", 8)
    sick = ("normal+tanh", "zeros+relu", "xavier_normal+sigmoid", "constant:0.1+sigmoid", "uniform:0,1+relu")
    return {
        "probe": ["probe", *one, *SMALL],
        "probe saved": ["probe", *one, *SMALL, "-o", folder / "again.nc"],
        "show": ["show", folder / "relu.nc"],
        "show training": ["show", folder / "training.nc"],
        "show exported": ["show", folder / "relu.nc", "-o", folder / "relu.csv"],
        "train": ["train", *one, *moons, "--epochs", 2, "--seeds", 2, "--early-stopping", "--patience", 1],
        "diagnose": ["diagnose", *sick, "--depth", 20, "--seeds", 2],
        "diagnose thresholds": ["diagnose", "--list-thresholds"],
        "theory": ["theory", "tanh"],
        "theory gaps": ["theory", "relu", "-i", "orthogonal", "-i", "zeros", "-i", "constant", "-i", "normal"],
        "theory one": ["theory", "tanh", "--weight-var", 1.76],
        "theory solved": ["theory", "tanh", "--solve"],
        "theory unsolved": ["theory", "sigmoid", "--solve", "--bias-std", 0.5],
        "schedules": ["schedules", "cosine", "-o", folder / "rates.png"],
        "lr-find": ["lr-find", *moons, "--seeds", 2, "--updates", 40, "-o", folder / "range.png"],
        "list": ["list"],
        "baseline": ["baseline", folder / "relu.nc", "-o", folder / "new.json"],
        "check": ["check", folder / "relu.json", folder / "relu.nc"],
        "check drift": ["check", folder / "relu.json", folder / "other.nc", "--github"],
        "check exact": ["check", folder / "relu.json", "--exact", "--junit", folder / "junit.xml"],
        "check update": ["check", folder / "new.json", folder / "other.nc", "--update"],
        "reproduce list": ["reproduce", "--list"],
        "reproduce": ["reproduce", "pytorch/default-init", "--seeds", 2, "-o", folder / "set"],
    }


@pytest.mark.parametrize("name", commands(Path()))
def test_what_a_command_prints_is_korean(folder, name):
    asked = commands(folder)
    if name == "check update":
        run(*asked["baseline"])
    outcome = run(*asked[name], "--lang", "ko")
    assert outcome.exit_code in (0, 1), outcome.output
    check_korean(outcome.stdout + outcome.stderr.replace(str(folder), ""))


def test_a_model_is_inspected_in_korean(torch, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layers = "*[each for _ in range(9) for each in (nn.Linear(9, 9), nn.Sigmoid())]"
    module = f"from torch import nn\ndef bad():\n    return nn.Sequential({layers})\n"
    (tmp_path / "korean_models.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    outcome = run("inspect", "korean_models:bad", "--input", "8,9", "--seeds", 2, "--lang", "ko")
    assert outcome.exit_code == 0
    check_korean(outcome.stdout)
    assert "기울기 소실" in outcome.stdout
    found = json.loads(run("inspect", "korean_models:bad", "--input", "8,9", "--lang", "ko", "--json").stdout)
    assert any("vanishing" in row["verdict"] for row in found["layers"])
    check_korean(found["diagnosis"]["findings"][0]["message"])


@pytest.mark.parametrize("args", [("relu.nc", "-f", "signal"), ("training.nc", "-f", "curves")])
def test_a_figure_is_drawn_in_korean(folder, tmp_path, args):
    outcome = run("figures", folder / args[0], *args[1:], "--format", "svg", "-o", tmp_path, "--lang", "ko")
    assert outcome.exit_code == 0
    (svg,) = tmp_path.glob("*.svg")
    check_korean("\n".join(re.findall(r"<text[^>]*>([^<]*)", svg.read_text(encoding="utf-8"))))


def test_figures_beside_what_is_printed_are_korean_too(folder, tmp_path):
    for args in (
        ["check", folder / "relu.json", folder / "other.nc", "--figure", tmp_path / "drift.svg"],
        ["schedules", "cosine", "-o", tmp_path / "rates.svg"],
        ["lr-find", "--data", "moons:100", "--depth", 1, "--width", 8, "--seeds", 2, "-o", tmp_path / "range.svg"],
    ):
        run(*args, "--lang", "ko")
        svg = (tmp_path / args[-1]).read_text(encoding="utf-8")
        check_korean("\n".join(re.findall(r"<text[^>]*>([^<]*)", svg)))


def test_the_language_changes_sentences_of_json_and_no_name(folder):
    for args in (["diagnose", folder / "relu.nc"], ["check", folder / "relu.json", folder / "other.nc"], ["list"]):
        english, korean = (json.loads(run(*args, "--json", "--lang", lang).stdout) for lang in LANGUAGES)
        assert _shape(english) == _shape(korean)
    finding = json.loads(run("diagnose", "normal+tanh", "--seeds", 2, "--json", "--lang", "ko").stdout)
    (told,) = finding["results"][0]["diagnoses"]
    assert told["findings"][0]["verdict"] == "saturated"
    check_korean(told["findings"][0]["message"] + told["findings"][0]["remedy"])


def _shape(content):
    """Keep keys, numbers, and words that are names."""
    if isinstance(content, dict):
        told = ("message", "remedy", "notes", "reference", "definition", "shows", "problems")
        return {key: None if key in told else _shape(value) for key, value in content.items()}
    return [_shape(value) for value in content] if isinstance(content, list) else content


def test_every_command_but_none_takes_a_language_it_does_not_have():
    for name in COMMANDS:
        outcome = run(name, "--lang", "tlh")
        assert outcome.exit_code == 2
        assert "'tlh' is not one of 'en', 'ko'" in outcome.stderr


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_everything_an_experiment_says_is_korean(name):
    chosen = EXPERIMENTS[name]
    said = [chosen.title["ko"], *(each.caption["ko"] for each in chosen.drawings)]
    said += [each.what["ko"] for each in chosen.expectations]
    known = [each.known("ko") for each in chosen.expectations]
    for claim in chosen.claims:
        said += [claim.quote["ko"], claim.precisely["ko"], *(case.what["ko"] for case in claim.cases)]
    for words in said:
        assert re.search("[가-힣]", words) or "chi_1" in words or "q_star" in words
    check_korean("\n".join([*said, *known]))


def test_a_set_is_written_in_korean(tmp_path):
    files = write(reproduce("selu/fixed-point", seeds=2), tmp_path, lang="ko")
    page = (tmp_path / files.index).read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert files.entries[0].headline == "LeCun 정규분포 + SELU: 정상, 기울기 5.8배, 1~50층"
    body = re.sub(
        r"<style>.*?</style>|<table>\n<tr><th[^>]*>.*?</table></div></details>|<[^>]*>", " ", page, flags=re.S
    )
    check_korean(body.partition("Klambauer, Unterthiner")[0])
    for words in index_words("ko").values():
        assert re.search("[가-힣]", words)


def test_the_index_of_no_results_is_korean():
    page = index_page("제목", "출처", [], [], "1.2.3", "ko")
    assert "actviz 1.2.3" in page
    check_korean(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S))


def test_columns_line_up_whatever_the_width_of_their_characters():
    rows = [{"init": "he_normal", "layer": 1, "act_std": 0.5}, {"init": "정규분포 he", "layer": 12, "act_std": 1.25}]
    lines = table_lines(rows, "ko")
    assert re.split(r"  +", lines[0].strip()) == ["초기화 방법", "층", "act_std"]
    assert len({width_of(line) for line in lines}) == 1
    cells = zip(lines, ("act", "    0.5", "   1.25"), strict=True)
    assert len({width_of(line[: line.index(cell)]) for line, cell in cells}) == 1
    assert table_lines(rows)[0].split() == ["init", "layer", "act_std"]


def test_heads_are_their_keys_in_english_and_names_stay():
    assert {key: row["en"] for key, row in TEXT.items() if key.startswith("head.")} == {
        key: key.removeprefix("head.") for key in TEXT if key.startswith("head.")
    }
    assert {name for name in STATISTICS if head(name, "ko") != name} == set()


def test_what_is_said_of_things_is_said_of_something():
    said = {key.removeprefix("reference.") for key in TEXT if key.startswith("reference.")}
    there = {item.definition for item in STATISTICS.values()} | set(CONVENTIONS) | {"units"}
    for kind in json.loads(run("list", "--json").stdout).values():
        there |= {row["reference"] for row in kind if "reference" in row}
    assert said <= there
    assert {item.definition for item in STATISTICS.values()} <= said
    assert in_words("He, Zhang, Ren & Sun 2015", "ko") == "He, Zhang, Ren & Sun 2015"


def test_the_allowed_numbers_are_written_in_both_languages():
    known = Expectation({"en": "", "ko": ""}, "0.5", Basis.RECALLED, lambda: 0.5)
    found = Check(known, 0.5, 0.25, 0.75, None)
    assert (found.allowed(), found.allowed("ko")) == ("0.25 to 0.75", "0.25~0.75")
    assert "통과 여부에 쓰지 않음" in known.known("ko")
