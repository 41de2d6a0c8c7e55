"""Training as a moving picture: the layers of every run, snapshot by snapshot, over their losses so far."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from actviz.dataset import is_training, write_atomically
from actviz.errors import ActvizError
from actviz.plots.film import SHADES, draw_alarm_word, footer_words, in_lines, read_words, seen
from actviz.plots.frame import frame, row_name
from actviz.plots.reel import Reel, film_lacks, moment, reels
from actviz.plots.series import Names, choose
from actviz.plots.style import BODY, MARGIN, NOTE, TITLE, WIDTH, Theme, panel, panel_grid, themed
from actviz.plots.training import draw_epoch_axis, loss_axis, run_line, run_styles
from actviz.text import run_name, shortened, text

if TYPE_CHECKING:
    import xarray

    Pixels = NDArray[np.uint8]

ENDINGS = (".gif", ".mp4")
DPI = {".gif": 72, ".mp4": 144}
"""960 x 540 pixels, small enough for a page; or full HD."""

SHADES_KEPT, BLENDS = 80, 6
"""Colours of a GIF's palette: so many shades of a picture, and of every other colour that stands on the background."""

MOST_RUNS = 8
SECONDS, HOLD = 8.0, 1.5
"""How long an animation is about, and how long its end is held."""

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
        read = read_words(self._reels, look, lang)
        self.figure: Figure = frame(text("film.moving", lang), read, footer_words(ds, self._reels, lang), look)
        styles = run_styles(ds, runs, look.name)
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

    def _picture(self, ax: Any, reel: Reel, color: str) -> tuple[Any, Any, Any]:
        """Lay out the picture of a run; return what changes: mesh, caption, and what it cannot show."""
        x = np.concatenate([reel.layers - 0.5, reel.layers[-1:] + 0.5])
        blank = np.full((len(reel.scale.edges) - 1, len(reel.layers)), np.nan)
        mesh = ax.pcolormesh(x, reel.scale.edges, blank, cmap=self._look.density, norm=SHADES)
        ax.set(xlim=(x[0], x[-1]), ylim=(0, 1))
        ax.set_yticks([place for place, _ in reel.scale.ticks], [name for _, name in reel.scale.ticks])
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
        self._below.set_xlabel(text("axis.epoch", self._lang), labelpad=1)
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
            known = so_far & np.isfinite(losses)
            curve.set_data(epochs[known], losses[known])
            dot.set_data(epochs[known][-1:], losses[known][-1:])

    def frames(self, dpi: int) -> Iterator[Pixels]:
        """Yield every snapshot as pixels, shape (height, width, 3)."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(self.figure)
        self.figure.set_dpi(dpi)
        for at in range(len(self)):
            self.show(at)
            canvas.draw()  # type: ignore[no-untyped-call]
            yield np.asarray(canvas.buffer_rgba())[:, :, :3].copy()  # type: ignore[no-untyped-call]

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
    ending = check_animation(path)
    if not is_training(ds):
        raise ActvizError(text("figure.needs_training", lang))
    if lacking := film_lacks(ds):
        raise ActvizError(lacking)
    chosen = choose(ds, "run", runs)
    if len(chosen) > MOST_RUNS:
        raise ActvizError(f"an animation shows {MOST_RUNS} runs at most, not {len(chosen)}: choose some")
    write = _write_gif if ending == ".gif" else _write_mp4
    with themed(theme, lang) as look:
        movie = Movie(ds, chosen, look, lang)
        write_atomically(path, lambda to: write(to, movie))


def check_animation(path: str | os.PathLike[str]) -> str:
    """Return the ending of an animation's path.

    Raises
    ------
    ActvizError
        If it is neither .gif nor .mp4, or an .mp4 and there is no encoder.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ActvizError(f"cannot write animation {path}: the ending must be one of {', '.join(ENDINGS)}")
    if ending == ".mp4":
        encoder()
    return ending


def encoder() -> str:
    """Return the program that encodes videos.

    Raises
    ------
    ActvizError
        If there is none.
    """
    if found := shutil.which("ffmpeg"):
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-not-found]

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):  # the package says RuntimeError where it has no program for the machine
        raise ActvizError("an .mp4 needs ffmpeg: install it, or `python -m pip install imageio-ffmpeg`") from None


def _write_gif(path: Path, movie: Movie) -> None:
    """Write frames with one palette, so that what does not change is left out of a frame."""
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette(movie.palette().tobytes())
    first, *others = (
        Image.fromarray(each).quantize(palette=palette, dither=Image.Dither.NONE) for each in movie.frames(DPI[".gif"])
    )
    each = round(1000 / frame_rate(len(movie)))
    durations = [each] * len(others) + [each + round(1000 * HOLD)]
    first.save(path, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)


def _write_mp4(path: Path, movie: Movie) -> None:
    """Pipe frames into the encoder."""
    frames, rate = movie.frames(DPI[".mp4"]), frame_rate(len(movie))
    first = next(frames)
    height, width = first.shape[:2]
    command = [
        encoder(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
        "-r", f"{rate:g}", "-i", "-", "-an", "-r", "24", "-pix_fmt", "yuv420p", "-movflags", "+faststart",
        "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", str(path),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    last = first.tobytes()

    def pieces() -> Iterator[bytes]:
        nonlocal last
        yield last
        for each in frames:
            last = each.tobytes()
            yield last
        for _ in range(round(HOLD * rate)):
            yield last

    complaint = _feed(process, pieces())
    if process.returncode:
        raise ActvizError(f"cannot write animation {path.name}: the encoder says {complaint or process.returncode}")


def _feed(process: subprocess.Popen[bytes], pieces: Iterator[bytes]) -> str:
    """Write pieces to a process; return the last line of what it complains of."""
    assert process.stdin is not None
    try:
        for piece in pieces:
            process.stdin.write(piece)
    except BrokenPipeError:  # it gave up; what it says comes below
        pass
    _, complaints = process.communicate()
    lines = complaints.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
