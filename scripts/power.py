"""Measure how often a check cries wolf, and which changes it catches with how many seeds.

    python scripts/power.py [--rechecks 1000] [--repeats 200] [--json FILE]

Every stack is measured once, with many seeds; a check is played with a group of seeds drawn from this pool for the
baseline and another, disjoint, for the check. So a thousand checks cost no more probes than twenty.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np

from actviz import VarianceScaling, activation, initializer
from actviz.baseline import ALPHA, MARGIN, SEEDS, Baseline, Comparison, Outcome, compare
from actviz.baseline.record import PairingRecord, summarize_values
from actviz.baseline.shapes import coarser, compact
from actviz.catalog.initializers import INITIALIZERS, Initializer
from actviz.catalog.inputs import NormalInputs
from actviz.numerics.parallel import cores, each_done
from actviz.numerics.shares import shares_below
from actviz.probing.draws import Draws
from actviz.probing.measuring import measure
from actviz.probing.network import Network
from actviz.probing.stack import ProbeConfig, Stack

SAMPLES = 200
NUMBERS = (8, 16, 32, 64)
"""Seeds of the baseline, and as many of the check."""
UNCHANGED, CHANGED = 1000, 200
"""Seeds that an unchanged stack, and each of the two of a change, are measured with."""


@dataclass(frozen=True)
class Case:
    """A stack to measure; ``swapped`` is a layer (from 1) that another initializer gives, ``wrong``."""

    init: Initializer
    activation: str
    bias_std: float = 0.0
    depth: int = 10
    width: int = 100
    swapped: int = 0
    wrong: str = "xavier_normal"


def he(factor: float = 1.0) -> VarianceScaling:
    return VarianceScaling(2.0 * factor**2, "fan_in", "normal")


def xavier(factor: float = 1.0) -> VarianceScaling:
    return VarianceScaling(factor**2, "fan_avg", "normal")


RELU, TANH = Case(he(), "relu"), Case(xavier(), "tanh")
DEEP = replace(RELU, depth=50, width=64)
PYTORCH_BIAS = 1 / math.sqrt(3 * RELU.width)
HONEST = {"He + ReLU, depth 10": RELU, "Xavier + tanh, depth 10": TANH, "He + ReLU, depth 50": DEEP}
UNEQUAL = tuple((f"He + ReLU, depth 10, {n} seeds against {m}", RELU, n, m) for n, m in ((4, 64), (16, 64), (64, 8)))
CHANGES: dict[str, tuple[Case, Case]] = {
    "weights 5 % larger: He + ReLU": (RELU, replace(RELU, init=he(1.05))),
    "weights 5 % larger: Xavier + tanh": (TANH, replace(TANH, init=xavier(1.05))),
    "weights 5 % larger: He + ReLU, depth 50": (DEEP, replace(DEEP, init=he(1.05))),
    "weights 2 % larger: He + ReLU": (RELU, replace(RELU, init=he(1.02))),
    "Xavier for He: ReLU": (RELU, replace(RELU, init=xavier())),
    "He for Xavier: tanh": (TANH, replace(TANH, init=he())),
    "slope 0.1 for 0.01: He + leaky ReLU": (
        replace(RELU, activation="leaky_relu:0.01"),
        replace(RELU, activation="leaky_relu:0.1"),
    ),
    "layer 5 of 10 Xavier: He + ReLU": (RELU, replace(RELU, swapped=5)),
    "layer 10 of 10 Xavier: He + ReLU": (RELU, replace(RELU, swapped=10)),
    "layer 25 of 50 Xavier: He + ReLU": (DEEP, replace(DEEP, swapped=25)),
    "biases N(0, 0.05²) missing: Xavier + tanh": (replace(TANH, bias_std=0.05), TANH),
    "biases missing: PyTorch's defaults + ReLU": (
        replace(RELU, init=INITIALIZERS["pytorch_default"], bias_std=PYTORCH_BIAS),
        replace(RELU, init=INITIALIZERS["pytorch_default"]),
    ),
    "biases N(0, 0.2²) missing: He + ReLU": (replace(RELU, bias_std=0.2), RELU),
}


class Swapped(Draws):
    """Draws in which one layer has another initializer."""

    def __init__(self, seed: int, config: ProbeConfig, case: Case) -> None:
        super().__init__(seed, config)
        self._case = case

    def weights(self, initializer_: Initializer, layer: int, fan_in: int, fan_out: int) -> Any:
        """Weights of a layer, of the wrong initializer if it is the swapped one."""
        chosen = initializer(self._case.wrong) if layer == self._case.swapped else initializer_
        return super().weights(chosen, layer, fan_in, fan_out)


def task(case: Case, seeds: tuple[int, ...]) -> dict[int, tuple[dict[str, Any], Any]]:
    """Measure some seeds: the statistics, and the shares below the coarse edges of every layer's histogram."""
    stack = Stack(activation(case.activation), case.init, (case.width,) * (case.depth + 1), case.bias_std)
    config = ProbeConfig(samples=SAMPLES, seeds=seeds, inputs=NormalInputs())
    network, results = Network(stack, SAMPLES, config.dtype), {}
    for seed in seeds:
        measured = measure(network, Swapped(seed, config, case))
        below = shares_below(measured.histograms.hist).astype(np.float32)
        results[seed] = measured.statistics, below
    return results


