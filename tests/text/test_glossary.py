"""Every Korean text keeps to the terms of ``text/ko/glossary.toml``, figures too."""

import re
import tomllib
from pathlib import Path

import pytest

import actviz.text
from actviz.text import TEXT, label, source_label, text, typeset

GLOSSARY = tomllib.loads((Path(actviz.text.__file__).parent / "ko" / "glossary.toml").read_text(encoding="utf-8"))
RULES = [*GLOSSARY["term"], *GLOSSARY["style"]]
KOREAN = {key: row["ko"] for key, row in TEXT.items() if not key.endswith(".code")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("en") or rule["say"])
def test_no_text_has_what_the_glossary_rules_out(rule):
    for pattern in rule.get("never", []):
        assert {key: words for key, words in KOREAN.items() if re.search(pattern, words)} == {}


@pytest.mark.parametrize("term", GLOSSARY["term"], ids=lambda term: term["en"])
def test_a_term_of_the_glossary_is_in_use_and_rules_out_nothing_of_its_own(term):
    assert any(term["ko"] in words for words in KOREAN.values())
    assert not any(re.search(pattern, term["ko"]) for pattern in term.get("never", []))


def test_the_live_page_alone_is_polite_and_its_buttons_ask():
    polite = {key for key, words in KOREAN.items() if re.search("습니다|세요", words)}
    assert {key for key in polite if not key.startswith("page.")} == set()
    assert {f"page.{name}" for name in ("copy", "link", "start", "stop", "download")} <= polite


def test_the_patterns_find_what_they_are_there_for():
    wrong = (
        "std 0.46; 입력 normal; He 정규; 기울기 자르기; 300행; 경주; 죽음; 뒷받침됨; 네 자릿수; 50 %; "
        "깊이 (층 수); 판정; relu 함수; 가벼움; 가지 × 2"
    )
    found = [rule for rule in RULES if any(re.search(pattern, wrong) for pattern in rule.get("never", []))]
    assert len(found) == len(wrong.split("; ")) - 1, "two of these are one rule's"


def test_terms_stand_in_the_glossary_once():
    names = [term["en"] for term in GLOSSARY["term"]]
    assert len(names) == len(set(names)) == len({term["ko"] for term in GLOSSARY["term"]})


def test_percent_signs_of_values_close_up_in_korean():
    assert text("panel.zeros", "ko", share="50 %") == "0 비율 50%"
    assert text("panel.zeros", "en", share="50 %") == "50 % zeros"
    assert typeset("61\u00a0%p of {n} %", "ko") == "61%p of {n} %"
    assert source_label("mnist", "ko") == "MNIST"
    assert source_label("my.npy", "ko") == "my.npy"


def test_a_number_of_one_takes_the_singular_whatever_is_counted():
    assert typeset("0.1 epochs, 1 epochs, 21 seeds, 1 seeds (1 layers)", "en") == (
        "0.1 epochs, 1 epoch, 21 seeds, 1 seed (1 layer)"
    )
    assert text("training.epochs", "en", value=1) == "1 epoch"
    counted = {key: row["en"] for key, row in TEXT.items() if re.search(r"\{\w+\} [a-z]+s\b", row["en"])}
    assert "1 seeds" not in " ".join(typeset(re.sub(r"\{\w+\}", "1", words), "en") for words in counted.values())


def test_variances_and_data_are_written_as_a_person_would():
    assert [label(f"normal:{std}") for std in (1, 0.01, 0.1414, 1e-5)] == [
        "N(0, 1)", "N(0, 0.01²)", "N(0, 0.141²)", "N(0, (10⁻⁵)²)"
    ]  # fmt: skip
    assert label("truncated_normal:0.1", "ko") == "절단 N(0, 0.1²)"
    assert label("uniform:-0.5,0.5") == "U(−0.5, 0.5)"
    assert [source_label(each) for each in ("correlated:0.5", "moons:60", "spirals:90,4")] == [
        "correlated 0.5", "two moons", "spirals of 4 arms"
    ]  # fmt: skip
