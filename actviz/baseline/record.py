"""The baseline: what seeds gave, pairing by pairing, as reviewed JSON text with a layer a line."""

from __future__ import annotations

import functools
import itertools
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.baseline.measures import (
    MEASURES,
    PARAMETERS,
    SCALES,
    Floats,
    Summary,
    of_stream,
    of_weights,
    own_parameters,
    pairing_values,
    parameter_values,
    summarize,
)
from actviz.baseline.reading import read_names, read_pairings, read_recipe_of, wrong_with
from actviz.baseline.shapes import Shape, pairing_shapes
from actviz.catalog.checks import of_type, whole
from actviz.errors import ActvizError
from actviz.probing.running import MAX_SEED, MAX_SEEDS
from actviz.results.dataset import DEAD, PAIRING, SCHEMA, kind_of, recipe
from actviz.results.replicates import refuse_copies
from actviz.results.schema import another_kind, parsed, small_text
from actviz.results.statistics import STATISTICS
from actviz.results.writing import write_atomically
from actviz.version import __version__

if TYPE_CHECKING:
    import xarray

FORMAT = 2
"""Version of the file. A newer one is refused, never misread."""

Pairing = tuple[str, str]
Line = tuple[str, str, str, int]
"""What a line of the file holds: init, activation, statistic (``histogram`` for a shape) and layer."""

ABOUT = (
    "written by `actviz baseline`; compare with `actviz check`, renew with `actviz check --update`",
    "mean and sd are over seeds, on the scale that is named with the statistic; sd has n - 1 in its denominator",
    "undefined, zero, negative: seeds without a number, exactly 0 (off a log scale), of negative sign; 0 if left out",
    "histogram: shares of the values between edges[first], edges[first + 1], ..., mean over seeds; "
    "sd: over seeds, of the share below each bin's upper edge",
)


