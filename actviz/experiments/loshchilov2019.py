"""Loshchilov & Hutter 2019: under Adam, weight decay is another thing than a penalty in the loss."""

from __future__ import annotations

from actviz.experiments.expectations import Basis, Expectation
from actviz.experiments.experiment import Experiment, drawing
from actviz.experiments.readings import Reading, end_of, largest_of, last_size
from actviz.text import words

_RATE, _UPDATES, _DECAYS = 0.003, 100, (0.1, 1.0)
_REFERENCE = 24
"""Seeds behind the numbers that plain PyTorch measured for this project."""

_ADAM = 0.71669
"""What Adam makes of a weight whose only gradient is lambda times itself, whatever lambda: it divides by its size."""

_KNOWN = {
    ("adam", "validation_loss"): ("2.2967", 0.0055),
    ("adamw", "validation_accuracy"): ("0.8490", 0.0127),
    ("adam", "weight_size"): ("0.1186", 0.0022),
    ("adamw", "weight_size"): ("0.9519", 0.0027),
}
_DECAY = 0.3


def _reading(what: str, run: str) -> Reading:
    return last_size(run) if what == "weight_size" else end_of(what, run)


DECOUPLED = Experiment(
    name="loshchilov2019/decoupled",
    title=words("experiment.loshchilov2019/decoupled.title"),
    source="Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019, sections 2 and 3",
    probes={},
    trainings={
        # Under a constant of -1 no ReLU ever fires: the loss has no gradient for any weight, and the decay alone acts.
        "decay-alone": {
            "data": "mnist", "split": {"train": 200, "validation": 100}, "inits": "constant:-1", "activations": "relu",
            "depth": 2, "width": 20, "optimizer": ["sgd", "adam", "adamw"], "weight_decay": list(_DECAYS),
            "lr": _RATE, "updates": _UPDATES, "batch": 50, "snapshots": 2, "seeds": 2,
        },
        "trained": {
            "data": "mnist", "split": {"train": 300, "validation": 1000}, "inits": "he_normal", "activations": "relu",
            "depth": 3, "width": 100, "optimizer": ["adam", "adamw"], "weight_decay": [0.0, _DECAY],
            "lr": 0.001, "epochs": 60, "batch": 50, "evaluate_every": 5, "snapshots": 2, "seeds": 4,
        },
    },
    drawings=(
        drawing("loshchilov2019/decoupled", "weights-alone", "weights", "decay-alone"),
        drawing("loshchilov2019/decoupled", "weights", "weights", "trained"),
        drawing("loshchilov2019/decoupled", "curves", "curves", "trained"),
    ),
    expectations=(
        *(
            Expectation(
                words("expectation.decoupled.alone", optimizer=name, decay=f"{decay:g}", updates=_UPDATES),
                _ADAM if name == "adam" else (1 - _RATE * decay) ** _UPDATES,
                Basis.CLOSED_FORM,
                largest_of(last_size(f"optimizer {name}, weight_decay {decay:g}")),
                "decay-alone",
                source=words(f"expectation.decoupled.{'size' if name == 'adam' else 'factor'}"),
                spread=1e-6,  # of rounding: nothing is left to chance
                allowance=1e-5,
            )
            for name in ("sgd", "adam", "adamw")
            for decay in _DECAYS
        ),
        *(
            Expectation(
                words(
                    "expectation.decoupled.trained", optimizer=name, decay=f"{_DECAY:g}",
                    what=words(f"expectation.overfit.{what}"),
                ),
                value,
                Basis.MEASURED,
                _reading(what, f"optimizer {name}, weight_decay {_DECAY:g}"),
                "trained",
                spread=spread,
                reference_seeds=_REFERENCE,
            )
            for (name, what), (value, spread) in _KNOWN.items()
        ),
    ),
)  # fmt: skip
