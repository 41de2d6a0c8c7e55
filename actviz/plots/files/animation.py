"""Moving pictures: a training, snapshot by snapshot, and a figure that builds up step by step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from actviz.catalog.checks import path_of
from actviz.catalog.looks import SIZES, Theme
from actviz.errors import ActvizError
from actviz.plots.canvas.frame import row_name
from actviz.plots.canvas.sheet import Sheet
from actviz.plots.canvas.slide import own_settings
from actviz.plots.canvas.style import BODY, MARGIN, NOTE, TITLE, WIDTH, panel, panel_grid, themed
from actviz.plots.figures.film import SHADES, draw_alarm_word, footer_words, in_lines, read_words, seen
from actviz.plots.figures.run_looks import run_styles
from actviz.plots.figures.training import draw_epoch_axis, loss_axis, run_line
from actviz.plots.files.encoding import DPI, Pixels, check_animation, save_moving
from actviz.plots.reading.reel import Reel, film_lacks, moment, reels
from actviz.plots.reading.series import Names, choose
from actviz.plots.reading.telling import time_name
from actviz.results.dataset import is_training
from actviz.text import run_name, shortened, text

if TYPE_CHECKING:
    import xarray

SHADES_KEPT, BLENDS = 80, 6
"""Colours of a GIF's palette: so many shades of a picture, and of every other colour that stands on the background."""

MOST_RUNS = 8
SECONDS = 8.0
"""How long an animation is about."""

SLOWEST, FASTEST = 2.0, 12.0
"""Frames a second: few frames are shown slowly enough to be looked at, and none is too fast to be seen."""


