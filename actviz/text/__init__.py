"""Every word a user reads on a figure, in a verdict or a check: one table, by key and language.

The table is put together from one module a subject; another language is one more entry in each row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actviz.errors import ActvizError
from actviz.text.baselines import BASELINES
from actviz.text.captions import CAPTIONS
from actviz.text.commands import HEADS, LEDGER, LINES
from actviz.text.layers import LAYERS
from actviz.text.lines import shortened, unbroken, width_of, wrapped
from actviz.text.names import FORMS, NAMES, SCHEDULE_FORMS, SETTINGS
from actviz.text.pages import PAGES
from actviz.text.rates import RATES
from actviz.text.report import REPORT
from actviz.text.sizes import SIZES
from actviz.text.stories import STORIES
from actviz.text.theory import THEORY
from actviz.text.training import TRAINING
from actviz.text.verdicts import VERDICTS

__all__ = [
    "LANGUAGES",
    "NAMES",
    "TEXT",
    "check_language",
    "in_language",
    "label",
    "pairing_label",
    "parted",
    "run_name",
    "shortened",
    "text",
    "unbroken",
    "width_of",
    "wrapped",
]

TEXT: dict[str, dict[str, str]] = {
    **LAYERS,
    **TRAINING,
    **RATES,
    **SIZES,
    **VERDICTS,
    **THEORY,
    **BASELINES,
    **LINES,
    **LEDGER,
    **HEADS,
    **CAPTIONS,
    **STORIES,
    **REPORT,
    **PAGES,
}
"""Every string by key and language."""

_OF_RESULT = re.compile(r"(\S.*) \(([^()]+)\)")

LANGUAGES = ("en", "ko")
"""Languages of every row, the default first."""


def check_language(lang: str) -> None:
    """Raise an error that lists the languages if this is not one of them."""
    if lang not in LANGUAGES:
        raise ActvizError(f"language must be one of {', '.join(LANGUAGES)}, not {lang!r}")


def in_language(words: str | Mapping[str, str], lang: str = "en") -> str:
    """Return words in a language; a text without languages, such as a citation, is the same in all."""
    check_language(lang)
    return words if isinstance(words, str) else words[lang]


def text(key: str, lang: str = "en", **values: Any) -> str:
    """Return a string of the table with its values filled in."""
    check_language(lang)
    return TEXT[key][lang].format(**values)


def label(name: str, lang: str = "en", *, schedule: bool = False) -> str:
    """Return how a name is written on a figure, of a ``schedule`` or of anything else; an unknown one as it is.

    >>> label("uniform:-1,1"), label("he_normal"), label("variance_scaling:1.5,fan_in,normal"), label("my_init")
    ('U(−1, 1)', 'He normal', '1.5 / fan_in', 'my_init')
    >>> label("constant:0.1", "ko"), label("constant:0.1", "ko", schedule=True)
    ('상수 0.1', '고정 0.1')
    """
    check_language(lang)
    if name in NAMES:
        return NAMES[name][lang]
    own, result = parted(name)
    if result:
        return f"{label(own, lang, schedule=schedule)} ({result})"
    family, _, given = name.partition(":")
    if family == "variance_scaling" and given.count(",") == 2:
        scale, mode, distribution = given.split(",")
        return f"{scale} / {mode}" + (f", {distribution}" if distribution != "normal" else "")
    form, defaults = (SCHEDULE_FORMS if schedule else FORMS).get(family, ({}, ()))
    values = tuple(given.replace("-", "−").split(",")) if given else defaults
    if len(values) != len(defaults) or not form:
        return name
    return form[lang].format(*values).replace("N(0, 1²)", "N(0, 1)")


def parted(name: str) -> tuple[str, str]:
    """Part a name from that of its result, where several are laid over each other; the second is empty of one.

    >>> parted("he_normal (before)"), parted("he_normal")
    (('he_normal', 'before'), ('he_normal', ''))
    """
    found = _OF_RESULT.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")


def pairing_label(init: str, activation: str, lang: str = "en") -> str:
    """Return how a pairing is written, in full.

    >>> pairing_label("he_normal", "relu")
    'He normal + ReLU'
    """
    return f"{label(init, lang)} + {label(activation, lang)}"


def run_name(run: str, lang: str = "en", *, schedule: bool = False) -> str:
    """Return how a run is written: each setting of its label as on every figure.

    ``schedule`` says that what has no setting's name in front is a schedule's, not an initializer's.

    >>> run_name("normal:0.01, batch norm"), run_name("optimizer adam, lr 0.1", "ko"), run_name("weight_decay 0.1")
    ('N(0, 0.01²), batch norm', 'Adam, 학습률 0.1', 'λ = 0.1')
    """
    check_language(lang)
    own, result = parted(run)
    written = ", ".join(_setting(part, lang, schedule) for part in own.split(", "))
    return f"{written} ({result})" if result else written


def _setting(written: str, lang: str, schedule: bool) -> str:
    if written in SETTINGS:
        return SETTINGS[written][lang]
    setting = next((each for each in SETTINGS if written.startswith(f"{each} ")), "")
    if not setting:
        named = label(written, lang, schedule=schedule)
        return named if named != written else label(written, lang)
    value = label(written.removeprefix(f"{setting} "), lang, schedule=setting == "lr")
    return SETTINGS[setting][lang].format(value=value)
