"""What trainings and descents come to, as titles that say so: made of their numbers, and none where none is sure.

Every function returns titles that say the same, the longest first; the first one that has room is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.reading.groups import group_name, series_of, settings
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.telling import median
from actviz.results.dataset import recipe
from actviz.results.overlaying import laid
from actviz.results.words import noise_words
from actviz.text import text
from actviz.text.numbers import in_print, percent, round_value, short
from actviz.training.measures import HALF, at_end, epochs_to, half_right, initial_scale, weight_size

if TYPE_CHECKING:
    import xarray

NOTHING = 0.05
"""A run has learned nothing whose training loss ends less than this below that of guessing."""

_ALIKE = 0.1
"""Weights are of He's size that differ from it by less than this share."""


def guessing(ds: xarray.Dataset) -> float:
    """Return the loss of a guess among equally frequent classes; NaN where that is not what is trained for."""
    known = recipe(ds)
    kinds = {run["loss"] for run in known["runs"].values()}
    return math.log(known["classes"]) if kinds == {"cross_entropy"} and known["classes"] else math.nan


def lowest(ends: Mapping[str, Floats]) -> str:
    """Return the run whose value is lower than every other's under every seed; empty if there is none."""
    best = min(ends, key=lambda run: float(np.median(ends[run])), default="")
    others = [ends[run] for run in ends if run != best]
    return best if others and all((ends[best] < other).all() for other in others) else ""


def _ends(ds: xarray.Dataset, name: str, runs: Sequence[str], lost: float | None = None) -> dict[str, Floats]:
    """Return every run's last value by seed, NaN where it diverged; or ``lost`` for whatever is not finite."""
    ends = at_end(ds, name).where(ds["ended"] != "diverged")
    values = {run: ends.sel(run=run).values.astype(float) for run in runs}
    return values if lost is None else {run: np.where(np.isfinite(each), each, lost) for run, each in values.items()}


def race_titles(
    ds: xarray.Dataset, runs: Sequence[str], name: Callable[[str], str], activation: str, lang: str
) -> list[str]:
    """Say which run gets furthest, and how many learn nothing."""
    guess = guessing(ds)
    if laid(ds) or len(runs) < 2 or not math.isfinite(guess):
        return []
    ends = _ends(ds, "train_loss", runs)
    nothing = [run for run in runs if (guess - ends[run] < NOTHING).all()]
    learning = {run: ends[run] for run in runs if (guess - ends[run] >= NOTHING).all()}
    failed = [run for run in runs if (np.isnan(ends[run]) | (guess - ends[run] < NOTHING)).all()]
    first = lowest(learning) if len(learning) > 1 else ""
    values = {"activation": activation, "number": len(runs), "nothing": len(nothing),
              "updates": int(ds["update"].values[-1])}  # fmt: skip
    if len(nothing) == len(runs):
        return [text("found.race.none", lang, **values)]
    if len(learning) == 1 and len(failed) == len(runs) - 1:
        return [text("found.race.only", lang, name=name(*learning), **values)]
    counted = [text("found.race.some", lang, **values)] if nothing else []
    if not first:
        return counted
    key = "found.race.best" if nothing else "found.race.first"
    return [text(key, lang, name=name(first), **values), *counted]


def curves_titles(ds: xarray.Dataset, runs: Sequence[str], name: Callable[[str], str], lang: str) -> list[str]:
    """Say which run ends with the lowest loss of validation, or of training where no rows are held out."""
    if laid(ds):
        return []
    what, ends = last_losses(ds, runs)
    first = lowest(ends)
    if not first:
        return []
    named = {"name": name(first), "what": text(f"report.{what}", lang)}
    return [text(f"found.curves.{what}", lang, **named), text("found.curves.lowest", lang, **named)]


def unsure_titles(ds: xarray.Dataset, runs: Sequence[str], name: Callable[[str], str], lang: str) -> list[str]:
    """Say what the losses of runs come to of which none is the lowest for sure: medians, from which to which."""
    if laid(ds) or not len(runs):
        return []
    what, ends = last_losses(ds, runs)
    middle = {run: float(np.median(each)) for run, each in ends.items()}
    reached = [run for run in middle if np.isfinite(middle[run])]
    if not reached:
        return [text("found.curves.lost", lang)]
    best, worst = min(reached, key=middle.__getitem__), max(reversed(reached), key=middle.__getitem__)
    values = {"what": text(f"report.{what}", lang), "best": name(best), "low": short(middle[best])}
    if len(reached) == 1:
        titles = [text("found.curves.one", lang, **values)]
    else:
        values |= {"worst": name(worst), "high": short(middle[worst])}
        titles = [text(f"found.curves.between{length}", lang, **values) for length in ("", ".short")]
    return [title[0].upper() + title[1:] for title in titles]


