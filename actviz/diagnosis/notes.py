"""What is worth saying of a pairing beside its faults: what cannot be judged, and what is on its way to a fault."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.slopes import steepest_at
from actviz.diagnosis.beside import Way, spread_read
from actviz.diagnosis.finding import Note
from actviz.diagnosis.models import GATED
from actviz.diagnosis.numbers import fold, number, share
from actviz.diagnosis.profile import COSINE_ERROR, Profile
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.scales import named
from actviz.diagnosis.situation import Situation
from actviz.diagnosis.standing import standing_out
from actviz.diagnosis.structure import LEARNED, SMALL
from actviz.diagnosis.thresholds import Thresholds
from actviz.diagnosis.ways import ways
from actviz.diagnosis.zeros import gives_zero, starts_at_zero, zero_tables
from actviz.results.replicates import TOLD, Copies, copies, of_a_model
from actviz.results.statistics import OF_JACOBIAN
from actviz.text import TEXT
from actviz.text.numbers import in_print, runs_of

if TYPE_CHECKING:
    import xarray

NO_SPREAD = 0.05
"""Standard deviation of what a normalized layer gives, which is about 1, up to which its rows were equal."""

ALL = tuple(Verdict)

ENOUGH = 10
"""Different samples by which collapse is judged, where most are copies of others."""

ALIKE = 0.9
"""Mean cosine of two samples of the inputs, beyond which they are noted to be alike."""

SLOW_RATE = 0.7
"""A mean-square gradient that keeps a larger share of itself a layer changes slowly: over 19 layers 30-fold at most."""


def is_slow(rate: float) -> bool:
    """Whether a mean-square gradient that changes by so much a layer changes slowly."""
    return SLOW_RATE <= rate <= 1.0 / SLOW_RATE


def unjudged(profile: Profile, where: Situation) -> list[Note]:
    """Say what a result leaves open, so that its silence does not pass for health."""
    if where.inputs.rms == 0.0:
        return [Note("note.no_input", bars=ALL)]
    if where.sampled and where.inputs.blank > 0.5:
        return [Note("note.blank", (("share", share(where.inputs.blank, 0.0)),), bars=ALL)]
    found = []
    of_batch = where.sampled and where.inputs.equal and (where.norm or "").startswith("batch")
    if of_batch and np.median(profile["act_std"][:, 0]) < NO_SPREAD:
        return [Note("note.no_spread_norm", bars=ALL)]
    equal = np.isnan(profile["unit_spread"][:, 0]).all() or (where.sampled and where.inputs.equal)
    if equal and not profile["nonfinite"][:, 0].any():
        zeros = _tables(profile)
        if not zeros and ((profile["weights_rms"][:, 0] == 0.0) & (profile["grad_weight_norm"][:, 0] > 0.0)).all():
            zeros = [0]
        by_zeros = zeros and not (where.sampled and where.inputs.equal)
        why, values = ("note.no_spread_zeros", _layers(profile, zeros)) if by_zeros else ("note.no_spread", ())
        found.append(Note(why, values, bars=(Verdict.COLLAPSED,)))
    elif where.alone:  # what differs are the positions of one sample
        found.append(Note("note.alone", bars=(Verdict.COLLAPSED,)))
    elif where.copied and where.inputs.distinct < ENOUGH:
        found.append(Note("note.copied", _counted(where), bars=(Verdict.COLLAPSED,)))
    if np.isnan(profile["dead_units"]).all() and np.isfinite(profile["saturated"]).any():
        found.append(Note("note.dead_before"))
    if np.isnan(profile["grad_preact_rms"]).all():
        found.append(Note("note.no_gradient_given" if where.recorded else "note.no_gradient"))
    elif where.recorded and (missing := _without_gradient(profile)):
        found.append(Note("note.some_gradients_given", (("layers", missing),)))
    if profile.structure is not None and not set(profile.structure.roles) & {"chain", "stream", "branch"}:
        found.append(Note("note.no_way"))
    if profile.structure is not None and (gone := profile.structure.hit.count(0)):
        found.append(Note("note.dropped", (("number", gone),)))
    if profile.structure is not None and "unknown" in profile.structure.activations:  # compiled
        at = profile.structure.activations.index("unknown")
        found.append(Note("note.unseen", (("layer", profile.layers[at]),)))
    if where.complex:
        found.append(Note("note.complex", (("number", where.complex),)))
    told = [profile[name] for name in TOLD]
    same = copies(where.drawn_by or where.init, *told, module=where.module, built_anew=where.built_anew)
    if same is not None:
        found.append(_copies(same, profile, where))
    return found


def _tables(profile: Profile) -> list[int]:
    """Return the places of lookup tables of zeros that learn."""
    built = profile.structure
    return [] if built is None else [at for at in zero_tables(profile, built) if (profile["learns"][:, at] > 0).all()]


def _layers(profile: Profile, places: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Return what a note says of layers at these places."""
    return (("layers", runs_of([profile.layers[at] for at in places], "–")),)


