"""What a figure says of itself where it cannot be seen: title, caption, how to read it, alt text, recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from actviz.errors import ActvizError
from actviz.plots.alt import rates
from actviz.plots.alt.subjects import subject
from actviz.plots.figures import FIGURES
from actviz.plots.slide import Origin, Slide
from actviz.text import text

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
    alt = ALTS[origin.figure](origin.subject, origin.lang, **origin.options)
    words = figure.words
    return Story(words.title, caption(origin), words.read, alt, words.footer, origin.lang)


def caption(origin: Origin) -> str:
    """Return what a figure shows, and of what; its author's caption if it has one."""
    own = origin.captions.get(origin.lang)
    named = subject(origin.figure, origin.subject, origin.options, origin.lang)
    return own or text(f"{origin.figure}.caption", origin.lang, subject=named)
