"""Numbers from books, courses and papers that a probe must reproduce, to the spread of their seeds.

A table's value is a mean over its own seeds; ours is another. They agree to four standard errors, the seed-to-seed
standard deviation divided by the root of the number of seeds, both sides counted, plus the table's last digit.
"""

import math

import numpy as np
import pytest

from actviz import probe
from actviz.catalog.initializers import TRUNCATED_STD, VarianceScaling

BOOK = {"depth": 5, "width": 100, "samples": 1000, "seeds": 16}
BOOK_SEEDS = 40
"""Seeds behind the table of the book's experiment."""


def _tolerance(spread, seeds, rounding, table_seeds=math.inf):
    return 4 * np.asarray(spread) * math.sqrt(1 / seeds + 1 / table_seeds) + np.asarray(rounding)


def _layers(dataset, name):
    """Values of shape (seed, layer) of a dataset with one pairing."""
    return dataset[name].values[0, 0]


def _assert_near(values, expected, tolerance):
    means = np.mean(values, axis=0)
    off = np.abs(means - np.asarray(expected))
    assert (off <= tolerance).all(), f"{means} is not {np.asarray(expected)} +- {tolerance}"


def _seed_spread(values):
    return np.std(values, axis=0, ddof=1)


# The book: N(0, 1) inputs (1000, 100), five layers of 100


@pytest.mark.parametrize(
    ("init", "activation", "expected", "spread", "rounding"),
    [
        # spread of layers 1 to 5 as stated: first and last, the rest between them
        ("normal:1", "sigmoid", [0.4588, 0.4388, 0.4359, 0.4355, 0.4374], [0.0004, 0.006, 0.006, 0.006, 0.006], 5e-5),
        (
            "normal:0.01",
            "sigmoid",
            [0.0249, 0.0124, 0.0122, 0.0122, 0.0127],
            [0.0002, 0.001, 0.001, 0.001, 0.001],
            5e-5,
        ),
    ],
)
def test_book_standard_deviations_of_sigmoid(init, activation, expected, spread, rounding):
    ds = probe(init, activation, **BOOK)
    _assert_near(_layers(ds, "act_std"), expected, _tolerance(spread, 16, rounding, BOOK_SEEDS))


def test_book_standard_deviations_of_tanh_fall_tenfold_a_layer():
    values = _layers(probe("normal:0.01", "tanh", **BOOK), "act_std")
    expected = np.array([9.89e-2, 9.90e-3, 9.89e-4, 9.92e-5, 9.94e-6])
    rounding = 0.005 * 10.0 ** np.floor(np.log10(expected))
    _assert_near(values, expected, _tolerance(_seed_spread(values), 16, rounding, BOOK_SEEDS))


@pytest.mark.parametrize(
    ("init", "activation", "mean", "atol"),
    [("normal:1", "sigmoid", 0.5, 0.005), ("normal:0.01", "sigmoid", 0.5, 0.0005), ("normal:0.01", "tanh", 0.0, 0.0)],
)
def test_book_means(init, activation, mean, atol):
    values = _layers(probe(init, activation, **BOOK), "act_mean")
    _assert_near(values, mean, _tolerance(_seed_spread(values), 16, atol))


def test_the_books_view_hides_half_of_tanh():
    ds = probe(["normal:1", "normal:0.01", "lecun_normal", "he_normal"], "tanh", **BOOK, view=(0, 1, 30))
    hidden = ds["view_outside"].values[:, 0] / (1000 * 100 * 16)
    # tanh is odd and the weights are symmetric; a unit's sign pattern varies between units, so +- 1 % is ample
    np.testing.assert_allclose(hidden, 0.5, atol=0.01)


def test_the_books_view_hides_a_quarter_of_he_relu():
    ds = probe("he_normal", "relu", **BOOK, view=(0, 1, 30))
    hidden = ds["view_outside"].values[0, 0] / (1000 * 100 * 16)
    # P(h > 1) at layer 1, where z has variance 2: 1 - ndtr(1 / sqrt 2) = 0.2398
    # Units' variances differ at width 100, which takes .0013 off; seeds differ by .0020: four times that over sqrt(16).
    assert hidden[0] == pytest.approx(math.erfc(0.5) / 2 - 0.0013, abs=0.002)
    assert ((hidden > 0.215) & (hidden < 0.25)).all()
    assert hidden.mean() == pytest.approx(0.235, abs=0.01)


def test_the_books_view_hides_nothing_of_sigmoid():
    assert not probe("normal:1", "sigmoid", **BOOK, view=(0, 1, 30))["view_outside"].values.any()


# CS231n: N(0, 1) inputs (1000, 500), ten layers of 500

CS231N = {"depth": 10, "width": 500, "samples": 1000, "seeds": 4}


def test_cs231n_small_weights_collapse_tanh():
    values = _layers(probe("normal:0.01", "tanh", **CS231N), "act_std")
    assert values[:, 0].mean() == pytest.approx(0.2135, abs=_tolerance(0.0003, 4, 5e-5))
    last = values[:, 9]
    assert last.mean() == pytest.approx(2.97e-7, abs=_tolerance(np.std(last, ddof=1), 4, 0.005e-7))


