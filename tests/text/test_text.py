"""The tables of words: every language is there, asks for the same values, and can be shown."""

import importlib
import re
import string
from pathlib import Path

import pytest

import actviz.text
from actviz import EXPERIMENTS, ActvizError
from actviz.plots.canvas.style import FONTS, themed
from actviz.plots.files.saving import _characters
from actviz.text import (
    FILES,
    LANGUAGES,
    NAMES,
    SETTINGS,
    TEXT,
    label,
    run_name,
    shortened,
    text,
    typeset,
    unbroken,
    width_of,
    wrapped,
)
from actviz.training.grid import VARIED

SAME = {
    *("overview.times", "phase.all_layers", "panel.std", "theory.z", "theory.z_value", "recipe.dtype"),
    *("film.loss_at", "check.pairing", "report.slot.a", "report.slot.b"),
    *("story.single", "story.value", "story.entry", "story.goes", "story.is", "story.pairs", "story.stack"),
    *("histograms.alt_outside", "gradients.alt_entry", "overview.alt_entry", "budget.alt_value", "evidence.none"),
    *("status.outcome", "found.severity", "lecture.quoted", "subject.values"),
}
"""Keys whose words are numbers and symbols in every language."""

LATIN = {
    *("budget.points", "recipe.seeds_run", "recipe.to", "check.changed", "page.lang", "story.pairs", "story.goes"),
    *("gradients.alt_entry", "histograms.alt_outside", "overview.alt_entry", "sweep.alt_lowest", "evidence.allowed"),
    *("subject.sweep", "subject.over", "trend.alt_line", "phase.found_between"),
    *("found.and", "found.pairing", "found.sweep_one", "found.each.under", "report.found_of", "report.group"),
    *("remedy.model.changes", "remedy.model.number"),
}
"""Keys whose words differ between languages, but are symbols in each."""


def rows(found, path):
    """Yield every row by language inside tables, tuples and dataclasses, with the path to it."""
    if isinstance(found, dict) and "en" in found:
        yield path, found
    elif isinstance(found, dict):
        for key, each in found.items():
            yield from rows(each, f"{path}.{key}")
    elif isinstance(found, list | tuple):
        for at, each in enumerate(found):
            yield from rows(each, f"{path}.{at}")
    elif hasattr(found, "__dataclass_fields__"):
        for name in found.__dataclass_fields__:
            yield from rows(getattr(found, name), f"{path}.{name}")


def table(lang, file):
    """Return the texts of a file of a language by key."""
    return importlib.import_module(f"actviz.text.{lang}.{file}").TEXT


def tables():
    """Yield every row of the files of words, and of the experiments, with the file's name in front."""
    for file in FILES:
        for key, words in table("en", file).items():
            yield f"{file}.{key}", {"en": words, **{lang: table(lang, file).get(key) for lang in LANGUAGES[1:]}}
    for name, experiment in EXPERIMENTS.items():
        yield from rows(experiment, f"experiments:{name}")


ROWS = dict(tables())
PLACES = sorted({path.partition(".")[0] for path in ROWS})


def of(place):
    return {path: row for path, row in ROWS.items() if path.partition(".")[0] == place}


