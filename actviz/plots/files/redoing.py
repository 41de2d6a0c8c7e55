"""``redo()``: draw a figure again from its own file, of what is measured again by the recipe in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from actviz.catalog.checks import choose_from
from actviz.catalog.styles import FIELDS
from actviz.errors import ActvizError
from actviz.plots.canvas.building import Drawing
from actviz.plots.canvas.sheet import styled
from actviz.plots.canvas.slide import Origin
from actviz.plots.figures.sets import EVERY
from actviz.plots.figures.table import FIGURES
from actviz.plots.files.record import read_record, style_of
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


def _draw(record: Mapping[str, Any], chosen: Mapping[str, Any], how: Again) -> tuple[Figure, bool]:
    """Measure and draw."""
    name, options = record["figure"], dict(record["options"])
    if record["own_options"]:
        raise ActvizError(f"its option {record['own_options'][0]} was an object that only the program that drew it had")
    spec = EVERY.get(name)
    if spec is None:
        raise ActvizError(f"it is a figure {name!r}, which this actviz does not have; choose from {', '.join(FIGURES)}")
    style = styled(**{**style_of(record), **chosen})
    subject, same = spec.again(record, how)
    step = tuple(record["step"]) if record.get("step") else None
    return Drawing(Origin(spec, subject, options, style, step, dict(record["captions"])))(), same


def redo(
    path: str | os.PathLike[str],
    *,
    allow_imports: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    **style: Any,
) -> Redone:
    """Draw a figure again from the record in its own file: measure by its recipe, draw with its options.

    Parameters
    ----------
    path : path
        A PNG, SVG or PDF that ``save_figure`` or the command line wrote.
    allow_imports : bool
        Whether functions that the recipe names as ``package.module:name`` may be imported, which runs their code.
    workers : int, optional
        Processes; the result does not depend on it.
    progress : callable, optional
        As in ``probe`` and ``train``.
    style
        Fields of a ``Style``, such as ``theme``, ``lang`` and ``size``: the figure's own unless given.

    Raises
    ------
    ActvizError
        If the file has no such record, or what it shows cannot be brought back; the message says why.
    """
    record = read_record(path)
    chosen = {name: value for name, value in style.items() if value is not None}
    if unknown := set(chosen) - set(FIELDS):
        raise ActvizError(f"a style has no {min(unknown)!r}; {choose_from(min(unknown), FIELDS)}")
    try:
        return Redone(*_draw(record, chosen, Again(allow_imports, workers, progress)))
    except ActvizError as error:
        raise ActvizError(f"{path}: cannot be drawn again: {error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # a record that somebody wrote
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ActvizError(
            f"{path}: cannot be drawn again: its record is not one that actviz writes ({reason})"
        ) from None
