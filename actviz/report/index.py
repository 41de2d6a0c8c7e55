"""The index of a figure set: one HTML page beside the files that says what each shows, and what was tested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actviz.experiments.reproduction import CheckRow, ClaimRow
from actviz.report.markup import render

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
    words = {key: row[lang] for key, row in WORDS.items()}
    given = {"title": title, "source": source, "entries": entries, "recipes": recipes, "version": version}
    return render("report/static/index.html", lang, words=words, claims=claims, checks=checks, **given)
