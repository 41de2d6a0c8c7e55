"""How the runs of a training look: one rule for all its figures.

Where runs differ in their initializer, each has the colour that it has everywhere; what else differs has shades of it,
from pale to full, if it has an order, as a rate or a weight decay, and dashes if not. Runs of one initializer look as
their schedules do, or stand along a sequence of colours, from little to much; where further settings differ, a group
that differs in that one alone has a colour, from pale to full.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex, to_rgb

from actviz.catalog.looks import Theme, find_theme
from actviz.plots.canvas.style import DASHES, MARKERS, PairingStyle, norm_styles, pairing_style
from actviz.plots.figures.rates import COLORS
from actviz.plots.reading.groups import series_of, settings
from actviz.plots.reading.series import Names, choose
from actviz.results.dataset import recipe
from actviz.results.overlaying import laid, part_of

if TYPE_CHECKING:
    import xarray

ORDERED = ("weight_decay", "lr", "dropout", "batch", "epochs", "updates")
"""Settings of a run whose values have an order, the first of them that differs first."""

_GROUPS = ("blue", "vermillion", "green", "purple", "orange", "sky", "yellow", "grey")
_RAMP, _PALEST = {True: (0.0, 0.66), False: (0.35, 1.0)}, 0.5
"""Part of the sequence of colours that stands out from a light and from a dark ground; share of a pale colour."""


def plain_styles(number: int, look: Theme) -> list[PairingStyle]:
    """Return looks that tell lines apart by their order alone: a colour and a marker each."""
    colors = [look.palette[name] for name in _GROUPS]
    return [PairingStyle(colors[i % len(colors)], MARKERS[i % len(MARKERS)], "-") for i in range(number)]


def run_styles(ds: xarray.Dataset, runs: Names = None, theme: str | Theme = "light") -> dict[str, PairingStyle]:
    """Return how each run is drawn, the same in every figure of a training.

    Raises
    ------
    ActvizError
        If there is no such run or theme.
    """
    chosen, everyone, look = choose(ds, "run", runs), choose(ds, "run", None), find_theme(theme)
    if laid(ds):
        return _laid_styles(ds, chosen, everyone, theme)
    pairings = [(str(ds["init"].sel(run=run).item()), str(ds["activation"].sel(run=run).item())) for run in everyone]
    apart = len(set(pairings)) == len(pairings)
    several = len({init for init, _ in pairings}) > 1
    usual = [pairing_style(ds, *pairing, look) for pairing in pairings]
    looks = usual if apart else _by_settings(ds, everyone, look, usual if several else None)
    looks = [replace(each, color=look.palette.get(run, each.color)) for run, each in zip(everyone, looks, strict=True)]
    alone = len({activation for _, activation in pairings}) == 1
    styles: dict[str, PairingStyle] = {}
    for run, each in zip(everyone, looks, strict=True):  # those of one colour differ in their dashes
        taken = [style.linestyle for style in styles.values() if style.color == each.color]
        wanted = "-" if alone else each.linestyle
        free = [dashes for dashes in (wanted, *DASHES) if dashes not in taken] or [wanted]
        styles[run] = PairingStyle(each.color, each.marker, free[0])
    return {run: styles[run] for run in chosen}


def _laid_styles(
    ds: xarray.Dataset, chosen: Sequence[str], everyone: Sequence[str], theme: str | Theme
) -> dict[str, PairingStyle]:
    """Return how runs of results laid over each other are drawn: one look a run, told apart by result."""
    own = {run: part_of(ds, run) for run in everyone}
    first = {name: run for run, (name, _) in reversed(own.items())}
    alone = ds.sel(run=[first[name] for name in dict.fromkeys(name for name, _ in own.values())])
    recipe_alone = {key: value for key, value in recipe(ds).items() if key != "overlay"}
    looks = run_styles(alone.assign_attrs(recipe=json.dumps(recipe_alone)), None, theme)
    return {run: looks[first[own[run][0]]].of_result(own[run][1]) for run in chosen}


def _by_settings(
    ds: xarray.Dataset, runs: Sequence[str], look: Theme, inits: Sequence[PairingStyle] | None
) -> list[PairingStyle]:
    """Return looks by the settings in which runs differ: by schedule, by one that has an order, or by their order.

    ``inits`` are the looks of their initializers where these differ, whose colours they keep.
    """
    if inits is None and any(value is None for value in _values(ds, runs, "lr")):
        return schedule_styles(ds, runs, look)
    setting = next((each for each in ORDERED if len(set(_values(ds, runs, each))) > 1), None)
    values = _values(ds, runs, setting) if setting else []
    if setting is None or None in values:
        return list(inits) if inits else plain_styles(len(runs), look)
    groups, steps = series_of(ds, runs, setting), sorted(set(values))
    styles = {}
    for at, group in enumerate(groups):
        plain = PairingStyle(look.palette[_GROUPS[at % len(_GROUPS)]], MARKERS[at % len(MARKERS)], "-")
        for run in group:
            step, own = steps.index(values[runs.index(run)]), inits[runs.index(run)] if inits else plain
            alone = len(groups) == 1 and not inits
            color = ramp(look, len(steps), None if alone else own.color)[step]
            styles[run] = replace(own, color=color, marker=MARKERS[step % len(MARKERS)] if alone else own.marker)
    return [styles[run] for run in runs]


def group_styles(ds: xarray.Dataset, groups: Sequence[Sequence[str]], look: Theme) -> list[PairingStyle]:
    """Return how lines of groups of runs look: as their initializers or norms do, where these tell them apart."""
    inits, norms = ([settings(ds, group, name)[0] for group in groups] for name in ("init", "norm"))
    if len(groups) == len(set(inits)) > 1:
        activations = settings(ds, [group[0] for group in groups], "activation")
        looks = [pairing_style(ds, init, activation, look) for init, activation in zip(inits, activations, strict=True)]
        return [replace(each, linestyle="-") for each in looks]
    if len(groups) == len(set(norms)) > 1 and set(norms) <= set(norm_styles(look)):
        return [norm_styles(look)[norm] for norm in norms]
    return plain_styles(len(groups), look)


def _values(ds: xarray.Dataset, runs: Sequence[str], setting: str) -> list[Any]:
    """Return a setting of each run as a number; None where it is none."""
    return [_number(value) for value in settings(ds, runs, setting)]


def _number(value: Any) -> float | None:
    written = str(value).removeprefix("constant:")
    try:
        return 0.1 if written == "constant" else float(written)
    except ValueError:
        return None


def ramp(look: Theme, number: int, color: str | None = None) -> list[str]:
    """Return so many colours from little to much: along a sequence, or from a pale form of a colour to itself.

    What is more stands out more from the ground, be it light or dark.
    """
    light = sum(to_rgb(look.background)) > 1.5
    steps = np.linspace(0.0, 1.0, number) if number > 1 else np.array([1.0])
    if color is None:
        low, high = _RAMP[light]
        sequence = mpl.colormaps["viridis"]
        return [to_hex(sequence(high - (high - low) * step if light else low + (high - low) * step)) for step in steps]
    full, ground = np.array(to_rgb(color)), np.array(to_rgb(look.background))
    shares = _PALEST + (1 - _PALEST) * steps
    return [to_hex(share * full + (1 - share) * ground) for share in shares]


def schedule_styles(ds: xarray.Dataset, runs: Sequence[str], look: Theme) -> list[PairingStyle]:
    """Return how each run looks: its schedule's colour, those of one colour in different dashes."""
    kinds = [str(each).partition(":")[0] for each in settings(ds, runs, "lr")]
    if len(set(kinds)) == 1 and len(runs) > 1:  # one schedule at several rates
        rates = [_number(str(each).partition(":")[2].partition(",")[0]) for each in settings(ds, runs, "lr")]
        known = sorted({rate for rate in rates if rate is not None})
        if None not in rates and len(known) == len(runs):
            colors = ramp(look, len(known))
            at = [known.index(rate) for rate in rates if rate is not None]
            return [PairingStyle(colors[step], MARKERS[step % len(MARKERS)], "-") for step in at]
        return plain_styles(len(runs), look)
    names = [COLORS.get(kind, "purple") for kind in kinds]
    return [
        PairingStyle(look.palette[name], MARKERS[at % len(MARKERS)], DASHES[names[:at].count(name) % len(DASHES)])
        for at, name in enumerate(names)
    ]
