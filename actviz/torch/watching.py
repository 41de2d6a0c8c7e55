# mypy: allow-untyped-calls
"""A model that is watched in a training loop of the user's own: which passes are recorded, and what becomes of them."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import warnings
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import torch

from actviz.catalog.checks import check_choice, whole
from actviz.catalog.formats import limit_bins
from actviz.errors import ActvizError
from actviz.results.filming import TOLD
from actviz.torch.course import MOST, Course
from actviz.torch.discovery import Found, find_layers
from actviz.torch.feeding import Arguments, Cotangent, to_model
from actviz.torch.functions import tensors
from actviz.torch.hooks import Hook
from actviz.torch.layers import Layer, choose, patterns_of, shared_bins
from actviz.torch.listening import Listening
from actviz.torch.probing import checked
from actviz.torch.records import Records
from actviz.torch.results import facts_of, inputs_label
from actviz.torch.returning import Passes, stands_aside
from actviz.torch.snapshots import of_layers, snapshot_of
from actviz.torch.state import apart_from_saving, own_randomness, preserved
from actviz.torch.updating import Update, check_loop, first_of, rank

if TYPE_CHECKING:
    import xarray

TRIES = 20
"""So many updates in a row that a gradient scaler skips, or of which no recorded pass comes back, are waited for."""


class Watching:
    """A model that is watched; see ``actviz.watch``."""

    def __init__(
        self,
        model: torch.nn.Module,
        *,
        every: int = 100,
        layers: Any = "*",
        optimizer: Any = None,
        scaler: Any = None,
        out: str | os.PathLike[str] | None = None,
        seen: Callable[[int, xarray.Dataset], None] | None = None,
        closes: Callable[[xarray.Dataset], None] | None = None,
        epoch_updates: int = 0,
        name: str = "as built",
        seed: int = 0,
        formats: Iterable[str] = (),
    ) -> None:
        if not isinstance(model, torch.nn.Module):
            raise ActvizError(f"watch needs a torch.nn.Module, not {type(model).__name__}")
        if next(model.parameters(), None) is None:
            raise ActvizError(f"{type(model).__name__} has no parameters: there is nothing to watch")
        if isinstance(model, torch.nn.DataParallel) and len(model.device_ids) > 1:
            raise ActvizError("torch.nn.DataParallel runs copies in threads, which cannot be watched: use "
                              "DistributedDataParallel")  # fmt: skip
        self.model: torch.nn.Module = checked(model)
        self.every, self.epoch_updates = whole("every", every), whole("epoch_updates", epoch_updates, 0)
        self._patterns, self._name, self._seed = patterns_of(layers), str(name), whole("seed", seed, 0)
        self._optimizer, self._scaler, self._seen, self._closes = optimizer, scaler, seen, closes
        check_loop(optimizer, scaler)
        own = set(self.model.modules())
        if any(each in own or self.model in set(each.modules()) for each in _WATCHED):
            raise ActvizError("this model, a part of it or one that it is part of is watched already: close() that "
                              "first, or watch the whole alone")  # fmt: skip
        self._limits, self._course = limit_bins(formats), Course(out, self.epoch_updates)
        self.updates, self.warned, self._skipped = 0, set[str](), False
        self._found: Found | None = None
        self._layers: tuple[Layer, ...] = ()
        self._passes, self._since = Passes(), 0
        self._update: Update | None = None
        self._running: contextlib.ExitStack | None = None
        self._armed, self._busy, self._tries, self._rate = contextlib.ExitStack(), False, 0, math.nan
        self._due, self._closed, self._depth = True, False, 0
        self._root, self._parts = self.model, list[torch.nn.Module]()
        self._arm()
        _WATCHED.add(self._root)

    # The loop

    def __enter__(self) -> Watching:
        if self._closed:
            raise ActvizError("this watch is closed: actviz.watch(model) makes another")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and not self.updates and self._passes.first_back() is not None:
            self._warn("nothing is recorded, for watch.step() was not called: call it after every update")
        self.close()

    def or_first_of(self, parts: Iterable[torch.nn.Module]) -> None:
        """Have that of some parts whose forward runs first watched in the model's place, unless the model's own does.

        For loops that are written as methods of the model, and call its parts.
        """
        self._parts = list(parts)
        for each in self._parts:
            self._hook(each)

    def close(self) -> None:
        """Remove all hooks and write the file."""
        if self._closed:
            return
        self._disarm()
        self._closed = True
        _WATCHED.discard(self._root)
        self._course.save(self._how())
        if self._closes is not None and self._course.snapshots:
            self._closes(self.dataset)

    def step(
        self,
        loss: Any = None,
        *,
        accuracy: Any = None,
        validation_loss: Any = None,
        validation_accuracy: Any = None,
    ) -> None:
        """Note that an update is done: call it once after ``optimizer.step()``, and a scaler's ``update()``.

        Parameters
        ----------
        loss, accuracy : number or tensor, optional
            Of the update's batch, before the update.
        validation_loss, validation_accuracy : number, optional
            Of the weights as they are now.
        """
        if self._closed:
            self._warn("this watch is closed: nothing is recorded any more")
            return
        self._course.lost(loss)
        if self._due:
            self._take({"train_loss": loss, "train_accuracy": accuracy})
        self.updates += 1
        if validation_loss is not None or validation_accuracy is not None:
            self.tell(validation_loss=validation_loss, validation_accuracy=validation_accuracy)
        if (self.updates % self.every == 0 or self._tries) and not self._closed:
            self._arm()

    def tell(self, **numbers: Any) -> None:
        """Note numbers of the weights as they are now: ``train_loss``, ``validation_accuracy`` and the like.

        Raises
        ------
        ActvizError
            If one has another name.
        """
        for name in numbers:
            check_choice("what is told", name, TOLD)
        self._course.tell(self.updates, numbers)

    @property
    def dataset(self) -> xarray.Dataset:
        """What was recorded so far: a training with a snapshot each, as ``train`` gives it.

        Raises
        ------
        ActvizError
            If nothing was recorded yet.
        """
        if not self._course.snapshots:
            why = "the scaler has skipped every update that was to be recorded" if self._skipped else (
                "no pass forward and backward has been recorded yet")  # fmt: skip
            why = "rank 0 has it" if rank() else why
            raise ActvizError(f"there is no dataset: {why}")
        return self._course.dataset(self._how())

    def _how(self) -> dict[str, Any]:
        """Return what the recipe says of the loop."""
        how, optimizer = {"evaluate_every": self.every}, first_of(self._optimizer)
        if optimizer is None:
            return how
        decay = float(optimizer.param_groups[0].get("weight_decay", 0.0) or 0.0)
        return {**how, "optimizer": type(optimizer).__name__, "weight_decay": decay}

    # Recording

    def _arm(self) -> None:
        """Have the next passes recorded: hooks of the model alone, and what is compiled run as it was written."""
        self._due, self._passes, self._update = True, Passes(self._since), None
        optimizer = first_of(self._optimizer)
        self._rate = math.nan if optimizer is None else float(optimizer.param_groups[0]["lr"])
        self._armed = contextlib.ExitStack()
        if "torch._dynamo" in sys.modules:
            self._armed.enter_context(torch.compiler.set_stance("force_eager"))
        for each in (self.model, *(self._parts if self._found is None else ())):
            self._hook(each)

    def _hook(self, model: torch.nn.Module) -> None:
        self._armed.callback(model.register_forward_pre_hook(Hook(self._starts), with_kwargs=True).remove)
        self._armed.callback(model.register_forward_hook(Hook(self._ends), always_call=True).remove)

    def _disarm(self) -> None:
        self._depth = 0
        self._end_pass()
        self._passes.let_go()
        if self._update is not None:
            self._update.ends()
        self._armed.close()
        self._due = False

    def _starts(self, module: torch.nn.Module, args: Any, kwargs: Any) -> None:
        """Record the pass that starts, unless one has come back already, or there is nothing of it to be read."""
        if self._busy:
            return
        if self._depth:  # it calls itself, or parts
            self._depth += module is self.model
            return
        if aside := stands_aside():
            self._passes.unseen.add(aside)
            return
        if self._found is None:
            self.model = module
        elif module is not self.model:
            if module not in set(self.model.modules()):
                self._warn(f"what is watched is {type(self.model).__name__}, whose forward ran first; "
                           f"{type(module).__name__} beside it is not")  # fmt: skip
            return
        self._depth = 1
        if not self._passes.begins():
            return
        try:
            if self._found is None:
                self._find(args, kwargs)
        except ActvizError:  # what cannot be watched at all is refused
            raise
        except Exception as error:
            self._passes.failed = f"{type(error).__name__}: {error}"
        if rank() or self._found is None:
            return
        try:
            self._running = self._listen(self._found, module, args, kwargs)
        except Exception as error:
            self._passes.failed = f"{type(error).__name__}: {error}"

    def _listen(self, found: Found, module: torch.nn.Module, args: Any, kwargs: Any) -> Any:
        """Begin to record the pass that starts; return what ends it."""
        batch: Arguments = tuple(args), dict(kwargs)
        records = Records(
            self._layers, shared_bins(self._layers), None, [batch], found, [], Cotangent(0, 1), limits=self._limits,
        )  # fmt: skip
        scale = float(self._scaler.get_scale()) if self._scaler is not None and self._scaler.is_enabled() else 1.0
        facts = {"inputs": inputs_label(None, list(tensors(batch))), **facts_of(self.model, [batch])}
        listening = Listening(self.model, records, scale, self._passes.returns[-1], facts)
        self._passes.record(listening)
        return listening.starts(module, args, kwargs)

    def _find(self, args: Any, kwargs: Any) -> None:
        """Find the layers by a pass of one's own over the first batch, and put everything back."""
        self._busy = True
        try:
            with own_randomness(), preserved(self.model), apart_from_saving():
                batch = to_model((tuple(args), dict(kwargs)), self.model, cast=False)
                self._found = find_layers(self.model, *batch)
        finally:
            self._busy = False
            torch.clear_autocast_cache()
        self._layers = choose(self._found.layers, self._patterns)

    def _ends(self, module: torch.nn.Module, args: Any, output: Any) -> None:
        if self._busy or not self._depth or module is not self.model:
            return
        self._depth -= 1
        if self._depth:
            return
        recorded = self._running is not None
        self._end_pass()
        self._passes.ends(output)
        if recorded and self._update is None and output is not None:
            listening = self._passes.recorded[max(self._passes.recorded)]
            self._update = Update(self.model, listening.records, listening.scale)

    def _end_pass(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def _take(self, told: Mapping[str, Any]) -> None:
        """Make a snapshot of what was recorded before this update."""
        self._disarm()
        passes, update = self._passes, self._update
        again, self._tries = self._tries, 0
        if rank():
            return
        first = passes.first_back()
        if first is None and not any(each.requires_grad for each in self.model.parameters()):
            first = passes.first_still()
        taken = None if first is None else passes.recorded.get(first)
        if taken is None or update is None:
            if first is not None and again < TRIES and not passes.failed:  # the next update is recorded from it on
                self._tries, self._since = again + 1, first
                return
            self._warn(passes.why_none(type(self.model).__name__))
            return
        if failed := taken.failed or update.failed:
            self._warn(f"a pass could not be recorded: {failed}")
            return
        known = self._scaler is not None or (self._optimizer is not None and not update.stepped)
        skipped = known and not all(map(math.isfinite, update.gradients.values()))
        if skipped and again < TRIES:  # the scaler leaves this update out, and halves its scale
            self._tries, self._skipped = again + 1, not self._course.snapshots
            return
        if update.scaler is not None and self._scaler is None:
            self._warn("a GradScaler scales the loss and was not given: gradients are divided by its scale from the "
                       "next update on, which is recorded in place of this one (scaler= of watch)")  # fmt: skip
            self._tries, self._scaler = 1, update.scaler
            return
        self._keep(taken, update)
        rate = None if math.isnan(self._rate) else self._rate
        self._course.tell(self.updates, {**told, "learning_rate": rate})
        self._course.save_last(self.updates, self._how())
        if self._seen is not None:
            self._seen(self.updates, self._course.snapshots[self.updates])

    def _keep(self, taken: Listening, update: Update) -> None:
        """Make a snapshot of a pass and of the update, and keep it."""
        assert self._found is not None
        recipe = {
            "names": None, "layers": [each if isinstance(each, str) else each.__name__ for each in self._patterns],
            "inits": [self._name], "seeds": [self._seed], "step": self.updates,
        }  # fmt: skip
        start = self._course.snapshots.get(0)
        snapshot = snapshot_of(self.model, self._layers, self._found, taken, update, recipe, start)
        norm = math.hypot(*update.gradients.values()) if update.gradients else math.nan
        self._course.keep(self.updates, snapshot, norm, of_layers(self._layers, update.ratios()))
        if len(self._course.snapshots) > MOST:  # a long training has as many as a short one
            self.every *= 2
            self._course.thin(self.every, self.updates)

    def _warn(self, words: str) -> None:
        if words not in self.warned:
            self.warned.add(words)
            warnings.warn(f"actviz.watch, update {self.updates}: {words}", RuntimeWarning, stacklevel=4)


_WATCHED: weakref.WeakSet[torch.nn.Module] = weakref.WeakSet()
"""What is watched now: of a model that is watched twice, the one that records would hide its calls from the other."""