class Movie:
    """A slide whose pictures change from snapshot to snapshot; its axes do not.

    Parameters
    ----------
    ds : xarray.Dataset
    runs : sequence of str
    look : Theme
    lang : str
    """

    def __init__(self, ds: xarray.Dataset, runs: list[str], look: Theme, lang: str) -> None:
        self._ds, self._look, self._lang = ds, look, lang
        self._reels = reels(ds, runs, range(ds.sizes["snapshot"]), 5, lang)
        read = read_words(ds, self._reels, look, lang)
        sheet, footer = Sheet(look, lang, SIZES["slide"]), footer_words(ds, self._reels, lang)
        self.figure: Figure = sheet.figure("film", footer, title=text("film.moving", lang), read=read)
        styles = run_styles(ds, runs, look)
        rows = 1 if len(runs) <= 4 else 2
        grid = panel_grid(
            self.figure, rows, -(-len(runs) // rows), left=92, top=138, bottom=206 if rows == 1 else 190, gap=(56, 62)
        )
        axes = [ax for row in grid for ax in row]
        self._panels = [
            self._picture(ax, reel, styles[reel.run].color) for ax, reel in zip(axes, self._reels, strict=False)
        ]
        for spare in axes[len(runs) :]:
            spare.set_axis_off()
        self._below = panel(self.figure, 92, 76, WIDTH - 92 - MARGIN, 84)
        self._lines = self._losses(runs, styles)
        self._counter = self.figure.text(
            1 - MARGIN / WIDTH, 1 - 20 / 540, "", fontsize=TITLE, fontweight="bold", ha="right", va="top"
        )

    def __len__(self) -> int:
        return int(self._ds.sizes["snapshot"])

    @property
    def rate(self) -> float:
        """Return frames a second."""
        return frame_rate(len(self))

    def _picture(self, ax: Any, reel: Reel, color: str) -> tuple[Any, Any, Any]:
        """Lay out the picture of a run; return what changes: mesh, caption, and what it cannot show."""
        x = np.concatenate([reel.layers - 0.5, reel.layers[-1:] + 0.5])
        blank = np.full((len(reel.scale.edges) - 1, len(reel.layers)), np.nan)
        mesh = ax.pcolormesh(x, reel.scale.edges, blank, cmap=self._look.density, norm=SHADES)
        ax.set(xlim=(x[0], x[-1]), ylim=(0, 1))
        ax.set_yticks(*reel.scale.labels)
        ax.set_xticks(sorted({int(reel.layers[0]), int(reel.layers[-1])}))
        ax.set_xlabel(text("axis.layer", self._lang), fontsize=NOTE, labelpad=-10)
        room = 18 if len(self._reels) > 2 else 40
        ax.set_title(
            shortened(run_name(reel.run, self._lang), room),
            color=color,
            fontsize=BODY,
            fontweight="bold",
            pad=18,
            loc="left",
        )
        caption = ax.annotate(
            "", (0, 1), xytext=(0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=NOTE
        )
        alarm = draw_alarm_word(ax, float(x[[0, -1]].mean()), "", self._look)
        return mesh, caption, alarm

    def _losses(self, runs: list[str], styles: Any) -> list[tuple[Any, Any, Any, Any]]:
        """Lay out the losses; return a line a run, a dot at its end, and what they show in full."""
        lines = [run_line(self._ds, "train_loss", run) for run in runs]
        loss_axis(self._below, lines, log=False)
        draw_epoch_axis(self._below, self._ds["epoch"].values)
        row_name(self._below, text("film.train_loss", self._lang))
        self._below.set_xlabel(time_name(self._ds, self._lang), labelpad=1)
        drawn = []
        for run, line in zip(runs, lines, strict=True):
            (curve,) = self._below.plot([], [], color=styles[run].color, linestyle=styles[run].linestyle)
            (dot,) = self._below.plot([], [], "o", color=styles[run].color, clip_on=False)
            drawn.append((curve, dot, np.asarray(line.layers), line.middle))
        return drawn

    def show(self, at: int) -> None:
        """Put the snapshot at a position on the slide."""
        step = float(self._ds["snapshot"].values[at])
        self._counter.set_text(moment(self._ds, step, self._lang))
        for (mesh, caption, alarm), reel in zip(self._panels, self._reels, strict=True):
            picture = reel.pictures[at]
            mesh.set_array(seen(picture.columns).T)
            caption.set_text(picture.caption)
            alarm.set(text=in_lines(picture.alarm), visible=bool(picture.alarm))
            low, high = alarm.axes.get_xlim()
            alarm.set_x(low + picture.place * (high - low))
        so_far = self._ds["step"].values <= step
        for curve, dot, epochs, losses in self._lines:
            finite = so_far & np.isfinite(losses)
            curve.set_data(epochs[finite], losses[finite])
            dot.set_data(epochs[finite][-1:], losses[finite][-1:])

    def frames(self, dpi: int) -> Iterator[Pixels]:
        """Yield every snapshot as pixels, shape (height, width, 3)."""
        canvas = FigureCanvasAgg(self.figure)
        self.figure.set_dpi(dpi)
        for at in range(len(self)):
            self.show(at)
            yield _pixels(canvas)

    def palette(self) -> Pixels:
        """Return every colour that a frame needs, shape (n, 3): chosen here, rare ones are not lost."""
        from matplotlib import colormaps
        from matplotlib.colors import to_rgb

        shades = colormaps[self._look.density](np.linspace(0, 1, SHADES_KEPT))[:, :3]
        grounds = np.array([to_rgb(self._look.background), to_rgb(self._look.panel)])
        lines = {curve.get_color() for curve, *_ in self._lines}
        names = sorted(lines | {self._look.text, self._look.muted, self._look.grid, self._look.alarm})
        share = np.linspace(1, 0, BLENDS, endpoint=False)[:, None]
        mixed = [share * np.array(to_rgb(name)) + (1 - share) * grounds[0] for name in names]
        colors: Pixels = (np.concatenate([shades, grounds, *mixed]) * 255).round().astype(np.uint8)
        return colors


def _pixels(canvas: FigureCanvasAgg) -> Pixels:
    """Draw a figure and return it as pixels, shape (height, width, 3)."""
    with own_settings({}):
        canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()  # type: ignore[no-untyped-call]


def frame_rate(frames: int) -> float:
    """Return frames a second.

    >>> [frame_rate(frames) for frames in (6, 40, 500)]
    [2.0, 5.0, 12.0]
    """
    return min(max(frames / SECONDS, SLOWEST), FASTEST)


def save_animation(
    ds: xarray.Dataset,
    path: str | os.PathLike[str],
    *,
    runs: Names = None,
    theme: str = "light",
    lang: str = "en",
) -> None:
    """Write the layers of a training as a moving picture, a frame a snapshot, over the losses so far.

    Parameters
    ----------
    ds : xarray.Dataset
        From ``train`` or ``load``, with two snapshots at least; some forty make a good film.
    path : path
        ``.gif``, or ``.mp4``, which needs ffmpeg on the path or the package imageio-ffmpeg.
    runs : str or sequence of str, optional
        Which to show, eight at most; all unless named.
    theme : {"light", "dark", "print"}
    lang : str

    Raises
    ------
    ActvizError
        If the dataset has too few snapshots, the runs are too many, the ending is another one, the path cannot be
        written, or there is no encoder.
    """
    check_animation(path)
    if not is_training(ds):
        raise ActvizError(text("figure.needs_training", lang))
    if lacking := film_lacks(ds):
        raise ActvizError(lacking)
    chosen = choose(ds, "run", runs)
    if len(chosen) > MOST_RUNS:
        raise ActvizError(f"an animation shows {MOST_RUNS} runs at most, not {len(chosen)}: choose some")
    with themed(theme, lang) as look:
        save_moving(path, Movie(ds, chosen, look, lang))


class Slides:
    """Figures as a moving picture, a frame each, long enough to think about."""

    rate = 0.5

    def __init__(self, draws: Sequence[Callable[[], Figure]]) -> None:
        self._draws = draws

    def frames(self, dpi: int) -> Iterator[Pixels]:
        """Yield every figure as pixels, shape (height, width, 3), an even number each way as videos need it."""
        for draw in self._draws:
            pixels = self._drawn(draw, dpi)
            yield pixels[: len(pixels) // 2 * 2, : pixels.shape[1] // 2 * 2]

    def palette(self) -> Pixels:
        """Return the colours of the last figure, which has those of all."""
        from PIL import Image

        pixels = self._drawn(self._draws[-1], DPI[".gif"])
        colors = np.array(Image.fromarray(pixels).quantize(256).getpalette(), np.uint8).reshape(-1, 3)
        ground = pixels[0, 0]
        near = np.abs(colors.astype(int) - ground).max(axis=1) < 8
        colors[near] = ground  # exactly: on a slide its edge would be seen
        return colors

    def _drawn(self, draw: Callable[[], Figure], dpi: int) -> Pixels:
        figure = draw()
        canvas = FigureCanvasAgg(figure)
        figure.set_dpi(dpi)
        return _pixels(canvas)


def save_build_up(drawings: Sequence[tuple[str, Callable[[], Figure]]], path: str | os.PathLike[str]) -> list[str]:
    """Write figures that build up as moving pictures, two seconds a step, and return their paths.

    Parameters
    ----------
    drawings : sequence of (stem, call)
        From ``figures_of(..., build_up=True)``. Of several figures, each has a file with its name behind the path's.
    path : path
        ``.gif``, or ``.mp4``, which needs ffmpeg on the path or the package imageio-ffmpeg.

    Raises
    ------
    ActvizError
        If the ending is another one, the path cannot be written, or there is no encoder.
    """
    figures: dict[str, list[Callable[[], Figure]]] = {}
    if not isinstance(drawings, Sequence) or not all(isinstance(each, tuple) for each in drawings):
        raise ActvizError("what is built up are drawings, as figures_of(..., build_up=True) gives them")
    for stem, draw in drawings:
        figures.setdefault(stem.rpartition("-")[0], []).append(draw)
    whole = path_of(path)
    paths = {name: whole if len(figures) == 1 else whole.with_stem(f"{whole.stem}-{name}") for name in figures}
    for name, draws in figures.items():
        save_moving(paths[name], Slides(draws))
    return [str(each) for each in paths.values()]
