"""Every word a user reads on a figure, in a verdict or a check: one table, by key and language.

The table is put together from one module a subject; another language is one more entry in each row.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from actviz.errors import ActvizError
from actviz.text.baselines import BASELINES
from actviz.text.layers import LAYERS
from actviz.text.names import FORMS, NAMES
from actviz.text.rates import RATES
from actviz.text.sizes import SIZES
from actviz.text.theory import THEORY
from actviz.text.training import TRAINING
from actviz.text.verdicts import VERDICTS

__all__ = ["LANGUAGES", "NAMES", "TEXT", "check_language", "label", "text", "wrapped"]

TEXT: dict[str, dict[str, str]] = {**LAYERS, **TRAINING, **RATES, **VERDICTS, **THEORY, **BASELINES, **SIZES}
"""Every string by key and language."""

LANGUAGES = ("en", "ko")
"""Languages of every row, the default first."""

_WIDE = re.compile("([\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60])")
_FILLER = "\u2060"  # stands for the second column of a wide character while lines are broken


def check_language(lang: str) -> None:
    """Raise an error that lists the languages if this is not one of them."""
    if lang not in LANGUAGES:
        raise ActvizError(f"language must be one of {', '.join(LANGUAGES)}, not {lang!r}")


def text(key: str, lang: str = "en", **values: Any) -> str:
    """Return a string of the table with its values filled in."""
    check_language(lang)
    return TEXT[key][lang].format(**values)


def label(name: str, lang: str = "en") -> str:
    """Return how an initializer or activation is written on a figure; an unknown name appears as it is.

    >>> label("uniform:-1,1"), label("he_normal"), label("variance_scaling:1.5,fan_in,normal"), label("my_init")
    ('U(−1, 1)', 'He normal', '1.5 / fan_in', 'my_init')
    """
    if name in NAMES:
        return NAMES[name][lang]
    family, _, given = name.partition(":")
    if family == "variance_scaling" and given.count(",") == 2:
        scale, mode, distribution = given.split(",")
        return f"{scale} / {mode}" + (f", {distribution}" if distribution != "normal" else "")
    form, defaults = FORMS.get(family, ("", ()))
    values = tuple(given.replace("-", "−").split(",")) if given else defaults
    if len(values) != len(defaults) or not form:
        return name
    return form.format(*values).replace("N(0, 1²)", "N(0, 1)")


def wrapped(written: str, width: int, **options: Any) -> str:
    """Break a text into lines of at most ``width`` columns; Hangul and other wide characters take two.

    ``options`` are those of ``textwrap.fill``.

    >>> wrapped("가중치 초기화", 7).splitlines()
    ['가중치', '초기화']
    """
    filled = textwrap.fill(_WIDE.sub(rf"\1{_FILLER}", written), width, **options)
    return filled.replace(_FILLER, "") or written
