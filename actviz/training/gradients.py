"""The gradient of a batch's loss, of one network or of several of one shape side by side, which share their batches.

Several at once are not more work but fewer calls, each on more values: for small networks calls are most of an update.
Every product is that of one network, so that each has the bits it has alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from actviz.catalog.losses import LOSSES
from actviz.numerics.arrays import Array
from actviz.numerics.blocks import BUFFERS
from actviz.probing.joins import Joins
from actviz.probing.network import Network
from actviz.probing.residual import ResidualNetwork
from actviz.probing.stack import Stack
from actviz.training.parameters import Parameters


class Gradients:
    """Passes that put the gradient of a loss where parameters have theirs.

    Parameters
    ----------
    parameters : Parameters
        Of a network, or of plain ones side by side.
    loss : str
    rows : int
        Of a batch at most.
    networks : int, optional
        How many stand side by side.
    """

    def __init__(self, parameters: Parameters, loss: str, rows: int, networks: int | None = None) -> None:
        self._parameters, self._beside = parameters, networks is not None
        self.network = passing(parameters, parameters.stack, rows, networks=networks)
        self._loss = LOSSES[loss]

    @property
    def moments(self) -> Sequence[tuple[Array, Array]]:
        """Of the last batch, of every layer that is normalized: mean and 1 / sqrt(variance + eps)."""
        return self.network.moments

    def put(self, x: Array, y: Any, masks: list[Array] | None = None) -> Any:
        """Put the gradient there, weight decay not yet in it; return the loss, or one a network."""
        p, network, keep = self._parameters, self.network, self._beside
        weights = p.weights.__getitem__
        dropped = masks.__getitem__ if masks else None
        h = last(network, network.forward(x, weights, p.every_bias, p.affines, dropped))
        outputs = h @ p.weights[-1]
        outputs += p.rest[-1]
        loss, dout = self._loss.both(outputs, y, len(x))
        np.matmul(h.mT, dout, out=p.weight_gradients[-1])
        np.add.reduce(dout, axis=-2, out=p.rest_gradients[-1], keepdims=keep)
        dh = dout @ p.weights[-1].mT
        into = p.weight_gradients.__getitem__
        if isinstance(network, ResidualNetwork):
            passes = network.backward(dh, weights, into, p.end_gradients)
        else:
            passes = network.backward(dh, weights, into)
        for layer, dz, _, _ in passes:
            at = p.places[layer]
            if network.normalized is not None:
                normalized, gradient = network.normalized
                product = np.multiply(gradient, normalized, out=BUFFERS.like(gradient, "products"))
                np.add.reduce(product, axis=-2, out=p.rest_gradients[at["scale"]], keepdims=keep)
                np.add.reduce(gradient, axis=-2, out=p.rest_gradients[at["shift"]], keepdims=keep)
            if "bias" in at:
                np.add.reduce(dz, axis=-2, out=p.rest_gradients[at["bias"]], keepdims=keep)
        return loss


def passing(
    parameters: Parameters, stack: Stack, rows: int, joins: Joins | None = None, networks: int | None = None
) -> Network | ResidualNetwork:
    """Return what passes rows through a stack of these parameters."""
    if stack.block == "plain":
        return Network(stack, rows, parameters.values.dtype.name, networks)
    return ResidualNetwork(stack, parameters.ends, joins)


def last(network: Network | ResidualNetwork, passes: Iterable[tuple[Array, Array]]) -> Array:
    """Run a forward pass to its end; return what a head reads."""
    for _ in passes:
        pass
    return network.output
