"""What a training comes to in numbers: by hand, and on a training."""

import math

import numpy as np
import pytest

import actviz
from actviz.training.measures import at_end, epochs_to, initial_scale, magnitudes, share_below, update_size, weight_size

EPOCHS = 4


@pytest.fixture(scope="module")
def trained():
    """He's weights, those twice as large, and some that diverge at once."""
    inits = ["he_normal", "variance_scaling:8", "normal:1e20"]
    runs = actviz.runs(inits, "relu", data="moons:200", depth=2, width=32, lr=0.2, epochs=EPOCHS, batch=20)
    return actviz.train(runs, "moons:200", seeds=2, workers=1)


def test_the_end_is_the_last_evaluation_a_run_came_to(trained):
    end = at_end(trained, "train_loss")
    assert end.dims == ("run", "seed")
    np.testing.assert_array_equal(end.sel(run="he_normal"), trained["train_loss"].sel(run="he_normal").isel(step=-1))
    lost = trained.sel(run="normal:1e+20")
    assert (lost["ended"] == "diverged").all()
    np.testing.assert_array_equal(at_end(trained, "weight_norm").sel(run="normal:1e+20"), lost["weight_norm"][:, 0])


def test_the_size_of_the_weights_is_their_norm_over_that_before(trained):
    size = weight_size(trained).sel(run="he_normal", seed=0)
    norms = trained["weight_norm"].sel(run="he_normal", seed=0).values
    np.testing.assert_allclose(size, np.linalg.norm(norms, axis=1) / np.linalg.norm(norms[0]))
    assert size[0] == 1


def test_an_update_of_all_weights_is_that_of_the_layers_together(trained):
    own = trained.sel(run="he_normal", seed=1).isel(step=2)
    moved = own["update_ratio"].values * own["weight_norm"].values
    expected = np.linalg.norm(moved) / np.linalg.norm(own["weight_norm"])
    np.testing.assert_allclose(update_size(trained).sel(run="he_normal", seed=1).isel(step=2), expected)
    assert np.isnan(update_size(trained).isel(step=0)).all()


def test_the_first_weights_are_measured_against_hes(trained):
    he, twice, _ = initial_scale(trained).values
    assert he == pytest.approx(1, abs=0.1)
    assert twice == pytest.approx(2 * he, rel=1e-6)


@pytest.mark.parametrize(("loss", "epochs"), [(3.5, 0), (2.5, 2), (0.9, 3), (0.1, np.inf)])
def test_a_loss_is_reached_at_the_first_evaluation_below_it(trained, loss, epochs):
    losses = np.broadcast_to([3.0, 2.9, 2.0, 0.5, 2.7], trained["train_loss"].shape)
    found = epochs_to(trained.assign(train_loss=(trained["train_loss"].dims, losses)), loss)
    assert (found == epochs).all()


def test_a_run_that_diverges_never_gets_there(trained):
    assert np.isinf(epochs_to(trained, 1e-3).sel(run="normal:1e+20")).all()


def test_sizes_count_every_weight_of_both_signs_once(trained):
    edges, counts = magnitudes(trained.sel(run=["he_normal"]), 0)
    assert edges[0] == 0
    assert counts.sum() == 2 * (2 * 32 + 32 * 32 + 32 * 2)  # two seeds
    middle = edges[np.searchsorted(np.cumsum(counts[0]), counts.sum() / 2) + 1]
    assert middle == pytest.approx(0.6745 * np.sqrt(2 / 32), rel=0.3)  # most are of the hidden layer
    _, hidden = magnitudes(trained, 0, 2)
    assert hidden.shape[0] == 3
    assert (hidden.sum(axis=1) == 2 * 32 * 32).all()


def test_a_share_of_small_weights_is_that_of_the_normal_distribution(trained):
    size = 0.25 * np.sqrt(2 / 32)
    edges, _ = magnitudes(trained, 0, 2)
    bound = edges[edges <= size][-1]
    expected = math.erf(bound / np.sqrt(2 * 2 / 32))
    assert share_below(trained, size, 2, 0)[0] == pytest.approx(expected, abs=0.02)
