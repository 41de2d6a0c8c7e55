"""What stands over a network's panels in a race: its name, its verdict before training, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from actviz.catalog.looks import Theme
from actviz.plots.canvas.frame import on_ground
from actviz.plots.canvas.style import BODY, NOTE
from actviz.plots.reading.found_layers import judged
from actviz.plots.reading.marks import marked
from actviz.plots.reading.series import Line
from actviz.plots.reading.telling import how_ended
from actviz.text import shortened, text, width_of, wrapped
from actviz.training.assembling import snapshot

if TYPE_CHECKING:
    import xarray

    from actviz.diagnosis.judging import Diagnosis

LEADING = 14.5
"""Height of a line over a panel, in points."""


@dataclass(frozen=True)
class Head:
    """What stands over a network's panels: its name, its verdict before training, and what is wrong with it.

    Parameters
    ----------
    name, verdict, wrong, gradient : list of str
        Lines, those of ``gradient`` over the lower panel.
    diagnosis : Diagnosis, optional
        Of the verdict, on whose ground it stands.
    """

    name: list[str]
    verdict: list[str]
    wrong: list[str]
    gradient: list[str]
    diagnosis: Diagnosis | None

    @classmethod
    def of(cls, ds: xarray.Dataset, run: str, name: str, lines: Sequence[Line], width: float, lang: str) -> Head:
        """Return the head of a run in a column of a width in points."""
        across, small = max(11, int(width / 8.6)), max(14, int(width / 5.6))
        start = snapshot(ds, 0, [run])
        pairing = str(start["init"].values[0]), str(start["activation"].values[0])
        diagnosis = judged(start, [pairing]).get(pairing)
        verdict = [marked(diagnosis, lang)] if diagnosis else []
        if diagnosis and diagnosis.so_far and width_of(verdict[0]) > small:
            verdict = [marked(diagnosis, lang, text(f"found.so_far.short.{diagnosis.so_far}", lang))]
        wrong, gradient = [*how_ended(ds, run, lang), *_faults(ds, run, lang)], _gradient_fault(ds, lines, lang)

        def split(words: Sequence[str]) -> list[str]:
            return [line for each in words for line in wrapped(each, small).split("\n")]

        titles = wrapped(shortened(name, 2 * across - 3), across).split("\n")
        return cls(titles, split(verdict), split(wrong), split(gradient), diagnosis)

    @property
    def lines(self) -> int:
        """How many there are under the name."""
        return len(self.verdict) + len(self.wrong)

    def write(self, places: Sequence[Any], lines: int, color: str, look: Theme) -> None:
        """Write it over both panels, the name above so many lines that all names stand at one height."""
        upper, lower = places
        lift = LEADING * lines + 4
        note, under = {"fontsize": NOTE, "va": "top"}, lift - 3.5  # a ground stands out above its words
        ground = on_ground(self.diagnosis, look) if self.diagnosis else {}
        for ax, words, up, how in (
            (upper, self.name, lift, {"fontsize": BODY, "fontweight": "bold", "color": color, "va": "bottom"}),
            (upper, self.verdict, under, {**note, **ground}),
            (upper, self.wrong, under - LEADING * len(self.verdict), {**note, "color": look.text}),
            (lower, self.gradient, 4, {"fontsize": NOTE, "color": look.text, "va": "bottom"}),
        ):
            ax.annotate(
                "\n".join(words), (0.5, 1), xytext=(0, up), xycoords="axes fraction", textcoords="offset points",
                ha="center", linespacing=1.05, **how,
            )  # fmt: skip


def _faults(ds: xarray.Dataset, run: str, lang: str) -> list[str]:
    """Say what is wrong with a network's layers, before training and after."""
    own, layers = ds.sel(run=run), ds["layer"].values
    same = (own["distinct_units"].isel(snapshot=-1) == 1).all("seed").values & (ds["width"].values > 1)
    still = (own["weight_norm"].isel(step=-1) == 0).all("seed").values
    words = []
    dead = (own["zero_fraction"].isel(snapshot=-1) == 1).all("seed").values
    if (own["zero_fraction"].isel(snapshot=[0, -1]) == 1).all():
        words.append(text("race.silent", lang))
    elif dead.any():
        words.append(text("race.dead", lang, layers=_layers(dead, layers, lang)))
    same &= ~dead
    if same.any():
        words.append(text("race.same", lang, layers=_layers(same, layers, lang)))
    if still.any():
        words.append(text("race.still_zero", lang, layers=_layers(still, ds["weight_layer"].values, lang)))
    return words


def _gradient_fault(ds: xarray.Dataset, lines: Sequence[Line], lang: str) -> list[str]:
    """Say in which layers a network has no gradient."""
    before, after = (line.high == 0 for line in lines)
    if not before.any():
        return []
    key = "race.no_gradient" if (before == after).all() else "race.no_gradient_before"
    return [text(key, lang, layers=_layers(before, ds["layer"].values, lang))]


def _layers(there: NDArray[Any], layers: NDArray[Any], lang: str) -> str:
    """Write the layers at which something holds, as layers 1–4 or layer 1; a list may break."""
    own = [int(layer) for layer in layers[there]]
    run = len(own) > 2 and own == list(range(own[0], own[-1] + 1))
    if len(own) > 1 and not run:
        return text("layers", lang, layers=", ".join(map(str, own)))
    written = text("layers", lang, layers=f"{own[0]}–{own[-1]}") if run else text("layer", lang, layer=own[0])
    return written.replace(" ", "\u00a0")
