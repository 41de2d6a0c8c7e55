"""Every word a user reads, looked up by key and language.

A language is a folder of flat tables ``{key: text}``, with the files and keys of ``en``, and a word in ``LANGUAGES``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from actviz.errors import ActvizError
from actviz.text.escaping import escaped
from actviz.text.lines import balanced, shortened, unbroken, width_of, wrapped
from actviz.text.numbers import squared, typed

__all__ = [
    "LANGUAGES",
    "NAMES",
    "TEXT",
    "balanced",
    "check_language",
    "in_language",
    "in_words",
    "label",
    "listed",
    "pairing_label",
    "parted",
    "run_name",
    "shortened",
    "source_label",
    "text",
    "typeset",
    "unbroken",
    "width_of",
    "words",
    "wrapped",
]

LANGUAGES = ("en", "ko")
"""A folder beside this file each; the default, which has every key, first."""

FILES = (
    "figures",
    "trainings",
    "stories",
    "findings",
    "judging",
    "checks",
    "remedies",
    "pages",
    "commands",
    "experiments",
    "drawings",
    "claims",
    "lecture",
    "sweeps",
    "scaling",
)
"""In every language's folder."""


def _words_of(lang: str) -> dict[str, str]:
    return {key: words for file in FILES for key, words in import_module(f"{__name__}.{lang}.{file}").TEXT.items()}


_BY_LANGUAGE = {lang: _words_of(lang) for lang in LANGUAGES}

TEXT: dict[str, dict[str, str]] = {
    key: {lang: words[key] for lang, words in _BY_LANGUAGE.items()} for key in _BY_LANGUAGE[LANGUAGES[0]]
}
"""Every string by key and language."""


def _table(beginning: str) -> dict[str, dict[str, str]]:
    return {key.removeprefix(beginning): row for key, row in TEXT.items() if key.startswith(beginning)}


NAMES = _table("name.")
"""Initializers, activations, schedules, losses, units of a schedule and optimizers whose label is not their name."""

SETTINGS = _table("setting.")
"""Settings in the label of a run: in full, or what stands before a value."""

_FORMS, _SCHEDULE_FORMS, _REFERENCES = _table("form."), _table("schedule."), _table("reference.")

_DEFAULTS = {"normal": ("1",), "truncated_normal": ("1",), "uniform": ("−1", "1"), "constant": ("0.1",)}
"""What a family with parameters has where only its name is given."""

_GAUSSIAN = ("normal", "truncated_normal")
"""Families whose parameter is a standard deviation."""

_IMPORTED = re.compile(r"[A-Za-z_][\w.]*:([A-Za-z_]\w*)")
_ONE = re.compile(
    r"(?<![\d.,·−–/])\b1 ((?:training |weight )?(?:activation|case|claim|descent|epoch|figure|file|initializer|"
    r"layer|network|pairing|point|result|row|run|sample|scale|seed|slide|start|step|unit|update))s\b"
)
_SPACED_PERCENT = re.compile(r"(?<=\d)[ \u00a0]%")
_SPACED_BRACKET = re.compile(r"(?<=[가-힣]) \(")

_OF_RESULT = re.compile(r"(\S.*) \(([^()]+)\)")


def check_language(lang: str) -> None:
    """Raise an error that lists the languages if this is not one of them."""
    if lang not in LANGUAGES:
        raise ActvizError(f"language must be one of {', '.join(LANGUAGES)}, not {lang!r}")


def in_language(words: str | Mapping[str, str], lang: str = "en") -> str:
    """Return words in a language; a text without languages, such as a citation, is the same in all."""
    check_language(lang)
    return words if isinstance(words, str) else words[lang]


def in_words(reference: str, lang: str = "en") -> str:
    """Return what a table says of a thing in a language; a citation or a formula as it is.

    >>> in_words("He, Zhang, Ren & Sun 2015", "ko"), in_words("fixed std, no scaling", "ko")
    ('He, Zhang, Ren & Sun 2015', '고정된 표준편차, 너비에 맞추지 않음')
    """
    return _REFERENCES[reference][lang] if reference in _REFERENCES else reference


_PARTICLE = re.compile(r"([^\W_])([^\w\s]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\))")
"""A particle that is still to be chosen, behind the last letter of its word and what closes that."""


