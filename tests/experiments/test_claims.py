"""Claims: the rule that makes a status of cases, and the article's claims on its own data."""

import numpy as np
import pytest
import xarray as xr

from actviz.experiments import ARTICLE, Case, Claim, Status
from actviz.experiments.claims import STATUS


def case(value, least=0.0, most=1.0, expected=True):
    return Case({"en": f"case {value}"}, "p", lambda ds: value, least, most, expected)


def decide(*cases):
    return Claim(1, {"en": "quote"}, cases, "stem", {"en": "precisely"}).decide({"p": xr.Dataset()})


@pytest.mark.parametrize(
    ("values", "status"),
    [((0.5, 0.5), Status.SUPPORTED), ((2.0, 2.0), Status.NOT_SUPPORTED), ((0.5, 2.0), Status.DEPENDS)],
)
def test_a_claim_is_supported_in_all_cases_in_none_or_it_depends(values, status):
    assert decide(*map(case, values)).status is status


def test_a_case_without_bounds_is_told_and_does_not_decide():
    told = case(7.0, -np.inf, np.inf)
    decision = decide(case(0.5), told)
    assert decision.status is Status.SUPPORTED
    assert decision.findings[1].evidence() == "also: case 7.0: 7"


def test_a_case_that_turns_fails_the_claim_even_where_the_status_stays():
    cases = case(0.5), case(2.0), case(2.0, expected=False)
    decision = decide(*cases)
    assert decision.status is decision.claim.expected is Status.DEPENDS
    assert (decision.passed, decision.verdict) == (False, "FAIL")


def test_no_number_is_not_as_claimed():
    assert decide(case(np.nan)).status is Status.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((0.25, np.inf), "0.5 (holds if ≥ 0.25)"), ((-np.inf, 1.0), "≤ 1"), ((0.0, 1.0), "from 0 to 1")],
)
def test_the_evidence_has_the_number_and_the_rule(bounds, words):
    (finding,) = decide(case(0.5, *bounds)).findings
    assert finding.evidence().startswith("yes: case 0.5: 0.5")
    assert words in finding.evidence()


def test_every_status_has_its_words():
    assert set(STATUS) == set(Status)


def test_the_articles_claims_are_all_there():
    assert [claim.number for claim in ARTICLE.claims] == list(range(1, 12))
    stems = {drawing.stem for drawing in ARTICLE.drawings}
    for claim in ARTICLE.claims:
        assert claim.figure in stems
        assert claim.quote["en"]
        assert claim.precisely["en"]
        assert any(case.decides for case in claim.cases)


def test_the_articles_claims_are_expected_to_fare_differently():
    expected = {claim.number: claim.expected for claim in ARTICLE.claims}
    assert {number for number, status in expected.items() if status is Status.SUPPORTED} == {4, 7}
    assert {number for number, status in expected.items() if status is Status.DEPENDS} == {1, 2, 3, 5, 6, 8, 9, 10, 11}


@pytest.mark.slow
@pytest.mark.parametrize("claim", ARTICLE.claims, ids=lambda claim: claim.number)
def test_a_claim_on_the_data_of_other_initializers_or_runs_fails(article, claim, under_wrong_names):
    assert claim.decide(article).passed
    assert not all(claim.decide(under_wrong_names(article, by)).passed for by in (1, 2))


@pytest.mark.slow
def test_under_zero_weights_only_sigmoids_last_layer_learns(article):
    values = [finding.value for finding in ARTICLE.claims[1].decide(article).findings]
    assert values[:3] == [1.0, 0.0, 0.0]
    assert values[3] == pytest.approx(1.0, abs=0.05)  # tanh: dL/dz at the last layer is the drive itself, N(0, 1)
    assert values[4] == 0.0
    norms = article["article"]["grad_weight_norm"].sel(init="zeros")
    assert (norms.sel(activation="sigmoid") > 0).values.tolist() == [[False] * 4 + [True]] * norms.sizes["seed"]
