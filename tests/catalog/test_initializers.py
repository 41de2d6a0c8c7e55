import dataclasses
import itertools
import math

import numpy as np
import pytest

from actviz import INITIALIZERS, ActvizError, Initializer, VarianceScaling
from actviz import initializer as look_up
from actviz.catalog.initializers import (
    ALIASES,
    DISTRIBUTIONS,
    FAMILIES,
    MODES,
    TRUNCATED_STD,
    Constant,
    Identity,
    Normal,
    Orthogonal,
    TruncatedNormal,
    Uniform,
    standard_normal,
)
from actviz.numerics.streams import stream

WITH_PARAMETERS = [
    "constant:-2",
    "uniform:0,1",
    "uniform:-3,1",
    "normal:0.01",
    "normal:0",
    "truncated_normal:0.5",
    "orthogonal:1.6",
    "identity:-2",
    *(f"variance_scaling:3,{mode},{distribution}" for mode, distribution in itertools.product(MODES, DISTRIBUTIONS)),
]
every_initializer = pytest.mark.parametrize("name", [*INITIALIZERS, *WITH_PARAMETERS])
every_fans = pytest.mark.parametrize("fans", [(60, 60), (100, 30), (30, 100)], ids=str)


def _samples(initializer, fans, seeds=24):
    return np.array([initializer.sample(stream(seed, "weights", 1), *fans) for seed in range(seeds)])


def _declared_mean(initializer, fan_in, fan_out):
    shift, scale = initializer.affine(fan_in, fan_out)
    share = min(fan_in, fan_out) / (fan_in * fan_out) if isinstance(initializer, Identity) else 0.0
    return shift + scale * share


def _assert_ensemble(values, expected, floor, what):
    """The mean over seeds is the expected value to five of its standard errors, as the seeds themselves spread."""
    error = np.std(values, ddof=1) / math.sqrt(len(values))
    assert abs(np.mean(values) - expected) <= 5 * error + floor, f"{what}: {np.mean(values)} +- {error}, not {expected}"


@every_initializer
@every_fans
def test_empirical_mean_is_the_declared_one(name, fans):
    initializer = look_up(name)
    means = _samples(initializer, fans).mean(axis=(1, 2))
    _assert_ensemble(means, _declared_mean(initializer, *fans), 1e-12, f"mean of {name}")


@every_initializer
@every_fans
def test_empirical_variance_is_the_declared_one(name, fans):
    initializer = look_up(name)
    declared = initializer.variance(*fans)
    variances = _samples(initializer, fans).var(axis=(1, 2))
    # np.var of N values loses a share 1/N, below 1/1800 here
    _assert_ensemble(variances, declared, declared / 1800 + 1e-12, f"variance of {name}")


@every_initializer
@every_fans
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shape_and_precision(name, fans, dtype):
    weights = look_up(name).sample(stream(0, "weights", 1), *fans, dtype)
    assert weights.shape == fans
    assert weights.dtype == np.dtype(dtype)


@every_initializer
def test_one_stream_gives_the_same_weights_twice(name):
    initializer = look_up(name)
    first, second = (initializer.sample(stream(4, "weights", 2), 20, 31) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@every_initializer
def test_an_initializer_is_a_frozen_comparable_value(name):
    initializer = look_up(name)
    assert isinstance(initializer, Initializer)
    assert initializer == look_up(name)
    assert hash(initializer) == hash(look_up(name))
    assert type(initializer).__name__ in repr(initializer)
    with pytest.raises(dataclasses.FrozenInstanceError):
        initializer.scale = 2.0


@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=INITIALIZERS)
def test_every_initializer_has_a_reference(initializer):
    assert initializer.reference