def last_losses(ds: xarray.Dataset, runs: Sequence[str]) -> tuple[str, dict[str, Floats]]:
    """Return which loss runs are judged by, and the last one of every run by seed: infinite where it was lost."""
    what = "validation_loss" if np.isfinite(ds["validation_loss"].values).any() else "train_loss"
    return what, _ends(ds, what, runs, lost=np.inf)


def pace_titles(ds: xarray.Dataset, groups: Sequence[Sequence[str]], loss: float, lang: str) -> list[str]:
    """Say how many times as long the largest weights take as He's, of the first group of which that is sure."""
    scales, epochs = initial_scale(ds), epochs_to(ds, loss)
    for group in groups:
        sizes = {run: float(scales.sel(run=run)) for run in group}
        usual = [run for run, size in sizes.items() if abs(size - 1) < _ALIKE]
        largest = max(sizes, key=sizes.__getitem__)
        if not usual or largest in usual:
            continue
        slow, base = (epochs.sel(run=run).values for run in (largest, usual[0]))
        if np.isfinite(slow).all() and np.isfinite(base).all() and (slow > base).all():
            values = {
                "scale": round_value(float(f"{sizes[largest]:.2g}")),
                "value": short(float(np.median(slow) / np.median(base))),  # as the points that are drawn
            }
            title = text("found.pace", lang, **values)
            if len(groups) == 1:
                return [title]
            named = text("found.pace_group", lang, name=group_name(group, lang), **values)
            return [named[0].upper() + named[1:]]
    return []


def batch_norm_titles(ds: xarray.Dataset, pairs: Mapping[str, Mapping[Any, str]], lang: str) -> list[str]:
    """Say at how many starts networks learn with batch normalization and without."""
    if (recipe(ds)["classes"] or 0) < 2 / HALF:  # of fewer classes half right is hardly more than a guess
        return []
    right = {norm: half_right(ds, [pair[norm] for pair in pairs.values()]) for norm in (None, "batch")}
    return [text("found.batch_norm", lang, number=len(pairs), none=right[None], batch=right["batch"])]


def batch_norm_layers_titles(
    ds: xarray.Dataset, pairs: Mapping[str, Mapping[Any, str]], inits: Sequence[str], lang: str
) -> list[str]:
    """Say how many times as large the last layer is at one weight scale as at another, with and without."""
    last = ds["act_std"].isel(layer=-1, snapshot=0).median("seed")
    spans = {}
    for norm in (None, "batch"):
        values = last.sel(run=[pairs[init][norm] for init in inits]).values.astype(float)
        if not (np.isfinite(values) & (values > 0)).all():
            return []
        spans[norm] = short(float(values.max() / values.min()))
    layer = int(ds["layer"].values[-1])
    told = {"layer": layer, "none": spans[None], "batch": spans["batch"]}
    return [text(f"found.batch_norm_layers{length}", lang, **told) for length in ("", ".short")]


