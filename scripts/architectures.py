"""Verdicts on architectures beside what an expert says, whether they train, and what measuring them costs.

    python scripts/architectures.py [NAME ...] [--seconds 170]    # prints the tables of actviz/torch/README.md

Small models of every kind stand in tests/pytorch/architectures.py, public ones in public_architectures.py beside it,
which are judged where the extra architectures is installed: torchvision's, timm's and transformers', with random
weights. It ends with 1 if a public one's verdict is not what the expert says. A model trains if, within 200 updates of
Adam at 1e-3 or at 1e-4, its loss on one batch with random labels comes below half of that of guessing. The cost is that
of measuring under one seed more, over that of a plain pass forward and backward, on one thread, in CPU time.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import torch

import actviz

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "pytorch"))
from architectures import BROKEN, HEALTHY

UPDATES, RATES = 200, (1e-3, 1e-4)
PAIRS = 5
SAYS = {
    "GPT-2": "starts level: branches scaled by 1/sqrt(2L) (Radford et al. 2019)",
    "Llama": "norms first keep the stream's gradient (Xiong et al. 2020)",
    "BERT": "norms last with small weights: branches are small beside the stream (Devlin et al. 2018)",
    "post-norm, 6": "as in Vaswani et al. 2017, who warm the rate up",
    "ViT": "head starts at 0 (Dosovitskiy et al. 2021)",
    "CaiT": "layer scale of 1e-5 (Touvron et al. 2021)",
    "Mixer": "head starts at 0 (Tolstikhin et al. 2021)",
    "DiT": "adaLN-zero: gates and head start at 0 (Peebles & Xie 2023)",
    "ConvNeXt": "layer scale of 1e-6 (Liu et al. 2022)",
    "ResNet": "branches are normalized (He et al. 2016)",
    "ResNet, zero": "starts as the identity (Goyal et al. 2017)",
    "SE-ResNet": "gates open half way (Hu et al. 2018)",
    "DenseNet": "features stay on the stream (Huang et al. 2017)",
    "Fixup": "last weights start at 0, first ones small (Zhang et al. 2019)",
    "ReZero": "scales start at 0 (Bachlechner et al. 2021)",
    "branches /": "branches scaled by 1/sqrt(L) (Hanin & Rolnick 2018)",
    "mixture": "router's logits are small (Fedus et al. 2022)",
    "VGG, He": "He's weights keep a chain of ReLU level (He et al. 2015)",
    "LSTM": "PyTorch's default; gates are half open",
    "BERT, std 0.2": "ten times BERT's: attention is one-hot",
    "GPT-2, std 0.2": "ten times GPT-2's: attention is one-hot",
    "post-norm, 48": "does not train without warm-up (Xiong et al. 2020; Liu et al. 2020)",
    "Fixup, last": "without zeros and norms the stream doubles a block (Zhang et al. 2019)",
    "LayerNorm weights 0, norms first": "nothing passes a norm of weight 0 at the start, yet the last norm's own "
    "weight has a gradient, by which Adam leaves 0",
    "LayerNorm": "nothing passes a norm of weight 0 in front of a branch, or on the stream",
    "untied": "logits of std sqrt(d): the first loss is far above guessing",
    "router": "logits of std sqrt(d): every token has its expert from the start",
    "VGG, PyTorch": "variance 1 / (3 fan_in) shrinks every layer (He et al. 2015)",
}


@dataclass(frozen=True)
class Row:
    """A model of the table: what makes it, what draws its inputs, what an expert says, and what is wrong with it."""

    build: Callable[[], Any]
    draw: Callable[[torch.Generator], Any]
    says: str
    verdicts: tuple[str, ...] = ()


def models() -> Iterator[tuple[str, Row]]:
    """Yield every model that can be made: those of the tests, and public ones if their libraries are installed."""
    for name, (build, draw, *_) in {**HEALTHY, **BROKEN}.items():
        yield name, Row(build, draw, says(name))
    try:
        from public_architectures import PUBLIC
    except ImportError as error:
        print(f"without public architectures: {error}", file=sys.stderr)
        return
    for name, known in PUBLIC.items():
        yield name, Row(known.build, known.draw, known.says, known.verdicts)


def says(name: str) -> str:
    """Return what an expert says of a model, that with the longest fitting name."""
    return SAYS[max((key for key in SAYS if name.startswith(key)), key=len)]


def called(draw: Callable[[torch.Generator], Any]) -> tuple[Any, ...]:
    """Return what a model is called with."""
    drawn = draw(torch.Generator().manual_seed(0))
    return drawn if isinstance(drawn, tuple) else (drawn,)


def trains(build: Callable[[], Any], draw: Callable[[torch.Generator], Any]) -> bool:
    """Whether a model learns one batch by heart."""
    x = called(draw)
    for rate in RATES:
        torch.manual_seed(0)
        model = build()
        optimizer, labels = torch.optim.Adam(model.parameters(), rate), None
        for _ in range(UPDATES):
            logits = model(*x).flatten(0, -2)
            if labels is None:
                labels = torch.randint(logits.shape[1], (len(logits),))
            loss = torch.nn.functional.cross_entropy(logits, labels)
            if float(loss.detach()) < 0.5 * math.log(logits.shape[1]):
                return True
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return False


def cost(build: Callable[[], Any], draw: Callable[[torch.Generator], Any]) -> float:
    """Return the time of measuring under a further seed over that of a plain pass: median of pairs, of CPU time."""
    model, x = build(), called(draw)

    def plain() -> None:
        out = model(*x)
        out.backward(torch.ones_like(out))

    def timed(call: Callable[[], Any]) -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    def measure(seeds: int) -> float:
        return timed(lambda: actviz.probe_module(model, x, seeds=seeds))

    plain()
    measure(1)  # what is made once is there then
    pairs = []
    for _ in range(PAIRS):  # one right after the other, for a machine has slow minutes
        one, three = measure(1), measure(3)
        pairs.append((three - one) / 2 / statistics.median(timed(plain) for _ in range(3)))
    return statistics.median(pairs)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seconds", type=float, default=math.inf, help="How long to go on.")
def main(names: tuple[str, ...], seconds: float) -> None:
    """Print the table, a line a model."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    started = time.monotonic()
    print("| model | verdict | what an expert says | trains | cost |\n|---|---|---|---|---|")
    wrong = 0
    for name, row in models():
        if names and not any(name.startswith(each) for each in names):
            continue
        if time.monotonic() - started > seconds:
            break
        (diagnosis,) = actviz.diagnose(actviz.probe_module(row.build, row.draw, seeds=2))
        found = tuple(finding.verdict.value for finding in diagnosis.findings) or (diagnosis.verdict.value,)
        wrong += bool(row.verdicts) and found != row.verdicts
        learned = "yes" if trains(row.build, row.draw) else "no"
        cells = (name, ", ".join(found), row.says, learned, f"{cost(row.build, row.draw):.1f}")
        print(f"| {' | '.join(cells)} |", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
