"""The lecture as cells that measure, draw and decide by themselves, for both kinds of notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actviz.lecture.deck import Deck, Page, Picture
from actviz.lecture.escaping import markdown
from actviz.text import text


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Parameters
    ----------
    kind : str
        ``markdown`` or ``code``.
    source : str
    role : str
        What it is in a slide show: slide, fragment or notes.
    defines, uses : tuple of str
        Variables of a code cell.
    """

    kind: str
    source: str
    role: str = "fragment"
    defines: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


def _call(function: str, arguments: Mapping[str, Any]) -> str:
    """Write a call with an argument a line."""
    lines = "".join(f"    {name}={value!r},\n" for name, value in arguments.items())
    return f"{function}(\n{lines})"


def variable(name: str) -> str:
    """Return the variable that holds a dataset."""
    return name.replace("-", "_")


def _training(arguments: Mapping[str, Any]) -> str:
    settings = dict(arguments)
    data, seeds = settings.pop("data", "mnist"), settings.pop("seeds", 1)
    split = ", ".join(f"{name}={value!r}" for name, value in settings.pop("split", {}).items())
    runs = _call("actviz.runs", {**settings, "data": data}).replace("\n", "\n    ")
    return f"actviz.train(\n    {runs},\n    {data!r},\n    split=Split({split}),\n    seeds={seeds!r},\n)"


def measuring(deck: Deck, name: str) -> str:
    """Write the statement that measures a dataset of the deck's experiment, with the seeds of its run."""
    chosen, own = deck.experiment, {"seeds": deck.seeds[name]}
    if name in chosen.probes:
        value = _call("actviz.probe", {**chosen.probes[name], **own})
    elif name in chosen.trainings:
        value = _training({**chosen.trainings[name], **own})
    else:
        value = _call("actviz.descend", {**chosen.descents[name], **own})
    return f"{variable(name)} = {value}"


def _drawing(deck: Deck, picture: Picture) -> Cell:
    """Write the call that draws a picture."""
    options = {"theme": deck.theme, "lang": deck.lang}
    if (shown := picture.shown) is None:
        arguments = ", ".join(f"{name}={value!r}" for name, value in options.items())
        return Cell("code", f"actviz.plots.stack_diagram({arguments})", uses=("actviz",))
    held = variable(shown.probe)
    given = "".join(f", {name}={value!r}" for name, value in {**shown.options, **options}.items())
    if not picture.whole:
        return Cell("code", f"draw_part({shown.figure!r}, {held}, {picture.share}{given})", uses=("draw_part", held))
    return Cell("code", f"actviz.FIGURES[{shown.figure!r}].draw({held}{given})", uses=("actviz", held))


def _listed(page: Page) -> str:
    """Write the words of a page; its code, too, unless it can be run as it is."""
    lines = [*map(markdown, page.points), *(f"[{markdown(words)}]({address})" for words, address in page.links)]
    parts = [f"{markdown(each.said)}\n\n$$\\displaystyle {each.tex}$$" for each in page.equations]
    if page.code and not _runs(page.code):
        parts.append(f"```python\n{page.code}\n```")
    if page.table:
        head, *rows = ("| " + " | ".join(map(markdown, row)) + " |" for row in page.table)
        parts.append("\n".join([head, "|" + "---|" * len(page.table[0]), *rows]))
    parts.append("\n".join(f"- {line}" for line in lines))
    return "\n\n".join(filter(None, [*parts, *(f"*{markdown(each)}*" for each in page.foot)]))


def _runs(code: str) -> bool:
    """Whether code on a page is a program of its own, and not a part of somebody's."""
    return code.startswith("import ")


def _noted(page: Page, lang: str) -> Cell:
    """Fold what the speaker says away: under a question it would give the answer."""
    notes = "\n\n".join(map(markdown, page.notes))
    summary = markdown(text("lecture.notes", lang))
    return Cell("markdown", f"<details><summary>{summary}</summary>\n\n{notes}\n\n</details>", "notes")


def _deciding(deck: Deck, measured: list[str]) -> Cell:
    held = ", ".join(f"{name!r}: {variable(name)}" for name in measured)
    undecided = text("lecture.undecided", deck.lang)
    source = (
        f"datasets = {{{held}}}\n"
        f"claims = actviz.EXPERIMENTS[{deck.experiment.name!r}].claims\n"
        "able = [claim for claim in claims if all(case.probe in datasets for case in claim.cases)]\n"
        f"rows = claim_rows([claim.decide(datasets) for claim in able], {deck.lang!r})\n"
        'print("\\n".join(f"{row.number}. {row.quote} {row.status}" for row in rows))\n'
        "if left := [str(claim.number) for claim in claims if claim not in able]:\n"
        f"    print({undecided!r}, *left)"
    )
    uses = ("actviz", "claim_rows", *map(variable, measured))
    return Cell("code", source, defines=("able", "claims", "datasets", "left", "rows"), uses=uses)


SETUP = Cell(
    "code",
    "import actviz\nfrom actviz import EarlyStopping, Split\nfrom actviz.experiments.reproduction import claim_rows\n"
    "from actviz.lecture import draw_part",
    role="notes",
    defines=("EarlyStopping", "Split", "actviz", "claim_rows", "draw_part"),
)
"""What all other code cells stand on."""


def _names(code: str) -> tuple[str, ...]:
    """Return the variables that a program of one level defines, in order of their names."""
    nodes = list(ast.walk(ast.parse(code)))
    stored = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    modules = {name.asname or name.name for each in nodes if isinstance(each, ast.Import) for name in each.names}
    return tuple(sorted(stored | modules))


def cells(deck: Deck) -> Iterator[Cell]:
    """Yield the cells of a notebook, after ``SETUP``; a dataset is measured right before the first figure of it."""
    lang, measured, given = deck.lang, list[str](), set[str]()
    head = map(markdown, (deck.title, deck.subtitle, deck.origin, text("lecture.change", lang)))
    yield Cell("markdown", "# " + "\n\n".join(head), "slide")
    for page in deck.pages:
        said = "\n\n".join(filter(None, (f"## {markdown(page.title)}", _listed(page))))
        yield Cell("markdown", said, "slide")
        if page.code and _runs(page.code) and page.code not in given:
            given.add(page.code)
            yield Cell("code", page.code, defines=_names(page.code))
        if (picture := page.picture) and picture.stem not in given:
            given.add(picture.stem)
            if picture.shown and (name := picture.shown.probe) not in measured:
                measured.append(name)
                source = measuring(deck, name)
                names = [each for each in ("EarlyStopping", "Split") if f"{each}(" in source]
                yield Cell("code", source, defines=(variable(name),), uses=("actviz", *names))
            yield _drawing(deck, picture)
        yield _noted(page, lang)
    if measured:
        yield Cell("markdown", "## " + markdown(text("lecture.decide", lang)), "slide")
        yield _deciding(deck, measured)