def decay_titles(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say how far a decay narrows the gap to the training loss: the strongest that does not surely raise the other."""
    strengths = dict(zip(runs, settings(ds, runs, "weight_decay"), strict=True))
    least, held_out = min(runs, key=strengths.__getitem__), at_end(ds, "validation_loss")
    before = held_out.sel(run=least).values
    free = [run for run in runs if (held_out.sel(run=run).values <= before).any()] or [least]
    most = max(free, key=strengths.__getitem__)
    gap = held_out - at_end(ds, "train_loss")
    before, after = (gap.sel(run=run).values.astype(float) for run in (least, most))
    alike = len(series_of(ds, runs, "weight_decay")) == 1
    if strengths[least] or most == least or not alike or not (np.abs(after) < before).all():
        return []
    return [text("found.decay", lang, most=in_print(strengths[most]), before=short(median(before)),
                 after=short(median(after)))]  # fmt: skip


def sweep_titles(ds: xarray.Dataset, groups: Sequence[Sequence[str]], lang: str) -> list[str]:
    """Say which strength of decay is best and what it gains over none; of several groups, which is best in each."""
    found = [_gains(ds, group) for group in groups]
    if len(groups) > 1:
        names = [group_name(group, lang) for group in groups]
        lowest = [(gains.get("loss") or (0.0, 0.0))[0] for gains in found]
        if not all(lowest):
            return [text("sweep.title_names", lang, names=", ".join(names))]
        most = [max(settings(ds, group, "weight_decay")) for group in groups]

        def told(key: str) -> str:
            each = [
                text(key if best == last else "found.sweep_one", lang, name=name, best=in_print(best))
                for name, best, last in zip(names, lowest, most, strict=True)
            ]
            return text("found.sweep", lang, each=", ".join(each))

        return [told("found.sweep_one_most"), told("found.sweep_one")]
    (gains,), noise = found, noise_words(recipe(ds), lang)
    values = {"rows": recipe(ds)["rows"]["train"], "noise": noise and f", {noise}"}
    if not any(gains.values()):
        return [text("found.sweep.none", lang, **values)] if gains else []
    said = []
    for what, gain in gains.items():
        ending = "_unsure" if gain is None else "" if gain[0] else "_none"
        best, size = gain or (0.0, 0.0)
        value = percent(size) if what == "loss" else short(100 * size)
        said.append(text(f"found.sweep.{what}{ending}", lang, best=in_print(best), value=value))
    sure = [words for words, gain in zip(said, gains.values(), strict=True) if gain]
    return [text("found.sweep.of", lang, found=words, **values) for words in (", ".join(said), *reversed(sure))]


def _gains(ds: xarray.Dataset, group: Sequence[str]) -> dict[str, tuple[float, float] | None]:
    """Return of loss and accuracy of validation the best strength of decay and its gain over none.

    If none is the best, its gain over the next. A loss's is a share, an accuracy's a difference, mean of the seeds, as
    claims are decided; None where not every seed gains, by more than two standard errors in the mean. Nothing where
    there is no run without decay, or no number under every seed.
    """
    strengths = dict(zip(settings(ds, group, "weight_decay"), group, strict=True))
    if 0.0 not in strengths or len(strengths) < 2:
        return {}
    gains: dict[str, tuple[float, float] | None] = {}
    for what, sign in (("loss", -1.0), ("accuracy", 1.0)):
        ends = at_end(ds, f"validation_{what}")
        values = {strength: ends.sel(run=run).values.astype(float) for strength, run in strengths.items()}
        finite = {strength: float(np.median(each)) for strength, each in values.items() if np.isfinite(each).all()}
        if 0.0 not in finite or len(finite) < 2:
            continue
        best, other = sorted(finite, key=lambda strength: (-sign * finite[strength], strength))[:2]
        other = 0.0 if best else other
        gain = sign * (values[best] - values[other])
        error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else 0.0
        size = gain / values[other] if what == "loss" else gain
        gains[what] = (best, float(size.mean())) if (gain > 0).all() and gain.mean() > 2 * error else None
    return gains


def weights_titles(ds: xarray.Dataset, runs: Sequence[str], name: Callable[[str], str], lang: str) -> list[str]:
    """Say which run ends with the smallest weights, for their start."""
    sizes = _ends(ds.assign(weight_size=weight_size(ds)), "weight_size", runs, lost=np.inf)
    first = lowest(sizes)
    if not first:
        middles = [middle for each in sizes.values() if np.isfinite(middle := float(np.median(each)))]
        ends = {"low": short(min(middles)), "high": short(max(middles))} if middles else {"low": "", "high": ""}
        key = "found.weights.one" if ends["low"] == ends["high"] else "found.weights.between"
        return [text(key, lang, **ends)] if middles else []
    told = {"name": name(first), "value": short(float(np.median(sizes[first]))), "number": len(runs)}
    return [text("found.weights" if len(runs) == ds.sizes["run"] else "found.weights.shown", lang, **told)]


def film_titles(ds: xarray.Dataset, runs: Sequence[str], name: Callable[[str], str], lang: str) -> list[str]:
    """Say in which run that holds out training changes the last layer most."""
    runs = [run for run in runs if not (ds["ended"].sel(run=run) == "diverged").any()]
    last = ds["act_std"].isel(layer=-1).sel(run=list(runs)).transpose("run", "seed", "snapshot").values.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = last[..., -1] / last[..., 0]
        far = {run: -np.abs(np.log(each)) for run, each in zip(runs, factors, strict=True)}
    if not all(np.isfinite(each).all() for each in far.values()) or not (first := lowest(far)):
        return []
    value = short(float(np.median(factors[list(runs).index(first)])))
    return [text("found.film", lang, name=name(first), layer=int(ds["layer"].values[-1]), value=value)]


def stopping_titles(ds: xarray.Dataset, run: str, beyond: str | None, lang: str) -> list[str]:
    """Say under how many seeds the weights that early stopping keeps are better than the last, those of the budget."""
    kept = ds["best_test_loss"].sel(run=run).values.astype(float)
    last = ds["test_loss"].sel(run=beyond or run).values.astype(float)
    if not (np.isfinite(kept).all() and np.isfinite(last).all()):
        return []
    return [text("found.stopping", lang, better=int((kept < last).sum()), number=len(kept))]


def descent_titles(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say how many descents leave the region in which they start, without noise."""
    reached = ds["reached_value"].sel(run=list(runs)).values.astype(float)
    if np.isnan(reached).any():
        return []
    leave = int((reached < float(ds["start_value"]) - 1e-3).sum())
    ending = "_all" if leave == len(runs) else "" if leave else "_none"
    return [text(f"found.descent{ending}", lang, number=len(runs), leave=leave)]
