"""What PyTorch's default weights do: ``nn.Linear`` draws from U(±1/sqrt(fan_in)), of variance 1 / (3 fan_in)."""

from __future__ import annotations

from actviz.catalog.names import initializer
from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import gradient_factor, mean_square, signal_factor
from actviz.text import words

_WIDTH, _DEPTH = 500, 8
# Under ReLU the mean square of a finite layer scatters by 5 / width, and the mean of a logarithm lies half of that
# below the logarithm of the mean.
_LOG_OF_MEAN = 2.5 / _WIDTH


def _declared() -> float:
    return _WIDTH * initializer("pytorch_default").variance(_WIDTH, 10)


DEFAULT_INIT = Experiment(
    name="pytorch/default-init",
    title=words("experiment.pytorch/default-init.title"),
    source=words("experiment.pytorch/default-init.source"),
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
        drawing("pytorch/default-init", "signal", "signal", "default"),
        drawing("pytorch/default-init", "gradients", "gradients", "default"),
        drawing("pytorch/default-init", "histograms-relu", "histograms", "default", activations=["relu"]),
    ),
    expectations=(
        Expectation(
            words("expectation.pytorch.declared"),
            1 / 3,
            Basis.PUBLISHED,
            _declared,
            source="torch.nn.Linear",
            origin=Origin.SOFTWARE,
            allowance=1e-9,
        ),
        Expectation(
            words("expectation.pytorch.first"),
            1 / 3,
            Basis.CLOSED_FORM,
            mean_square("preact", "pytorch_default", "relu", 1),
            "default",
            spread=0.0019,
        ),
        Expectation(
            words("expectation.pytorch.signal", last=_DEPTH),
            6**-0.5,
            Basis.CLOSED_FORM,
            signal_factor("pytorch_default", "relu"),
            "default",
            source=words("expectation.pytorch.sixth"),
            spread=0.014,
            allowance=_LOG_OF_MEAN / 2 * 6**-0.5,
            log=True,
        ),
        Expectation(
            words("expectation.pytorch.gradient"),
            1 / 6,
            Basis.CLOSED_FORM,
            gradient_factor("pytorch_default", "relu"),
            "default",
            spread=0.0113,
            allowance=_LOG_OF_MEAN / 6,
            log=True,
        ),
        Expectation(
            words("expectation.pytorch.he"),
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