@dataclass(frozen=True)
class PairingRecord:
    """What one pairing gave: every statistic, and every layer's histogram."""

    statistics: dict[str, Summary]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Baseline:
    """The statistics of a dataset as they are kept and compared; ``of`` makes one, ``load`` and ``save`` are files.

    Parameters
    ----------
    recipe : mapping
        How it was measured.
    versions : mapping
        Of actviz, numpy and the dataset's schema that measured it.
    pairings : mapping
        From (init, activation) to what it gave.
    layer_names : tuple of str
        Names of the layers, where they have some: in a model of the user's own.
    parameters : tuple of str
        Names of such a model's parameters that are not the only weights of a layer.
    """

    recipe: Mapping[str, Any]
    versions: Mapping[str, Any]
    pairings: Mapping[Pairing, PairingRecord]
    layer_names: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    @classmethod
    def of(cls, dataset: xarray.Dataset) -> Baseline:
        """Summarize a dataset over its seeds.

        Raises
        ------
        ActvizError
            If it is no dataset of pairings with all of its layers, or its seeds are no replicates.

        Examples
        --------
        >>> from actviz import probe
        >>> Baseline.of(probe("he_normal", "relu", depth=2, width=8, samples=20)).seeds
        (0, 1, 2, 3, 4, 5, 6, 7)
        """
        _check(dataset)
        refuse_copies(dataset)
        versions: dict[str, Any] = {"actviz": dataset.attrs.get("actviz_version", __version__), "numpy": np.__version__}
        versions |= {"blas": blas()} if blas() else {}
        measured_by = {**recipe(dataset), "seeds": dataset["seed"].values.tolist()}
        versions |= {"torch": measured_by.pop("torch")} if "torch" in measured_by else {}
        names = dataset["layer_name"].values.tolist() if "layer_name" in dataset.coords else []
        pairings = {
            (init, activation): PairingRecord(
                _summaries(dataset, init, activation), pairing_shapes(dataset, init, activation)
            )
            for init in dataset["init"].values.tolist()
            for activation in dataset["activation"].values.tolist()
        }
        versions["schema"] = int(dataset.attrs.get("schema", SCHEMA))
        return cls(measured_by, versions, pairings, tuple(map(str, names)), tuple(own_parameters(dataset)))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Baseline:
        """Read a file that ``save`` wrote.

        Raises
        ------
        ActvizError
            If the file is missing, damaged, not a baseline, or of a newer version.
        """
        try:
            content = parsed(small_text(path))
        except FileNotFoundError:
            raise ActvizError(f"{path}: no such baseline file") from None
        except OSError as error:
            raise ActvizError(f"{path}: cannot be read ({error.strerror})") from None
        except ValueError as error:  # bytes that are not text, text that is not JSON: a conflict of a merge, say
            raise ActvizError(f"{path}: {another_kind(path, 'a baseline') or f'not JSON ({error})'}") from None
        if not isinstance(content, dict) or "actviz_baseline" not in content:
            raise ActvizError(f"{path}: JSON, but not an actviz baseline")
        version = content["actviz_baseline"]
        if version not in range(1, FORMAT + 1) or isinstance(version, bool):
            newer = "is newer than" if isinstance(version, int) and version > FORMAT else "is none that"
            raise ActvizError(f"{path}: baseline version {version!r} {newer} this actviz reads (up to {FORMAT})")
        try:
            names, parameters = (read_names(key, content.get(key, [])) for key in ("layer_names", "parameters"))
            recipe_of = read_recipe_of(content["recipe"])
            read = read_pairings(content["pairings"], parameters, len(recipe_of["seeds"]))
            if int(content["made_with"].get("schema", SCHEMA)) < DEAD:
                for statistics, _ in read.values():
                    statistics.pop("dead_units", None)
            pairings = {name: PairingRecord(*each) for name, each in read.items()}
            return cls(recipe_of, dict(content["made_with"]), pairings, names, parameters)
        except (ActvizError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ActvizError(f"{path}: a damaged actviz baseline ({wrong_with(error)})") from None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file, atomically.

        Raises
        ------
        ActvizError
            If the path cannot be written.
        """
        write_atomically(path, lambda to: to.write_text(self.text(), encoding="utf-8", newline="\n"))

    def text(self) -> str:
        """Return the file's text: keys in a fixed order, a layer a line."""
        return "".join(f"{line}\n" for line, _ in self._lines())

    def line_numbers(self) -> dict[Line, int]:
        """Return in which line of the text each layer of each statistic stands, from 1."""
        return {what: number for number, (_, what) in enumerate(self._lines(), 1) if what}

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds it was measured with."""
        return tuple(self.recipe.get("seeds", ()))

    def place(self, statistic: str, number: int) -> str:
        """Say of what a finding is: the name of a parameter, or a layer."""
        if statistic in PARAMETERS:
            return self.parameters[number - 1]
        return self.layer(number)

    def layer(self, number: int) -> str:
        """Return the number of a layer, and its name if it has one."""
        return f"{number} ({self.layer_names[number - 1]})" if number <= len(self.layer_names) else str(number)

    def _lines(self) -> Iterator[tuple[str, Line | None]]:
        yield "{", None
        yield f' "actviz_baseline": {FORMAT},', None
        yield ' "about": [', None
        yield from _list("  ", [_json(line) for line in ABOUT])
        yield " ],", None
        yield f' "made_with": {_json(self.versions)},', None
        yield ' "recipe": {', None
        yield from _list("  ", [f'"{key}": {_json(value)}' for key, value in sorted(self.recipe.items())])
        yield " },", None
        yield ' "scales": {', None
        yield from _list("  ", [f'"{name}": {_json(scale.words)}' for name, scale in SCALES.items()])
        yield " },", None
        if self.layer_names:
            yield f' "layer_names": {_json(self.layer_names)},', None
        if self.parameters:
            yield f' "parameters": {_json(self.parameters)},', None
        yield ' "pairings": [', None
        for position, (pairing, record) in enumerate(self.pairings.items(), 1):
            yield from _pairing_lines(pairing, record, self.parameters)
            yield "  }" + "," * (position < len(self.pairings)), None
        yield " ]", None
        yield "}", None


@functools.cache
def blas() -> str:
    """Return what multiplies matrices here, and for which processor: last digits depend on both."""
    from threadpoolctl import threadpool_info

    found = [each for each in threadpool_info() if each.get("user_api") == "blas" and "numpy" in each["filepath"]]
    words = [str(found[0][key]) for key in ("internal_api", "version", "architecture") if found and found[0].get(key)]
    return " ".join(words)


def _check(dataset: Any) -> None:
    """Refuse what cannot be summarized."""
    variables, dims = getattr(dataset, "variables", ()), getattr(dataset, "dims", ())
    needed = (*STATISTICS, "hist", "bin_edges")
    missing = [name for name in (*PAIRING, "seed", "layer") if name not in dims]
    missing = missing or [name for name in needed if name not in variables]
    if missing:
        what = type(dataset).__name__ if not variables else f"one without {', '.join(missing)}"
        if "recipe" in getattr(dataset, "attrs", ()) and kind_of(dataset) != "probe":
            what = f"a {kind_of(dataset).replace('_', ' ')}"
        raise ActvizError(f"need a dataset as actviz.probe gives it, not {what}")
    layers = dataset["layer"].values.tolist()
    if layers != list(range(1, len(layers) + 1)):
        raise ActvizError(f"a baseline keeps all layers from 1 on; this dataset has {', '.join(map(str, layers))}")


def _summaries(dataset: xarray.Dataset, init: str, activation: str) -> dict[str, Summary]:
    """Summarize every measure of a pairing, and of the parameters of a model."""
    found, number = summarize_values(pairing_values(dataset, init, activation)), len(own_parameters(dataset))
    if not number:
        return found
    of = parameter_values(dataset, init, activation)
    return found | {
        name: summarize(each.read(of), each.scale, each.layers(number))
        for name, each in PARAMETERS.items() if name in of
    }  # fmt: skip


def summarize_values(values: Mapping[str, Floats]) -> dict[str, Summary]:
    """Summarize every measure of a pairing from its statistics by seed and layer; see ``measures.Values``."""
    depth = len(values["width"])
    with np.errstate(all="ignore"):
        return {
            name: summarize(each.read(values), each.scale, each.layers(depth))
            for name, each in MEASURES.items()
            if each.layers(depth).size and (name in values or not (of_weights(name) or of_stream(name)))
        }


def _json(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _list(indent: str, items: list[str]) -> Iterator[tuple[str, None]]:
    for position, item in enumerate(items, 1):
        yield f"{indent}{item}" + "," * (position < len(items)), None


def _pairing_lines(
    pairing: Pairing, record: PairingRecord, parameters: Sequence[str]
) -> Iterator[tuple[str, Line | None]]:
    init, activation = pairing
    yield "  {", None
    yield f'   "init": {_json(init)},', None
    yield f'   "activation": {_json(activation)},', None
    yield '   "statistics": {', None
    for position, (name, summary) in enumerate(record.statistics.items(), 1):
        yield f'    "{name}": {{"scale": "{summary.scale.name}", "layers": [', None
        for at, layer in enumerate(summary.layers.tolist()):
            comma = "," * (at + 1 < len(summary.layers))
            of = f'"parameter": {_json(parameters[layer - 1])}' if name in PARAMETERS else f'"layer": {layer}'
            yield f"     {_summary_line(of, summary, at)}{comma}", (init, activation, name, layer)
        yield "    ]}" + "," * (position < len(record.statistics)), None
    yield "   },", None
    edges = sorted({edge for shape in record.shapes for edge in shape.edges.tolist()})
    bins = record.shapes[0].bins
    yield f'   "histogram": {{"bins": {_json(bins)}, "edges": {_json(edges)}, "layers": [', None
    for at, shape in enumerate(record.shapes, 1):
        comma = "," * (at < len(record.shapes))
        yield f"     {_shape_line(shape, edges)}{comma}", (init, activation, "histogram", shape.layer)
    yield "   ]}", None


def _number(value: float) -> str:
    return "null" if math.isnan(value) else repr(value)


def _summary_line(of: str, summary: Summary, at: int) -> str:
    cells = [of, f'"mean": {_number(float(summary.mean[at]))}']
    cells += [f'"sd": {_number(float(summary.sd[at]))}', f'"seeds": {summary.seeds[at]}']
    rare = {name: getattr(summary, name)[at] for name in ("undefined", "zero", "negative")}
    return "{" + ", ".join([*cells, *(f'"{name}": {count}' for name, count in rare.items() if count)]) + "}"


def _shape_line(shape: Shape, edges: list[float]) -> str:
    first, last = edges.index(shape.edges[0]), edges.index(shape.edges[-1])
    below, sd = shape.at(np.array(edges[first : last + 1]))
    shares = [f"{share:.7g}" for share in np.round(np.diff(below), 7) + 0.0]
    spread = [_number(float(value)) for value in sd[1:]]
    under = f'"under": {below[0]}, ' * bool(below[0])
    return (
        f'{{"layer": {shape.layer}, "seeds": {shape.seeds}, "first": {first}, {under}'
        f'"shares": [{", ".join(shares)}], "sd": [{", ".join(spread)}]}}'
    )


SEEDS = 64
"""Seeds of a baseline by default: enough to show equivalence where nothing has changed (scripts/power.py)."""


def fresh_seeds(used: Sequence[int], number: int | None = None, *, reseed: int = 0) -> list[int]:
    """Return as many seeds that have not been used, or ``number`` of them: those after the greatest.

    Each ``reseed`` gives others: a check whose alarm is a matter of chance does not repeat it.

    Raises
    ------
    ActvizError
        If the number is not one from 1.

    Examples
    --------
    >>> fresh_seeds([0, 1, 2])
    [3, 4, 5]
    """
    for each in of_type("seeds in use", used, (tuple, list, range), "a sequence of numbers"):
        whole("seed", each, least=0)
    number = len(used) if number is None else whole("seeds", number, most=MAX_SEEDS)
    skipped = number * whole("reseed", reseed, least=0, most=10**9)
    start = max(used, default=-1) + 1 + skipped
    if start + number - 1 <= MAX_SEED:
        return list(range(start, start + number))
    there = set(used)
    return list(itertools.islice((seed for seed in range(skipped, MAX_SEED + 1) if seed not in there), number))