# Ranges


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bounds", [(-1, 1), (0, 1), (-3, 1), (5, 5.001), (-1e-3, 1e3)], ids=str)
def test_uniform_fills_its_range_and_stays_inside(dtype, bounds):
    low, high = bounds
    weights = Uniform(low, high).sample(stream(0, "weights", 1), 300, 200, dtype)
    ulp = np.finfo(dtype).eps * max(abs(low), abs(high))  # shifting a draw rounds once
    assert weights.min() >= low - ulp
    assert weights.max() <= high + ulp
    # of 60000 values the extreme is within 20/60000 of the bound but for a chance of exp(-20)
    slack = (high - low) * 20 / weights.size + ulp
    assert weights.min() <= low + slack
    assert weights.max() >= high - slack


@pytest.mark.parametrize(
    "name", [name for name in INITIALIZERS if getattr(INITIALIZERS[name], "family", "") == "uniform"]
)
def test_uniform_family_ends_at_root_three_standard_deviations(name):
    initializer = INITIALIZERS[name]
    weights = initializer.sample(stream(0, "weights", 1), 200, 100)
    edge = math.sqrt(3 * initializer.variance(200, 100))
    assert 0.999 * edge < np.abs(weights - weights.mean().round(1)).max() <= edge * (1 + 1e-12)


@pytest.mark.parametrize("std", [1.0, 0.02])
def test_truncated_normal_ends_at_two_parent_standard_deviations(std):
    from scipy import stats

    weights = TruncatedNormal(std).sample(stream(0, "weights", 1), 300, 200)
    assert 1.99 * std < np.abs(weights).max() <= 2 * std
    assert stats.kstest(weights.reshape(-1) / std, stats.truncnorm(-2, 2).cdf).pvalue > 1e-3


def test_truncated_standard_deviation_is_scipys():
    from scipy import stats

    assert pytest.approx(stats.truncnorm(-2, 2).std(), rel=1e-12) == TRUNCATED_STD


@every_fans
def test_zeros_and_constant_have_no_spread(fans):
    assert not look_up("zeros").sample(stream(0, "weights", 1), *fans).any()
    assert (Constant(0.3).sample(stream(0, "weights", 1), *fans) == 0.3).all()


@every_fans
@pytest.mark.parametrize("gain", [1.0, 1.7])
def test_orthogonal_has_orthonormal_columns_or_rows_times_gain(fans, gain):
    weights = Orthogonal(gain).sample(stream(0, "weights", 1), *fans)
    tall = weights if fans[0] >= fans[1] else weights.T
    np.testing.assert_allclose(tall.T @ tall, gain**2 * np.eye(min(fans)), atol=1e-12)


def test_orthogonal_is_uniform_over_rotations():
    # Haar: every entry has mean 0, which QR without its sign fix violates on the diagonal.
    entries = _samples(Orthogonal(), (4, 4), seeds=2000)
    assert np.max(np.abs(entries.mean(axis=0))) < 5 * 0.5 / math.sqrt(2000)
    assert np.linalg.det(entries).mean() == pytest.approx(0.0, abs=5 / math.sqrt(2000))


@every_fans
def test_identity_is_gain_on_the_diagonal(fans):
    np.testing.assert_array_equal(Identity(2.5).sample(stream(0, "weights", 1), *fans), 2.5 * np.eye(*fans))


# The normal draw


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", range(4))
def test_standard_normal_is_normal_by_kolmogorov_smirnov(dtype, seed):
    from scipy import stats

    values = standard_normal(stream(seed, "weights", 1), 400, 500, dtype).reshape(-1).astype(float)
    assert stats.kstest(values, "norm").pvalue > 1e-3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_standard_normal_has_the_moments_of_a_normal(dtype):
    values = standard_normal(stream(0, "weights", 1), 1000, 1000, dtype).astype(float)
    for power, expected in enumerate((0.0, 1.0, 0.0, 3.0, 0.0, 15.0), start=1):
        spread = math.sqrt(math.prod(range(1, 2 * power, 2)) - expected**2)  # E[z^2k] = (2k - 1)!!
        assert np.mean(values**power) == pytest.approx(expected, abs=5 * spread / 1000), f"moment {power}"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("threshold", [2.0, 3.0, 4.0, 4.5])
