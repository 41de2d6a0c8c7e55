import dataclasses
import math
import pickle

import numpy as np
import pytest

from actviz import ACTIVATIONS, Activation, ActvizError, probe
from actviz import activation as look_up
from actviz.catalog.activations import CentralDifference
from actviz.catalog.elementwise import SELU_ALPHA, SELU_LAMBDA

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
PARAMETRIZED = ["leaky_relu:0.2", "leaky_relu:0", "elu:0.5", "elu:2"]


def _points(activation, distance=1e-3, number=4001):
    """Float64 pre-activations in [-9, 9], no nearer than ``distance`` to a kink."""
    z = np.concatenate([np.linspace(-9.0, 9.0, number), np.random.default_rng(1).normal(size=1000)])
    for kink in activation.kinks:
        z = z[np.abs(z - kink) > distance]
    return z


def _assert_slope(z, analytic, numeric, tolerance, what):
    worst = int(np.argmax(np.abs(analytic - numeric)))
    assert np.abs(analytic - numeric)[worst] <= tolerance, (
        f"{what} at z = {z[worst]!r}: analytic {analytic[worst]!r}, numeric {numeric[worst]!r}"
    )


def test_table_is_keyed_by_name():
    assert all(name == activation.name for name, activation in ACTIVATIONS.items())
    assert all(activation.reference for activation in ACTIVATIONS.values())


@every_activation
def test_what_the_table_has_pickles_though_its_functions_may_have_no_name(activation):
    assert pickle.loads(pickle.dumps(activation)) is activation
    own = dataclasses.replace(ACTIVATIONS["tanh"], name=activation.name)
    assert pickle.loads(pickle.dumps(own)) == own  # not the table's of that name


@pytest.mark.parametrize("name", [*ACTIVATIONS, *PARAMETRIZED])
def test_slope_is_the_central_difference_away_from_kinks(name):
    activation = look_up(name)
    z, step = _points(activation), 1e-5
    z = z[np.abs(z) > 2 * step]  # softsign's second derivative jumps at 0
    numeric = (activation(z + step) - activation(z - step)) / (2 * step)
    # step^2 / 6 * |phi'''| < 1e-10 for third derivatives below 6, plus rounding 2e-16 * 9 / 1e-5 = 2e-10
    _assert_slope(z, activation.derivative(z), numeric, 1e-9, f"{name} slope")


@every_activation
def test_slope_is_consistent_with_slope_from(activation):
    z = _points(activation)
    argument = z if activation.slope_from == "z" else activation(z)
    np.testing.assert_array_equal(activation.slope(argument, *activation.values), activation.derivative(z))


@pytest.mark.parametrize("name", [*ACTIVATIONS, *PARAMETRIZED])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_put_into_an_array_is_what_is_given_without_one(name, dtype):
    activation = look_up(name)
    z = np.concatenate([_points(activation, number=201), [0.0, -0.0, 1e4, -1e4, math.inf, -math.inf, math.nan]])
    z = z.astype(dtype).reshape(3, -1) if len(z) % 3 == 0 else z.astype(dtype)
    before, h, slope = z.copy(), np.empty_like(z), np.empty_like(z)
    with np.errstate(all="ignore"):
        activation.into(z, h)
        activation.slope_into(z if activation.slope_from == "z" else h, slope)
    np.testing.assert_array_equal(h, activation(z))
    np.testing.assert_array_equal(slope, activation.derivative(z))
    np.testing.assert_array_equal(z, before)


def _exact(z):
    """The slow functions in longer numbers, written apart from those of the table."""
    z = z.astype(np.longdouble)
    softplus = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    bent = np.expm1(np.minimum(z, 0.0))
    lam, alpha = np.longdouble(SELU_LAMBDA), np.longdouble(SELU_ALPHA)
    return {
        "elu": np.where(z > 0.0, z, bent),
        "selu": lam * np.where(z > 0.0, z, alpha * bent),
        "softplus": softplus,
        "silu": z / (1.0 + np.exp(-z)),
        "mish": z * np.tanh(softplus),
    }


