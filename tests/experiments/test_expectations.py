"""Expectations: the tolerance is what its documentation says, and a deviation fails where it decides."""

import math
from statistics import NormalDist

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from actviz import ActvizError
from actviz.experiments import EXPERIMENTS, Basis, Expectation, reproduce
from actviz.experiments.expectations import BASIS, RATE, comparisons, standard_errors

K = 4.0


def dataset(values):
    return xr.Dataset({"x": ("seed", np.asarray(values, float))})


def make(value, **changes):
    options = {"probe": "p", "spread": 0.1, "basis": Basis.CLOSED_FORM, "reading": lambda ds: ds["x"].values, **changes}
    return Expectation({"en": "x"}, value, **options)


def check(values, value, **changes):
    return make(value, **changes).check({"p": dataset(values)}, K)


def test_the_tolerance_is_k_standard_errors_the_rounding_and_the_allowance():
    found = check([1.0, 3.0, 2.0, 2.0], "2.0", allowance=0.01)
    assert found.measured == 2.0
    assert found.seeds == 4
    assert found.high - 2.0 == pytest.approx(K * 0.1 / 2 + 0.05 + 0.01)
    assert 2.0 - found.low == pytest.approx(found.high - 2.0)


def test_a_measured_value_brings_the_error_of_its_own_seeds():
    off = check([2.0] * 4, 2.0, reference_seeds=4).high - 2.0
    assert off == pytest.approx(K * 0.1 * math.sqrt(1 / 4 + 1 / 4))


def test_logarithms_are_compared_as_ratios_to_the_geometric_mean():
    found = check([1.0, 100.0], 10.0, log=True)
    assert found.measured == pytest.approx(10.0)
    assert found.high / 10.0 == pytest.approx(math.exp(K * 0.1 / math.sqrt(2)))
    assert 10.0 / found.low == pytest.approx(found.high / 10.0)


def test_a_variance_over_seeds_is_compared_by_chi_square():
    seeds, tail = 40, NormalDist().cdf(-K)
    of = {"reading": lambda ds: ds["x"].values.var(ddof=1), "variance": True, "spread": 2.0**0.5}
    found = make(1.0, **of).check({"p": dataset(np.random.default_rng(0).normal(size=seeds))}, K)
    assert found.verdict == "PASS"
    assert found.low == pytest.approx(stats.chi2.ppf(tail, seeds - 1) / (seeds - 1))
    assert found.high == pytest.approx(stats.chi2.isf(tail, seeds - 1) / (seeds - 1))
    few = make(1.0, **of).check({"p": dataset([0.0, 0.3])}, K)
    assert (few.verdict, few.decides, few.failed) == ("(PASS)", False, False)
    assert few.low > 0.0
    with pytest.raises(ActvizError, match="needs 2 at least, not 1"):
        make(1.0, **of).check({"p": dataset([1.0])}, K)


@pytest.mark.parametrize("log", [False, True])
def test_what_chance_may_bring_to_nothing_is_no_pass_that_decides(log):
    found = check([0.5], 0.5, spread=0.6, log=log)
    assert (found.passed, found.verdict, found.decides) == (True, "(PASS)", False)
    assert found.allowed("en").endswith(": too few seeds to tell")
    assert check([50.0], 0.5, spread=0.6, log=log).verdict == "FAIL"  # what is out of range is no matter of chance
    assert check([0.5] * 9, 0.5, spread=0.3, log=log).verdict == "PASS"
    assert check([0.0], 0.0, spread=0.6).verdict == "PASS"  # 0 has no tenth


def test_one_seed_is_refused_before_a_variance_is_measured(one_line_error):
    assert "a variance over seeds" in one_line_error(reproduce, "hanin2018/fluctuations", seeds=1)


@pytest.mark.parametrize(
    ("value", "rounding"), [("0.4588", 5e-5), ("9.90e-3", 5e-6), ("12.604", 5e-4), ("7", 0.5), (0.25, 0.0)]
)
def test_rounding_is_half_of_the_last_digit_quoted(value, rounding):
    assert make(value).rounding == pytest.approx(rounding, rel=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, 2.5, 1.5])
def test_a_deviation_or_no_number_fails(value):
    found = check([value] * 4, 2.0)
    assert (found.passed, found.failed, found.verdict) == (False, True, "FAIL")


@pytest.mark.parametrize("value", [0.0, np.nan, -1.0])
def test_what_has_no_logarithm_fails(value):
    assert check([value] * 2, 2.0, log=True).failed


def test_what_is_only_recalled_does_not_fail():
    found = check([2.5] * 4, 2.0, basis=Basis.RECALLED)
    assert (found.passed, found.failed, found.verdict) == (False, False, "(FAIL)")
    assert "does not decide" in found.expectation.known()


def test_theory_alone_has_no_seeds_and_no_chance():
    expectation = Expectation({"en": "x"}, "0.25", Basis.QUADRATURE, lambda: 0.2549)
    found = expectation.check({}, K)
    assert found.passed
    assert found.seeds is None
    assert (found.low, found.high) == pytest.approx((0.245, 0.255))
    assert comparisons([expectation]) == 0


@pytest.mark.parametrize("changes", [{"spread": 0.0}, {"probe": None}])
def test_a_measured_number_without_a_spread_is_refused_and_so_is_the_reverse(changes):
    with pytest.raises(ActvizError, match="spread"):
        make(1.0, **changes)


def test_a_logarithm_of_a_value_below_zero_is_refused():
    with pytest.raises(ActvizError, match="> 0"):
        make(-1.0, log=True)


def test_k_keeps_false_alarms_of_all_experiments_below_one_in_a_thousand():
    count = sum(comparisons(experiment.expectations) for experiment in EXPERIMENTS.values())
    k = standard_errors(count)
    assert count > 50
    assert count * 2 * (1 - NormalDist().cdf(k)) <= RATE * (1 + 1e-6)
    # as the documentation says: 10 % more spread than recorded, one false alarm in 180 runs
    assert standard_errors(70) == pytest.approx(4.34, abs=0.005)
    assert 1 / (70 * 2 * (1 - NormalDist().cdf(4.34 / 1.1))) == pytest.approx(180, abs=10)


@pytest.mark.parametrize("written", ["0.00012346", "0.00012000"])
def test_numbers_are_written_to_a_digit_beyond_the_tolerance(written):
    found = check([1.0], 1.2e-4, spread=1e-7)
    assert found.written(float(written)) == written  # 4e-7 allowed


def test_every_basis_has_its_words():
    assert set(BASIS) == set(Basis)
