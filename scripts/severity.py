"""What a verdict costs in training: a survey of networks, each diagnosed, then trained under tuned rates.

    python scripts/severity.py run survey.jsonl            # about ten minutes of one core; goes on where it stopped
    python scripts/severity.py run survey.jsonl --seconds 170
    python scripts/severity.py table survey.jsonl          # the tables of actviz/diagnosis/README.md

A network trains if its training loss comes below half of that of guessing within the budget, under the best of three
rates a decade apart; it is stuck if it stays above nine tenths, or diverges; it is slow in between.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import actviz
from actviz.catalog.names import labelled_task
from actviz.catalog.tasks import Split, divide

NETWORKS, UPDATES, BATCH = 220, 150, 50
TASKS = {"mnist": 10, "moons:1000": 2}
"""And their classes."""
RATES = {"sgd": (0.003, 0.03, 0.3), "momentum": (0.001, 0.01, 0.1), "adam": (1e-4, 1e-3, 1e-2)}
DEPTHS, WIDTHS = (4, 8, 15, 30), (64, 128)
SCALES = (0.02, 0.1, 1 / 3, 0.7, 1.0, 1.5, 2.0, 2.5, 4.0, 10.0, 64.0, 200.0)
"""Weight variance times fan_in: PyTorch's default is 1 / 3, LeCun's 1, He's 2, the standard normal's the width."""
SPECIAL = ("zeros", "constant:0.1", "uniform:0,1", "normal:0.01", "orthogonal", "identity")
OUTCOMES = ("trains", "is slow", "is stuck")


def networks() -> list[dict[str, Any]]:
    """Draw what is surveyed: the same networks every time, half of them at a usual scale."""
    rng, drawn = np.random.default_rng(20), []
    activations = list(actviz.ACTIVATIONS)
    for at in range(NETWORKS):
        scale = rng.choice([1 / 3, 1.0, 2.0]) if rng.random() < 0.5 else rng.choice(SCALES)
        special = rng.random() < 0.1
        drawn.append(
            {
                "init": str(rng.choice(SPECIAL)) if special else f"variance_scaling:{scale:.4g}",
                "activation": activations[at % len(activations)],
                "depth": int(rng.choice(DEPTHS)),
                "width": int(rng.choice(WIDTHS, p=[0.7, 0.3])),
                "norm": "batch" if rng.random() < 0.1 else None,
                "task": str(rng.choice(list(TASKS), p=[0.7, 0.3])),
            }
        )
    return drawn


def trained(network: dict[str, Any]) -> dict[str, list[float]]:
    """Return the share of guessing's loss that is left at the end, for every optimizer and rate; NaN if it diverged."""
    task, left = network["task"], {}
    for optimizer, rates in RATES.items():
        runs = actviz.runs(
            network["init"], network["activation"], data=task, depth=network["depth"], width=network["width"],
            norm=network["norm"], optimizer=optimizer, lr=list(rates), updates=UPDATES, batch=BATCH,
            evaluate_every=UPDATES, evaluated=500, snapshots=0,
        )  # fmt: skip
        found = actviz.train(runs, task, seeds=1, workers=1)
        losses = found["train_loss"].isel(step=-1, seed=0).values
        left[optimizer] = (losses / math.log(TASKS[task])).round(4).tolist()
    return left


def probed(network: dict[str, Any]) -> Any:
    """Probe the network that was trained, on the rows it was trained on."""
    rows = divide(labelled_task(network["task"])[1], Split(), 0, "float32").x["train"][:500]
    return actviz.probe(
        network["init"], network["activation"], depth=network["depth"], width=network["width"], norm=network["norm"],
        inputs=rows, seeds=1, workers=1,
    )  # fmt: skip


def outcome(left: list[float]) -> str:
    """Say what became of a network under its best rate."""
    best = min((each for each in left if not math.isnan(each)), default=math.inf)
    return OUTCOMES[0] if best < 0.5 else OUTCOMES[1] if best < 0.9 else OUTCOMES[2]


def run(path: Path, seconds: float) -> None:
    """Survey the networks that are not in the file yet."""
    done, start = len(path.read_text().splitlines()) if path.exists() else 0, time.monotonic()
    with path.open("a") as file:
        for network in networks()[done:]:
            if time.monotonic() - start > seconds:
                return
            file.write(json.dumps(network | {"left": trained(network)}) + "\n")
            file.flush()
