"""Alt texts of the figures of trainings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.plots.figures.normalization import NORMS, norm_pairs, weight_scales
from actviz.plots.figures.race import gradient_line, race_line
from actviz.plots.figures.stopping import stop_epochs, stopping_runs, unwatched
from actviz.plots.reading.groups import group_name, series_of, settings
from actviz.plots.reading.series import Names, choose, of_activation
from actviz.plots.reading.telling import median, seeds, told, values_course
from actviz.results.dataset import recipe
from actviz.text import label, run_name, text
from actviz.text.numbers import percent, short
from actviz.training.measures import at_end, epochs_to, initial_scale, weight_size

if TYPE_CHECKING:
    import xarray

_MANY = 6
"""Of more runs than this the best and the worst are told first."""


def written(name: str, value: float) -> str:
    """Write a loss or an accuracy."""
    return percent(value) if name.endswith("accuracy") else short(value)


def _value(name: str, value: float, lang: str) -> str:
    return text("story.value", lang, what=text(f"story.{name}", lang), value=written(name, value))


def _ended(ds: xarray.Dataset, run: str, lang: str) -> list[str]:
    """Say how many seeds of a run ended before their time, and why."""
    why = ds["ended"].sel(run=run).values.ravel()
    counts = {"story.diverged": int((why == "diverged").sum()), "story.stopped": int((why == "stopped early").sum())}
    return [text(key, lang, number=number, of=len(why)) for key, number in counts.items() if number]


def _finals(ds: xarray.Dataset, names: Sequence[str]) -> dict[str, xarray.DataArray]:
    """Return the last numbers of every run and seed, of those that the dataset has."""
    return {name: at_end(ds, name) for name in names if np.isfinite(ds[name].values).any()}


def _telling(values: xarray.DataArray, runs: Sequence[str]) -> list[str]:
    """Return runs in their order; of many, that with the least and that with the greatest value first."""
    if len(runs) <= _MANY:
        return list(runs)
    by_value = {run: median(values.sel(run=run)) for run in runs}
    known = [run for run in runs if np.isfinite(by_value[run])]
    ends = [min(known, key=by_value.__getitem__), max(known, key=by_value.__getitem__)] if known else []
    return list(dict.fromkeys([*ends, *runs]))


def _run_entries(ds: xarray.Dataset, runs: Sequence[str], names: Sequence[str], write: Any, lang: str) -> list[str]:
    """Return what runs came to: medians of their last numbers, and how they ended."""
    finals = _finals(ds, names)
    entries = []
    for run in _telling(next(iter(finals.values())), runs) if finals else runs:
        found = {name: median(values.sel(run=run)) for name, values in finals.items()}
        words = [_value(name, value, lang) for name, value in found.items() if np.isfinite(value)]
        entries.append(
            text("story.entry", lang, name=write(run, lang), words=", ".join([*words, *_ended(ds, run, lang)]))
        )
    return entries


def _entry(run: str, words: Sequence[str], lang: str) -> str:
    return text("story.entry", lang, name=run_name(run, lang), words=", ".join(words))


def _epochs(ds: xarray.Dataset) -> str:
    return f"{float(ds['epoch'].values[-1]):g}"


def curves(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the curves of runs."""
    names = ("train_loss", "validation_loss", "validation_accuracy")
    entries = _run_entries(ds, choose(ds, "run", runs), names, run_name, lang)
    return told(text("curves.alt", lang, epochs=_epochs(ds), seeds=seeds(ds, lang)), entries, lang)


