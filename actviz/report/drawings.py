"""Figures inside a page: SVG made small, its colours as variables of the page, its words for those who do not see."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, TypeVar

from actviz.catalog.checks import worker_count
from actviz.catalog.looks import THEMES
from actviz.numerics.parallel import in_order
from actviz.plots import story
from actviz.plots.canvas.building import Drawing
from actviz.plots.canvas.style import FONTS
from actviz.plots.files.making import worth
from actviz.plots.files.record import png_metadata, written
from actviz.plots.files.saving import svg_text
from actviz.text import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


AUTO = "auto"
"""The theme that follows the reader's setting."""

T = TypeVar("T")

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_PLACES = 2
"""Decimals of a point: a fiftieth of a pixel on a full-HD projector."""


@dataclass(frozen=True)
class Words:
    """What is said of a figure: its title, what to see in it, what it shows for those who do not see; and its section.

    A section is the key of a part of an experiment's text; empty where there is none.
    """

    title: str
    caption: str
    alt: str
    section: str = ""


@dataclass(frozen=True)
class Drawn:
    """A figure of the page: its anchor, its SVG, what is said of it, and what its files say of themselves."""

    stem: str
    svg: str
    words: Words
    about: Mapping[str, str]


def words_of(figure: Figure, section: str = "") -> Words:
    """Return what is said of a figure that actviz drew."""
    own = story(figure)
    return Words(own.title, own.caption, own.alt, section)


def in_sections(figures: Iterable[T], section: Callable[[T], str], lang: str) -> list[tuple[str, list[T]]]:
    """Part figures, in their order, by the section they belong to, with its name; it is empty where there is none."""
    return [
        (text(f"section.{key}", lang) if key else "", list(group))
        for key, group in itertools.groupby(figures, key=section)
    ]


def drawn(stem: str, draw: Drawing, section: str, number: int, *, fixed: bool, lang: str) -> Drawn:
    """Draw a figure for a page; ``number`` keeps its identifiers apart from those of the page's other figures.

    Unless ``fixed``, the colours of the light theme become variables with those as defaults.
    """
    figure = draw()
    words = words_of(figure, section)
    svg = compact(svg_text(figure), f"f{number}-", lang)
    # As in a file that actviz writes, so that a download can be drawn again.
    named = written(figure)
    about = png_metadata(*named) if named else {}
    return Drawn(stem, _labelled(svg if fixed else _with_variables(svg), number, words), words, about)


def compact(svg: str, prefix: str, lang: str) -> str:
    """Return an SVG element a third as long that looks the same: matplotlib writes ten digits and a name for all."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style type.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bd="([^"]*)"', lambda match: f'd="{_path(match[1])}"', svg)
    svg = re.sub(r'\b(?:x|y|width|height)="[^"]*"|translate\([^)]*\)', _rounded, svg)
    svg = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", svg)
    families = ", ".join(f"'{family}'" for family in FONTS[lang])
    svg = svg.replace(f" font-family: {families};", "")
    svg = _renamed(_tight_styles(svg), prefix)
    svg = re.sub(r">\s+<", "><", svg)
    return svg.replace("<svg", f'<svg class="figure" font-family="{escape(families)}" stroke-linejoin="round"', 1)


def _tight_styles(svg: str) -> str:
    return re.sub(r'style="[^"]*"', lambda match: match[0].replace(": ", ":").replace("; ", ";"), svg)


def _rounded(match: re.Match[str]) -> str:
    return _NUMBER.sub(lambda number: _short(round(float(number[0]) * 10**_PLACES)), match[0])


def _short(hundredths: int) -> str:
    """Write a number of hundredths with as few characters as there can be."""
    sign, whole = "-" * (hundredths < 0), f"{abs(hundredths):03d}"
    part = whole[-2:].rstrip("0")
    return sign + (whole[:-2].lstrip("0") + (f".{part}" if part else "") or "0") if hundredths else "0"


def _path(data: str) -> str:
    """Write a path in steps from point to point, which are short where points are close; nothing adds up."""
    steps: list[str] = []
    here = start = (0, 0)
    for command, rest in _STEP.findall(data):
        if command in "zZ":
            steps.append("z")
            here = start
            continue
        values = [round(float(value) * 10**_PLACES) for value in _NUMBER.findall(rest)]
        points = list(zip(values[::2], values[1::2], strict=True))
        if command == "L" and 0 in (points[0][0] - here[0], points[0][1] - here[1]):
            across = points[0][1] == here[1]
            steps.append(f"{'h' if across else 'v'}{_short(points[0][not across] - here[not across])}")
        else:
            moved = [_short(value - origin) for point in points for value, origin in zip(point, here, strict=True)]
            steps.append(command.lower() + " ".join(moved).replace(" -", "-"))
        here = points[-1]
        if command == "M":
            start = here
    return "".join(steps)


def _renamed(svg: str, prefix: str) -> str:
    """Keep the identifiers that something refers to, under short names of this figure's own."""
    used = dict.fromkeys(re.findall(r'(?:url\(|xlink:href=")#([^)"]+)', svg))
    names = {old: f"{prefix}{position}" for position, old in enumerate(used)}
    svg = re.sub(r' id="([^"]*)"', lambda match: f' id="{names[match[1]]}"' if match[1] in names else "", svg)
    return re.sub(r'(url\(|xlink:href=")#([^)"]+)', lambda match: f"{match[1]}#{names[match[2]]}", svg)


