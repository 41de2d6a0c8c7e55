"""The model behind a dataset, for as long as this is in memory: copies of it are changed, and measured again."""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.errors import ActvizError
from actviz.torch.discovery import Found
from actviz.torch.mending import REBUILDING, Change, change
from actviz.torch.nodes import Join
from actviz.torch.probing import probe_model
from actviz.torch.state import preserved

if TYPE_CHECKING:
    import xarray

KEPT = "actviz_workbench"
"""Under which name a dataset's ``encoding`` has it, which no file keeps."""


class Workbench:
    """What a model was measured with, and what it is made of: a copy with other weights is made of the same.

    Parameters
    ----------
    model : torch.nn.Module, or callable that returns one
    inputs : tensor, tuple, dict, DataLoader or callable
    settings : dict
        Further arguments of ``probe_module``.
    found : Found
        What it is made of.
    kept : bool
        Whether what the factory makes is others' too, and must be copied before it is changed.

    Attributes
    ----------
    init, sizes
        Name of the weights, and what their layers' root mean squares were, shape (seeds, layers): whose bench it is.
    tried : dict
        What was tried already, for those who try.
    """

    def __init__(self, model: Any, inputs: Any, settings: dict[str, Any], found: Found, kept: bool) -> None:
        self._model, self._inputs, self._settings = model, inputs, settings
        self._found, self._kept, self._rebuilt = found, kept, dict[Any, Found]()
        self.init, self.sizes = "", np.empty(0)
        self.tried: dict[Any, Any] = {}

    def __deepcopy__(self, memo: Any) -> Workbench:
        return self  # a copy of the dataset is of the same model

    def __reduce__(self) -> Any:
        return dict, ()  # a dataset that goes to another process leaves the model behind

    def _copy(self) -> torch.nn.Module:
        """Return a copy of the model, or what the factory makes under the current seed, if that is a new one."""
        made: torch.nn.Module = self._model if isinstance(self._model, torch.nn.Module) else self._model()
        return copy.deepcopy(made) if self._kept else made

    @contextlib.contextmanager
    def _untouched(self) -> Any:
        """Put back what a copy may share with the user's model, such as a method that was bound to it."""
        with preserved(self._model) if isinstance(self._model, torch.nn.Module) else contextlib.nullcontext():
            yield

    def measured(
        self, changes: Sequence[tuple[str, tuple[str, ...], tuple[float, ...]]], seeds: Sequence[int]
    ) -> xarray.Dataset:
        """Measure copies of the model that have these changes, under some seeds.

        Raises
        ------
        ActvizError
            If the model cannot be copied or changed, or what is measured fails.
        """

        def build() -> torch.nn.Module:
            made = self._copy()
            change(made, [Change(*each) for each in changes])
            return made

        rebuilt = tuple(each for each in changes if each[0] in REBUILDING)
        found = self._rebuilt.get(rebuilt) if rebuilt else self._found
        measure = functools.partial(probe_model, build, self._inputs, seeds=seeds, trial=True, **self._settings)
        with self._untouched():
            if found is not None:
                with contextlib.suppress(ActvizError):  # under other seeds it may have other layers
                    return measure(found=found).dataset
            dataset, self._rebuilt[rebuilt], _ = measure()
            return dataset

    @property
    def made(self) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
        """Of each layer by its name, the parameters that its weights, and its bias, are computed of."""
        return {layer.name: (layer.made, layer.shifts) for layer in self._found.layers}

    @property
    def branches(self) -> tuple[Join, ...]:
        """Where branches are added to a stream, those that end in weights."""
        return tuple(join for join in self._found.joins if join.adds and join.ends)


def probe_kept(model: Any, inputs: Any, **settings: Any) -> xarray.Dataset:
    """Measure a model as ``probe_model`` does, and keep it at hand in the dataset's memory."""
    dataset, found, kept = probe_model(model, inputs, **settings)
    again: dict[str, Any] = {name: settings[name] for name in ("layers", "drive", "batches") if name in settings}
    bench = dataset.encoding[KEPT] = Workbench(model, inputs, again, found, kept)
    bench.init, bench.sizes = str(dataset["init"].values[0]), dataset["weights_rms"].values[0, 0]
    return dataset
