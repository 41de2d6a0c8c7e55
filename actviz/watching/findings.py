"""What is done when a verdict turns unhealthy while a model trains."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.catalog.formats import format_names
from actviz.diagnosis.finding import Finding, Note
from actviz.diagnosis.judging import diagnose
from actviz.diagnosis.narrow import format_notes, loses
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
    """A verdict that has turned unhealthy, or a number format that has come to lose values.

    Parameters
    ----------
    step : int
        Updates done.
    layer : str
        Name of the first layer in which it shows.
    finding : Finding or Note
        The fault, with its number, severity and remedy; of a number format the note of what it loses.
    """

    step: int
    layer: str
    finding: Finding | Note

    def message(self, lang: str = "en") -> str:
        """Say when and where it is, what it is, and what to do."""
        if isinstance(self.finding, Note):
            return text("watch.narrow", lang, step=self.step, name=self.layer, sentence=self.finding.message(lang))
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
    tell : {"warn", "log", "stop"} or callable, optional
        Faults are told to nobody without it.
    lang : str
    formats : str or sequence of str, optional
        Number formats of which is told, once for each kind of loss, that they lose values: by a warning where faults
        are told to nobody or stop the training.
    """

    def __init__(self, tell: Any, lang: str = "en", formats: str | Iterable[str] | None = None) -> None:
        self._tell: Callable[[Event], Any] = tell if callable(tell) else getattr(self, f"_{tell or 'pass'}")
        self._tell_narrow = self._warn if tell in (None, "stop") or isinstance(tell, Stopping) else self._tell
        self._lang = lang
        self._formats = format_names(formats)
        self._worst: dict[Verdict, Severity] = {}
        self._narrow: set[tuple[str, str]] = set()

    def look(self, step: int, snapshot: xarray.Dataset) -> None:
        """Judge a snapshot."""
        (diagnosis,) = diagnose(snapshot)
        names = snapshot["layer_name"].values.tolist()
        for finding in diagnosis.findings:
            before = self._worst.get(finding.verdict)
            if before is None or before < finding.severity:
                self._worst[finding.verdict] = finding.severity
                self._tell(Event(step, names[finding.layer - 1], finding))
        pairing = diagnosis.init, diagnosis.activation
        for note in format_notes(snapshot, *pairing, self._formats) if self._formats else ():
            values = dict(note.values)
            if loses(note) and (kind := (note.key, values["format"])) not in self._narrow:
                self._narrow.add(kind)
                self._tell_narrow(Event(step, names[values["layer"] - 1], note))

    def _pass(self, event: Event) -> None:
        """Tell nobody."""

    def _warn(self, event: Event) -> None:
        warnings.warn(event.message(self._lang), RuntimeWarning, stacklevel=6)

    def _log(self, event: Event) -> None:
        logging.getLogger(LOGGER).warning(event.message(self._lang))

    def _stop(self, event: Event) -> None:
        raise UnhealthyError(event.message(self._lang))
