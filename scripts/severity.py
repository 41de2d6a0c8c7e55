"""What a verdict costs in training: a survey of networks, each diagnosed, then trained under tuned rates.

    python scripts/severity.py run survey.jsonl [--seconds 170]    # ten minutes of one core; goes on where it stopped
    python scripts/severity.py table survey.jsonl                  # the tables of actviz/diagnosis/README.md
    python scripts/severity.py saturated                           # that of saturation alone, there too; three minutes

A network trains if its training loss comes below half of that of guessing within the budget, under the best of three
rates a decade apart; it is stuck if it stays above nine tenths, or diverges; it is slow in between.
"""

from __future__ import annotations

import itertools
import json
import math
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

import actviz
from actviz.catalog.names import labelled_task
from actviz.catalog.tasks import Split, divide
from actviz.diagnosis import Severity, Verdict

NETWORKS, UPDATES, BATCH = 200, 150, 50
TASKS = {"mnist": 10, "moons:1000": 2}
"""And their classes."""
RATES = {"sgd": (0.003, 0.03, 0.3), "momentum": (0.001, 0.01, 0.1), "adam": (1e-4, 1e-3, 1e-2)}
DEPTHS, WIDTHS = (4, 8, 15, 30), (64, 128)
SCALES = (0.02, 0.1, 1 / 3, 0.7, 1.0, 1.5, 2.0, 2.5, 4.0, 10.0, 64.0, 200.0)
"""Weight variance times fan_in: PyTorch's default is 1 / 3, LeCun's 1, He's 2, the standard normal's the width."""
SPECIAL = ("zeros", "constant:0.1", "uniform:0,1", "normal:0.01", "orthogonal", "identity")
OUTCOMES = ("trains", "is slow", "is stuck")
SATURATING = [(init, each) for init in ("uniform", "normal") for each in ("softsign", "sigmoid", "tanh", "hard_tanh")]
"""Pairings of 64 units whose fault is saturation, and the depths at which little else has come of it yet."""
SHALLOW = (2, 4, 8)


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


HALVES = ("4 or 8 layers", "15 or 30 layers")
"""Of faulty networks, of about half and half."""


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


def rows(networks: list[dict[str, Any]], diagnoses: list[Any]) -> dict[str, dict[tuple[str, str], list[Any]]]:
    """Group what became of the networks: by the worst severity, also by depth, and by the first fault and its own."""
    tables: dict[str, dict[tuple[str, str], list[Any]]] = {"severity": {}, "depth": {}, "verdict": {}}
    for network, found in zip(networks, diagnoses, strict=True):
        first = found.findings[0] if found.findings else None
        became = {optimizer: outcome(left) for optimizer, left in network["left"].items()}
        worst = found.severity.value if found.severity else "-"
        own = first.severity.value if first else "-"
        tables["severity"].setdefault(("any fault" if first else "healthy", worst), []).append(became)
        if first:
            tables["depth"].setdefault((HALVES[network["depth"] > SHALLOW[-1]], worst), []).append(became)
        named = first.verdict if first else found.verdict
        tables["verdict"].setdefault((named.label(), own), []).append(became)
    return tables


def lines(table: dict[tuple[str, str], list[Any]]) -> list[str]:
    """Write a table as Markdown: networks that train / are slow / are stuck, under each optimizer's best rate."""
    order = ["-", *(each.value for each in Severity)]
    verdicts = ["healthy", "any fault", *HALVES, *(each.label() for each in Verdict)]
    written = [
        f"| verdict | severity | networks | {' | '.join(RATES)} |",
        "|---|---|---|" + "---|" * len(RATES),
    ]
    for verdict, severity in sorted(table, key=lambda key: (verdicts.index(key[0]), order.index(key[1]))):
        found = table[verdict, severity]
        counts = [" / ".join(str([b[o] for b in found].count(each)) for each in OUTCOMES) for o in RATES]
        written.append(f"| {verdict} | {severity} | {len(found)} | {' | '.join(counts)} |")
    return written


@click.group()
def main() -> None:
    """Survey what a verdict costs in training."""


