"""The article's claims on weight initialization, each in the cases that decide it."""

from __future__ import annotations

from actviz.experiments.article.cases import STD_5, case, kept, shrinks, std_ratio
from actviz.experiments.article.faults import DRIFT, NORMAL, UNIFORM, ZERO
from actviz.experiments.article.normalization import NORMALIZATION
from actviz.experiments.claims import Claim
from actviz.experiments.readings import at, signal_factor

_BROAD = Claim(
    5,
    {
        "en": "The key is that the activations of every layer are suitably broad.",
        "ko": "핵심은 모든 층의 활성화값이 적당히 넓게 퍼지는 것이다.",
    },
    (
        shrinks({"en": "narrow (tanh, N(0, 0.01²))", "ko": "좁음(tanh, N(0, 0.01²))"}, "normal:0.01", "tanh"),
        case(STD_5, at("act_std", "normal:0.01", "tanh", 5)),
        kept({"en": "broad (tanh, Xavier)", "ko": "넓음(tanh, Xavier)"}, "xavier_normal", "tanh"),
        case(STD_5, at("act_std", "xavier_normal", "tanh", 5)),
        kept({"en": "broad (ReLU, He)", "ko": "넓음(ReLU, He)"}, "he_normal", "relu"),
        case(STD_5, at("act_std", "he_normal", "relu", 5)),
        kept({"en": "broad (sigmoid, Xavier)", "ko": "넓음(sigmoid, Xavier)"}, "xavier_normal", "sigmoid", so=False),
        case(STD_5, at("act_std", "xavier_normal", "sigmoid", 5)),
    ),
    "overview",
    {
        "en": "Necessary, not sufficient. Where activations are not broad the gradients vanish too. But under sigmoid "
        "with Xavier weights they are broad at every layer, and the gradients vanish all the same: what counts as well "
        "is the slope there. chi_1 = sigma_w² E[phi'²] has to be near 1.",
        "ko": "필요하지만 충분하지는 않다. 활성화값이 넓게 퍼지지 않으면 기울기도 소실된다. 그러나 sigmoid에 Xavier "
        "초기화를 쓰면 모든 층에서 활성화값이 넓게 퍼지는데도 기울기는 소실된다. 그 자리에서 함수의 미분값도 "
        "중요하기 때문이다. chi_1 = sigma_w² E[phi'²]이 1에 가까워야 한다.",
    },
)

_XAVIER = Claim(
    6,
    {
        "en": "Xavier suits sigmoid and tanh; its weights get smaller as the layer before gets wider.",
        "ko": "Xavier 초기화는 sigmoid와 tanh에 알맞으며, 앞 층이 넓을수록 가중치가 작아진다.",
    },
    (
        kept("tanh, Xavier", "xavier_normal", "tanh"),
        case(
            {
                "en": "tanh, Xavier: factor of the signal a layer, 50 layers",
                "ko": "tanh, Xavier: 층 50개에서 층마다 신호가 변하는 배율",
            },
            signal_factor("xavier_normal", "tanh"),
            0.9,
            deep=True,
        ),
        kept("sigmoid, Xavier", "xavier_normal", "sigmoid", so=False),
        case(
            {
                "en": "std of a Xavier weight between layers of 400, over that between layers of 100",
                "ko": "뉴런 400개인 층 사이 Xavier 가중치의 표준편차 / 뉴런 100개인 층 사이의 표준편차",
            },
            std_ratio("xavier_normal", 400, "xavier_normal", 100),
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
        "layers only.",
        "ko": "0에서 미분값이 1인 tanh에는 알맞다. 신호는 천천히 줄어들 뿐이고 기울기는 첫 층까지 닿는다. sigmoid도 "
        "거의 선형이지만 미분값이 최대 1/4이다. 분산 1/n에서 기울기의 제곱 평균은 층마다 적어도 16분의 1로 "
        "줄어들므로, sigmoid에는 적어도 4배 큰 가중치가 필요하다. Glorot의 분산은 2 / (fan_in + fan_out), 책에서 "
        "말하는 Xavier의 분산은 1 / fan_in이며, 둘은 입력과 출력의 수가 같은 층에서만 일치한다.",
    },
)

_HE = Claim(
    7,
    {
        "en": "Under ReLU, Xavier fades with depth; He, with a larger standard deviation, holds.",
        "ko": "ReLU에서 Xavier 초기화의 신호는 깊어질수록 사라지고, 표준편차가 더 큰 He 초기화의 신호는 유지된다.",
    },
    (
        case(
            {
                "en": "ReLU, Xavier: factor of the signal a layer, 50 layers",
                "ko": "ReLU, Xavier: 층 50개에서 층마다 신호가 변하는 배율",
            },
            signal_factor("xavier_normal", "relu"),
            most=0.8,
            deep=True,
        ),
        case(
            {
                "en": "ReLU, He: factor of the signal a layer, 50 layers",
                "ko": "ReLU, He: 층 50개에서 층마다 신호가 변하는 배율",
            },
            signal_factor("he_normal", "relu"),
            0.9,
            1.1,
            deep=True,
        ),
        kept("ReLU, He", "he_normal", "relu"),
        case(
            {
                "en": "std of a He weight over that of a Xavier weight, layers of 100",
                "ko": "뉴런 100개인 층에서 He 가중치의 표준편차 / Xavier 가중치의 표준편차",
            },
            std_ratio("he_normal", 100, "xavier_normal", 100),
            1.41,
            1.42,
        ),
    ),
    "histograms-relu",
    {
        "en": "ReLU sets half of the values to 0 and so halves the mean square: under Xavier the signal shrinks by "
        "sqrt 2 a layer, to 3e-8 after 50. He's weights are larger by just that sqrt 2. They hold the level in the "
        "mean over networks; a single network of 100 units wanders by a factor of two to four over 50 layers.",
        "ko": "ReLU는 값의 절반을 0으로 만들어 제곱 평균을 절반으로 줄인다. Xavier 초기화에서 신호는 층마다 √2분의 "
        "1로 줄어 층 50개 뒤에는 3e-8이 된다. He 초기화의 가중치는 바로 그 √2배만큼 크다. 신호의 크기는 여러 "
        "신경망의 평균으로 유지되며, 뉴런 100개인 신경망 하나에서는 층 50개에 걸쳐 두 배에서 네 배까지 오르내린다.",
    },
)

CLAIMS: tuple[Claim, ...] = (DRIFT, ZERO, UNIFORM, NORMAL, _BROAD, _XAVIER, _HE, NORMALIZATION)
"""In the article's order."""
