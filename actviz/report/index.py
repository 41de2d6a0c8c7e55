"""The index of a figure set: one HTML page beside the files that says what each shows, and what was tested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actviz.experiments.reproduction import CheckRow, ClaimRow
from actviz.report.markup import render
from actviz.text import TEXT


def index_words(lang: str) -> dict[str, str]:
    """Return the page's own words by key; a report has those of claims and numbers too."""
    return {key.removeprefix("index."): row[lang] for key, row in TEXT.items() if key.startswith("index.")}


@dataclass(frozen=True)
class Entry:
    """One figure of the set: its name, its files (the first one is shown), its caption, and what to see in it."""

    stem: str
    files: Sequence[str]
    caption: str
    alt: str = ""

    @property
    def headline(self) -> str:
        """First sentence of the caption."""
        return re.split(r"(?<=[.?]) ", self.caption, maxsplit=1)[0]

    @property
    def shown(self) -> str:
        """The file that a page shows: not a PDF; empty where there is no other."""
        return next((file for file in self.files if not file.endswith(".pdf")), "")


def index_page(
    title: str,
    source: str,
    entries: Sequence[Entry],
    recipes: Mapping[str, Mapping[str, Any]],
    version: str,
    lang: str,
    *,
    claims: Sequence[ClaimRow] = (),
    checks: Sequence[CheckRow] = (),
) -> str:
    """HTML of the index.

    Parameters
    ----------
    title, source : str
        Of the experiment.
    entries : sequence of Entry
        In the order they are to be read.
    recipes : mapping
        From a result's file name to its recipe.
    version : str
        Of actviz.
    lang : str
        Language code of the captions.
    claims, checks : sequence, optional
        Statements and numbers that were tested; each kind has a section of its own.
    """
    words = index_words(lang)
    given = {"title": title, "source": source, "entries": entries, "recipes": recipes, "version": version}
    return render("report/static/index.html", lang, words=words, claims=claims, checks=checks, **given)