def values_of(written):
    return sorted(f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(written) if name is not None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_files(lang):
    folder = Path(actviz.text.__file__).parent / lang
    assert {path.stem for path in folder.glob("*.py")} == {"__init__", *FILES}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_keys(file, lang):
    assert list(table(lang, file)) == list(table("en", file))
    assert all(table(lang, file).values())


def test_no_two_files_have_a_key_in_common():
    keys = [key for file in FILES for key in table("en", file)]
    assert {key for key in keys if keys.count(key) > 1} == set()


def test_the_table_holds_every_file_in_every_language():
    assert {key: row for file in FILES for key in table("en", file) for row in [ROWS[f"{file}.{key}"]]} == TEXT
    assert {name: TEXT[f"name.{name}"] for name in NAMES} == NAMES


@pytest.mark.parametrize("place", PLACES)
def test_every_row_has_every_language(place):
    assert {path: list(row) for path, row in of(place).items() if tuple(row) != LANGUAGES} == {}


@pytest.mark.parametrize("place", PLACES)
def test_every_language_asks_for_the_same_values(place):
    unlike = {path for path, row in of(place).items() if len({tuple(values_of(each)) for each in row.values()}) > 1}
    assert unlike == set()


@pytest.mark.parametrize("place", PLACES)
def test_korean_is_korean_unless_a_row_is_the_same_on_purpose(place):
    wrong = set()
    for path, row in of(place).items():
        key = path.partition(".")[2]
        hangul = bool(re.search("[가-힣]", row.get("ko", "")))
        name = key.startswith(("name.", "setting.", "form."))  # ReLU and N(0, 1) are the same in every language
        kept = row.get("ko") == row["en"] and (key in SAME or name)
        if not (hangul or kept or key in LATIN or (name and row.get("ko", "").isascii())):
            wrong.add(path)
    assert wrong == set()


@pytest.mark.parametrize("place", PLACES)
def test_no_particle_hangs_on_the_last_sound_of_a_value(place):
    choice = re.compile(
        r"[은는이가을를와과로]\([은는이가을를와과로으]+\)|\([은는이가을를와과으]+\)[은는이가을를와과로]"
    )
    particle = re.compile(r"\}(은|는|이|가|을|를|과|와|로|으로)(?![가-힣])")
    # 은(는) and its like are chosen when the text is set; what is still there then is none of them.
    found = {
        p: typeset(re.sub(r"\{\w+\}(?=[은이을와]\()", "값", row["ko"]), "ko")
        for p, row in of(place).items()
        if "ko" in row
    }
    assert {p for p, words in found.items() if choice.search(words) or particle.search(words)} == set()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("weight", [400, 700])
def test_every_character_is_in_a_font(place, weight):
    with themed("light"):
        there = frozenset().union(*(_characters(family, weight) for family in FONTS["ko"]))
    lacking = {c for row in of(place).values() for words in row.values() for c in words if ord(c) not in there}
    assert lacking - {"\n"} == set()


def test_every_setting_that_runs_may_differ_in_has_words():
    assert {name for name in VARIED if not any(each.startswith(name) for each in SETTINGS)} - {"norm", "block"} == set()


@pytest.mark.parametrize(
    ("run", "english", "korean"),
    [
        ("normal:0.01, batch norm", "N(0, 0.01²), batch norm", "N(0, 0.01²), 배치 정규화"),
        ("lr constant:0.1, optimizer adam", "lr constant 0.1, Adam", "학습률 고정 0.1, Adam"),
        ("constant:0.1, no norm", "constant 0.1, no norm", "상수 0.1, 정규화 없음"),
        ("batch 20, replacement True", "batch 20, with replacement", "배치 20, 복원 추출"),
        ("early_stopping patience 5", "patience 5", "인내 횟수 5"),
        ("loss cross_entropy, per epoch", "cross-entropy, per epoch", "교차 엔트로피, 스케줄 단위 에폭"),
        ("my own, batches of 3", "my own, batches of 3", "my own, batches of 3"),
    ],
)
def test_a_run_is_named_by_its_settings_and_a_users_own_words_stay(run, english, korean):
    assert (run_name(run, "en"), run_name(run, "ko")) == (english, korean)


def test_what_a_schedule_and_an_initializer_share_is_written_as_each_is():
    assert label("constant", "ko", schedule=True) == "고정 0.1"
    assert label("constant", "ko") == "상수 0.1"
    assert label("truncated_normal:0.5", "ko") == "절단 N(0, 0.5²)"
    assert label("constant", schedule=True) == label("constant") == "constant 0.1"
    assert label("constant:lr=0.1,2", "ko", schedule=True) == "constant:lr=0.1,2"


def test_an_unknown_language_is_told_the_languages():
    for call in (lambda: text("axis.layer", "tlh"), lambda: label("zeros", "tlh"), lambda: run_name("zeros", "tlh")):
        with pytest.raises(ActvizError, match="must be one of en, ko, not 'tlh'"):
            call()


@pytest.mark.parametrize("width", range(6, 40))
def test_lines_are_broken_and_shortened_by_columns(width):
    words = "가중치 초기화 방법 He normal 활성화값 distribution 표준편차"
    lines = wrapped(words, width).splitlines()
    assert max(map(width_of, lines)) <= width
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert width_of(shortened(words, width)) <= width
    assert shortened(words, width)[0] == "가"
    assert words.endswith(shortened(words, width).rpartition("…")[2])


def test_latin_lines_are_broken_as_ever():
    import textwrap

    for row in TEXT.values():
        if unbroken(row["en"]) == row["en"]:
            assert wrapped(row["en"], 25) == textwrap.fill(row["en"], 25)


def test_no_line_breaks_before_percent_or_within_a_fraction_unless_it_is_too_narrow():
    words = "at 2 / fan_in, or λ = 0.03, 30 % stay"
    for width in range(13, 30):
        lines = wrapped(words, width).splitlines()
        assert " ".join(lines) == words
        assert not any(line.startswith(("%", "/", "fan_in", "=", "0.03")) for line in lines)
    assert max(map(len, wrapped(words, 8).splitlines())) <= 8
