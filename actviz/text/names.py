"""How initializers, activations and schedules are written on a figure."""

NAMES: dict[str, dict[str, str]] = {
    "zeros": {"en": "zeros"},
    "identity": {"en": "identity"},
    "orthogonal": {"en": "orthogonal"},
    "xavier_normal": {"en": "Xavier normal"},
    "xavier_uniform": {"en": "Xavier uniform"},
    "he_normal": {"en": "He normal"},
    "he_uniform": {"en": "He uniform"},
    "lecun_normal": {"en": "LeCun normal"},
    "lecun_uniform": {"en": "LeCun uniform"},
    "pytorch_default": {"en": "PyTorch default"},
    "variance_scaling": {"en": "variance scaling"},
    "relu": {"en": "ReLU"},
    "leaky_relu": {"en": "leaky ReLU"},
    "elu": {"en": "ELU"},
    "selu": {"en": "SELU"},
    "gelu": {"en": "GELU"},
    "gelu_tanh": {"en": "GELU (tanh)"},
    "silu": {"en": "SiLU"},
    "mish": {"en": "Mish"},
    "hard_sigmoid": {"en": "hard sigmoid"},
    "hard_tanh": {"en": "hard tanh"},
    "mixed": {"en": "mixed activations"},
    "step": {"en": "step decay"},
    "cosine_restarts": {"en": "cosine, restarts"},
    "one_cycle": {"en": "one-cycle"},
    "inverse_sqrt": {"en": "inverse square root"},
    "reduce_on_plateau": {"en": "reduce on plateau"},
}
"""Initializers, activations and schedules whose label is not their name."""

# Families with parameters are written as the distribution they draw from; a bare name has its defaults.
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "normal": ("N(0, {0}²)", ("1",)),
    "truncated_normal": ("truncated N(0, {0}²)", ("1",)),
    "uniform": ("U({0}, {1})", ("−1", "1")),
    "constant": ("constant {0}", ("0.1",)),
}
