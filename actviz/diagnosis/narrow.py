"""Notes of number formats narrower than float32: which layers lose gradients or activations in them, and what helps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from actviz.catalog.formats import NumberFormat, number_formats
from actviz.diagnosis.finding import Note
from actviz.diagnosis.numbers import number, share
from actviz.results.formats import KEPT, SIDES, Floats, check_formats, loss_scale, lost, magnitudes

if TYPE_CHECKING:
    import xarray

UNDERFLOWS = 0.05
"""Share of a layer's values whose loss counts: half of the norm of what is flushed is far less still."""


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
    found = {side: lost(values[side], chosen) for side in SIDES}
    named = ("format", chosen.label)
    if not any(each.total.any() for each in values.values()):
        return [Note("note.format_nothing", (named,))]
    told = []
    for side in SIDES:
        flushed, beyond = np.nan_to_num(found[side].flushed[0]), np.nan_to_num(found[side].overflow[0])
        if (beyond > 0).any():
            told.append(Note(f"note.format_{side}_over", (named, *_place(layers, beyond, 0.0, back=side == "grad"),
                                                          ("largest", number(chosen.largest)))))  # fmt: skip
        if (flushed > UNDERFLOWS).any():
            place = _place(layers, flushed, UNDERFLOWS, back=side == "grad")
            told.append(_mended(named, place, loss_scale(values["grad"], chosen)) if side == "grad"
                        else Note("note.format_act_under", (named, *place)))  # fmt: skip
    at_most = np.nan_to_num(found["act"].flushed[1])
    if (at_most > UNDERFLOWS).any() and not (np.nan_to_num(found["act"].flushed[0]) > UNDERFLOWS).any():
        told.append(Note("note.format_act_open", (named, *_place(layers, at_most, UNDERFLOWS, back=False))))
    most = max(float(np.nan_to_num(each.flushed[1]).max(initial=0.0)) for each in found.values())
    if told or not most:
        return told or [Note("note.format_fits_all", (named,))]
    return [Note("note.format_fits", (named, ("share", share(most))))]


def _mended(named: tuple[str, str], place: tuple[tuple[str, str | int], ...], power: int | None) -> Note:
    """Note gradients that are flushed, with the scale of the loss that keeps them."""
    if power is None:
        return Note("note.format_grad_lost", (named, *place))
    scale = f"2^{power} = {2**power}" if power > 6 else str(2**power)
    return Note("note.format_grad_under", (named, *place, ("scale", scale), ("left", share(KEPT))))


def _place(layers: Floats, shares: Floats, limit: float, *, back: bool) -> tuple[tuple[str, str | int], ...]:
    """Return from which layer on shares are above a limit, in the direction they travel, and the worst layer's."""
    above = np.flatnonzero(shares > limit)
    worst = int(shares.argmax())
    return (
        ("layer", int(layers[above[-1] if back else above[0]])),
        ("worst", int(layers[worst])),
        ("share", share(float(shares[worst]))),
    )
