"""How initializers, activations, schedules, losses, optimizers and the settings of runs are written on a figure."""

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
    "exponential": {"en": "exponential", "ko": "지수 감쇠"},
    "cosine": {"en": "cosine", "ko": "코사인 어닐링"},
    "cosine_restarts": {"en": "cosine, restarts", "ko": "코사인 재시작"},
    "one_cycle": {"en": "one-cycle", "ko": "원사이클"},
    "polynomial": {"en": "polynomial", "ko": "다항식 감쇠"},
    "inverse_sqrt": {"en": "inverse square root", "ko": "제곱근 역수"},
    "reduce_on_plateau": {"en": "reduce on plateau", "ko": "정체 시 감소"},
    "cross_entropy": {"en": "cross-entropy", "ko": "교차 엔트로피"},
    "mean_square": {"en": "mean square", "ko": "평균 제곱 오차"},
    "epoch": {"en": "epoch", "ko": "에폭"},
    "update": {"en": "update", "ko": "갱신"},
    "sgd": {"en": "SGD", "ko": "SGD"},
    "momentum": {"en": "momentum", "ko": "모멘텀"},
    "nesterov": {"en": "Nesterov", "ko": "Nesterov"},
    "adam": {"en": "Adam", "ko": "Adam"},
    "adamw": {"en": "AdamW", "ko": "AdamW"},
}
"""Initializers, activations, schedules, losses, units of a schedule and optimizers whose label is not their name."""

SETTINGS: dict[str, dict[str, str]] = {
    "batch norm": {"en": "batch norm", "ko": "배치 정규화"},
    "no norm": {"en": "no norm", "ko": "정규화 없음"},
    "replacement True": {"en": "with replacement", "ko": "복원 추출"},
    "replacement False": {"en": "without replacement", "ko": "비복원 추출"},
    "early_stopping None": {"en": "no early stopping", "ko": "조기 종료 없음"},
    "early_stopping patience": {"en": "patience {value}", "ko": "인내 횟수 {value}"},
    "clip None": {"en": "no clipping", "ko": "기울기 자르기 없음"},
    "clip": {"en": "clip {value}", "ko": "기울기 자르기 {value}"},
    "lr": {"en": "lr {value}", "ko": "학습률 {value}"},
    "restarts": {"en": "restarts", "ko": "재시작"},
    "peak": {"en": "peak {value}", "ko": "최고 {value}"},
    "per": {"en": "per {value}", "ko": "스케줄 단위 {value}"},
    "optimizer": {"en": "{value}", "ko": "{value}"},
    "loss": {"en": "{value}", "ko": "{value}"},
    "epochs": {"en": "epochs {value}", "ko": "{value}에폭"},
    "updates": {"en": "updates {value}", "ko": "갱신 {value}회"},
    "batch": {"en": "batch {value}", "ko": "배치 {value}"},
    "weight_decay": {"en": "λ = {value}", "ko": "λ = {value}"},
    "dropout": {"en": "dropout {value}", "ko": "드롭아웃 {value}"},
    "evaluate_every": {"en": "evaluate_every {value}", "ko": "평가 간격 {value}"},
    "evaluated": {"en": "evaluated {value}", "ko": "평가 표본 {value}"},
    "snapshot_rows": {"en": "snapshot_rows {value}", "ko": "스냅숏 표본 {value}"},
    "dtype": {"en": "{value}", "ko": "{value}"},
}
"""Settings in the label of a run: in full, or what stands before a value."""

Form = tuple[dict[str, str], tuple[str, ...]]

FORMS: dict[str, Form] = {
    "normal": ({"en": "N(0, {0}²)", "ko": "N(0, {0}²)"}, ("1",)),
    "truncated_normal": ({"en": "truncated N(0, {0}²)", "ko": "절단 N(0, {0}²)"}, ("1",)),
    "uniform": ({"en": "U({0}, {1})", "ko": "U({0}, {1})"}, ("−1", "1")),
    "constant": ({"en": "constant {0}", "ko": "상수 {0}"}, ("0.1",)),
}
"""Families with parameters are written as the distribution they draw from; a bare name has its defaults."""

SCHEDULE_FORMS: dict[str, Form] = {"constant": ({"en": "constant {0}", "ko": "고정 {0}"}, ("0.1",))}
"""The same of schedules, some of which share their name with an initializer."""
