"""A check in words, as JUnit XML, as GitHub annotations and as JSON values."""

import dataclasses
import json
import re
from xml.etree import ElementTree

import pytest

from actviz.baseline import Baseline, Outcome, compare, github, junit, record, report
from actviz.baseline.measures import MEASURES
from actviz.baseline.report import recipe_changes, seeds_words


@pytest.fixture(scope="module")
def drifted(baseline_of):
    return compare(baseline_of("he_normal", "relu"), baseline_of("xavier_normal", "relu", 16, bias_std=0.1))


@pytest.fixture(scope="module")
def unsure(baseline_of):
    return compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", 16))


def test_the_recipes_differences_come_first_then_the_five_worst_layers(drifted):
    lines = report(drifted).splitlines()
    assert lines[0].startswith("drift: ")
    assert lines[1:3] == [
        "recipe, bias_std: 0.0 in the baseline, 0.1 now",
        "recipe, inits: he_normal in the baseline, xavier_normal now",
    ]
    head = next(at for at, line in enumerate(lines) if line.startswith("pairing "))
    assert lines[head].split() == "pairing layer statistic expected measured sigma p verdict".split()
    rows = [re.split(r"  +", line) for line in lines[head + 1 :]]
    assert len({row[1] for row in rows}) == len(rows) == 4  # the stack has four layers, each with its worst statistic
    expected, measured = float(rows[0][3]), float(rows[0][4])
    assert measured < expected
    assert float(rows[0][5]) < 0


def test_the_worst_finding_of_a_layer_is_the_least_likely_one(drifted):
    worst = drifted.worst(1)[0]
    assert worst.p == min(each.p for each in drifted.findings if each.layer == worst.layer)


def test_what_is_expected_and_measured_is_the_statistics_own_value(drifted, measured):
    finding = next(each for each in drifted.findings if (each.statistic, each.layer) == ("act_mean", 2))
    expected = measured("he_normal", "relu")["act_mean"].sel(layer=2).mean()
    assert finding.expected == pytest.approx(float(expected))


def test_an_inconclusive_check_says_how_many_seeds_would_tell(unsure):
    assert unsure.outcome is Outcome.INCONCLUSIVE
    seeds = int(re.search(r"about (\d+) seeds would", report(unsure)).group(1))
    assert 16 < seeds < 1000
    assert "in the baseline and now" in report(unsure).splitlines()[0]


def test_equivalence_says_how_many_are_within_the_margin(baseline_of):
    before, after = (baseline_of("xavier_normal", "tanh", start=start, number=96) for start in (0, 96))
    found = compare(before, after)
    within, whole = sum(not each.margin_beaten for each in found.findings), len(found.findings)
    assert 0 < within < whole
    assert report(found).startswith(f"equivalent: of {whole} comparisons {within} are shown to be within the margin of")
    wide = compare(before, after, margin=0.9)
    assert wide.within_margin == whole
    assert report(wide).startswith(f"equivalent: all {whole} comparisons are shown to be within the margin of 90 %")


def test_a_drift_without_a_margin_names_none(baseline_of):
    words = report(compare(baseline_of("he_normal", "relu"), baseline_of("xavier_normal", "relu", 16), margin=0.0))
    assert "margin" not in words.splitlines()[0]


@pytest.mark.parametrize(("before", "after", "words"), [(1, 16, "one seed"), (16, 3, "3 seeds"), (2, 2, "2 seeds")])
def test_too_few_seeds_to_find_anything_are_said_to_be(baseline_of, before, after, words):
    found = compare(baseline_of("he_normal", "relu", number=before), baseline_of("zeros", "relu", 16, number=after))
    assert found.few == min(before, after)
    assert f"with {words} on one side" in report(found).splitlines()[0]


@pytest.mark.parametrize(("before", "after", "mode"), [(4, 16, "statistical"), (1, 1, "exact")])
def test_enough_seeds_or_the_same_ones_are_not_too_few(baseline_of, before, after, mode):
    start = 0 if mode == "exact" else 16
    pair = baseline_of("he_normal", "relu", number=before), baseline_of("he_normal", "relu", start, number=after)
    assert compare(*pair, mode=mode).few == 0


