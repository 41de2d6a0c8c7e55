"""The tests against scipy's, against brute force, and where there is no spread."""

import itertools

import numpy as np
import pytest
import scipy.stats

from actviz.baseline.hypotheses import Sample, difference, fisher_exact, holm, least_p


def sample(values):
    return Sample(*(np.array([float(x)]) for x in (np.mean(values), np.std(values, ddof=1), len(values))))


@pytest.mark.parametrize(("first", "second"), [(8, 8), (5, 9), (64, 32)])
def test_the_p_value_is_welchs(first, second):
    rng = np.random.default_rng(first)
    a, b = rng.normal(0, 1, first), rng.normal(0.4, 3, second)
    expected = scipy.stats.ttest_ind(b, a, equal_var=False)
    found = difference(sample(a), sample(b))
    assert found.p[0] == pytest.approx(expected.pvalue)
    assert found.sigma[0] == pytest.approx(expected.statistic)
    assert found.freedom[0] == pytest.approx(expected.df)


def test_within_a_margin_is_two_one_sided_tests():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, 20), rng.normal(0.1, 2, 30)
    found = difference(sample(a), sample(b))
    for margin in (0.2, 0.5, 0.8, 1.1, 1.5, 2.0):
        low = scipy.stats.ttest_ind(b + margin, a, equal_var=False, alternative="greater").pvalue
        high = scipy.stats.ttest_ind(b - margin, a, equal_var=False, alternative="less").pvalue
        assert found.within(np.array([margin]))[0] == (max(low, high) < 0.05)


def test_a_difference_without_any_spread_is_certain_and_no_difference_is_none():
    two, three = (Sample(np.array([x]), np.array([0.0]), np.array([4.0])) for x in (2.0, 3.0))
    assert difference(two, three).p[0] == 0
    assert difference(two, two).p[0] == 1
    assert difference(two, three).within(np.array([1.5]))[0]
    assert not difference(two, three).within(np.array([0.5]))[0]


def test_one_seed_has_no_spread_to_tell_by():
    one = Sample(np.array([2.0]), np.array([np.nan]), np.array([1.0]))
    found = difference(one, sample([1.0, 2.0, 3.0]))
    assert np.isnan(found.p[0])
    assert not found.within(np.array([100.0]))[0]


@pytest.mark.parametrize("table", [(0, 8, 8, 8), (3, 8, 5, 9), (1, 16, 7, 32), (0, 5, 0, 7), (2, 2, 3, 3)])
def test_fishers_exact_test_is_scipys(table):
    a, of_a, b, of_b = table
    expected = scipy.stats.fisher_exact([[a, of_a - a], [b, of_b - b]]).pvalue
    assert fisher_exact(*table) == pytest.approx(expected)


def test_no_rearrangement_of_seeds_is_less_likely_than_least_p():
    values = np.arange(7.0)
    shifts = [abs(np.mean(values[list(first)]) - np.mean(np.delete(values, first)))
              for first in itertools.combinations(range(7), 3)]  # fmt: skip
    assert np.mean(np.array(shifts) >= max(shifts)) <= least_p(3, 4) * (1 + 1e-12)
    assert least_p(1, 1) == 1.0
    assert least_p(600, 600) == 0.0  # of more ways than a float holds


def _closed(p):
    """Holm's method as what it is: a p-value is that of the least favourable family it belongs to, by Bonferroni."""
    numbers = range(len(p))
    families = [f for size in numbers for f in itertools.combinations(numbers, size + 1)]
    return [max(min(1.0, len(f) * min(p[k] for k in f)) for f in families if each in f) for each in numbers]


def test_holm_is_the_closed_bonferroni_test():
    rng = np.random.default_rng(0)
    for _ in range(20):
        p = rng.random(6) ** 3
        assert holm(p) == pytest.approx(_closed(p))


def test_what_cannot_be_tested_does_not_count():
    adjusted = holm(np.array([0.01, np.nan, 0.02]))
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.02])
    assert np.isnan(adjusted[1])


def test_few_seeds_beside_many_alarm_no_more_often_than_promised():
    """Of 20000 comparisons of 3 seeds with 64 at most 0.1 % have p < 0.1 %; by Welch's freedom a multiple of that."""
    rng = np.random.default_rng(0)
    few, many = rng.normal(0, 1, (3, 20000)), rng.normal(0, 1, (64, 20000))
    samples = [Sample(x.mean(0), x.std(0, ddof=1), np.full(20000, float(len(x)))) for x in (few, many)]
    assert (difference(*samples).p < 1e-3).sum() <= 20
    assert (scipy.stats.ttest_ind(few, many, equal_var=False).pvalue < 1e-3).sum() > 60
