"""``summary()``: what a result says, to be read in a notebook: verdicts, or how runs ended, and the recipe.

In IPython and Jupyter a result of actviz shows itself so: the formatter that ``import actviz`` registers there calls
``result_html``. The result itself stays a plain ``xarray.Dataset``, which a subclass would not: xarray's own tests of
equality compare types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.report.markup import render
from actviz.results.dataset import check_dims, recipe, swept
from actviz.results.words import recipe_words, sweep_words, training_words
from actviz.scaling.words import how_words, rows
from actviz.text import pairing_label, run_name, text, typeset
from actviz.text.numbers import in_print
from actviz.text.tables import table_lines

if TYPE_CHECKING:
    import xarray

ROWS = 60
"""Rows of a table, at most: a notebook is not the place for a survey of thousands."""


@dataclass(frozen=True)
class Summary:
    """What a result says.

    Parameters
    ----------
    title : str
    recipe : str
        How it was measured, in one line.
    rows : tuple of mapping
        A pairing or run each, by the heads of the columns.
    left_out : int
        How many rows more there are.
    lang : str
    """

    title: str
    recipe: str
    rows: tuple[Mapping[str, str], ...]
    left_out: int
    lang: str

    def __str__(self) -> str:
        return "\n".join([self.title, *table_lines(self.rows), *self._more(), self.recipe])

    def _more(self) -> list[str]:
        return [text("summary.more", self.lang, number=self.left_out)] if self.left_out else []

    def _repr_html_(self) -> str:
        """Return a table that is readable on light and dark pages; whatever a user named is escaped."""
        notes = (*self._more(), self.recipe)
        return str(render("report/static/summary.html", self.lang, summary=self, notes=notes))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}


def summary(result: xarray.Dataset, lang: str = "en") -> Summary:
    """Say what a result tells: of a probe or snapshot verdicts and remedies, of a training how every run ended.

    Parameters
    ----------
    result : xarray.Dataset
        Of ``probe``, ``train``, ``sweep``, ``snapshot``, ``descend``, ``find_rate`` or
        ``coordinate_check``.
    lang : str

    Raises
    ------
    ActvizError
        If it is no such dataset.

    Examples
    --------
    >>> import actviz
    >>> found = summary(actviz.probe("xavier_normal", "sigmoid", depth=8, width=64, samples=50, seeds=2))
    >>> found.rows[0]["pairing"], found.rows[0]["verdict"]
    ('Xavier normal + sigmoid', 'vanishing')
    """
    try:
        settings = recipe(result)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ActvizError("only a result of actviz has a summary: a dataset with its recipe") from None
    check_dims(result)
    kind = str(settings.get("kind"))
    if kind == "training":
        title, rows, words = text("summary.training", lang), _runs(result, lang), training_words(result, lang)
    elif kind == "descent":
        title, rows, words = text("summary.descent", lang), _descents(result, lang), str(settings["landscape"])
    elif kind == "sweep":
        title = text("summary.sweep", lang, fields=", ".join(swept(result)))
        rows, words = _kept(result, lang), sweep_words(result, lang)
    elif kind == "coordinates":
        title, rows, words = text("summary.coordinates", lang), _followed(result, lang), how_words(result, lang)
    elif kind == "range_test":
        title, rows, words = text("summary.range_test", lang), [], _suggestion(result, lang)
    else:
        step = settings.get("step")
        title = text("summary.probe", lang) if step is None else text("summary.snapshot", lang, step=step)
        rows, words = _verdicts(result, lang), recipe_words(result, lang, gradient=True)
    return Summary(title, words, tuple(rows[:ROWS]), max(len(rows) - ROWS, 0), lang)


def _verdicts(ds: xarray.Dataset, lang: str) -> list[dict[str, str]]:
    """Return a row a pairing: its verdict, what tells, and what helps."""
    from actviz.diagnosis.judging import diagnose

    heads = [text(f"summary.{head}", lang) for head in ("pairing", "verdict", "found", "remedy")]
    rows = []
    for each in diagnose(ds):
        worst = each.gravest
        evidence = (
            worst.message(lang) if worst else "; ".join(note.message(lang) for note in (*each.unjudged, *each.notes))
        )
        cells = [
            pairing_label(each.init, each.activation, lang),
            each.label(lang),
            evidence,
            each.findings[0].remedy(lang) if worst else "",  # the cause's
        ]
        rows.append(dict(zip(heads, cells, strict=True)))
    return rows


def _runs(ds: xarray.Dataset, lang: str) -> list[dict[str, str]]:
    """Return a row a run: how it ended, and its last losses and accuracies, medians of seeds that did not diverge."""
    from actviz.training.measures import at_end

    names = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy")
    finals: dict[str, Any] = {name: at_end(ds, name) for name in names}
    finals |= {name: ds[name] for name in ("test_loss", "test_accuracy")}
    shown = {name: values for name, values in finals.items() if np.isfinite(values.values).any()}
    ends = {"budget": "budget", "stopped early": "stopped", "diverged": "diverged"}
    rows = []
    for run in map(str, ds["run"].values):
        why = ds["ended"].sel(run=run).values.ravel().tolist()
        reasons = [text(f"summary.{key}", lang, number=why.count(end)) for end, key in ends.items() if end in why]
        row = {text("summary.run", lang): run_name(run, lang)}
        row[text("summary.ended", lang)] = "; ".join(reasons)
        for name, values in shown.items():
            kept = values.sel(run=run).values[ds["ended"].sel(run=run).values != "diverged"]
            median = float(np.median(kept)) if len(kept) else np.nan
            written = typeset(f"{100 * median:.1f} %", lang) if "accuracy" in name else in_print(median, 4)
            row[text(f"story.{name}", lang)] = written if np.isfinite(median) else "-"
        rows.append(row)
    return rows


def _descents(ds: xarray.Dataset, lang: str) -> list[dict[str, str]]:
    """Return a row a descent: the minimum in which it ends, and how many noisy ones leave the first."""
    return [
        {
            text("summary.run", lang): run_name(run, lang, schedule=True),
            text("summary.reached", lang): in_print(round(float(ds["reached_value"].sel(run=run)), 9) + 0.0, 4),
            text("summary.escaped", lang): typeset(f"{100 * float(ds['escaped'].sel(run=run).mean()):.0f} %", lang),
        }
        for run in map(str, ds["run"].values)
    ]


def _kept(ds: xarray.Dataset, lang: str) -> list[dict[str, str]]:
    """Return a row for each number that is kept of cells: the smallest and the largest, and where."""
    from actviz.plots.reading.swept import extremes, kept_label, numbers

    rows, names = [], list(swept(ds))
    for name in numbers(ds):
        row = {text("summary.kept", lang): kept_label(name, lang)}
        for key, (value, at) in extremes(ds, name, names, lang).items():
            row[text(f"summary.{key}", lang)] = f"{in_print(value, 4)}, {at}"
        rows.append(row)
    return rows


def _followed(ds: xarray.Dataset, lang: str) -> list[dict[str, str]]:
    """Return a row for every layer of a coordinate check: its slopes, and what they say."""
    heads = {name: text(f"summary.{name}", lang) for name in ("layer", "kind", "start", "change", "verdict")}
    return [
        {head: str(row["name" if name == "layer" else name]) for name, head in heads.items()} for row in rows(ds, lang)
    ]


def _suggestion(ds: xarray.Dataset, lang: str) -> str:
    from actviz.training.range_test import suggest

    return suggest(ds, lang).reason


def result_html(dataset: Any) -> Any:
    """Return the HTML of a result of actviz with xarray's own, folded, below it; of any other dataset xarray's own."""
    try:
        own = summary(dataset)._repr_html_()
    except Exception:  # a dataset that was cut or computed with has no summary; showing it must not fail
        return dataset._repr_html_()
    more = f"<details><summary>{text('summary.all')}</summary>{dataset._repr_html_()}</details>"
    return own + more
