import functools
import math
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz import ACTIVATIONS, ActvizError
from actviz.numerics.blocks import BLOCK, blocks
from actviz.numerics.histogram import BINS, GRADIENT_BINS, LinearBins, LogBins, empty

LINEAR = [
    LinearBins(0.0, 1.0),
    LinearBins(-1.0, 1.0),
    LinearBins(0.0, 1.0, 30),
    LinearBins(-1.0, 1.0, 30),
    LinearBins(-0.3, 0.7, 7),
    LinearBins(0.1, 0.9, 13),
    LinearBins(-5.0, 5.0, 100),
    LinearBins(-2.0, 6.0, 64),
    LinearBins(3.0, 4.0, 1),
    LinearBins(-10.0, 10.0, 10),
    LinearBins(-1e-3, 1e3, 1000),
    LinearBins(0.0, 0.1, 100_000),
    LinearBins(1000.0, 1000.7, 7),
    LinearBins(1e6, 1e6 + 5.5, 11),
]
LOGARITHMIC = [LogBins(-31, 32), LogBins(-3, 4, 2), LogBins(-126, 128, 4, signed=False), LogBins(-10, 2, 8, False)]
every_linear = pytest.mark.parametrize("bins", LINEAR, ids=str)
every_log = pytest.mark.parametrize("bins", LOGARITHMIC, ids=str)
every_bins = pytest.mark.parametrize("bins", [*LINEAR, *LOGARITHMIC], ids=str)
both_dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])
steady = settings(derandomize=True, deadline=None, max_examples=200)

_SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-30, -1e-30, 5e-324, 1e-45, -1e-45, math.inf, -math.inf, math.nan]


def _arrays(dtype):
    """Arrays of any length that mix ordinary values with zeros, denormals, inf and NaN."""
    width = 32 if dtype == "float32" else 64
    anything = st.floats(width=width, allow_nan=True, allow_infinity=True)
    usual = st.floats(-2.0, 2.0, width=width)
    special = st.sampled_from([float(v) for v in np.array(_SPECIAL).astype(dtype)])
    return hnp.arrays(dtype, st.integers(0, 60), elements=st.one_of(usual, anything, special))


def _around_edges(bins, dtype):
    """Every edge, one ulp to both sides of it, and values beyond the bounds."""
    with np.errstate(over="ignore"):
        edges = bins.edges.astype(dtype)
        beyond = np.array([-3e38, 3e38, -1e30, 1e30, -1e-45, 1e-45, -5e-324, 5e-324, 0.0, -0.0]).astype(dtype)
        low, high = np.dtype(dtype).type(-np.inf), np.dtype(dtype).type(np.inf)
        return np.concatenate([edges, np.nextafter(edges, low), np.nextafter(edges, high), beyond])


def _random(bins, dtype):
    rng = np.random.default_rng(5)
    middle, half = (bins.edges[0] + bins.edges[-1]) / 2, (bins.edges[-1] - bins.edges[0]) / 2
    spread = middle + half * rng.uniform(-1.3, 1.3, 150_000)  # more than two blocks
    with np.errstate(over="ignore"):
        wide = np.exp(rng.uniform(-100, 100, 20_000)) * rng.choice([-1, 1], 20_000)
        return np.concatenate([spread, wide]).astype(dtype)


def _assert_same(histogram, other):
    assert histogram.bins == other.bins
    np.testing.assert_array_equal(histogram.counts, other.counts)
    outside = [(h.underflow, h.overflow, h.nonfinite) for h in (histogram, other)]
    assert outside[0] == outside[1]


def _expected_linear(bins, values):
    finite = values[np.isfinite(values)]
    with np.errstate(all="ignore"):
        return np.histogram(finite, bins.number, (bins.low, bins.high))[0]


