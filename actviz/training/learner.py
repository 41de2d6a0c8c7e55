"""One network in training: its parameters, what the optimizer remembers, and the running statistics of its layers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from actviz.catalog import optimizers
from actviz.catalog.losses import LOSSES
from actviz.numerics.arrays import Array
from actviz.numerics.histogram import UNBOUNDED_BINS, Histogram
from actviz.numerics.moments import Moments
from actviz.probing.network import BATCH_NORM_EPS, Network
from actviz.probing.recording import LayerRecord, measurement, record_batch
from actviz.results.measurement import Measurement
from actviz.training.config import Run
from actviz.training.parameters import Parameters

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
    """

    def __init__(self, run: Run, outputs: int, seed: int, rows: int) -> None:
        self.run, self.updates = run, 0
        self.parameters = Parameters(run.stack, outputs, run.config.dtype)
        self.parameters.draw(seed)
        self.memory = optimizers.start(run.config.rule, self.parameters.values)
        total = sum(run.stack.widths[1:]) if run.stack.norm else 0
        self.running = {"mean": np.zeros(total), "variance": np.ones(total)}
        self._network = Network(run.stack, rows, run.config.dtype)
        plain = dataclasses.replace(run.stack, norm=None)
        self._evaluating = Network(plain, EVALUATED_AT_ONCE, run.config.dtype)
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
        parameters, config = self.parameters, self.run.config
        loss = self._gradient(x, y, masks)
        gradient = parameters.gradient
        decay = config.weight_decay
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            return loss, norm
        if config.clip is not None and norm > config.clip:
            gradient *= config.clip / norm
        if decay and config.rule.decoupled:
            parameters.values[: parameters.decayed] *= 1.0 - lr * decay
        elif decay:  # as in PyTorch, where the loop clips and the optimizer then adds the decay
            gradient[: parameters.decayed] += gradient.dtype.type(decay) * parameters.values[: parameters.decayed]
        config.rule.step(parameters.values, gradient, self.memory, self.updates, lr, momentum)
        self.updates += 1
        return loss, norm

    def _gradient(self, x: Array, y: Any, masks: list[Array] | None) -> float:
        """Put the gradient of the batch's loss into ``parameters.gradient``, weight decay not yet in it."""
        p, network = self.parameters, self._network
        weights = p.weights.__getitem__
        biases, dropped = None if p.stack.norm else p.biases, masks.__getitem__ if masks else None
        h = _last(x, network.forward(x, weights, biases, p.affines, dropped))
        self._follow(len(x))
        outputs = h @ p.weights[-1]
        outputs += p.rest[-1]
        loss = self._loss.value(outputs, y)
        dout = self._loss.gradient(outputs, y, len(x))
        np.matmul(h.T, dout, out=p.weight_gradients[-1])
        np.sum(dout, axis=0, out=p.rest_gradients[-1])
        dh = dout @ p.weights[-1].T
        for layer, dz, _, _ in network.backward(dh, weights, p.weight_gradients.__getitem__):
            if network.normalized is not None:
                normalized, gradient = network.normalized
                np.sum(gradient * normalized, axis=0, out=p.rest_gradients[2 * layer])
                np.sum(gradient, axis=0, out=p.rest_gradients[2 * layer + 1])
            else:
                np.sum(dz, axis=0, out=p.rest_gradients[layer])
        return loss

    def _follow(self, rows: int) -> None:
        """Move the running statistics towards those of the last batch."""
        start = 0
        for mean, inverse_std in self._network.batch_moments:
            here = slice(start, start + len(mean))
            start += len(mean)
            variance = (1.0 / np.square(inverse_std, dtype=np.float64) - BATCH_NORM_EPS) * rows / max(rows - 1, 1)
            for name, value in (("mean", mean), ("variance", variance)):
                self.running[name][here] *= RUNNING_MOMENTUM
                self.running[name][here] += (1.0 - RUNNING_MOMENTUM) * value

    def _folded(self) -> tuple[list[Array], list[Array]]:
        """Return weights and biases, the head's last, of a plain network that gives what this one does.

        That is with its running statistics: they scale and shift what comes out of a layer's weights, or behind the
        activation what goes into the next one's.
        """
        p = self.parameters
        if not p.stack.norm:
            return p.weights, p.rest
        weights: list[Array] = [each.astype(np.float64) for each in p.weights]
        biases = [*(np.zeros(width) for width in p.stack.widths[1:]), p.rest[-1].astype(np.float64)]
        start = 0
        for layer, width in enumerate(p.stack.widths[1:]):
            scale, shift = p.affine(layer)
            here = slice(start, start + width)
            start += width
            factor = scale / np.sqrt(self.running["variance"][here] + BATCH_NORM_EPS)
            offset = shift - self.running["mean"][here] * factor
            if p.stack.norm == "batch":
                weights[layer] *= factor
                biases[layer] = offset
            else:
                biases[layer + 1] = biases[layer + 1] + offset @ weights[layer + 1]
                weights[layer + 1] *= factor[:, None]
        dtype = p.values.dtype
        return [each.astype(dtype) for each in weights], [each.astype(dtype) for each in biases]

    def evaluate(self, x: Array, y: Any) -> tuple[float, float]:
        """Return loss and accuracy on rows, as the network is used: running statistics, no dropout.

        The accuracy is NaN where y are values; both are where there are no rows.
        """
        if not len(x):
            return math.nan, math.nan
        weights, biases = self._folded()
        total, right = 0.0, 0
        for start in range(0, len(x), EVALUATED_AT_ONCE):
            rows, targets = x[start : start + EVALUATED_AT_ONCE], y[start : start + EVALUATED_AT_ONCE]
            h = _last(rows, self._evaluating.forward(rows, weights.__getitem__, biases.__getitem__))
            outputs = h @ weights[-1] + biases[-1]
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
        return 0.5 * config.weight_decay * sum(norm**2 for norm in self.parameters.norms())

    def snapshot(self, x: Array, y: Any) -> Measurement:
        """Measure every layer with the probe's recorder, as in an update: batch statistics, but no dropout."""
        p = self.parameters
        network = Network(self.run.stack, len(x), self.run.config.dtype)
        inputs = Moments(p.stack.widths[0], directions=True)
        inputs.add(x)
        records = [LayerRecord(width, p.stack.activation, inputs, bins=p.stack.bins) for width in p.stack.widths[1:]]
        for layer, record in enumerate(records):
            record.units(p.twins(layer))
            record.drawn(p.weights[layer])

        def drive(h: Array) -> Array:
            outputs = h @ p.weights[-1] + p.rest[-1]
            gradient: Array = self._loss.gradient(outputs, y, len(x)) @ p.weights[-1].T
            return gradient

        weights = p.weights.__getitem__
        forward = network.forward(x, weights, None if p.stack.norm else p.biases, p.affines)
        record_batch(records, forward, drive, lambda dh: network.backward(dh, weights))
        return measurement(records)

    def weight_histograms(self) -> list[Histogram]:
        """Histogram of every layer's weights, the head's last, on bins over all of float32."""
        return [UNBOUNDED_BINS.count(each) for each in self.parameters.weights]


def _last(x: Array, passes: Iterable[tuple[Array, Array]]) -> Array:
    """Run a forward pass to its end; return the last h."""
    h = x
    for _, passed in passes:
        h = passed
    return h