def test_seeds_that_are_in_both_are_pointed_out(baseline_of):
    text = report(compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", number=8)))
    assert "8 seeds are in both" in text


@pytest.mark.parametrize(
    ("changed", "same"),
    [({"dtype": "float64"}, False), ({"width": 9}, False), ({"samples": 30}, True), ({"depth": 3}, True)],
)
def test_seeds_are_in_both_where_they_draw_the_same(baseline_of, changed, same):
    text = report(compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", **changed)))
    assert ("seeds are in both" in text) is same


def test_under_a_drift_no_layer_is_among_the_worst_that_does_not_drift(baseline_of):
    text = report(compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", 16, depth=3)))
    assert text.startswith("drift: ")
    assert "worst layer" not in text


def test_other_versions_are_pointed_out(baseline_of):
    old = baseline_of("he_normal", "relu")
    text = report(compare(dataclasses.replace(old, versions={**old.versions, "numpy": "1.0"}), old))
    assert "numpy: 1.0 in the baseline" in text


def test_histograms_that_cannot_be_compared_are_pointed_out(measured, baseline_of):
    old = measured("he_normal", "relu").drop_vars("hist_squares")
    found = compare(Baseline.of(old), baseline_of("he_normal", "relu", 16))
    assert "histograms are not compared" in report(found)
    assert {each.outcome for each in found.findings if each.statistic == "histogram"} == {Outcome.INCONCLUSIVE}


def test_an_exact_check_counts_in_tolerances(baseline_of):
    before, after = baseline_of("he_normal", "relu"), baseline_of("xavier_normal", "relu")
    assert "tolerances" in report(compare(before, after, mode="exact"))
    same = report(compare(before, before, mode="exact"))
    assert same.splitlines()[0].startswith("equivalent")
    assert "worst" not in same


def test_a_recipe_is_told_shortly():
    old = {"width": [100] * 50, "samples": 10, "seeds": [1], "view": None, "batch": 5, "norm": None}
    new = {**old, "width": [100] * 40, "seeds": [2], "view": [0, 1, 30], "batch": 6}
    assert list(recipe_changes(old, new)) == [("width", "50 x 100", "40 x 100")]
    assert dict.fromkeys(key for key, *_ in recipe_changes({**old, "norm": "batch"}, new)) == {
        "width": None,
        "batch": None,
        "norm": None,
    }


@pytest.mark.parametrize(
    ("seeds", "words"),
    [([], ""), ([3], "3"), ([3, 4], "3, 4"), ([0, 1, 2], "0 to 2"), ([5, 0, 1, 2], "5, 0 to 2")],
)
def test_runs_of_seeds_are_written_from_first_to_last(seeds, words):
    assert seeds_words(seeds) == words


# JUnit


def test_junit_has_a_case_for_every_statistic(drifted):
    suite = ElementTree.fromstring(junit(drifted, "stack.json"))
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    compared = {each.statistic for each in drifted.findings}
    assert set(cases) == {"recipe", *compared}
    assert compared <= {*MEASURES, "histogram"}
    failed = {name for name, case in cases.items() if case.find("failure") is not None}
    assert failed == {each.statistic for each in drifted.drifts}
    assert int(suite.get("failures")) == len(failed)
    assert int(suite.get("tests")) == len(cases)
    assert "sigma" in cases["act_std"].find("failure").get("message")
    assert suite.find("system-out").text == report(drifted)


def test_junit_skips_what_is_inconclusive_unless_strict(unsure):
    plain, strict = (ElementTree.fromstring(junit(unsure, "x", strict=strict)) for strict in (False, True))
    assert int(plain.get("failures")) == 0
    assert int(plain.get("skipped")) > 0
    assert int(strict.get("failures")) == int(plain.get("skipped"))


def test_junit_tells_what_cannot_be_compared(baseline_of):
    found = compare(baseline_of("he_normal", "relu"), baseline_of("he_normal", "relu", 16, depth=5))
    suite = ElementTree.fromstring(junit(found, "x"))
    assert "layers" in suite.find("testcase[@name='recipe']/failure").get("message")


def test_junit_holds_any_name(baseline_of):
    one = baseline_of("zeros", "relu")
    odd = dataclasses.replace(one, pairings={("<&\x00\x1b>", '"\ud800'): next(iter(one.pairings.values()))})
    other = baseline_of("constant:0.1", "relu", 16)
    suite = ElementTree.fromstring(junit(compare(odd, other), "<&>\x07"))
    assert suite.find("testcase/failure") is not None


# GitHub


def test_annotations_point_at_the_baselines_lines(drifted):
    commands = list(github(drifted, "stacks/relu.json"))
    lines = drifted.baseline.text().splitlines()
    assert len(commands) == 1 + 4
    for command, finding in zip(commands[1:], drifted.worst(5), strict=True):
        kind, file, line = re.match(r"::(\w+) file=([^,]+),line=(\d+),title=[^,:]*::", command).groups()
        assert (kind, file) == ("error", "stacks/relu.json")
        assert json.loads(lines[int(line) - 1].rstrip(","))["layer"] == finding.layer
        assert finding.statistic in command


def test_annotations_are_escaped(drifted):
    odd = github(drifted, "odd\u202e\u2028\x9b31m.json")
    assert all(line.isascii() and "odd\\u202e\\u2028\\x9b31m" in line for line in odd), "no log acts on a name"
    commands = list(github(drifted, "odd, name: 100%\n.json"))
    assert all("file=odd%2C name%3A 100%25%0A.json,line=" in command for command in commands)
    assert all("\n" not in command for command in commands)
    assert "margin of 1 %25" in commands[0]


def test_an_inconclusive_check_is_a_warning_or_an_error_if_strict(unsure, baseline_of):
    assert next(iter(github(unsure, "x"))).startswith("::warning ")
    assert next(iter(github(unsure, "x", strict=True))).startswith("::error ")
    same = compare(baseline_of("zeros", "relu"), baseline_of("zeros", "relu"))
    assert list(github(same, "x")) == []


def test_the_record_is_json_with_every_comparison(drifted):
    content = json.loads(json.dumps(record(drifted)))
    assert content["verdict"] == "drift"
    assert len(content["comparisons"]) == len(drifted.findings)
    assert content["worst"][0]["sigma"] == pytest.approx(drifted.worst(1)[0].sigma)
    assert content["seeds"] == {"baseline": list(range(16)), "now": list(range(16, 32))}
