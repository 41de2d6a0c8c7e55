"""How a result was measured, in one line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from actviz.catalog.choices import DEPTH_SCALE
from actviz.catalog.schedules import as_rate
from actviz.results.dataset import recipe, swept
from actviz.results.overlaying import laid
from actviz.text import label, parted, shortened, source_label, text
from actviz.text.numbers import in_print, percent, round_value, runs_of, typed, variance

if TYPE_CHECKING:
    import xarray


def recipe_words(
    ds: xarray.Dataset, lang: str, *, gradient: bool = False, bands: bool = False, bias: bool = True
) -> str:
    """Return how a dataset was measured, in one line; what its recipe does not say is left out."""
    how = {"gradient": gradient, "bands": bands, "bias": bias}
    if results := laid(ds):
        lists = [
            _recipe_list(
                each["recipe"], each["widths"], each["seeds"], lang, _count("recipe.depth", len(each["widths"]), lang),
                **how,
            )
            for each in results
        ]  # fmt: skip
        trained = [_trained(each["recipe"], each["seeds"], lang) for each in results]
        unlike = [[word for word in each if not all(word in other for other in trained)] for each in trained]
        return _compared(ds, [own + more for own, more in zip(lists, unlike, strict=True)])
    widths = [int(width) for width in ds["width"].values]
    words = _recipe_list(recipe(ds), widths, ds.sizes["seed"], lang, layers_words(ds, lang), **how)
    own = _trained(recipe(ds), 1, lang) if recipe(ds).get("kind") != "snapshot" else []
    return " · ".join([*words, *own])


def layers_words(ds: xarray.Dataset, lang: str) -> str:
    """Write how many layers there are; of a selection, which of how many."""
    layers, depth = [int(layer) for layer in ds["layer"].values], len(recipe(ds).get("width", ()))
    if not depth or layers == list(range(1, depth + 1)):
        return _count("recipe.depth", len(layers), lang)
    key = "recipe.layers_of" if len(layers) > 1 else "recipe.layer_of"
    return text(key, lang, layers=runs_of(layers, text("recipe.to", lang)), depth=depth)


def _trained(how: Mapping[str, Any], seeds: int, lang: str) -> list[str]:
    """Return how what a snapshot shows was trained, and for how long; nothing of what was not trained."""
    if "step" not in how:  # a module's "training" is its mode
        return []
    moment = text("film.update", lang, update=how["step"])
    if how.get("kind") != "snapshot":  # of a loop of the user's own
        return [moment]
    return [moment, *_training_list(how["training"], seeds, lang, bands=False)]


def _compared(ds: xarray.Dataset, lists: Sequence[Sequence[str]]) -> str:
    """Return what results laid over each other have in common, then of each what others do not share."""
    common = [word for word in lists[0] if all(word in each for each in lists)]
    rest = [
        f"{told['name']}: {', '.join(own)}"
        for told, each in zip(laid(ds), lists, strict=True)
        if (own := [word for word in each if word not in common])
    ]
    return " · ".join([*common, *rest])


def _recipe_list(
    how: Mapping[str, Any], widths: Sequence[int], seeds: int, lang: str, layers: str,
    *, gradient: bool, bands: bool, bias: bool,
) -> list[str]:  # fmt: skip
    words = [
        _count("recipe.samples", int(how["samples"]), lang) if "samples" in how else "",
        text("recipe.inputs", lang, inputs=shortened(source_label(str(how["inputs"]), lang), 24))
        if "inputs" in how
        else "",
        layers,
        text("recipe.width", lang, width=widths[0])
        if len(set(widths)) == 1
        else text("recipe.widths", lang, low=min(widths), high=max(widths)),
        _count("recipe.seeds", seeds, lang),
        text("recipe.bias_std", lang, variance=variance(float(how["bias_std"])))
        if bias and how.get("bias_std")
        else "",
        *block_words(how, lang),
        text("recipe.dtype", lang, dtype=how["dtype"]) if "dtype" in how else "",
        text(_driven(how), lang) if gradient and "drive" in how else "",
        text("recipe.bands", lang) if bands and seeds > 1 else "",
    ]
    return [typed(word) for word in words if word]


def training_words(ds: xarray.Dataset, lang: str, *, bands: bool = False) -> str:
    """Return how runs were trained, in one line; what differs between them is left out: their names say it."""
    if results := laid(ds):
        return _compared(ds, [_training_list(each["recipe"], each["seeds"], lang, bands=bands) for each in results])
    return " · ".join(_training_list(recipe(ds), ds.sizes["seed"], lang, bands=bands))


def _training_list(how: Mapping[str, Any], seeds: int, lang: str, *, bands: bool) -> list[str]:
    runs = list(how["runs"].values())

    def same(name: str) -> Any:
        """Return a setting that all runs share and that is on, or None."""
        return (runs[0].get(name) or None) if all(run.get(name) == runs[0].get(name) for run in runs) else None

    def told(name: str, **values: Any) -> str:
        return "" if same(name) is None else text(f"training.{name}", lang, **{"value": same(name), **values})

    widths, updates, loss, filmed = runs[0]["width"], same("updates"), same("loss"), "filmed" in how
    batch = text("training.replaced", lang, value=same("batch")) if same("replacement") else told("batch")
    words = [
        text(
            "training.filmed" if filmed else "training.data",
            lang,
            data=shortened(source_label(str(how["data"]), lang), 24),
            rows=how["rows"]["train"],
        ),
        noise_words(how, lang),
        label(str(same("activation")), lang) if same("activation") else "",
        label(str(same("init")), lang) if same("init") else "",
        _count("recipe.depth", len(widths), lang),
        text("recipe.width", lang, width=widths[0]) if len(set(widths)) == 1 else "",
        *block_words(
            {name: value for name, value in runs[0].items() if all(run.get(name) == value for run in runs)}, lang
        ),
        label(loss, lang) if loss else "",
        label(str(same("optimizer")), lang) if same("optimizer") else "",
        text("training.lr", lang, value=as_rate(str(same("lr")))) if same("lr") else "",
        "" if filmed else batch,
        told("weight_decay"),
        told("dropout"),
        text("training.updates", lang, value=updates) if updates else told("epochs"),
        _count("recipe.seeds", seeds, lang),
        text("recipe.bands", lang) if bands and seeds > 1 else "",
    ]
    return [typed(word) for word in words if word]


def _driven(how: Mapping[str, Any]) -> str:
    """Return the key of what drives the backward pass, and where."""
    behind = "_blocks" if how.get("block") == "residual" and how["drive"] == "cotangent" else ""
    of_labels = "_of_labels" if how.get("kind") == "snapshot" and how["drive"] == "cross_entropy" else ""
    return f"recipe.{how['drive']}{behind}{of_labels}"


def block_words(how: Mapping[str, Any], lang: str) -> list[str]:
    """Name the blocks of a recipe, the scale of their branches, and the normalization with its place; none of neither.

    A scale that runs do not share is left out, as is the place of a norm in layers and blocks alike.
    """
    norm = how.get("norm")
    named = text(f"recipe.norm.{norm}", lang) if norm else ""
    if how.get("block") != "residual":
        return [named] if norm else []
    scale = how.get("branch_scale", 1.0)
    if scale == 1.0:
        words = text("recipe.residual", lang)
    elif scale == 0.0:
        words = text("recipe.residual_zero", lang)
    else:
        words = text("recipe.residual_scaled", lang, scale="1/√L" if scale == DEPTH_SCALE else in_print(scale, 3))
    if not norm:
        return [words]
    place = "post" if norm.endswith("_after") else "pre"
    named = text(f"recipe.norm.{norm.removesuffix('_after')}", lang)
    return [words, text(f"recipe.residual_{place}", lang, norm=named)]


def not_plain(how: Mapping[str, Any], lang: str) -> str:
    """Say that blocks or a norm are why theory of plain stacks does not hold for a recipe; empty of plain stacks."""
    named = block_words(how, lang)
    return text("theory.refused.not_plain", lang, how=", ".join(named)) if named else ""


def of_cells(ds: xarray.Dataset) -> dict[str, Any]:
    """Return the settings of a sweep's cells as a recipe of a stack has them, with fields that have one value."""
    single = {name: values[0] for name, values in swept(ds).items() if len(values) == 1}
    known = {**recipe(ds)["settings"], **single}
    norm = None if known.get("norm") in (None, "none") else str(known["norm"])
    behind = norm is not None and known.get("place") == "post" and not norm.endswith("_after")
    return {**known, "norm": f"{norm}_after" if behind else norm}


