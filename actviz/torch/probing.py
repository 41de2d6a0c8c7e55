"""From a model to a dataset: layers found in a first pass, measured under every seed."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.parameter import is_lazy

from actviz.catalog.checks import check_functions, whole
from actviz.catalog.formats import format_names
from actviz.catalog.inputs import NormalInputs
from actviz.errors import ActvizError
from actviz.numerics.arrays import Array
from actviz.numerics.histogram import LinearBins, MagnitudeBins
from actviz.numerics.moments import Sizes, sizes
from actviz.numerics.processors import in_one_thread
from actviz.probing.running import seed_numbers
from actviz.probing.stack import ProbeConfig
from actviz.results.measurement import Measurement
from actviz.torch.arrays import as_array
from actviz.torch.discovery import Found, find_layers
from actviz.torch.feeding import (
    BELOW,
    FAILURES,
    Arguments,
    Cotangent,
    RandomInputs,
    batches_of,
    check_drive,
    drive_of,
    samples_of,
    to_model,
)
from actviz.torch.layers import Layer, UnseenError, choose, patterns_of, shared_bins
from actviz.torch.materializing import materialized
from actviz.torch.measuring import Measuring
from actviz.torch.records import Records
from actviz.torch.results import describe_inputs, facts_of, origin_of, to_dataset, with_parameters
from actviz.torch.state import own_randomness, preserved, recording, seed_all, what_dies_with
from actviz.torch.union import united
from actviz.torch.unread import modules_of, trainable

if TYPE_CHECKING:
    import xarray

FACTORY_SEEDS = 8
"""Seeds of a factory, unless said otherwise; of a module that is there already one."""


@dataclass(frozen=True)
class _Result:
    """What one seed gave."""

    measurement: Measurement
    positions: Array
    parameters: dict[str, Sizes]
    facts: dict[str, Any]
    left_out: NDArray[np.bool_]
    unread: set[str]


def _bare(model: torch.nn.Module) -> torch.nn.Module:
    """Return the module inside what compiles or distributes it."""
    while True:
        inside = getattr(model, "_orig_mod", None)
        if isinstance(model, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            inside = model.module
        if not isinstance(inside, torch.nn.Module):
            return model
        model = inside


def checked(model: torch.nn.Module) -> torch.nn.Module:
    """Return a module that is there already, out of what compiles or distributes it.

    Raises
    ------
    ActvizError
        If its weights have no values, or can have no gradient.
    """
    if any(is_lazy(weight) for weight in model.parameters()):
        raise ActvizError("the module has lazy layers without weights: pass a batch through it, or give a factory")
    if any(weight.is_inference() for weight in model.parameters()):
        raise ActvizError("the module was made in inference mode, so that its weights have no gradient")
    return _bare(_with_values(model))


def _built(model: Any, seed: int) -> torch.nn.Module:
    """Return the module itself, or what a factory makes under a seed."""
    if isinstance(model, torch.nn.Module):
        return checked(model)
    seed_all(seed)
    try:
        built = model()
    except FAILURES as error:
        raise ActvizError(f"the model's factory failed: {type(error).__name__}: {error}") from error
    if not isinstance(built, torch.nn.Module):
        raise ActvizError(f"the factory must return a torch.nn.Module, not {type(built).__name__}")
    return _bare(materialized(built))


def _with_values(model: torch.nn.Module) -> torch.nn.Module:
    """Refuse a model that has shapes alone."""
    if any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
        raise ActvizError(
            "the model is on the meta device, where tensors hold no values: give a factory, whose models are given "
            "memory and drawn by their own methods"
        )
    weights = list(model.parameters())
    if weights and all(weight.is_complex() for weight in weights):
        raise ActvizError("the model's weights are complex numbers, whose layers are not measured")
    return model


class _Probe:
    """A model measured seed by seed; its layers are found with the first."""

    def __init__(self, model: Any, inputs: Any, patterns: list[Any], drive: Any, batches: int) -> None:
        self.model, self.inputs, self.patterns, self.drive, self.batches = model, inputs, patterns, drive, batches
        self.view: LinearBins | None = None
        self.limits: MagnitudeBins | None = None
        self.found: Found
        self.layers: tuple[Layer, ...] = ()
        self.by_seed: list[Found] = []
        self.weights: dict[str, tuple[int, ...]] = {}
        self.trainable: list[str] = []
        self.made: list[weakref.ref[torch.nn.Parameter]] = []
        self._held: list[Callable[[], Any]] = []
        self.trial = False

    def measure(self, seed: int) -> _Result:
        """Measure the model under one seed."""
        with own_randomness(), recording():
            model = _built(self.model, seed)
            batches = batches_of(self.inputs, seed, self.batches)
            if not samples_of(batches):
                raise ActvizError("the inputs hold no samples")
            try:
                if not self.layers:
                    self._find(model, batches[0], seed)
                    self.layers = choose(self.found.layers, self.patterns)
                alone, held = self._alone, what_dies_with(model)
                with contextlib.nullcontext() if alone else preserved(model):
                    result = self._pass(model, batches, seed)
                self._held = held if alone else self._held + held
                self._check_same(model, seed)  # when lazy layers have their weights
                return result
            except ActvizError:
                raise
            except FAILURES as error:
                raise ActvizError(f"the model failed: {type(error).__name__}: {error}") from error

    @property
    def _alone(self) -> bool:
        """Whether nobody else holds a model: a trial's, and those of a factory whose earlier ones are all gone."""
        return self.trial or (bool(self._held) and all(each() is None for each in self._held))

    def _moved(self, batch: Arguments, model: torch.nn.Module) -> Arguments:
        moved: Arguments = to_model(batch, model, cast=isinstance(self.inputs, RandomInputs))
        return moved

    def _find(self, model: torch.nn.Module, batch: Arguments, seed: int) -> None:
        with preserved(model):
            seed_all(seed, "data")
            found = find_layers(model, *self._moved(batch, model))
        self.by_seed.append(found)
        self.found = found

    def unite(self, seeds: Sequence[int]) -> None:
        """Find what is there under any seed, where seeds leave layers out: drop of layers, choice of experts."""
        for seed in seeds:
            with own_randomness(), recording():
                model = _built(self.model, seed)
                self._find(model, batches_of(self.inputs, seed, self.batches)[0], seed)
        self.found = united(self.by_seed)
        self.layers = choose(self.found.layers, self.patterns)

    def _check_same(self, model: torch.nn.Module, seed: int) -> None:
        """Refuse a factory whose models differ in more than values: layers of the first would stand for all."""
        self.made += map(weakref.ref, model.parameters())
        weights = {name: tuple(weight.shape) for name, weight in model.named_parameters() if not is_lazy(weight)}
        self.weights, self.trainable = self.weights or weights, trainable(model)
        other = [name for name in {**self.weights, **weights} if self.weights.get(name) != weights.get(name)]
        if other:
            raise ActvizError(
                f"the factory makes another model under seed {seed}: {other[0]} differs in shape or is new"
            )

    def _pass(self, model: torch.nn.Module, batches: list[Arguments], seed: int) -> _Result:
        records = Records(
            self.layers, shared_bins(self.layers), self.view, batches, self.found, self.patterns,
            Cotangent(seed, len(self.found.layers)), self.drive == BELOW, self.limits,
        )  # fmt: skip
        drive = drive_of(self.drive, seed, len(self.found.layers))
        seed_all(seed, "data")  # as in the first pass, so that it takes the same way
        for batch in batches:
            Measuring(model, records).measure(model, self._moved(batch, model), drive)
        facts = {**facts_of(model, batches), "driven_below": records.driven_below}
        positions = records.positions(facts["samples"])
        facts |= {"precisions": records.precisions, "dropout": self.found.dropout, "draws": sorted(self.found.draws)}
        measured = records.measured(facts["samples"])
        sizes_of_all, left_out = self._sizes(model, records), records.learning.left_out
        return _Result(measured, positions, sizes_of_all, facts, left_out, records.unread)

    def _sizes(self, model: torch.nn.Module, records: Records) -> dict[str, Sizes]:
        """Return the sizes of all parameters, or of the modules' whose layers are asked for; in a trial of none."""
        if self.trial:
            return {}
        scopes = {part.name.partition("#")[0] for layer in self.layers for part in layer.parts if part.of is not None}
        applied = {name for layer in self.layers for name in layer.fans}
        whole = self.patterns == ["*"]
        return {
            name: records.sizes(name, parameter.numel()) or sizes(np.atleast_1d(as_array(parameter)))
            for name, parameter in model.named_parameters()
            if parameter.is_floating_point() and not is_lazy(parameter)
            if whole or name in applied or any(name.startswith(f"{scope}.") for scope in scopes)
        }


