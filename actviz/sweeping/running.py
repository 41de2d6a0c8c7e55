"""``sweep()``: every cell of a grid, on all cores or a cluster, each kept as it is done, to one dataset."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from actviz.catalog.checks import check_functions, worker_count
from actviz.errors import ActvizError
from actviz.numerics.connecting import thread_count
from actviz.numerics.ended import Ended, counted, listed
from actviz.numerics.parallel import each_done
from actviz.numerics.processors import repeats
from actviz.probing.running import seed_numbers
from actviz.results.checkpoint import SPOILT, Checkpoint, like
from actviz.results.replicates import Copies, copies_of
from actviz.sweeping import grid as grids
from actviz.sweeping.assembling import Assembly
from actviz.sweeping.cells import Base, Failed, build, check_cells, named, tried
from actviz.sweeping.estimating import check_sweep_memory, timed, work
from actviz.sweeping.expecting import expected
from actviz.sweeping.keeping import KEPT, read_keep

if TYPE_CHECKING:
    import xarray

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sweep:
    """A sweep that is laid out, and not yet measured.

    Parameters
    ----------
    base : Base
        What all cells share.
    grid : mapping
        Every swept field and its values, as JSON values.
    seeds : tuple of int
    """

    base: Base
    grid: Mapping[str, Sequence[Any]]
    seeds: tuple[int, ...]

    @property
    def points(self) -> list[tuple[Any, ...]]:
        """Every point of the grid, the last field running fastest."""
        return list(grids.points(self.grid))

    @property
    def cells(self) -> int:
        """How many cells there are: one for each point and seed."""
        return math.prod(map(len, self.grid.values())) * len(self.seeds)

    @property
    def depth(self) -> int:
        """Layers of the deepest cell."""
        return max(self.depths())

    def depths(self) -> list[int]:
        """Return the layers of every point's network."""
        return [self.base.depth(point) for point in self.points]

    @property
    def recipe(self) -> dict[str, Any]:
        """Everything that decides the result, as JSON values."""
        return {
            "kind": "sweep",
            "cell": self.base.cell,
            "fields": list(self.grid),  # in their order, which JSON's objects have not
            "over": {name: list(values) for name, values in self.grid.items()},
            "settings": dict(self.base.settings),
            "keep": list(self.base.keep),
            "seeds": list(self.seeds),
            "arrays_sha256": dict(self.base.digests),
        }

    def copies(self) -> dict[str, Copies]:
        """Return which initializers of the user's own draw the same under every seed, or under several."""
        drawn = {label: each for (name, label), each in self.base.objects.items() if name == "init"}
        found = {label: copies_of(label, each, self.seeds) for label, each in drawn.items()}
        return {label: same for label, same in found.items() if same is not None}

    def estimate(
        self, workers: int | None = None, checkpoint: str | os.PathLike[str] | None = None, cluster: Any = None
    ) -> dict[str, Any]:
        """Say what the sweep will take: a cell is measured for it, here.

        Returns
        -------
        dict
            ``cells``, those ``done`` already, ``seconds`` of all that are left on ``workers`` cores, or threads of a
            cluster, ``cell_seconds`` of a median one, ``bytes`` of memory here.
        """
        workers = worker_count(workers) if cluster is None else thread_count(cluster)
        points = self.points
        guessed = work(self.base, points)
        need = check_sweep_memory(self.base, self.cells, self.depth, guessed.bytes, workers if cluster is None else 1)
        at, took = timed(self.base, points, guessed.seconds, self.seeds[0])
        kept = Checkpoint(checkpoint, {}) if checkpoint is not None and os.path.isdir(checkpoint) else None
        left, done = 0.0, 0
        for number, point in enumerate(points):
            for seed in self.seeds:
                own = kept if self.base.built_in(point) else None
                there = own is not None and own.read(self.base.key(point, seed)) is not None
                done += there
                left += 0.0 if there else guessed.seconds[number]
        seconds = left / guessed.seconds[at] * took / max(min(workers, self.cells - done), 1)
        return {"cells": self.cells, "done": done, "seconds": seconds, "cell_seconds": took, "workers": workers,
                "bytes": need}  # fmt: skip


