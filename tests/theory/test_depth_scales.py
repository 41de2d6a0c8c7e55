"""Depth scales fitted to measurements: exact on made-up decays, near known answers on measured stacks."""

import numpy as np
import pytest

import actviz
from actviz import theory
from actviz.theory import depth_scales as fitted


@pytest.fixture(scope="module")
def small():
    return actviz.probe("variance_scaling", "tanh", depth=40, width=8, samples=100, seeds=1)


def made_up(small, similarity=None, rms=None):
    """A dataset with given similarity and gradient by layer."""
    ds = small.copy(deep=True)
    for name, values in (("similarity", similarity), ("grad_preact_rms", rms)):
        if values is not None:
            ds[name].values[...] = values
    return fitted.measured_depths(ds).squeeze()


LAYERS = np.arange(40)


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.2])
def test_the_factor_of_a_geometric_gradient_is_found(small, factor):
    found = made_up(small, rms=factor ** (LAYERS[::-1] / 2))
    assert float(found["gradient_factor"]) == pytest.approx(factor, rel=1e-6)
    assert float(found["decades"][0]) == pytest.approx(39 / 2 * np.log10(factor), abs=1e-6)
    if factor != 1.0:
        assert float(found["depth_gradient"]) == pytest.approx(6 / abs(np.log(factor)), rel=1e-4)
    else:
        assert float(found["depth_gradient"]) > 1e5


@pytest.mark.parametrize("xi", [0.7, 3.0, 12.0])
def test_the_decay_of_samples_that_come_to_look_alike_is_found(small, xi):
    similarity = 1 - 0.9 * np.exp(-LAYERS / xi)
    found = made_up(small, similarity, 0.8 ** (LAYERS[::-1] / 2))
    assert float(found["xi_c"]) == pytest.approx(xi, rel=0.02)
    np.testing.assert_allclose(found["distance"], 1 - similarity, atol=1e-12)


@pytest.mark.parametrize("xi", [2.0, 5.0])
def test_the_decay_of_samples_that_stay_apart_is_found_above_the_noise(small, xi):
    noise = 0.003 * np.random.default_rng(7).standard_normal(40)
    found = made_up(small, 0.4 - 0.35 * np.exp(-LAYERS / xi) + noise, 1.2 ** (LAYERS[::-1] / 2))
    assert float(found["xi_c"]) == pytest.approx(xi, rel=0.15)


def test_a_decay_slower_than_exponential_reaches_beyond_the_stack(small):
    found = made_up(small, 1 - 0.9 / (1 + LAYERS / 2) ** 2, np.ones(40))
    assert float(found["depth_signal"]) > 60


def test_samples_that_start_at_rest_have_no_depth(small):
    noise = 0.003 * np.random.default_rng(8).standard_normal(40)
    assert np.isnan(made_up(small, noise, 1.2 ** (LAYERS[::-1] / 2))["xi_c"])


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_samples_that_are_unlike_from_first_to_last_layer_have_no_distance(small, factor):
    """Frozen as in a linear stack, or with noise: neither is a signal that reaches deep."""
    for noise in (np.full(40, 0.01), 0.003 * np.random.default_rng(8).standard_normal(40)):
        found = made_up(small, noise, factor ** (LAYERS[::-1] / 2))
        assert np.isnan(found["depth_signal"])
        assert fitted.starts_at_rest(found)
    assert not fitted.starts_at_rest(made_up(small, 0.1 + noise, factor ** (LAYERS[::-1] / 2)))


def test_samples_that_never_come_nearer_reach_any_depth(small):
    assert np.isinf(made_up(small, np.full(40, 0.2), 0.8 ** (LAYERS[::-1] / 2))["depth_signal"])


def test_after_overflow_there_is_no_gradient_and_only_the_layers_before_it_count(small):
    similarity = 1 - 0.9 * np.exp(-LAYERS / 3)
    similarity[20:] = np.nan
    found = made_up(small, similarity, np.full(40, np.nan))
    assert np.isnan(found["depth_gradient"])
    assert float(found["distance"][19]) > 0
    assert np.isnan(found["distance"][20:]).all()
    rms = 0.01 ** LAYERS[::-1].astype(float)  # 1e-78 at layer 1: what float32 cannot hold is not fitted
    assert float(made_up(small, rms=np.where(rms > 1e-38, rms, 0))["gradient_factor"]) == pytest.approx(1e-4, rel=1e-6)


def test_a_signal_that_leaves_the_range_of_numbers_before_it_rests_has_no_depth(small):
    """The same decay as of a stack whose numbers hold out: where they end says nothing of where it would."""
    similarity = 1 - 0.9 / (1 + LAYERS / 2) ** 2
    cut = np.where(LAYERS < 20, similarity, np.nan)
    for rms in (np.zeros(40), np.full(40, np.nan)):  # underflow, overflow
        assert np.isnan(made_up(small, cut, rms)["depth_signal"])
    steep = np.where(LAYERS < 20, 1 - 0.9 * np.exp(-LAYERS / 2), np.nan)
    assert float(made_up(small, steep, np.zeros(40))["depth_signal"]) == pytest.approx(12, rel=0.02)


