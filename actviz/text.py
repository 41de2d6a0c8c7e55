"""Every word that appears on a figure, in one table. Another language is one more entry in each row."""

from __future__ import annotations

import textwrap
from typing import Any

from actviz.errors import ActvizError

TEXT: dict[str, dict[str, str]] = {
    # What each figure is, for lists of figures.
    "histograms.about": {"en": "activations of each layer, by initializer, for one activation function"},
    "ridges.about": {"en": "one pairing through a deep stack: its activations, and what becomes of gradients"},
    "signal.about": {"en": "mean, standard deviation and saturated share of the activations, layer by layer"},
    "gradients.about": {"en": "size of the gradients layer by layer, and their distribution at both ends"},
    "saturation.about": {"en": "initializer by activation: saturation, signal and gradient at the end of the stack"},
    "collapse.about": {"en": "whether samples, and the units of a layer, can still be told apart"},
    "overview.about": {"en": "a few telling pairings side by side, on one slide"},
    # Titles.
    "histograms.title": {"en": "Where the activations go: {activation}"},
    "histograms.title_book": {"en": "Where the activations go: {activation}, from {low} to {high}"},
    "ridges.title": {"en": "{init} with {activation}, {depth} layers"},
    "ridges.title_one": {"en": "{init} with {activation}, 1 layer"},
    "signal.title": {"en": "How the signal travels"},
    "gradients.title": {"en": "How the gradient travels back"},
    "saturation.title": {"en": "Which pairings saturate, fade or explode"},
    "collapse.title": {"en": "Can samples, and units, still be told apart?"},
    "overview.title": {"en": "How a network starts decides what can be learned"},
    # How to read a figure.
    "histograms.read": {
        "en": "Healthy: every layer keeps a broad shape. Sick: one spike (collapsed), or all mass at the ends "
        "(saturated). Each panel is scaled to its own tallest bar."
    },
    "histograms.read_log": {
        "en": "Logarithmic axis. Healthy: the shape stays where it is. Moving left it fades, moving right it explodes. "
        "Each panel is scaled to its own tallest bar. Exact zeros: the dark bar at the left edge, full height for 100 "
        "%."
    },
    "histograms.read_signed": {
        "en": "Axis logarithmic both ways from 0. Healthy: the shape stays. Moving inward it fades, outward it "
        "explodes. Each panel is scaled to its own tallest bar. Exact zeros: the dark bar in the middle, full height "
        "for 100 %."
    },
    "histograms.read_book": {
        "en": "The textbook's view: equal bins on a fixed range. What falls outside is not drawn: its share is "
        "written above the panel. Each panel is scaled to its own tallest bar."
    },
    "ridges.read": {
        "en": "Each column is a layer's distribution, {shade} where most values are. Healthy: the same picture from "
        "first to last layer, and a level gradient."
    },
    "ridges.read_log": {
        "en": "Each column is a layer's distribution of nonzero values, {shade} where most are, on a logarithmic axis. "
        "Healthy: a level band and a level gradient."
    },
    "ridges.outside": {"en": "from layer {layer}: up to {share} outside this range"},
    "ridges.overflow": {"en": "from layer {layer}: overflow"},
    "shade.brightest": {"en": "brightest"},
    "shade.darkest": {"en": "darkest"},
    "signal.read": {
        "en": "Healthy: a level standard deviation. Falling, the signal fades; rising, it explodes. Saturated at 100 "
        "%, nothing learns; ReLU rests at 50 %. Lines: median of the seeds."
    },
    "gradients.read": {
        "en": "Read from right to left, as the gradient travels: where RMS of ∂L/∂z is level, it reaches the first "
        "layer intact; falling to the left it vanishes, rising it explodes."
    },
    "saturation.read": {
        "en": "Healthy: far from all saturated (ReLU rests at 50 %), a standard deviation that is not lost, and a "
        "gradient change near 0 decades (+1: ten times larger at layer 1 than at layer {depth})."
    },
    "collapse.read": {
        "en": "Similarity 1: all samples look alike to the layer. Spread falling: so will they soon. Distinct units "
        "far below 100 %: units compute the same and learn the same."
    },
    "overview.read": {
        "en": "Top: activations, layer by layer, unbounded ones on a logarithmic axis. Middle: size of the gradient. "
        "Healthy: a broad shape that stays, and a level gradient."
    },
    # Axes, panels and notes.
    "axis.layer": {"en": "layer"},
    "layer": {"en": "layer {layer}"},
    "activation": {"en": "activation"},
    "act_mean": {"en": "mean"},
    "act_std": {"en": "standard deviation"},
    "saturated": {"en": "saturated share"},
    "grad_preact_rms": {"en": "RMS of ∂L/∂z"},
    "grad_weight_norm": {"en": "norm of ∂L/∂W"},
    "grad_hist": {"en": "|∂L/∂z|: layers 1 and {depth}"},
    "grad_hist_one": {"en": "|∂L/∂z| at layer 1"},
    "grad_hist.first": {"en": "filled: layer 1"},
    "grad_hist.last": {"en": "outline: layer {depth}"},
    "similarity": {"en": "similarity of samples"},
    "unit_spread": {"en": "spread over samples"},
    "distinct_units": {"en": "distinct units"},
    "saturation.saturated": {"en": "saturated share, layer {depth}"},
    "saturation.act_std": {"en": "standard deviation, layer {depth}"},
    "saturation.attenuation": {"en": "gradient change, decades"},
    "panel.std": {"en": "std {value}"},
    "panel.zeros": {"en": "{share} zeros"},
    "panel.all_zero": {"en": "all zero"},
    "panel.overflow": {"en": "overflow"},
    "panel.part_overflow": {"en": "{share} overflowed"},
    "panel.outside": {"en": "{share} outside"},
    "panel.no_gradient": {"en": "no gradient"},
    "panel.none_first": {"en": "none at layer 1"},
    "mark.overflow": {"en": "× overflow"},
    "mark.zero": {"en": "○ at the foot: exactly 0"},
    "mark.apart": {"en": "points set apart sideways"},
    "mark.undefined": {"en": "undefined: {names}"},
    "mark.several": {"en": "{number} initializers"},
    "overview.std": {"en": "std, last layer"},
    "overview.saturated": {"en": "saturated"},
    "overview.attenuation": {"en": "gradient at layer 1"},
    "overview.units": {"en": "distinct units"},
    "overview.none": {"en": "none"},
    "overview.times": {"en": "× {value}"},
    # The recipe.
    "recipe.samples": {"en": "{number} samples"},
    "recipe.samples_one": {"en": "1 sample"},
    "recipe.inputs": {"en": "inputs {inputs}"},
    "recipe.depth": {"en": "{number} layers"},
    "recipe.depth_one": {"en": "1 layer"},
    "recipe.width": {"en": "width {width}"},
    "recipe.widths": {"en": "widths {low} to {high}"},
    "recipe.seeds": {"en": "{number} seeds"},
    "recipe.seeds_one": {"en": "1 seed"},
    "recipe.bias_std": {"en": "biases N(0, {bias_std}²)"},
    "recipe.norm": {"en": "batch norm"},
    "recipe.dtype": {"en": "{dtype}"},
    "recipe.cotangent": {"en": "gradient: N(0, 1) at the last layer"},
    "recipe.cross_entropy": {"en": "gradient: cross-entropy of random labels"},
    "recipe.bands": {"en": "bands: all seeds"},
}
"""Every string on a figure by key and language."""

