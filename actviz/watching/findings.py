"""What is done when a verdict turns unhealthy while a model trains."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.diagnosis.finding import Finding
from actviz.diagnosis.judging import diagnose
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.severity import Severity
from actviz.errors import ActvizError
from actviz.text import text

if TYPE_CHECKING:
    import xarray

LOGGER = "actviz"


class UnhealthyError(ActvizError):
    """A verdict turned unhealthy, and the training was to stop then."""


@dataclass(frozen=True)
class Event:
    """A verdict that has turned unhealthy.

    Parameters
    ----------
    step : int
        Updates done.
    layer : str
        Name of the first layer in which it shows.
    finding : Finding
        The fault, with its number, severity and remedy.
    """

    step: int
    layer: str
    finding: Finding

    def message(self, lang: str = "en") -> str:
        """Say when and where it is, what it is, and what to do."""
        return text(
            "watch.found", lang, step=self.step, layer=self.finding.layer, name=self.layer,
            sentence=self.finding.sentence(lang), remedy=self.finding.remedy(lang),
        )  # fmt: skip


class Stopping:
    """Warns, and asks whoever trains to stop.

    Parameters
    ----------
    ask : callable
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask

    def __call__(self, event: Event) -> None:
        """Take a verdict that has turned unhealthy."""
        warnings.warn(event.message(), RuntimeWarning, stacklevel=7)
        self._ask()


class Findings:
    """Looks at every snapshot, and tells of each verdict once, and again when it is graver.

    Parameters
    ----------
    tell : {"warn", "log", "stop"} or callable
    lang : str
    """

    def __init__(self, tell: Any, lang: str = "en") -> None:
        self._tell: Callable[[Event], Any] = tell if callable(tell) else getattr(self, f"_{tell}")
        self._lang = lang
        self._worst: dict[Verdict, Severity] = {}

    def look(self, step: int, snapshot: xarray.Dataset) -> None:
        """Judge a snapshot."""
        (diagnosis,) = diagnose(snapshot)
        names = snapshot["layer_name"].values.tolist()
        for finding in diagnosis.findings:
            before = self._worst.get(finding.verdict)
            if before is None or before < finding.severity:
                self._worst[finding.verdict] = finding.severity
                self._tell(Event(step, names[finding.layer - 1], finding))

    def _warn(self, event: Event) -> None:
        warnings.warn(event.message(self._lang), RuntimeWarning, stacklevel=6)

    def _log(self, event: Event) -> None:
        logging.getLogger(LOGGER).warning(event.message(self._lang))

    def _stop(self, event: Event) -> None:
        raise UnhealthyError(event.message(self._lang))
