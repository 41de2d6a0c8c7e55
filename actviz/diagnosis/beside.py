"""The ways beside that of the signal: what is judged by a number of its own, softmaxes, gates, tables and outputs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.diagnosis.models import GATED, IDENTITY
from actviz.diagnosis.profile import COSINE_ERROR, Mask, Profile
from actviz.diagnosis.structure import ALONE, SMALL, Structure, Values
from actviz.diagnosis.zeros import gives_zero, silencing, zero_factors, zero_tables
from actviz.results.gates import OPEN, SHUT
from actviz.results.model_statistics import TWICE


@dataclass(frozen=True)
class Way:
    """Columns that are judged together.

    Parameters
    ----------
    name : str
        Empty for a plain stack; every (for what overflows anywhere), chain, stream, branch, attention, head, gate,
        gates, decays, weighing, lookup, factors, heads, output, sigmoids, samples, read, directions.
    profile : Profile
    end : int
        Number of the layer to whose gradient others are compared.
    ends : sequence of int
        The same of every column, where towers stand side by side; empty where it is one for all.
    """

    name: str
    profile: Profile
    end: int
    ends: Sequence[int] = ()


def beside(profile: Profile, built: Structure) -> list[Way]:
    """Return all of them that a model has."""
    each = (_softmaxes, _gates, _decays, _weighing, _tables, _factors, _heads, _outputs, _samples, _read, _directions)
    return [way for found in each for way in found(profile, built)]


def plain(profile: Profile, names: Sequence[str], values: dict[str, Values], layers: Sequence[int]) -> Profile:
    """Return a profile that has a few statistics."""
    unknown = np.full(values[names[0]].shape, math.nan)
    known = dict.fromkeys(profile.values, unknown) | {name: values[name] for name in names}
    return dataclasses.replace(profile, values=known, widths=np.ones(len(layers)), layers=list(layers), structure=None)


def _softmaxes(profile: Profile, built: Structure) -> list[Way]:
    """Return those of attention and those of routers, the mean over heads of each, and of heads that stand alone."""
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
            if attends and ALONE in built.values:
                one = {"attention_entropy": built.values[ALONE][:, of]}
                found.append(Way("head", plain(profile, list(one), one, layers), layers[-1]))
    return found


BOUNDED_STATES = tuple(name for name in GATED if name != "rnn_relu")
"""Recurrent functions whose gates or states can be stuck at a bound; of a ReLU half is off, which is no saturation."""

BOUNDED_GATES = ("sigmoid", "hard_sigmoid")
"""Activations of gates that let more or less through."""

RISING_GATES = ("softplus",)
"""Activations of gates, as of the steps of a selective scan, that are shut at 0 and never fully open."""


def _gates(profile: Profile, built: Structure) -> list[Way]:
    """Return that of gates: inside recurrent layers, halves of gated linear units, and others by themselves.

    One that is nearly shut or nearly open for all alike, as attention of sigmoids and carrying gates start, is meant so
    as long as its slopes let anything through.
    """
    inner = [at for at, name in enumerate(built.activations) if name.removesuffix("_cell") in BOUNDED_STATES]
    halves = [at for at in np.flatnonzero(np.isfinite(profile["gate_stuck"]).any(axis=0)).tolist() if at not in inner]
    own = [
        at
        for at, (name, role) in enumerate(zip(built.activations, built.roles, strict=False))  # none in a stack
        if name in (*BOUNDED_GATES, *RISING_GATES) and role == "gate" and at not in halves
    ]
    of = sorted([*inner, *halves, *own])
    if not of:
        return []
    rising = np.array([name in RISING_GATES for name in built.activations])
    shut = np.where(rising, profile["act_mean"], np.minimum(profile["act_mean"], 1.0 - profile["act_mean"])) < SHUT
    told = np.where(shut | (~rising & (profile["act_std"] > OPEN)), profile["saturated"], math.nan)
    told[:, inner] = np.fmax(profile["saturated"], profile["gate_stuck"])[:, inner]
    told[:, halves] = profile["gate_stuck"][:, halves]
    layers = [profile.layers[at] for at in of]
    return [Way("gates", plain(profile, ["gate_saturated"], {"gate_saturated": told[:, of]}, layers), layers[-1])]


def _decays(profile: Profile, built: Structure) -> list[Way]:
    """Return that of decays of states: that all of one are next to 0 forgets everything at every step."""
    of = np.flatnonzero(np.isfinite(profile["decay_shut"]).any(axis=0)).tolist()
    if not of:
        return []
    layers = [profile.layers[at] for at in of]
    told = {"forgotten": profile["decay_shut"][:, of]}
    return [Way("decays", plain(profile, list(told), told, layers), layers[-1])]


def _weighing(profile: Profile, built: Structure) -> list[Way]:
    """Return that of what makes gates, of no size that matters: whether it is flat, or its weights get no gradient.

    Gates themselves, of sigmoids and softpluses, have their own way.
    """
    of = [at for at, role in enumerate(built.roles) if role == "gate"]
    if not of or not built.activations:
        return []
    gates = np.array([built.activations[at] in (*BOUNDED_GATES, *RISING_GATES) for at in of])
    known = {name: own[:, of] for name, own in profile.values.items() if name in ("zero_fraction", "bounded")}
    known |= {"saturated": np.where(gates, math.nan, profile["saturated"][:, of])}
    known |= {"dead_share": np.where(gates | _by_chance(profile, 1.0)[of], math.nan, profile["dead_share"][:, of])}
    cut = _cut(profile, built)[:, of] & ~gates
    known |= {"grad_zero": np.where(cut, 1.0, math.nan), "grad_preact_rms": np.ones(cut.shape)}
    layers = [profile.layers[at] for at in of]
    return [Way("weighing", plain(profile, list(known), known, layers), layers[-1])]


def _cut(profile: Profile, built: Structure) -> Mask:
    """Return which layers' weights have no gradient and never will, (seeds, layers), by any call that applies them.

    Not where what they are multiplied with is 0 and learns, as queries, or values, that start at 0; nor where a softmax
    has but one value to share between, so that nothing comes back to what it is made of, or where a few units that cut
    it off are shut by chance.
    """
    keys, learns = profile["weights_key"], profile["learns"] > 0.0
    moved = [[key > 0.0 and bool(own[row == key].any()) for key in row] for row, own in zip(keys, learns, strict=True)]
    entropy = built.values.get("attention_entropy")
    ones = [] if entropy is None else np.flatnonzero(np.isnan(entropy).all(axis=0)).tolist()
    spared = {built.of_block[max(built.attention_layer[at] - profile.layers[0], 0)] for at in ones}
    spares = ((profile["weights_rms"] == 0.0) & learns).any(axis=0)
    spares |= _by_chance(profile, 1.0) & (profile["dead_share"] >= 1.0).any(axis=0)
    told = zip(spares, built.roles, built.of_block, strict=True)
    spared |= {block for each, role, block in told if each and role not in ("lookup", "head")}
    cut: Mask = (profile["grad_zero"] >= 1.0) & (profile["learns"] == 0.0) & ~np.array(moved, bool)
    cut &= np.array([block not in spared for block in built.of_block]) & ~zero_factors(profile, built)
    return cut


def _tables(profile: Profile, built: Structure) -> list[Way]:
    """Return that of lookup tables of zeros: those to which no gradient comes stay so."""
    of = zero_tables(profile, built)
    if not of:
        return []
    idle = {"idle": profile["grad_zero"][:, of] * (1.0 - profile["learns"][:, of])}
    layers = [profile.layers[at] for at in of]
    return [Way("lookup", plain(profile, ["idle"], idle, layers), layers[-1])]


def _factors(profile: Profile, built: Structure) -> list[Way]:
    """Return that of queries and keys, and of other factors of one product, that are both 0: none has a gradient."""
    found = list[Way]()
    for name, still in (("factors", zero_factors(profile, built)), ("inside", profile["learns"] == TWICE)):
        if of := np.flatnonzero(still.any(axis=0)).tolist():
            layers, unmoved = [profile.layers[at] for at in of], {"unmoved": still[:, of].astype(float)}
            found.append(Way(name, plain(profile, ["unmoved"], unmoved, layers), layers[-1]))
    return found


HALF = 0.5
"""Share of saturated values below which outputs are healthy, wherever they are."""

RARE = 1e-4
"""Mean of a sigmoid's outputs, from 0 or 1, that a rare class may start at on purpose; nearer they are shut."""

