"""Tensors as arrays of rows and units."""

from __future__ import annotations

import numpy as np
import torch

from actviz.numerics.arrays import Array


def as_array(tensor: torch.Tensor) -> Array:
    """Return a tensor's values in the precision they are summed in."""
    tensor = tensor.detach()
    if tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()
    array: Array = tensor.cpu().numpy()
    return array


def rows(tensor: torch.Tensor, dim: int) -> Array:
    """Return values of shape (rows, units): samples and positions are rows."""
    array = np.moveaxis(as_array(tensor), dim, -1)
    return np.ascontiguousarray(array.reshape(-1, array.shape[-1]))
