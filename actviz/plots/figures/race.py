"""The race of initializers: loss over the updates, beside each network's layers before and after training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from actviz.catalog.looks import SIZES, Size
from actviz.numerics.histogram import is_linear
from actviz.plots.canvas import draw
from actviz.plots.canvas.ends import name_ends, room_of
from actviz.plots.canvas.frame import heading, kept_whole, row_name
from actviz.plots.canvas.sheet import Sheet, drawn_as
from actviz.plots.canvas.spec import by_trained_activation
from actviz.plots.canvas.style import DASHES, NOTE, PairingStyle, panel, panel_grid
from actviz.plots.figures.race_heads import LEADING, Head
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.figures.training import draw_runs, ended_notes, over_seeds
from actviz.plots.reading.found_trainings import NOTHING, guessing, race_titles
from actviz.plots.reading.scales import Floats, ValueScale, linear_scale, log_scale
from actviz.plots.reading.series import Line, Names, finite_values, of_activation
from actviz.plots.reading.subjects import runs_subject
from actviz.plots.reading.telling import alt_text, how_ended, run_entry, values_course
from actviz.results.dataset import recipe
from actviz.results.words import training_words
from actviz.text import label, run_name, text, wrapped
from actviz.text.numbers import three_digits

if TYPE_CHECKING:
    import xarray

WINDOW, BETA = 11, 2.0
"""The book's smoothing: a Kaiser window of so many updates."""

TOP = 2.5
"""Upper end of the loss axis, as in the book."""

ACROSS = 5
"""Networks whose layers stand side by side; more need another row."""

_ROW = 424.0
"""Height that each row of networks adds to a slide, which holds the first."""

_GRADIENTS = 100.0
"""Height of a network's lower panel, in points."""

_NARROWEST = 480.0
"""Width of the figure in points below which the names of networks side by side would run into each other."""

_SPAN = 0.2
"""Losses that the axis spans at least, so that noise does not fill it."""


@dataclass(frozen=True)
class _Places:
    """Where the race stands and the networks begin, in points: at their left, or above them (``under`` it)."""

    wide: float
    tall: float
    left: float
    under: float
    networks: int

    @classmethod
    def of(cls, size: Size) -> _Places:
        """Return the places on a canvas of a size."""
        if size.narrow:
            return cls(size.width - 76 - 34, 170.0, 120.0, 286.0, 3)
        return cls(236.0, 294.0, 398.0, 0.0, ACROSS)


def race_lacks(ds: xarray.Dataset) -> str:
    """Say what a training lacks for this figure: snapshots before the first update and at the end."""
    steps = [int(step) for step in ds["snapshot"].values] if "snapshot" in ds.dims else []
    if "filmed" in recipe(ds):
        return text("race.lacks_own")
    there = len(steps) > 1 and steps[0] == 0 and steps[-1] == int(ds["step"].values[-1])
    return "" if there else text("race.lacks")


