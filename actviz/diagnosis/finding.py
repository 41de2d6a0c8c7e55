"""A fault with its evidence, its severity and its remedy, and a sentence beside the faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.diagnosis.numbers import fold, number, share
from actviz.diagnosis.profile import COSINE_ERROR
from actviz.diagnosis.remedies import remedy
from actviz.diagnosis.rules import Verdict
from actviz.diagnosis.severity import Severity, severity_of
from actviz.diagnosis.situation import Situation
from actviz.results.gates import named
from actviz.text import TEXT, label, listed, text, typeset

NAMED = 2
"""Names that a note tells, of many."""


@dataclass(frozen=True)
class Finding:
    """One fault of a pairing.

    Parameters
    ----------
    verdict : Verdict
    rule : str
        Name of the rule that found it: the verdict, and after a dot which form of it.
    layer : int
        First layer in which it shows, in the direction in which it travels (gradients come from the last layer);
        median of the seeds that agree.
    statistic : str
        What tells: a statistic of the dataset, or one of ``rules.DERIVED``.
    value : float
        That of the worst layer, median of the seeds that agree.
    threshold : float
        What it was compared with.
    seeds, of : int
        Seeds that show it, of how many.
    rate : float
        Factor of the mean-square gradient a layer on its way back; NaN where there is none.
    situation : Situation
        What the remedy depends on.
    way : str
        Along what it was judged: a ``Way``'s name.
    end : int
        Number of the layer to whose gradient others were compared.
    """

    verdict: Verdict
    rule: str
    layer: int
    statistic: str
    value: float
    threshold: float
    seeds: int
    of: int
    rate: float
    situation: Situation
    way: str = ""
    end: int = 0

    @property
    def severity(self) -> Severity:
        """How bad it is, by its number."""
        where = self.situation
        surveyed = where.norm if where.block == "plain" and str(where.norm).startswith("batch") else None
        return severity_of(self.rule, self.value, surveyed, self.way)

    def message(self, lang: str = "en") -> str:
        """Say what is wrong, in one sentence."""
        everywhere = self.rule == "dead.gradient" and self.layer == self.situation.last
        everywhere |= self.rule == "collapsed.faded" and self.value == 0.0
        own, model = f"finding.{self.rule}_{self.way}", self.situation.model
        beside = self.rule == "dead.gradient" and model is not None and model.moves(self.layer)
        form, gate, inner = "_beside" if beside else "_all" if everywhere else "", *self._gate(lang)
        return text(
            own if own in TEXT else f"finding.{self.rule}{'_one' if gate else form}",
            lang,
            gate=gate,
            inner=inner,
            layer=self.layer,
            end=self.end,
            value=number(self.value),
            share=share(self.value, COSINE_ERROR**0.5 if self.statistic == "distance" else 0.0),
            rate=fold(self.rate),
        )

    def _gate(self, lang: str) -> tuple[str, str]:
        """Return what a gate is called that is stuck more than its layer is, and its layer inside; or nothing."""
        model = self.situation.model
        if self.rule != "saturated.gates" or model is None or self.layer not in model.profile.layers:
            return "", ""
        at, profile = model.profile.layers.index(self.layer), model.profile
        stuck = profile["gate_stuck"][:, at]
        if (
            not model.layers[at].gates
            or np.isnan(stuck).all()
            or not np.nanmedian(stuck) > np.nanmedian(profile["saturated"][:, at])
        ):
            return "", ""
        which = profile["stuck_gate"][int(np.nanargmax(stuck)), at]
        gate, inner = named(model.layers[at].activation, which)
        return text(f"gate.{gate}", lang), inner

    def sentence(self, lang: str = "en") -> str:
        """Say what is wrong, after the verdict."""
        return typeset(f"{self.verdict.label(lang)} ({self.severity.label(lang)}): {self.message(lang)}", lang)

    def remedy(self, lang: str = "en") -> str:
        """Say how to mend it, in one sentence with the number to use."""
        return remedy(self.rule, self.situation, lang, starts=self.layer)

    def record(self, lang: str = "en") -> dict[str, Any]:
        """Return everything about it, as JSON values."""
        names = ("rule", "layer", "statistic", "value", "threshold", "seeds", "of")
        words = {"message": self.message(lang), "remedy": self.remedy(lang)}
        found = {"verdict": self.verdict.value, "severity": self.severity.value}
        return {**found, **{name: getattr(self, name) for name in names}, **words}


@dataclass(frozen=True)
class Note:
    """A sentence beside the faults: its key in ``text.TEXT`` and what to fill in.

    ``bars`` are the verdicts that what is not judged leaves open.
    """

    key: str
    values: tuple[tuple[str, Any], ...] = ()
    finding: Finding | None = None
    bars: tuple[Verdict, ...] = ()

    def message(self, lang: str = "en") -> str:
        """Say it, in one sentence."""
        values = {name: label(value, lang) if name == "activation" else value for name, value in self.values}
        if "names" in values:
            values["names"] = listed(values["names"], NAMED, lang)
        if "how" in values:  # the key of a text
            values["how"] = text(values["how"], lang)
        if self.finding:
            values |= {"verdict": self.finding.verdict.label(lang), "message": self.finding.message(lang)}
        return text(self.key, lang, **values)
