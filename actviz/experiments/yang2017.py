"""Residual blocks: what their stream and its gradient grow by, unscaled, scaled by depth, and behind norms."""

from __future__ import annotations

from actviz.catalog.choices import DEPTH_SCALE
from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import Reading, stream_factor, stream_gradient, stream_square
from actviz.text import words

_WIDTH, _DEPTH, _DEEP, _TANH = 256, 12, 24, 48
_PROBE = {
    "activations": "relu",
    "inits": ("he_normal", "xavier_normal"),
    "width": _WIDTH,
    "samples": 200,
    "seeds": 6,
    "block": "residual",
}
_XIONG = "Xiong et al. 2020"
_GROWN = (1 + 1 / _DEEP) ** _DEEP


def _expect(
    key: str, value: float, reading: Reading, probe: str, spread: float, basis: Basis = Basis.CLOSED_FORM, of: str = ""
) -> Expectation:  # fmt: skip
    """State an expectation; a finite network may differ by some 10 / width from the theory of an infinite one."""
    what = words(f"expectation.residual.{key}")
    return Expectation(
        what, value, basis, reading, probe, source=of, spread=spread, allowance=10 / _WIDTH * value, log=True
    )


RESIDUAL = Experiment(
    name="yang2017/residual",
    title=words("experiment.yang2017/residual.title"),
    source="Yang & Schoenholz, Mean field residual networks: On the edge of chaos, NeurIPS 2017; and, of norms, "
    "Xiong et al., On layer normalization in the transformer architecture, ICML 2020",
    probes={
        "unscaled": {**_PROBE, "depth": _DEPTH},
        "scaled": {**_PROBE, "depth": _DEEP, "branch_scale": DEPTH_SCALE},
        "prenorm": {**_PROBE, "depth": _DEEP, "norm": "layer"},
        "postnorm": {**_PROBE, "depth": _DEEP, "norm": "layer", "place": "post"},
        "tanh": {**_PROBE, "depth": _TANH, "activations": "tanh", "inits": ("lecun_normal", "he_normal")},
    },
    drawings=tuple(
        drawing("yang2017/residual", f"stream-{probe}", "stream", probe, inits=[init], activations=[activation])
        for probe, init, activation in (
            ("unscaled", "he_normal", "relu"),
            ("scaled", "he_normal", "relu"),
            ("prenorm", "he_normal", "relu"),
            ("postnorm", "he_normal", "relu"),
            ("tanh", "lecun_normal", "tanh"),
        )
    ),
    expectations=(
        _expect("doubles", 2.0, stream_factor("he_normal", "relu"), "unscaled", 0.016),
        _expect("scaled", _GROWN, stream_square("he_normal", "relu", _DEEP), "scaled", 0.0278),
        _expect("scaled_gradient", _GROWN, stream_gradient("he_normal", "relu"), "scaled", 0.0129),
        _expect("prenorm", 1.0 + _DEEP, stream_square("he_normal", "relu", _DEEP), "prenorm", 0.0489, of=_XIONG),
        _expect("prenorm_gradient", 1.0 + _DEEP, stream_gradient("he_normal", "relu"), "prenorm", 0.0419, of=_XIONG),
        _expect("tanh", 37.849, stream_square("lecun_normal", "tanh", _TANH), "tanh", 0.0134, Basis.QUADRATURE),
        _expect("tanh_gradient", 1154.9, stream_gradient("lecun_normal", "tanh"), "tanh", 0.0316, Basis.QUADRATURE),
    ),
)
