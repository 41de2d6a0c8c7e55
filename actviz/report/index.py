"""The index of a figure set: one HTML page beside the files that says what each shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Any

_PAGE = Template("""<!doctype html>
<html lang="$lang">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
figure { margin: 3rem 0 }
img { width: 100%; height: auto; border: 1px solid #8884 }
code { overflow-wrap: anywhere }
td, th { text-align: left; vertical-align: top; padding-right: 1rem }
@media print { figure { break-inside: avoid } }
</style>
<h1>$title</h1>
<p>$source</p>
<nav><ol>
$contents
</ol></nav>
$figures
<h2>Data</h2>
<p>Every figure is drawn from these results; open them with <code>actviz show</code>, <code>actviz figures</code> or
<code>xarray.open_dataset</code>.</p>
$recipes
<p>Made by actviz $version.</p>
</html>
""")


@dataclass(frozen=True)
class Entry:
    """One figure of the set: its name, its files (the first one is shown) and its caption."""

    stem: str
    files: Sequence[str]
    caption: str

    @property
    def headline(self) -> str:
        """First sentence of the caption."""
        return re.split(r"(?<=[.?]) ", self.caption, maxsplit=1)[0]


def _figure(entry: Entry) -> str:
    links = " ".join(f'<a href="{escape(file)}">{escape(file)}</a>' for file in entry.files)
    shown = next((file for file in entry.files if not file.endswith(".pdf")), None)
    picture = f'<img src="{escape(shown)}" alt="{escape(entry.caption)}" loading="lazy">\n' if shown else ""
    return (
        f'<figure id="{escape(entry.stem)}">\n{picture}'
        f"<figcaption>{escape(entry.caption)}<br>{links}</figcaption>\n</figure>"
    )


def _recipe(file: str, recipe: Mapping[str, Any]) -> str:
    rows = "\n".join(
        f"<tr><th>{escape(key)}<td>{escape(', '.join(map(str, value)) if isinstance(value, list) else str(value))}"
        for key, value in recipe.items()
    )
    return f'<details><summary><a href="{escape(file)}">{escape(file)}</a></summary><table>\n{rows}\n</table></details>'


def index_page(
    title: str, source: str, entries: Sequence[Entry], recipes: Mapping[str, Mapping[str, Any]], version: str, lang: str
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
    """
    return _PAGE.substitute(
        lang=escape(lang),
        title=escape(title),
        source=escape(source),
        contents="\n".join(f'<li><a href="#{escape(e.stem)}">{escape(e.headline)}</a>' for e in entries),
        figures="\n".join(map(_figure, entries)),
        recipes="\n".join(_recipe(file, recipe) for file, recipe in recipes.items()),
        version=escape(version),
    )