def sweep_words(ds: xarray.Dataset, lang: str) -> str:
    """Return how a sweep was made, in one line: what all cells share, and how many there are."""
    how, known = recipe(ds), recipe(ds)["settings"]

    def told(key: str, name: str, **values: Any) -> str:
        return "" if known.get(name) is None else text(key, lang, **{"value": known[name], **values})

    trained = how["cell"] == "training"
    budget = "updates" if known.get("updates") else "epochs"
    single = {name: values[0] for name, values in swept(ds).items() if len(values) == 1}
    words = [
        text(f"swept.{how['cell']}", lang),
        *(f"{text(f'field.{name}', lang)} {value}" for name, value in single.items()),
        label(str(known["activation"]), lang) if known.get("activation") else "",
        label(str(known["init"]), lang) if known.get("init") else "",
        f"σ_w² {in_print(known['weight_var'])}" if known.get("weight_var") is not None else "",
        _biases(known, lang),
        _count("recipe.depth", known["depth"], lang) if known.get("depth") else "",
        text("recipe.width", lang, width=known["width"]) if known.get("width") else "",
        *block_words(of_cells(ds), lang),
        text("recipe.inputs", lang, inputs=shortened(source_label(str(known["inputs"]), lang), 24))
        if known.get("inputs")
        else "",
        _count("recipe.samples", known["samples"], lang) if known.get("samples") else "",
        shortened(source_label(str(known["data"]), lang), 24) if trained and known.get("data") else "",
        label(str(known["optimizer"]), lang) if trained and known.get("optimizer") else "",
        told("training.lr", "lr") if trained else "",
        told("training.batch", "batch") if trained else "",
        told(f"training.{budget}", budget) if trained else "",
        *(_beside(name, known[name], lang) for name in _BESIDE if known.get(name) not in (None, 0, "no")),
        text("swept.points", lang, number=math.prod(map(len, swept(ds).values()))),
        _count("recipe.seeds", ds.sizes["seed"], lang),
    ]
    return " · ".join(typed(word) for word in words if word)


