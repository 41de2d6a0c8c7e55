"""The lecture's first half: how weights are to start, and why. All of it is measured before the first update."""

from __future__ import annotations

from actviz.experiments.readings import at, gradient_change, gradient_factor
from actviz.lecture.slides import Number, Slide, evidence

_LARGE_AND_SMALL = (
    Slide(
        {"en": "Why the first weights matter", "ko": "첫 가중치가 왜 중요한가"},
        (
            {
                "en": "A layer learns only if signal and gradient reach it.",
                "ko": "신호와 기울기가 닿지 않는 층은 학습하지 못한다.",
            },
            {
                "en": "Every layer multiplies both: a small misfit grows with depth.",
                "ko": "층마다 배율이 곱해지므로 작은 어긋남도 깊어질수록 커진다.",
            },
            {
                "en": "A good start: activations spread out, gradients level, in all layers.",
                "ko": "좋은 출발: 모든 층에서 활성화값은 고루 퍼지고 기울기는 크기를 유지한다.",
            },
        ),
        {
            "en": "Walk through the four columns: two of these networks will learn. Ask which. Do not answer yet; the "
            "histograms alone do not tell, the gradients below them do.",
            "ko": "네 열을 차례로 짚으며 어느 신경망이 학습할 수 있을지 묻는다. 답은 아직 말하지 않는다. "
            "히스토그램만으로는 알 수 없고, 그 아래의 기울기를 보아야 알 수 있다.",
        },
        figure="overview",
        claims=(5,),
    ),
    Slide(
        {"en": "Predict: all weights are zero", "ko": "예측해 보자: 가중치가 모두 0이라면"},
        (
            {
                "en": "The loss has a gradient. Which layers can learn?",
                "ko": "손실의 기울기는 0이 아니다. 어느 층이 학습할 수 있을까?",
            },
            {
                "en": "Is the answer the same for sigmoid, tanh and ReLU?",
                "ko": "sigmoid, tanh, ReLU에서 답이 모두 같을까?",
            },
            {"en": "And if every weight is 0.1?", "ko": "가중치가 모두 0.1이라면 어떻게 될까?"},
        ),
        {
            "en": "Let everybody write down a number of layers for each activation before you go on. The surprise is "
            "sigmoid, whose output at 0 is not 0.",
            "ko": "다음으로 넘어가기 전에 활성화 함수마다 학습하는 층이 몇 개인지 적어 보게 한다. 의외의 답은 "
            "sigmoid이다. sigmoid는 0에서 출력이 0이 아니다.",
        },
    ),
    Slide(
        {"en": "Zeros: units that never differ", "ko": "0으로 초기화: 뉴런이 서로 달라지지 않는다"},
        (
            {
                "en": "Layers of 5 whose weights get a gradient: sigmoid {sigmoid}, tanh {tanh}, ReLU {relu}.",
                "ko": "층 5개 가운데 가중치의 기울기가 0이 아닌 층: sigmoid {sigmoid}개, tanh {tanh}개, ReLU {relu}개",
            },
            {
                "en": "Distinct units, of 100, under a constant of 0.1: {units}.",
                "ko": "상수 0.1일 때 뉴런 100개 중 서로 다른 것: {units}개",
            },
            {
                "en": "Only random weights break the symmetry.",
                "ko": "대칭을 깨려면 가중치를 무작위로 뽑아야 한다.",
            },
        ),
        {
            "en": "No gradient passes backwards through a weight of zero. The last layer's own gradient is its input "
            "times the error, and under sigmoid that input is 1/2. Equal units get equal updates, so a constant layer "
            "stays one unit for ever.",
            "ko": "0인 가중치를 거슬러 흐르는 기울기는 없다. 마지막 층의 기울기는 그 층의 입력에 오차를 곱한 것이고, "
            "sigmoid에서는 그 입력이 1/2이다. 똑같은 뉴런은 똑같이 갱신되므로, 상수로 시작한 층은 끝까지 뉴런 하나와 "
            "다름없다.",
        },
        figure="collapse",
        claims=(2,),
        numbers={
            **{
                key: evidence(2, f"{name}, zeros: layers, of 5,", "count")
                for key, name in {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}.items()
            },
            "units": evidence(2, "sigmoid, constant 0.1: distinct units", "count"),
        },
    ),
    Slide(
        {"en": "Too large: saturation", "ko": "너무 크면: 포화"},
        (
            {
                "en": "N(0, 1), layer 5, saturated: {sigmoid} under sigmoid, {tanh} under tanh.",
                "ko": "N(0, 1), 5층의 포화 비율: sigmoid {sigmoid}, tanh {tanh}",
            },
            {
                "en": "A saturated unit has almost no slope: its weights stand still.",
                "ko": "포화된 뉴런에서는 함수의 미분값이 0에 가까워 가중치가 거의 움직이지 않는다.",
            },
            {
                "en": "ReLU cannot saturate upwards: its signal grows {relu}-fold a layer.",
                "ko": "ReLU는 위로 포화되지 않는 대신 신호가 층마다 {relu}배로 커진다.",
            },
        ),
        {
            "en": "A unit adds up 100 inputs with weights of standard deviation 1: its pre-activation has a standard "
            "deviation of 5 to 10, far out on the flat parts. Point at the columns of a uniform distribution too: "
            "U(0, 1) pushes all units to the same end.",
            "ko": "뉴런은 표준편차가 1인 가중치로 입력 100개를 더하므로 활성화 전 값의 표준편차가 5에서 10에 이르고, "
            "함수의 평평한 곳까지 밀려난다. 균등분포도 함께 짚는다. U(0, 1)은 모든 뉴런을 같은 쪽 끝으로 민다.",
        },
        figure="histograms-sigmoid",
        claims=(3, 4),
        numbers={
            "sigmoid": evidence(4, "sigmoid, N(0, 1): saturated share", "percent"),
            "tanh": evidence(4, "tanh, N(0, 1): saturated share", "percent"),
            "relu": evidence(4, "ReLU, N(0, 1): factor of the signal"),
        },
    ),
    Slide(
        {"en": "Too small: collapse", "ko": "너무 작으면: 붕괴"},
        (
            {
                "en": "tanh, N(0, 0.01²): the signal is multiplied by {factor} a layer.",
                "ko": "tanh, N(0, 0.01²): 층마다 신호에 곱해지는 배율 {factor}",
            },
            {
                "en": "Standard deviation of layer 5: {std}.",
                "ko": "5층 활성화값의 표준편차: {std}",
            },
            {
                "en": "The gradient at layer 1 is {fold} times smaller than at layer 5.",
                "ko": "1층의 기울기는 5층의 {fold}분의 1로 줄어든다.",
            },
        ),
        {
            "en": "On a logarithmic axis a straight line is a constant factor a layer. Forwards and backwards it is "
            "the same factor here, for tanh is linear near 0. The samples themselves are no longer told apart.",
            "ko": "로그 축에서 직선은 층마다 같은 배율이 곱해진다는 뜻이다. tanh는 0 부근에서 선형이므로 여기서는 "
            "앞으로나 뒤로나 배율이 같다. 표본끼리도 더는 구별되지 않는다.",
        },
        figure="signal",
        claims=(4,),
        numbers={
            "factor": evidence(4, "tanh, N(0, 0.01²): factor of the signal"),
            "std": Number("number", "article", at("act_std", "normal:0.01", "tanh", 5)),
            "fold": evidence(5, "narrow (tanh, N(0, 0.01²))", "fold"),
        },
    ),
)

