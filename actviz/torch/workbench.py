"""The model behind a dataset, for as long as this is in memory: copies of it are changed, and measured again."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from actviz.errors import ActvizError
from actviz.torch.discovery import Found, find_layers
from actviz.torch.feeding import FAILURES, RandomInputs, batches_of, to_model
from actviz.torch.mending import REBUILDING, Change, change
from actviz.torch.nodes import Join
from actviz.torch.probing import probe_model
from actviz.torch.state import own_randomness, preserved, recording, seed_all

if TYPE_CHECKING:
    import xarray

KEPT = "actviz_workbench"
"""Under which name a dataset's ``encoding`` has it, which no file keeps."""


class Workbench:
    """What a model was measured with.

    Parameters
    ----------
    model : torch.nn.Module, or callable that returns one
    inputs : tensor, tuple, dict, DataLoader or callable
    settings : dict
        Further arguments of ``probe_module``.

    Attributes
    ----------
    init, sizes
        Name of the weights, and what their layers' root mean squares were, shape (seeds, layers): whose bench it is.
    tried : dict
        What was tried already, for those who try.
    """

    def __init__(self, model: Any, inputs: Any, settings: dict[str, Any]) -> None:
        self._model, self._inputs, self._settings = model, inputs, settings
        self._found: Found | None = None
        self.init, self.sizes = "", np.empty(0)
        self.tried: dict[Any, Any] = {}

    def __deepcopy__(self, memo: Any) -> Workbench:
        return self  # a copy of the dataset is of the same model

    def __reduce__(self) -> Any:
        return dict, ()  # a dataset that goes to another process leaves the model behind

    def _copy(self) -> torch.nn.Module:
        """Return a copy of the model, or of what the factory makes under the current seed, which may be no new one."""
        made = self._model if isinstance(self._model, torch.nn.Module) else self._model()
        copied: torch.nn.Module = copy.deepcopy(made)
        return copied

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

        with self._untouched():
            if self._found is not None and not any(how in REBUILDING for how, *_ in changes):
                with contextlib.suppress(ActvizError):  # under other seeds it may have other layers
                    return probe_model(build, self._inputs, seeds=list(seeds), found=self._found, **self._settings)
            return probe_model(build, self._inputs, seeds=list(seeds), **self._settings)

    @property
    def branches(self) -> tuple[Join, ...]:
        """Where branches are added to a stream, those that end in weights; none where they cannot be found."""
        if self._found is None:
            try:
                with self._untouched(), own_randomness(), recording():
                    self._found = self._find()
            except (ActvizError, *FAILURES):
                return ()
        return tuple(join for join in self._found.joins if join.adds and join.ends)

    def _find(self) -> Found:
        seed_all(0)
        model = self._copy()
        batch = to_model(batches_of(self._inputs, 0, 1)[0], model, cast=isinstance(self._inputs, RandomInputs))
        return find_layers(model, *batch)


def probe_kept(model: Any, inputs: Any, **settings: Any) -> xarray.Dataset:
    """Measure a model as ``probe_model`` does, and keep it at hand in the dataset's memory."""
    dataset = probe_model(model, inputs, **settings)
    again: dict[str, Any] = {name: settings[name] for name in ("layers", "drive", "batches") if name in settings}
    bench = dataset.encoding[KEPT] = Workbench(model, inputs, again)
    bench.init, bench.sizes = str(dataset["init"].values[0]), dataset["weights_rms"].values[0, 0]
    return dataset