def smoothed(values: Floats, window: int = WINDOW, beta: float = BETA) -> Floats:
    """Return values smoothed with a Kaiser window, mirrored at both ends, as the book's ``smooth_curve`` does.

    >>> smoothed(np.arange(5.0), 3).round(2).tolist()
    [0.47, 1.0, 2.0, 3.0, 3.53]
    """
    half = min(window // 2, len(values) - 1)
    weights = np.kaiser(2 * half + 1, beta)
    mirrored = np.concatenate([values[half:0:-1], values, values[-2 : -2 - half : -1]])
    smooth: Floats = np.convolve(weights / weights.sum(), mirrored, mode="valid")
    return smooth


def race_alt(
    ds: xarray.Dataset,
    lang: str = "en",
    *,
    runs: Names = None,
    activations: Names = None,
    layers: bool = True,
    **_: Any,
) -> str:
    """Tell how the losses of batches go, and which layers have no gradient at the start, where that is drawn."""
    entries = []
    for run in of_activation(ds, runs, activations):
        losses = race_line(ds, run).middle
        seen = losses[np.isfinite(losses)]
        goes = values_course(float(seen[0]), float(seen[-1]), lang) if len(seen) else text("story.undefined", lang)
        still = int((gradient_line(ds, run, 0).high == 0).sum())
        dead = text("race.alt_dead", lang, course=goes, number=still, of=ds.sizes["layer"])
        words = dead if still and layers else goes
        entries.append(run_entry(run_name(run, lang), [words, *how_ended(ds, run, lang)], lang))
    return alt_text(text("race.alt", lang, updates=int(ds["update"].values[-1])), entries, lang)


@drawn_as(
    "race",
    squeezed=1.0,
    narrowest=_NARROWEST,
    alt=race_alt,
    files=by_trained_activation,
    lacks=race_lacks,
    kind="training",
    subject=partial(runs_subject, shown=of_activation),
)
def figure_race(
    sheet: Sheet, ds: xarray.Dataset, *, runs: Names = None, activations: Names = None, layers: bool = True
) -> Figure:
    """Draw batch losses over the updates, and activations and gradients of every layer before and after training.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``, with snapshots before the first update and after the last.
    runs : str or sequence of str, optional
        Which to draw, of one activation; all unless named.
    activations : str or sequence of str, optional
        The first is drawn.
    layers : bool
        Whether to draw activations and gradients, or the losses alone.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has no such run.
    """
    look, lang = sheet.theme, sheet.lang
    chosen = of_activation(ds, runs, activations)
    own = ds.sel(run=chosen)
    styles = run_styles(ds, chosen, look)
    place = _Places.of(sheet.size)
    rows = [chosen[at : at + place.networks] for at in range(0, len(chosen), place.networks)]
    need = SIZES["slide"].height + (len(rows) - 1) * _ROW + place.under
    activation = label(str(own["activation"].values[0]), lang)
    found = race_titles(ds, chosen, lambda run: _name(ds, run, lang), activation, lang)
    footer = training_words(own, lang, bands=True)
    notes = [text("race.smoothed", lang, window=WINDOW, beta=f"{BETA:g}"), *_cut_notes(own, chosen, lang)]
    notes += ended_notes(ds, chosen, lang)
    nothing = [text("found.race.read", lang, margin=NOTHING, classes=recipe(ds)["classes"])] if found else []
    if not layers:
        footer, read = " · ".join([footer, *notes]), " ".join([text("race.read_losses", lang), *nothing])
        fig = sheet.figure("race", footer, read=read, activation=activation, found=found)
        return _race_alone(fig, own, styles, sheet)
    sheet.check_wide(_NARROWEST)
    notes += nothing
    read = text("race.read_below" if sheet.narrow else "race.read", lang)
    fig = sheet.figure("race", footer, need, read=read, activation=activation, found=found)
    height = fig.get_figheight() * 72 - fig.above
    notes = [line for note in notes for line in wrapped(note, int(place.wide / 5.9)).split("\n")]
    tall = place.tall - 13.0 * max(len(notes) - 2, 0)  # more than two lines would run into the footer
    losses = panel(fig, 76, height - 132 - tall, place.wide, tall)
    _losses(losses, own, styles, sheet)
    losses.annotate(
        "\n".join(notes), (0, 0), xytext=(0, -44), xycoords="axes fraction",
        textcoords="offset points", va="top", fontsize=NOTE, color=look.muted,
    )  # fmt: skip
    scale = _scale(own)
    lines = {run: [gradient_line(own, run, at) for at in (0, -1)] for run in chosen}
    each = (fig.size.width - 34 - place.left + 20) / len(rows[0])
    width = each - 20
    heads = {run: Head.of(own, run, _name(ds, run, lang), lines[run], width, lang) for run in chosen}
    for r, row in enumerate(rows):
        # Above the panels of a row there is room for its longest head, and between them for its longest note.
        told = max(heads[run].lines for run in row)
        named = max(len(heads[run].name) for run in row)
        top = height - 102 - place.under - r * _ROW - 18 * named - LEADING * told
        foot = height - 470 - place.under - r * _ROW
        gap = 22 + LEADING * max(len(heads[run].gradient) for run in row)
        for c, run in enumerate(row):
            left = place.left + c * each
            places = (
                panel(fig, left, foot + _GRADIENTS + gap, width, top - foot - _GRADIENTS - gap),
                panel(fig, left, foot, width, _GRADIENTS),
            )
            _activations(places[0], own, run, scale, styles[run], sheet, first=c == 0)
            _gradient_lines(places[1], own, lines, run, styles[run], sheet, first=c == 0)
            heads[run].write(places, told, styles[run].color, look)
    return fig


def _race_alone(fig: Figure, ds: xarray.Dataset, styles: Mapping[str, PairingStyle], sheet: Sheet) -> Figure:
    """Draw the losses alone, with the networks' names at the ends of their lines."""
    names = {run: _name(ds, run, sheet.lang) for run in styles}
    ((ax,),) = panel_grid(fig, 1, 1, left=76, right=room_of(names.values()), top=132, bottom=76)
    _losses(ax, ds, styles, sheet)
    name_ends(ax, names, [race_line(ds, run) for run in styles], [*styles.values()], [*styles])
    return fig


def _name(ds: xarray.Dataset, run: str, lang: str) -> str:
    """Return how a run is written: by its initializer where runs of an activation differ in nothing else."""
    alike = ds["activation"].values == ds["activation"].sel(run=run).item()
    inits = [str(name) for name in ds["init"].values[alike]]
    written = label(str(ds["init"].sel(run=run).item()), lang) if len(set(inits)) == len(inits) else run_name(run, lang)
    return kept_whole(written)


def race_line(ds: xarray.Dataset, run: str) -> Line:
    """Read a run's smoothed batch losses; what it has of them where it ended before its time."""
    own = ds.sel(run=run)
    losses = own["batch_loss"].transpose("seed", "update").values.astype(float)
    smooth = np.full_like(losses, np.nan)
    for seed, values in enumerate(losses):
        done = int(np.isfinite(values).sum())
        if done > 1:
            smooth[seed, :done] = smoothed(values[:done])
    updates = np.asarray(ds["update"].values, float)
    return over_seeds(updates, smooth, own["ended"].values == "diverged", own["ended_step"].values)


def loss_limits(lines: Sequence[Line], guess: float) -> tuple[float, float]:
    """Return an axis that holds the lines, and a guess; as in the book it ends at 2.5 where some is below."""
    values = finite_values(lines)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    high = min(high, TOP) if low < TOP else 1.2 * low
    high = max(high, guess) if math.isfinite(guess) else high
    span = max(high - low, _SPAN)
    middle = (high + low) / 2
    return (0.0, high) if low < high / 2 else (middle - 0.6 * span, min(middle + 0.6 * span, max(TOP, high)))


def _cut_notes(ds: xarray.Dataset, runs: Sequence[str], lang: str) -> list[str]:
    """Say which losses start above the axis, and where; of what diverges a cross tells more."""
    blown_up = (ds["ended"] == "diverged").any("seed")
    lines = {run: race_line(ds, run) for run in runs}
    _, top = loss_limits(list(lines.values()), guessing(ds))
    starts = {run: float(f"{line.middle[0]:.2g}") for run, line in lines.items() if not blown_up.sel(run=run)}
    told = [f"{_name(ds, run, lang)} {three_digits(value)}" for run, value in starts.items() if value > top]
    return [text("race.cut", lang, starts=", ".join(told))] if told else []


def _losses(ax: Any, ds: xarray.Dataset, styles: Mapping[str, PairingStyle], sheet: Sheet) -> None:
    """Draw the race, and what a guess among the classes loses."""
    look, lang = sheet.theme, sheet.lang
    lines = {run: race_line(ds, run) for run in styles}
    draw_runs(ax, lines, styles, look)
    guess = guessing(ds)
    ax.set_ylim(loss_limits(list(lines.values()), guess))
    if math.isfinite(guess):
        ax.axhline(guess, color=look.muted, linewidth=0.9, linestyle=DASHES[2], zorder=1)
        ax.annotate(
            text("race.guessing", lang, classes=recipe(ds)["classes"]), (1, guess), xytext=(-2, 7),
            xycoords=ax.get_yaxis_transform(), textcoords="offset points", ha="right", va="bottom", fontsize=NOTE,
            color=look.muted,
        )  # fmt: skip
    last = float(ds["update"].values[-1])
    ax.set_xlim(-0.02 * last, 1.02 * last)
    ax.locator_params(axis="x", nbins=4)
    ax.grid(axis="y", linewidth=0.8)
    ax.set_xlabel(text("axis.update", lang))
    heading(ax, text("batch_loss", lang))


def _blown_up(ds: xarray.Dataset) -> list[str]:
    """Return the runs that diverged under some seed: what they end with must not flatten the others."""
    diverged = (ds["ended"] == "diverged").any("seed")
    return [str(run) for run in ds["run"].values[diverged.values]] if not diverged.all() else []


def _scale(ds: xarray.Dataset) -> ValueScale:
    """Return the axis of activations that all networks share, before and after."""
    edges = ds["bin_edges"].isel(run=0).values
    if is_linear(edges):
        return linear_scale(edges)
    ends = ds[["hist", "zero_fraction"]].isel(snapshot=[0, -1])
    counts = ends["hist"].transpose("run", "snapshot", "layer", "bin").values.copy()
    counts[np.isin(ds["run"].values, _blown_up(ds)), -1] = 0
    zeros = ends["zero_fraction"].mean("seed").transpose("run", "snapshot", "layer").values * counts.sum(axis=-1)
    return log_scale(edges, counts, np.nan_to_num(zeros), 2)


def _activations(
    ax: Any, ds: xarray.Dataset, run: str, scale: ValueScale, style: PairingStyle, sheet: Sheet, *,
    first: bool,
) -> None:  # fmt: skip
    """Draw a network's layers on a row each: outline before training, filled after."""
    lang = sheet.lang
    own, layers = ds.sel(run=run), ds["layer"].values
    ends = [scale.density(own["hist"].isel(snapshot=at).transpose("layer", "bin").values) for at in (-1, 0)]
    draw.draw_ridges(ax, list(zip(*ends, strict=True)), scale.edges, [style.color] * len(layers))
    ax.set_yticks(-np.arange(len(layers)) + 0.3, [str(layer) for layer in layers] if first else [""] * len(layers))
    ax.set_xticks(*scale.labels)
    ax.tick_params(axis="y", length=0)
    if first:
        row_name(ax, text("race.activations", lang))


def gradient_line(ds: xarray.Dataset, run: str, at: int) -> Line:
    """Read the weight gradients of a network at a snapshot, over its layers."""
    values = ds["grad_weight_norm"].sel(run=run).isel(snapshot=at).transpose("seed", "layer").values.astype(float)
    return over_seeds(ds["layer"].values, values)


def _gradient_lines(
    ax: Any, ds: xarray.Dataset, lines: Mapping[str, Sequence[Line]], run: str, style: PairingStyle, sheet: Sheet,
    *, first: bool,
) -> None:  # fmt: skip
    """Draw a network's weight gradients by layer: dashed before training, solid after."""
    look, lang = sheet.theme, sheet.lang
    blown_up = _blown_up(ds)
    shared = [line for run, (start, end) in lines.items() for line in ([start] if run in blown_up else [start, end])]
    draw.draw_log_axis(ax, shared, 3)
    for line, dashes in zip(lines[run], (DASHES[2], "-"), strict=True):
        draw.draw_line(ax, line, PairingStyle(style.color, style.marker, dashes), look)
        draw.draw_marks(ax, line, style, log=True)
    draw.draw_layer_axis(ax, ds["layer"].values)
    ax.set_xlabel(text("axis.layer", lang), fontsize=NOTE + 1, labelpad=1)
    if first:
        row_name(ax, text("grad_weight_norm", lang))
    else:
        ax.set_yticklabels([])