@dataclass(frozen=True)
class Pool:
    """Many seeds of one stack, of which any group can stand for a baseline or a check."""

    case: Case
    values: dict[str, Any]
    below: Any

    def group(self, seeds: Any) -> Baseline:
        """Summarize some seeds as a dataset of these seeds would be."""
        values = {name: value[seeds] for name, value in self.values.items()}
        values["width"] = np.full(self.case.depth, float(self.case.width))
        bins, edges, chosen = coarser(activation(self.case.activation).bins.edges)
        below = self.below[seeds][..., chosen].astype(float)
        ends = [(0.0, *layer, 1.0) for layer in below.mean(axis=0)]
        spread = [(0.0, *layer, 0.0) for layer in below.std(axis=0, ddof=1)]
        shapes = tuple(
            compact(layer, bins, edges, np.array(mean), np.array(sd), len(seeds))
            for layer, (mean, sd) in enumerate(zip(ends, spread, strict=True), 1)
        )
        recipe = {"seeds": [int(seed) for seed in seeds]}
        return Baseline(recipe, {}, {("init", self.case.activation): PairingRecord(summarize_values(values), shapes)})


@cache
def pool(case: Case, number: int, start: int) -> Pool:
    seeds = range(start, start + number)
    tasks = [(case, tuple(seeds[at : at + 20])) for at in range(0, number, 20)]
    done: dict[int, tuple[dict[str, Any], Any]] = {}
    for some in each_done(task, tasks, cores(), 1e-3 * number * case.depth):
        done |= some
    results = [done[seed] for seed in seeds]  # they come in any order
    values = {name: np.array([statistics[name] for statistics, _ in results]) for name in results[0][0]}
    return Pool(case, values, np.array([below for _, below in results]))


def alarms(comparison: Comparison, alpha: float, *, any_size: bool = False) -> bool:
    """Whether a check at this alpha finds a drift; of any size, or beyond the margin."""
    return any(each.adjusted < alpha and (any_size or each.margin_beaten) for each in comparison.findings)


def false_alarms(
    cases: Iterable[tuple[str, Case, int, int]], rechecks: int, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Check stacks that have not changed, given the seeds of the baseline and of the check."""
    for name, case, first, second in cases:
        there = pool(case, UNCHANGED, 0)
        counts = dict.fromkeys(("5 %", "5 %, no margin", "0.1 %", "0.1 %, no margin", "equivalent"), 0)
        for _ in range(rechecks):
            drawn = rng.permutation(len(there.below))[: first + second]
            found = compare(there.group(drawn[:first]), there.group(drawn[first:]))
            counts["5 %"] += alarms(found, 0.05)
            counts["5 %, no margin"] += alarms(found, 0.05, any_size=True)
            counts["0.1 %"] += alarms(found, 0.001)
            counts["0.1 %, no margin"] += alarms(found, 0.001, any_size=True)
            counts["equivalent"] += found.outcome is Outcome.EQUIVALENT
        yield {"unchanged stack": name, **{key: count / rechecks for key, count in counts.items()}}


def power(repeats: int, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Check stacks that have changed."""
    for position, (name, (before, after)) in enumerate(CHANGES.items(), 1):
        old, new = (pool(case, CHANGED, 10_000 * (2 * position + which)) for which, case in enumerate((before, after)))
        caught = {}
        for number in NUMBERS:
            hits = 0
            for _ in range(repeats):
                groups = [there.group(rng.permutation(len(there.below))[:number]) for there in (old, new)]
                hits += alarms(compare(*groups), ALPHA)
            caught[f"{number} seeds"] = hits / repeats
        yield {"change": name, **caught}


def percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|---" * len(rows[0]) + "|"]
    lines += ["| " + " | ".join(v if isinstance(v, str) else percent(v) for v in row.values()) + " |" for row in rows]
    return "\n".join(lines)


@click.command()
@click.option("--rechecks", default=1000, show_default=True, help="Checks of each unchanged stack.")
@click.option("--repeats", default=200, show_default=True, help="Checks of each changed stack and number of seeds.")
@click.option("--json", "output", type=click.Path(dir_okay=False), help="Write the numbers to this file, too.")
def main(rechecks: int, repeats: int, output: str | None) -> None:
    rng = np.random.default_rng(0)
    click.echo(
        f"False alarms, by alpha; {rechecks} checks with {SEEDS} seeds each unless said otherwise, "
        f"margin {percent(MARGIN)}\n"
    )
    honest = list(false_alarms(((*each, SEEDS, SEEDS) for each in HONEST.items()), rechecks, rng))
    honest += false_alarms(UNEQUAL, rechecks, np.random.default_rng(0))  # other rows' draws stay what they are
    click.echo(markdown(honest))
    click.echo(f"\nDrifts found, alpha {percent(ALPHA)}, margin {percent(MARGIN)}; {repeats} checks each\n")
    changed = list(power(repeats, rng))
    click.echo(markdown(changed))
    if output:
        Path(output).write_text(json.dumps({"false_alarms": honest, "power": changed}, indent=1) + "\n")


if __name__ == "__main__":
    main()
