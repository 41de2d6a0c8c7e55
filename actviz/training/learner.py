"""One network in training: its parameters, what the optimizer remembers, and the running statistics of its layers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from actviz.catalog import optimizers
from actviz.catalog.losses import LOSSES
from actviz.numerics.arrays import Array
from actviz.numerics.histogram import UNBOUNDED_BINS, Histogram
from actviz.numerics.moments import Moments
from actviz.probing.joins import Joins
from actviz.probing.normalizing import NORM_EPS
from actviz.probing.recording import LayerRecord, measurement, record_batch
from actviz.probing.residual import ResidualNetwork
from actviz.probing.stack import Stack
from actviz.results.measurement import Measurement
from actviz.training.config import Run
from actviz.training.gradients import Gradients, last, passing
from actviz.training.parameters import Parameters
from actviz.training.parametrization import Parametrization

RUNNING_MOMENTUM = 0.9
"""Share of a running statistic that an update leaves; the variance is the unbiased one, and starts at 1."""

EVALUATED_AT_ONCE = 500


class Learner:
    """A run's network under one seed.

    Parameters
    ----------
    run : Run
    outputs : int
        Of the head.
    seed : int
    rows : int
        Rows of a batch at most.
    parametrization : Parametrization, optional
        How starts and rates go with the width; standard unless given.
    """

    def __init__(
        self, run: Run, outputs: int, seed: int, rows: int, parametrization: Parametrization | None = None
    ) -> None:
        self.run, self.updates = run, 0
        self.parameters = Parameters(run.stack, outputs, run.config.dtype)
        self.parameters.draw(seed)
        self._rates = parametrization.apply(self.parameters, run.config.rule) if parametrization else None
        self.memory = optimizers.start(run.config.rule, self.parameters.values)
        self._running_at = _running_places(run.stack)
        total = sum(run.stack.widths[layer + 1] for layer in self._running_at)
        self.running = {"mean": np.zeros(total), "variance": np.ones(total)}
        self._gradients = Gradients(self.parameters, run.config.loss, rows)
        folded = dataclasses.replace(run.stack, norm=None) if run.stack.block == "plain" and total else run.stack
        self._evaluating = passing(self.parameters, folded, EVALUATED_AT_ONCE)
        self._loss = LOSSES[run.config.loss]

    @property
    def arrays(self) -> dict[str, Array]:
        """Everything that changes from update to update, to be kept and put back; the arrays themselves."""
        kept = {f"running.{name}": array for name, array in self.running.items()}
        return {"parameters": self.parameters.values, **kept, **{f"memory.{k}": v for k, v in self.memory.items()}}

    def step(
        self, x: Array, y: Any, lr: float, momentum: float | None = None, masks: list[Array] | None = None
    ) -> tuple[float, float]:
        """Do one update on a batch; return its loss and the gradient's norm. Without finite ones nothing changes."""
        loss = float(self._gradients.put(x, y, masks))
        return loss, self.descend(loss, self._gradients.moments, len(x), lr, momentum)

    def descend(
        self, loss: float, moments: Sequence[tuple[Array, Array]], rows: int, lr: float, momentum: float | None
    ) -> float:
        """Do the update whose gradient stands in ``parameters``; return the gradient's norm.

        ``loss`` is that of the batch, ``rows`` are its rows, ``moments`` those of its layers that are normalized.
        """
        parameters, config = self.parameters, self.run.config
        if self._running_at:
            self._follow(moments, rows)
        gradient = parameters.gradient
        decay = config.weight_decay
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            return norm
        if config.clip is not None and norm > config.clip:
            gradient *= config.clip / norm
        rates: float | Array = lr if self._rates is None else self._rates * lr
        if decay and config.rule.decoupled:
            shrinking = rates if isinstance(rates, float) else rates[: parameters.decayed]
            parameters.values[: parameters.decayed] *= 1.0 - shrinking * decay
        elif decay:  # as in PyTorch, where the loop clips and the optimizer then adds the decay
            gradient[: parameters.decayed] += gradient.dtype.type(decay) * parameters.values[: parameters.decayed]
        config.rule.step(parameters.values, gradient, self.memory, self.updates, rates, momentum)
        self.updates += 1
        return norm

    def _follow(self, moments: Sequence[tuple[Array, Array]], rows: int) -> None:
        """Move the running statistics towards those of the last batch."""
        mean, inverse_std = (np.concatenate([each[at].ravel() for each in moments]) for at in (0, 1))
        variance = (1.0 / np.square(inverse_std, dtype=np.float64) - NORM_EPS) * rows / max(rows - 1, 1)
        for name, value in (("mean", mean), ("variance", variance)):
            self.running[name] *= RUNNING_MOMENTUM
            self.running[name] += (1.0 - RUNNING_MOMENTUM) * value

    def _given(self, layer: int) -> tuple[Array, Array]:
        """Return the running mean of a layer, and 1 / sqrt(variance + eps)."""
        here, dtype = self._running_at[layer], self.parameters.values.dtype
        scale = 1.0 / np.sqrt(self.running["variance"][here] + NORM_EPS)
        return self.running["mean"][here].astype(dtype), scale.astype(dtype)

    def _folded(self) -> tuple[list[Array], list[Array]]:
        """Return weights and biases, the head's last, of a plain network that gives what this one does.

        That is with its running statistics: they scale and shift what comes out of a layer's weights, or behind the
        activation what goes into the next one's.
        """
        p = self.parameters
        weights: list[Array] = [each.astype(np.float64) for each in p.weights]
        biases = [*(np.zeros(width) for width in p.stack.widths[1:]), p.rest[-1].astype(np.float64)]
        start = 0
        for layer, width in enumerate(p.stack.widths[1:]):
            scale, shift = p.affine(layer)
            here = slice(start, start + width)
            start += width
            factor = scale / np.sqrt(self.running["variance"][here] + NORM_EPS)
            offset = shift - self.running["mean"][here] * factor
            if p.stack.place == "pre":
                weights[layer] *= factor
                biases[layer] = offset
            else:
                biases[layer + 1] = biases[layer + 1] + offset @ weights[layer + 1]
                weights[layer + 1] *= factor[:, None]
        dtype = p.values.dtype
        return [each.astype(dtype) for each in weights], [each.astype(dtype) for each in biases]

    def values(self, x: Array) -> Iterator[Array]:
        """Pass rows through as in an update, without dropout; yield every layer's h, the head's outputs last.

        Each is valid until the next one.
        """
        p = self.parameters
        network = self._gradients.network
        for _, h in network.forward(x, p.weights.__getitem__, p.every_bias, p.affines):
            yield h
        yield network.output @ p.weights[-1] + p.rest[-1]

    def evaluate(self, x: Array, y: Any) -> tuple[float, float]:
        """Return loss and accuracy on rows, as the network is used: running statistics, no dropout.

        The accuracy is NaN where y are values; both are where there are no rows.
        """
        if not len(x):
            return math.nan, math.nan
        p, network = self.parameters, self._evaluating
        weights, bias, total, right = p.weights, p.rest[-1], 0.0, 0
        more: dict[str, Any] = {"biases": p.every_bias, "affine": p.affines}
        if isinstance(network, ResidualNetwork):
            more["given"] = self._given if self._running_at else None
        elif self._running_at:
            weights, biases = self._folded()
            bias, more = biases[-1], {"biases": biases.__getitem__}
        for start in range(0, len(x), EVALUATED_AT_ONCE):
            rows, targets = x[start : start + EVALUATED_AT_ONCE], y[start : start + EVALUATED_AT_ONCE]
            h = last(network, network.forward(rows, weights.__getitem__, **more))
            outputs = h @ weights[-1] + bias
            total += self._loss.value(outputs, targets) * len(rows)
            if targets.ndim == 1:
                right += int(np.count_nonzero(outputs.argmax(axis=1) == targets))
        return total / len(x), right / len(x) if y.ndim == 1 else math.nan

    @property
    def penalty(self) -> float:
        """0.5 lambda sum W^2, where weight decay is part of the loss."""
        config = self.run.config
        if config.rule.decoupled:
            return 0.0
        return 0.5 * config.weight_decay * self.parameters.square

    def snapshot(self, x: Array, y: Any) -> Measurement:
        """Measure every layer with the probe's recorder, as in an update: batch statistics, but no dropout."""
        p = self.parameters
        inputs = Moments(p.stack.widths[0], directions=True, apart=True)
        inputs.add(x)
        joins = Joins(p.stack, inputs)
        network = passing(p, p.stack, len(x), joins)
        records = [LayerRecord(width, p.stack.activation, inputs, bins=p.stack.bins) for width in p.stack.widths[1:]]
        for layer, record in enumerate(records):
            record.units(p.twins(layer))
            record.drawn(p.weights[layer])

        def drive(_: Array) -> Array:
            outputs = network.output @ p.weights[-1] + p.rest[-1]
            gradient: Array = self._loss.gradient(outputs, y, len(x)) @ p.weights[-1].T
            return gradient

        weights = p.weights.__getitem__
        forward = network.forward(x, weights, p.every_bias, p.affines)
        record_batch(records, forward, drive, lambda dh, put: network.backward(dh, weights, put=put))
        measured = measurement(records)
        if any(p.stack.skips):
            measured.statistics.update(joins.measured())
        return measured

    def weight_histograms(self) -> list[Histogram]:
        """Histogram of every layer's weights, the head's last, on bins over all of float32."""
        return [UNBOUNDED_BINS.count(each) for each in self.parameters.weights]


def _running_places(stack: Stack) -> dict[int, slice]:
    """Return where the running statistics of every layer stand that is normalized over the batch."""
    if stack.norm_kind != "batch":
        return {}
    places, start = {}, 0
    for layer, width in enumerate(stack.widths[1:]):
        if stack.normalizes(layer):
            places[layer] = slice(start, start + width)
            start += width
    return places
