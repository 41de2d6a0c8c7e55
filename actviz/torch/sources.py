"""Where tensors come from: the layer whose values they are, and where its units are in them."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import torch

from actviz.torch.functions import default_dim
from actviz.torch.layers import Layer


@dataclass(frozen=True)
class Source:
    """Where a tensor comes from.

    Parameters
    ----------
    dim : int
        The dimension of its units, from the end.
    layer : Layer or None
        The layer whose value it still is, if it is one's.
    gate : (Layer, weak reference), optional
        The layer whose activation it is, and that layer's z: their product would be another activation.
    place : (Layer, int), optional
        The layer whose call gave it, among others, and its place among these.
    """

    dim: int
    layer: Layer | None = None
    gate: tuple[Layer, weakref.ref[torch.Tensor]] | None = None
    place: tuple[Layer, int] | None = None


class Sources:
    """Sources of tensors, for as long as these live."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[torch.Tensor], Source]] = {}

    def get(self, tensor: torch.Tensor | None) -> Source | None:
        """Return a tensor's source."""
        reference, source = self._entries.get(id(tensor), (None, None))
        return source if reference is not None and reference() is tensor else None

    def set(self, tensor: torch.Tensor, source: Source) -> None:
        """Remember it."""
        self._entries[id(tensor)] = weakref.ref(tensor), source


def followed(tensor: torch.Tensor, parent: torch.Tensor, dim: int) -> int:
    """Return where the units are in what a function made of a tensor."""
    if tensor.data_ptr() == parent.data_ptr() and tensor is not parent:
        size, stride = parent.shape[dim], parent.stride(dim)  # a view: moved dimensions keep their stride
        same = [at for at in range(-tensor.ndim, 0) if (tensor.shape[at], tensor.stride(at)) == (size, stride)]
        if same:
            return dim if dim in same else same[0]
    elif tensor.ndim == parent.ndim and tensor.shape[dim] == parent.shape[dim]:
        return dim
    return default_dim(tensor.ndim)
