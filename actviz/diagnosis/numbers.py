"""Numbers as verdicts write them."""

from __future__ import annotations


def number(value: float) -> str:
    """Write a number with three digits; whole below a million, where three digits would need an exponent."""
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


def fold(factor: float) -> str:
    """Write by how much something grows or falls."""
    return number(max(factor, 1.0 / factor)) if factor > 0 else number(factor)


def share(value: float, least: float = 0.0) -> str:
    """Write a share in percent; one that is below what can be measured, ``least``, as below that.

    >>> share(0.7), share(0.0123), share(2e-9), share(2e-9, 1e-3)
    ('70 %', '1.23 %', '2e-07 %', '<0.1 %')
    """
    return f"{100 * value:.3g} %" if value >= least else f"<{100 * least:.3g} %"
