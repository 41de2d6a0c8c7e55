"""Notes of number formats narrower than float32: which layers lose gradients or activations in them, and what helps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from actviz.catalog.formats import NumberFormat, number_formats
from actviz.diagnosis.finding import Note
from actviz.diagnosis.numbers import number, share
from actviz.results.formats import (
    FEW_DIGITS,
    KEPT,
    SIDES,
    Floats,
    Lost,
    check_formats,
    loss_scale,
    losses,
    lost,
    magnitudes,
    scale_in_use,
)

if TYPE_CHECKING:
    import xarray

LEAST = 0.001
"""Share below which no more is told than that it is no larger."""


UNSCALED, IN_USE = "note.how.unscaled", "note.how.in_use"
"""How gradients are judged: as they are, or at the scale by which a training's GradScaler scales the loss."""


def format_notes(dataset: xarray.Dataset, init: str, activation: str, names: str | Iterable[str]) -> list[Note]:
    """Say of each format whether it loses gradients or activations of a pairing, from which layer on, and what helps.

    Raises
    ------
    ActvizError
        If the dataset has no histograms, or a format is unknown.
    """
    check_formats(dataset)
    return [note for each in number_formats(names) for note in _of(dataset, init, activation, each)]


def loses(note: Note) -> bool:
    """Tell whether a note of a format says that it loses values, and not that it holds them or cannot be judged."""
    return note.key.endswith(("_under", "_over", "_lost"))


def _of(dataset: xarray.Dataset, init: str, activation: str, chosen: NumberFormat) -> list[Note]:
    layers = dataset["layer"].values
    values = {side: magnitudes(dataset, init, activation, side) for side in SIDES}
    found, used = losses(dataset, init, activation, chosen, values), scale_in_use(dataset)
    power = loss_scale(values["grad"], chosen, found["grad"])
    if used != 1.0:
        found["grad"] = lost(values["grad"], chosen, used)
    named = (("format", chosen.label), ("how", UNSCALED if used == 1.0 else IN_USE))
    if not any(each.total.any() for each in values.values()):
        return [Note("note.format_nothing", named)]
    told = []
    for side in SIDES:
        told += _of_side(layers, side, named, found[side], chosen, power)
    if told:
        return told
    acts = "" if values["grad"].total.any() else "_acts"
    most = max(float(np.nan_to_num(each.flushed[1]).max(initial=0.0)) for each in found.values())
    return (
        [Note(f"note.format_fits{acts}", (*named, ("share", share(max(most, LEAST)))))]
        if most
        else [Note(f"note.format_fits_all{acts}", named)]
    )


def _of_side(
    layers: Floats,
    side: str,
    named: tuple[tuple[str, str], ...],
    found: Lost,
    chosen: NumberFormat,
    power: int | None,
) -> list[Note]:
    """Note what is lost of activations or of gradients for sure, and what may be; and where most keep few digits."""
    back, told = side == "grad", []
    flushed, beyond, subnormal = (
        [np.nan_to_num(each) for each in pair] for pair in (found.flushed, found.overflow, found.subnormal)
    )
    largest = ("largest", number(chosen.largest))
    for (low, high), limit, key, more in ((beyond, 0.0, "over", (largest,)), (flushed, KEPT, "under", ())):
        if (low > limit).any():
            place = (*named, *_place(layers, low, limit, back=back))
            told.append(_mended(place, power) if (back and key == "under")
                        else Note(f"note.format_{side}_{key}", (*place, *more)))  # fmt: skip
        elif (high > limit).any():
            told.append(Note(f"note.format_{side}_{key}_open",
                             (*named, *_place(layers, high, limit, back=back), *more)))  # fmt: skip
    if not told and (subnormal[0] > FEW_DIGITS).any():
        place = (*named, *_place(layers, subnormal[0], FEW_DIGITS, back=back))
        mended = (("scale", _written(power)),) if back and power and ("how", UNSCALED) in named else ()
        told.append(Note(f"note.format_{side}_subnormal{'_mended' if mended else ''}", (*place, *mended)))
    return told


def _written(power: int) -> str:
    """Write a scale of the loss."""
    return f"2^{power} = {2**power}" if power > 6 else str(2**power)


def _mended(place: tuple[tuple[str, str | int], ...], power: int | None) -> Note:
    """Note gradients that are flushed, with the scale of the loss that keeps them."""
    if power is None:
        return Note("note.format_grad_lost", place)
    return Note("note.format_grad_under", (*place, ("scale", _written(power)), ("left", share(KEPT))))


def _place(layers: Floats, shares: Floats, limit: float, *, back: bool) -> tuple[tuple[str, str | int], ...]:
    """Return from which layer on shares are above a limit, in the direction they travel, and the worst layer's."""
    above = np.flatnonzero(shares > limit)
    worst = int(shares.argmax())
    return (
        ("layer", int(layers[above[-1] if back else above[0]])),
        ("worst", int(layers[worst])),
        ("share", share(float(shares[worst]))),
    )
