"""What no probe can do: refused, with what it would need, before the first allocation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.errors import ActvizError
from actviz.numerics.histogram import GRADIENT_BINS, UNBOUNDED_BINS
from actviz.numerics.memory import check_memory
from actviz.numerics.streams import batch_sizes
from actviz.probing.jacobian import MAX_JACOBIAN_WIDTH
from actviz.probing.stack import ProbeConfig, Stack
from actviz.results.statistics import STATISTICS


def check_norm(stack: Stack, config: ProbeConfig) -> None:
    """Refuse what batch normalization makes meaningless."""
    if stack.norm_kind != "batch":
        return
    if stack.bias_std and stack.block == "plain":
        raise ActvizError(
            "bias_std has no effect under batch normalization, which subtracts the mean; give one of them"
        )
    if min(batch_sizes(config.samples, config.batch)) < 2:
        raise ActvizError(
            f"batch normalization needs at least 2 samples in every batch; {config.samples} samples in batches of "
            f"at most {config.batch} leave one of a single sample"
        )


def check_jacobian(stack: Stack, config: ProbeConfig) -> None:
    """Refuse Jacobians that a sample does not have for itself, or whose singular values would take minutes."""
    if config.jacobian and stack.norm_kind == "batch":
        raise ActvizError("jacobian: under batch normalization a sample's outputs depend on the other samples' inputs")
    if config.jacobian and max(stack.widths) > MAX_JACOBIAN_WIDTH:
        raise ActvizError(f"jacobian needs layers and inputs of at most {MAX_JACOBIAN_WIDTH} units")


def pass_bytes(widths: Sequence[int], rows: int, dtype: str, *, blocks: bool = False) -> float:
    """Return the bytes of a network at work: an array a layer, five buffers, and the weights twice.

    Of residual blocks it is four arrays, and as much again for the weights that end branches.
    """
    values = rows * ((4 if blocks else 1) * sum(widths) + 5 * max(widths))
    values += (4 if blocks else 2) * sum(a * b for a, b in itertools.pairwise(widths))
    return float(values * np.dtype(dtype).itemsize)


def check_probe_memory(stack: Stack, rows: int, dtype: str, workers: int, pairings: int, seeds: int, view: Any) -> None:
    """Refuse what memory cannot hold, before the first allocation."""
    widths = stack.widths
    need = pass_bytes(widths, rows, dtype, blocks=any(stack.skips)) * workers
    # Pooled histograms in memory and in the dataset, one network's in every worker, and statistics of every seed.
    bins = len(UNBOUNDED_BINS.edges) + len(GRADIENT_BINS.edges) + (view[2] if view else 0)
    need += 8 * (len(widths) - 1) * ((2 * pairings + 2 * workers) * bins + 2 * pairings * seeds * len(STATISTICS))
    check_memory(need, "this probe", "lower width, depth, batch, the bins of view, seeds or workers")
