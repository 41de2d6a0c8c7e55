"""The article's claims on what goes wrong: drift and plateaus, zero, uniform and standard normal weights."""

from __future__ import annotations

import math

from actviz.experiments.article.cases import KEPT, case, gradient, off_centre, shrinks
from actviz.experiments.article.normalization import CONSTANT_CASES, PLATEAU_CASES, ZERO_CASES
from actviz.experiments.claims import Claim
from actviz.experiments.readings import at, layers_that_learn, share_near, signal_factor

DRIFT = Claim(
    1,
    {
        "en": "Deep in a stack built without care, activations drift to one side, and gradients shrink or grow; "
        "training from such a plateau is inefficient.",
        "ko": "초기화에 주의하지 않은 신경망의 깊은 층에서는 활성화값이 한쪽으로 치우치고 기울기가 작아지거나 "
        "커지며, 그러한 정체 구간에서 시작하는 학습은 비효율적이다.",
    },
    (
        case(
            {
                "en": "sigmoid, U(0, 1): distance of the mean activation of layer 5 from 0.5, the middle",
                "ko": "sigmoid, U(0, 1): 5층 평균 활성화값과 가운데 0.5의 거리",
            },
            off_centre("uniform:0,1"),
            0.25,
        ),
        case(
            {
                "en": "sigmoid, N(0, 1): distance of the mean activation from 0.5",
                "ko": "sigmoid, N(0, 1): 평균 활성화값과 0.5의 거리",
            },
            off_centre("normal"),
            0.25,
            so=False,
        ),
        shrinks("tanh, N(0, 0.01²)", "normal:0.01", "tanh"),
        gradient("ReLU, N(0, 1)", "normal", "relu", KEPT, math.inf),
        shrinks("sigmoid, N(0, 1)", "normal", "sigmoid", so=False),
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
        "needs. A broad histogram is no way out: sigmoid with Xavier weights stays on the plateau too.",
        "ko": "가중치의 크기가 활성화 함수와 맞지 않으면 기울기는 층마다 일정한 배율로 작아지거나 커진다. "
        "sigmoid에서 N(0, 1)은 값의 절반이 포화되는데도 기울기가 우연히 거의 고르게 유지된다. 활성화값이 한쪽으로 "
        "치우치는 것은 U(0, 1)처럼 가중치의 평균이 0이 아닐 때뿐이다. 가중치의 음수와 양수가 반반이면 뉴런 "
        "하나하나는 한쪽 끝에 있더라도 층 전체의 중심은 그대로이다. 이런 출발의 대가는 다음과 같다. 기울기가 "
        "소실되면 갱신 500회에도 손실은 ln 10에서 움직이지 않는다. ReLU에서 Xavier 초기화가 만드는 완만한 정체 "
        "구간은 벗어나지만, He 초기화보다 약 세 배의 갱신이 든다. 히스토그램이 넓다고 해결되지도 않는다. sigmoid는 "
        "Xavier 초기화에서도 정체 구간에 머문다.",
    },
)

