"""What the benchmark compares the probe with: a bare pass, and the scripts one would write without actviz.

The peers pass the same number of networks of the same shape forward and backward, and take what such scripts take:
a histogram of activations and one of gradients, mean, standard deviation, range, saturated and zero share, the RMS of
dL/dz and the norm of dL/dW. That is less than the probe records (no similarity, dead or distinct units, spread), so
the comparison errs to the peers' side. Each returns its statistics, a dict a layer for every network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

BINS = 64
SATURATED = 0.05


@dataclass(frozen=True)
class Shape:
    """Samples passed through ``depth`` layers of ``width`` units."""

    samples: int
    width: int
    depth: int

    def __str__(self) -> str:
        return f"{self.samples} samples, width {self.width}, depth {self.depth}"


@dataclass(frozen=True)
class Phi:
    """An activation: its module in ``torch.nn``, phi and slope in numpy, and where it saturates, for either."""

    module: str
    phi: Callable[[Any], Any]
    slope: Callable[[Any, Any], Any]
    saturated: Callable[[Any, Any], Any]
    bounds: tuple[float, float] | None = None


ONE, LEAK = np.float32(1.0), np.float32(0.01)
ACTIVATIONS = {
    "sigmoid": Phi(
        "Sigmoid",
        lambda z: 1.0 / (1.0 + np.exp(-z)),
        lambda z, h: h * (1.0 - h),
        lambda z, h: h * (1.0 - h) < SATURATED / 4,
        (0.0, 1.0),
    ),
    "tanh": Phi("Tanh", np.tanh, lambda z, h: 1.0 - h * h, lambda z, h: 1.0 - h * h < SATURATED, (-1.0, 1.0)),
    "relu": Phi("ReLU", lambda z: np.maximum(z, 0.0), lambda z, h: z > 0, lambda z, h: z <= 0),
    "leaky_relu": Phi(
        "LeakyReLU", lambda z: np.maximum(z, LEAK * z), lambda z, h: np.where(z > 0, ONE, LEAK), lambda z, h: z <= 0
    ),
    "elu": Phi(
        "ELU",
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
        lambda z, h: np.where(z > 0, ONE, h + 1.0),
        lambda z, h: h + 1.0 < SATURATED,
    ),
}

INITIALIZERS: dict[str, tuple[str, dict[str, Any], Callable[[int, int], float]]] = {
    "normal:0.01": ("normal_", {"std": 0.01}, lambda fan_in, fan_out: 1e-4),
    "xavier_normal": ("xavier_normal_", {}, lambda fan_in, fan_out: 2.0 / (fan_in + fan_out)),
    "xavier_uniform": ("xavier_uniform_", {}, lambda fan_in, fan_out: 2.0 / (fan_in + fan_out)),
    "he_normal": ("kaiming_normal_", {"nonlinearity": "relu"}, lambda fan_in, fan_out: 2.0 / fan_in),
    "he_uniform": ("kaiming_uniform_", {"nonlinearity": "relu"}, lambda fan_in, fan_out: 2.0 / fan_in),
    "lecun_normal": ("kaiming_normal_", {"nonlinearity": "linear"}, lambda fan_in, fan_out: 1.0 / fan_in),
}
"""actviz's name to that in ``torch.nn.init`` with its arguments, and the variance of a weight."""

Pairings = Sequence[tuple[str, str]]
Statistics = dict[str, Any]


def _numpy_weights(rng: np.random.Generator, init: str, width: int) -> Any:
    std = np.float32(math.sqrt(INITIALIZERS[init][2](width, width)))
    if "uniform" in init:
        return (rng.random((width, width), np.float32) * 2.0 - 1.0) * (std * np.float32(math.sqrt(3.0)))
    return rng.standard_normal((width, width), np.float32) * std


def _numpy_pass(
    init: str, activation: str, shape: Shape, seed: int, forward: Callable[..., object], backward: Callable[..., object]
) -> None:
    """Draw a network and its inputs, pass them forward and back: what any script must do; nothing is recorded here."""
    rng, act = np.random.default_rng(seed), ACTIVATIONS[activation]
    weights = [_numpy_weights(rng, init, shape.width) for _ in range(shape.depth)]
    h = rng.standard_normal((shape.samples, shape.width), np.float32)
    zs, hs = [], [h]
    for layer, w in enumerate(weights):
        z = h @ w
        h = act.phi(z)
        zs.append(z)
        hs.append(h)
        forward(layer, z, h)
    dh = rng.standard_normal(h.shape, np.float32)
    for layer in range(shape.depth - 1, -1, -1):
        dz = dh * act.slope(zs[layer], hs[layer + 1])
        backward(layer, dz, hs[layer].T @ dz)
        if layer:
            dh = dz @ weights[layer].T


