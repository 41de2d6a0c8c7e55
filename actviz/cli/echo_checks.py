"""What commands print of number formats and of checks across widths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actviz.cli.echo import WIDTH, echo_json, echo_table
from actviz.cli.printing import say
from actviz.text import text, wrapped
from actviz.text.numbers import percent
from actviz.text.tables import number


def format_rows(dataset: Any, names: Sequence[str], lang: str) -> list[dict[str, Any]]:
    """Return a row for each pairing, format and side: what the layer that loses most loses, in per cent."""
    import actviz
    from actviz.results.formats import SIDES

    frame, rows = actviz.formats(dataset, names), []
    for (init, activation, name), own in frame.groupby(["init", "activation", "format"], sort=False):
        for side in SIDES:
            losing = own[[f"{side}_flushed", f"{side}_overflow"]].max(axis=1)
            worst = own.loc[losing.fillna(-1.0).idxmax()]
            shares = {what: _between(worst, f"{side}_{what}") for what in ("flushed", "subnormal", "overflow")}
            scale = number(float(own["loss_scale"].iloc[0])) if side == "grad" else "-"
            rows.append({"init": init, "activation": activation, "format": name, "layer": int(worst["layer"]),
                         "values": text(f"formats.of.{side}", lang), **shares, "loss scale": scale})  # fmt: skip
    return rows


def _between(row: Any, name: str) -> str:
    """Write a share, and where it is not known how large it is at least and at most."""
    low, high = (percent(float(row[each])) for each in (name, f"{name}_most"))
    return low if low == high else f"≤ {high}" if low.startswith("<") else f"{low.removesuffix('%').rstrip()}–{high}"


def echo_formats(dataset: Any, names: Sequence[str], lang: str) -> None:
    """Print what number formats would lose."""
    say()
    say(text("cli.formats", lang))
    echo_table(format_rows(dataset, names, lang), lang)


def echo_coordinates(dataset: Any, lang: str, *, as_json: bool, tried: str = "") -> None:
    """Print the slopes of every layer of a coordinate check, what they say, what helps, and what trying that gave."""
    import dataclasses

    import actviz
    from actviz.scaling import judge
    from actviz.scaling.words import how_words, rows, sentences

    growths = judge(dataset)
    said = [*sentences(dataset, growths, lang), *([tried] if tried else [])]
    if as_json:
        told = [{**dataclasses.asdict(each), "departs": each.departs} for each in growths]
        return echo_json({"recipe": actviz.recipe(dataset), "slopes": told, "found": said})
    widths = dataset["width"].values
    networks = len(widths) * dataset.sizes["seed"]
    ends = {"low": int(widths.min()), "high": int(widths.max())}
    say(wrapped(text("cli.coordinates", lang, networks=networks, **ends, words=how_words(dataset, lang)), WIDTH))
    say(text("cli.coordinates_slopes", lang))
    echo_table(rows(dataset, lang), lang)
    if said:
        say()
    for each in said:
        say(wrapped(each, WIDTH, subsequent_indent="  "))