_RIGHT = (
    Slide(
        {"en": "Predict: which scale is right?", "ko": "예측해 보자: 알맞은 크기는?"},
        (
            {
                "en": "A unit adds up n inputs. How does the variance of the sum grow with n?",
                "ko": "뉴런은 입력 n개를 더한다. 합의 분산은 n에 따라 어떻게 커질까?",
            },
            {
                "en": "Which variance of the weights keeps the level?",
                "ko": "크기를 유지하려면 가중치의 분산은 얼마여야 할까?",
            },
            {
                "en": "Does that suit sigmoid, tanh and ReLU alike?",
                "ko": "그 값은 sigmoid, tanh, ReLU에 모두 알맞을까?",
            },
        ),
        {
            "en": "The variance of a sum of independent terms is the sum of their variances: n times the weights' "
            "variance times the inputs' mean square. Setting the factor to 1 gives 1 / n. What the activation does to "
            "it is the next question.",
            "ko": "서로 독립인 항을 더하면 분산도 더해진다. 곧 n과 가중치의 분산과 입력의 제곱 평균을 곱한 값이다. "
            "배율을 1로 두면 1 / n이 나온다. 활성화 함수가 여기에 무엇을 더하는지는 다음 질문이다.",
        },
    ),
    Slide(
        {"en": "Xavier: the wider, the smaller", "ko": "Xavier: 넓을수록 작게"},
        (
            {
                "en": "Variance 2 / (fan_in + fan_out).",
                "ko": "분산 2 / (fan_in + fan_out)",
            },
            {
                "en": "Layers of 400 instead of 100: {ratio} times the standard deviation.",
                "ko": "너비를 100에서 400으로: 표준편차는 {ratio}배",
            },
            {
                "en": "tanh over 50 layers: a factor of {factor} a layer.",
                "ko": "tanh, 50층: 층마다 신호에 곱해지는 배율 {factor}",
            },
        ),
        {
            "en": "Xavier assumes an activation that is nearly linear, as tanh is around 0. The slow decay is tanh's "
            "bending, not Xavier's fault. The book writes 1 / fan_in for Xavier; on square layers both are the same.",
            "ko": "Xavier 초기화는 0 부근의 tanh처럼 거의 선형인 활성화 함수를 가정한다. 신호가 서서히 줄어드는 것은 "
            "tanh가 휘어 있기 때문이다. 책에서는 Xavier를 1 / fan_in으로 적는데, 입력과 출력의 너비가 같으면 둘은 "
            "같다.",
        },
        figure="histograms-tanh",
        claims=(6,),
        numbers={
            "ratio": evidence(6, "std of a Xavier weight between layers", "fixed"),
            "factor": evidence(6, "tanh, Xavier: factor of the signal", "fixed"),
        },
    ),
    Slide(
        {"en": "A handsome histogram is not enough", "ko": "보기 좋은 히스토그램만으로는 부족하다"},
        (
            {
                "en": "sigmoid, Xavier: layer 5 has a standard deviation of {std}.",
                "ko": "sigmoid, Xavier: 5층 활성화값의 표준편차 {std}",
            },
            {
                "en": "Yet the gradient falls {fold}-fold in five layers: the slope is 1/4 at most.",
                "ko": "그런데도 기울기는 다섯 층에서 {fold}분의 1로 줄어든다. sigmoid의 미분값은 최대 1/4이다.",
            },
            {
                "en": "Nearly level: tanh with Xavier, ReLU with He.",
                "ko": "기울기가 거의 유지되는 조합: tanh와 Xavier, ReLU와 He",
            },
        ),
        {
            "en": "This is vanishing, the reason why sigmoid left hidden layers. The forward pass looks healthy; only "
            "the backward pass shows the fault. Broad activations are necessary, not sufficient.",
            "ko": "이것이 기울기 소실이며, 은닉층에서 sigmoid를 쓰지 않게 된 까닭이다. 순전파만 보면 멀쩡하고, "
            "역전파를 보아야 문제가 드러난다. 활성화값이 넓게 퍼지는 것은 필요조건이지 충분조건이 아니다.",
        },
        figure="gradients",
        claims=(5, 6),
        numbers={
            "std": Number("number", "article", at("act_std", "xavier_normal", "sigmoid", 5)),
            "fold": evidence(5, "broad (sigmoid, Xavier)", "fold"),
        },
    ),
    Slide(
        {"en": "Predict: Xavier under ReLU", "ko": "예측해 보자: ReLU에 Xavier를 쓴다면"},
        (
            {
                "en": "ReLU sets half of the values to 0. What becomes of their mean square?",
                "ko": "ReLU는 값의 절반을 0으로 만든다. 제곱 평균은 어떻게 될까?",
            },
            {"en": "What is left of the signal after 50 layers?", "ko": "50층을 지나면 신호는 얼마나 남을까?"},
            {"en": "What would you change, and by how much?", "ko": "무엇을 얼마나 바꾸면 될까?"},
        ),
        {
            "en": "Half of the mean square goes, so the standard deviation loses a factor of the square root of 2 a "
            "layer. Let somebody compute 2 to the power of -25 before you show the figure.",
            "ko": "제곱 평균이 절반이 되므로 표준편차는 층마다 √2분의 1로 줄어든다. 그림을 보여 주기 전에 2의 "
            "−25제곱을 계산해 보게 한다.",
        },
    ),
    Slide(
        {"en": "ReLU wants He", "ko": "ReLU에는 He 초기화"},
        (
            {"en": "Xavier: a factor of {xavier} a layer.", "ko": "Xavier: 층마다 신호에 곱해지는 배율 {xavier}"},
            {"en": "He: a factor of {he}, over 50 layers.", "ko": "He: 50층에 걸쳐 배율 {he}"},
            {
                "en": "The remedy: weights {ratio} times as large, variance 2 / fan_in.",
                "ko": "처방: 가중치의 표준편차를 {ratio}배로, 곧 분산 2 / fan_in",
            },
        ),
        {
            "en": "He makes up for the half that ReLU cuts off. It holds in the mean over networks; a single network "
            "of 100 units wanders by a factor of two to four over 50 layers.",
            "ko": "He 초기화는 ReLU가 잘라 낸 절반을 되채운다. 여러 신경망의 평균에서 그렇다는 뜻이며, 뉴런이 "
            "100개인 신경망 하나는 50층을 지나는 동안 두 배에서 네 배까지 오르내린다.",
        },
        figure="histograms-relu",
        claims=(7,),
        numbers={
            "xavier": evidence(7, "ReLU, Xavier: factor of the signal", "fixed"),
            "he": evidence(7, "ReLU, He: factor of the signal", "fixed"),
            "ratio": evidence(7, "std of a He weight", "fixed"),
        },
    ),
)