_BESIDE = ("label_noise", "weight_decay", "dropout", "clip", "replacement", "early_stopping", "patience")
"""Settings of trainings that are told where they are there."""


def _beside(name: str, value: Any, lang: str) -> str:
    """Write a setting: its name, as before a value, and the value if it is one."""
    said = text(f"field.{name}", lang).partition(",")[0]
    return said if value == "yes" else f"{said} {round_value(value)}"


def _biases(known: Mapping[str, Any], lang: str) -> str:
    """Write the biases of all cells; empty if there are none."""
    if known.get("bias_var"):
        return text("recipe.bias_std", lang, variance=round_value(known["bias_var"]))
    return text("recipe.bias_std", lang, variance=variance(float(known["bias_std"]))) if known.get("bias_std") else ""


def noise_words(how: Mapping[str, Any], lang: str) -> str:
    """Say which share of the training labels was made wrong; empty if none."""
    share = how.get("split", {}).get("label_noise")
    return text("training.noise", lang, share=percent(share)) if share else ""


def _count(key: str, number: int, lang: str) -> str:
    return text(key, lang, number=number) if number != 1 else text(f"{key}_one", lang)


def pairing_name(init: str, activation: str, lang: str) -> str:
    """Write a pairing."""
    own, result = parted(init)
    of_result = f" ({shortened(result, 18)})" if result else ""
    return f"{shortened(label(own, lang), 24)}{of_result} + {shortened(label(activation, lang), 18)}"