def colours(theme: str) -> dict[str, str]:
    """Return the colours of a theme by the name of the page's variable that holds each."""
    look = THEMES[theme]
    plain = {
        name: getattr(look, name)
        for name in ("background", "panel", "text", "muted", "grid", "alarm", "large", "small", "alike")
    }
    return {**plain, **look.palette}


def scheme(theme: str) -> str:
    """Return the colour schemes that a page of a theme has."""
    return "light dark" if theme == AUTO else "dark" if theme == "dark" else "light"


def variables(theme: str) -> str:
    """Return a page's colours as CSS variables; paper is always light."""

    def block(name: str) -> str:
        return ":root{" + "".join(f"--{key}:{value};" for key, value in colours(name).items()) + "}"

    if theme in ("light", "print"):
        return block(theme)
    asked = "@media screen and (prefers-color-scheme: dark)" if theme == AUTO else "@media screen"
    return f"{block('light')}\n{asked}{{{block('dark')}}}"


def _with_variables(svg: str) -> str:
    names = {colour.lower(): name for name, colour in colours("light").items()}

    def variable(match: re.Match[str]) -> str:
        return f"var(--{names[match[0]]})" if match[0] in names else match[0]

    def styled(match: re.Match[str]) -> str:
        # White words stand on a dark cell of a map, whose colour is data: it stays, and so do they.
        keep = match[1] == "text" and "#ffffff" in match[0]
        return match[0] if keep else re.sub(r"#[0-9a-f]{6}\b", variable, match[0])

    return re.sub(r'<(\w+)\b[^>]*?style="[^"]*"', styled, svg)


def _labelled(svg: str, number: int, words: Words) -> str:
    """Give an SVG element a role, a name and a description."""
    head, _, rest = svg.partition(">")
    name, description = f"f{number}-title", f"f{number}-desc"
    return (
        f'{head} role="img" aria-labelledby="{name}" aria-describedby="{description}"><title id="{name}">'
        f'{escape(words.title)}</title><desc id="{description}">{escape(words.alt)}</desc>{rest}'
    )


def numbered(figures: Iterable[tuple[str, Drawing, str]], workers: int | None, *, theme: str, lang: str) -> list[Drawn]:
    """Draw figures for one page on all cores, each with identifiers of its own: of stems, drawings and sections."""
    tasks = [(*figure, number) for number, figure in enumerate(figures)]
    draw = partial(drawn, fixed=theme == "print", lang=lang)
    return in_order(draw, tasks, worker_count(workers), worth(len(tasks)))
