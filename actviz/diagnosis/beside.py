"""The ways beside that of the signal: what is judged by a number of its own, softmaxes, gates, tables and outputs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.diagnosis.models import GATED
from actviz.diagnosis.profile import Profile
from actviz.diagnosis.structure import Structure, Values
from actviz.diagnosis.zeros import zero_tables
from actviz.results.gates import OPEN, SHUT


@dataclass(frozen=True)
class Way:
    """Columns that are judged together.

    Parameters
    ----------
    name : str
        Empty for a plain stack; every (for what overflows anywhere), chain, stream, branch, attention, gate, gates,
        lookup, output.
    profile : Profile
    end : int
        Number of the layer to whose gradient others are compared.
    """

    name: str
    profile: Profile
    end: int


def beside(profile: Profile, built: Structure) -> list[Way]:
    """Return all of them that a model has."""
    each = (_softmaxes, _gates, _tables, _outputs)
    return [way for found in each for way in found(profile, built)]


def plain(profile: Profile, names: Sequence[str], values: dict[str, Values], layers: Sequence[int]) -> Profile:
    """Return a profile that has a few statistics."""
    unknown = np.full(values[names[0]].shape, math.nan)
    known = dict.fromkeys(profile.values, unknown) | {name: values[name] for name in names}
    return dataclasses.replace(profile, values=known, widths=np.ones(len(layers)), layers=list(layers), structure=None)


def _softmaxes(profile: Profile, built: Structure) -> list[Way]:
    """Return those of attention and those of routers, the mean over heads of each."""
    found = []
    last = profile.layers[-1] if built.roles[-1] == "head" else math.inf  # over outputs, whose loss is judged
    for name, attends in (("attention", 1), ("gate", 0)):
        of = [
            at
            for at, each in enumerate(built.attends)
            if each == attends and (attends or built.attention_layer[at] < last)
        ]
        if of:
            layers = [max(built.attention_layer[at], profile.layers[0]) for at in of]
            entropy = {f"{name}_entropy": built.values["attention_entropy"][:, of]}
            made = plain(profile, list(entropy), entropy, layers)
            found.append(Way(name, made, layers[-1]))
    return found


BOUNDED_STATES = tuple(name for name in GATED if name != "rnn_relu")
"""Recurrent functions whose gates or states can be stuck at a bound; of a ReLU half is off, which is no saturation."""

BOUNDED_GATES = ("sigmoid", "hard_sigmoid")
"""Activations of gates that let more or less through."""

RISING_GATES = ("softplus",)
"""Activations of gates, as of the steps of a selective scan, that are shut at 0 and never fully open."""


def _gates(profile: Profile, built: Structure) -> list[Way]:
    """Return that of gates: inside recurrent layers, and others by themselves.

    One that is nearly shut or nearly open for all alike, as attention of sigmoids and carrying gates start, is meant so
    as long as its slopes let anything through.
    """
    inner = [at for at, name in enumerate(built.activations) if name.removesuffix("_cell") in BOUNDED_STATES]
    own = [
        at
        for at, (name, role) in enumerate(zip(built.activations, built.roles, strict=False))  # none in a stack
        if name in (*BOUNDED_GATES, *RISING_GATES) and role == "gate"
    ]
    of = sorted([*inner, *own])
    if not of:
        return []
    rising = np.array([name in RISING_GATES for name in built.activations])
    shut = np.where(rising, profile["act_mean"], np.minimum(profile["act_mean"], 1.0 - profile["act_mean"])) < SHUT
    told = np.where(shut | (~rising & (profile["act_std"] > OPEN)), profile["saturated"], math.nan)
    told[:, inner] = np.fmax(profile["saturated"], profile["gate_stuck"])[:, inner]
    layers = [profile.layers[at] for at in of]
    return [Way("gates", plain(profile, ["gate_saturated"], {"gate_saturated": told[:, of]}, layers), layers[-1])]


def _tables(profile: Profile, built: Structure) -> list[Way]:
    """Return that of lookup tables of zeros: those to which no gradient comes stay so."""
    of = zero_tables(profile, built)
    if not of:
        return []
    idle = {"idle": profile["grad_zero"][:, of] * (1.0 - profile["learns"][:, of])}
    layers = [profile.layers[at] for at in of]
    return [Way("lookup", plain(profile, ["idle"], idle, layers), layers[-1])]


def _outputs(profile: Profile, built: Structure) -> list[Way]:
    loss = built.values.get("output_loss")
    if loss is None or not np.isfinite(loss).any():
        return []
    return [Way("output", plain(profile, ["output_loss"], built.values, profile.layers[-1:]), profile.layers[-1])]
