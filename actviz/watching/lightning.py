"""``ActvizCallback`` for Lightning: ``Trainer(callbacks=[ActvizCallback(every=100, out="run.nc")])``.

Lightning is imported when the name is asked for.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

from actviz.errors import ActvizError
from actviz.watching.following import Following


def __getattr__(name: str) -> Any:
    if name == "ActvizCallback":
        return _callback()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _lightning() -> Any:
    for name in ("lightning.pytorch", "pytorch_lightning"):
        try:
            return importlib.import_module(name)
        except ImportError as error:
            missing = error
    raise ActvizError(f"this needs Lightning, which cannot be imported ({missing}): python -m pip install lightning")


def _watched(pl_module: Any, name: str | None, unchanged: Any) -> tuple[Any, list[Any]]:
    """Return what is named, or the module, and its parts with weights, of which one may run in its place."""
    if name is not None:
        try:
            return functools.reduce(getattr, name.split("."), pl_module), []
        except AttributeError:
            raise ActvizError(f"{type(pl_module).__name__} has no module {name!r}") from None
    parts = {name: part for name, part in pl_module.named_children() if any(True for _ in part.parameters())}
    if type(pl_module).forward is not unchanged:
        return pl_module, list(parts.values())
    if len(parts) == 1:
        return next(iter(parts.values())), []
    raise ActvizError(
        f"{type(pl_module).__name__} has no forward of its own: say which part is to be watched, as module="
        f"{next(iter(parts), 'net')!r}"
    )


@functools.cache
def _callback() -> Any:
    lightning = _lightning()

    class ActvizCallback(Following, lightning.Callback):  # type: ignore[misc, name-defined]
        """Watches a model that Lightning trains.

        Parameters
        ----------
        module : str, optional
            Name of the part that is watched; else itself, or that of its parts whose forward runs first where
            ``training_step`` does not call its own.
        validation_loss, validation_accuracy : str
            Names under which ``self.log`` tells them.
        on_finding : {"warn", "log", "stop"} or callable, optional
            ``stop`` warns and asks the trainer to stop.
        **settings
            As ``actviz.watch`` takes them.
        """

        def __init__(
            self,
            *,
            module: str | None = None,
            validation_loss: str = "val_loss",
            validation_accuracy: str = "val_acc",
            on_finding: Any = None,
            **settings: Any,
        ) -> None:
            super().__init__(on_finding, settings)
            self._module, self._updates = module, 0
            self._losses: list[Any] = []
            self._validation = {"validation_loss": validation_loss, "validation_accuracy": validation_accuracy}

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            """Begin."""
            model, parts = _watched(pl_module, self._module, lightning.LightningModule.forward)
            scaler = getattr(trainer.precision_plugin, "scaler", None)
            self._begins(
                model, lambda: setattr(trainer, "should_stop", True), optimizer=list(trainer.optimizers), scaler=scaler
            )
            self.watch.or_first_of(parts)
            self._updates = trainer.global_step

        def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, *_: Any) -> None:
            """Count updates, of which the loss is the mean of its batches': with accumulation not every one is one."""
            loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
            if loss is not None:  # Lightning divides it by the number of batches that are accumulated
                self._losses.append(loss * trainer.accumulate_grad_batches)
            if self.watch is not None and trainer.global_step != self._updates:
                self._updates = trainer.global_step
                self.watch.step(sum(self._losses) / len(self._losses) if self._losses else None)
                self._losses.clear()

        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            """Tell what was logged."""
            if self.watch is not None and not trainer.sanity_checking:
                told = {key: trainer.callback_metrics.get(name) for key, name in self._validation.items()}
                self.watch.tell(**told)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            """Remove all hooks and write the file."""
            if self.watch is not None:
                self.watch.close()

        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            """Do the same."""
            self.on_train_end(trainer, pl_module)

    ActvizCallback.__qualname__ = "ActvizCallback"
    return ActvizCallback