@pytest.mark.parametrize("name", ["elu", "selu", "softplus", "silu", "mish"])
def test_slow_functions_are_exact_to_a_few_units_in_the_last_place(name):
    """Of float64; an exponential, a quotient and a product are rounded for themselves, half a unit each or one."""
    z = np.concatenate([np.linspace(-30.0, 30.0, 3001), np.random.default_rng(2).normal(size=3000)])
    exact = _exact(z)[name]
    off = np.abs(ACTIVATIONS[name](z) - exact) / np.spacing(np.abs(exact.astype(np.float64)))
    assert off.max() < {"elu": 1.0, "selu": 2.0, "softplus": 2.0, "silu": 3.0, "mish": 3.0}[name]


@every_activation
def test_the_slope_jumps_only_at_declared_kinks(activation):
    z = np.arange(-9000, 9000) / 1000.0 + 5e-4  # never on a whole number, where the kinks are
    jumps = z[:-1][np.abs(np.diff(activation.derivative(z))) > 0.01] + 5e-4
    assert {round(float(jump), 2) for jump in jumps} <= set(activation.kinks)


@every_activation
def test_values_agree_with_pytorch(activation, torch, torch_activations):
    if activation.name not in torch_activations:
        pytest.skip(f"PyTorch has no {activation.name}")
    z = _points(activation)
    expected = torch_activations[activation.name](torch.from_numpy(z)).numpy()
    np.testing.assert_allclose(activation(z), expected, rtol=1e-12, atol=1e-13)


@every_activation
def test_slopes_agree_with_pytorch(activation, torch, torch_activations):
    if activation.name not in torch_activations:
        pytest.skip(f"PyTorch has no {activation.name}")
    z = _points(activation)
    tensor = torch.from_numpy(z).requires_grad_()
    torch_activations[activation.name](tensor).sum().backward()
    tolerance = 1e-8 if activation.name == "hard_sigmoid" else 1e-12  # PyTorch's own 1/6 there is a float32
    expected = tensor.grad.numpy()
    _assert_slope(z, activation.derivative(z), expected, tolerance, f"{activation.name} slope against PyTorch")


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (2, 3, 4)])
def test_shape_and_precision_are_kept(activation, dtype, shape):
    z = np.random.default_rng(2).normal(size=shape).astype(dtype).reshape(shape)
    for result in (activation(z), activation.derivative(z)):
        assert result.shape == shape
        assert result.dtype == np.dtype(dtype)


@every_activation
def test_float32_is_float64_rounded(activation):
    z = np.concatenate([_points(activation), np.linspace(-60, 60, 500) + 0.01]).astype(np.float32)
    exact = z.astype(np.float64)
    # a few roundings of 6e-8, of the value or (where terms cancel) of 1 or z
    scale = np.maximum(1.0, np.abs(exact))
    assert np.max(np.abs(activation(z) - activation(exact)) / scale) < 5e-7
    assert np.max(np.abs(activation.derivative(z) - activation.derivative(exact)) / scale) < 2e-6


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_far_out_everything_is_finite_and_nothing_warns(activation, dtype):
    z = np.array([-1e4, -750, -104, -89, -88, -20, -0.0, 0.0, 20, 88, 89, 104, 750, 1e4], dtype)
    h, slope = activation(z), activation.derivative(z)
    assert np.isfinite(h).all()
    assert np.isfinite(slope).all()
    assert np.max(np.abs(slope)) <= activation.max_slope * (1 + 1e-6)


@every_activation
def test_far_out_slope_is_that_of_the_far_difference(activation):
    if activation.name == "sin":
        pytest.skip("sin has no limit slope")
    for z in (-1e4, 1e4):
        numeric = (activation(np.array([z + 1.0])) - activation(np.array([z - 1.0]))) / 2.0
        slope = activation.derivative(np.array([z], np.float32))
        _assert_slope(np.array([z]), slope.astype(float), numeric, 1e-6, f"{activation.name} far slope")


@every_activation
def test_overflow_does_not_warn_under_strict_settings(activation):
    with np.errstate(all="raise"):
        activation(np.array([-3e38, 3e38, np.inf, -np.inf, np.nan], np.float32))
        activation.derivative(np.array([-3e38, 3e38, np.inf, -np.inf, np.nan], np.float32))


