"""The article's claims on weight initialization, each in the cases that decide it.

Levels that hold for all of them: a gradient is *kept* if its RMS changes by at most half a decade from layer 5 to
layer 1, and *shrinks* or *grows* if it changes by more; a signal *fades* or *grows* if its RMS halves or doubles a
layer.
"""

from __future__ import annotations

import math

from actviz.experiments.article_normalization import CONSTANT_CASES, NORMALIZATION, PLATEAU_CASES, ZERO_CASES
from actviz.experiments.claims import Case, Claim
from actviz.experiments.readings import (
    Reading,
    at,
    gradient_change,
    layers_that_learn,
    share_near,
    signal_factor,
)
from actviz.specs import initializer

_KEPT = 0.5
"""Decades by which a gradient that is kept may change over five layers."""


def _case(
    what: str,
    reading: Reading,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    so: bool = True,
    deep: bool = False,
) -> Case:
    """Make a case of the five layers, or of the fifty; ``so`` is whether the claim should hold there."""
    return Case({"en": what}, "article-deep" if deep else "article", reading, least, most, so)


def _gradient(what: str, init: str, activation: str, low: float, high: float, *, so: bool = True) -> Case:
    words = f"{what}: change of the gradient from layer 5 to layer 1, in decades"
    return _case(words, gradient_change(init, activation), low, high, so=so)


def _kept(what: str, init: str, activation: str, *, so: bool = True) -> Case:
    return _gradient(what, init, activation, -_KEPT, _KEPT, so=so)


def _shrinks(what: str, init: str, activation: str, *, so: bool = True) -> Case:
    return _gradient(what, init, activation, -math.inf, -_KEPT, so=so)


def _off_centre(init: str) -> Reading:
    mean = at("act_mean", init, "sigmoid", 5)
    return lambda ds: abs(mean(ds) - 0.5)


def _std_ratio(init: str, fan: int, other: str, other_fan: int) -> Reading:
    """Read the std of one initializer's weight over that of another, square layers; the same for every seed."""
    above, below = initializer(init).variance(fan, fan), initializer(other).variance(other_fan, other_fan)
    return lambda ds: math.sqrt(above / below)


_DRIFT = Claim(
    1,
    {
        "en": "Deep in a stack built without care, activations drift to one side, and gradients shrink or grow; "
        "training from such a plateau is inefficient."
    },
    (
        _case(
            "sigmoid, U(0, 1): distance of the mean activation of layer 5 from 0.5, the middle",
            _off_centre("uniform:0,1"),
            0.25,
        ),
        _case("sigmoid, N(0, 1): distance of the mean activation from 0.5", _off_centre("normal"), 0.25, so=False),
        _shrinks("tanh, N(0, 0.01²)", "normal:0.01", "tanh"),
        _gradient("ReLU, N(0, 1)", "normal", "relu", _KEPT, math.inf),
        _shrinks("sigmoid, N(0, 1)", "normal", "sigmoid", so=False),
        *PLATEAU_CASES,
    ),
    "gradients",
    {
        "en": "Gradients shrink or grow by a factor a layer wherever the scale of the weights does not fit the "
        "activation; under sigmoid N(0, 1) happens to leave them nearly level, though half of its values are "
        "saturated. Activations drift to one side only where the mean of the weights is not zero, as under U(0, 1); "
        "with weights as often negative as positive each unit may sit at its own end, but the layer as a whole stays "
        "centred. What such a start costs: with vanished gradients 500 updates do not move the loss from ln 10; from "
        "the milder plateau of Xavier under ReLU training does get away, in about three times as many updates as He "
        "needs. A broad histogram is no way out: sigmoid with Xavier weights stays on the plateau too."
    },
)

