"""The learning-rate range test: where it ends, what it suggests, and whether training at that agrees."""

import numpy as np
import pytest

import actviz
from actviz import ActvizError
from actviz.training.range_test import LAG, RISE, end_of, find_rate, read_rates, smoothed, suggest

SMALL = {"data": "moons:400", "depth": 2, "width": 20}


def one(inits="he_normal", activations="relu", **settings):
    (run,) = actviz.runs(inits, activations, **{**SMALL, "batch": 20, **settings}).values()
    return run


@pytest.fixture(scope="module")
def found():
    return find_rate(one(), "moons:400", seeds=3)


def test_the_smoothed_loss_is_a_weighted_mean_of_the_losses_so_far():
    losses = np.random.default_rng(0).random(30)
    weights = 0.9 ** np.arange(29, -1, -1)
    assert smoothed(losses)[-1] == pytest.approx((weights * losses).sum() / weights.sum())
    assert smoothed(losses)[0] == losses[0]


@pytest.mark.parametrize(
    ("losses", "end"),
    [
        ([1.0] * 40, ("range", 40)),
        ([1.0] * 10 + [np.nan] + [1.0] * 9, ("diverged", 10)),
        ([1.0] * 10 + [np.inf], ("diverged", 10)),
        ([1.0] * 10 + [100.0] * 10, ("rose", 11)),
        ([np.nan] * 3, ("diverged", 0)),
        ([1.0] * 20 + [3.9] * 40, ("range", 60)),
    ],
)
def test_it_ends_where_the_smoothed_loss_is_four_times_its_best_or_nothing_is_finite(losses, end):
    assert end_of(np.array(losses)) == end


def test_the_rates_are_read_where_the_loss_falls_fastest_and_where_it_is_lowest():
    rates = np.logspace(-4, 1, 300)
    decades = np.log10(rates)
    loss = 2.0 - np.tanh(3 * (decades + 2)) + np.where(decades > 0, 5 * decades**2, 0.0)
    steepest, largest = read_rates(rates, loss)
    factor = 10 ** (5 / 299 * LAG)  # rates are read before, by as much as an average lags
    assert steepest * factor == pytest.approx(1e-2, rel=0.05)
    assert largest * factor == pytest.approx(1.0, rel=0.1)
    assert np.isnan(read_rates(rates, loss, guessing=1.0)).all()
    assert np.isnan(read_rates(rates, np.ones(300))).all()
    assert np.isnan(read_rates(rates, np.linspace(1, 3, 300))).all()


@pytest.mark.parametrize("lowest", [10, 12, 40, 120, 250])
@pytest.mark.parametrize("high", [2.1, 20.0, 1e6])
def test_rates_are_read_of_a_range_that_is_narrower_than_the_window_too(lowest, high):
    rates = np.geomspace(2.0, high, 300)
    losses = 1.0 + np.abs(np.arange(300) - lowest) / 300 + (np.arange(300) < 5)
    fastest, largest = read_rates(rates, losses)
    assert rates[0] <= fastest <= largest <= rates[lowest]


def test_the_rate_rises_by_the_same_factor_from_low_to_high(found):
    rates = found["learning_rate"].values
    assert rates[[0, -1]] == pytest.approx([1e-4, 10.0])
    np.testing.assert_allclose(rates[1:] / rates[:-1], (10.0 / 1e-4) ** (1 / 299))


def test_the_losses_are_those_of_training_under_that_rate_up_to_the_end(found):
    factor = (10.0 / 1e-4) ** (1 / 299)
    runs = actviz.runs(lr=f"exponential:0.0001,{factor!r}", updates=300, batch=20, snapshots=0, **SMALL)
    trained = actviz.train(runs, "moons:400", seeds=3)["batch_loss"].isel(run=0).values
    for row, number in enumerate(found["ended_step"].values):
        np.testing.assert_allclose(found["loss"].values[row, :number], trained[row, :number], rtol=1e-6)
        assert np.isnan(found["loss"].values[row, number:]).all()
        smooth = found["smoothed_loss"].values[row, :number]
        if found["ended"].values[row] == "rose":
            assert smooth[-1] > RISE * smooth.min()
            assert (smooth[:-1] <= RISE * np.minimum.accumulate(smooth)[:-1]).all()


def test_training_at_the_suggestion_learns_and_far_above_the_largest_does_not(found):
    told = suggest(found)
    assert told.rate < told.largest
    rates = [told.rate / 100, told.rate, told.largest, 30 * told.largest]
    trained = actviz.train(actviz.runs(lr=rates, batch=20, epochs=8, snapshots=0, **SMALL), "moons:400", seeds=3)
    far_below, suggested, largest, far_above = trained["train_loss"].isel(step=-1).values
    assert (suggested < far_below).all()
    assert (largest < 0.3).all()
    assert not (far_above < 0.5).any()


def test_without_a_fall_there_is_no_suggestion_and_the_reason_says_so():
    told = suggest(find_rate(one("zeros"), "moons:400", seeds=2))
    assert np.isnan([told.rate, told.largest]).all()
    assert "never falls" in told.reason


def test_a_range_that_ends_too_early_is_told():
    told = suggest(find_rate(one(), "moons:400", seeds=2, high=0.3))
    assert told.largest <= 0.3
    assert "larger --high" in told.reason


def test_the_given_rate_budget_and_stopping_do_not_matter_but_the_optimizer_does(found):
    other = one(lr=5.0, epochs=1, early_stopping=actviz.EarlyStopping(patience=0))
    np.testing.assert_array_equal(find_rate(other, "moons:400", seeds=3)["loss"], found["loss"])
    adam = suggest(find_rate(one(optimizer="adam"), "moons:400", seeds=2))
    assert adam.rate < suggest(found).rate


def test_workers_and_other_seeds_change_nothing(found):
    alone = find_rate(one(), "moons:400", seeds=(2,), workers=1)
    np.testing.assert_array_equal(alone["loss"].values[0], found["loss"].sel(seed=2))


def test_a_range_test_is_saved_and_read(found, tmp_path):
    actviz.save(found, tmp_path / "range.nc")
    assert actviz.load(tmp_path / "range.nc").identical(found)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: find_rate("relu"), "Stack or a Run"),
        (lambda: find_rate(one(), config=actviz.TrainConfig()), "give either"),
        (lambda: find_rate(one(), "mnist"), "784"),
        (lambda: find_rate(one(), "moons:400", low=0.0), "0 < low < high"),
        (lambda: find_rate(one(), "moons:400", low=1.0, high=0.1), "0 < low < high"),
        (lambda: find_rate(one(), "moons:400", high=np.inf), "finite"),
        (lambda: find_rate(one(), "moons:400", updates=5), "updates"),
        (lambda: find_rate(one(), "moons:400", seeds=0), "seeds"),
        (lambda: find_rate(one(), (np.ones((30, 2)), np.ones(30))), "mean_square"),
    ],
)
def test_bad_arguments_are_one_line_errors(call, words):
    with pytest.raises(ActvizError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