def _counted(where: Situation) -> tuple[tuple[str, int], ...]:
    return ("distinct", int(where.inputs.distinct)), ("samples", where.samples)


def _without_gradient(profile: Profile) -> str:
    """Return the layers in whose place no gradient was measured under any seed; empty for none."""
    gone = np.isnan(profile["grad_preact_rms"]).all(axis=0) & ~np.isnan(profile["nonfinite"]).all(axis=0)
    return runs_of([profile.layers[at] for at in np.flatnonzero(gone)], "–") if gone.any() else ""


def _copies(same: Copies, profile: Profile, where: Situation) -> Note:
    """Name seeds whose weights are the same, all or in part, which are not as many networks."""
    if where.module:
        kind = "" if same.of_one_network else f"_{same.kind}"
        return Note(f"note.replicas_model{kind}", tuple(same.values(profile.layers).items()))
    return Note(same.key, tuple(same.values(profile.layers).items()))


def notes(profile: Profile, t: Thresholds, findings: Collection[Verdict], where: Situation) -> list[Note]:
    """Return all notes but those of faults that fewer seeds show than must agree."""
    if where.inputs.rms == 0.0:
        return []
    along = {way.name: way for way in reversed(ways(profile))}
    main = next((along[name] for name in ("stream", "chain", "") if name in along), None)
    return [
        *_uncentred(where),
        *(_changes(main, t, findings) if main else []),
        *(_read(profile, t, findings) or (_alike(main.profile, t, findings) if main else [])),
        *_of_model(profile, main, t, findings),
        *(standing_out(profile, profile.structure) if profile.structure and not (findings or where.step) else []),
        *_slopeless(profile, where),
        *([] if Verdict.SYMMETRIC in findings else _twins(profile)),
        *_one_model(profile, where),
        *_learned(profile, where),
        *_frozen(profile, where),
        *_unread(where),
        *_passes(where),
    ]


def _twins(profile: Profile) -> list[Note]:
    """Note layers of which at most half of the units have weights, or else gradients, that no other has."""
    own, apart = (np.median(profile[f"distinct_{what}"], axis=0) / profile.widths for what in ("units", "gradients"))
    few = (own <= 0.5) & (profile["weights_key"] > 0).all(axis=0) & ~(apart > 0.5)
    few &= np.median(profile["weights_rms"], axis=0) > 0.0  # zeros on purpose have notes of their own
    if not few.any():
        return []
    most = ("share", share(float(own[few].max()), 0.0))
    return [Note("note.twins", (*_layers(profile, np.flatnonzero(few).tolist()), most))]


def _one_model(profile: Profile, where: Situation) -> list[Note]:
    """Note a model that has the same weights under every seed, be it that it was given or that its factory makes it."""
    told = [profile[name] for name in TOLD]
    same = of_a_model(*told, built_anew=True) if where.module and not where.built_anew else None
    return [Note("note.one_model", (("seeds", same.seeds),))] if same is not None and same.of_one_network else []


def _learned(profile: Profile, where: Situation) -> list[Note]:
    """Note of a network in training that its softmaxes are not judged, those of its outputs neither."""
    built = profile.structure
    if not where.step or built is None or not set(LEARNED) & set(built.values):
        return []
    return [Note("note.learned" if built.attends else "note.learned_outputs")]


def _frozen(profile: Profile, where: Situation) -> list[Note]:
    """Note layers of a model of which no gradient is computed, while that of others is."""
    layers = "" if where.recorded or not where.module else _without_gradient(profile)
    if not layers or np.isnan(profile["grad_preact_rms"]).all():
        return []
    return [Note("note.frozen", (("layers", layers),))]


def _unread(where: Situation) -> list[Note]:
    """Note modules of a model that no pass reads, in the mode that it was measured in."""
    key = "note.unread" if where.training else "note.unread_evaluation"
    return [Note(key, (("names", where.unread),))] if where.unread else []


def _passes(where: Situation) -> list[Note]:
    """Note several backward passes of one update, of which layers have the first and parameters all."""
    return [Note("note.passes", (("number", where.passes),))] if where.passes > 1 else []