def test_what_has_no_number_is_an_overflow_or_exactly_zero():
    ds = actviz.probe(["normal:0.01", "normal", "he_normal"], "relu", depth=60, width=64, samples=20, seeds=2)
    found = fitted.measured_depths(ds).isel(activation=0)
    for kind in ("signal", "gradient"):
        assert set(np.unique(found[f"lost_{kind}"].sel(init="normal:0.01"))) <= {-1.0, 0.0}
        assert set(np.unique(found[f"lost_{kind}"].sel(init="normal"))) <= {1.0, 0.0}
        assert (found[f"lost_{kind}"].sel(init=["normal:0.01", "normal"]).isel(layer=-1) != 0).all()
        assert not found[f"lost_{kind}"].sel(init="he_normal").any()
    assert np.isnan(found["depth_signal"].sel(init="normal:0.01")).all()


def test_measured_slopes_are_theorys():
    """tanh, sigma_b^2 = .05, 50 layers of 300: FACTS has .877, .998, 1.132 of 10 seeds, theory .880, .9998, 1.134.

    A seed's factor scatters by .005 (.002 where chaotic), the mean of 6 by .002: .01 is five of these, and holds for
    all but one in a million fresh draws.
    """
    inits = [f"variance_scaling:{v}" for v in (1.3, 1.76, 2.5)]
    ds = actviz.probe(inits, "tanh", depth=50, width=300, samples=50, seeds=6, bias_std=0.05**0.5)
    found = fitted.measured_depths(ds).isel(activation=0)
    np.testing.assert_allclose(found["gradient_factor"].mean("seed"), [0.880, 0.9998, 1.134], atol=0.01)
    # xi_c is 7.83 and 11.80 in theory. Single seeds scatter by 15 % where ordered and 30 % where chaotic, and finite
    # width biases by as much: a factor of 1.6 is more than three of these for medians of 6.
    reached = found["depth_signal"].median("seed").values
    assert 6 * 7.83 / 1.6 < reached[0] < 6 * 7.83 * 1.6
    assert reached[1] > 50
    assert 6 * 11.80 / 1.6 < reached[2] < 6 * 11.80 * 1.6


def test_a_sweep_is_what_differs_in_sigma_w_in_its_order():
    inits = ["he_normal", "variance_scaling:0.5", "lecun_normal", "lecun_uniform", "normal:0.4", "orthogonal", "zeros"]
    ds = actviz.probe(
        [*inits, "constant:0.1", "uniform:0,1", "identity"], "tanh", depth=10, width=9, samples=3, seeds=1
    )
    found = fitted.sweep(ds)
    assert list(found) == ["variance_scaling:0.5,fan_in,normal", "lecun_normal", "normal:0.4", "he_normal"]
    np.testing.assert_allclose(list(found.values()), [0.5**0.5, 1, 1.2, 2**0.5])


def test_the_scale_is_the_hidden_layers_and_must_be_one():
    ds = actviz.probe(["normal:0.1", "lecun_normal"], "tanh", width=[16, 16, 16], input_width=50, samples=3, seeds=1)
    assert fitted.declared_sigma_w("normal:0.1", ds) == pytest.approx(0.4)
    uneven = actviz.probe(["normal:0.1", "lecun_normal"], "tanh", width=[16, 25, 16], samples=3, seeds=1)
    assert np.isnan(fitted.declared_sigma_w("normal:0.1", uneven))
    assert fitted.declared_sigma_w("lecun_normal", uneven) == pytest.approx(1)
    assert np.isnan(fitted.declared_sigma_w("my_module:my_init", ds))  # never imported for its name


def test_too_few_or_too_shallow_stacks_are_told_what_is_needed(small, one_line_error):
    message = one_line_error(fitted.sweep, small)
    assert "at least 4 initializers of different sigma_w" in message
    assert "this dataset has 1 and 40" in message


def test_theorys_depths_diverge_at_the_critical_point():
    sigmas, signal, gradient = fitted.theory_depths("tanh", 0.8, 1.8, 0.05**0.5)
    (critical,) = fitted.critical_sigma_w("tanh", 0.05**0.5)
    assert critical == pytest.approx(1.7610**0.5, abs=1e-4)
    assert (np.diff(sigmas) > 0).all()
    assert np.isinf([signal.max(), gradient.max()]).all()
    assert sigmas[signal.argmax()] == pytest.approx(critical)
    at = np.abs(sigmas - 1.3**0.5).argmin()
    assert signal[at] == pytest.approx(gradient[at])  # ordered: c* = 1, one number decides both
    both = fitted.theory_grid("tanh", sigmas[:2], np.array([0.05**0.5, 0.3]))
    np.testing.assert_allclose([each[:, 0] for each in both], [signal[:2], gradient[:2]])


def test_relu_is_critical_at_one_point_only():
    weight, bias = fitted.critical_curve("relu")
    np.testing.assert_allclose(weight, 2**0.5)
    np.testing.assert_allclose(bias, 0, atol=1e-7)


def test_a_critical_line_is_where_theory_itself_is_critical():
    """GELU keeps short lengths, and gradients at them, that inputs run away from: chi_1 is up to 2 there."""
    weight, bias = fitted.critical_curve("gelu")
    assert len(weight) > 20
    for w, b in list(zip(weight**2, bias**2, strict=True))[::12]:
        assert theory.mean_field("gelu", w, b).chi_1 == pytest.approx(1.0)
    assert len(theory.critical_points("gelu")) == 1  # sigma_w^2 = 4, where a length of 0 is left
    assert fitted.critical_variances("gelu", 0.0) == fitted.critical_sigma_w("gelu", 0.0) == []
    assert fitted.critical_variances("relu", 0.0) == [pytest.approx(2.0)]
