"""Alt texts of the figures of a probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.plots.reading.scales import linear_scale
from actviz.plots.reading.series import Names, attenuation, choose, line, teaching_pairings, view_cell
from actviz.plots.reading.telling import course, layer_words, told
from actviz.results.words import pairing_name
from actviz.text import label, text
from actviz.text.numbers import percent, short, signed

if TYPE_CHECKING:
    import xarray

Pairings = list[tuple[str, str]]


def all_pairings(ds: xarray.Dataset, inits: Names = None, activations: Names = None) -> Pairings:
    """Return the pairings of a figure, those that tell most first."""
    everything = [(i, a) for a in choose(ds, "activation", activations) for i in choose(ds, "init", inits)]
    first = teaching_pairings(ds, inits, activations) if len(everything) > 6 else []
    return [*first, *(pairing for pairing in everything if pairing not in first)]


def one_activation(ds: xarray.Dataset, inits: Names = None, activations: Names = None) -> Pairings:
    """Return the pairings of a figure of one activation."""
    return all_pairings(ds, inits, choose(ds, "activation", activations)[0])


def shown(figure: str, ds: xarray.Dataset, options: dict[str, Any]) -> Pairings:
    """Return the pairings that a figure of a probe shows."""
    chosen: dict[str, Any] = {name: options.get(name) for name in ("inits", "activations")}
    if figure in ("histograms", "phase"):
        return one_activation(ds, **chosen)
    if figure == "ridges":
        return teaching_pairings(ds, **chosen)[:1]
    if figure == "overview":
        return [(init, act) for init, act in options.get("pairings") or teaching_pairings(ds, **chosen)][:4]
    return all_pairings(ds, **chosen)


def _share(key: str, ds: xarray.Dataset, name: str, pairing: tuple[str, str], lang: str) -> str:
    """Write a share at the last layer; nothing where there is none."""
    value = line(ds, name, *pairing).middle[-1]
    return text(key, lang, share=percent(value)) if np.isfinite(value) else ""


def gradient(ds: xarray.Dataset, pairing: tuple[str, str], lang: str) -> str:
    """Write what is left of the gradient at the first layer."""
    change = attenuation(ds, *pairing)
    if np.isneginf(change):
        return text("story.none", lang)
    return text("story.times", lang, value=short(10.0**change)) if np.isfinite(change) else text("story.lost", lang)


def _goes(
    ds: xarray.Dataset, name: str, pairing: tuple[str, str], lang: str, written: str | None = None, share: str = ""
) -> str:
    """Say how a statistic of a pairing goes through the layers, and add a share at the end."""
    words = course(line(ds, name, *pairing), lang)
    single = ds.sizes["layer"] == 1 or not words[0].isalpha()
    subject = pairing_name(*pairing, lang) if written is None else written
    told_so = text("story.is" if single else "story.goes", lang, name=subject, course=words) if subject else words
    return ", ".join(filter(None, (told_so, share)))


def histograms(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, view: str = "full",
    **_: Any,
) -> str:  # fmt: skip
    """Tell of the figure of histograms."""
    pairings = one_activation(ds, inits, activations)
    values = {"activation": label(pairings[0][1], lang), "layers": layer_words(ds, lang)}
    if view == "full":
        entries = [_goes(ds, "act_std", pairing, lang, label(pairing[0], lang)) for pairing in pairings]
        return told(text("histograms.alt", lang, **values), entries, lang)
    edges, last = ds["view_edges"].values, int(ds["layer"].values[-1])
    low, high = (f"{float(edge):g}" for edge in edges[[0, -1]])
    entries = [
        text(
            "histograms.alt_outside",
            lang,
            name=label(pairing[0], lang),
            share=percent(view_cell(ds, linear_scale(edges), *pairing, last, lang=lang).hidden),
        )
        for pairing in pairings
    ]
    return told(text("histograms.alt_book", lang, low=low, high=high, last=last, **values), entries, lang)


def ridges(ds: xarray.Dataset, lang: str = "en", **options: Any) -> str:
    """Tell of the figure of a whole stack."""
    (pairing,) = shown("ridges", ds, options)
    head = text("ridges.alt", lang, name=pairing_name(*pairing, lang), layers=layer_words(ds, lang))
    entry = _goes(ds, "act_std", pairing, lang, "", _share("story.saturated", ds, "saturated", pairing, lang))
    tail = text("ridges.alt_gradient", lang, depth=ds.sizes["layer"], value=gradient(ds, pairing, lang))
    return told(head, [entry], lang, tail)


def signal(ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any) -> str:
    """Tell of the figure of the signal."""
    entries = [
        _goes(ds, "act_std", pairing, lang, share=_share("story.saturated", ds, "saturated", pairing, lang))
        for pairing in all_pairings(ds, inits, activations)
    ]
    return told(text("signal.alt", lang, layers=layer_words(ds, lang)), entries, lang)


def gradients(ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any) -> str:
    """Tell of the figure of the gradients."""
    entries = [
        text("gradients.alt_entry", lang, name=pairing_name(*pairing, lang), gradient=gradient(ds, pairing, lang))
        for pairing in all_pairings(ds, inits, activations)
    ]
    head = text("gradients.alt", lang, layers=layer_words(ds, lang), depth=ds.sizes["layer"])
    return told(head, entries, lang)


def collapse(ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any) -> str:
    """Tell of the figure of the collapse."""
    entries = [
        _goes(ds, "similarity", pairing, lang, share=_share("story.distinct", ds, "distinct_units", pairing, lang))
        for pairing in all_pairings(ds, inits, activations)
    ]
    return told(text("collapse.alt", lang, layers=layer_words(ds, lang)), entries, lang)


def overview(ds: xarray.Dataset, lang: str = "en", **options: Any) -> str:
    """Tell of the figure of telling pairings."""
    pairings = shown("overview", ds, options)
    entries = []
    for pairing in pairings:
        std = line(ds, "act_std", *pairing).middle[-1]
        if not np.isfinite(std):
            entries.append(_goes(ds, "act_std", pairing, lang))
            continue
        saturated = _share("story.saturated", ds, "saturated", pairing, lang)
        values = {"std": short(std), "saturated": saturated, "gradient": gradient(ds, pairing, lang)}
        entries.append(text("overview.alt_entry", lang, name=pairing_name(*pairing, lang), **values))
    return told(text("overview.alt", lang, number=len(pairings), layers=layer_words(ds, lang)), entries, lang)


def saturation(
    ds: xarray.Dataset, lang: str = "en", *, inits: Names = None, activations: Names = None, **_: Any
) -> str:
    """Tell of the heat maps: the pairings of each verdict, and the ends of what is shown."""
    pairings = all_pairings(ds, inits, activations)
    values = {"number": len(pairings), "depth": ds.sizes["layer"]}
    shares = {pairing: float(line(ds, "saturated", *pairing).middle[-1]) for pairing in pairings}
    changes = {pairing: attenuation(ds, *pairing) for pairing in pairings}
    tails = [
        *_ends("saturation.alt_ends", shares, percent, lang),
        *_ends("saturation.alt_change", changes, signed, lang),
    ]
    entries = _verdicts(ds, pairings, lang)
    head = text("saturation.alt" if entries else "saturation.alt_plain", lang, **values)
    return told(head, entries, lang, "; ".join(tails))


def _ends(key: str, values: dict[tuple[str, str], float], write: Any, lang: str) -> list[str]:
    """Say which pairings have the least and the greatest value."""
    seen = {pairing: value for pairing, value in values.items() if np.isfinite(value)}
    if len(seen) < 2:
        return []
    least, most = min(seen, key=seen.__getitem__), max(seen, key=seen.__getitem__)
    names = {"least": pairing_name(*least, lang), "most": pairing_name(*most, lang)}
    return [text(key, lang, low=write(seen[least]), high=write(seen[most]), **names)]


def _verdicts(ds: xarray.Dataset, pairings: Sequence[tuple[str, str]], lang: str) -> list[str]:
    """Return what each verdict was given to; nothing of a dataset that is not diagnosed."""
    from actviz.diagnosis.judging import diagnose

    try:
        inits, activations = (list(dict.fromkeys(names)) for names in zip(*pairings, strict=True))
        judged = diagnose(ds.sel(init=inits, activation=activations))
    except ActvizError:
        return []
    found = {(each.init, each.activation): each.verdict for each in judged}
    groups: dict[str, list[str]] = {}
    for pairing in pairings:
        groups.setdefault(found[pairing], []).append(pairing_name(*pairing, lang))
    return [
        text(
            "saturation.alt_entry",
            lang,
            verdict=text(f"verdict.{verdict}", lang),
            number=len(names),
            names=", ".join([*names[:2], *["…"] * (len(names) > 2)]),
        )
        for verdict, names in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def phase(
    ds: Any, lang: str = "en", *, inits: Names = None, activations: Names = None, theory: bool = True, **_: Any
) -> str:
    """Tell of the maps of depth reached: where signal and gradient reach deepest."""
    from actviz.plots.figures.phase import swept, told_kinds
    from actviz.theory import depth_scales

    several: list[Any] = list(ds) if isinstance(ds, list | tuple) else [ds]
    activation = choose(several[0], "activation", activations)[0]
    sweeps = [swept(each, inits, activation) for each in several]
    depth, sigmas = sweeps[0].scales.sizes["layer"], sweeps[0].sigmas
    ends = {"low": short(sigmas[0]), "high": short(sigmas[-1]), "activation": label(activation, lang), "depth": depth}
    head = text("phase.alt" if len(several) == 1 else "phase.alt_biases", lang, number=len(several), **ends)

    def write(layers: float) -> str:
        return text("phase.alt_beyond", lang, depth=depth) if layers > depth else short(layers)

    entries = []
    for kind in told_kinds(sweeps):
        depths = np.fmax.reduce([each.middle(f"depth_{kind}") for each in sweeps])
        if not np.isfinite(depths).any():
            continue
        best, worst = int(np.nanargmax(depths)), int(np.nanargmin(depths))
        words = text(f"phase.alt_{kind}", lang, layers=write(depths[best]), sigma=short(sigmas[best]))
        entries.append(
            f"{words}, {text('phase.alt_shallow', lang, sigma=short(sigmas[worst]), layers=write(depths[worst]))}"
        )
    critical = []
    if theory and len(several) == 1 and not depth_scales.refused(several[0], activation):
        critical = depth_scales.critical_sigma_w(activation, sweeps[0].bias_std)
    values = ", ".join(f"{sigma:.3g}" for sigma in critical)
    return told(head, entries, lang, text("phase.alt_critical", lang, values=values) if critical else "")
