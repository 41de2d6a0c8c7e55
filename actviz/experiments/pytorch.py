"""What PyTorch's default weights do: ``nn.Linear`` draws from U(±1/sqrt(fan_in)), of variance 1 / (3 fan_in)."""

from __future__ import annotations

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.readings import gradient_factor, mean_square, signal_factor
from actviz.experiments.recipe import Drawing, Experiment
from actviz.specs import initializer

_WIDTH, _DEPTH = 500, 8
# Under ReLU the mean square of a finite layer scatters by 5 / width, and the mean of a logarithm lies half of that
# below the logarithm of the mean.
_LOG_OF_MEAN = 2.5 / _WIDTH


def _declared() -> float:
    return _WIDTH * initializer("pytorch_default").variance(_WIDTH, 10)


DEFAULT_INIT = Experiment(
    name="pytorch/default-init",
    title={"en": "PyTorch's default initialization fades"},
    source="torch.nn.Linear: U(±1/sqrt(fan_in)), from kaiming_uniform_(a=sqrt(5))",
    probes={
        "default": {
            "inits": ("pytorch_default", "he_uniform"),
            "activations": ("relu", "tanh"),
            "depth": _DEPTH,
            "width": _WIDTH,
            "samples": 300,
            "seeds": 6,
        },
    },
    drawings=(
        Drawing(
            "signal",
            "signal",
            "default",
            {
                "en": "With PyTorch's default weights and no biases the signal fades with every layer, under ReLU by "
                "√6 = 2.4 and under tanh by √3 = 1.7 once it is small. He's weights hold under ReLU."
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "default",
            {"en": "Gradients fade at the same rate on their way back."},
        ),
        Drawing(
            "histograms-relu",
            "histograms",
            "default",
            {"en": "ReLU: the same shape in every layer, further to the left with each under the default weights."},
            {"activations": ["relu"]},
        ),
    ),
    expectations=(
        Expectation(
            {"en": "variance of a weight times fan_in, as declared"},
            1 / 3,
            Basis.PUBLISHED,
            _declared,
            source="torch.nn.Linear",
            allowance=1e-9,
        ),
        Expectation(
            {"en": "relu, default weights: mean square of the pre-activations at layer 1"},
            1 / 3,
            Basis.CLOSED_FORM,
            mean_square("preact", "pytorch_default", "relu", 1),
            "default",
            spread=0.0019,
        ),
        Expectation(
            {"en": f"relu, default weights: factor of the RMS signal a layer, layers 1 to {_DEPTH}"},
            6**-0.5,
            Basis.CLOSED_FORM,
            signal_factor("pytorch_default", "relu"),
            "default",
            source="mean square / 6 a layer",
            spread=0.014,
            allowance=_LOG_OF_MEAN / 2 * 6**-0.5,
            log=True,
        ),
        Expectation(
            {"en": "relu, default weights: factor of the mean-square gradient a layer backwards"},
            1 / 6,
            Basis.CLOSED_FORM,
            gradient_factor("pytorch_default", "relu"),
            "default",
            spread=0.0113,
            allowance=_LOG_OF_MEAN / 6,
            log=True,
        ),
        Expectation(
            {"en": "relu, he_uniform: factor of the RMS signal a layer"},
            1.0,
            Basis.CLOSED_FORM,
            signal_factor("he_uniform", "relu"),
            "default",
            spread=0.014,
            allowance=_LOG_OF_MEAN / 2,
            log=True,
        ),
    ),
)