GROWN = 30.0
"""Standard deviation of a layer's values from which on it, and not a head, is what saturates outputs."""

NARROW, SURE = 8, 5.0
"""Units of a head below which all may be shut by chance, and how many standard deviations below 0 that is none."""

SMALL_HEAD = 0.1
"""Standard deviation of a head's weights, times the root of fan_in, up to which it is small on purpose."""


def _by_chance(profile: Profile, least: float = 0.0) -> Mask:
    """Return the layers of a few units that may all be shut by chance: not under every seed, nor by far.

    By standard deviations, of ``least`` this size: over samples what is given means varies less than by weights.
    """
    below = profile["preact_mean"] < -SURE * np.fmax(profile["preact_std"], least)
    by_chance: Mask = (profile.widths < NARROW) & ~((profile["dead_share"] >= 1.0) & below).all(axis=0)
    return by_chance


def _flat(profile: Profile, built: Structure) -> dict[str, Values]:
    """Return by name how flat each head's function is, shape (seeds, layers); NaN where that does not decide.

    Sigmoids may start far to one side on purpose, as rare classes have them, as long as their slopes let anything
    through; later that outputs are sure may be what was learned. Under a ReLU what is 0 for every sample is dead, of
    few units only if every seed has it, and by far more than chance brings about.
    """
    saturated, mean, zeros = profile["saturated"], profile["act_mean"], profile["zero_fraction"]
    told_of = zip(built.roles, built.activations, strict=True)
    heads = np.array([role == "head" and name != IDENTITY for role, name in told_of])
    bounded = np.nan_to_num(profile.values.get("bounded", np.zeros_like(saturated))) > 0.0
    one_way, rising = (np.array([name in of for name in built.activations]) for of in (BOUNDED_GATES, RISING_GATES))
    shut = np.where(one_way, np.minimum(mean, 1.0 - mean), mean) < RARE
    told = np.where(one_way, shut | (profile["act_std"] > OPEN), np.where(rising, shut, bounded))
    some = told | (saturated < HALF) if not built.trained else np.zeros_like(told)
    dead = ~_by_chance(profile) & np.where(bounded | rising, some & (zeros >= 1.0), True)
    return {
        "saturated": np.where(heads & some & (bounded | rising), saturated, math.nan),
        "dead_share": np.where(heads & dead, profile["dead_share"], math.nan),
    }


