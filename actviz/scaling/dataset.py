"""Networks of several widths under several seeds, laid side by side in one dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import ActvizError
from actviz.results.dataset import attributes
from actviz.results.replicates import copies, refusal
from actviz.training.coordinates import Coordinates

if TYPE_CHECKING:
    import xarray

_ABOUT = {
    "size": ("size of h", "root mean square of h after so many updates, over samples and units"),
    "change": ("change of h", "root mean square of h after so many updates less h before the first, on the same rows"),
    "loss": ("loss", "of the batch, in front of each update"),
}


def _refuse_copies(
    found: dict[tuple[int, int], Coordinates], sizes: Sequence[int], seeds: Sequence[int], recipe: dict[str, Any]
) -> None:
    """Refuse networks that are the same under several seeds: tests over them would tell nothing of chance."""
    module = recipe["model"] != "stack"
    for width in sizes:
        told = np.stack([found[width, seed].weights for seed in seeds], axis=1)
        if same := copies(recipe.get("init", ""), *told, module=module, built_anew=True):
            raise refusal(same, f"width {width}", module=module)


def assemble(
    found: dict[tuple[int, int], Coordinates], sizes: Sequence[int], seeds: Sequence[int], recipe: dict[str, Any]
) -> xarray.Dataset:
    """Lay what was found side by side; refuse seeds that are no replicates."""
    import xarray as xr

    first = found[sizes[0], seeds[0]]
    for (width, _), each in found.items():
        if each.names != first.names:
            other = next((a or b for a, b in zip(each.names, first.names, strict=False) if a != b), "")
            raise ActvizError(
                f"the network of width {width} has other layers than that of {sizes[0]}: {other}".rstrip(": ")
            )
        if each.outputs != first.outputs:
            raise ActvizError(
                f"the output has shape {each.outputs} at width {width} and {first.outputs} at {sizes[0]}: what a loss "
                "compares must not go with the width"
            )
    _refuse_copies(found, sizes, seeds, recipe)
    laid = {
        name: np.array([[getattr(found[width, seed], name) for seed in seeds] for width in sizes])
        for name in ("size", "change", "loss")
    }
    dims = {"size": ("step", "layer"), "change": ("step", "layer"), "loss": ("update",)}
    variables = {
        name: (("width", "seed", *dims[name]), values,
               {"long_name": _ABOUT[name][0], "units": "1", "definition": _ABOUT[name][1]})
        for name, values in laid.items()
    }  # fmt: skip
    fans = np.array([found[width, seeds[0]].fans for width in sizes])
    if (fans == fans[:1]).all():
        raise ActvizError(
            "the networks of all widths are the same: build must make its layers as wide as its argument says"
        )
    if first.own_optimizer:
        recipe = {**recipe, "optimizer": first.own_optimizer, "lr": None}
    coords: dict[str, Any] = {
        "width": ("width", list(sizes), {"long_name": "width"}),
        "seed": ("seed", list(seeds), {"long_name": "random seed"}),
        "step": ("step", np.arange(first.size.shape[0]), {"long_name": "updates done"}),
        "update": ("update", np.arange(1, len(first.loss) + 1), {"long_name": "update"}),
        "layer": ("layer", np.arange(1, len(first.names) + 1), {"long_name": "layer"}),
        "layer_name": ("layer", np.array(first.names, dtype=object), {"long_name": "name of the layer"}),
        "fan_in": (("width", "layer"), fans[..., 0], {"long_name": "inputs of a unit"}),
        "fan_out": (("width", "layer"), fans[..., 1], {"long_name": "units in the layer"}),
    }
    return xr.Dataset(variables, coords, attributes("sizes and changes of layers over the width", recipe))