_DEEP = (
    Slide(
        {"en": "Fifty layers: vanishing, layer by layer", "ko": "50층: 층마다 누적되는 소실"},
        (
            {
                "en": "Standard deviation of layer 50: Xavier {xavier}, He {he}.",
                "ko": "50층 활성화값의 표준편차: Xavier {xavier}, He {he}",
            },
            {
                "en": "Under Xavier the gradient at layer 1 is {fold} times smaller than at layer 50.",
                "ko": "Xavier에서 1층의 기울기는 50층의 {fold}분의 1로 줄어든다.",
            },
            {
                "en": "One modest factor, fifty times over.",
                "ko": "크지 않은 배율도 50번 곱하면 이렇게 된다.",
            },
        ),
        {
            "en": "Each ridge is one layer's histogram. The shape stays, the scale fades by half an octave a layer. "
            "Deep networks do not fail because something breaks, but because a small loss is compounded.",
            "ko": "능선 하나가 한 층의 히스토그램이다. 모양은 그대로인데 크기만 층마다 일정하게 줄어든다. 깊은 "
            "신경망이 실패하는 것은 어딘가 고장 나서가 아니라 작은 손실이 거듭 곱해지기 때문이다.",
        },
        figure="ridges-relu-xavier_normal",
        claims=(7,),
        numbers={
            "xavier": Number("number", "article-deep", at("act_std", "xavier_normal", "relu", 50)),
            "he": Number("number", "article-deep", at("act_std", "he_normal", "relu", 50)),
            "fold": Number("fold", "article-deep", gradient_change("xavier_normal", "relu")),
        },
    ),
    Slide(
        {"en": "Theory: one number a layer", "ko": "이론: 층마다 곱해지는 수 하나"},
        (
            {
                "en": "χ = σ_w² E[φ′(z)²] multiplies the mean-square gradient at every layer.",
                "ko": "χ = σ_w² E[φ′(z)²]: 기울기의 제곱 평균에 층마다 곱해지는 수",
            },
            {
                "en": "Measured: sigmoid, Xavier {sigmoid}; ReLU, Xavier {xavier}; ReLU, He {he}.",
                "ko": "측정값: sigmoid와 Xavier {sigmoid}, ReLU와 Xavier {xavier}, ReLU와 He {he}",
            },
            {
                "en": "χ < 1: vanishing. χ > 1: exploding. χ = 1: train.",
                "ko": "χ < 1이면 소실, χ > 1이면 폭발, χ = 1이면 학습할 수 있다.",
            },
        ),
        {
            "en": "For ReLU χ is half the scale of the weights, σ_w² / 2: 1 for He, 1/2 for Xavier. For sigmoid the "
            "slope is 1/4 at most, so Xavier gives 1/16 at best. This one condition holds both recipes.",
            "ko": "ReLU에서 χ는 σ_w² / 2이므로 He는 1, Xavier는 1/2이다. sigmoid는 미분값이 최대 1/4이라 Xavier를 써도 "
            "1/16을 넘지 못한다. 이 조건 하나에서 두 초기화 방법이 모두 나온다.",
        },
        figure="saturation",
        claims=(5, 7),
        numbers={
            "sigmoid": Number("fixed", "article", gradient_factor("xavier_normal", "sigmoid", 2)),
            "xavier": Number("fixed", "article-deep", gradient_factor("xavier_normal", "relu")),
            "he": Number("fixed", "article-deep", gradient_factor("he_normal", "relu")),
        },
    ),
)

INITIALIZATION: tuple[Slide, ...] = (*_LARGE_AND_SMALL, *_RIGHT, *_DEEP)
"""In the order they are shown."""
