"""``measure()``: one network under one seed, forward and back, every layer recorded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from actviz.numerics.arrays import Array
from actviz.numerics.likeness import twins
from actviz.numerics.moments import Float64, Moments
from actviz.probing.draws import DRIVES, Draws
from actviz.probing.jacobian import singular_values, spectrum_statistics
from actviz.probing.joins import Joins
from actviz.probing.network import Network
from actviz.probing.recording import LayerRecord, measurement, record_batch
from actviz.probing.residual import ResidualNetwork
from actviz.probing.stack import Stack
from actviz.results.measurement import Measurement

Interrupt = Callable[[], None]


def measure(network: Network | Stack, draws: Draws, interrupt: Interrupt | None = None) -> Measurement:
    """Pass the inputs of one seed forward and backward through a network and record every layer.

    Plain stacks come with their buffers, which several share; of residual blocks the stack alone is taken.
    ``interrupt`` is called before every layer of either pass; what it raises ends the measurement.
    """
    stack, config = network if isinstance(network, Stack) else network.stack, draws.config
    batches = -(-config.samples // config.batch)
    view, limits = config.view_bins, config.limits
    inputs = Moments(stack.widths[0], directions=True, apart=True)
    records = [
        LayerRecord(width, stack.activation, inputs, view, batches, stack.bins, limits) for width in stack.widths[1:]
    ]

    def weights(layer: int) -> Array:
        if interrupt is not None:
            interrupt()
        return draws.weights(stack.initializer, layer + 1, *stack.fans[layer])

    def biases(layer: int) -> Array:
        return draws.biases(stack.bias_std, layer + 1, stack.widths[layer + 1])

    def ends(layer: int) -> Array:
        return draws.ends(stack.scale, layer + 1, stack.widths[layer + 1])

    def applied(layer: int) -> Array:
        own = weights(layer)
        if not records[layer].h.rows:  # the same in every batch
            records[layer].units(twins(own, *([biases(layer)[None]] if stack.bias_std else [])))
            records[layer].drawn(own)
        return own

    joins = Joins(stack, inputs)
    passing = ResidualNetwork(stack, ends, joins) if isinstance(network, Stack) else network

    def driven(drive: Callable[[Array], Array]) -> Callable[[Array], Array]:
        """Return what drives a residual stack: behind its last block, not its last branch."""
        if not isinstance(passing, ResidualNetwork):
            return drive

        def behind(_: Array) -> Array:
            output = passing.output
            return np.where(np.isfinite(output), drive(output), output.dtype.type(np.nan))

        return behind

    draws.ready(stack.initializer, stack.fans)
    squares: Float64 | None = None
    with np.errstate(all="ignore"):  # overflow is data
        for x, drive in zip(draws.inputs(stack.widths[0]), DRIVES[config.drive](draws, stack), strict=False):
            inputs.add(x)
            if config.jacobian and squares is None:
                squares = singular_values(
                    stack, x[: config.jacobian], weights, biases if stack.bias_std else None, ends
                )
            passes = passing.forward(x, applied, biases if stack.bias_std else None)
            record_batch(records, passes, driven(drive), lambda dh, put: passing.backward(dh, weights, put=put))
    measured = measurement(records)
    if any(stack.skips):
        measured.statistics.update(joins.measured())
    if squares is not None:
        measured.statistics.update(spectrum_statistics(squares))
    return measured
