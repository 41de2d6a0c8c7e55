import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import ACTIVATIONS, STATISTICS
from actviz.catalog.slopes import SATURATION_THRESHOLD
from actviz.numerics.blocks import BLOCK
from actviz.numerics.histogram import LinearBins
from actviz.numerics.likeness import DRIFT, identical_units, still_twins, twins
from actviz.numerics.moments import Moments, square_sum
from actviz.probing.recording import LayerRecord, measurement
from actviz.results.statistics import NOTHING_PASSES, OF_INPUTS, OF_WEIGHTS

VIEW = LinearBins(0.0, 1.0, 30)


pytestmark = pytest.mark.usefixtures("path")


def _data(name, dtype):
    """(inputs, z, h, slope, dz, dW) of a layer that a name describes; h has 40 units unless the name says otherwise."""
    rng = np.random.default_rng(11)
    rows, width = {"one sample": (1, 40), "one unit": (60, 1), "blocks": (700, 200)}.get(name, (60, 40))
    x, z, slope, dz = (rng.normal(size=(rows, width)) for _ in range(4))
    slope[:, ::7] *= 0.001  # units saturated for every sample
    dw = rng.normal(size=(width, width))
    h = np.maximum(z, 0.0) if name == "relu" else np.tanh(z)
    if name == "relu":
        dz[h == 0] = 0.0
    scale = {"tiny": 1e-30, "huge": 1e30, "far from 1": 1e-12}.get(name, 1.0)
    if name == "collapsed":
        z, h = 0.3 + 1e-6 * rng.normal(size=z.shape), 0.5 + 1e-6 * rng.normal(size=z.shape)
    elif name == "offset":
        h = 1000.0 + rng.normal(size=z.shape)
    elif name == "zero":
        z, h, dz, dw, slope = (0.0 * a for a in (z, h, dz, dw, slope))
    elif name == "some zero samples":
        h[::5] = 0.0
    elif name == "equal samples":
        h = np.repeat(h[:1], rows, axis=0)
    elif name == "duplicate units":
        h[:, 20:] = h[:, :20]
    elif name == "uneven samples":
        h = rng.normal(size=z.shape) * np.geomspace(1e6, 1e-6, rows)[:, None]
    elif name == "very uneven samples":
        h = rng.normal(size=z.shape) * np.geomspace(1e3, 3e-23, rows)[:, None]
    elif name == "overflowed":
        z[3, 4], h[3, 4], h[5, 6], dz[7, 8], dw[0, 0] = np.inf, np.inf, np.nan, np.inf, np.nan
    elif name == "all NaN":
        h, dz = h * np.nan, dz * np.nan
    arrays = (x, scale * z, scale * h, slope, scale * dz, scale * dw)
    return tuple(a.astype(dtype) for a in arrays)


NAMES = [
    "random",
    "relu",
    "blocks",
    "collapsed",
    "offset",
    "tiny",
    "huge",
    "far from 1",
    "zero",
    "some zero samples",
    "equal samples",
    "duplicate units",
    "uneven samples",
    "very uneven samples",
    "one sample",
    "one unit",
    "overflowed",
    "all NaN",
]


def _record(data, activation=ACTIVATIONS["tanh"], cuts=()):
    """Statistics and record of a layer whose samples come in batches; the weight gradient in equal parts."""
    x, z, h, slope, dz, dw = data
    parts = [rows for rows in np.split(np.arange(len(z)), sorted(cuts)) if len(rows)]
    inputs = Moments(x.shape[1])
    record = LayerRecord(z.shape[1], activation, inputs, VIEW, len(parts))
    with np.errstate(all="ignore"):
        for rows in parts:
            inputs.add(x[rows])
            record.forward(z[rows], h[rows])
            record.backward(dz[rows], slope[rows])
            record.weights(dw / dw.dtype.type(len(parts)))
    values = measurement([record]).statistics
    assert set(values) == {*STATISTICS, *OF_INPUTS, *OF_WEIGHTS}
    return {name: float(values[name][0]) for name in STATISTICS}, record


