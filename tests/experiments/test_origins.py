"""What is said to be computed independently is computed here once more: numpy and scipy, and nothing of actviz."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit
from scipy.stats import chi2, norm

from actviz.experiments import EXPERIMENTS, Basis, Origin
from actviz.text import in_language

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
PHI = {
    "identity": (lambda z: z, lambda z: 1.0),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: (1 + abs(z)) ** -2),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "selu": (
        lambda z: SCALE * (z if z > 0 else ALPHA * math.expm1(z)),
        lambda z: SCALE * (1.0 if z > 0 else ALPHA * math.exp(z)),
    ),
}


def expected(function, q, scale=1.0):
    """E[function(sqrt(q) x)] for x from N(0, 1), in pieces."""
    ends = (-9, -3, -1, -0.1, 0, 0.1, 1, 3, 9)
    density = lambda x: function(math.sqrt(q) * x) * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)  # noqa: E731
    return scale * sum(quad(density, a, b, epsabs=1e-13)[0] for a, b in itertools.pairwise(ends))


def square(name, q, weight_var=1.0, bias_var=0.0):
    return expected(lambda z: PHI[name][0](z) ** 2, q, weight_var) + bias_var


def slope(name, q, weight_var=1.0):
    return expected(lambda z: PHI[name][1](z) ** 2, q, weight_var)


def fixed(name, weight_var, bias_var=0.0):
    """q* and chi_1 by iteration from 1."""
    q = 1.0
    for _ in range(400):
        before, q = q, square(name, q, weight_var, bias_var)
        if abs(q - before) < 1e-10:
            break
    return q, slope(name, q, weight_var)


def lengths(name, weight_var, depth):
    """q of the pre-activations of layers 1 to depth, from inputs of mean square 1."""
    found = [weight_var]
    while len(found) < depth:
        found.append(square(name, found[-1], weight_var))
    return found


def stacked(name, std, depth, width, rows, seeds):
    """Standard deviation of the activations of every layer of plain stacks, geometric mean over seeds."""
    phi = {"tanh": np.tanh, "sigmoid": expit, "relu": lambda z: np.maximum(z, 0)}[name]
    logs = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        h, found = rng.standard_normal((rows, width), np.float32), []
        for _ in range(depth):
            h = phi(h @ (np.float32(std) * rng.standard_normal((width, width), np.float32)))
            found.append((float(h.std(dtype=np.float64)), float(np.square(h, dtype=np.float64).mean())))
        logs.append(np.log(found))
    return np.exp(np.mean(logs, axis=0))


def backward(weight_var, depth=50, width=300, rows=100, seeds=4):
    """Factor of the mean-square gradient a layer of tanh with biases of variance 0.05, by a straight line."""
    factors = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        h, kept = rng.standard_normal((rows, width)), []
        for _ in range(depth):
            w = math.sqrt(weight_var / width) * rng.standard_normal((width, width))
            h = np.tanh(h @ w + math.sqrt(0.05) * rng.standard_normal(width))
            kept.append((w, h))
        dh, squares = rng.standard_normal((rows, width)), []
        for w, h in reversed(kept):
            dz = dh * (1 - h**2)
            squares.append(np.square(dz).mean())
            dh = dz @ w.T
        factors.append(np.polyfit(np.arange(depth), np.log(squares), 1)[0])
    return math.exp(np.mean(factors))


def weights_of_a_unit(function):
    """Mean over the weights of a unit, z from N(0, |w|²), |w|² as 2 chi²(100) / 100."""
    return quad(lambda x: function(math.sqrt(2 * x / 100)) * chi2.pdf(x, 100), 30, 220)[0]


def glorot(name, weight_var):
    """Mean-square gradient of layer 1 over layer 5, and the standard deviation of layer 5."""
    q = lengths(name, weight_var, 5)
    mean = expected(PHI[name][0], q[4])
    return math.prod(slope(name, each, weight_var) for each in q[:4]), math.sqrt(square(name, q[4]) - mean**2)


def dlfs():
    yield 0.5, 0  # as many weights up as down
    for name, std, tolerance in (("sigmoid", 1.0, 0.02), ("sigmoid", 0.01, 0.07), ("tanh", 0.01, 0.03)):
        yield from ((value, tolerance) for value in stacked(name, std, 5, 100, 1000, 40)[:, 0])
    yield stacked("relu", 0.01, 5, 100, 1000, 40)[4, 0], 0.15
    yield weights_of_a_unit(lambda sigma: sigma / math.sqrt(2 * math.pi)), 1e-4
    yield weights_of_a_unit(lambda sigma: norm.sf(1 / sigma)), 1e-4
    yield 0.5, 0
    yield fixed("sigmoid", 1.0)[1], 1e-3


def cs231n():
    small = stacked("tanh", 0.01, 10, 500, 1000, 3)
    yield from ((small[at, 0], 0.03) for at in (0, 9))
    q = lengths("tanh", 1.0, 10)
    yield from ((math.sqrt(square("tanh", each)), 2e-4) for each in q)
    yield stacked("tanh", 500**-0.5, 10, 500, 1000, 3)[9, 0], 0.02
    yield math.sqrt(1 - 1 / math.pi), 1e-3  # beside a finite layer's, 2 / 500
    he = stacked("relu", math.sqrt(2 / 500), 10, 500, 200, 20)[9, 1]
    yield from ((he, 0.25), (he / 2**10, 0.25))


def poole():
    for sigma_w in (1.3, 2.5, 4.0):
        q, chi = fixed("tanh", sigma_w**2, 0.09)
        yield from ((value, 1e-3) for value in (q, chi, q, q, chi))


def plane():
    for sigma_w in (1.3, 2.5, 4.0):
        yield from ((value, 1e-3) for value in fixed("tanh", sigma_w**2, 0.09))


def critical():
    yield brentq(lambda weight_var: fixed("tanh", weight_var, 0.05)[1] - 1, 1.6, 1.9, xtol=1e-6), 5e-5


def schoenholz():
    yield from critical()
    yield from ((fixed("tanh", each, 0.05)[0], 3e-4) for each in (1.3, 2.5))
    for weight_var in (1.3, 1.76, 2.5):
        chi = fixed("tanh", weight_var, 0.05)[1]
        yield from ((chi, 1e-4), (backward(weight_var), 0.02), (chi, 1e-4))


def selu():
    q, chi = fixed("selu", 1.0)
    yield from ((q, 1e-9), (chi, 1e-6), (expected(PHI["selu"][0], 1.0), 1e-9), (square("selu", 1.0), 1e-9), (chi, 1e-4))


def pytorch():
    third = 1 / 3  # of U(-1, 1), and so of U(-1/sqrt n, 1/sqrt n) times n
    yield from (
        (third, 0),
        (math.sqrt(third * square("relu", 1.0)), 1e-9),
        (third * slope("relu", 1.0), 1e-9),
        (1.0, 0),
    )


def glorots():
    for name in ("sigmoid", "tanh", "softsign"):
        yield from ((glorot(name, weight_var)[0], 1e-3) for weight_var in (1 / 3, 1.0))
    for name in ("tanh", "softsign"):
        yield from ((glorot(name, weight_var)[1], 1e-3) for weight_var in (1 / 3, 1.0))


def he():
    yield from ((math.sqrt(square("relu", 1.0, weight_var)), 1e-9) for weight_var in (1.0, 2.0))


def yang():
    mean = expected(PHI["relu"][0], 1.0)
    yield slope("relu", 1.0) / (square("relu", 1.0) - mean**2), 1e-9


def residual():
    q, gradient = 1.0, 1.0
    for _ in range(48):
        gradient *= 1 + slope("tanh", q)
        q += square("tanh", q)
    grown = (1 + 1 / 24) ** 24
    normed = math.prod(1 + 2 * slope("relu", 1.0) / before for before in range(1, 25))
    yield 1 + square("relu", 1.0, 2.0), 1e-9
    yield from ((grown, 1e-9), (grown, 1e-9), (1 + 24 * square("relu", 1.0, 2.0), 1e-9), (normed, 1e-9))
    yield from ((q, 1e-4), (gradient, 1e-3))


def jacobians():
    def spread(name, depth, of_weights):
        first, second = (expected(lambda z, power=power: PHI[name][1](z) ** power, 1.0) for power in (2, 4))
        return depth * (second / first**2 - 1 + of_weights)

    yield from [(0.0, 0)] * 2
    for name, of_weights in (("identity", 1), ("relu", 0), ("relu", 1)):
        yield from ((spread(name, depth, of_weights), 1e-6) for depth in (2, 8))
    for depth in (2, 8):
        found = minimize_scalar(lambda x: (1 + x) ** (depth + 1) / x, bounds=(1e-3, 10), method="bounded")  # noqa: B023
        yield found.fun, 1e-6


def hanin():
    def relative(n, fourth, second):
        return (fourth / second**2 - 1) / n  # variance of a mean of n squares, over its own square

    relu = [expected(lambda z, power=power: PHI["relu"][0](z) ** power, 1.0) for power in (4, 2)]
    for depth, width in ((20, 100), (10, 50), (5, 100)):
        yield depth * math.log1p(relative(width, *relu)) + math.log1p(relative(width, 3.0, 1.0)), 1e-6


def six():
    for std in (0.01, 0.05):
        yield from ((math.sqrt(square("tanh", q)), 2e-4) for q in lengths("tanh", 4096 * std**2, 6))
    yield from ((math.sqrt(square("tanh", q)), 2e-4) for q in lengths("tanh", 1.0, 6))
    half = square("relu", 1.0)
    yield from ((half**6, 1e-9), ((2 * half) ** 6, 1e-9))


def decoupled():
    def adam(decay, rate=0.003, steps=100):
        w, first, second = -1.0, 0.0, 0.0
        for step in range(1, steps + 1):
            first, second = 0.9 * first + 0.1 * decay * w, 0.999 * second + 0.001 * (decay * w) ** 2
            w -= rate * (first / (1 - 0.9**step)) / (math.sqrt(second / (1 - 0.999**step)) + 1e-8)
        return -w

    for decay in (0.1, 1.0):
        yield (1 - 0.003 * decay) ** 100, 1e-9
    yield from ((adam(decay), 1e-5) for decay in (0.1, 1.0))
    for decay in (0.1, 1.0):
        yield (1 - 0.003 * decay) ** 100, 1e-9


def moved(width, seed):
    """RMS by which Adam's first update moves the first hidden layer of a He + ReLU network with 10 classes."""
    rng, shared = np.random.default_rng([seed, width]), np.random.default_rng(seed)
    x, labels = shared.standard_normal((16, 32)), np.eye(10)[shared.integers(10, size=16)]
    sizes = [32, width, width, width, 10]
    weights = [rng.standard_normal(fans) * math.sqrt(2 / fans[0]) for fans in itertools.pairwise(sizes)]

    def passed():
        h = [x]
        for w in weights[:-1]:
            h.append(np.maximum(h[-1] @ w, 0))
        return h, h[-1] @ weights[-1]

    h, logits = passed()
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta = (share / share.sum(axis=1, keepdims=True) - labels) / len(x)
    gradients = []
    for at in range(3, -1, -1):
        gradients.insert(0, h[at].T @ delta)
        delta = delta @ weights[at].T * (h[at] > 0)
    for w, gradient in zip(weights, gradients, strict=True):
        w -= 0.001 * gradient / (np.abs(gradient) + 1e-8)  # Adam's first update
    return math.sqrt(np.square(passed()[0][2] - h[2]).mean())


