"""Gates inside layers, recurrent ones and gated linear units: when one of them is stuck, and what it is called."""

from __future__ import annotations

SHUT = 1e-6
"""Mean of a gate's values, from 0 or 1, below which its slopes let nothing through that an update could use."""

OPEN = 0.2
"""Standard deviation of a gate's values above which it is open to some and shut to others."""

NARROW = 1e-4
"""That of gates through which all comes in or goes out, of which gradients have the size: none is meant so shut."""

PASSED = {"lstm": (0, 2), "glu": (0,)}
"""Places of such gates, whose shutting keeps nothing."""

BESIDE, REVERSE = 10, 5
"""A number of a gate is so many times its layer's, inside the module, and its place in ``NAMES``; in the reverse
direction so much more."""

NAMES = {
    "lstm": ("input", "forget", "output", "cell"),
    "gru": ("reset", "update", "new"),
    "rnn_tanh": ("state",),
}
"""The gates of recurrent functions in the order in which they are measured: keys of texts, behind ``gate.``."""

OF_GATES = {
    "gate_stuck": (
        "share stuck of a gate",
        "share of a gate's values where the slope is below 5 % of its largest, of the gate, in any layer and direction "
        "inside a recurrent layer, that has most, or of a gated linear unit behind the layer; units that are shut or "
        "open for all samples count where nothing passes them; NaN of other layers",
    ),
    "stuck_gate": (
        "which gate is stuck",
        "the gate of gate_stuck: 10 times its layer inside, and its place among input, forget, output, cell of an "
        "LSTM, or reset, update, new of a GRU; 5 more in the reverse direction",
    ),
    "decay_shut": (
        "share of a state's decays that leave nothing",
        "share of the decays, over samples, steps and units, that leave less than 5 % of a state that is carried on "
        "step by step, told of the last layer that makes them, or before them; NaN of other layers",
    ),
}
"""Label and definition of what is told of gates inside recurrent layers, by variable name."""


def named(function: str, number: float) -> tuple[str, str]:
    """Return the name of the gate that a number tells, and its layer inside the module as PyTorch names it."""
    layer, place = divmod(int(number), BESIDE)
    reverse, place = divmod(place, REVERSE)
    return NAMES[function.removesuffix("_cell")][place], f"{layer}{'_reverse' * reverse}"
