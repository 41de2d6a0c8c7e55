"""The report: one self-contained HTML page of a result or an experiment, opened from disk without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.catalog.looks import THEMES
from actviz.errors import ActvizError
from actviz.experiments.reproduction import CheckRow, ClaimRow
from actviz.plots.canvas.style import FONTS
from actviz.plots.files.saving import font_faces
from actviz.report import charts, tables
from actviz.report.drawings import AUTO, Drawn, colours, in_sections, numbered, scheme
from actviz.report.explorer import LINES, explorer_data
from actviz.report.found import sentences
from actviz.report.index import index_words, own_fonts, page_style
from actviz.report.markup import render, static
from actviz.results.dataset import recipe
from actviz.results.standing import signed
from actviz.results.writing import write_atomically
from actviz.text import check_language, text
from actviz.version import __version__

if TYPE_CHECKING:
    import xarray
    from markupsafe import Markup

    from actviz.plots.canvas.building import Drawing


@dataclass(frozen=True)
class Content:
    """What a report tells.

    Parameters
    ----------
    title, source : str
        Of the page; where the experiment was published.
    datasets : mapping
        Results by name.
    figures : iterable of (str, Drawing, str)
        Anchor, what draws the figure, and the key of its section.
    claims, checks : sequence
        Statements and numbers that were tested.
    left : str
        Which claims were not.
    command : str
        The command that runs the whole experiment; empty for a single result.
    """

    title: str
    source: str
    datasets: Mapping[str, xarray.Dataset]
    figures: Iterable[tuple[str, Drawing, str]]
    claims: Sequence[ClaimRow] = ()
    checks: Sequence[CheckRow] = ()
    left: str = ""
    command: str = ""


def result_content(name: str, ds: xarray.Dataset, *, theme: str, lang: str) -> Content:
    """Return what there is to tell of one result, a saved probe, training, descent or range test."""
    kind = str(recipe(ds).get("kind", "probe"))
    title = text(f"report.title.{kind}", lang)
    return Content(title, name, {name: ds}, _figures(ds, drawing_theme(theme), lang))


def _figures(ds: xarray.Dataset, theme: str, lang: str) -> Iterator[tuple[str, Drawing, str]]:
    from actviz.plots import FIGURES, figures_of

    for name in FIGURES:
        if FIGURES[name].missing(ds):
            continue
        for stem, draw in figures_of(ds, [name], theme=theme, lang=lang):
            yield stem, draw, ""


def drawing_theme(theme: str) -> str:
    """Return in which theme figures are drawn for a page: in colours that become variables, or for paper.

    Raises
    ------
    ActvizError
        If there is no such theme.
    """
    if theme not in (AUTO, *THEMES):
        raise ActvizError(f"theme must be one of {', '.join((AUTO, *THEMES))}, not {theme!r}")
    return "print" if theme == "print" else "light"


def write_page(
    content: Content,
    path: str | os.PathLike[str],
    *,
    theme: str = AUTO,
    lang: str = "en",
    explorer: bool = True,
    workers: int | None = None,
    key: str = "",
) -> None:
    """Write a report to one HTML file, atomically.

    Parameters
    ----------
    content : Content
    path : path
    theme : {"auto", "light", "dark", "print"}
        ``auto`` follows the reader's setting.
    lang : str
    explorer : bool
        Whether the page has the explorer; it needs Bokeh (extra ``page``).
    workers : int, optional
        Processes that draw, all cores unless given; the page is the same.
    key : str
        Of all that the page is made of, which its end then tells (``is_signed``).

    Raises
    ------
    ActvizError
        If a choice is not allowed, Bokeh is missing or the path cannot be written.
    """
    check_language(lang)
    drawing_theme(theme)
    if explorer:
        charts.require_bokeh()
    page = report_page(content, theme=theme, lang=lang, explorer=explorer, workers=workers)
    page = signed(page, key) if key else page
    write_atomically(path, lambda to: to.write_text(page, encoding="utf-8", newline="\n"))


def report_page(
    content: Content, *, theme: str = AUTO, lang: str = "en", explorer: bool = True, workers: int | None = None
) -> str:
    """Return a report's HTML; parameters as for ``write_page``."""
    figures = numbered(content.figures, workers, theme=theme, lang=lang)
    views = explorer_data(content.datasets, lang) if explorer else []
    body = _body(content, figures, views, lang)
    scripts = [("", static("report/static/page.js")), *(_explorer_scripts(views, theme, lang) if views else [])]
    style = page_style(theme, lang)
    data = [code for name, code in scripts if name]
    head = {"title": content.title, "policy": _policy(scripts), "scheme": scheme(theme), "style": style}
    fonts = _fonts(figures, "".join([body, *data]), lang)
    return str(render("report/static/page.html", lang, **head, fonts=fonts, body=body, scripts=scripts))


