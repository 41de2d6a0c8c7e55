"""``probe_module()``: the statistics of a PyTorch model of the user's own. Needs the extra ``torch``.

PyTorch is imported when it is called, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz.errors import ActvizError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import xarray


def probe_module(
    model: Any,
    inputs: Any,
    *,
    layers: Any = "*",
    seeds: int | Sequence[int] | None = None,
    drive: Any = "cotangent",
    batches: int = 1,
    view: tuple[float, float, int] | None = None,
    formats: str | Iterable[str] | None = None,
    name: str = "as built",
    progress: Callable[[int, int], None] | None = None,
) -> xarray.Dataset:
    """Measure a PyTorch model layer by layer: one forward and one backward pass under every seed.

    A layer is a call that applies weights with the normalization and the activation behind it: z is what the
    activation takes, h what it gives; without an activation both are the layer's output. Normalizations and
    activations behind anything else, a sum say, are layers of their own. Units are channels of a convolution, else
    features; rows are samples and positions. Whatever the passes change in a model is put back, also after an
    exception: weights, buffers, gradients, flags, modes, random numbers.

    Parameters
    ----------
    model : torch.nn.Module, or callable that returns one
        A module is measured as it is, in its mode; a factory or a class is called for every seed, under that seed.
    inputs : tensor, tuple, dict, DataLoader or callable
        What the model is called with: positional arguments, or keyword arguments if it is a dict. Of a loader's
        batches (inputs, labels) the inputs. A callable is given a seeded ``torch.Generator`` and draws them.
    layers : str, type, or a sequence of them
        Globs of names (``"features.*"``) or of types (``"Conv*"``), or classes; a layer is measured if one fits.
    seeds : int or sequence of int, optional
        How many seeds, or which; 8 of a factory, 1 of a module, where a seed stands for inputs, dropout and drive.
    drive : {"cotangent", "cross_entropy", "below-head"} or callable
        What drives the backward pass: an N(0, 1) gradient at every output, the mean cross-entropy of random labels
        over the output's last dimension, an N(0, 1) gradient at what the last weights are given, or a function from
        the output to a loss.
    batches : int
        How many batches of a loader.
    view : (low, high, bins), optional
        A second histogram of the activations between given edges.
    formats : str or sequence of str, optional
        Number formats of which is counted exactly what they would lose: see ``probe``.
    name : str
        Of the weights, in the dataset's dimension ``init``.
    progress : callable, optional
        Called with (done, total) after every seed.

    Returns
    -------
    xarray.Dataset
        As ``probe`` gives it, with one entry on ``init``, one on ``activation`` (``mixed`` if the layers have several)
        and the coordinates ``layer_name``, ``layer_type``, ``layer_activation``, ``layer_norm``, ``positions`` and
        ``role`` on ``layer``; with numbers of the streams by ``block``, of softmaxes by ``attention`` and ``head`` and
        the sizes of parameters along ``parameter``. As long as it is in memory it keeps the model and its inputs, for
        remedies to be tried on copies; ``drop_encoding()`` lets them go.

    Raises
    ------
    ActvizError
        If PyTorch is missing, nothing fits ``layers``, or the model fails.
    """
    need_torch()
    from actviz.torch.workbench import probe_kept

    return probe_kept(
        model,
        inputs,
        layers=layers,
        seeds=seeds,
        drive=drive,
        batches=batches,
        view=view,
        formats=formats,
        name=name,
        progress=progress,
    )


def need_torch() -> None:
    """Raise an error that says how to install PyTorch, if it is missing."""
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise ActvizError(
            f"this needs PyTorch, which cannot be imported ({error}): python -m pip install 'actviz[torch]'"
        ) from None