def test_standard_normal_has_the_tails_of_a_normal(dtype, threshold):
    values = standard_normal(stream(1, "weights", 1), 1000, 2000, dtype)
    for tail in (values, -values):
        expected = values.size * math.erfc(threshold / math.sqrt(2)) / 2
        assert np.count_nonzero(tail > threshold) == pytest.approx(expected, abs=5 * math.sqrt(expected))


def test_standard_normal_values_are_independent_of_each_other():
    # Box-Muller gives values in pairs, half a block apart.
    values = standard_normal(stream(2, "weights", 1), 1, 32768, "float64").reshape(-1)
    first, second = values[:16384], values[16384:]
    for f, g in itertools.product((lambda z: z, np.square, np.abs), repeat=2):
        correlation = np.corrcoef(f(first), g(second))[0, 1]
        assert abs(correlation) < 5 / math.sqrt(16384)
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 5 / math.sqrt(32767)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (181, 181), (32769, 1), (1, 32768), (5, 13107)], ids=str)
def test_standard_normal_has_any_shape(dtype, shape):
    values = standard_normal(stream(0, "weights", 1), *shape, dtype)
    assert values.shape == shape
    assert values.dtype == np.dtype(dtype)
    assert np.isfinite(values).all()
    assert len(np.unique(values)) > 0.99 * values.size


# The field's definitions


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xavier", lambda n, m: 2 / (n + m)),
        ("xavier_normal", lambda n, m: 2 / (n + m)),
        ("xavier_uniform", lambda n, m: 2 / (n + m)),
        ("he", lambda n, m: 2 / n),
        ("he_normal", lambda n, m: 2 / n),
        ("he_uniform", lambda n, m: 2 / n),
        ("lecun", lambda n, m: 1 / n),
        ("lecun_normal", lambda n, m: 1 / n),
        ("lecun_uniform", lambda n, m: 1 / n),
        ("pytorch_default", lambda n, m: 1 / (3 * n)),
        ("orthogonal", lambda n, m: 1 / max(n, m)),
        ("normal", lambda n, m: 1.0),
        ("normal:0.01", lambda n, m: 1e-4),
        ("uniform", lambda n, m: 1 / 3),
        ("uniform:0,1", lambda n, m: 1 / 12),
        ("truncated_normal", lambda n, m: 0.87962566103423978**2),
        ("zeros", lambda n, m: 0.0),
        ("constant", lambda n, m: 0.0),
    ],
)
@every_fans
def test_variance_is_the_published_one(name, expected, fans):
    assert look_up(name).variance(*fans) == pytest.approx(expected(*fans), rel=1e-12)


@pytest.mark.parametrize("fans", [(50, 50), (784, 784), (100, 50), (50, 100), (784, 10)], ids=str)
def test_glorot_and_lecun_agree_on_squares_only(fans):
    for kind in ("normal", "uniform"):
        glorot, lecun = (INITIALIZERS[f"{name}_{kind}"].variance(*fans) for name in ("xavier", "lecun"))
        assert math.isclose(glorot, lecun) == (fans[0] == fans[1])


def test_a_bare_family_name_means_its_normal_member():
    for alias, name in ALIASES.items():
        assert look_up(alias) is INITIALIZERS[name]
        assert name.endswith("_normal")


@every_fans
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_variance_scaling_divides_by_its_fan(fans, distribution):
    fan_in, fan_out = fans
    for mode, fan in (("fan_in", fan_in), ("fan_out", fan_out), ("fan_avg", (fan_in + fan_out) / 2)):
        assert VarianceScaling(2.5, mode, distribution).variance(*fans) == pytest.approx(2.5 / fan, rel=1e-12)


@every_fans
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_shares_its_draws_under_one_seed(family, fans):
    members = {n: look_up(n) for n in [*INITIALIZERS, *WITH_PARAMETERS] if look_up(n).family == family}
    assert len(members) >= 2
    units = {}
    for name, member in members.items():
        shift, scale = member.affine(*fans)
        if scale:
            units[name] = (member.sample(stream(3, "weights", 2), *fans) - shift) / scale
    for unit in units.values():
        np.testing.assert_allclose(unit, next(iter(units.values())), rtol=1e-9, atol=1e-12)


