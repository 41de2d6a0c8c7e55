"""Sets of figures: which there are of a result, what their files are called, and several of them as one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from actviz.catalog.checks import choose_from
from actviz.catalog.styles import FIELDS, Style
from actviz.errors import ActvizError
from actviz.plots.canvas.building import BY, Drawing, built, check_by
from actviz.plots.canvas.sheet import styled
from actviz.plots.canvas.slide import Origin
from actviz.plots.canvas.spec import FigureSpec, Options, Pairings
from actviz.plots.figures.grid import cell_name, figure_grid
from actviz.plots.figures.naming import check_pattern, file_stem
from actviz.plots.figures.table import FIGURES, OTHERS
from actviz.plots.reading.series import choose, teaching_pairings
from actviz.results.dataset import kind_of
from actviz.results.overlaying import laid

if TYPE_CHECKING:
    import xarray

GRID: FigureSpec = figure_grid.spec

EVERY: dict[str, FigureSpec] = {**FIGURES, **OTHERS, GRID.name: GRID}
"""Every kind of figure that can be drawn again."""


def figures_of(
    ds: xarray.Dataset,
    names: Sequence[str] | None = None,
    *,
    pairings: Pairings | None = None,
    theory: bool = True,
    z: bool = False,
    grid: bool = False,
    build_up: bool = False,
    by: str | None = None,
    name: str = "{figure}",
    **style: Any,
) -> Iterator[tuple[str, Drawing]]:
    """Yield the file stem of every figure of a set, and a call that draws it.

    Parameters
    ----------
    ds : xarray.Dataset
    names : sequence of str, optional
        Kinds of figures; unless named, all of ``FIGURES`` for which the dataset has what they need.
    pairings : sequence of (init, activation), optional
        Those that have a figure of their own (ridges); a few telling ones unless given.
    theory : bool
        Whether to draw what theory predicts over what was measured, where it holds.
    z : bool
        Whether to show how far the measurement is from it, in standard errors, at every point.
    grid : bool
        Whether a figure that has a file an activation or a pairing is drawn as one, with all of them beside each other.
    build_up : bool
        Whether each figure is to be a series, from empty axes to the whole, which are drawn with nothing moved: of
        those named, or else of all that can be.
    by : {"layer", "pairing"}, optional
        What is added from one to the next: a layer, or a pairing (of a training, a run); as is best unless given.
    name : str
        Of the files; ``{figure}`` stands for what they are called otherwise, ``{theme}``, ``{lang}`` and ``{size}`` for
        what was chosen.
    style
        Fields of a ``Style``: ``theme``, ``lang``, ``size`` and the others. With ``ylim`` or ``yscale``, figures are
        those named, or else all that have such an axis.

    Raises
    ------
    ActvizError
        If there is no such figure or pairing, with the choices; if the dataset lacks what a named figure needs; if a
        figure cannot be built up so.
    """
    able = [kind for kind, spec in FIGURES.items() if spec.builds]
    if by not in (None, *BY):
        raise ActvizError(f"a figure is built up by {' or '.join(BY)}, not by {by!r}")
    if by and not build_up:
        raise ActvizError("by says what a step of build_up is")
    look, pattern = styled(**style), check_pattern(name)
    specs = _specs(ds, names)
    if build_up and names is None:
        specs = [spec for spec in specs if (by in spec.builds if by else spec.builds)]
        if not specs:
            raise ActvizError(f"none of its figures is built up{f' by {by}' if by else ''}: {', '.join(able)} are")
    if build_up and (grid or not look.header):
        raise ActvizError("a figure is built up by itself, with its question in the header's place: it needs one")
    specs = _taking(look, specs, named=names is not None)
    taken: set[str] = set()
    _check_z(specs, z=z, named=names is not None)
    origins = list(_origins(ds, specs, look, pairings, theory=theory, z=z))
    if grid and names is not None and len(origins) == len(specs):
        raise ActvizError(f"a grid is of figures that have several files, and these have one: {', '.join(names)}")
    named = _gridded(origins, look) if grid else ((origin.spec.name + ending, origin) for ending, origin in origins)
    drawings = ((file_stem(pattern, figure, look, taken), Drawing(origin)) for figure, origin in named)
    if not build_up:
        return drawings
    steps = {spec.name: check_by(spec.name, spec.builds, by, able) for spec in specs}
    return (
        (f"{stem}-{at:02d}", each)
        for stem, whole in drawings
        for at, each in enumerate(built(whole, steps[whole.origin.spec.name]), 1)
    )


def figures_side_by_side(
    results: Mapping[str, xarray.Dataset], names: Sequence[str] | None = None, *, name: str = "{figure}", **how: Any
) -> Iterator[tuple[str, Drawing]]:
    """Yield figures in which results stand beside each other, on equal y axes where these show one statistic.

    Parameters
    ----------
    results : mapping from name to xarray.Dataset
    names : sequence of str, optional
        Kinds of figures; unless named, all for which each of the results has what they need.
    name
        Of the files, as in ``figures_of``.
    how
        As in ``figures_of``.

    Raises
    ------
    ActvizError
        As ``figures_of`` does, and if the results have no figure in common.
    """
    look, pattern, taken = *_look(how), check_pattern(name), set[str]()
    for ending, own in _of_all(results, names, look, how):
        alike = _shared(own)
        cells = [
            (at, origin.spec.name, result, {**_cell_options(origin), **alike})
            for at, (result, origin) in enumerate(own.items())
        ]
        whole = Origin(GRID, list(results.values()), {"cells": cells, "across": None}, replace(look, ylim=None))
        yield file_stem(pattern, ending, look, taken), Drawing(whole)


def figures_with_shared_limits(
    results: Mapping[str, xarray.Dataset],
    names: Sequence[str] | None = None,
    *,
    name: str = "{result}-{figure}",
    **how: Any,
) -> Iterator[tuple[str, Drawing]]:
    """Yield figures of several results, whose y axes are equal from one result to the other.

    Parameters
    ----------
    results : mapping from name to xarray.Dataset
    names : sequence of str, optional
        Kinds of figures; unless named, all that have one statistic, and for which each result has what they need.
    name
        Of the files, as in ``figures_of``; ``{result}`` is the name of a result.
    how
        As in ``figures_of``.

    Raises
    ------
    ActvizError
        As ``figures_of`` does, and if a figure that is named has no such axis.
    """
    look, pattern, taken = *_look(how), check_pattern(name, ("result",)), set[str]()
    takers = [kind for kind, spec in FIGURES.items() if {"ylim", "bins"} & set(spec.takes)]
    if other := [kind for kind in names or () if kind in FIGURES and kind not in takers]:
        raise ActvizError(f"figure {other[0]} has no axis to share; choose from {', '.join(takers)}")
    for figure, own in _of_all(results, names, look, how, takers):
        alike = _shared(own)
        style = replace(look, ylim=alike.pop("ylim", None))
        for result, origin in own.items():
            own_axes = replace(origin, style=style, options={**origin.options, **alike})
            yield file_stem(pattern, figure, look, taken, result=result), Drawing(own_axes)


def _look(how: dict[str, Any]) -> tuple[Style]:
    """Take the fields of a style from options."""
    return (styled(**{key: how.pop(key) for key in list(how) if key in FIELDS}),)


def _of_all(
    results: Mapping[str, xarray.Dataset],
    names: Sequence[str] | None,
    look: Style,
    how: Mapping[str, Any],
    among: Sequence[str] = tuple(FIGURES),
) -> Iterator[tuple[str, dict[str, Origin]]]:
    """Yield the file names of figures that all results have, and the origin of each result's."""
    if len(results) < 2:
        raise ActvizError("two results at least can be compared")
    found: list[dict[str, Origin]] = []
    for ds in results.values():
        specs = _taking(look, [spec for spec in _specs(ds, names) if spec.name in among], named=names is not None)
        if how.get("grid"):
            raise ActvizError("a grid is of one result; several stand beside each other already")
        wanted = {key: value for key, value in how.items() if key != "grid"}
        _check_z(specs, z=wanted.get("z", False), named=names is not None)
        own = _origins(ds, specs, look, **{"pairings": None, "theory": True, "z": False, **wanted})
        found.append({origin.spec.name + ending: origin for ending, origin in own})
    common = [figure for figure in found[0] if all(figure in each for each in found)]
    drawn = {found[0][figure].spec.name for figure in common}
    if not common or not drawn.issuperset(names or ()):
        lacking = "".join([f" {kind}" for kind in names or () if kind not in drawn][:1])
        raise ActvizError(f"{', '.join(results)} have no figure{lacking} in common")
    for figure in common:
        yield figure, {result: each[figure] for result, each in zip(results, found, strict=True)}


