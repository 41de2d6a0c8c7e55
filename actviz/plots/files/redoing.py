"""``redo()``: draw a figure again from its own file, of what is measured again by the recipe in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.canvas.building import up_to
from actviz.plots.canvas.slide import captioned
from actviz.plots.figures.table import FIGURES, OTHERS
from actviz.plots.files.record import read_record
from actviz.recipes.again import Again, Progress


@dataclass(frozen=True)
class Redone:
    """A figure drawn again.

    Parameters
    ----------
    figure : Figure
    same : bool
        Whether what was measured again is the same to the last bit; it may not be on another machine, or with other
        versions of actviz or numpy.
    """

    figure: Figure
    same: bool


def _draw(record: Mapping[str, Any], style: Mapping[str, str], how: Again) -> tuple[Figure, bool]:
    """Measure and draw."""
    name, options = record["figure"], dict(record["options"])
    if record["own_options"]:
        raise ActvizError(f"its option {record['own_options'][0]} was an object that only the program that drew it had")
    spec = FIGURES.get(name) or OTHERS.get(name)
    if spec is None:
        raise ActvizError(f"it is a figure {name!r}, which this actviz does not have; choose from {', '.join(FIGURES)}")
    subject, same = spec.again(record, how)
    draw = partial(spec.draw, subject, **style, **options)
    return up_to(draw, *record["step"]) if record.get("step") else draw(), same


def redo(
    path: str | os.PathLike[str],
    *,
    theme: str | None = None,
    lang: str | None = None,
    size: str | None = None,
    allow_imports: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Redone:
    """Draw a figure again from the record in its own file: measure by its recipe, draw with its options.

    Parameters
    ----------
    path : path
        A PNG, SVG or PDF that ``save_figure`` or the command line wrote.
    theme, lang, size : str, optional
        The figure's own unless given.
    allow_imports : bool
        Whether functions that the recipe names as ``package.module:name`` may be imported, which runs their code.
    workers : int, optional
        Processes; the result does not depend on it.
    progress : callable, optional
        As in ``probe`` and ``train``.

    Raises
    ------
    ActvizError
        If the file has no such record, or what it shows cannot be brought back; the message says why.
    """
    record = read_record(path)
    how = Again(allow_imports, workers, progress)
    try:
        given = {"theme": theme, "lang": lang, "size": size}
        style = {name: value or record.get(name, "slide") for name, value in given.items()}
        figure, same = _draw(record, style, how)
        return Redone(captioned(figure, dict(record["captions"])), same)
    except ActvizError as error:
        raise ActvizError(f"{path}: cannot be drawn again: {error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # a record that somebody wrote
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ActvizError(
            f"{path}: cannot be drawn again: its record is not one that actviz writes ({reason})"
        ) from None