def _uncentred(where: Situation) -> list[Note]:
    """Note inputs most of which are copies of others, or most of whose size is their mean, which all samples share."""
    inputs = where.inputs
    if where.alone:
        return []
    if where.copied:
        return [Note("note.copied_some", _counted(where))] if inputs.distinct >= ENOUGH else []
    if not inputs.uncentred and ALIKE < inputs.similarity < 1.0 - COSINE_ERROR:
        return [Note("note.alike_inputs", (("cosine", in_print(inputs.similarity, 6)),))]
    if not inputs.uncentred or not inputs.similarity > 0.5:
        return []
    sizes = (("mean", number(inputs.mean)), ("rms", number(inputs.rms)), ("cosine", in_print(inputs.similarity, 4)))
    return [Note("note.uncentred", sizes)]


def _changes(way: Way, t: Thresholds, findings: Collection[Verdict]) -> list[Note]:
    """Note a gradient that changes, but not by so much that it vanishes or explodes."""
    profile = way.profile
    at = profile.farthest
    ratio = profile["gradient_ratio"][:, at]
    if np.isnan(profile["gradient_ratio"]).all():
        return []
    factor, rate = float(np.median(ratio)), profile.rate([at] * len(ratio))
    if set(findings) & {Verdict.VANISHING, Verdict.EXPLODING} or not factor > 0:
        return []
    if max(factor, 1.0 / factor) < t.slow:
        return []
    key = f"note.{'falls' if factor < 1 else 'grows'}{'_slowly' if is_slow(rate) else ''}"
    if (own := f"{key}_{way.name}") in TEXT:
        key = own
    return [Note(key, (("factor", fold(factor)), ("rate", fold(rate)), ("depth", profile.steps_to(at) + 1)))]


def _alike(profile: Profile, t: Thresholds, findings: Collection[Verdict]) -> list[Note]:
    """Note samples that have come closer in direction than the inputs are, though not by so much as to collapse."""
    at = int(np.flatnonzero(np.isfinite(profile["distance"]).any(axis=0)).max(initial=0))
    distance = float(np.median(profile["distance"][:, at]))
    if {Verdict.COLLAPSED, Verdict.SYMMETRIC} & set(findings) or not distance * t.slow <= 1.0:
        return []
    cosine, layer = float(np.median(profile["similarity"][:, at])), profile.layers[at]
    return [Note("note.alike", (("cosine", in_print(cosine, 4)), ("layer", layer), ("factor", fold(distance))))]


def _read(profile: Profile, t: Thresholds, findings: Collection[Verdict]) -> list[Note]:
    """Note samples that are nearly alike where they are read out; what a mean over positions takes is no such thing."""
    if profile.structure is None or findings:
        return []
    spread = float(np.median(spread_read(profile, profile.structure)))
    if not spread * math.sqrt(max(profile.structure.averaged, default=1)) < t.collapsed:
        return []
    return [Note("note.alike_read", (("share", share(spread, 0.0)),))]


def _of_model(profile: Profile, main: Way | None, t: Thresholds, findings: Collection[Verdict]) -> list[Note]:
    """Note what is left out of a model's verdict, and why: heads and branches of zeros, what all layers share."""
    built = profile.structure
    if built is None:
        return []
    found: list[Note] = []
    of = len(profile["act_std"])
    if some := [hit for hit in built.hit if 0 < hit < of]:
        found.append(Note("note.some_seeds", (("number", len(some)), ("of", of), ("least", min(some)))))
    if tables := _tables(profile):
        found.append(Note("note.zero_tables", _layers(profile, tables)))
    heads = [at for at, role in enumerate(built.roles) if role == "head"]
    sizes, silent = np.median(profile["weights_rms"], axis=0), np.median(profile["zero_fraction"], axis=0) >= 1.0
    zeros = [at for at in heads if sizes[at] == 0.0 or (silent[at] and math.isnan(sizes[at]))]
    if zeros and len(zeros) == len(heads) and not (profile["learns"][:, zeros] == 0.0).any():
        found.append(Note("note.zero_head", (("layer", profile.layers[zeros[0]]),)))
    elif heads and main is not None:
        for head in {built.chain[at]: at for at in heads}.values():  # of every tower the last
            told = _head(profile, main, head, t, sum(built.gives) > 1)
            found.extend(note for note in told if len(heads) == 1 or note.key == "note.head_beside")
    if recurrent := [at for at, name in enumerate(built.activations) if name.removesuffix("_cell") in GATED]:
        found.append(Note("note.recurrent", _layers(profile, recurrent)))
    if built.blocks:
        at_zero = [at for at in range(len(built.blocks)) if gives_zero(built, at)]
        inner = sum(starts_at_zero(built, at) for at in range(len(built.blocks)) if at not in at_zero)
        if at_zero and Verdict.DEAD not in findings:
            counted = ("number", len(at_zero)), ("of", len(built.blocks) - inner)
            later = "_later" if any(note.key == "note.zero_head" for note in found) else ""
            found.append(Note(f"note.zero_branches{later}", counted))
        largest = float(np.fmax.reduce(built.values["branch_ratio"], axis=None, initial=0.0))
        if 0.0 < largest < SMALL and Verdict.SATURATED not in findings:
            found.append(Note("note.small_branches", (("ratio", number(largest)),)))
        if built.after:
            kept = 1.0 / np.hypot(1.0, np.nan_to_num(built.values["branch_ratio"][:, 1:]))
            alone = float(np.median(kept.prod(axis=1)))
            if alone < t.vanishing and not set(findings) & {Verdict.VANISHING, Verdict.EXPLODING}:
                found.append(Note("note.carried", (("share", share(alone, 0.0)),)))
    return found


