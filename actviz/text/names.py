"""How initializers, activations and schedules are written on a figure."""

NAMES: dict[str, dict[str, str]] = {
    "zeros": {"en": "zeros", "ko": "모두 0"},
    "identity": {"en": "identity", "ko": "항등"},
    "orthogonal": {"en": "orthogonal", "ko": "직교"},
    "xavier_normal": {"en": "Xavier normal", "ko": "Xavier 정규"},
    "xavier_uniform": {"en": "Xavier uniform", "ko": "Xavier 균등"},
    "he_normal": {"en": "He normal", "ko": "He 정규"},
    "he_uniform": {"en": "He uniform", "ko": "He 균등"},
    "lecun_normal": {"en": "LeCun normal", "ko": "LeCun 정규"},
    "lecun_uniform": {"en": "LeCun uniform", "ko": "LeCun 균등"},
    "pytorch_default": {"en": "PyTorch default", "ko": "PyTorch 기본값"},
    "variance_scaling": {"en": "variance scaling", "ko": "분산 스케일링"},
    "relu": {"en": "ReLU", "ko": "ReLU"},
    "leaky_relu": {"en": "leaky ReLU", "ko": "leaky ReLU"},
    "elu": {"en": "ELU", "ko": "ELU"},
    "selu": {"en": "SELU", "ko": "SELU"},
    "gelu": {"en": "GELU", "ko": "GELU"},
    "gelu_tanh": {"en": "GELU (tanh)", "ko": "GELU (tanh)"},
    "silu": {"en": "SiLU", "ko": "SiLU"},
    "mish": {"en": "Mish", "ko": "Mish"},
    "hard_sigmoid": {"en": "hard sigmoid", "ko": "hard sigmoid"},
    "hard_tanh": {"en": "hard tanh", "ko": "hard tanh"},
    "mixed": {"en": "mixed activations", "ko": "활성화 함수 혼합"},
    "step": {"en": "step decay", "ko": "계단식 감쇠"},
    "cosine_restarts": {"en": "cosine, restarts", "ko": "코사인, 재시작"},
    "one_cycle": {"en": "one-cycle", "ko": "원사이클"},
    "inverse_sqrt": {"en": "inverse square root", "ko": "제곱근 역수"},
    "reduce_on_plateau": {"en": "reduce on plateau", "ko": "정체 시 감소"},
}
"""Initializers, activations and schedules whose label is not their name."""

# Families with parameters are written as the distribution they draw from; a bare name has its defaults.
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "normal": ("N(0, {0}²)", ("1",)),
    "truncated_normal": ("truncated N(0, {0}²)", ("1",)),
    "uniform": ("U({0}, {1})", ("−1", "1")),
    "constant": ("constant {0}", ("0.1",)),
}
