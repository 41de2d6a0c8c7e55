"""The figure of schedules at equal budget: what each gains over the best constant rate, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.checks import check_choice
from actviz.catalog.looks import Theme
from actviz.catalog.names import builtin
from actviz.catalog.schedules import SCHEDULES, ReduceOnPlateau, rates
from actviz.plots.canvas.axes import on_axes
from actviz.plots.canvas.frame import heading, in_parts
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.style import BODY, DASHES, MARGIN, NOTE, PairingStyle, panel
from actviz.plots.figures.rates import COLORS
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.figures.training import over_seeds
from actviz.plots.reading.gains import Gain, gains_range
from actviz.plots.reading.scales import Floats
from actviz.plots.reading.series import Line, Names, choose
from actviz.plots.reading.telling import alt_text, score, seed_words
from actviz.results.dataset import recipe
from actviz.results.words import noise_words, training_words
from actviz.text import label, run_name, shortened, text, width_of, wrapped
from actviz.text.numbers import in_print, print_form
from actviz.training.measures import at_budget, best_of, chosen_by

if TYPE_CHECKING:
    import xarray

_KEY, _NUMBERS, _ROW = 92.0, 168.0, 20.0
"""Width of the rates' curves and of the numbers at the right, least height of a row, in points."""

_LINE, _TALLEST = 17.0, 40.0
"""Height that a further line of a name adds to a row; a row is not higher, however few there are."""

_FOREST = 120.0
"""Width of the differences at least, in points; where names and numbers leave less they stand above each row."""

_BETWEEN = 16.0
"""Room between a name and its numbers above a row, in points."""

_TOP, _FOOT = 132.0, 76.0
"""Room above the rows and below them, in points."""


def _settings(ds: xarray.Dataset, run: str) -> dict[str, Any]:
    found: dict[str, Any] = recipe(ds)["runs"][run]
    return found


def budget_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for the figure of schedules; empty if nothing."""
    rates_of_runs = {(settings["lr"], settings["per"]) for settings in recipe(ds)["runs"].values()}
    return "" if len(rates_of_runs) > 1 else text("budget.lacks")


def run_names(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Name runs by their schedules where these tell them apart, by their own labels where not."""
    written = [str(_settings(ds, run)["lr"]) for run in runs]
    if len(set(written)) < len(runs):
        return [run_name(run, lang, schedule=True) for run in runs]
    return [_schedule_name(each, lang) for each in written]


def _schedule_name(written: str, lang: str) -> str:
    kind, _, given = written.partition(":")
    if kind not in COLORS or kind in ("constant", "reduce_on_plateau") or "+" in written:
        return label(written, lang, schedule=True)
    peak = given.partition(",")[0].removeprefix("lr=") or "0.1"
    try:
        return text("budget.peak", lang, schedule=label(kind, lang), rate=in_print(float(peak)))
    except ValueError:  # the first parameter given is another one
        return label(written, lang, schedule=True)


def _curve(ds: xarray.Dataset, name: str, run: str) -> Line:
    values = ds[name].sel(run=run).transpose("seed", "step").values.astype(float)
    return over_seeds(ds["epoch"].values.astype(float), values)


def _rate_line(ds: xarray.Dataset, run: str) -> Line:
    """Return the learning rate of every update, by the schedule; what was recorded where that cannot say."""
    settings, total = _settings(ds, run), int(ds["step"].values[-1])
    each = int(recipe(ds)["epoch_updates"])
    rate_of = builtin("schedule", settings["lr"], SCHEDULES)
    if rate_of is None or isinstance(rate_of, ReduceOnPlateau):  # one of the user's own, or one that follows a metric
        return _curve(ds, "learning_rate", run)
    at = np.arange(total) // (each if settings["per"] == "epoch" else 1)
    values = rates(rate_of, int(at[-1]) + 1)[at]
    return over_seeds(np.arange(total) / each, values[None])


JUDGED = ("accuracy", "loss")