def _distinct_columns(h):
    return len({column.tobytes() for column in np.ascontiguousarray(h.T + 0.0)})


def _expected(data, activation=ACTIVATIONS["tanh"]):
    """Every statistic from its definition, in float64."""
    x, z, h, slope, dz, dw = (a.astype(float) for a in data)
    finite = np.isfinite(h)
    whole = bool(finite.all())
    saturated = np.abs(slope) < SATURATION_THRESHOLD * activation.max_slope
    with np.errstate(all="ignore"):
        norms = np.sqrt((h * h).sum(axis=1))
        directions = (h / norms[:, None])[norms > 0]
        n = len(directions)
        gram = directions @ directions.T
        similarity = (gram.sum() - np.trace(gram)) / (n * (n - 1)) if whole and n > 1 else math.nan
        reference = np.sqrt(np.mean(x.var(axis=0)))
        spread = np.sqrt(np.mean(h.var(axis=0)))

        def if_finite(value):
            return value if math.isfinite(value) else math.nan

        return {
            "preact_mean": if_finite(z.mean()),
            "preact_std": if_finite(z.std()),
            "act_mean": if_finite(h.mean()),
            "act_std": if_finite(h.std()),
            "act_min": h[finite].min() if finite.any() else math.nan,
            "act_max": h[finite].max() if finite.any() else math.nan,
            "saturated": saturated.mean() if whole else math.nan,
            "zero_fraction": np.mean(h == 0),
            "dead_units": (np.abs(slope) < NOTHING_PASSES).all(axis=0).sum() if whole else math.nan,
            "similarity": similarity,
            "unit_spread": if_finite(spread / reference) if reference > 0 else math.nan,
            "distinct_units": _distinct_columns(data[2]) if whole else math.nan,
            "nonfinite": 1.0 - finite.mean(),
            "grad_preact_rms": if_finite(np.sqrt(np.mean(dz * dz))),
            "grad_weight_norm": if_finite(np.sqrt(np.sum(dw * dw))),
            "grad_zero": np.mean(dz == 0) if np.isfinite(dz).all() else math.nan,
        }


def _assert_statistics(values, expected, data, rtol):
    h, z = data[2].astype(float), data[1].astype(float)
    eps = float(np.finfo(data[2].dtype).eps)
    for name in STATISTICS:
        got, want = values[name], float(expected[name])
        # A mean of values that cancel, and a spread that is 0, are known to a rounding of the values themselves.
        size = {"preact": np.abs(z), "act": np.abs(h), "unit": np.abs(h)}.get(name.split("_")[0])
        atol = 0.0 if size is None or not np.isfinite(size).all() else 8 * eps * float(size.max())
        if name == "similarity":
            atol = 20 * eps
        same = (math.isnan(got) and math.isnan(want)) or got == want or abs(got - want) <= rtol * abs(want) + atol
        assert same, f"{name}: {got!r}, from its definition {want!r}"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", NAMES)
def test_every_statistic_is_its_definition(name, dtype):
    data = _data(name, dtype)
    # sums of up to 65536 values in the pass's precision: relative errors far below 1e-5 and 1e-12
    rtol = 1e-5 if dtype == "float32" else 1e-11
    values, _ = _record(data)
    _assert_statistics(values, _expected(data), data, rtol)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_statistic_is_its_definition_for_every_activation(activation):
    rng = np.random.default_rng(3)
    z = rng.normal(size=(200, 30)).astype(np.float32) * 2
    dz, dw = rng.normal(size=(2, 200, 30)).astype(np.float32)
    data = (z, z, activation(z), activation.derivative(z), dz, dw)
    values, record = _record(data, activation)
    _assert_statistics(values, _expected(data, activation), data, 1e-5)
    assert record.hist.total == z.size
    assert record.grad_hist.total == z.size


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_spread_far_below_the_mean_keeps_its_digits(dtype):
    data = _data("collapsed", dtype)
    values, _ = _record(data)
    assert values["act_std"] == pytest.approx(data[2].astype(float).std(), rel=1e-4)
    assert values["act_std"] == pytest.approx(1e-6, rel=0.1)
    assert values["preact_std"] == pytest.approx(data[1].astype(float).std(), rel=1e-4)
    assert values["similarity"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("one sample",)])
