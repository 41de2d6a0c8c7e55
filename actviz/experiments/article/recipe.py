"""The article's comparison of weight initializations, at the parameters of the book experiment it descends from.

Five layers of 100 units, 1000 inputs from N(0, 1), no bias, as in ``weight_init_activation_histogram`` of "Deep
Learning from Scratch", chapter 6; with seeds, and a stack of 50 layers to see where it leads.
"""

from __future__ import annotations

from actviz.experiments.article import normalization as normalization
from actviz.experiments.article import regularization as regularization
from actviz.experiments.article import schedules as schedules
from actviz.experiments.article import stopping as stopping
from actviz.experiments.article.claims import CLAIMS
from actviz.experiments.article.normalization_figures import DRAWINGS as NORMALIZATION_DRAWINGS
from actviz.experiments.article.regularization_figures import DRAWINGS as REGULARIZATION_DRAWINGS
from actviz.experiments.article.schedules_figures import DRAWINGS as SCHEDULES_DRAWINGS
from actviz.experiments.experiment import Drawing, Experiment

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_ARTICLE = ("zeros", "constant:0.1", "uniform:0,1", "uniform", "normal", "normal:0.01", "xavier_normal", "he_normal")

_HISTOGRAMS = {
    "sigmoid": {
        "en": "Standard normal weights saturate: values pile up at 0 and 1. With std 0.01 every unit sits at 0.5. "
        "Xavier and He look healthy here, but see the gradients: under sigmoid theirs vanish all the same.",
        "ko": "표준정규분포 가중치는 포화되어 값이 0과 1에 몰린다. 표준편차 0.01에서는 모든 뉴런이 0.5에 머문다. "
        "Xavier와 He 초기화는 여기서 정상으로 보이지만 기울기를 보아야 한다. sigmoid에서는 이들의 기울기도 소실된다.",
    },
    "tanh": {
        "en": "Standard normal weights saturate at -1 and 1; std 0.01 shrinks the signal tenfold a layer; Xavier keeps "
        "it broad, with a slow decay.",
        "ko": "표준정규분포 가중치는 -1과 1에서 포화된다. 표준편차 0.01은 신호를 층마다 10분의 1로 줄인다. Xavier "
        "초기화는 "
        "분포를 넓게 유지하며, 신호는 천천히 줄어든다.",
    },
    "relu": {
        "en": "On a logarithmic axis: Xavier fades by a factor of about 1.4 a layer, He holds, the standard normal "
        "grows sevenfold a layer. About half of all values are exactly 0 wherever weights are as often negative as "
        "positive.",
        "ko": "로그 축으로 보면 Xavier 초기화의 신호는 층마다 약 1.4분의 1로 줄고, He 초기화는 유지되며, "
        "표준정규분포는 "
        "층마다 7배로 커진다. 가중치의 음수와 양수가 반반이면 모든 값의 약 절반이 정확히 0이다.",
    },
}
_RIDGES = (
    (
        "sigmoid",
        "xavier_normal",
        {
            "en": "From the second layer on the distribution stays as it is, while gradients vanish.",
            "ko": "둘째 층부터 분포는 그대로이지만 기울기는 소실된다.",
        },
    ),
    (
        "tanh",
        "normal",
        {
            "en": "Saturated from the first layer to the last: values at -1 and 1.",
            "ko": "첫 층부터 마지막 층까지 포화되어 값이 -1과 1에 있다.",
        },
    ),
    (
        "tanh",
        "xavier_normal",
        {
            "en": "A slow decay: the distribution narrows a little in each of 50 layers.",
            "ko": "느린 감소: 층 50개를 지나며 분포가 층마다 조금씩 좁아진다.",
        },
    ),
    (
        "relu",
        "xavier_normal",
        {
            "en": "The signal fades by half an octave a layer; after 50 layers it is tens of millions times smaller.",
            "ko": "신호가 층마다 √2분의 1로 줄어, 층 50개 뒤에는 수천만분의 1이 된다.",
        },
    ),
    (
        "relu",
        "he_normal",
        {
            "en": "The scale of the signal holds over 50 layers.",
            "ko": "신호의 크기가 층 50개에 걸쳐 유지된다.",
        },
    ),
)

