"""Coordinate checks: how far one update moves each layer over the width, under SGD, Adam and muP."""

from __future__ import annotations

from typing import Any

from actviz.experiments.expectations import Basis, Expectation, Origin
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import width_slope
from actviz.text import words

_CHECK = {"build": "he_normal+relu", "widths": (64, 128, 256, 512), "inputs": "16,32", "steps": 1, "seeds": 16}
_INPUT, _HIDDEN, _OUTPUT = 1, 2, 4
_REFERENCE = 24
"""Seeds behind the slope that independent code measured."""


def _expect(
    key: str,
    value: str | float,
    check: str,
    name: str,
    layer: int,
    spread: float,
    allowance: float = 0.0,
    **known: Any,
) -> Expectation:
    """State a slope; before the update of the size, after it of size or change."""
    return Expectation(
        words(f"expectation.coordinates.{key}"),
        value,
        known.pop("basis", Basis.CLOSED_FORM),
        width_slope(name, 0 if key == "start" else 1, layer),
        check,
        spread=spread,
        allowance=allowance,
        **known,
    )


COORDINATES = Experiment(
    name="mup2022/coordinates",
    title=words("experiment.mup2022/coordinates.title"),
    source="Yang, Hu, Babuschkin, Sidor, Liu, Farhi, Ryder, Pachocki, Chen & Gao, Tensor programs V: Tuning large "
    "neural networks via zero-shot hyperparameter transfer, 2022",
    probes={},
    coordinates={
        "sgd-standard": {**_CHECK, "optimizer": "sgd", "lr": 0.01},
        "adam-standard": {**_CHECK, "optimizer": "adam", "lr": 0.001},
        "adam-mup": {**_CHECK, "optimizer": "adam", "lr": 0.001, "parametrization": "mup"},
    },
    drawings=tuple(
        drawing("mup2022/coordinates", name, "coordinates", name)
        for name in ("adam-standard", "adam-mup", "sgd-standard")
    ),
    expectations=(
        _expect("sgd_input", -0.5, "sgd-standard", "change", _INPUT, 0.0804, 0.1),
        _expect("sgd_hidden", 0.5, "sgd-standard", "change", _HIDDEN, 0.1426, 0.2),  # narrow ones come to it from below
        _expect("sgd_output", 1.0, "sgd-standard", "change", _OUTPUT, 0.2308, 0.15),
        _expect(
            "adam_hidden", "0.84", "adam-standard", "change", _HIDDEN, 0.0416, basis=Basis.MEASURED,
            reference_seeds=_REFERENCE, origin=Origin.INDEPENDENT,
        ),
        _expect("adam_size", 0.0, "adam-standard", "size", _HIDDEN, 0.0389, 0.02),
        _expect("start", -0.5, "adam-mup", "size", _OUTPUT, 0.1054, 0.02),
        _expect("mup_hidden", 0.0, "adam-mup", "change", _HIDDEN, 0.0393, 0.08),
        _expect("mup_output", 0.0, "adam-mup", "change", _OUTPUT, 0.1011, 0.15),
    ),
)  # fmt: skip
