"""What tables of things say of each in Korean, by the English that stands beside the thing itself."""

REFERENCES: dict[str, str] = {
    "the article's first case": "글의 첫째 경우",
    "the symmetry problem; Rumelhart, Hinton & Williams 1986": "대칭 문제; Rumelhart, Hinton & Williams 1986",
    "fixed range, no scaling": "고정된 범위, 너비에 맞추지 않음",
    "fixed std, no scaling": "고정된 표준편차, 너비에 맞추지 않음",
    "jax, Keras and PyTorch truncated_normal, on (-2 std, 2 std)": (
        "jax, Keras, PyTorch의 truncated_normal, 표준편차의 -2배에서 2배까지"
    ),
    "the deep linear network": "깊은 선형 신경망",
    "logistic function; Rumelhart, Hinton & Williams 1986": "로지스틱 함수; Rumelhart, Hinton & Williams 1986",
    "Courbariaux, Bengio & David 2015, with PyTorch's slope 1/6": (
        "Courbariaux, Bengio & David 2015, PyTorch의 미분값 1/6"
    ),
    "Hendrycks & Gimpel 2016, exact (erf)": "Hendrycks & Gimpel 2016, 정확한 식(erf)",
    "Hendrycks & Gimpel 2016, tanh approximation": "Hendrycks & Gimpel 2016, tanh 근사",
    "Williams 1997 (arcsine kernel)": "Williams 1997(아크사인 커널)",
    "N(0, std²), the field's usual probe input": "N(0, std²), 이 분야에서 흔히 쓰는 입력",
    "every pair of samples at one correlation; Poole et al. 2016": "모든 표본 쌍의 상관이 같음; Poole et al. 2016",
    "3000 real MNIST images, values in [0, 1]": "실제 MNIST 이미지 3000장, 값은 [0, 1]",
    "an array of your own, shape (samples, width)": "사용자의 배열, 모양 (표본 수, 너비)",
    "3000 real MNIST images, 300 of each digit": "실제 MNIST 이미지 3000장, 숫자마다 300장",
    "two half circles, as scikit-learn's make_moons": "반원 두 개, scikit-learn의 make_moons와 같음",
    "spiral arms, as the book's chapter on training": "나선팔, 책의 학습 장과 같음",
    "arrays of your own, x (rows, width) and y (rows,) or (rows, outputs)": (
        "사용자의 배열, x (행, 너비)와 y (행,) 또는 (행, 출력)"
    ),
    "the article's first schedule": "글의 첫째 스케줄",
    "the article's: 0.1, halved every 50 epochs": "글의 스케줄: 0.1, 50에폭마다 절반",
    "Loshchilov & Hutter 2017, one cycle": "Loshchilov & Hutter 2017, 한 주기",
    "SGDR: Loshchilov & Hutter 2017, equation 5": "SGDR: Loshchilov & Hutter 2017, 식 5",
    "Smith & Topin 2018, with the defaults of torch.optim.lr_scheduler.OneCycleLR": (
        "Smith & Topin 2018, 기본값은 torch.optim.lr_scheduler.OneCycleLR과 같음"
    ),
    "torch.optim.lr_scheduler.PolynomialLR; power 1 is linear, 0.9 Chen et al. 2018": (
        "torch.optim.lr_scheduler.PolynomialLR; 지수 1은 선형, 0.9는 Chen et al. 2018"
    ),
    "Vaswani et al. 2017, equation 3": "Vaswani et al. 2017, 식 3",
    "torch.optim.lr_scheduler.ReduceLROnPlateau; follows a metric": (
        "torch.optim.lr_scheduler.ReduceLROnPlateau; 지표를 따름"
    ),
    "units": "뉴런",
    "mean of z over samples and units": "표본과 뉴런에 걸친 z의 평균",
    "standard deviation of z over samples and units": "표본과 뉴런에 걸친 z의 표준편차",
    "mean of h over samples and units": "표본과 뉴런에 걸친 h의 평균",
    "standard deviation of h over samples and units": "표본과 뉴런에 걸친 h의 표준편차",
    "minimum of the finite h": "유한한 h의 최솟값",
    "maximum of the finite h": "유한한 h의 최댓값",
    "share of values with |phi'(z)| below 5 % of the largest |phi'|": (
        "|phi'(z)|가 |phi'| 최댓값의 5 %보다 작은 값의 비율"
    ),
    "share of h that is exactly 0": "정확히 0인 h의 비율",
    "number of units saturated (flat) for every sample": "모든 표본에서 포화된(평평한) 뉴런의 수",
    "cosine of two samples' h, averaged over all pairs of samples with h not 0; 1 when they are collapsed": (
        "두 표본의 h 사이 코사인, h가 0이 아닌 모든 표본 쌍의 평균; 붕괴하면 1"
    ),
    "standard deviation of a unit's h over samples, root mean square over units, divided by the input's": (
        "뉴런별로 구한 표본 간 h의 표준편차를 뉴런에 대해 제곱평균제곱근한 뒤 입력의 값으로 나눔"
    ),
    "number of units that differ, beyond rounding, in some sample; 1 when the layer is symmetric": (
        "어떤 표본에서든 반올림 오차를 넘어 서로 다른 뉴런의 수; 층이 대칭이면 1"
    ),
    "share of h that is inf or NaN": "inf 또는 NaN인 h의 비율",
    "root mean square of dL/dz over samples and units": "표본과 뉴런에 걸친 dL/dz의 제곱평균제곱근",
    "Frobenius norm of dL/dW, summed over samples": "표본에 걸쳐 합한 dL/dW의 프로베니우스 노름",
    "share of dL/dz that is exactly 0": "정확히 0인 dL/dz의 비율",
    "Glorot (Xavier) normal": "Glorot(Xavier) 정규분포",
    "Glorot (Xavier) uniform, Keras default": "Glorot(Xavier) 균등분포, Keras 기본값",
    "He normal": "He 정규분포",
    'LeCun normal, the book\'s "Xavier"': "LeCun 정규분포, 책의 “Xavier”",
    "PyTorch default": "PyTorch 기본값",
    "PyTorch gain for SELU, 3/4": "SELU에 대한 PyTorch의 이득 3/4",
    "PyTorch gain for tanh, 5/3": "tanh에 대한 PyTorch의 이득 5/3",
    "standard normal": "표준정규분포",
    "std 0.01": "표준편차 0.01",
}
"""Citations alone, and formulas, are the same in both languages and need no entry."""


def in_words(reference: str, lang: str = "en") -> str:
    """Return what is said of a thing in a language; a citation as it is.

    >>> in_words("He, Zhang, Ren & Sun 2015", "ko"), in_words("fixed std, no scaling", "ko")
    ('He, Zhang, Ren & Sun 2015', '고정된 표준편차, 너비에 맞추지 않음')
    """
    return REFERENCES.get(reference, reference) if lang == "ko" else reference