def judged_by(ds: xarray.Dataset, judged: str | None = None) -> str:
    """Return what runs are compared by: test accuracy, or the nearest to it that there is, unless ``judged`` names it.

    Raises
    ------
    ActvizError
        If it is none of ``JUDGED``.
    """
    if judged is not None:
        check_choice("judged", judged, JUDGED)
    kinds = JUDGED if judged is None else (judged,)
    names = (f"{part}_{what}" for part in ("test", "validation", "train") for what in kinds)
    return next((name for name in names if np.isfinite(ds[name].values).any()), "train_loss")


def final_values(ds: xarray.Dataset, runs: Sequence[str], name: str) -> Floats:
    """Return every seed's value at its end, shape (runs, seeds); of test rows it is the last by itself."""
    return np.array(at_budget(ds, name).sel(run=list(runs)).transpose("run", "seed").values, float)


@on_axes
def draw_forest(ax: Any, gains: Sequence[Gain], styles: Sequence[PairingStyle], look: Theme, lift: float = 9.0) -> Any:
    """Draw gains on a row each, the first at the top: seeds as dots, the mean with its interval, and where none is.

    What is so far out that it would squeeze all else ends in an arrow at the edge, with the numbers that are not drawn,
    ``lift`` points above it.
    """
    low, high = gains_range(gains)
    ax.set_xlim(low, high)
    ax.axvline(0, color=look.muted, linewidth=1.0, linestyle=DASHES[2], zorder=1)
    for row, (gain, style) in enumerate(zip(gains, styles, strict=True)):
        ax.plot(
            gain.seeds, np.full(len(gain.seeds), row), "o", color=style.color, alpha=0.35, markersize=4.5,
            markeredgewidth=0,
        )  # fmt: skip
        ax.plot([gain.low, gain.high], [row, row], color=style.color, linewidth=3.0, solid_capstyle="butt")
        ax.plot([gain.mean], [row], "D", color=style.color, markersize=8)
        for edge, sign in ((low, -1.0), (high, 1.0)):
            if hidden := gain.beyond(edge, sign):
                ax.plot(
                    [edge], [row], "<" if sign < 0 else ">", color=style.color, markersize=9, clip_on=False, zorder=4
                )
                ax.annotate(
                    hidden, (edge, row), xytext=(-9 * sign, lift), textcoords="offset points", fontsize=NOTE,
                    color=style.color, va="center", ha="left" if sign < 0 else "right",
                )  # fmt: skip
    ax.set_ylim(len(gains) - 0.4, -0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", linewidth=0.8)
    return ax


def draw_rate_keys(
    ax: Any, rates_of: Sequence[Line], styles: Sequence[PairingStyle], look: Theme, tall: float = 0.74
) -> Any:
    """Draw each run's learning rate over its updates on a row of its own, all on one scale, the first at the top.

    The highest takes up so much of its row as ``tall`` says.
    """
    top = max((float(np.nanmax(line.middle, initial=0.0)) for line in rates_of), default=0.0) or 1.0
    for row, (line, style) in enumerate(zip(rates_of, styles, strict=True)):
        x = line.layers / (line.layers[-1] or 1)
        foot = row + 0.36
        ax.plot([0, 1], [foot, foot], color=look.grid, linewidth=0.8)
        ax.plot(x, foot - tall * line.middle / top, color=style.color, linestyle=style.linestyle, linewidth=1.8)
    ax.set(xlim=(-0.02, 1.02), ylim=(len(rates_of) - 0.4, -0.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_facecolor("none")
    return ax


@dataclass(frozen=True)
class _Compared:
    """Runs at equal budget: what they are judged by, with which run they are compared, and by how much they differ."""

    runs: list[str]
    reference: str
    what: str
    gains: list[Gain]
    ends: Floats
    constants: list[str]

    @classmethod
    def of(cls, ds: xarray.Dataset, runs: Names, judged: str | None) -> _Compared:
        chosen, what = choose(ds, "run", runs), judged_by(ds, judged)
        constants = [run for run in chosen if str(_settings(ds, run)["lr"]).startswith("constant")]
        reference = chosen[0] if runs is not None or not constants else best_of(ds, constants, what)
        ends = final_values(ds, chosen, what)
        ends[ds["ended"].sel(run=chosen).transpose("run", "seed").values == "diverged"] = np.nan
        base = ends[chosen.index(reference)]
        gains = [Gain.of(own, base, share=what.endswith("accuracy")) for own in ends]
        return cls(chosen, reference, what, gains, ends, constants)

    @property
    def share(self) -> bool:
        return self.what.endswith("accuracy")

    def chosen_words(self, ds: xarray.Dataset, lang: str) -> str:
        """Say by what the constant that all are compared with is the best; nothing where it is not, or alone."""
        best = len(self.constants) > 1 and self.reference == best_of(ds, self.constants, self.what)
        by = text(f"budget.{chosen_by(ds, self.what)}", lang)
        return text("budget.best", lang, by=by) if best else ""

    def row_words(self, ds: xarray.Dataset, lang: str) -> list[str]:
        """Return the numbers of each row: the difference, of the reference its own value; and how many diverged."""
        lost = (ds["ended"].sel(run=self.runs).transpose("run", "seed").values == "diverged").sum(axis=1)
        told = []
        for at, (run, gain) in enumerate(zip(self.runs, self.gains, strict=True)):
            words = gain.words(lang, share=self.share)
            if run == self.reference:
                seen = self.ends[at][np.isfinite(self.ends[at])]
                words = score(self.what, float(seen.mean())) if len(seen) else ""
            diverged = text("budget.diverged", lang, number=lost[at]) if lost[at] else ""
            told.append(",\n".join(filter(None, [words, diverged])))
        return told

    def titles(self, names: Sequence[str], lang: str) -> list[str]:
        """Say which of the others is better for sure, the best of them; or how far they are apart of which none is."""
        sign = 1.0 if self.share else -1.0
        base, what = names[self.runs.index(self.reference)], text(f"budget.{self.what}", lang)
        sure = [
            (sign * gain.mean, name, gain)
            for run, name, gain in zip(self.runs, names, self.gains, strict=True)
            if run != self.reference and (gain.low > 0 if self.share else gain.high < 0)
        ]
        values = {"base": base, "what": what}
        if not sure:
            kind = "run" if len(self.constants) == len(self.runs) else "schedule"
            return [_upper(text(f"budget.title_none_{kind}", lang, **values))]
        _, name, gain = max(sure, key=lambda each: each[0])
        size = print_form(f"{gain.mean:+.1f}" if self.share else f"{gain.mean:+.2g}")
        values |= {"name": name, "size": text("budget.points", lang, value=size) if self.share else size}
        return [_upper(text(f"budget.title_best{short}", lang, **values)) for short in ("", ".short")]


def _upper(words: str) -> str:
    return words[0].upper() + words[1:]


def budget_alt(ds: xarray.Dataset, lang: str = "en", *, runs: Names = None, judged: str | None = None, **_: Any) -> str:
    """Tell of schedules at equal budget: the reference's last value, and the others' difference to it."""
    compared = _Compared.of(ds, runs, judged)
    names = run_names(ds, compared.runs, lang)
    entries = []
    for run, name, own, gain in zip(compared.runs, names, compared.ends, compared.gains, strict=True):
        seen = own[np.isfinite(own)]
        if run != compared.reference and len(gain.seeds):
            entries.append(text("budget.alt_entry", lang, name=name, difference=gain.words(lang, share=compared.share)))
            continue
        value = score(compared.what, float(seen.mean())) if len(seen) else text("story.undefined", lang)
        key = "budget.alt_first" if run == compared.reference else "budget.alt_value"
        words = text(key, lang, name=name, what=text(f"story.{compared.what}", lang), value=value)
        entries.insert(0 if run == compared.reference else len(entries), words)
    return alt_text(text("budget.alt", lang, number=len(entries), seeds=seed_words(ds, lang)), entries, lang)


@drawn_as("budget", squeezed=1.0, narrowest=480.0, alt=budget_alt, lacks=budget_lacks, kind="training")
def figure_budget(sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, judged: str | None = None) -> Figure:
    """Draw what each learning-rate schedule gains over the best constant rate at equal budget, seed by seed.

    The best constant rate is that with the best validation accuracy, or loss where runs are judged by it; where there
    is none the first run is compared with.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train``.
    runs : str or sequence of str, optional
        Which to draw, the one to compare with first; all unless named.
    judged : {"accuracy", "loss"}, optional
        By what runs are compared, of the test rows if there are some; by accuracy where there is one.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    compared = _Compared.of(ds, runs, judged)
    across = 20 if sheet.narrow else 36
    names = [shortened(name, 2 * across - 4 if sheet.narrow else across) for name in run_names(ds, compared.runs, lang)]
    styles = list(run_styles(ds, compared.runs, look).values())
    base = names[compared.runs.index(compared.reference)]
    what = text(f"budget.{compared.what}", lang)
    broken = [in_parts(name, across) for name in names]
    widest = max(width_of(line) for name in broken for line in name.split("\n"))
    size = BODY - 1 if widest <= 30 else NOTE
    key_width = _KEY * (0.6 if sheet.narrow else 1)
    left = MARGIN + 0.58 * size * widest + 8
    above = sheet.size.width - left - key_width - 20 - _NUMBERS < _FOREST
    counted = compared.row_words(ds, lang)
    if above:
        broken, left = names, MARGIN
        beside = max(
            0.58 * size * width_of(name) + _BETWEEN + 0.6 * NOTE * max(map(width_of, told.split("\n")))
            for name, told in zip(names, counted, strict=True)
        )
        sheet.check_wide(2 * MARGIN + beside)
    lines = max(name.count("\n") for name in broken) + above
    height = sheet.height_for(len(names), _ROW + _LINE * lines, _TOP + _FOOT)
    values = {"what": what, "base": base, "how": compared.chosen_words(ds, lang)}
    told = [noise_words(recipe(ds), lang), text("budget.read", lang, **values)]
    read = ". ".join(words[0].upper() + words[1:] for words in told if words)
    fig = sheet.figure("budget", training_words(ds, lang), height, found=compared.titles(names, lang), read=read)
    most = _TALLEST + _LINE * lines
    row = min(most, (fig.get_figheight() * 72 - fig.above - fig.below - _TOP - _FOOT) / len(names))
    tall = row * len(names)
    bottom = fig.get_figheight() * 72 - fig.above - _TOP - tall
    key = draw_rate_keys(
        panel(fig, left, bottom, key_width, tall), [_rate_line(ds, run) for run in compared.runs], styles, look,
        0.36 if above else 0.74,
    )  # fmt: skip
    start = left + key_width + 20
    forest = panel(fig, start, bottom, fig.size.width - start - (MARGIN if above else _NUMBERS), tall)
    draw_forest(forest, compared.gains, styles, look, -9.0 if above else 9.0)  # names and numbers stand above
    forest.set_xlabel(text("budget.unit", lang) if compared.share else what)
    rate = text("budget.rate", lang)
    heading(key, wrapped(rate, max(int(key_width / (0.64 * BODY)), *map(width_of, rate.split()))))
    heading(forest, text("budget.gain", lang, what=what, base=base))
    for at, words in enumerate(zip(broken, counted, strict=True)):
        _name_row((key, forest), at, words, size, look if above else None)
    return fig


def _name_row(axes: tuple[Any, Any], at: int, words: tuple[str, str], size: float, above: Theme | None) -> None:
    """Write a row's name at the left of its rate and its numbers at the right of the differences; or above both.

    In the colours of a theme ``above``: there no line goes through them.
    """
    (key, forest), (name, numbers) = axes, words
    ground = {"bbox": {"facecolor": above.panel, "edgecolor": "none", "pad": 0.5}} if above else {}
    place: dict[str, Any] = {"textcoords": "offset points", "va": "center", "zorder": 5, **ground}
    row, out = (at - 0.32, 0.0) if above else (at, 8.0)
    key.annotate(name, (0, row), xytext=(-out, 0), ha="left" if above else "right", fontsize=size, **place)
    forest.annotate(
        numbers, (1, row), xytext=(out, 0), xycoords=forest.get_yaxis_transform(), fontsize=NOTE,
        ha="right" if above else "left", **place,
    )  # fmt: skip
    key.set_zorder(forest.get_zorder() + 1)  # a name above its row goes on over the differences
