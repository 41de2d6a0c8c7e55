"""The index of a figure set: one HTML page beside the files that says what each shows, and what was tested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actviz.experiments.reproduction import CheckRow, ClaimRow
from actviz.plots.files.saving import font_faces
from actviz.report.charts import families
from actviz.report.drawings import AUTO, in_sections, variables
from actviz.report.markup import render, static
from actviz.text import TEXT, text


def index_words(lang: str) -> dict[str, str]:
    """Return the page's own words by key; a report has those of claims and numbers too."""
    return {key.removeprefix("index."): row[lang] for key, row in TEXT.items() if key.startswith("index.")}


def page_style(theme: str, lang: str) -> str:
    """Return the style of a page of figures."""
    return f"{variables(theme)}\n:root{{--families:{families(lang)}}}\n{static('report/static/page.css')}"


def own_fonts(page: str, lang: str) -> dict[tuple[str, int], set[str]]:
    """Return which letters of which shipped fonts a page's own words need: Hangul, which not every reader has."""
    own = {each for each in page if lang == "ko" or "\uac00" <= each <= "\ud7a3"}
    return {("Noto Sans KR", weight): own for weight in (400, 700)} if own else {}


@dataclass(frozen=True)
class Entry:
    """One figure of the set.

    Parameters
    ----------
    stem : str
    files : sequence of str
        The first one is shown.
    caption, alt : str
        What to see in it, and what it shows for those who do not see.
    title : str
        What it says, in a line; the caption's first sentence unless given.
    section : str
        Key of the part of the text that it belongs to.
    """

    stem: str
    files: Sequence[str]
    caption: str
    alt: str = ""
    title: str = ""
    section: str = ""

    @property
    def headline(self) -> str:
        """One sentence of what it says."""
        return self.title or re.split(r"(?<=[.?]) ", self.caption, maxsplit=1)[0]

    @property
    def shown(self) -> str:
        """The file that a page shows: not a PDF; empty where there is no other."""
        return next((file for file in self.files if not file.endswith(".pdf")), "")


def index_page(
    title: str,
    source: str,
    entries: Sequence[Entry],
    ran: Sequence[Mapping[str, Any]],
    version: str,
    lang: str,
    *,
    claims: Sequence[ClaimRow] = (),
    checks: Sequence[CheckRow] = (),
    left: str = "",
    missing: int = 0,
) -> str:
    """HTML of the index.

    Parameters
    ----------
    title, source : str
        Of the experiment.
    entries : sequence of Entry
        In the order they are to be read.
    ran : sequence of mapping
        How each result came about, by the name of its file, as ``tables.recipes`` says it.
    version : str
        Of actviz.
    lang : str
        Language code of the captions.
    claims, checks : sequence, optional
        Statements and numbers that were tested; each kind has a section of its own.
    left : str
        Which claims were not.
    missing : int
        Figures that are still to come.
    """
    words = index_words(lang)
    given: dict[str, Any] = {"title": title, "source": source, "ran": ran, "version": version}
    given |= {"sections": in_sections(entries, lambda each: each.section, lang), "style": page_style(AUTO, lang)}
    given |= {"titles": {each.stem: each.headline for each in entries}, "words": words}
    given |= {"claims": claims, "checks": checks, "left": left}
    given |= {"missing": text("index.missing", lang, there=len(entries), all=len(entries) + missing) if missing else ""}
    plain = render("report/static/index.html", lang, fonts="", **given)
    return render("report/static/index.html", lang, fonts=font_faces("", own_fonts(plain, lang)), **given)