@main.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seconds", type=float, default=math.inf, help="Stop after these; a later run goes on.")
def run(path: Path, seconds: float) -> None:
    """Train the networks that are not in the file yet."""
    done, start = len(path.read_text().splitlines()) if path.exists() else 0, time.monotonic()
    with path.open("a") as file:
        for network in networks()[done:]:
            if time.monotonic() - start > seconds:
                return
            file.write(json.dumps(network | {"left": trained(network)}) + "\n")
            file.flush()


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def table(path: Path) -> None:
    """Diagnose the networks of the file, and print what became of them."""
    surveyed = [json.loads(line) for line in path.read_text().splitlines()]
    found = [actviz.diagnose(probed(network))[0] for network in surveyed]
    for each in rows(surveyed, found).values():
        click.echo("\n".join([*lines(each), ""]))


@main.command()
def saturated() -> None:
    """Train networks whose first fault is saturation, and print what became of them by its share."""
    printed = []
    for init, activation in SATURATING:
        network = {"init": init, "activation": activation, "width": 64, "norm": None, "task": "mnist"}
        first = actviz.diagnose(probed(network | {"depth": SHALLOW[0]}))[0].findings
        if not first or first[0].rule != "saturated":
            continue
        left = [trained(network | {"depth": depth}) for depth in SHALLOW]
        became = [" / ".join(outcome(each[optimizer]) for each in left) for optimizer in RATES]
        told = f"| {init} | {activation} | {first[0].value:.2f} | {first[0].severity.value} | {' | '.join(became)} |"
        printed.append((first[0].value, told))
    print(f"| init | activation | share | severity | {' | '.join(RATES)} |\n|{'---|' * (4 + len(RATES))}")
    print("\n".join(line for _, line in sorted(printed)))


LOUD = (4.0, 8.0, 16.0, 50.0, 150.0, 500.0)
"""Scales of last weights."""

FIRST_LOSSES = (3.0, 10.0, 30.0, 100.0, math.inf)
"""Of outputs that start too large, relative to guessing: between these they are counted."""


@main.command()
def outputs() -> None:
    """Train PyTorch networks whose outputs start too large, and print what became of them by their first loss."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    centres = torch.randn(6, 20, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(6, (500,), generator=generator)
    inputs = 0.7 * centres[labels] + torch.randn(500, 20, generator=generator)

    def built(depth: int, name: str, norm: bool, scale: float) -> nn.Module:
        layers: list[nn.Module] = []
        for width in (20, *(64,) * (depth - 1)):
            layers += [
                nn.Linear(width, 64),
                *([nn.BatchNorm1d(64)] if norm else []),
                nn.ReLU() if name == "relu" else nn.Tanh(),
            ]
        model = nn.Sequential(*layers, nn.Linear(64, 6))
        for each in model:
            if isinstance(each, nn.Linear):
                nn.init.kaiming_normal_(
                    each.weight, nonlinearity="linear" if each is model[-1] or name == "tanh" else "relu"
                )
                nn.init.zeros_(each.bias)
        with torch.no_grad():
            model[-1].weight.mul_(scale)
        return model

    def left(optimizer: str, lr: float, *network: Any) -> float:
        torch.manual_seed(0)
        model, loss = built(*network), nn.CrossEntropyLoss()
        made = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}.get(optimizer)
        steps = made(model.parameters(), lr) if made else torch.optim.SGD(model.parameters(), lr, momentum=0.9)
        for rows in torch.randint(500, (UPDATES, BATCH), generator=torch.Generator().manual_seed(2)):
            steps.zero_grad()
            loss(model(inputs[rows]), labels[rows]).backward()
            steps.step()
        with torch.no_grad():
            return float(loss(model.eval()(inputs), labels)) / math.log(6)

    found: dict[float, list[dict[str, str]]] = {}
    for network in itertools.product((2, 4, 8), ("relu", "tanh"), (False, True), LOUD):
        ds = actviz.probe_module(lambda network=network: built(*network), inputs[:BATCH], seeds=2)
        told = [each.value for each in actviz.diagnose(ds)[0].findings if each.rule == "saturated.output"]
        if told:
            became = {name: outcome([left(name, lr, *network) for lr in rates]) for name, rates in RATES.items()}
            found.setdefault(next(most for most in FIRST_LOSSES[1:] if told[0] < most), []).append(became)
    print(f"| first loss, of guessing | networks | {' | '.join(RATES)} |\n|{'---|' * (2 + len(RATES))}")
    for least, most in itertools.pairwise(FIRST_LOSSES):
        own = found.get(most, [])
        counts = [" / ".join(str([each[o] for each in own].count(what)) for what in OUTCOMES) for o in RATES]
        print(f"| {least:g} to {most:g} | {len(own)} | {' | '.join(counts)} |")


if __name__ == "__main__":
    main()
