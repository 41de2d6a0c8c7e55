"""Every Korean text keeps to the terms of ``text/ko/glossary.toml``, figures too."""

import re
import tomllib
from pathlib import Path

import pytest

import actviz.text
from actviz.text import TEXT, input_label, text, typeset

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


def test_the_patterns_find_what_they_are_there_for():
    wrong = "std 0.46; 입력 normal; He 정규; 기울기 자르기; 300행; 경주; 죽음; 뒷받침됨; 네 자릿수; 50 %; 깊이 (층 수)"
    found = [rule for rule in RULES if any(re.search(pattern, wrong) for pattern in rule.get("never", []))]
    assert len(found) == len(wrong.split("; ")) - 1, "two of these are one rule's"


def test_terms_stand_in_the_glossary_once():
    names = [term["en"] for term in GLOSSARY["term"]]
    assert len(names) == len(set(names)) == len({term["ko"] for term in GLOSSARY["term"]})


def test_percent_signs_of_values_close_up_in_korean():
    assert text("panel.zeros", "ko", share="50 %") == "0 비율 50%"
    assert text("panel.zeros", "en", share="50 %") == "50 % zeros"
    assert typeset("61\u00a0%p of {n} %", "ko") == "61%p of {n} %"
    assert input_label("mnist", "ko") == "mnist"
