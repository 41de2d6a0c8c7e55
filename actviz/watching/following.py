"""What the callback of any trainer has: a model that is watched, once its training has begun."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actviz.errors import ActvizError
from actviz.watching import watch
from actviz.watching.findings import Stopping


class Following:
    """Watches a model that a trainer trains.

    Parameters
    ----------
    on_finding : {"warn", "log", "stop"} or callable, optional
        ``stop`` warns and asks the trainer to stop.
    settings : mapping
        As ``actviz.watch`` takes them.
    """

    def __init__(self, on_finding: Any, settings: Mapping[str, Any]) -> None:
        self._on_finding, self._settings = on_finding, settings
        self.watch: Any = None

    @property
    def dataset(self) -> Any:
        """What was recorded so far: ``watch.dataset``."""
        if self.watch is None:
            raise ActvizError("there is no dataset: the training has not begun")
        return self.watch.dataset

    def _begins(self, model: Any, ask: Callable[[], None], **usual: Any) -> None:
        """Watch a model, with what the trainer knows unless the settings say otherwise; ``ask`` has it stop."""
        tell = Stopping(ask) if self._on_finding == "stop" else self._on_finding
        self.watch = watch(model, on_finding=tell, **{**usual, **self._settings})