@every_fans
def test_he_and_xavier_weights_are_proportional(fans):
    for kind in ("normal", "uniform"):
        he, xavier = (INITIALIZERS[f"{n}_{kind}"].sample(stream(3, "weights", 2), *fans) for n in ("he", "xavier"))
        ratio = math.sqrt((fans[0] + fans[1]) / fans[0])
        np.testing.assert_allclose(he, ratio * xavier, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "fill"),
    [
        ("zeros", lambda init: init.zeros_),
        ("constant", lambda init: lambda w: init.constant_(w, 0.1)),
        ("uniform", lambda init: lambda w: init.uniform_(w, -1, 1)),
        ("normal", lambda init: init.normal_),
        ("truncated_normal", lambda init: lambda w: init.trunc_normal_(w, a=-2, b=2)),
        ("xavier_normal", lambda init: init.xavier_normal_),
        ("xavier_uniform", lambda init: init.xavier_uniform_),
        ("he_normal", lambda init: lambda w: init.kaiming_normal_(w, nonlinearity="relu")),
        ("he_uniform", lambda init: lambda w: init.kaiming_uniform_(w, nonlinearity="relu")),
        ("lecun_normal", lambda init: lambda w: init.kaiming_normal_(w, nonlinearity="linear")),
        ("lecun_uniform", lambda init: lambda w: init.kaiming_uniform_(w, nonlinearity="linear")),
        ("orthogonal", lambda init: init.orthogonal_),
        ("identity", lambda init: init.eye_),
        ("pytorch_default", lambda init: lambda w: init.kaiming_uniform_(w, a=math.sqrt(5))),
    ],
)
@every_fans
def test_declared_variance_is_that_of_pytorchs_counterpart(name, fill, fans, torch):
    torch.manual_seed(0)
    # PyTorch keeps weights as (fan_out, fan_in)
    drawn = [fill(torch.nn.init)(torch.empty(fans[1], fans[0], dtype=torch.float64)).numpy() for _ in range(24)]
    declared = INITIALIZERS[name].variance(*fans)
    _assert_ensemble(np.var(drawn, axis=(1, 2)), declared, declared / 1800 + 1e-12, f"PyTorch's {name}")


def test_pytorch_default_is_that_of_its_linear_layer(torch):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(100, 30, dtype=torch.float64).weight.detach().numpy() for _ in range(24)]
    declared = INITIALIZERS["pytorch_default"].variance(100, 30)
    _assert_ensemble(np.var(layers, axis=(1, 2)), declared, declared / 1800, "nn.Linear")


# Errors


@pytest.mark.parametrize(
    "make",
    [
        lambda: VarianceScaling(-1.0),
        lambda: VarianceScaling(math.nan),
        lambda: VarianceScaling(1.0, "fan_sum"),
        lambda: VarianceScaling(1.0, "fan_in", "cauchy"),
        lambda: VarianceScaling("2"),
        lambda: Normal(-0.1),
        lambda: Normal(math.inf),
        lambda: TruncatedNormal(-1.0),
        lambda: Constant(math.nan),
        lambda: Constant(None),
        lambda: Uniform(1.0, 1.0),
        lambda: Uniform(1.0, -1.0),
        lambda: Uniform(-math.inf, 0.0),
        lambda: Orthogonal(-1.0),
        lambda: Identity(math.nan),
    ],
)
def test_bad_parameters_are_one_line_errors(make, one_line_error):
    one_line_error(make)


def test_a_bad_choice_lists_the_choices():
    with pytest.raises(ActvizError, match="fan_in, fan_out, fan_avg"):
        VarianceScaling(1.0, "fan_sum")
    with pytest.raises(ActvizError, match="normal, uniform, truncated_normal"):
        VarianceScaling(1.0, "fan_in", "cauchy")