def coordinates():
    """Powers of the width n by which one update moves a layer, from sizes of gradients and of sums that align."""
    backward, aligned = -1 / 2, 1  # dL/dz of a hidden unit goes as 1/sqrt(n); a sum over n units of what moved, as n
    yield from [(backward, 0), (backward + aligned, 0), (aligned, 0)]  # SGD: x^T delta, h^T delta, h^T dout
    widths = np.array([64, 128, 256, 512])
    slopes = [np.polyfit(np.log(widths), [math.log(moved(width, seed)) for width in widths], 1)[0] for seed in range(3)]
    yield np.mean(slopes), 0.06
    yield from [(0.0, 0), (1 / 2 - 1, 0), (aligned - 1, 0), (aligned - 1, 0)]  # muP: weights 1/n, rates 1/n


COMPUTED = {
    "mup2022/coordinates": coordinates,
    "cs231n/six-layers": six,
    "loshchilov2019/decoupled": decoupled,
    "lsuv2015/unit-variance": lambda: [*[(1.0, 0)] * 6, (math.log(10), 0)],
    "he2015/thirty-layers": lambda: [(math.log(10), 0)],
    "hanin2018/fluctuations": hanin,
    "pennington2017/isometry": jacobians,
    "saxe2014/orthogonal": lambda: [(0.0, 0), (1.0, 0)],
    "yang2017/residual": residual,
    "dlfs/activation-histograms": dlfs,
    "cs231n/ten-layers": cs231n,
    "glorot2010/activations-and-gradients": glorots,
    "he2015/scales": he,
    "poole2016/fig1": poole,
    "poole2016/phase-plane": plane,
    "schoenholz2017/depth-scales": schoenholz,
    "schoenholz2017/trainability": critical,
    "selu/fixed-point": selu,
    "yang2019/batch-norm": yang,
    "pytorch/default-init": pytorch,
    "dlfs/weight-init-compare": lambda: [(math.log(10), 0)],
}


