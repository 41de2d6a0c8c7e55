"""The slides themselves: both languages, numbers that exist, words that fit."""

import re
import string

import pytest

from actviz import ActvizError
from actviz.experiments import ARTICLE
from actviz.lecture import SLIDES, layout, make_deck
from actviz.lecture.slides import FORMS, evidence

FIELDS = string.Formatter()


def _names(text):
    return {name for _, name, _, _ in FIELDS.parse(text) if name}


@pytest.mark.parametrize("slide", SLIDES, ids=lambda slide: slide.title["en"])
def test_a_slide_is_written_in_both_languages_with_the_same_numbers(slide):
    texts = [slide.title, slide.notes, *slide.points]
    assert all(set(each) == {"en", "ko"} and all(each.values()) for each in texts)
    assert all(re.search("[가-힣]", each["ko"]) for each in (slide.title, slide.notes))
    for point in slide.points:
        assert _names(point["en"]) == _names(point["ko"])
    assert {name for point in slide.points for name in _names(point["en"])} == set(slide.numbers)


@pytest.mark.parametrize("slide", SLIDES, ids=lambda slide: slide.title["en"])
def test_a_slide_has_a_few_points_a_figure_that_exists_and_claims_that_exist(slide):
    assert slide.tally or 2 <= len(slide.points) <= 4
    assert slide.figure is None or slide.figure in {each.stem for each in ARTICLE.drawings}
    assert set(slide.claims) <= {each.number for each in ARTICLE.claims}
    known = {*ARTICLE.probes, *ARTICLE.trainings, *ARTICLE.descents}
    assert all(number.probe in known and number.form in FORMS for number in slide.numbers.values())


def test_there_are_about_twenty_and_every_claim_comes_up():
    assert 18 <= len(SLIDES) <= 24
    assert {number for slide in SLIDES for number in slide.claims} == {each.number for each in ARTICLE.claims}
    assert sum(not slide.tally and slide.figure is None for slide in SLIDES) >= 4, "questions to predict"


def test_no_result_is_typed_in():
    """Digits in a point are settings (layers, scales, rates) of the recipes, never a measured share."""
    measured = re.compile(r"\d ?%|\d-fold")
    for slide in SLIDES:
        for point in slide.points:
            left = point["en"].replace("30 %", "")
            assert not measured.search(left), point["en"]


@pytest.mark.parametrize("slide", SLIDES, ids=lambda slide: slide.title["en"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_words_fit_their_place_at_a_size_that_can_be_read(slide, lang):
    if slide.tally:
        return
    lines = [point[lang].format(**dict.fromkeys(slide.numbers, "28,000,000")) for point in slide.points]
    foot = [f"Claim {claim.number}, holds in 10 of 10 cases: {claim.quote[lang]}" for claim in ARTICLE.claims
            if claim.number in slide.claims]  # fmt: skip
    assert layout.font_size(lines, layout.body(foot)) >= 22
    assert layout.columns(slide.title[lang]) * layout.TITLE <= layout.HEADLINE.width


def test_a_number_is_that_of_the_claims_evidence(done):
    (claim,) = (each for each in done.decisions if each.claim.number == 7)
    finding = claim.findings[0]
    assert evidence(7, finding.case.id, "fixed").written(done.datasets) == f"{finding.value:.2f}"


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        ("number", 9.8e-6, "9.8e-6"),
        ("number", 12345.0, "12,000"),
        ("fold", -4.0, "10,000"),
        ("fixed", -0.001, "0.00"),
        ("percent", 0.521, "52\u00a0%"),
        ("points", 0.117, "+11.7"),
        ("count", 2.0, "2"),
    ],
)
def test_numbers_are_written_as_people_do(form, value, written):
    assert FORMS[form](value) == written


def test_a_run_without_trainings_has_the_first_half_only(done):
    deck = make_deck(done, SLIDES)
    titles = {page.title for page in deck.pages}
    assert 10 <= len(titles) < len(SLIDES)
    assert all(page.picture is None or page.picture.drawing.probe in done.datasets for page in deck.pages)
    assert deck.pages[-1].rows, "the claims close the lecture"
    assert "{" not in "".join(line for page in deck.pages for line in page.lines)


def test_a_question_is_asked_only_where_its_answer_follows(done):
    titles = [page.title for page in make_deck(done, SLIDES).pages]
    asked = {slide.title["en"] for slide in SLIDES if not slide.tally and slide.figure is None and not slide.numbers}
    of_training = {"Predict: batch normalization", "Predict: 30 % of the labels are wrong"}
    assert asked & set(titles) == asked - of_training
    assert of_training < asked


def test_a_figure_fills_a_page_right_before_the_words_on_it(done):
    deck = make_deck(done, SLIDES)
    figures = [at for at, page in enumerate(deck.pages) if page.picture]
    assert figures
    for at in figures:
        assert not deck.pages[at].lines
        assert deck.pages[at].notes == (deck.pages[at].picture.caption,)
        assert deck.pages[at + 1].title == deck.pages[at].title
        assert deck.pages[at + 1].lines


def test_a_claim_is_written_out_with_what_this_run_says_of_it(done):
    deck = make_deck(done, SLIDES)
    quotes = {each.claim.quote["en"] for each in done.decisions}
    told = [foot for page in deck.pages for foot in page.foot]
    assert told
    assert all(any(quote in foot for quote in quotes) for foot in told)


def test_a_language_that_there_is_not_is_named_beside_those_there_are(done, one_line_error):
    assert "en, ko" in one_line_error(make_deck, done, SLIDES, lang="fr")


def test_a_run_that_no_slide_is_made_of_is_an_error(done):
    with pytest.raises(ActvizError, match="no slide"):
        make_deck(done, [])
