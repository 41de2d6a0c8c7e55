"""What a check says it could have found is found; fresh seeds can be drawn anew."""

import math

import numpy as np
import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import Baseline, compare, fresh_seeds, record, smallest_change
from actviz.baseline.power import change_words, smallest_between
from actviz.cli import main
from actviz.text import text

SMALL = {"depth": 3, "width": 24, "samples": 40}


def measured(seeds, variance=2.0):
    return actviz.probe(actviz.VarianceScaling(variance, "fan_in", "normal"), "relu", seeds=seeds, **SMALL)


@pytest.mark.parametrize("number", [12, pytest.param(48, marks=pytest.mark.slow)])
def test_a_change_of_the_size_that_is_told_is_mostly_found(number):
    baseline = Baseline.of(measured(range(number)))
    change = smallest_change(compare(baseline, measured(range(number, 2 * number))))
    found, tried = 0, 20
    for attempt in range(tried):
        seeds = range((attempt + 2) * number, (attempt + 3) * number)
        # the statistic that is told of changes by about so much in the last layer, and by less in those before
        now = measured(seeds, 2.0 * (1 + change) ** 2)
        found += compare(baseline, now).outcome.value == "drift"
    assert found >= 0.75 * tried


def test_more_seeds_find_smaller_changes_and_one_finds_none():
    few, many = (smallest_change(compare(Baseline.of(measured(range(n))), measured(range(n, 2 * n)))) for n in (8, 64))
    assert 0 < many < few
    one = compare(Baseline.of(measured([0])), measured([1]))
    assert math.isnan(smallest_change(one))


def test_how_well_few_seeds_tell_what_they_find_is_told_too():
    """Of checks by 8 seeds nearly all have what these find on average between their bounds, far apart as these are."""
    ds = measured(range(160))
    many = compare(Baseline.of(ds.isel(seed=range(80))), Baseline.of(ds.isel(seed=range(80, 160))))
    assert smallest_between(many)[1] < 1.5 * smallest_between(many)[0]
    bounds, told = [], []
    for at in range(0, 160, 16):
        few = compare(*(Baseline.of(ds.isel(seed=range(start, start + 8))) for start in (at, at + 8)))
        told.append(smallest_change(few))
        bounds.append(smallest_between(few))
        assert bounds[-1][0] < told[-1] < bounds[-1][1]
    true = np.expm1(np.median(np.log1p(told)))
    assert np.mean([low <= true <= high for low, high in bounds]) >= 0.9
    assert bounds[0][1] > 1.4 * bounds[0][0]
    assert record(few)["smallest_change_between"] == list(bounds[-1])


@pytest.mark.parametrize(("change", "words"), [(0.0123, "1.2 %"), (0.996, "100 %"), (2.36, "240 %"), (11, "> 1000 %")])
def test_a_change_is_written_without_a_power_of_ten(change, words):
    assert change_words(change) == words


def test_each_reseed_draws_others():
    used, drawn = range(10), set(range(10))
    for reseed in range(4):
        fresh = fresh_seeds(used, 6, reseed=reseed)
        assert len(set(fresh)) == 6
        assert not drawn & set(fresh)
        drawn |= set(fresh)


def run(*args):
    return CliRunner().invoke(main, [str(each) for each in args])


def test_the_command_takes_both(tmp_path):
    path = tmp_path / "b.json"
    small = ("--depth", 2, "--width", 12, "--samples", 20, "--seeds", 12)
    assert run("baseline", "-i", "he", "-a", "relu", *small, "-o", path).exit_code == 0
    assert '"blas"' in path.read_text()
    fine = run("check", path, "--reseed", 3, "--require-power", "95%")
    assert fine.exit_code == 0, fine.output
    assert "seeds: 0 to 11 in the baseline, 48 to 59 now" in fine.output
    assert "9 of 10 checks" in fine.output
    weak = run("check", path, "--require-power", "0.1%")
    assert weak.exit_code == 1
    assert "too weak" in weak.stderr
    for wrong in (["--require-power", "x"], ["--exact", "--reseed", 1], ["--seeds", "90,91", "--reseed", 1]):
        assert run("check", path, *wrong).exit_code == 2


@pytest.mark.parametrize(
    ("init", "seeds", "key"), [("zeros", 6, "check.weak_zero"), ("he_normal", 2, "check.weak_few")]
)
def test_a_power_that_no_number_of_seeds_gives_is_not_advised_more_of_them(init, seeds, key, tmp_path):
    path = str(tmp_path / "baseline.json")
    run("baseline", "-i", init, "-a", "tanh", "--depth", 2, "--width", 8, "--seeds", seeds, "-o", path)
    weak = run("check", path, "--require-power", "5%")
    assert weak.exit_code == 1
    assert text(key, asked="5 %") in weak.stderr
