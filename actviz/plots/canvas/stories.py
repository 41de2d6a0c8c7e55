"""What a figure says of itself where it cannot be seen: title, caption, how to read it, alt text, recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.alt import rates
from actviz.plots.canvas.slide import Origin, Slide
from actviz.plots.figures.table import FIGURES
from actviz.plots.reading.subjects import subject
from actviz.text import LANGUAGES, run_name, text

ALTS: dict[str, Callable[..., str]] = {
    **{name: spec.alt for name, spec in FIGURES.items()},
    "schedules": rates.schedules,
    "drift": rates.drift,
}
"""What tells of each figure, by its name."""


@dataclass(frozen=True)
class Story:
    """The words of a figure.

    Parameters
    ----------
    title : str
    caption : str
        What it shows, and of what; an experiment's drawing has its author's.
    read : str
        How to read it.
    alt : str
        What it shows and what is to be seen in it, with the numbers of its run; some 600 letters at most.
    recipe : str
        How what it shows was measured.
    lang : str
    """

    title: str
    caption: str
    read: str
    alt: str
    recipe: str
    lang: str


def origin_of(figure: Figure) -> Origin | None:
    """Return what a figure was drawn from; None of one that actviz did not draw."""
    return figure.origin if isinstance(figure, Slide) else None


def story(figure: Figure) -> Story:
    """Return the words of a figure that actviz drew, in the figure's language.

    Raises
    ------
    ActvizError
        If it is another figure.

    Examples
    --------
    >>> import actviz
    >>> ds = actviz.probe("xavier_normal", "tanh", depth=3, width=64, samples=100, seeds=2)
    >>> story(actviz.FIGURES["signal"].draw(ds)).alt.partition(". Standard deviation: ")[0]
    'Mean, standard deviation and saturated share of the activations, layers 1 to 3, a line an initializer'
    """
    origin = origin_of(figure)
    if origin is None or not isinstance(figure, Slide) or figure.words is None:
        raise ActvizError("only a figure that actviz drew, as a whole, has a story")
    words, shown = figure.words, caption(origin, origin.lang)
    if origin.step is not None:
        title, alt = _so_far(figure, origin.step, words.title, shown, origin.lang)
        return Story(title, shown, words.read, alt, words.footer, origin.lang)
    alt = ALTS[origin.figure](origin.subject, origin.lang, **origin.options)
    return Story(words.title, shown, words.read, alt, words.footer, origin.lang)


def _so_far(figure: Slide, step: tuple[str, int], title: str, shown: str, lang: str) -> tuple[str, str]:
    """Return title and alt text of a figure that is being built up, which give nothing away."""
    by, at = step
    names = list(figure.steps[by])
    if at == 0:
        return figure.question, text("building.empty", lang, question=figure.question, shown=shown)
    named = [text("building.layer", lang, layer=name) if by == "layer" else run_name(name, lang) for name in names[:at]]
    told = {"shown": shown, "names": ", ".join(named), "at": at, "number": len(names)}
    return title, text("building.so_far", lang, **told)


def caption(origin: Origin, lang: str) -> str:
    """Return what a figure shows, and of what; its author's caption if it has one."""
    own = origin.captions.get(lang)
    named = subject(origin.figure, origin.subject, origin.options, lang)
    return own or text(f"{origin.figure}.caption", lang, subject=named)


def in_every_language(figure: Slide, origin: Origin) -> dict[str, dict[str, str]]:
    """Return caption and alt text of a figure in every language; while it is being built up in its own."""
    if origin.step is not None:
        told = story(figure)
        return {origin.lang: {"caption": told.caption, "alt": told.alt}}
    return {
        lang: {"caption": caption(origin, lang), "alt": ALTS[origin.figure](origin.subject, lang, **origin.options)}
        for lang in LANGUAGES
    }