def _shared(own: Mapping[str, Origin]) -> dict[str, Any]:
    """Return, as options of a figure, the axes that hold what all of these figures show; empty if it has no such."""
    first = next(iter(own.values()))
    if first.style.ylim is not None:
        return {"ylim": first.style.ylim}
    if not {"ylim", "bins"} & set(first.spec.takes) or first.options.get("view") == "book":  # which has given edges
        return {}
    drawn: list[Any] = [Drawing(origin)() for origin in own.values()]
    if "bins" in first.spec.takes:
        bins = [each.bins for each in drawn if each.bins]
        lows, highs, signs = zip(*bins, strict=True) if bins else ((), (), ())
        return {"bins": (min(lows), max(highs), any(signs)) if bins else None}
    names = dict.fromkeys(panel for each in drawn for panel in each.limits)
    panels = {panel: [each.limits[panel] for each in drawn if panel in each.limits] for panel in names}
    ylim = {panel: _around(ends) for panel, ends in panels.items()}
    # Of panels without a name, as losses have, and where no panel has its like, one pair is of all.
    alone = bool(panels) and all(len(ends) == 1 for ends in panels.values())
    return {"ylim": _around(ylim.values()) if alone else ylim.get("", ylim)}


def _around(ends: Collection[tuple[float, float]]) -> tuple[float, float]:
    """Return the ends of an axis that holds others."""
    return min(low for low, _ in ends), max(high for _, high in ends)