@every_activation
def test_nan_stays_nan(activation):
    assert np.isnan(activation(np.array([np.nan], np.float32)))[0]


@every_activation
def test_input_is_neither_changed_nor_returned(activation):
    z = np.random.default_rng(3).normal(size=50)
    before = z.copy()
    h = activation(z)
    activation.derivative(z)
    h += 1.0
    np.testing.assert_array_equal(z, before)


@every_activation
def test_bounds_are_respected(activation):
    low, high = activation.bounds
    for dtype in ("float32", "float64"):
        z = np.concatenate(
            [np.linspace(-50, 50, 20001), np.geomspace(1e-30, 1e30, 500), -np.geomspace(1e-30, 1e30, 500)]
        )
        h = activation(z.astype(dtype))
        assert h.min() >= np.dtype(dtype).type(low)
        assert h.max() <= np.dtype(dtype).type(high)


@every_activation
def test_bounds_are_approached(activation):
    h = activation(np.concatenate([np.linspace(-20, 20, 400_001), [-1e8, 1e8]]))
    (low, high), (infimum, supremum) = (h.min(), h.max()), activation.bounds
    if math.isfinite(infimum):
        assert low == pytest.approx(infimum, abs=1e-6)
    if math.isfinite(supremum):
        assert high == pytest.approx(supremum, abs=1e-6)
    else:
        assert high > 1e5, f"declared unbounded above, yet stops at {high}"


@every_activation
def test_bounded_means_both_bounds_are_finite(activation):
    assert activation.bounded == bool(np.isfinite(activation.bounds).all())


@every_activation
def test_max_slope_is_the_steepest_secant(activation):
    z = np.arange(-40_000, 40_001) / 2000.0
    steepest = np.max(np.abs(np.diff(activation(z)))) * 2000.0
    assert activation.max_slope == pytest.approx(steepest, rel=1e-3)  # a secant of 1/2000 misses at most its width


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("identity", 1.0),
        ("sigmoid", 0.25),
        ("hard_sigmoid", 1 / 6),
        ("tanh", 1.0),
        ("relu", 1.0),
        ("leaky_relu:3", 3.0),
        ("elu:2", 2.0),
        ("selu", 1.0507009873554805 * 1.6732632423543772),
        ("erf", 2 / math.sqrt(math.pi)),
        ("gelu", 1.1289),
        ("silu", 1.0998),
        ("softplus", 1.0),
    ],
)
def test_max_slope_known_values(name, expected):
    assert look_up(name).max_slope == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("phi", "largest"),
    [
        (np.exp, math.nan),
        (lambda z: z**3, math.nan),
        (lambda z: np.maximum(z, 0) ** 2, math.nan),
        (lambda z: z * np.log1p(np.abs(z)), math.nan),
        (np.expm1, math.nan),
        (np.sinh, math.nan),
        (lambda z: np.exp(z * z), math.nan),
        (lambda z: np.sign(z) * np.sqrt(np.abs(z)), math.nan),  # at a point
        (lambda z: np.cbrt(z - 1 / 3), math.nan),
        (lambda z: 1e8 + np.tanh(1e3 * z), 1e3),  # steep, and coarse in its digits, is no pole
        (lambda z: np.logaddexp(0, z - 60), 1.0),  # steepest beyond any grid about 0
        (lambda z: 3 * np.clip(z, -1, 1), 3.0),
    ],
)
def test_a_slope_that_grows_without_end_has_no_largest(phi, largest):
    assert Activation("own", phi).max_slope == pytest.approx(largest, rel=1e-3, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "largest"),
    [
        ("expr:exp(z)", math.nan),
        ("expr:exp(z)-1", math.nan),
        ("expr:exp(z*z)", math.nan),
        ("expr:abs(z)**0.5", math.nan),
        ("expr:sqrt(abs(z-0.3333))", math.nan),
        ("expr:1/z", math.nan),
        ("expr:1/(1+exp(-50*z))", 12.5),  # an overflow of its quotient far out is no slope
        ("expr:z*z/abs(z)", 1.0),
    ],
)
def test_a_slope_that_is_given_has_a_largest_only_where_it_ends(name, largest):
    assert look_up(name).max_slope == pytest.approx(largest, rel=1e-6, nan_ok=True)


