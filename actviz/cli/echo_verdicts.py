"""What commands print of verdicts: a table, a line a finding, and words below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from actviz.cli.echo import WIDTH, echo_table
from actviz.cli.printing import say
from actviz.text import text, wrapped
from actviz.text.escaping import escaped
from actviz.text.tables import number

if TYPE_CHECKING:
    from actviz.diagnosis.judging import Diagnosis

VERDICT_COLUMNS = ("severity", "layer", "statistic", "value", "threshold", "seeds")

LONG = 24
"""The longest name in the table of verdicts."""


def _short(name: str) -> str:
    """Leave out of a name that is too long for the table what is as usual, then its middle; words below have it all."""
    from actviz.catalog.initializers import INITIALIZERS
    from actviz.catalog.names import parameters

    family, _, settings = name.partition(":")
    if len(name) > LONG and family in INITIALIZERS:
        values, usual = settings.split(","), list(map(str, parameters(INITIALIZERS[family]).values()))
        while len(values) > 1 and values[-1] == usual[len(values) - 1]:
            values.pop()
        name = f"{family}:{','.join(values)}"
    family, colon, settings = name.partition(":")
    if len(name) > LONG and colon and len(settings) < LONG - 4:  # what follows the colon is what differs
        return f"{family[: LONG - len(settings) - 2]}…:{settings}"
    return name if len(name) <= LONG else f"{name[: LONG // 2]}…{name[1 - LONG // 2 :]}"


def _verdict_rows(diagnosis: Diagnosis, lang: str) -> list[dict[str, str]]:
    """Rows of the table: one a finding, the verdict first."""
    names = {"init": _short(diagnosis.init), "activation": _short(diagnosis.activation)}
    if not diagnosis.findings:
        return [{**names, "verdict": diagnosis.verdict.label(lang), **dict.fromkeys(VERDICT_COLUMNS, "-")}]
    rows = []
    for finding in diagnosis.findings:
        severity = finding.severity.label(lang)
        cells = (
            severity,
            finding.layer,
            finding.statistic,
            finding.value,
            finding.threshold,
            f"{finding.seeds}/{finding.of}",
        )
        written = dict(zip(VERDICT_COLUMNS, map(number, cells), strict=True))
        rows.append({**names, "verdict": finding.verdict.label(lang), **written})
        names = dict.fromkeys(names, "")
    return rows


def echo_verdicts(diagnoses: Sequence[Diagnosis], lang: str) -> None:
    """Print verdicts as a table, a line a finding, and below in words."""
    echo_table([row for diagnosis in diagnoses for row in _verdict_rows(diagnosis, lang)], lang)
    for diagnosis in diagnoses:
        _echo_words(diagnosis, lang)


def _echo_words(diagnosis: Diagnosis, lang: str) -> None:
    """Print what was found in words, each remedy once, and notes."""
    words, remedies = [], [finding.remedy(lang) for finding in diagnosis.findings]
    for position, finding in enumerate(diagnosis.findings):
        words.append(finding.sentence(lang))
        own = remedies[position]
        if own not in remedies[position + 1 :] and not any(own in other != own for other in remedies):
            words.append(text("cli.remedy", lang, words=own))
    words += [text("cli.unjudged", lang, words=note.message(lang)) for note in diagnosis.unjudged]
    words += [text("cli.note", lang, words=note.message(lang)) for note in diagnosis.notes]
    if words:
        say(f"\n{escaped(diagnosis.init)} + {escaped(diagnosis.activation)}")
    for sentence in words:
        say(wrapped(sentence, WIDTH, initial_indent="  ", subsequent_indent="    "))