ISOMETRIC = 0.1
"""Relative variance of the squared singular values up to which all directions are stretched nearly alike; nearly an
isometry is what besides has their mean no farther from 1 than that lets single ones be from it."""


def jacobian_notes(dataset: xarray.Dataset, init: str, activation: str) -> list[Note]:
    """Say whether the input-output Jacobian is near an isometry, near a multiple of one, or spread, where measured."""
    if "jacobian_spread" not in dataset:
        return []
    own = {name: dataset[name].sel(init=init, activation=activation).values for name in OF_JACOBIAN}
    mean, spread, largest = (float(np.median(own[name])) for name in OF_JACOBIAN)
    if not (math.isfinite(spread) and mean > 0):
        return []
    told = {"mean": number(mean), "spread": number(spread), "largest": number(largest / mean)}
    numbers = tuple({**told, "share": share(math.sqrt(spread), 1e-3)}.items())
    if spread > ISOMETRIC:
        return [Note("note.spread", numbers)]
    return [Note("note.isometric" if abs(mean - 1.0) <= math.sqrt(ISOMETRIC) else "note.scaled_isometry", numbers)]


def _head(profile: Profile, main: Way, head: int, t: Thresholds, beside: bool) -> list[Note]:
    """Note a factor between the gradient at the head and at the end of what is below it, which all layers share.

    Where other outputs stand ``beside`` it, what is below these as well has a gradient of theirs.
    """
    assert profile.structure is not None
    chain = dict(zip(profile.layers, profile.structure.chain, strict=True))
    own = chain[profile.layers[head]]
    judged = np.isfinite(main.profile["gradient_ratio"]).any(axis=0)
    end = max((at for at in np.flatnonzero(judged).tolist() if own in (0, chain[main.profile.layers[at]])), default=-1)
    keys = main.profile["weights_key"]
    if end < 0 or (own and (keys == keys[:, [end]]).sum(axis=1).max() > 1):  # or its weights have another gradient, too
        return []
    sizes = [
        each["grad_preact_rms"][:, at] * np.sqrt(each.widths[at]) for each, at in ((main.profile, end), (profile, head))
    ]
    with np.errstate(all="ignore"):
        factor = float(np.median(sizes[0] / sizes[1]))
    if not 0.0 < factor < math.inf or max(factor, 1.0 / factor) < t.exploding:
        return []
    told = ("factor", fold(factor))
    if beside and factor < 1:
        return [Note("note.head_beside", (told, ("layer", profile.layers[head])))]
    return [Note(f"note.head_{'smaller' if factor < 1 else 'larger'}", (told,))]


def _slopeless(profile: Profile, where: Situation) -> list[Note]:
    """Note that saturation has no meaning for this function, or that its slope is not known."""
    if np.isfinite(profile["saturated"]).any() or not np.isfinite(profile["grad_preact_rms"]).any():
        return []
    told = ("activation", where.activation)
    if np.isnan(profile["dead_units"]).all():
        return [Note("note.no_slope", (told,))]
    function = where.function or named("activation", where.activation, ACTIVATIONS)
    point = steepest_at(function) if function is not None else math.inf
    if math.isfinite(point):  # to the step of the grid on which it is found
        return [Note("note.steep_point", (told, ("point", number(round(point, 2) + 0.0))))]
    return [Note("note.no_largest_slope", (told,))]