def _chosen(found: re.Match[str]) -> str:
    """Choose a particle by how its word ends when it is read: in a consonant or in a vowel."""
    last, closing, both = found.groups()
    syllable = ord(last) - ord("가")
    closed = syllable % 28 > 0 if 0 <= syllable < 11172 else last in "013678²lmnrLMNR"
    # 와(과) alone names the one behind a vowel first.
    behind_consonant, behind_vowel = (both[2], both[0]) if both[0] == "와" else (both[0], both[2])
    return f"{last}{closing}{behind_consonant if closed else behind_vowel}"


def typeset(written: str, lang: str) -> str:
    """Return words as a language sets them: one seed in English; no space before percent and bracket in Korean.

    >>> typeset("50 %, 1 seeds of 11 seeds", "en"), typeset("50 %", "ko"), typeset("소실 (심각)", "ko")
    ('50 %, 1 seed of 11 seeds', '50%', '소실(심각)')
    >>> typeset("He 정규분포은(는)", "ko"), typeset("N(0, 1)와(과)", "ko")
    ('He 정규분포는', 'N(0, 1)과')
    """
    if lang == "ko":
        return _PARTICLE.sub(_chosen, _SPACED_BRACKET.sub("(", _SPACED_PERCENT.sub("%", written)))
    return _ONE.sub(r"1 \1", written)


def text(key: str, lang: str = "en", **values: Any) -> str:
    """Return a string of the table with its values filled in."""
    check_language(lang)
    return typeset(TEXT[key][lang].format(**values), lang)


def listed(names: Sequence[str], most: int, lang: str = "en") -> str:
    """Return names in a row; of more than so many, the first, and how many more there are."""
    row = ", ".join(names[:most])
    return text("names.more", lang, names=row, number=len(names) - most) if len(names) > most else row


def words(key: str, **values: Any) -> dict[str, str]:
    """Return a string of the table in every language; a value may be one text for all, or one a language."""

    def in_one(value: Any, lang: str) -> Any:
        return value[lang] if isinstance(value, Mapping) else value

    return {
        lang: typeset(written.format(**{name: in_one(each, lang) for name, each in values.items()}), lang)
        for lang, written in TEXT[key].items()
    }


def label(name: str, lang: str = "en", *, schedule: bool = False) -> str:
    """Return how a name is written on a figure, of a ``schedule`` or of anything else; an unknown one as it is.

    Of characters that a terminal would act on, and no font has, the codes are written.

    >>> label("uniform:-1,1"), label("he_normal"), label("variance_scaling:1.5,fan_in,normal"), label("my_init")
    ('U(−1, 1)', 'He normal', '1.5 / fan_in', 'my_init')
    >>> label("my.module:swish2"), label("leaky_relu:0.2")  # of what is imported, the object's own name
    ('swish2', 'leaky_relu:0.2')
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
        return f"{typed(scale)} / {mode}" + (f", {distribution}" if distribution != "normal" else "")
    forms = _SCHEDULE_FORMS if schedule else _FORMS
    if family not in forms:
        return escaped(found[1] if (found := _IMPORTED.fullmatch(name)) else name)
    values = tuple(given.split(",")) if given else _DEFAULTS[family]
    if len(values) != len(_DEFAULTS[family]):
        return name
    if family in _GAUSSIAN:
        try:
            values = (squared(float(values[0])),)
        except ValueError:
            return name
    return forms[family][lang].format(*(typed(value).replace("-", "−") for value in values))


def source_label(name: str, lang: str = "en") -> str:
    """Return how inputs or data are written; those of a user's own as they are.

    >>> source_label("normal:0.001"), source_label("normal", "ko"), source_label("mnist"), source_label("moons:60,0.2")
    ('N(0, 0.001²)', '정규분포', 'MNIST', 'two moons, noise 0.2')
    """
    family, colon, given = name.partition(":")
    if (colon or name in NAMES) and (written := label(name, lang)) != name:
        return written
    row = TEXT.get(f"inputs.{family}")
    if row is None:
        return name
    try:
        return TEXT[f"inputs.{family}_with" if given else f"inputs.{family}"][lang].format(*given.split(","))
    except LookupError:  # of fewer values than are worth a word
        return row[lang]


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
    written = typed(", ".join(_setting(part, lang, schedule) for part in own.split(", ")))
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
