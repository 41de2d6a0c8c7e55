"""Markup from templates, one way for all pages: whatever is put in is escaped, unless it is markup itself."""

from __future__ import annotations

from functools import cache, partial
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from actviz.text import text, unbroken

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("actviz", ""),
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["unbroken"] = unbroken
    return made


def _escaped(value: Any) -> Any:
    """Escape as ``html.escape`` does, which spells quotes otherwise than jinja2: pages keep their bytes."""
    return value if hasattr(value, "__html__") else markup(escape(str(value)))


def markup(written: str) -> Markup:
    """Mark what is markup already: it is not escaped again."""
    from markupsafe import Markup

    return Markup(written)


def template(path: str) -> Template:
    """Return a template by its path in the package."""
    return _environment().get_template(path)


def render(path: str, lang: str, **values: Any) -> Markup:
    """Fill a template of the package; in it, ``say`` looks up a text in the page's language."""
    return markup(template(path).render(lang=lang, say=partial(text, lang=lang), **values))


def static(path: str) -> Markup:
    """Return a style sheet or a script of the package as it is."""
    return markup(files("actviz").joinpath(path).read_text(encoding="utf-8"))