@pytest.mark.parametrize(
    "cuts", [(30,), (1,), (59,), tuple(range(1, 60)), (7, 20, 21, 50)], ids=["30", "1", "59", "each", "some"]
)
def test_batches_give_what_the_whole_gives(name, dtype, cuts):
    data = _data(name, dtype)
    whole, record = _record(data)
    parts, pieces = _record(data, cuts=cuts)
    _assert_statistics(parts, whole, data, 1e-5 if dtype == "float32" else 1e-11)
    for field in ("hist", "grad_hist", "view_hist"):
        one, many = getattr(record, field), getattr(pieces, field)
        np.testing.assert_array_equal(one.counts, many.counts)
        assert (one.underflow, one.overflow, one.nonfinite) == (many.underflow, many.overflow, many.nonfinite)


@pytest.mark.skipif(np.finfo(np.longdouble).maxexp <= 1024, reason="this platform has no type wider than float64")
@pytest.mark.parametrize("scale", [1e-200, 1e-160, 1e160, 1e200])
def test_values_whose_squares_leave_float64_keep_their_size(scale):
    unit = _data("random", "float64")
    data = tuple(np.asarray(array) * scale for array in unit)
    values, ones = _record(data)[0], _record(unit)[0]
    for name in ("preact_std", "act_std", "grad_preact_rms", "grad_weight_norm"):
        assert values[name] == pytest.approx(ones[name] * scale, rel=1e-10), name
    assert values["similarity"] == pytest.approx(ones["similarity"], rel=1e-9)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 60), max_size=8))
def test_any_split_gives_what_the_whole_gives(cuts):
    for name in ("random", "relu", "overflowed"):
        data = _data(name, "float32")
        _assert_statistics(_record(data, cuts=cuts)[0], _record(data)[0], data, 1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_histograms_hold_every_value(name):
    data = _data(name, "float32")
    record = _record(data)[1]
    h, dz = data[2], data[4]
    for histogram, values in ((record.hist, h), (record.view_hist, h), (record.grad_hist, dz)):
        assert histogram.total == values.size
        assert histogram.nonfinite == np.count_nonzero(~np.isfinite(values))
    finite = h[np.isfinite(h)]
    np.testing.assert_array_equal(record.view_hist.counts, np.histogram(finite, 30, (0, 1))[0])


def test_without_a_backward_pass_gradients_are_unknown():
    x, z, h, *_ = _data("random", "float32")
    inputs = Moments(x.shape[1])
    inputs.add(x)
    record = LayerRecord(z.shape[1], ACTIVATIONS["tanh"], inputs)
    record.forward(z, h)
    values = measurement([record]).statistics
    unknown = {name for name in STATISTICS if np.isnan(values[name][0])}
    assert unknown == {"saturated", "dead_units", "grad_preact_rms", "grad_weight_norm", "grad_zero"}
    assert measurement([record]).histograms.view_hist == ()


def test_inputs_that_do_not_vary_leave_the_spread_unknown():
    x, *rest = _data("random", "float32")
    assert math.isnan(_record((np.ones_like(x), *rest))[0]["unit_spread"])


def test_weight_gradients_are_summed_before_the_norm():
    *rest, dw = _data("random", "float64")
    inputs = Moments(40)
    inputs.add(rest[0])
    record = LayerRecord(40, ACTIVATIONS["tanh"], inputs, batches=2)
    record.weights(dw)
    record.weights(-0.25 * dw)
    assert record.grad_weight_norm == pytest.approx(0.75 * np.linalg.norm(dw), rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1e-30, 1e30, 1e-45, 0.0])
