"""Numbers as verdicts write them."""

from __future__ import annotations

from actviz.text.numbers import three_digits


def number(value: float) -> str:
    """Write a number with three digits, whole below a million, and with a power of ten as figures have it.

    >>> number(0.0123), number(54321.0), number(1.82e-31), number(5.46e6)
    ('0.0123', '54321', '1.82·10⁻³¹', '5.46·10⁶')
    """
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else three_digits(value)


def literal(value: float) -> str:
    """Write the same as code has it.

    >>> literal(0.0123), literal(1.82e-31)
    ('0.0123', '1.82e-31')
    """
    return f"{value:.3g}"


def fold(factor: float) -> str:
    """Write by how much something grows or falls."""
    return number(max(factor, 1.0 / factor)) if factor > 0 else number(factor)


def share(value: float, least: float = 0.0) -> str:
    """Write a share in percent; one that is below what can be measured, ``least``, as below that.

    >>> share(0.7), share(0.0123), share(2e-9), share(2e-9, 1e-3)
    ('70 %', '1.23 %', '2·10⁻⁷ %', '<0.1 %')
    """
    return f"{three_digits(100 * value)} %" if value >= least else f"<{three_digits(100 * least)} %"