def cut_by_heads(profile: Profile, built: Structure) -> Mask:
    """Return the seeds under which no gradient comes back through any head, for all are told to be flat."""
    of = [at for at, role in enumerate(built.roles) if role == "head"]
    if not of or not built.activations:
        return np.zeros(len(profile["saturated"]), bool)
    flat = np.fmax(*_flat(profile, built).values())[:, of] >= 1.0
    cut: Mask = (flat & (profile["grad_preact_rms"][:, of] == 0.0)).all(axis=1)
    return cut


def _heads(profile: Profile, built: Structure) -> list[Way]:
    """Return that of heads behind which a function stands that may be flat, unless by what has grown before them."""
    if not built.activations:
        return []
    flat, inner = _flat(profile, built), [at for at, role in enumerate(built.roles) if role != "head"]
    grown = np.fmax.reduce(profile["act_std"][:, inner], axis=1, initial=0.0) > GROWN
    flat["saturated"][grown] = math.nan
    of = np.flatnonzero(np.isfinite(np.fmax(*flat.values())).any(axis=0)).tolist()
    if not of:
        return []
    flat |= {name: profile.values[name] for name in ("zero_fraction", "bounded") if name in profile.values}
    known = {name: own[:, of] for name, own in flat.items()}
    layers = [profile.layers[at] for at in of]
    return [Way("heads", plain(profile, list(known), known, layers), layers[-1])]


