"""Claims: the rule that makes a status of cases, and the article's claims on its own data."""

import ast
import types

import numpy as np
import pytest
import xarray as xr

import actviz
from actviz.experiments import ARTICLE, Case, Claim
from actviz.text import LANGUAGES, text


def case(value, least=0.0, most=1.0, expected=True):
    return Case({"en": f"case {value}"}, "p", lambda ds: value, least, most, expected)


def decide(*cases):
    claim = Claim(1, {"en": "quote"}, cases, "stem", {"en": "so and so"}, {"en": "precisely"})
    return claim.decide({"p": xr.Dataset()})


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((0.5, 0.5), "holds in 2 of 2 cases: so and so"),
        ((2.0, 2.0), "holds in 0 of 2 cases: so and so"),
        ((0.5, 2.0), "holds in 1 of 2 cases: so and so"),
    ],
)
def test_a_status_says_in_how_many_cases_a_claim_holds_and_where(values, status):
    assert decide(*(case(value, expected=value < 1) for value in values)).status() == status


def test_a_case_without_bounds_is_told_and_does_not_decide():
    told = case(7.0, -np.inf, np.inf)
    decision = decide(case(0.5), told)
    assert (decision.holds, len(decision.claim.deciding)) == (1, 1)
    assert decision.findings[1].evidence() == "also: case 7.0: 7"


def test_a_case_that_turns_fails_the_claim_even_where_the_count_stays():
    """And the condition, written for the cases as they are expected, is not told."""
    cases = case(0.5), case(2.0), case(2.0, expected=False)
    decision = decide(*cases, case(0.5, expected=False))
    assert decision.holds == decision.claim.expected == 2
    assert (decision.passed, decision.verdict) == (False, "FAIL")
    assert decision.status() == "holds in 2 of 4 cases: not as expected in 2"
    assert [finding.turned for finding in decision.findings] == [False, True, False, True]
    assert decision.findings[1].evidence().startswith("no, not as expected: case 2.0: 2")


def test_no_number_is_not_as_claimed():
    assert decide(case(np.nan)).holds == 0


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((0.25, np.inf), "0.5 (holds if ≥ 0.25)"), ((-np.inf, 1.0), "≤ 1"), ((0.0, 1.0), "from 0 to 1")],
)
def test_the_evidence_has_the_number_and_the_rule(bounds, words):
    (finding,) = decide(case(0.5, *bounds)).findings
    assert finding.evidence().startswith("yes: case 0.5: 0.5")
    assert words in finding.evidence()


def test_the_articles_claims_are_all_there():
    assert [claim.number for claim in ARTICLE.claims] == list(range(1, 13))
    stems = {drawing.stem for drawing in ARTICLE.drawings}
    for claim in ARTICLE.claims:
        assert claim.figure in stems or (claim.code and not claim.figure)  # a fault of code has none
        assert all(claim.quote[lang] and claim.outcome[lang] and claim.precisely[lang] for lang in LANGUAGES)
        assert not claim.outcome["en"].endswith(".")
        assert claim.deciding


def test_the_articles_claims_are_expected_to_fare_differently():
    expected = {claim.number: (claim.expected, len(claim.deciding)) for claim in ARTICLE.claims}
    assert {number for number, (holds, of) in expected.items() if holds == of} == {7}
    assert {number for number, (holds, _) in expected.items() if holds == 0} == {12}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_code_of_weight_decay_counts_every_layer_and_the_texts_faults_do_not_come_back(lang):
    (claim,) = (claim for claim in ARTICLE.claims if claim.code)
    code, space = claim.code[lang], {"np": np}
    exec(compile(ast.parse(code), "code", "exec"), space)
    rng = np.random.default_rng(0)
    params = {f"W{layer}": rng.normal(size=(3, 4)) for layer in range(1, 5)} | {"b1": np.full(4, 9.0)}
    network = types.SimpleNamespace(
        hidden_layer_num=3,
        params=params,
        weight_decay_lambda=0.2,
        predict=lambda x: x,
        last_layer=types.SimpleNamespace(forward=lambda y, t: 1.5),
    )
    expected = 1.5 + 0.1 * sum((params[f"W{layer}"] ** 2).sum() for layer in range(1, 5))
    assert space["loss"](network, np.zeros(1), np.zeros(1)) == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("claim", ARTICLE.claims, ids=lambda claim: claim.number)
def test_a_claim_on_the_data_of_other_initializers_or_runs_fails(article, claim, under_wrong_names):
    assert claim.decide(article).passed
    if claim.code:  # on the text's loop, which leaves out all layers but one whatever network it is given
        return
    assert not all(claim.decide(under_wrong_names(article, by)).passed for by in (1, 2))


def test_what_claim_1_says_of_a_drift_under_weights_with_a_mean_is_measured():
    """A sigmoid's layer drifts; of tanh, an odd function, only where the inputs have a mean themselves."""
    sizes = {"depth": 5, "width": 100, "samples": 1000, "seeds": 8, "workers": 1}
    cases = {each.id: each for each in ARTICLE.claims[0].cases}
    inits = ["uniform:0,1", "normal", "normal:0.01", "he_normal"]
    ds = actviz.probe(inits, ["sigmoid", "tanh"], **sizes)
    values = {name: cases[name].reading(ds) for name in ("sigmoid-uniform", "tanh-uniform", "sigmoid-normal")}
    assert values["sigmoid-uniform"].min() > 0.45
    assert values["tanh-uniform"].max() < 0.05
    assert values["sigmoid-normal"].max() < 0.05
    assert not cases["tanh-uniform"].expected
    tanh = ds.sel(activation="tanh").isel(layer=-1).mean("seed")
    assert tanh["act_std"].sel(init="uniform:0,1").item() == pytest.approx(1.0, abs=0.01)
    assert float(abs(tanh["act_mean"]).max()) < 0.03
    shifted = actviz.probe("uniform:0,1", "tanh", inputs=np.random.default_rng(0).random((1000, 100)), **sizes)
    assert cases["tanh-uniform"].reading(shifted).min() > 0.9


@pytest.mark.slow
def test_under_zero_weights_only_sigmoids_last_layer_learns(article):
    values = [finding.value for finding in ARTICLE.claims[1].decide(article).findings]
    assert values[:3] == [1.0, 0.0, 0.0]
    assert values[3] == pytest.approx(1.0, abs=0.05)  # tanh: dL/dz at the last layer is the drive itself, N(0, 1)
    assert values[4] == 0.0
    norms = article["article"]["grad_weight_norm"].sel(init="zeros")
    assert (norms.sel(activation="sigmoid") > 0).values.tolist() == [[False] * 4 + [True]] * norms.sizes["seed"]


@pytest.mark.parametrize(("lang", "broad"), [("en", "broad"), ("ko", "넓")])
def test_the_figure_of_claim_5_does_not_ask_for_the_breadth_that_the_claim_does_not_find_necessary(lang, broad):
    claim = next(each for each in ARTICLE.claims if each.number == 5)
    assert claim.figure == "overview"
    assert broad not in text("overview.read", lang)
    assert broad in text("claim.5.outcome", lang)