def test_cs231n_lecun_weights_keep_tanh_and_mean_field_predicts_it():
    values = _layers(probe("lecun_normal", "tanh", **CS231N), "act_std")
    assert values[:, 0].mean() == pytest.approx(0.6277, abs=_tolerance(0.0005, 4, 5e-5))
    assert values[:, 9].mean() == pytest.approx(0.2280, abs=_tolerance(0.0018, 4, 5e-5))
    predicted = [0.6279, 0.4863, 0.4082, 0.3576, 0.3216, 0.2944, 0.2729, 0.2554, 0.2409, 0.2285]
    # of order 1/width beside the seeds' spread: theory is for infinitely wide layers
    _assert_near(
        values, predicted, _tolerance(np.linspace(0.0005, 0.0018, 10), 4, 5e-5) + 1 / 500 * np.array(predicted)
    )


# Finite networks against exact averages


def test_he_relu_layer_one_is_a_rectified_normal():
    ds = probe("he_normal", "relu", depth=1, width=300, samples=1000, seeds=16)
    rectified = {"act_mean": 1 / math.sqrt(math.pi), "act_std": math.sqrt(1 - 1 / math.pi)}
    for name, expected in rectified.items():
        values = _layers(ds, name)
        _assert_near(values, expected, _tolerance(_seed_spread(values), 16, 1 / 1000))


def test_small_weights_shrink_relu_as_stated():
    values = _layers(probe("normal:0.01", "relu", **BOOK), "act_std")[:, 4]
    _assert_near(values, 1.43e-6, _tolerance(_seed_spread(values), 16, 0.005e-6, BOOK_SEEDS))


def test_pytorchs_default_divides_relus_mean_square_by_six_a_layer():
    ds = probe("pytorch_default", "relu", depth=6, width=300, samples=300, seeds=16)
    square = _layers(ds, "act_mean") ** 2 + _layers(ds, "act_std") ** 2
    logs = np.log(square[:, :-1] / square[:, 1:])
    # the mean of a logarithm lies below the logarithm of the mean by half its variance
    _assert_near(logs, math.log(6), _tolerance(_seed_spread(logs), 16, 0.5 * _seed_spread(logs) ** 2))


def test_he_keeps_relus_mean_square():
    ds = probe("he_normal", "relu", depth=10, width=300, samples=300, seeds=16)
    square = _layers(ds, "act_mean") ** 2 + _layers(ds, "act_std") ** 2
    _assert_near(square, 1.0, _tolerance(_seed_spread(square), 16, 0.0))


def test_truncated_weights_carry_the_truncated_variance():
    ds = probe(["truncated_normal:0.1", "normal:0.1"], "identity", depth=1, width=200, samples=300, seeds=16)
    ratio = ds["act_std"].values[0, 0, :, 0] / ds["act_std"].values[1, 0, :, 0]
    _assert_near(ratio, TRUNCATED_STD, _tolerance(_seed_spread(ratio), 16, 0.0))
    assert pytest.approx(0.87962566103423978, abs=1e-15) == TRUNCATED_STD


# Mean-field slopes


@pytest.mark.parametrize(
    ("weight_variance", "measured", "theory"),
    [
        (1.76, 0.998, 0.9998),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in [(1.3, 0.877, 0.880), (2.5, 1.132, 1.134)]),
    ],
)
def test_gradients_of_tanh_multiply_by_chi_a_layer(weight_variance, measured, theory):
    seeds = 10
    options = {"depth": 50, "width": 300, "samples": 200, "bias_std": math.sqrt(0.05)}
    squares = _layers(probe(VarianceScaling(weight_variance), "tanh", **options, seeds=seeds), "grad_preact_rms") ** 2
    slopes = np.polyfit(np.arange(50), np.log(squares).T, 1)[0]  # backwards, so against the layers
    factors = np.exp(-slopes)
    spread = float(np.std(factors, ddof=1))
    _assert_near(factors, measured, _tolerance(spread, seeds, 0.0005, seeds))
    # the stated measurement itself lies up to .003 off the theory of infinite width
    assert factors.mean() == pytest.approx(theory, abs=_tolerance(spread, seeds, 0.003))


@pytest.mark.parametrize("init", ["xavier_normal", "xavier_uniform"])
def test_sigmoid_under_xavier_loses_eighteen_fold_a_layer(init):
    ds = probe(init, "sigmoid", depth=8, width=200, samples=300, seeds=8)
    squares = _layers(ds, "grad_preact_rms") ** 2
    factors = (squares[:, 1:] / squares[:, :-1])[:, 1:]  # from layer 2, where q has settled
    _assert_near(factors, 1 / 0.0557, _tolerance(_seed_spread(factors), 8, 0.02 / 0.0557))
    # and yet its activations are as broad as anyone could wish, relative to a collapsed layer
    assert (_layers(ds, "saturated") < 0.01).all()


def test_he_relu_neither_vanishes_nor_explodes_in_fifty_layers():
    ds = probe("he_normal", "relu", depth=50, width=300, samples=100, seeds=8)
    logs = np.log(_layers(ds, "grad_preact_rms") ** 2)
    slopes = np.polyfit(np.arange(50), logs.T, 1)[0]
    _assert_near(slopes, 0.0, _tolerance(np.std(slopes, ddof=1), 8, 0.01))


def test_zero_weights_leave_no_gradient_below_the_last_layer():
    ds = probe("zeros", ["sigmoid", "tanh", "relu"], depth=5, width=30, samples=50, seeds=2)
    norms = ds["grad_weight_norm"].values[0].max(axis=1)
    assert not norms[:, :-1].any()
    np.testing.assert_array_equal(norms[:, -1] > 0, [True, False, False])
