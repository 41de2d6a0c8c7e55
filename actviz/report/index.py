"""The index of a figure set: one HTML page beside the files that says what each shows, and what was tested."""

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
table { border-collapse: collapse }
td, th { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0 }
.rows { overflow-x: auto; font-size: .95rem }
.rows tr { border-bottom: 1px solid #8884 }
.rows td { font-variant-numeric: tabular-nums }
.claim { border-left: .3rem solid #8886; padding-left: 1rem; margin: 2rem 0 }
.claim h3 { margin: 0 }
.claim ul { font-size: .95rem; margin: .5rem 0; padding-left: 1.2rem }
.FAIL { font-weight: bold; color: light-dark(#b00020, #ff8a80) }
@media print { figure, .claim { break-inside: avoid } }
</style>
<h1>$title</h1>
<p>$source</p>
<nav><ol>
$contents
</ol></nav>
$claims
$checks
$figures
<h2 id="data">$data</h2>
<p>$opened</p>
$recipes
<p>$made</p>
</html>
""")

WORDS = {
    "claims": {"en": "Claims", "ko": "주장"},
    "claims.about": {
        "en": "What the text says, and what this run says of it. Supported: so in every case that decides; it depends: "
        "in some, not in others.",
        "ko": "글의 주장과 이번 실행의 결과. 판정에 쓰인 모든 경우에 성립하면 ‘뒷받침됨’, 일부 경우에만 성립하면 "
        "‘경우에 따라 다름’이다.",
    },
    "checks": {"en": "Numbers", "ko": "수치"},
    "checks.about": {
        "en": "Known numbers beside those of this run, the mean over its seeds. The tolerance comes from the spread "
        "between seeds. In brackets: known from memory only; does not decide.",
        "ko": "알려진 수치와 이번 실행의 수치(시드 평균). 허용 범위는 시드 간 퍼짐에서 구한다. 괄호 안은 기억에만 "
        "따른 값이며 판정에 쓰지 않는다.",
    },
    "verdict": {"en": "verdict", "ko": "판정"},
    "PASS": {"en": "PASS", "ko": "통과"},
    "FAIL": {"en": "FAIL", "ko": "실패"},
    "what": {"en": "what", "ko": "항목"},
    "measured": {"en": "measured", "ko": "측정값"},
    "expected": {"en": "expected", "ko": "기댓값"},
    "allowed": {"en": "allowed", "ko": "허용 범위"},
    "basis": {"en": "how it is known", "ko": "근거"},
    "precisely": {"en": "Precisely:", "ko": "정확히 말하면:"},
    "claim": {"en": "claim", "ko": "주장"},
    "status": {"en": "status", "ko": "판정"},
    "shown": {"en": "shown by", "ko": "해당 그림"},
    "unexpected": {"en": "not what is expected", "ko": "예상과 다름"},
    "data": {"en": "Data", "ko": "데이터"},
    "opened": {
        "en": "Every figure is drawn from these results; open them with <code>actviz show</code>, "
        "<code>actviz figures</code> or <code>xarray.open_dataset</code>.",
        "ko": "모든 그림은 이 결과에서 그렸다. <code>actviz show</code>, <code>actviz figures</code> 또는 "
        "<code>xarray.open_dataset</code> 명령으로 연다.",
    },
    "made": {"en": "Made by actviz {version}.", "ko": "actviz {version} 버전으로 만들었다."},
}
"""The page's own words, by language."""


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


@dataclass(frozen=True)
class ClaimRow:
    """A claim in words: what is claimed, its status, the evidence, and the figure that shows it (its stem)."""

    number: int
    quote: str
    status: str
    verdict: str
    evidence: Sequence[str]
    precisely: str
    figure: str


@dataclass(frozen=True)
class CheckRow:
    """A number in words: what was measured, what was expected, and the verdict."""

    verdict: str
    what: str
    measured: str
    expected: str
    allowed: str
    basis: str


def table(name: str, head: str, body: str) -> str:
    """Put rows into a table with a name, in a box that scrolls sideways, by keyboard too."""
    name = escape(name)
    return (
        f'<div class="rows" tabindex="0" role="region" aria-label="{name}"><table>\n'
        f"<caption>{name}</caption>\n<thead><tr>{head}</thead>\n<tbody>{body}</tbody>\n</table></div>"
    )


def _figure(entry: Entry) -> str:
    links = " ".join(f'<a href="{escape(file)}">{escape(file)}</a>' for file in entry.files)
    shown = next((file for file in entry.files if not file.endswith(".pdf")), None)
    picture = (
        f'<img src="{escape(shown)}" alt="{escape(entry.alt or entry.caption)}" loading="lazy">\n' if shown else ""
    )
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


def _section(key: str, content: str, lang: str) -> str:
    """Put a headline and a line of explanation before rows; nothing where there are none."""
    if not content:
        return ""
    words = escape(WORDS[key][lang]), escape(WORDS[f"{key}.about"][lang])
    return f'<h2 id="{key}">{words[0]}</h2>\n<p>{words[1]}</p>\n{content}'


def claims_section(rows: Sequence[ClaimRow], lang: str) -> str:
    """Write all claims in a table, then each with its evidence, under a headline; nothing where there are none."""
    return _section("claims", _claims(rows, lang), lang)


def checks_section(rows: Sequence[CheckRow], lang: str) -> str:
    """Write all numbers in a table under a headline; nothing where there are none."""
    return _section("checks", _checks(rows, lang), lang)


def _claims(rows: Sequence[ClaimRow], lang: str) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(WORDS[column][lang])}' for column in ("claim", "status", "shown"))
    lines = "\n".join(
        f'<tr><td><a href="#claim-{row.number}">{row.number}. {escape(row.quote)}</a><td>{_status(row, lang)}'
        f'<td><a href="#{escape(row.figure)}">{escape(row.figure)}</a>'
        for row in rows
    )
    details = "\n".join(_claim(row, lang) for row in rows)
    return f"{table(WORDS['claims'][lang], head, lines)}\n{details}"


def _status(row: ClaimRow, lang: str) -> str:
    wrong = f' <span class="FAIL">{escape(WORDS["unexpected"][lang])}</span>' if row.verdict == "FAIL" else ""
    return f"<strong>{escape(row.status)}</strong>{wrong}"


def _claim(row: ClaimRow, lang: str) -> str:
    evidence = "\n".join(f"<li>{escape(line)}" for line in row.evidence)
    return (
        f'<section class="claim" id="claim-{row.number}"><h3>{row.number}. {escape(row.quote)}</h3>\n'
        f"<p>{_status(row, lang)}</p>\n<ul>\n{evidence}\n</ul>\n"
        f"<p><em>{escape(WORDS['precisely'][lang])}</em> {escape(row.precisely)}</p></section>"
    )


def _check(row: CheckRow, lang: str) -> str:
    word = row.verdict.strip("()")
    written = row.verdict.replace(word, WORDS[word][lang]) if word in WORDS else row.verdict
    return (
        f'<tr><td class="{escape(word)}">{escape(written)}<td>{escape(row.what)}<td>{escape(row.measured)}'
        f"<td>{escape(row.expected)}<td>{escape(row.allowed)}<td>{escape(row.basis)}"
    )


def _checks(rows: Sequence[CheckRow], lang: str) -> str:
    if not rows:
        return ""
    columns = ("verdict", "what", "measured", "expected", "allowed", "basis")
    head = "".join(f'<th scope="col">{escape(WORDS[column][lang])}' for column in columns)
    body = "\n".join(_check(row, lang) for row in rows)
    return table(WORDS["checks"][lang], head, body)


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
    anchors = [("claims", claims), ("checks", checks)]
    contents = [(key, WORDS[key][lang]) for key, rows in anchors if rows]
    contents += [(entry.stem, entry.headline) for entry in entries]
    return _PAGE.substitute(
        lang=escape(lang),
        title=escape(title),
        source=escape(source),
        contents="\n".join(f'<li><a href="#{escape(key)}">{escape(words)}</a>' for key, words in contents),
        claims=claims_section(claims, lang),
        checks=checks_section(checks, lang),
        figures="\n".join(map(_figure, entries)),
        data=escape(WORDS["data"][lang]),
        opened=WORDS["opened"][lang],
        recipes="\n".join(_recipe(file, recipe) for file, recipe in recipes.items()),
        made=escape(WORDS["made"][lang].format(version=version)),
    )