def cell_of(over: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return what a cell is: with data, swept or not, a training, else a probe."""
    return "training" if "data" in over or settings.get("data") is not None else "probe"


def plan(
    over: Mapping[str, Any],
    *,
    keep: str | Sequence[str] | None = None,
    seeds: int | Sequence[int] = 1,
    **settings: Any,
) -> Sweep:
    """Lay a sweep out without measuring it; parameters and errors as of ``sweep``."""
    if not isinstance(over, Mapping):
        raise ActvizError(f"a sweep is over fields and their values, as {{'depth': '2:8:4'}}, not {over!r}")
    cell = cell_of(over, settings)
    grid = grids.read_grid(over, cell)
    blocks = "residual" in grid.get("block", [settings.get("block")])
    taken = grid.get("jacobian", [settings.get("jacobian")])
    jacobian = any(each is not None and grids.checked(grids.FIELDS["jacobian"], each) for each in taken)
    kept = read_keep(keep, cell, blocks=blocks, jacobian=jacobian)
    base, labelled = build(cell, grid, settings, kept)
    laid = Sweep(base, labelled, seed_numbers(seeds))
    if laid.cells > grids.MAX_CELLS:
        raise ActvizError(f"{laid.cells} cells are more than the {grids.MAX_CELLS} of a sweep at most")
    check_cells(base, laid.points)
    return laid


def sweep(
    over: Mapping[str, Any],
    *,
    keep: str | Sequence[str] | None = None,
    seeds: int | Sequence[int] = 1,
    workers: int | None = None,
    cluster: Any = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    **settings: Any,
) -> xarray.Dataset:
    """Measure a grid over fields of a recipe: a probe or a training at every point, reduced to what is kept.

    Parameters
    ----------
    over : mapping
        From a field, a key of ``actviz.sweeping.FIELDS``, to its values: ``"1:4:16"``, ``"1e-4:1:9:log"``,
        ``"tanh,relu"``, or a sequence.
    keep : str or sequence of str, optional
        Keys of ``actviz.sweeping.KEPT``: numbers of a cell, profiles over its layers, and what theory says of it; what
        is usual of such cells unless given: of a probe its sizes and gradients, of blocks the stream's, with jacobian
        the singular values' numbers; of a training how it ended.
    seeds : int or sequence of int
        How many seeds (0, 1, ...), or which; a cell is a point of the grid under one seed.
    workers : int, optional
        Processes; the result is the same to the last bit.
    cluster : str or distributed.Client, optional
        A Dask cluster that measures the cells instead: its address, the path of its scheduler file, or a client. On
        other processors results are equal to rounding; the attribute ``repeats`` says which holds.
    progress : callable, optional
        Called with (done, total) cells.
    checkpoint : path, optional
        A folder in which every finished cell is kept at once, and looked for: a sweep that was killed goes on there,
        and one with more values or seeds measures only what is new. Cells with functions of the user's own are
        measured again, and no others.
    **settings
        What is not swept: ``init`` and ``activation``, or ``weight_var`` and ``bias_var`` for normal weights and
        biases, and arguments of ``probe``; with ``data`` a cell is a training, and they are those of ``runs``,
        ``Split`` and ``EarlyStopping``.

    Returns
    -------
    xarray.Dataset
        Dimensions: the swept fields, ``seed``, and of profiles ``layer``, NaN beyond a cell's own depth.

    Raises
    ------
    ActvizError
        If a field, name or value is not allowed; the message says what is. When all others are done and kept, if
        cells cannot be measured, or end their process; the message names them.

    Examples
    --------
    >>> found = sweep({"weight_var": "1:3:3", "depth": [5, 10]}, activation="tanh", width=50, samples=50, keep="q_star")
    >>> dict(found["q_star"].sizes)
    {'weight_var': 3, 'depth': 2, 'seed': 1}
    """
    laid = plan(over, keep=keep, seeds=seeds, **settings)
    return run(laid, workers=workers, cluster=cluster, progress=progress, checkpoint=checkpoint)


def run(
    laid: Sweep,
    *,
    workers: int | None = None,
    cluster: Any = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> xarray.Dataset:
    """Measure a sweep that is laid out; parameters and errors as of ``sweep``."""
    workers = worker_count(workers)
    base, points, depths = laid.base, laid.points, laid.depths()
    guessed = work(base, points)
    here = min(workers, laid.cells) if cluster is None else 0
    check_sweep_memory(base, laid.cells, max(depths), guessed.bytes, here)
    check_functions(progress=progress)
    store = Checkpoint(checkpoint, {}) if checkpoint is not None else None
    own = [None if store is None or not base.built_in(point) else store for point in points]
    made = Assembly(laid.grid, laid.seeds, base.keep, depths)
    measured = any(KEPT[name].of != "theory" for name in base.keep)
    left, done, processors = [], 0, set[str]()
    for index, point in enumerate(points):
        for seed in laid.seeds if measured else ():
            kept = _kept(own[index], base, point, seed, depths[index])
            if kept is None:
                left.append((base, index, point, seed))
            else:
                processors.add(kept.pop(_PROCESSOR).item())
                made.add(index, seed, kept)
                done += 1
    if progress is not None and done:
        progress(done, laid.cells)
    seconds = sum(guessed.seconds[index] for _, index, _, _ in left)
    failed: list[str] = []
    try:
        for found in each_done(tried, left, workers, seconds, cluster=cluster, name=_named):
            if isinstance(found, Failed):
                failed.append(str(found))
                continue
            index, seed, kept, where = found
            if (to := own[index]) is not None:
                to.write(base.key(points[index], seed), {**kept, _PROCESSOR: np.array(where)})
            processors.add(where)
            made.add(index, seed, kept)
            done += 1
            if progress is not None:
                progress(done, laid.cells)
    except Ended as error:
        failed += [f"{each}: its process ended" for each in error.names]
    if failed:
        others = ", and all others are done" if done else ""
        raise ActvizError(f"{counted(len(failed), 'cell')} of {laid.cells} failed{others}: {listed(failed)}")
    made.add_theory(expected(base, points, workers))
    return made.dataset(laid.recipe).assign_attrs(repeats=repeats(processors))


_PROCESSOR = "processor"
"""Under which a kept cell says where it was measured."""


def _named(task: tuple[Any, ...]) -> str:
    """Name the cell of a task."""
    base, _, point, seed = task
    return named(base, point, seed)


def _kept(store: Checkpoint | None, base: Base, point: Sequence[Any], seed: int, depth: int) -> dict[str, Any] | None:
    """Return what is kept of a cell already, and where it was measured; None if nothing, or not what a cell keeps."""
    found = store.read(base.key(point, seed)) if store is not None else None
    wanted: dict[str, NDArray[Any]] = {
        name: np.empty(depth if KEPT[name].profile else ()) for name in base.keep if KEPT[name].of != "theory"
    }
    try:
        if found is None:
            return None
        kept = {name: like(found[name], each) for name, each in wanted.items()}
        return {**kept, _PROCESSOR: found.get(_PROCESSOR, np.array(""))}
    except SPOILT:
        return None
