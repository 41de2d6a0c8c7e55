"""Write moving pictures: a GIF by Pillow, an MP4 by ffmpeg."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from actviz.errors import ActvizError
from actviz.results.writing import ending_of, write_atomically

Pixels = NDArray[np.uint8]

ENDINGS = (".gif", ".mp4")
DPI = {".gif": 72, ".mp4": 144}
"""960 x 540 pixels, small enough for a page; or full HD."""

HOLD = 1.5
"""How many seconds the end of an animation is held."""


class Moving(Protocol):
    """What can be written: ``rate`` frames a second, in the colours of its palette."""

    @property
    def rate(self) -> float:
        """Return frames a second."""

    def frames(self, dpi: int) -> Iterator[Pixels]:
        """Yield frames as pixels, shape (height, width, 3)."""

    def palette(self) -> Pixels:
        """Return every colour that a frame needs, shape (n, 3)."""


def save_moving(path: str | os.PathLike[str], movie: Moving) -> None:
    """Write a moving picture in the format of the path's ending, atomically.

    Raises
    ------
    ActvizError
        If the ending is another one, the path cannot be written, or there is no encoder.
    """
    write = write_gif if check_animation(path) == ".gif" else write_mp4
    write_atomically(path, lambda to: write(to, movie))


def check_animation(path: str | os.PathLike[str]) -> str:
    """Return the ending of an animation's path.

    Raises
    ------
    ActvizError
        If it is neither .gif nor .mp4, or an .mp4 and there is no encoder.
    """
    ending = ending_of(path, ENDINGS).lower()
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


def write_gif(path: Path, movie: Moving) -> None:
    """Write frames with one palette, so that what does not change is left out of a frame."""
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette(movie.palette().tobytes())
    first, *others = (
        Image.fromarray(each).quantize(palette=palette, dither=Image.Dither.NONE) for each in movie.frames(DPI[".gif"])
    )
    each = round(1000 / movie.rate)
    durations = [each] * len(others) + [each + round(1000 * HOLD)]
    first.save(path, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)


def write_mp4(path: Path, movie: Moving) -> None:
    """Pipe frames into the encoder."""
    frames, rate = movie.frames(DPI[".mp4"]), movie.rate
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