def test_selu_keeps_a_standard_normal_standard():
    # A Gauss-Hermite rule would err at the kink: integrate each side of it with Gauss-Legendre.
    nodes, gauss = np.polynomial.legendre.leggauss(200)
    z = np.concatenate([-6.0 + 6.0 * nodes, 6.0 + 6.0 * nodes])
    weights = np.concatenate([gauss, gauss]) * 6.0 * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    selu = ACTIVATIONS["selu"]
    assert weights @ selu(z) == pytest.approx(0.0, abs=1e-9)
    assert weights @ selu(z) ** 2 == pytest.approx(1.0, abs=1e-9)
    # lambda^2 (alpha^2 E[exp(2z); z < 0] + 1/2), and E[exp(2z); z < 0] = exp(2) ndtr(-2)
    below = math.exp(2.0) * math.erfc(math.sqrt(2.0)) / 2.0
    closed_form = 1.0507009873554805**2 * (1.6732632423543772**2 * below + 0.5)
    assert weights @ selu.derivative(z) ** 2 == pytest.approx(closed_form, abs=1e-9)


@pytest.mark.parametrize("alpha", [-1.0, -0.3])
def test_elu_with_a_negative_alpha_is_refused_or_right(alpha):
    try:
        activation = look_up(f"elu:{alpha}")
    except ActvizError:
        return
    z, step = _points(activation), 1e-5
    numeric = (activation(z + step) - activation(z - step)) / (2 * step)
    _assert_slope(z, activation.derivative(z), numeric, 1e-9, f"elu:{alpha} slope")


@every_activation
def test_activation_is_a_frozen_comparable_value(activation):
    with pytest.raises(dataclasses.FrozenInstanceError):
        activation.name = "other"
    assert activation == dataclasses.replace(activation)
    assert hash(activation) == hash(dataclasses.replace(activation))
    assert activation.name in repr(activation)


def test_with_parameters_changes_only_those_named():
    changed = ACTIVATIONS["leaky_relu"].with_parameters({"slope": 0.3})
    assert changed.values == (0.3,)
    assert ACTIVATIONS["leaky_relu"].values == (0.01,)
    assert changed(np.array([-2.0, 2.0])).tolist() == [-0.6, 2.0]


@pytest.mark.parametrize(
    "wrong",
    [{"slope_from": "x"}, {"bounds": (1.0, 0.0)}, {"bounds": (math.nan, 1.0)}, {"parameters": (("a", math.nan),)}],
    ids=str,
)
def test_bad_values_are_one_line_errors(wrong, one_line_error):
    one_line_error(Activation, "mine", np.tanh, np.cos, **wrong)


# Without a slope


def _slopeless(activation):
    return dataclasses.replace(activation, slope=None, slope_from="z")


@every_activation
def test_a_slope_left_out_is_taken_numerically(activation):
    own, z = _slopeless(activation), _points(activation)
    z = z[np.abs(z) > 1e-4]  # softsign's second derivative jumps at 0
    assert isinstance(own.slope, CentralDifference)
    _assert_slope(z, own.derivative(z), activation.derivative(z), 1e-9, f"{activation.name} without a slope")
    single = own.derivative(z.astype(np.float32))
    assert single.dtype == np.float32
    exact = activation.derivative(z.astype(np.float32).astype(np.float64))
    _assert_slope(z, single, exact, 1e-7, f"{activation.name} without a slope, float32")


@every_activation
def test_far_out_a_numerical_slope_keeps_eight_digits(activation):
    z = np.concatenate([np.geomspace(20, 1e4, 50), -np.geomspace(20, 1e4, 50)])
    _assert_slope(z, _slopeless(activation).derivative(z), activation.derivative(z), 2e-8, f"{activation.name} far out")