ZERO = Claim(
    2,
    {
        "en": "With zero weights no update is possible, even where the loss has a gradient.",
        "ko": "가중치를 모두 0으로 두면 손실에 기울기가 있어도 갱신이 일어날 수 없다.",
    },
    (
        *(
            case(
                {
                    "en": f"{name}, zeros: layers, of 5, whose ∂L/∂W is not exactly 0",
                    "ko": f"{name}, 0 초기화: 층 5개 중 ∂L/∂W가 정확히 0은 아닌 층의 수",
                },
                layers_that_learn("zeros", activation),
                most=0.0,
                so=activation != "sigmoid",
            )
            for activation, name in {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.items()
        ),
        case(
            {
                "en": "tanh, zeros: RMS of ∂L/∂z at layer 5, what its biases would get",
                "ko": "tanh, 0 초기화: 편향이 받게 될 5층 ∂L/∂z의 RMS",
            },
            at("grad_preact_rms", "zeros", "tanh", 5),
        ),
        case(
            {
                "en": "ReLU, zeros: RMS of ∂L/∂z at layer 5",
                "ko": "ReLU, 0 초기화: 5층 ∂L/∂z의 RMS",
            },
            at("grad_preact_rms", "zeros", "relu", 5),
        ),
        case(
            {
                "en": "sigmoid, constant 0.1: layers whose ∂L/∂W is not 0",
                "ko": "sigmoid, 상수 0.1: ∂L/∂W가 0이 아닌 층의 수",
            },
            layers_that_learn("constant:0.1", "sigmoid"),
        ),
        case(
            {
                "en": "sigmoid, constant 0.1: distinct units, of 100, in layer 5",
                "ko": "sigmoid, 상수 0.1: 5층의 뉴런 100개 중 서로 다른 뉴런의 수",
            },
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
        "so a layer of 100 learns as one unit, and 500 updates hardly take it beyond a guess.",
        "ko": "0인 가중치로는 기울기가 역전파되지 않으므로 마지막 층 아래의 ∂L/∂W는 모두 0이다. 마지막 층의 ∂L/∂W는 "
        "그 층의 입력과 ∂L/∂z의 곱이다. tanh와 ReLU에서는 그 입력이 0이므로 어떤 가중치도 학습되지 않는다(tanh에서는 "
        "마지막 층의 편향이 학습될 수 있고, 0에서 미분값을 0으로 두는 ReLU에서는 아무것도 학습되지 않는다). "
        "sigmoid에서는 입력이 1/2이므로 마지막 층의 가중치가 실제로 학습되고, 갱신할 때마다 그 앞의 층이 하나씩 더 "
        "학습되지만 그 양은 다음 층의 1만분의 1도 되지 않는다(갱신 500회 뒤에도 1층에서는 값이 float32로 나타낼 수 "
        "없을 만큼 작다). 각 층의 뉴런은 서로 같은 채로 남아 손실은 ln 10에 머문다. 다른 상수는 신호와 기울기를 "
        "통과시키지만 같은 결함을 남긴다. 마지막 층 아래에서는 한 층의 뉴런이 모두 같은 것을 계산하고 똑같이 "
        "갱신되므로, 뉴런 100개인 층이 뉴런 하나처럼 학습하며 갱신 500회로는 무작위로 고르는 수준을 거의 벗어나지 "
        "못한다.",
    },
)

UNIFORM = Claim(
    3,
    {
        "en": "With uniform weights the range of the outputs gets too wide.",
        "ko": "균등분포 가중치에서는 출력의 범위가 지나치게 넓어진다.",
    },
    (
        case(
            {
                "en": "sigmoid, U(−1, 1): std of layer 5, of at most 0.5",
                "ko": "sigmoid, U(−1, 1): 5층의 표준편차(최대 0.5)",
            },
            at("act_std", "uniform", "sigmoid", 5),
            0.25,
        ),
        case(
            {
                "en": "tanh, U(−1, 1): std of layer 5, of at most 1",
                "ko": "tanh, U(−1, 1): 5층의 표준편차(최대 1)",
            },
            at("act_std", "uniform", "tanh", 5),
            0.5,
        ),
        case(
            {
                "en": "ReLU, U(−1, 1): factor of the signal a layer",
                "ko": "ReLU, U(−1, 1): 층마다 신호가 변하는 배율",
            },
            signal_factor("uniform", "relu"),
            2.0,
        ),
        case(
            {
                "en": "sigmoid, U(0, 1): std of layer 5, of at most 0.5",
                "ko": "sigmoid, U(0, 1): 5층의 표준편차(최대 0.5)",
            },
            at("act_std", "uniform:0,1", "sigmoid", 5),
            0.25,
            so=False,
        ),
        case(
            {
                "en": "sigmoid, U(0, 1): mean of layer 5",
                "ko": "sigmoid, U(0, 1): 5층의 평균",
            },
            at("act_mean", "uniform:0,1", "sigmoid", 5),
        ),
        case(
            {
                "en": "ReLU, U(0, 1): factor of the signal a layer",
                "ko": "ReLU, U(0, 1): 층마다 신호가 변하는 배율",
            },
            signal_factor("uniform:0,1", "relu"),
            2.0,
        ),
    ),
    "signal",
    {
        "en": "It depends on which uniform. U(−1, 1) has mean 0 and variance 1/3, so sigma_w² = n/3 = 33 at 100 units: "
        "the values are spread as far as the activation lets them, to both ends of sigmoid and tanh. U(0, 1) has mean "
        "1/2, which pushes all units of a layer the same way: under sigmoid every value is driven to 1, a range too "
        "narrow, and under ReLU the signal grows about n/2-fold a layer. A uniform distribution scaled to the width, "
        "as xavier_uniform, is as good as a normal one.",
        "ko": "어떤 균등분포인가에 달려 있다. U(−1, 1)은 평균 0, 분산 1/3이므로 뉴런 100개에서 sigma_w² = n/3 = "
        "33이다. 값은 활성화 함수가 허용하는 데까지 퍼져 sigmoid와 tanh의 양 끝에 이른다. U(0, 1)은 평균이 "
        "1/2이어서 한 층의 뉴런을 모두 같은 쪽으로 민다. sigmoid에서는 모든 값이 1로 밀려 범위가 오히려 너무 "
        "좁고, ReLU에서는 신호가 층마다 약 n/2배로 커진다. xavier_uniform처럼 너비에 맞추어 크기를 정한 "
        "균등분포는 정규분포만큼 좋다.",
    },
)

NORMAL = Claim(
    4,
    {
        "en": "Standard normal weights are too large, or too small, to train; sigmoid saturates at 0 and 1.",
        "ko": "표준정규분포 가중치는 학습하기에 너무 크거나 너무 작고, sigmoid는 0과 1에서 포화된다.",
    },
    (
        case(
            {
                "en": "sigmoid, N(0, 1): saturated share of layer 5",
                "ko": "sigmoid, N(0, 1): 5층의 포화 비율",
            },
            at("saturated", "normal", "sigmoid", 5),
            0.25,
        ),
        case(
            {
                "en": "sigmoid, N(0, 1): share of layer 5 below 0.05",
                "ko": "sigmoid, N(0, 1): 5층에서 0.05보다 작은 값의 비율",
            },
            share_near(0.0, 0.05, "normal", "sigmoid", 5),
            0.1,
        ),
        case(
            {
                "en": "sigmoid, N(0, 1): share of layer 5 above 0.95",
                "ko": "sigmoid, N(0, 1): 5층에서 0.95보다 큰 값의 비율",
            },
            share_near(1.0, 0.05, "normal", "sigmoid", 5),
            0.1,
        ),
        case(
            {
                "en": "tanh, N(0, 1): saturated share of layer 5",
                "ko": "tanh, N(0, 1): 5층의 포화 비율",
            },
            at("saturated", "normal", "tanh", 5),
            0.5,
        ),
        case(
            {
                "en": "ReLU, N(0, 1): factor of the signal a layer",
                "ko": "ReLU, N(0, 1): 층마다 신호가 변하는 배율",
            },
            signal_factor("normal", "relu"),
            2.0,
        ),
        case(
            {
                "en": "tanh, N(0, 0.01²): factor of the signal a layer",
                "ko": "tanh, N(0, 0.01²): 층마다 신호가 변하는 배율",
            },
            signal_factor("normal:0.01", "tanh"),
            most=0.5,
        ),
    ),
    "histograms-sigmoid",
    {
        "en": "Large and small are meant beside 1/sqrt(n): at 100 units std 1 is sigma_w² = 100, and std 0.01 is 0.01. "
        "The large weights saturate sigmoid and tanh and make ReLU explode by sqrt(n/2) = 7 a layer; the small ones "
        "shrink the signal of tanh tenfold a layer. The wider the layers, the worse the first and the better the "
        "second.",
        "ko": "크고 작음은 1/sqrt(n)에 견주어 하는 말이다. 뉴런 100개에서 표준편차 1은 sigma_w² = 100, 표준편차 "
        "0.01은 0.01에 해당한다. 큰 가중치는 sigmoid와 tanh를 포화시키고 ReLU를 층마다 sqrt(n/2) = 7배로 "
        "폭발시키며, 작은 가중치는 tanh의 신호를 층마다 10분의 1로 줄인다. 층이 넓을수록 앞의 경우는 더 "
        "나빠지고 뒤의 경우는 나아진다.",
    },
)