def _cell_options(origin: Origin) -> Options:
    """Return the options of a figure in a grid."""
    return dict(origin.options) | ({} if origin.style.ylim is None else {"ylim": origin.style.ylim})


def _gridded(origins: Sequence[tuple[str, Origin]], look: Style) -> Iterator[tuple[str, Origin]]:
    """Yield origins, those of one kind as one figure."""
    for spec in dict.fromkeys(origin.spec for _, origin in origins):
        own = [(ending, origin) for ending, origin in origins if origin.spec is spec]
        if len(own) == 1:
            yield spec.name + own[0][0], own[0][1]
            continue
        cells = [
            (0, spec.name, cell_name(origin.options, look.lang) or ending[1:], _cell_options(origin))
            for ending, origin in own
        ]
        yield spec.name, Origin(GRID, [own[0][1].subject], {"cells": cells, "across": None}, replace(look, ylim=None))


def _specs(ds: xarray.Dataset, names: Sequence[str] | None) -> list[FigureSpec]:
    """Return the figures that are named, or else all for which a dataset has what they need and that need no asking."""
    if names is None:
        return [spec for spec in FIGURES.values() if not (spec.asked or spec.missing(ds))]
    for kind in names:
        if kind not in FIGURES:
            raise ActvizError(f"unknown figure {kind!r}; {choose_from(kind, FIGURES)}")
        if FIGURES[kind].missing(ds):
            FIGURES[kind].check(ds, _instead(ds, FIGURES[kind]))
    return [FIGURES[kind] for kind in names]


def _origins(
    ds: xarray.Dataset,
    specs: Sequence[FigureSpec],
    look: Style,
    pairings: Pairings | None,
    *,
    theory: bool,
    z: bool,
) -> Iterator[tuple[str, Origin]]:
    """Yield what the file name of each figure ends with, and what it is drawn from."""
    chosen = () if kind_of(ds) != "probe" else teaching_pairings(ds) if pairings is None else pairings
    for init, activation in chosen:
        choose(ds, "init", init)
        choose(ds, "activation", activation)
    for spec in specs:
        spec.check_style(ds, look)
        asked = {key: value for key, value in {"theory": theory, "z": z}.items() if key in spec.predicts}
        for ending, options in spec.files(ds, chosen):
            yield ending, Origin(spec, ds, {**options, **asked}, look)


def _taking(style: Style, specs: list[FigureSpec], *, named: bool) -> list[FigureSpec]:
    """Return the figures that have the axis a style speaks of; refuse others that were named."""
    asked = [each for each in ("ylim", "yscale") if getattr(style, each) is not None]
    able = [spec for spec in specs if set(asked) <= set(spec.takes)]
    if asked and (not able or (named and len(able) < len(specs))):
        takers = [name for name, spec in FIGURES.items() if set(asked) <= set(spec.takes)]
        other = next(spec.name for spec in specs if spec not in able)
        raise ActvizError(f"figure {other} takes no {asked[0]}; choose from {', '.join(takers)}")
    return able if asked else specs


def _check_z(specs: Sequence[FigureSpec], *, z: bool, named: bool) -> None:
    """Refuse to show a distance from theory where there is none; of several figures, in those that were named."""
    other = [spec.name for spec in specs if "z" not in spec.predicts]
    if z and other and (named or len(other) == len(specs)):
        takers = [name for name, spec in FIGURES.items() if "z" in spec.predicts]
        raise ActvizError(f"figure {other[0]} shows no z; choose from {', '.join(takers)}")


def _instead(ds: xarray.Dataset, spec: FigureSpec) -> str:
    """Say which figures show results laid over each other, where one lacks nothing else."""
    if not laid(ds) or spec.overlays or spec.kind != kind_of(ds):
        return ""
    able = [name for name, other in FIGURES.items() if other.overlays and other.kind == spec.kind]
    return f"; choose from {', '.join(able)}"
