"""Shares of values below edges: of what histograms tell, all that is kept of every seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.numerics.histogram import Histogram

COARSE = 4
"""Neighbouring bins that count as one where only the spread of their share over seeds is kept: an octave's."""


def coarse_edges(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inner edges between each ``COARSE`` bins."""
    return edges[COARSE:-1:COARSE]


def shares_below(histograms: Sequence[Histogram]) -> NDArray[np.float64]:
    """Return the share of all values that lies below each of the coarse edges, of histograms of as many bins."""
    below = np.cumsum([each.counts for each in histograms], axis=1)
    under, over, odd = np.array([(each.underflow, each.overflow, each.nonfinite) for each in histograms]).T
    totals = np.maximum(below[:, -1] + under + over + odd, 1)
    shares: NDArray[np.float64] = (below[:, COARSE - 1 : -1 : COARSE] + under[:, None]) / totals[:, None]
    return shares