ARTICLE = Experiment(
    name="article",
    title={"en": "Weight initialization under sigmoid, tanh and ReLU", "ko": "sigmoid, tanh, ReLU의 가중치 초기화"},
    source={
        "en": "a Korean teaching article on weight initialization, regularization and learning rates; and the book it "
        "descends from: Saitoh, Deep Learning from Scratch, chapter 6: weight_init_activation_histogram",
        "ko": "가중치 초기화, 정규화, 학습률에 관한 한국어 강의 글; 그리고 그 바탕이 된 책: 사이토 고키, "
        "“밑바닥부터 시작하는 딥러닝”, 6장: weight_init_activation_histogram",
    },
    probes={
        "article": {
            "inits": _ARTICLE,
            "activations": _ACTIVATIONS,
            "depth": 5,
            "width": 100,
            "samples": 1000,
            "seeds": 8,
            "view": (0.0, 1.0, 30),
        },
        "article-deep": {
            "inits": ("normal", "xavier_normal", "he_normal"),
            "activations": _ACTIVATIONS,
            "depth": 50,
            "width": 100,
            "samples": 1000,
            "seeds": 4,
        },
    },
    drawings=(
        Drawing(
            "overview",
            "overview",
            "article",
            {
                "en": "Four pairings side by side: what the distributions show, and what only the gradients show.",
                "ko": "네 조합을 나란히 놓고 본다. 분포에 드러나는 것이 있고, 기울기를 보아야만 드러나는 것이 있다.",
            },
        ),
        *(
            Drawing(
                f"histograms-{activation}",
                "histograms",
                "article",
                {
                    "en": f"Post-activation values of {activation}, layer by layer. {caption['en']}",
                    "ko": f"{activation} 함수를 통과한 활성화값의 층별 분포. {caption['ko']}",
                },
                {"activations": [activation]},
            )
            for activation, caption in _HISTOGRAMS.items()
        ),
        *(
            Drawing(
                f"histograms-{activation}-book",
                "histograms",
                "article",
                {
                    "en": f"The same for {activation} as the book draws it: 30 bins on (0, 1). What lies outside is "
                    "not in the picture; a panel that hides more than 1 % says how much that is.",
                    "ko": f"{activation} 함수의 같은 결과를 책의 방식으로 그린 그림: (0, 1)을 30개 구간으로 나눈다. "
                    "범위를 벗어난 값은 그림에 없으며, 1 %가 넘는 값이 가려진 칸에는 그 비율을 적는다.",
                },
                {"activations": [activation], "view": "book"},
            )
            for activation in _ACTIVATIONS
        ),
        Drawing(
            "signal",
            "signal",
            "article",
            {
                "en": "Mean, standard deviation and saturated share by layer. A level line is a signal that survives; "
                "on the logarithmic axis a straight slope is one that vanishes or explodes.",
                "ko": "층에 따른 평균, 표준편차, 포화 비율. 수평선은 살아남는 신호이고, 로그 축에서 곧게 기울어진 "
                "선은 사라지거나 폭발하는 신호이다.",
            },
        ),
        Drawing(
            "gradients",
            "gradients",
            "article",
            {
                "en": "The backward pass, from last layer to first. Under sigmoid, Xavier and He lose more than "
                "two decades in five layers, for all their handsome histograms; under ReLU, He keeps it level.",
                "ko": "마지막 층에서 첫 층까지의 역전파. sigmoid에서 Xavier와 He 초기화는 히스토그램이 아무리 보기 "
                "좋아도 다섯 층 만에 기울기를 100분의 1 아래로 잃는다. ReLU에서 He 초기화는 기울기를 고르게 "
                "유지한다.",
            },
        ),
        Drawing(
            "saturation",
            "saturation",
            "article",
            {
                "en": "All pairings at a glance: saturated share and spread of the last layer, decades by which the "
                "gradient changes.",
                "ko": "모든 조합을 한눈에 본다: 마지막 층의 포화 비율과 표준편차, 그리고 기울기가 변하는 자릿수.",
            },
        ),
        Drawing(
            "collapse",
            "collapse",
            "article",
            {
                "en": "Can the samples, and the units, still be told apart? Under zero and constant weights all units "
                "of a layer are one; under sigmoid the samples become ever more alike.",
                "ko": "표본과 뉴런을 아직 구별할 수 있는가? 0이나 상수로 초기화하면 한 층의 뉴런이 모두 같고, "
                "sigmoid에서는 표본이 점점 서로 닮아 간다.",
            },
        ),
        *(
            Drawing(
                f"ridges-{activation}-{init}",
                "ridges",
                "article-deep",
                {
                    "en": f"Fifty layers of {activation} with {init} weights. {caption['en']}",
                    "ko": f"{activation} 함수와 {init} 초기화를 쓴 층 50개. {caption['ko']}",
                },
                {"inits": [init], "activations": [activation]},
            )
            for activation, init, caption in _RIDGES
        ),
        *NORMALIZATION_DRAWINGS,
        *REGULARIZATION_DRAWINGS,
        *SCHEDULES_DRAWINGS,
    ),
    trainings={**normalization.TRAININGS, **regularization.TRAININGS, **schedules.TRAININGS},
    descents=schedules.DESCENTS,
    claims=(*CLAIMS, regularization.CLAIM, stopping.CLAIM, schedules.CLAIM),
)