def decay(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the curves of runs by weight decay."""
    chosen = choose(ds, "run", runs)
    sizes = at_end(ds.assign(weight_size=weight_size(ds)), "weight_size")

    def name(run: str, lang: str) -> str:
        value = median(sizes.sel(run=run))
        grown = f" ({text('story.weights', lang, value=short(value))})" if np.isfinite(value) else ""
        return run_name(run, lang) + grown

    entries = _run_entries(ds, chosen, ("train_loss", "validation_loss"), name, lang)
    return told(text("decay.alt", lang, epochs=_epochs(ds), seeds=seeds(ds, lang)), entries, lang)


def sweep(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the last numbers over the strength of weight decay."""
    losses, accuracies, entries = at_end(ds, "validation_loss"), at_end(ds, "validation_accuracy"), []
    groups = series_of(ds, choose(ds, "run", runs), "weight_decay")
    for group in groups:
        ends = [median(losses.sel(run=run)) for run in group]
        found = dict(zip(settings(ds, group, "weight_decay"), ends, strict=True))
        known = {strength: loss for strength, loss in sorted(found.items()) if np.isfinite(loss)}
        if known:
            tried = list(known)
            best = min(known, key=known.__getitem__)
            inside = best not in (tried[0], tried[-1])  # at the ends it is told already
            judged = dict(zip(found, [median(accuracies.sel(run=run)) for run in group], strict=True))
            peak = max(known, key=judged.__getitem__)
            entries.append(
                text(
                    "sweep.alt_entry",
                    lang,
                    name=f"{group_name(group, lang)}: " if len(groups) > 1 else "",
                    best=text("sweep.alt_lowest", lang, value=short(known[best])) if inside else "",
                    at=f"{best:g}",
                    least=f"{tried[0]:g}",
                    first=short(known[tried[0]]),
                    most=f"{tried[-1]:g}",
                    last=short(known[tried[-1]]),
                    share=percent(judged[peak]),
                    peak=f"{peak:g}",
                )
            )
    return told(text("sweep.alt", lang, seeds=seeds(ds, lang)), entries, lang)


def weights(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell of the sizes of weights before and after."""
    sizes = at_end(ds.assign(weight_size=weight_size(ds)), "weight_size")
    entries = []
    for run in _telling(sizes, choose(ds, "run", runs)):
        value = median(sizes.sel(run=run))
        if np.isfinite(value):
            entries.append(text("weights.alt_entry", lang, name=run_name(run, lang), value=short(value)))
    return told(text("weights.alt", lang), entries, lang)


def pace(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, loss: float = 0.5, **_: Any) -> str:
    """Tell how long runs take to a loss, by the size of their first weights."""
    scales = {run: float(initial_scale(ds).sel(run=run)) for run in choose(ds, "run", runs)}
    epochs, accuracy = epochs_to(ds, loss), at_end(ds, "validation_accuracy")
    entries = []
    for run, scale in sorted(scales.items(), key=lambda each: each[1]):
        if not scale > 0:
            continue
        taken, good = float(np.median(epochs.sel(run=run))), median(accuracy.sel(run=run))
        share = percent(good) if np.isfinite(good) else text("pace.alt_unknown", lang)
        reached = f"{taken:g}" if np.isfinite(taken) else text("pace.alt_never", lang)
        values = {"scale": short(scale), "epochs": reached, "accuracy": share}
        entries.append(text("pace.alt_entry", lang, name=run_name(run, lang), **values))
    return told(text("pace.alt", lang, loss=f"{loss:g}"), entries, lang)


def stopping(ds: xarray.Dataset, lang: str = "en", *, run: str | None = None, seed: int | None = None, **_: Any) -> str:
    """Tell of a run that was stopped early."""
    run = stopping_runs(ds)[0] if run is None else run
    seed = int(ds["seed"].values[0]) if seed is None else seed
    best, end = stop_epochs(ds, run, seed)
    monitor = recipe(ds)["runs"][run]["early_stopping"]["monitor"]
    what = text("story.accuracy" if monitor.endswith("accuracy") else "story.loss", lang)
    share = percent(1 - end / float(ds["epoch"].values[-1]))
    entries = [text("stopping.alt_turn", lang, best=f"{best:g}", end=f"{end:g}", share=share)]
    kept, last = (median(ds[name].sel(run=run)) for name in ("best_test_loss", "test_loss"))
    if np.isfinite(kept) and np.isfinite(last):
        entries.append(text("stopping.alt_test", lang, best=short(kept), last=short(last)))
        beyond = unwatched(ds, run)
        whole = median(ds["test_loss"].sel(run=beyond)) if beyond else float("nan")
        if np.isfinite(whole):
            entries[-1] += ", " + text("stopping.alt_beyond", lang, value=short(whole))
    head = text("stopping.alt", lang, what=what, run=run_name(run, lang), seed=seed, seeds=seeds(ds, lang))
    return told(head, entries, lang)


def film(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, **_: Any) -> str:
    """Tell how losses and last layers change from the first snapshot to the last."""
    entries = []
    losses, last = at_end(ds, "train_loss"), ds["act_std"].isel(layer=-1)
    for run in _telling(losses, choose(ds, "run", runs)):
        start, end = median(ds["train_loss"].sel(run=run).isel(step=0)), median(losses.sel(run=run))
        spread = median(last.sel(run=run).isel(snapshot=0)), median(last.sel(run=run).isel(snapshot=-1))
        words = [values_course(first, final, lang) for first, final in ((start, end), spread)]
        goes = text("film.alt_entry", lang, loss=words[0], std=words[1])
        entries.append(_entry(run, [goes, *_ended(ds, run, lang)], lang))
    return told(text("film.alt", lang, number=ds.sizes["snapshot"]), entries, lang)


def race(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, activations: Names = None, **_: Any) -> str:
    """Tell how the losses of batches go, and which layers have no gradient at the start."""
    entries = []
    for run in of_activation(ds, runs, activations):
        losses = race_line(ds, run).middle
        seen = losses[np.isfinite(losses)]
        goes = values_course(float(seen[0]), float(seen[-1]), lang) if len(seen) else text("story.undefined", lang)
        still = int((gradient_line(ds, run, 0).high == 0).sum())
        words = text("race.alt_dead", lang, course=goes, number=still, of=ds.sizes["layer"]) if still else goes
        entries.append(_entry(run, [words, *_ended(ds, run, lang)], lang))
    return told(text("race.alt", lang, updates=int(ds["update"].values[-1])), entries, lang)


def _accuracies(ds: xarray.Dataset, norm: str | None, lang: str) -> str:
    """Say between which accuracies the runs with or without batch normalization end."""
    ends = at_end(ds, "train_accuracy")
    found = {init: median(ends.sel(run=pair[norm])) for init, pair in norm_pairs(ds).items()}
    known = {init: value for init, value in found.items() if np.isfinite(value)}
    if not known:
        return text(f"batch_norm.alt_judged_{norm or 'none'}", lang)
    worst, best = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    values = {"low": percent(known[worst]), "high": percent(known[best])}
    return text(f"batch_norm.alt_{norm or 'none'}", lang, worst=label(worst, lang), best=label(best, lang), **values)


def _diverged(ds: xarray.Dataset, norm: str | None, lang: str) -> list[str]:
    """Say at how many weight scales a seed diverges."""
    pairs = norm_pairs(ds)
    number = sum(bool((ds["ended"].sel(run=pair[norm]) == "diverged").any()) for pair in pairs.values())
    key = "batch_norm.alt_lost_batch" if norm else "batch_norm.alt_lost"
    return [text(key, lang, number=number, of=len(pairs))] if number else []


def batch_norm(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of the accuracies at every weight scale, with and without batch normalization."""
    entries = [_accuracies(ds, norm, lang) for norm in NORMS]
    entries += [each for norm in NORMS for each in _diverged(ds, norm, lang)]
    head = text("batch_norm.alt", lang, epochs=_epochs(ds), number=len(norm_pairs(ds)), seeds=seeds(ds, lang))
    return told(head, entries, lang)


def batch_norm_layers(ds: xarray.Dataset, lang: str = "en", **_: Any) -> str:
    """Tell of the last layer over the weight scale, and of the accuracies, with and without batch normalization."""
    pairs = norm_pairs(ds)
    scales = sorted(weight_scales(pairs).items(), key=lambda each: each[1])
    last = ds["act_std"].isel(layer=-1, snapshot=0)
    entries = []
    for norm in NORMS:
        least, most = (median(last.sel(run=pairs[init][norm])) for init, _ in (scales[0], scales[-1]))
        goes = values_course(least, most, lang)
        entries.append(text(f"batch_norm_layers.alt_{norm or 'none'}", lang, course=goes))
    accuracies = "; ".join(_accuracies(ds, norm, lang) for norm in NORMS)
    head = text("batch_norm_layers.alt", lang, low=short(scales[0][1]), high=short(scales[-1][1]))
    return told(head, entries, lang, text("batch_norm_layers.alt_accuracy", lang, words=accuracies))