def _expected_log(bins, values):
    """numpy's counts of the magnitudes of each sign; a bin owns its inner edge, so the last edge is beyond it."""
    finite = values[np.isfinite(values)].astype(float)
    if not bins.signed:
        return np.histogram(np.abs(finite)[np.abs(finite) < bins.edges[-1]], bins.edges)[0]
    positive = bins.edges[len(bins.edges) // 2 :]
    sides = []
    for side in (finite[np.signbit(finite)], finite[~np.signbit(finite)]):
        magnitude = np.abs(side)
        sides.append(np.histogram(magnitude[magnitude < positive[-1]], positive)[0])
    return np.concatenate([sides[0][::-1], sides[1]])


# Equal to numpy


@every_linear
@both_dtypes
@pytest.mark.parametrize("values", [_around_edges, _random], ids=["around edges", "random"])
def test_linear_counts_equal_numpys(bins, dtype, values):
    values = values(bins, dtype)
    histogram = bins.count(values)
    np.testing.assert_array_equal(histogram.counts, _expected_linear(bins, values))
    assert histogram.underflow == np.count_nonzero(np.isfinite(values) & (values < bins.low))
    assert histogram.overflow == np.count_nonzero(np.isfinite(values) & (values > bins.high))
    assert histogram.nonfinite == np.count_nonzero(~np.isfinite(values))


@every_linear
@both_dtypes
def test_linear_counts_of_values_all_inside_equal_numpys(bins, dtype):
    values = _around_edges(bins, dtype)
    values = values[(values >= bins.low) & (values <= bins.high)]
    histogram = bins.count(values)
    np.testing.assert_array_equal(histogram.counts, _expected_linear(bins, values))
    assert histogram.counts.sum() == values.size


@every_log
@both_dtypes
@pytest.mark.parametrize("values", [_around_edges, _random], ids=["around edges", "random"])
def test_logarithmic_counts_equal_numpys_sign_by_sign(bins, dtype, values):
    values = values(bins, dtype)
    histogram = bins.count(values)
    np.testing.assert_array_equal(histogram.counts, _expected_log(bins, values))
    assert histogram.nonfinite == np.count_nonzero(~np.isfinite(values))
    assert histogram.total == values.size


@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS.values() if a.bounded], ids=lambda a: a.name)
@both_dtypes
def test_a_bounded_activations_counts_equal_numpys(activation, dtype):
    h = activation((3 * np.random.default_rng(6).normal(size=(500, 300))).astype(dtype))
    expected = np.histogram(h, BINS, activation.bounds)[0]
    histogram = activation.bins.count(h)
    np.testing.assert_array_equal(histogram.counts, expected)
    assert histogram.total == h.size == expected.sum()


@pytest.mark.parametrize(
    "bins",
    [LinearBins(-1.7580993, -1.758, 100), LinearBins(-1.75809, -1.75709, 1000), LinearBins(1e9, 1e9 + 3, 7)],
    ids=str,
)
def test_bins_finer_than_the_values_are_counted_where_the_values_are(bins):
    values = _around_edges(bins, "float32")
    _assert_same(bins.count(values), bins.count(values.astype(float)))
    np.testing.assert_array_equal(bins.count(values).counts, _expected_linear(bins, values.astype(float)))


@steady
@given(_arrays("float32"))
def test_linear_counts_equal_numpys_on_any_float32(values):
    for bins in LINEAR[:6]:
        np.testing.assert_array_equal(bins.count(values).counts, _expected_linear(bins, values))


@steady
@given(_arrays("float64"))
def test_linear_counts_equal_numpys_on_any_float64(values):
    for bins in LINEAR[:6]:
        np.testing.assert_array_equal(bins.count(values).counts, _expected_linear(bins, values))


@steady
@given(_arrays("float32"), _arrays("float64"))
def test_logarithmic_counts_equal_numpys_on_any_values(single, double):
    for bins in LOGARITHMIC:
        for values in (single, double):
            np.testing.assert_array_equal(bins.count(values).counts, _expected_log(bins, values))


# Bins


@every_bins
def test_edges_increase_and_are_one_more_than_bins(bins):
    assert (np.diff(bins.edges) > 0).all()
    assert len(empty(bins).counts) == len(bins.edges) - 1