def test_square_sum_neither_overflows_nor_underflows(scale):
    values = (scale * np.random.default_rng(0).normal(size=(300, 500))).astype(np.float32)
    with np.errstate(all="ignore"):  # as in every pass
        total = square_sum(values)
    assert total == pytest.approx(np.sum(values.astype(float) ** 2), rel=1e-5)


# Identical units


def _brute_force(h):
    """Group label of every column by exact comparison with every other."""
    columns = [tuple(column) for column in h.T]
    return [columns.index(column) for column in columns]


def _assert_same_groups(labels, expected):
    assert len(labels) == len(expected)
    pairs = set(zip(labels.tolist(), expected, strict=True))
    assert len(pairs) == len({label for label, _ in pairs}) == len({label for _, label in pairs})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("copies", [1, 2, 3, 50])
@pytest.mark.parametrize("rows", [1, 2, 16, 17, 200])
def test_identical_units_are_those_of_brute_force(dtype, copies, rows):
    rng = np.random.default_rng(copies)
    distinct = rng.normal(size=(rows, max(1, 50 // copies))).astype(dtype)
    h = np.repeat(distinct, copies, axis=1)[:, rng.permutation(distinct.shape[1] * copies)]
    _assert_same_groups(identical_units(h, float(np.abs(h).max())), _brute_force(h))


@pytest.mark.parametrize("quiet", [0, 10, 15, 16, 17, 40, 99])
def test_units_that_differ_late_or_between_copies_are_told_apart(quiet):
    # Units alike (here zero, as dead ReLU units are) over the first samples, copies not next to each other.
    rng = np.random.default_rng(4)
    h = rng.normal(size=(100, 12)).astype(np.float32)[:, [0, 1, 2, 0, 3, 1, 4, 0, 5, 6, 2, 7]]
    h[:quiet] = 0.0
    _assert_same_groups(identical_units(h, float(np.abs(h).max())), _brute_force(h))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 20), st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(0, 100))
def test_identical_units_are_those_of_brute_force_on_coarse_values(rows, columns, seed):
    distinct = np.random.default_rng(seed).integers(0, 2, size=(rows, 6)).astype(np.float32)
    h = distinct[:, columns]
    _assert_same_groups(identical_units(h, 1.0), _brute_force(h))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_units_that_agree_up_to_rounding_are_identical(dtype, scale):
    rng = np.random.default_rng(5)
    unit = (scale * rng.normal(size=(300, 1))).astype(dtype)
    up, down = np.nextafter(unit, np.dtype(dtype).type(np.inf)), np.nextafter(unit, np.dtype(dtype).type(-np.inf))
    other = unit * (1 + 1e-3)
    h = np.concatenate([unit, other, up, unit, down, other], axis=1).astype(dtype)
    _assert_same_groups(identical_units(h, float(np.abs(h).max())), [0, 1, 0, 0, 0, 1])


@pytest.mark.parametrize("name", ["all equal", "one unit", "zeros"])
def test_identical_units_at_the_extremes(name):
    h = {"all equal": np.full((50, 9), 0.3), "one unit": np.ones((50, 1)), "zeros": np.zeros((50, 9))}[name]
    assert len(set(identical_units(h, float(h.max())).tolist())) == 1


def test_distinct_units_follow_every_batch():
    # Alike in the first batch, different in the second: different.
    rng = np.random.default_rng(6)
    x = rng.normal(size=(40, 6)).astype(np.float32)
    h = x.copy()
    h[:20, 3:] = h[:20, :3]
    data = (x, x, h, np.ones_like(x), x, x)
    for cuts in ((), (20,), (10, 20, 30)):
        assert _record(data, cuts=cuts)[0]["distinct_units"] == 6
    h[20:, 3:] = h[20:, :3]
    for cuts in ((), (20,), (10, 20, 30)):
        assert _record(data, cuts=cuts)[0]["distinct_units"] == 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rows", [1, 15, 16, 17, 200])
@pytest.mark.parametrize("copies", [1, 2, 50])
def test_twins_are_units_of_equal_parameters(rows, copies, dtype):
    rng = np.random.default_rng(rows)
    columns = rng.permutation(np.repeat(np.arange(50 // copies), copies))
    weights = rng.normal(size=(rows, 50 // copies)).astype(dtype)[:, columns]
    found = twins(weights)
    if copies == 1:
        assert found is None
    else:
        _assert_same_groups(found, _brute_force(weights))


def test_parameters_that_differ_in_one_bit_or_in_a_late_row_make_no_twins():
    weights = np.full((300, 5), 0.1, np.float32)
    weights[299, 1], weights[16, 2] = np.nextafter(np.float32(0.1), np.float32(1.0)), 0.2
    biases = np.zeros((1, 5), np.float32)
    biases[0, 4] = 1e-30
    _assert_same_groups(twins(weights), [0, 1, 2, 0, 0])
    _assert_same_groups(twins(weights, biases), [0, 1, 2, 0, 4])
    assert twins(weights[:, :3], biases[:, 2:]) is None


def test_zero_is_zero_of_either_sign():
    assert twins(np.array([[0.0, -0.0], [1.0, 1.0]], np.float32)).tolist() == [0, 0]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(1, 40), st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(0, 100))
def test_twins_are_those_of_brute_force_on_coarse_values(rows, columns, seed):
    weights = np.random.default_rng(seed).integers(0, 2, size=(rows, 6)).astype(np.float32)[:, columns]
    expected, found = _brute_force(weights), twins(weights)
    if found is None:
        assert len(set(expected)) == len(expected)
    else:
        _assert_same_groups(found, expected)


def test_twins_stay_so_while_they_drift_by_roundings_alone():
    eps, rng = float(np.finfo(np.float32).eps), np.random.default_rng(0)
    weights = np.repeat(rng.normal(size=(30, 3)), 2, axis=1).astype(np.float32)
    began = twins(weights)
    weights[:, 1] *= 1 + DRIFT / 4 * eps
    weights[:, 3] *= 1 + 4 * DRIFT * eps
    _assert_same_groups(still_twins(began, weights), [0, 0, 2, 3, 4, 4])
    assert still_twins(None, weights) is None
    other = np.ones((2, 6), np.float32)
    other[1, 5] = 2.0
    _assert_same_groups(still_twins(began, weights, other), [0, 0, 2, 3, 4, 5])


def test_twins_are_one_unit_whatever_rounding_makes_of_their_values():
    h = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    h[:, 1], h[:, 5] = h[:, 0] * np.float32(1 + 1e-4), h[:, 2]
    for pieces in (1, 4):
        record = LayerRecord(6, ACTIVATIONS["tanh"], Moments(6))
        for part in np.split(h, pieces):
            record.units(np.array([0, 0, 1, 2, 3, 4]))
            record.activations(part)
        assert record.distinct_units == 5
        record.units(np.array([0, 1, 2, 3, 4, 4]))  # known to be so twice: these are the same both times
        assert record.distinct_units == 6


def test_moments_of_more_rows_than_a_block():
    values = (5 + np.random.default_rng(7).normal(size=(3 * BLOCK // 10, 10))).astype(np.float32)
    moments = Moments(10)
    for part in np.array_split(values, 7):
        moments.add(part)
    exact = values.astype(float)
    assert moments.mean == pytest.approx(exact.mean(), rel=1e-6)
    assert moments.std == pytest.approx(exact.std(), rel=1e-5)
    assert moments.spread == pytest.approx(np.sqrt(np.mean(exact.var(axis=0))), rel=1e-5)


def test_order_of_samples_does_not_matter():
    data = _data("random", "float32")
    order = np.random.default_rng(8).permutation(60)
    shuffled = tuple(a[order] for a in data[:-1]) + data[-1:]
    _assert_statistics(_record(shuffled)[0], _record(data)[0], data, 1e-5)


@pytest.mark.parametrize(("name", "first"), list(itertools.product(["offset", "random"], [1e3, -50.0])))
def test_an_outlying_first_sample_costs_no_accuracy(name, first):
    data = _data(name, "float32")
    data[2][0] += np.float32(first)
    _assert_statistics(_record(data)[0], _expected(data), data, 1e-5)


def test_a_unit_far_larger_than_the_others_hides_no_difference():
    h = np.random.default_rng(0).normal(size=(50, 10))
    h[:, 3] *= 1e9
    assert len(set(identical_units(h, float(np.abs(h).max())))) == 10


@pytest.mark.parametrize("outlier", [1e4, 1e6])
def test_a_first_sample_far_from_the_others_costs_no_digits(outlier):
    h = np.random.default_rng(0).normal(size=(2000, 20)).astype(np.float32)
    h[0] = outlier
    moments = Moments(20)
    moments.add(h)
    assert moments.mean == pytest.approx(h.astype(float).mean(), rel=1e-5)  # sums are in float32 within a block
    assert moments.std == pytest.approx(h.astype(float).std(), rel=1e-5)


@pytest.mark.parametrize(("mean", "std"), [(1.0, 1e-12), (1000.0, 1e-9), (1e6, 1e-6)])
def test_a_spread_far_smaller_than_the_mean_keeps_its_digits(mean, std):
    values = mean + std * np.random.default_rng(0).standard_normal((64, 33))
    moments = Moments(33)
    moments.add(values)
    assert moments.std == pytest.approx(float(values.astype(np.longdouble).std()), rel=1e-12)
    moments = Moments(33)
    moments.add(np.full((64, 33), 1.1))
    assert (moments.mean, moments.std, moments.spread) == (1.1, 0.0, 0.0)


def test_wide_rows_are_summed_as_exactly_as_narrow_ones():
    values = np.random.default_rng(0).standard_normal((4, 400_000)).astype(np.float32)
    values[1::2] = values[0]
    moments = Moments(values.shape[1], directions=True)
    moments.add(values)
    wide = values.astype(float)
    units = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    cosines = (units @ units.T)[~np.eye(4, dtype=bool)]
    assert moments.std == pytest.approx(wide.std(), rel=1e-6)
    assert moments.similarity == pytest.approx(cosines.mean(), rel=1e-5)


def test_blank_samples_take_no_digits_from_others_and_have_no_direction():
    values = np.random.default_rng(0).standard_normal((50, 20)).astype(np.float32)
    values[7::10] = 0.0
    moments, rest = Moments(20, directions=True), Moments(20, directions=True)
    moments.add(values)
    rest.add(np.delete(values, np.s_[7::10], axis=0))
    assert moments.blank == pytest.approx(0.1)
    assert moments.similarity == pytest.approx(rest.similarity, abs=1e-7)
    assert moments.std == pytest.approx(values.astype(float).std(), rel=1e-6)


def test_arrays_that_are_not_aligned_are_recorded_alike():
    values = np.random.default_rng(0).standard_normal((30, 7)).astype(np.float32)
    shifted = np.frombuffer(b"x" + values.tobytes(), np.uint8)[1:].view(np.float32).reshape(values.shape)
    assert not shifted.flags.aligned
    found = []
    for each in (values, shifted):
        moments = Moments(7, directions=True)
        moments.add(each)
        found.append((moments.mean, moments.std, moments.similarity))
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize(("dtype", "large"), [("float32", 1e25), ("float64", 1e200)])  # whose squares are out of range
@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_rows_that_overflowed_leave_the_others_their_directions(dtype, large, odd):
    values = np.random.default_rng(0).standard_normal((40, 6)).astype(dtype)
    values[3] *= values.dtype.type(large)
    values[7, 2] = odd
    found, others = Moments(6, directions=True), Moments(6, directions=True)
    with np.errstate(all="ignore"):
        found.add(values)
        others.add(np.delete(values, 7, axis=0))
        assert math.isnan(found.mean)
        assert math.isnan(found.std)
        assert math.isfinite(others.std)
    assert found._directions == others._directions == 39
