"""Mean-field theory: maps of length and correlation, phases and depth scales, critical points, finite width."""

from actviz.catalog.inputs import InputMoments
from actviz.theory.approach import Approach, approach
from actviz.theory.critical import CriticalPoint, critical_gain, critical_line, critical_points, gradient_gain
from actviz.theory.densities import bin_shares
from actviz.theory.finite_width import Propagation, propagate
from actviz.theory.jumps import first_jump
from actviz.theory.ledger import CONVENTIONS, Entry, ledger, untreatable
from actviz.theory.maps import (
    HUGE,
    TINY,
    chi,
    correlation_map,
    correlation_slope,
    length_map,
    length_slope,
    lengths,
    moments,
    real,
    second_moment,
    squared,
    uncertainty,
)
from actviz.theory.phases import (
    EFOLDS,
    FixedPoint,
    MeanField,
    fixed_points,
    mean_field,
    resolved_length,
    resting_correlation,
    resting_length,
)
from actviz.theory.scatter import saturated_share

__all__ = [
    "CONVENTIONS",
    "EFOLDS",
    "HUGE",
    "TINY",
    "Approach",
    "CriticalPoint",
    "Entry",
    "FixedPoint",
    "InputMoments",
    "MeanField",
    "Propagation",
    "approach",
    "bin_shares",
    "chi",
    "correlation_map",
    "correlation_slope",
    "critical_gain",
    "critical_line",
    "critical_points",
    "first_jump",
    "fixed_points",
    "gradient_gain",
    "ledger",
    "length_map",
    "length_slope",
    "lengths",
    "mean_field",
    "moments",
    "propagate",
    "real",
    "resolved_length",
    "resting_correlation",
    "resting_length",
    "saturated_share",
    "second_moment",
    "squared",
    "uncertainty",
    "untreatable",
]
