"""What PyTorch's default weights do: ``nn.Linear`` draws from U(±1/sqrt(fan_in)), of variance 1 / (3 fan_in)."""

from __future__ import annotations

from actviz.catalog.names import initializer
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Drawing, Experiment
from actviz.experiments.readings import gradient_factor, mean_square, signal_factor

_WIDTH, _DEPTH = 500, 8
# Under ReLU the mean square of a finite layer scatters by 5 / width, and the mean of a logarithm lies half of that
# below the logarithm of the mean.
_LOG_OF_MEAN = 2.5 / _WIDTH


def _declared() -> float:
    return _WIDTH * initializer("pytorch_default").variance(_WIDTH, 10)


DEFAULT_INIT = Experiment(
    name="pytorch/default-init",
    title={"en": "PyTorch's default initialization fades", "ko": "PyTorch의 기본 초기화에서 신호는 사라진다"},
    source={
        "en": "torch.nn.Linear: U(±1/sqrt(fan_in)), from kaiming_uniform_(a=sqrt(5))",
        "ko": "torch.nn.Linear: kaiming_uniform_(a=sqrt(5))에서 얻는 U(±1/sqrt(fan_in))",
    },
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
                "√6 = 2.4 and under tanh by √3 = 1.7 once it is small. He's weights hold under ReLU.",
                "ko": "PyTorch의 기본 가중치를 편향 없이 쓰면 신호가 층마다 줄어든다. ReLU에서는 √6 = 2.4분의 1로, "
                "tanh에서는 신호가 작아진 뒤 √3 = 1.7분의 1로 줄어든다. ReLU에서 He 초기화는 신호를 유지한다.",
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "default",
            {
                "en": "Gradients fade at the same rate on their way back.",
                "ko": "기울기도 역전파되면서 같은 비율로 줄어든다.",
            },
        ),
        Drawing(
            "histograms-relu",
            "histograms",
            "default",
            {
                "en": "ReLU: the same shape in every layer, further to the left with each under the default weights.",
                "ko": "ReLU: 모든 층에서 모양이 같으며, 기본 가중치에서는 층마다 왼쪽으로 더 옮겨 간다.",
            },
            {"activations": ["relu"]},
        ),
    ),
    expectations=(
        Expectation(
            {"en": "variance of a weight times fan_in, as declared", "ko": "정의된 가중치 분산과 fan_in의 곱"},
            1 / 3,
            Basis.PUBLISHED,
            _declared,
            source="torch.nn.Linear",
            allowance=1e-9,
        ),
        Expectation(
            {
                "en": "relu, default weights: mean square of the pre-activations at layer 1",
                "ko": "relu, 기본 가중치: 1층에서 활성화 전 값의 제곱 평균",
            },
            1 / 3,
            Basis.CLOSED_FORM,
            mean_square("preact", "pytorch_default", "relu", 1),
            "default",
            spread=0.0019,
        ),
        Expectation(
            {
                "en": f"relu, default weights: factor of the RMS signal a layer, layers 1 to {_DEPTH}",
                "ko": f"relu, 기본 가중치: 1층에서 {_DEPTH}층까지 층마다 신호의 RMS가 변하는 배율",
            },
            6**-0.5,
            Basis.CLOSED_FORM,
            signal_factor("pytorch_default", "relu"),
            "default",
            source={"en": "mean square / 6 a layer", "ko": "층마다 제곱 평균 / 6"},
            spread=0.014,
            allowance=_LOG_OF_MEAN / 2 * 6**-0.5,
            log=True,
        ),
        Expectation(
            {
                "en": "relu, default weights: factor of the mean-square gradient a layer backwards",
                "ko": "relu, 기본 가중치: 역전파에서 층마다 기울기의 제곱 평균이 변하는 배율",
            },
            1 / 6,
            Basis.CLOSED_FORM,
            gradient_factor("pytorch_default", "relu"),
            "default",
            spread=0.0113,
            allowance=_LOG_OF_MEAN / 6,
            log=True,
        ),
        Expectation(
            {
                "en": "relu, he_uniform: factor of the RMS signal a layer",
                "ko": "relu, he_uniform: 층마다 신호의 RMS가 변하는 배율",
            },
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