def of(name, origin):
    return [each for each in EXPERIMENTS[name].expectations if each.origin is origin]


STATISTICAL = ("dlfs/activation-histograms", "cs231n/ten-layers", "schoenholz2017/depth-scales")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in STATISTICAL else ()) for name in COMPUTED]
)
def test_what_is_said_to_be_computed_independently_is(name):
    computed, told = list(COMPUTED[name]()), of(name, Origin.INDEPENDENT)
    for (value, tolerance), each in zip(computed, told, strict=True):
        off = tolerance * abs(each.expected) + each.rounding + 1e-9
        assert value == pytest.approx(each.expected, rel=0, abs=off), each.what["en"]


def test_no_other_number_is_said_to_be():
    assert [name for name in EXPERIMENTS if name not in COMPUTED and of(name, Origin.INDEPENDENT)] == []


def test_an_origin_goes_with_how_the_value_is_known():
    for each in (each for experiment in EXPERIMENTS.values() for each in experiment.expectations):
        published = each.origin in (Origin.PAPER, Origin.SLIDES, Origin.SOFTWARE)
        assert published == (each.basis in (Basis.PUBLISHED, Basis.RECALLED)), each.what["en"]
        source = in_language(each.source, "en")
        assert (each.origin is Origin.SLIDES) == (published and "slides" in source)
        assert (each.origin is Origin.SOFTWARE) == (published and ("torch" in source.lower()))
        assert each.origin is not Origin.OWN or each.basis is Basis.MEASURED


def test_a_good_part_of_the_numbers_is_published():
    number = Counter(each.origin for experiment in EXPERIMENTS.values() for each in experiment.expectations)
    assert number[Origin.PAPER] + number[Origin.SLIDES] >= 25
    assert all(number[origin] for origin in Origin)
