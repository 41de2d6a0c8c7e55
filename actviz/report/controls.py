"""The explorer's place in the page: native controls, which every browser makes usable by keyboard and by ear."""

from __future__ import annotations

from html import escape

from actviz.report.charts import SLOTS
from actviz.report.explorer import LINES
from actviz.text import text


def _word(key: str, lang: str) -> str:
    return escape(text(f"report.{key}", lang))


def _pairing(slot: str, lang: str) -> str:
    hidden = " hidden" if slot == "b" else ""
    return (
        f'<fieldset id="pairing-{slot}"{hidden}><legend class="slot slot-{slot}">{_word(f"slot.{slot}", lang)}</legend>'
        f'<label>{_word("choose.init", lang)}<select id="init-{slot}"></select></label>'
        f'<label>{_word("choose.activation", lang)}<select id="activation-{slot}"></select></label></fieldset>'
    )


def _check(name: str, lang: str, *, on: bool) -> str:
    checked = " checked" if on else ""
    return f'<label class="check"><input type="checkbox" id="{name}"{checked}>{_word(f"choose.{name}", lang)}</label>'


def _axes(lang: str) -> str:
    radios = "".join(
        f'<label class="check"><input type="radio" name="axis" value="{axis}"{" checked" * (axis == "log")}>'
        f"{_word(f'choose.{axis}', lang)}</label>"
        for axis in ("log", "linear")
    )
    return f"<fieldset><legend>{_word('choose.axis', lang)}</legend>{radios}</fieldset>"


def _chart(name: str, words: str) -> str:
    return f'<div class="chart" id="chart-{name}" role="img" aria-label="{words}"></div>'


def _side(slot: str, lang: str) -> str:
    hidden = " hidden" if slot == "b" else ""
    name = f"{_word(f'slot.{slot}', lang)}: {_word('axis.value', lang)}"
    return (
        f'<div id="side-{slot}"{hidden}><p><strong class="slot slot-{slot}" id="name-{slot}"></strong> '
        f'<span id="words-{slot}"></span></p>{_chart(f"histogram-{slot}", name)}</div>'
    )


def explorer_section(lang: str) -> str:
    """Return the explorer without data; it stays hidden where scripts do not run."""
    form = (
        f'<form id="controls" autocomplete="off"><label>{_word("choose.view", lang)}<select id="view"></select></label>'
        + "".join(_pairing(slot, lang) for slot in SLOTS)
        + f"<fieldset>{_check('compare', lang, on=False)}{_check('band', lang, on=True)}"
        + f"{_check('theory', lang, on=True)}{_check('counts', lang, on=False)}</fieldset>{_axes(lang)}"
        + f'<div class="layer"><button type="button" id="play">{_word("play", lang)}</button>'
        + f'<label>{_word("choose.layer", lang)}<input type="range" id="layer" min="1" max="1" value="1"></label>'
        + '<output for="layer" id="layer-words"></output></div></form>'
    )
    lines = "".join(
        _chart(f"{name}-{axis}", _word(f"axis.{name}", lang)) for name in LINES for axis in ("log", "linear")
    )
    return (
        f'<section id="explorer" aria-labelledby="explorer-name" hidden><h2 id="explorer-name">'
        f"{_word('explorer', lang)}</h2>\n<p>{_word('explorer.about', lang)}</p>\n{form}\n"
        '<p id="view-words" class="source"></p>\n<div class="charts"><div id="told" aria-live="polite">'
        f"{''.join(_side(slot, lang) for slot in SLOTS)}</div><div>{lines}</div></div>\n"
        f"<p>{_word('explorer.how', lang)}</p></section>"
    )