@every_activation
def test_the_largest_slope_is_found_numerically_too(activation):
    # at a kink a difference is half of either side: the nearest point of the search is 1/1000 away
    assert _slopeless(activation).max_slope == pytest.approx(activation.max_slope, rel=2e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_numerical_slope_has_limits_and_never_warns(dtype):
    z = np.array([-np.inf, -3e38, -1e4, 1e4, 3e38, np.inf], dtype)
    with np.errstate(all="raise"):
        assert Activation("own", np.tanh).derivative(z).tolist() == [0.0] * 6
        assert Activation("own", lambda z: np.maximum(z, 0.0)).derivative(z).tolist() == [0.0] * 3 + [1.0] * 3
        assert np.isnan(Activation("own", np.tanh).derivative(np.array([np.nan], dtype))).all()


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (2, 3, 4)])
def test_a_numerical_slope_keeps_shape_and_argument(shape):
    z = np.random.default_rng(4).normal(size=shape).astype(np.float32).reshape(shape)
    before = z.copy()
    slope = Activation("own", np.tanh).derivative(z)
    assert slope.shape == shape
    assert slope.dtype == np.float32
    np.testing.assert_array_equal(z, before)


def test_a_numerical_slope_takes_the_parameters():
    own = Activation("own", lambda z, a: a * z * z, parameters=(("a", 3.0),))
    assert own.derivative(np.array([2.0])) == pytest.approx(12.0, rel=1e-9)
    assert own.with_parameters({"a": 5.0}).derivative(np.array([2.0])) == pytest.approx(20.0, rel=1e-9)


def test_activations_without_a_slope_are_comparable_values():
    assert Activation("own", np.tanh) == Activation("own", np.tanh)
    assert hash(Activation("own", np.tanh)) == hash(Activation("own", np.tanh))
    assert Activation("own", np.tanh) != Activation("own", np.sin)
    assert Activation("own", np.tanh) != Activation("own", np.tanh, np.cos)


def test_a_slope_of_the_activation_cannot_be_left_out(one_line_error):
    assert "slope" in one_line_error(Activation, "own", np.tanh, slope_from="h")


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_a_stack_without_a_slope_measures_what_one_with_it_does(name):
    options = {"depth": 4, "width": 40, "samples": 30, "seeds": 2, "dtype": "float64"}
    ours = probe("he", _slopeless(dataclasses.replace(look_up(name), name="own")), **options)
    theirs = probe("he", name, **options)
    for statistic in ("act_std", "grad_preact_rms", "grad_weight_norm", "saturated", "similarity"):
        np.testing.assert_allclose(ours[statistic].values, theirs[statistic].values, rtol=1e-8, err_msg=statistic)


@pytest.mark.parametrize(
    ("written", "largest"),
    [
        ("expr:tanh(100*(z-25))", 100.0),  # a narrow peak far out
        ("expr:tanh(100*(z+33.777))", 100.0),
        ("expr:max(z-100,0)", 1.0),
        ("expr:tanh(z-8)", 1.0),  # flat where signals are: they saturate
        ("expr:exp(min(z,60))", math.nan),  # by whose largest slope all that passes a gradient were saturated
        ("expr:min(z,60)**3", math.nan),
    ],
)
def test_the_largest_slope_is_found_far_out_or_not_defined_where_gradients_pass_far_below_it(written, largest):
    assert look_up(written).max_slope == pytest.approx(largest, rel=1e-4, nan_ok=True)


@pytest.mark.parametrize("slope", [0.01, 0.0, 1.0, 1.5, -0.2])
def test_a_leak_of_any_slope_is_what_its_definition_says_also_in_place(slope):
    phi = look_up(f"leaky_relu:{slope}")
    z = np.array([-np.inf, -3.0, -0.0, 0.0, 1e-45, 2.0, np.inf, np.nan], np.float32)
    with np.errstate(all="ignore"):
        values, slopes = np.where(z > 0, z, np.float32(slope) * z), np.where(z > 0, np.float32(1.0), np.float32(slope))
        for put, right in ((phi.into, values), (phi.slope_into, slopes)):
            out = np.empty_like(z)
            put(z, out)
            np.testing.assert_array_equal(out, right)
    np.testing.assert_array_equal(phi(z), values)
    np.testing.assert_array_equal(phi.derivative(z), slopes)