def _body(content: Content, figures: Sequence[Drawn], views: Sequence[Mapping[str, Any]], lang: str) -> Markup:
    """Return everything that is read on the page; a section that has nothing to say is left out."""
    told = sentences(content.datasets, lang)
    sections = {
        "found": told or content.claims,
        "explorer": views,
        "figures": in_sections(figures, lambda each: each.words.section, lang),
        "verdicts": tables.verdicts(content.datasets, lang),
        "outcomes": tables.outcome_tables(content.datasets, lang),
        "claims": content.claims,
        "checks": content.checks,
        "ran": tables.recipes(content.datasets, lang),
    }
    words = index_words(lang)
    names = {key: words.get(key) or text(f"report.{key}", lang) for key, inner in sections.items() if inner}
    given: dict[str, Any] = {"slots": charts.SLOTS, "statistics": LINES, "options": tables.options}
    given |= {"in_script": in_script, "left": content.left, "titles": {each.stem: each.words.title for each in figures}}
    about = {"content": content, "sentences": told, "words": words, "names": names, "version": __version__}
    return render("report/static/body.html", lang, **about, **given, **sections)


def _fonts(figures: Sequence[Drawn], page: str, lang: str) -> str:
    """Return the font faces of all figures together, and of the page's own Hangul, which not every reader has."""
    beside = own_fonts(page, lang)
    # A figure on a page names its families once, at its root.
    named = f'style="font-family: {", ".join(FONTS[lang])};'
    return font_faces(
        re.sub(r'(<(?:text|tspan)\b[^>]*)style="', rf"\1{named}", "".join(each.svg for each in figures)), beside
    )


def in_script(value: Any) -> str:
    """Write JSON that cannot end the script element it stands in, whatever a name holds."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _explorer_scripts(views: Sequence[Mapping[str, Any]], theme: str, lang: str) -> list[tuple[str, str]]:
    words = {key: text(f"report.{key}", lang) for key in ("play", "pause")}
    words |= {slot: text(f"report.slot.{slot}", lang) for slot in charts.SLOTS}
    words["layer_of"] = text("report.layer_of", lang, layer="{layer}", depth="{depth}")
    shown = {"light": "dark" if theme == "dark" else "print" if theme == "print" else "light"}
    looks = {
        key: {**colours(name), "theme": name}
        for key, name in (shown | ({"dark": "dark"} if theme == AUTO else {})).items()
    }
    data = {"views": views, "words": {**words, "statistics": LINES}, "looks": looks}
    return [  # identifiers of data, and scripts without one
        ("explorer-data", in_script(data)),
        ("explorer-charts", in_script(charts.items(lang))),
        ("", charts.library()),
        ("", static("report/static/explorer.js")),
    ]


def _policy(scripts: Sequence[tuple[str, str]]) -> str:
    """Return a content security policy: these scripts alone run, and nothing is fetched from anywhere."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for data, code in scripts
        if not data
    ]
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; font-src data:; "
        "img-src data: blob:; form-action 'none'; base-uri 'none'"
    )