def _outputs(profile: Profile, built: Structure) -> list[Way]:
    """Return that of the first loss of outputs, of sigmoids if no softmax is for any of them."""
    loss = built.values.get("output_loss")
    if loss is None or not np.isfinite(loss).any():
        return []
    heads = {name for name, role in zip(built.activations, built.roles, strict=False) if role == "head"}
    name = "output" if IDENTITY in heads or "sigmoid" not in heads else "sigmoids"
    return [Way(name, plain(profile, ["output_loss"], built.values, profile.layers[-1:]), profile.layers[-1])]


def _samples(profile: Profile, built: Structure) -> list[Way]:
    """Return that of what differs from sample to sample in outputs to which inputs come by modulation alone.

    Not where modulations start at 0, and learn.
    """
    spread = built.values.get("output_spread")
    gates = [at for at, role in enumerate(built.roles) if role == "gate"]
    starts = (profile["weights_rms"][:, gates] == 0.0) | (profile["grad_zero"][:, gates] >= 1.0)
    if spread is None or np.isnan(spread).all() or (starts & (profile["learns"][:, gates] > 0)).any():
        return []
    apart = np.sqrt(1.0 - np.fmin(np.nan_to_num(profile["input_similarity"][:, :1]), 1.0 - COSINE_ERROR))
    told = {"output_spread": np.fmin(spread / apart, 1.0)}
    return [Way("samples", plain(profile, list(told), told, profile.layers[-1:]), profile.layers[-1])]


def spread_read(profile: Profile, built: Structure) -> Values:
    """Return how much what heads are given differs from sample to sample, (seeds, 1); NaN where that will come.

    That is where zeros start that learn, or where all branches start small: then what brings it grows.
    """
    known = built.values.get("head_spread", np.full((len(profile["learns"]), 1), math.nan))
    below = [at for at, role in enumerate(built.roles) if role != "head"]
    waits = (profile["weights_rms"][:, below] == 0.0) | (profile["grad_zero"][:, below] >= 1.0)
    waits &= (profile["learns"][:, below] > 0) & ~silencing(profile, built).any(axis=1, keepdims=True)
    outer = [at for at, parent in enumerate(built.block_parent) if not parent]
    small = bool(outer) and np.nanmax(built.values["branch_ratio"][:, outer], initial=0.0) < SMALL
    starts = waits.any() or small or any(gives_zero(built, at) for at in outer)
    return np.full_like(known, math.nan) if starts else known


def _read(profile: Profile, built: Structure) -> list[Way]:
    """Return that of samples that are alike where they are read out, though what positions bring may differ.

    Not where they come to a stream that starts as one for all, by what may be a mean over many positions.
    """
    told = {"head_spread": spread_read(profile, built)}
    if np.isnan(told["head_spread"]).all() or any(built.block_constant):
        return []
    return [Way("read", plain(profile, list(told), told, profile.layers[-1:]), profile.layers[-1])]


def _directions(profile: Profile, built: Structure) -> list[Way]:
    """Return that of heads of whose values directions alone are read, as embeddings': how far apart samples are there.

    Relative to the layer before. Not where last weights are small beside a bias, as of rotations at none, nor
    before norms of layers, which take out what units have in common and are judged themselves.
    """
    normed = {(at, profile.widths[at]) for at, role in enumerate(built.roles) if role == "norm"}
    of = [
        at
        for at, role in enumerate(built.roles)
        if role == "head" and built.rescaled[at] and not any(of > at and w == profile.widths[at] for of, w in normed)
    ]
    own = [at for at in of if np.median(profile["weights_rms"][:, at]) * math.sqrt(built.fan_in[at]) > SMALL_HEAD]
    if not own:
        return []
    told = profile["distance"][:, own]
    for place, at in enumerate(own):
        before = next((each for each in range(at - 1, -1, -1) if built.roles[each] in ("chain", "stream", "norm")), at)
        averaged = max(1.0, built.averaged[before] / built.averaged[at])
        apart = np.nan_to_num(profile["distance"][:, before], nan=1.0) if before != at else 1.0
        told[:, place] *= math.sqrt(averaged) / np.fmin(apart, 1.0)
    layers = [profile.layers[at] for at in own]
    return [Way("directions", plain(profile, ["distance"], {"distance": told}, layers), layers[-1])]