@every_log
def test_logarithmic_bins_divide_every_octave_equally(bins):
    positive = bins.edges[len(bins.edges) // 2 :] if bins.signed else bins.edges
    assert positive[0] == 0.0
    assert positive[bins.per_octave] == 2.0**bins.lowest
    assert positive[-1] == 2.0**bins.highest
    octaves = positive[bins.per_octave :: bins.per_octave]
    np.testing.assert_array_equal(octaves, 2.0 ** np.arange(bins.lowest, bins.highest + 1))
    for start in range(0, len(positive) - 1, bins.per_octave):
        widths = np.diff(positive[start : start + bins.per_octave + 1])
        np.testing.assert_array_equal(widths, widths[0])


def test_signed_bins_are_symmetric():
    edges = LogBins(-31, 32).edges
    np.testing.assert_array_equal(edges, -edges[::-1])


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activation_bins_follow_the_bounds(activation):
    bins = activation.bins
    assert len(bins.edges) == BINS + 1
    if activation.bounded:
        assert (bins.edges[0], bins.edges[-1]) == activation.bounds
        np.testing.assert_allclose(np.diff(bins.edges), (bins.high - bins.low) / BINS, rtol=1e-9)
    else:
        assert bins == LogBins(-126, 129, per_octave=4)
        assert bins.edges[-1] > np.finfo(np.float32).max


def test_gradient_bins_hold_every_normal_float32():
    smallest, largest = np.finfo(np.float32).tiny, np.finfo(np.float32).max
    histogram = GRADIENT_BINS.count(np.array([smallest, -largest, largest, 0.0, 1e-45], np.float32))
    assert histogram.counts.sum() == 5
    assert GRADIENT_BINS.count(np.zeros(7, np.float32)).counts[0] == 7


@pytest.mark.parametrize("dtype", ["float16", "int32"])
def test_logarithmic_bins_refuse_other_types_in_one_line(dtype, one_line_error):
    assert dtype in one_line_error(LogBins(-31, 32).count, np.zeros(3, dtype))


# Mass


@every_bins
@both_dtypes
def test_mass_is_conserved_on_awkward_values(bins, dtype):
    with np.errstate(over="ignore"):
        values = np.array([*_SPECIAL, 3e38, -3e38, 1e300, -1e300, *bins.edges[:5], *bins.edges[-5:]]).astype(dtype)
    histogram = bins.count(values)
    assert histogram.total == values.size
    assert histogram.nonfinite == np.count_nonzero(~np.isfinite(values))
    assert min(histogram.counts.min(), histogram.underflow, histogram.overflow) >= 0


@every_bins
@both_dtypes
def test_equal_values_all_fall_in_one_place(bins, dtype):
    for value in (0.0, -0.0, 0.5, -1.0, 1.0, 7e9, -7e9, math.inf, -math.inf, math.nan, 1e-45):
        values = np.full((30, 7), value, dtype)
        histogram = bins.count(values)
        places = [*histogram.counts, histogram.underflow, histogram.overflow, histogram.nonfinite]
        assert sorted(places)[-1] == 210, value
        assert histogram.total == 210, value


@every_bins
@both_dtypes
@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0)])
def test_nothing_counts_as_nothing(bins, dtype, shape):
    _assert_same(bins.count(np.zeros(shape, dtype)), empty(bins))


@every_bins
def test_any_shape_and_stride_counts_alike(bins):
    values = np.random.default_rng(7).normal(size=(60, 20)).astype(np.float32)
    for view in (values.T, values[::2], values[:, ::3], values.reshape(3, 20, 20)):
        _assert_same(bins.count(view), bins.count(view.copy().reshape(-1)))


@steady
@given(_arrays("float32"), _arrays("float64"))
def test_mass_is_conserved_on_any_values(single, double):
    for bins in [*LINEAR, *LOGARITHMIC]:
        for values in (single, double):
            histogram = bins.count(values)
            assert histogram.total == values.size
            assert histogram.nonfinite == np.count_nonzero(~np.isfinite(values))


# Merging


@steady
@given(_arrays("float32"), _arrays("float32"), _arrays("float64"))
def test_merging_is_associative_and_commutative(a, b, c):
    for bins in (LINEAR[0], LINEAR[4], LOGARITHMIC[0], GRADIENT_BINS):
        x, y, z = map(bins.count, (a, b, c))
        _assert_same(x + y, y + x)
        _assert_same((x + y) + z, x + (y + z))
        _assert_same(x + empty(bins), x)


@steady
@given(_arrays("float32"), st.lists(st.integers(0, 60), max_size=5))
def test_parts_merge_to_the_whole(values, cuts):
    for bins in (LINEAR[1], LINEAR[3], LINEAR[5], LOGARITHMIC[0], GRADIENT_BINS):
        parts = [bins.count(part) for part in np.split(values, sorted(cuts))]
        _assert_same(functools.reduce(operator.add, parts), bins.count(values))


@every_bins
def test_merging_leaves_its_terms_alone(bins):
    x, y = bins.count(np.array([0.5, 0.2])), bins.count(np.array([0.5, math.nan]))
    total_x = x + y
    assert (x.total, y.total, total_x.total) == (2, 2, 4)


def test_different_bins_do_not_merge(one_line_error):
    one_line_error(operator.add, empty(LinearBins(0.0, 1.0)), empty(LinearBins(0.0, 1.0, 30)))
    with pytest.raises(ActvizError, match="do not add up"):
        empty(LinearBins(0.0, 1.0)) + empty(LogBins(-31, 32))


@pytest.mark.parametrize(
    "shape", [(1, 5), (1000, 1), (1000, 300), (3, 2 * BLOCK), (BLOCK + 1,), (0, 4), (4, 0)], ids=str
)
def test_blocks_are_the_rows_in_order(shape):
    values = np.arange(math.prod(shape), dtype=float).reshape(shape)
    pieces = list(blocks(values))
    if math.prod(shape):
        np.testing.assert_array_equal(np.concatenate(pieces), values)
        assert all(piece.size <= max(BLOCK, math.prod(shape[1:])) for piece in pieces)
    else:
        assert sum(piece.size for piece in pieces) == 0
