"""``ActvizCallback`` for Hugging Face: ``Trainer(..., callbacks=[ActvizCallback(every=100, out="run.nc")])``.

transformers is imported when the name is asked for.
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


@functools.cache
def _callback() -> Any:
    try:
        transformers = importlib.import_module("transformers")
    except ImportError as error:
        raise ActvizError(
            f"this needs transformers, which cannot be imported ({error}): pip install transformers accelerate"
        ) from None

    class ActvizCallback(Following, transformers.TrainerCallback):  # type: ignore[misc, name-defined]
        """Watches a model that a ``Trainer`` trains.

        Losses are those that the trainer logs, means since the last time it did.

        Parameters
        ----------
        on_finding : {"warn", "log", "stop"} or callable, optional
            ``stop`` warns and asks the trainer to stop.
        **settings
            As ``actviz.watch`` takes them; in float16 ``scaler=`` is not known to a callback.
        """

        def __init__(self, *, on_finding: Any = None, **settings: Any) -> None:
            super().__init__(on_finding, settings)
            self._stop = False

        def _stops(self) -> None:
            self._stop = True

        def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            """Begin."""
            optimizer = given.get("optimizer")
            self._begins(given["model"], self._stops, optimizer=getattr(optimizer, "optimizer", optimizer))

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
            """Note that an update is done."""
            self.watch.step()
            if self._stop:
                control.should_training_stop = True
            return control

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            """Tell the loss that is logged."""
            if self.watch is not None and logs:
                self.watch.tell(train_loss=logs.get("loss"))

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
            """Tell what held-out rows give."""
            if self.watch is not None and metrics:
                told = {f"validation_{what}": metrics.get(f"eval_{what}") for what in ("loss", "accuracy")}
                self.watch.tell(**told)

        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            """Remove all hooks and write the file."""
            self.watch.close()

    ActvizCallback.__qualname__ = "ActvizCallback"
    return ActvizCallback