def _measured(probe: _Probe, seeds: Sequence[int], progress: Callable[[int, int], None] | None) -> dict[int, _Result]:
    """Measure under every seed; anew, if one has a layer that the first has not, with those of all seeds."""
    try:
        return _each(probe, seeds, progress)
    except UnseenError as unseen:
        if len(seeds) < 2:
            raise
        try:
            probe.unite(seeds[1:] if probe.by_seed else seeds)
            return _each(probe, seeds, progress)
        except FAILURES:  # the model, or its inputs, are not the same again
            raise unseen from None


def _each(probe: _Probe, seeds: Sequence[int], progress: Callable[[int, int], None] | None) -> dict[int, _Result]:
    results: dict[int, _Result] = {}
    for seed in seeds:
        results[seed] = probe.measure(seed)
        if progress is not None:
            progress(len(results), len(seeds))
    return results


def _facts_of_all(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what one seed may not tell: the precision of a layer that others take, a head of zeros of theirs."""
    precisions = [next(filter(None, of), "") for of in zip(*(each["precisions"] for each in facts), strict=True)]
    return {"precisions": precisions, "driven_below": any(each["driven_below"] for each in facts)}


class Probed(NamedTuple):
    """What a measurement gives: the dataset, what the model is made of, and whether others keep what was measured.

    A model that is there already is kept; so is what a factory makes once, and returns again.
    """

    dataset: xarray.Dataset
    found: Found
    kept: bool


def probe_model(
    model: Any,
    inputs: Any,
    *,
    layers: Any = "*",
    seeds: Any = None,
    drive: Any = "cotangent",
    batches: int = 1,
    view: tuple[float, float, int] | None = None,
    formats: str | Iterable[str] | None = None,
    name: str = "as built",
    progress: Callable[[int, int], None] | None = None,
    names: Mapping[str, Any] | None = None,
    found: Found | None = None,
    trial: bool = False,
) -> Probed:
    """Measure a model; see ``actviz.torch.probe_module``.

    ``names`` are those by which it can be found again; ``found`` is what it is made of, where that is known. A
    ``trial`` is for the verdict alone: its models are nobody else's, and of their parameters nothing is told.
    """
    if not callable(model):
        raise ActvizError(f"need a torch.nn.Module or a callable that returns one, not {type(model).__name__}")
    if seeds is None:
        seeds = 1 if isinstance(model, torch.nn.Module) else FACTORY_SEEDS
    config = ProbeConfig(
        samples=1, seeds=seed_numbers(seeds), inputs=NormalInputs(), view=view, formats=format_names(formats)
    )
    check_functions(progress=progress)
    patterns, driven = patterns_of(layers), check_drive(drive)
    probe = _Probe(model, inputs, patterns, drive, whole("batches", batches))
    probe.view, probe.limits, probe.trial = config.view_bins, config.limits, trial
    if found is not None:
        probe.found, probe.layers = found, choose(found.layers, patterns)
    with in_one_thread():  # numpy's products are small: threads that wait for each other cost more than they save
        results = _measured(probe, config.seeds, progress)
    first = results[config.seeds[0]]
    positions = np.array([result.positions for result in results.values()])
    left_out = np.array([result.left_out for result in results.values()])
    hit = ((positions > 0) & ~left_out).sum(axis=0)
    if not (positions > 0).any(axis=0).all():
        lost = probe.layers[int((~(positions > 0).any(axis=0)).argmax())].name
        raise ActvizError(f"layer {lost} of the first pass is not there in another")
    unread = modules_of(set.intersection(*(result.unread for result in results.values())), probe.trainable)
    recipe = {
        "kind": "module",
        "model": origin_of(model),
        "built_anew": not isinstance(model, torch.nn.Module),
        "names": dict(names) if names else None,
        "layers": [each if isinstance(each, str) else each.__name__ for each in patterns],
        "inits": [name],
        "seeds": list(config.seeds),
        "bias_std": 0.0,
        "drive": driven,
        "view": list(view) if view else None,
        **({"formats": list(config.formats)} if config.formats else {}),
        **({"unread": unread} if unread else {}),
        "torch": torch.__version__,
        **describe_inputs(inputs),
        **first.facts,
        **_facts_of_all([result.facts for result in results.values()]),
    }
    measurements = {seed: result.measurement for seed, result in results.items()}
    dataset = to_dataset(probe.layers, probe.found, measurements, positions, hit, recipe)
    if not trial:
        parameters = [result.parameters for result in results.values()]
        dataset = with_parameters(dataset, probe.layers, parameters, probe.weights)
    return Probed(dataset, probe.found, any(parameter() is not None for parameter in probe.made))