NAMES: dict[str, dict[str, str]] = {
    "zeros": {"en": "zeros"},
    "identity": {"en": "identity"},
    "orthogonal": {"en": "orthogonal"},
    "xavier_normal": {"en": "Xavier normal"},
    "xavier_uniform": {"en": "Xavier uniform"},
    "he_normal": {"en": "He normal"},
    "he_uniform": {"en": "He uniform"},
    "lecun_normal": {"en": "LeCun normal"},
    "lecun_uniform": {"en": "LeCun uniform"},
    "pytorch_default": {"en": "PyTorch default"},
    "variance_scaling": {"en": "variance scaling"},
    "relu": {"en": "ReLU"},
    "leaky_relu": {"en": "leaky ReLU"},
    "elu": {"en": "ELU"},
    "selu": {"en": "SELU"},
    "gelu": {"en": "GELU"},
    "gelu_tanh": {"en": "GELU (tanh)"},
    "silu": {"en": "SiLU"},
    "mish": {"en": "Mish"},
    "hard_sigmoid": {"en": "hard sigmoid"},
    "hard_tanh": {"en": "hard tanh"},
}
"""Initializers and activations whose label is not their name."""

# Families with parameters are written as the distribution they draw from; a bare name has its defaults.
_FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "normal": ("N(0, {0}²)", ("1",)),
    "truncated_normal": ("truncated N(0, {0}²)", ("1",)),
    "uniform": ("U({0}, {1})", ("−1", "1")),
    "constant": ("constant {0}", ("0.1",)),
}


def check_language(lang: str) -> None:
    """Raise an error that lists the languages if this is not one of them."""
    languages = next(iter(TEXT.values()))
    if lang not in languages:
        raise ActvizError(f"language must be one of {', '.join(languages)}, not {lang!r}")


def text(key: str, lang: str = "en", **values: Any) -> str:
    """Return a string of the table with its values filled in."""
    check_language(lang)
    return TEXT[key][lang].format(**values)


def label(name: str, lang: str = "en") -> str:
    """Return how an initializer or activation is written on a figure; an unknown name appears as it is.

    >>> label("uniform:-1,1"), label("he_normal"), label("my_init")
    ('U(−1, 1)', 'He normal', 'my_init')
    """
    if name in NAMES:
        return NAMES[name][lang]
    family, _, given = name.partition(":")
    form, defaults = _FORMS.get(family, ("", ()))
    values = tuple(given.replace("-", "−").split(",")) if given else defaults
    if len(values) != len(defaults) or not form:
        return name
    return form.format(*values).replace("N(0, 1²)", "N(0, 1)")


def wrapped(written: str, width: int) -> str:
    """Break a label into lines of at most ``width`` characters."""
    return textwrap.fill(written, width) or written
