"""What the benchmark trains and measures: a net of the book's size, models of ordinary width, and broken ones."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import actviz
from actviz.catalog.inputs import mnist
from actviz.catalog.tasks import ArrayTask, Examples, Split, divide
from actviz.training import Run
from actviz.training.loop import Course

ROWS, HIDDEN, BATCH, RATE = 60_000, (100, 100, 100, 100), 100, 0.01
TITLE = f"training 784-{'-'.join(map(str, HIDDEN))}-10 on {ROWS} rows, batch {BATCH}, SGD, float32, one thread"


def examples() -> Examples:
    """Return the shipped images, repeated to the size of MNIST, with 1000 more held out."""
    x, y = mnist()
    repeated = -(-(ROWS + 1000) // len(x))
    task = ArrayTask(np.tile(x, (repeated, 1))[: ROWS + 1000], np.tile(y, repeated)[: ROWS + 1000])
    return divide(task, Split(validation=1000), 0, "float32")


def recorded(run: Run, epochs: int) -> Run:
    """Return the run with both losses, accuracies and a snapshot of every layer after every epoch."""
    return dataclasses.replace(run, config=dataclasses.replace(run.config, snapshots=epochs + 1, evaluate_every=1))


def plain(epochs: int) -> Run:
    """Return a run that is evaluated at its ends alone."""
    settings = {"lr": RATE, "batch": BATCH, "epochs": epochs, "snapshots": 0, "evaluate_every": epochs}
    return actviz.runs("he_normal", "relu", data="mnist", width=HIDDEN, **settings)["he_normal"]


def train(run: Run, data: Examples) -> None:
    """Train by actviz, on one thread as ``actviz.train`` does."""
    with threadpool_limits(1, "blas"):
        for _ in Course(run, data, 0).epochs():
            pass


def torch_net(epochs: int, data: Examples) -> Any:
    """Train by the straightforward PyTorch loop, on one thread; return the model."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    x, y = torch.from_numpy(data.x["train"]), torch.from_numpy(data.y["train"].astype(np.int64))
    layers: list[Any] = []
    for fan_in, fan_out in zip((x.shape[1], *HIDDEN), HIDDEN, strict=False):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(HIDDEN[-1], 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def modules() -> dict[str, tuple[Any, Any]]:
    """Return models of ordinary width by name: what builds each, and a batch for it."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            layers = [each for _ in range(2) for each in (nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width))]
            self.branch = nn.Sequential(*layers[:2], nn.ReLU(), *layers[2:])

        def forward(self, x: Any) -> Any:
            return torch.relu(x + self.branch(x))

    def resnet() -> Any:
        blocks = [Block(64) for _ in range(4)]
        return nn.Sequential(
            nn.Conv2d(3, 64, 3, padding=1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)
        )

    def mlp() -> Any:
        return nn.Sequential(
            *[each for _ in range(10) for each in (nn.Linear(512, 512), nn.ReLU())], nn.Linear(512, 10)
        )

    def transformer() -> Any:
        layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0.0, batch_first=True, norm_first=True)
        return nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)

    return {
        "ResNet, 64 channels": (resnet, torch.randn(16, 3, 32, 32)),
        "MLP of 512": (mlp, torch.randn(256, 512)),
        "transformer of 256": (transformer, torch.randn(8, 64, 256)),
    }


def broken() -> dict[str, tuple[Any, Any]]:
    """Return models that start badly by name: those of the tests, and deep ones of one width."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "pytorch"))
    import torch
    from architectures import BROKEN
    from torch import nn

    def deep(depth: int, activation: Any, std: float) -> Any:
        model = nn.Sequential(*[each for _ in range(depth) for each in (nn.Linear(128, 128), activation())])
        for layer in model[::2] if std else ():
            nn.init.normal_(layer.weight, std=std)
        return model

    rows = torch.randn(64, 128, generator=torch.Generator().manual_seed(0))
    return {
        **{name: (build, draw) for name, (build, draw, _) in BROKEN.items()},
        "MLP of 50, tanh, std 0.02": (lambda: deep(50, nn.Tanh, 0.02), rows),
        "MLP of 50, ReLU, std 0.3": (lambda: deep(50, nn.ReLU, 0.3), rows),
        "MLP of 100, GELU, as built": (lambda: deep(100, nn.GELU, 0.0), rows),
    }


def passes(build: Any, inputs: Any, seeds: int) -> None:
    """Build a model under each seed and pass a batch forward and back."""
    import torch

    for seed in range(seeds):
        torch.manual_seed(seed)
        output = build()(inputs.clone().requires_grad_())
        output.backward(torch.randn_like(output))


def loop(build: Any, inputs: Any, updates: int, every: int | None) -> None:
    """Train a model on a batch; with ``every`` it is watched, and so many updates lie between two that are recorded."""
    import torch

    torch.manual_seed(0)
    model = build()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    watch = actviz.watch(model, every=every, optimizer=optimizer) if every else None
    for _ in range(updates):
        loss = model(inputs).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if watch is not None:
            watch.step(loss)
    if watch is not None:
        watch.close()