def bare_pass(pairings: Pairings, shape: Shape, seeds: int, threads: int) -> Iterator[None]:
    """Pass every pairing and seed forward and back by numpy, and record nothing."""
    with threadpool_limits(threads, "blas"):
        for init, activation in pairings:
            for seed in range(seeds):
                yield _numpy_pass(init, activation, shape, seed, lambda *_: None, lambda *_: None)


def _numpy_network(init: str, activation: str, shape: Shape, seed: int) -> list[Statistics]:
    act, layers = ACTIVATIONS[activation], [Statistics() for _ in range(shape.depth)]

    def forward(layer: int, z: Any, h: Any) -> None:
        layers[layer] |= {
            "hist": np.histogram(h, BINS, act.bounds)[0],
            "act_mean": h.mean(),
            "act_std": h.std(),
            "act_min": h.min(),
            "act_max": h.max(),
            "saturated": np.count_nonzero(act.saturated(z, h)) / h.size,
            "zero_fraction": np.count_nonzero(h == 0) / h.size,
        }

    def backward(layer: int, dz: Any, dw: Any) -> None:
        layers[layer] |= {
            "grad_hist": np.histogram(dz, BINS)[0],
            "grad_preact_rms": np.sqrt(np.mean(np.square(dz))),
            "grad_weight_norm": np.linalg.norm(dw),
        }

    _numpy_pass(init, activation, shape, seed, forward, backward)
    return layers


def plain_numpy(pairings: Pairings, shape: Shape, seeds: int, threads: int) -> Iterator[list[Statistics]]:
    """Yield the statistics of every pairing and seed, by the straightforward numpy script."""
    with threadpool_limits(threads, "blas"):
        for init, activation in pairings:
            for seed in range(seeds):
                yield _numpy_network(init, activation, shape, seed)


def _torch_network(init: str, activation: str, shape: Shape, seed: int) -> list[Statistics]:
    import torch
    from torch import nn

    torch.manual_seed(seed)
    act, (initialize, arguments, _) = ACTIVATIONS[activation], INITIALIZERS[init]
    layers: list[Statistics] = [{} for _ in range(shape.depth)]
    linears = [nn.Linear(shape.width, shape.width, bias=False) for _ in layers]
    activations = [getattr(nn, act.module)() for _ in layers]

    def forward_hook(layer: int, inputs: Any, output: Any) -> None:
        z, h = inputs[0].detach(), output.detach()
        layers[layer] |= {
            "hist": torch.histc(h, BINS, *(act.bounds or (0, 0))),  # (0, 0): the values' own range
            "act_mean": h.mean().item(),
            "act_std": h.std().item(),
            "act_min": h.min().item(),
            "act_max": h.max().item(),
            "saturated": torch.count_nonzero(act.saturated(z, h)).item() / h.numel(),
            "zero_fraction": torch.count_nonzero(h == 0).item() / h.numel(),
        }

    def backward_hook(layer: int, dz: Any) -> None:
        layers[layer] |= {"grad_hist": torch.histc(dz, BINS), "grad_preact_rms": dz.square().mean().sqrt().item()}

    for layer, (linear, phi) in enumerate(zip(linears, activations, strict=True)):
        getattr(nn.init, initialize)(linear.weight, **arguments)
        phi.register_forward_hook(lambda _, inputs, output, layer=layer: forward_hook(layer, inputs, output))
        phi.register_full_backward_hook(lambda _, grad_input, __, layer=layer: backward_hook(layer, grad_input[0]))
    model = nn.Sequential(*(module for pair in zip(linears, activations, strict=True) for module in pair))
    output = model(torch.randn(shape.samples, shape.width))
    output.backward(torch.randn_like(output))
    for statistics, linear in zip(layers, linears, strict=True):
        statistics["grad_weight_norm"] = linear.weight.grad.norm().item()
    return layers


def torch_hooks(pairings: Pairings, shape: Shape, seeds: int, threads: int) -> Iterator[list[Statistics]]:
    """Yield the statistics of every pairing and seed, by the straightforward PyTorch script with hooks."""
    import torch

    torch.set_num_threads(threads)
    for init, activation in pairings:
        for seed in range(seeds):
            yield _torch_network(init, activation, shape, seed)