_ZERO = Claim(
    2,
    {"en": "With zero weights no update is possible, even where the loss has a gradient."},
    (
        *(
            _case(
                f"{name}, zeros: layers, of 5, whose ∂L/∂W is not exactly 0",
                layers_that_learn("zeros", activation),
                most=0.0,
                so=activation != "sigmoid",
            )
            for activation, name in {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.items()
        ),
        _case(
            "tanh, zeros: RMS of ∂L/∂z at layer 5, what its biases would get", at("grad_preact_rms", "zeros", "tanh", 5)
        ),
        _case("ReLU, zeros: RMS of ∂L/∂z at layer 5", at("grad_preact_rms", "zeros", "relu", 5)),
        _case("sigmoid, constant 0.1: layers whose ∂L/∂W is not 0", layers_that_learn("constant:0.1", "sigmoid")),
        _case(
            "sigmoid, constant 0.1: distinct units, of 100, in layer 5",
            at("distinct_units", "constant:0.1", "sigmoid", 5),
        ),
        *ZERO_CASES,
        *CONSTANT_CASES,
    ),
    "race-relu",
    {
        "en": "Through zero weights no gradient passes backwards, so below the last layer every ∂L/∂W is 0. In the "
        "last layer ∂L/∂W is its input times ∂L/∂z. Under tanh and ReLU that input is 0: no weight learns (under tanh "
        "the last layer's biases would; under ReLU, whose slope at 0 is taken as 0, nothing does). Under sigmoid it is "
        "1/2: the last layer's weights do learn, and after each update one layer more before it, each by a factor of "
        "1e4 and more less than the next (after 500 updates layer 1 is still below what float32 can hold), and the "
        "units of each stay identical: the loss stays at ln 10. Any other constant passes signal and gradient and "
        "leaves the same fault: below the last layer the units of a layer compute the same and get the same update, "
        "so a layer of 100 learns as one unit, and 500 updates hardly take it beyond a guess."
    },
)

_UNIFORM = Claim(
    3,
    {"en": "With uniform weights the range of the outputs gets too wide."},
    (
        _case("sigmoid, U(−1, 1): std of layer 5, of at most 0.5", at("act_std", "uniform", "sigmoid", 5), 0.25),
        _case("tanh, U(−1, 1): std of layer 5, of at most 1", at("act_std", "uniform", "tanh", 5), 0.5),
        _case("ReLU, U(−1, 1): factor of the signal a layer", signal_factor("uniform", "relu"), 2.0),
        _case(
            "sigmoid, U(0, 1): std of layer 5, of at most 0.5",
            at("act_std", "uniform:0,1", "sigmoid", 5),
            0.25,
            so=False,
        ),
        _case("sigmoid, U(0, 1): mean of layer 5", at("act_mean", "uniform:0,1", "sigmoid", 5)),
        _case("ReLU, U(0, 1): factor of the signal a layer", signal_factor("uniform:0,1", "relu"), 2.0),
    ),
    "signal",
    {
        "en": "It depends on which uniform. U(−1, 1) has mean 0 and variance 1/3, so sigma_w² = n/3 = 33 at 100 units: "
        "the values are spread as far as the activation lets them, to both ends of sigmoid and tanh. U(0, 1) has mean "
        "1/2, which pushes all units of a layer the same way: under sigmoid every value is driven to 1, a range too "
        "narrow, and under ReLU the signal grows about n/2-fold a layer. A uniform distribution scaled to the width, "
        "as xavier_uniform, is as good as a normal one."
    },
)

_NORMAL = Claim(
    4,
    {"en": "Standard normal weights are too large, or too small, to train; sigmoid saturates at 0 and 1."},
    (
        _case("sigmoid, N(0, 1): saturated share of layer 5", at("saturated", "normal", "sigmoid", 5), 0.25),
        _case("sigmoid, N(0, 1): share of layer 5 below 0.05", share_near(0.0, 0.05, "normal", "sigmoid", 5), 0.1),
        _case("sigmoid, N(0, 1): share of layer 5 above 0.95", share_near(1.0, 0.05, "normal", "sigmoid", 5), 0.1),
        _case("tanh, N(0, 1): saturated share of layer 5", at("saturated", "normal", "tanh", 5), 0.5),
        _case("ReLU, N(0, 1): factor of the signal a layer", signal_factor("normal", "relu"), 2.0),
        _case("tanh, N(0, 0.01²): factor of the signal a layer", signal_factor("normal:0.01", "tanh"), most=0.5),
    ),
    "histograms-sigmoid",
    {
        "en": "Large and small are meant beside 1/sqrt(n): at 100 units std 1 is sigma_w² = 100, and std 0.01 is 0.01. "
        "The large weights saturate sigmoid and tanh and make ReLU explode by sqrt(n/2) = 7 a layer; the small ones "
        "shrink the signal of tanh tenfold a layer. The wider the layers, the worse the first and the better the "
        "second."
    },
)

_BROAD = Claim(
    5,
    {"en": "The key is that the activations of every layer are suitably broad."},
    (
        _shrinks("narrow (tanh, N(0, 0.01²))", "normal:0.01", "tanh"),
        _case("its std at layer 5", at("act_std", "normal:0.01", "tanh", 5)),
        _kept("broad (tanh, Xavier)", "xavier_normal", "tanh"),
        _case("its std at layer 5", at("act_std", "xavier_normal", "tanh", 5)),
        _kept("broad (ReLU, He)", "he_normal", "relu"),
        _case("its std at layer 5", at("act_std", "he_normal", "relu", 5)),
        _kept("broad (sigmoid, Xavier)", "xavier_normal", "sigmoid", so=False),
        _case("its std at layer 5", at("act_std", "xavier_normal", "sigmoid", 5)),
    ),
    "overview",
    {
        "en": "Necessary, not sufficient. Where activations are not broad the gradients vanish too. But under sigmoid "
        "with Xavier weights they are broad at every layer, and the gradients vanish all the same: what counts as well "
        "is the slope there. chi_1 = sigma_w² E[phi'²] has to be near 1."
    },
)

_XAVIER = Claim(
    6,
    {"en": "Xavier suits sigmoid and tanh; its weights get smaller as the layer before gets wider."},
    (
        _kept("tanh, Xavier", "xavier_normal", "tanh"),
        _case(
            "tanh, Xavier: factor of the signal a layer, 50 layers",
            signal_factor("xavier_normal", "tanh"),
            0.9,
            deep=True,
        ),
        _kept("sigmoid, Xavier", "xavier_normal", "sigmoid", so=False),
        _case(
            "std of a Xavier weight between layers of 400, over that between layers of 100",
            _std_ratio("xavier_normal", 400, "xavier_normal", 100),
            0.499,
            0.501,
        ),
    ),
    "gradients",
    {
        "en": "It suits tanh, whose slope at 0 is 1: there the signal decays only slowly and the gradient reaches the "
        "first layer. sigmoid is near-linear too, but its slope is 1/4 at most: under variance 1/n a mean-square "
        "gradient loses at least a factor of 16 a layer, and sigmoid would need weights at least 4 times larger. "
        "Glorot's variance is 2 / (fan_in + fan_out), that of the book's Xavier 1 / fan_in; they agree on square "
        "layers only."
    },
)

_HE = Claim(
    7,
    {"en": "Under ReLU, Xavier fades with depth; He, with a larger standard deviation, holds."},
    (
        _case(
            "ReLU, Xavier: factor of the signal a layer, 50 layers",
            signal_factor("xavier_normal", "relu"),
            most=0.8,
            deep=True,
        ),
        _case(
            "ReLU, He: factor of the signal a layer, 50 layers", signal_factor("he_normal", "relu"), 0.9, 1.1, deep=True
        ),
        _kept("ReLU, He", "he_normal", "relu"),
        _case(
            "std of a He weight over that of a Xavier weight, layers of 100",
            _std_ratio("he_normal", 100, "xavier_normal", 100),
            1.41,
            1.42,
        ),
    ),
    "histograms-relu",
    {
        "en": "ReLU sets half of the values to 0 and so halves the mean square: under Xavier the signal shrinks by "
        "sqrt 2 a layer, to 3e-8 after 50. He's weights are larger by just that sqrt 2. They hold the level in the "
        "mean over networks; a single network of 100 units wanders by a factor of two or so over 50 layers."
    },
)

CLAIMS: tuple[Claim, ...] = (_DRIFT, _ZERO, _UNIFORM, _NORMAL, _BROAD, _XAVIER, _HE, NORMALIZATION)
"""In the article's order."""
