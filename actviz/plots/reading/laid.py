"""Histograms of results laid over each other: outlines over the first one's, and the words that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from actviz.plots.reading.predicted import Outline
from actviz.plots.reading.scales import ValueScale
from actviz.plots.reading.series import cell
from actviz.results.overlaying import laid, part_of
from actviz.text import label, shortened, text
from actviz.text.numbers import percent, short

if TYPE_CHECKING:
    import xarray


def outlines_of(
    ds: xarray.Dataset,
    scale: ValueScale,
    names: Sequence[str],
    activation: str,
    layers: Sequence[int],
    at: int,
    lang: str,
) -> list[Outline | None]:
    """Return the distributions that a further result has of a pairing, with its std where it is the only one."""
    own = [name for name in names[1:] if part_of(ds, name)[1] == at]
    if not own:
        return [None] * len(layers)
    found: list[Outline | None] = []
    for layer in layers:
        here = cell(ds, scale, own[0], activation, layer, lang=lang)
        std = float(ds["act_std"].sel(init=own[0], activation=activation, layer=layer).median())
        note = text(here.sick, lang, share=percent(here.lost or here.hidden)) if here.lost else f"({short(std)})"
        found.append(Outline(here.heights, here.zeros, note=note if len(laid(ds)) == 2 else ""))
    return found


def laid_words(ds: xarray.Dataset, lang: str) -> list[str]:
    """Say which result is filled and which are outlines, where several are laid over each other."""
    names = [shortened(str(told["name"]), 20) for told in laid(ds)]
    if not names:
        return []
    key = "overlay.read_one" if len(names) == 2 else "overlay.read_several"
    return [text(key, lang, first=names[0], others=", ".join(names[1:]))]


def row_label(ds: xarray.Dataset, names: Sequence[str], lang: str) -> str:
    """Name a pairing; with its result, where only a further one has it."""
    own, at = part_of(ds, names[0])
    return label(names[0] if at else own, lang)
