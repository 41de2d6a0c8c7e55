"""Numbers as figures and names write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float) -> str:
    """Write a share; only none is 0 %, and only all is 100 %."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def short(value: float) -> str:
    """Write a measured number with two digits, trailing zeros too, and a power of ten where it is very small or large.

    >>> short(0.8), short(347.2), short(4.26e-7), short(1e-5), short(0.00998), short(math.nan), short(-math.inf)
    ('0.80', '347', '4.3·10⁻⁷', '1.0·10⁻⁵', '0.010', '–', '−∞')
    """
    if value == 0:
        return "0"
    if 0.01 <= float(f"{abs(value):.1e}") < 1000:
        return true_minus(f"{value:#.2g}".rstrip(".") if abs(value) < 9.95 else f"{value:.0f}")
    return _powered(f"{value:.1e}")


def _powered(written: str) -> str:
    """Write a number in exponential form with a power of ten, as axes do; a dash for none, as a file may have it."""
    if not math.isfinite(float(written)):
        return "–" if math.isnan(float(written)) else true_minus(written.replace("inf", "∞"))
    mantissa, exponent = written.split("e")
    power = power_of_ten(int(exponent))
    one = mantissa.lstrip("+-") == "1"
    return true_minus(f"{mantissa[:-1]}{power}" if one else f"{mantissa}·{power}")


def round_value(value: float) -> str:
    """Write a number that was chosen, not measured, in the digits it has, at most three.

    >>> round_value(0.25), round_value(1000.0), round_value(12345.0), round_value(1e6)
    ('0.25', '1000', '12300', '10⁶')
    """
    if value and not 1e-3 <= abs(value) < 1e5:
        return _powered(f"{value:.0e}")
    written = f"{value:.3g}"
    return true_minus(f"{float(written):.0f}" if "e" in written else written)


def squared(std: float) -> str:
    """Write a variance as the square of its root, all in one form, so that those beside each other are in order.

    >>> squared(1.0), squared(0.01), squared(0.1414), squared(0.0123456), squared(1e-5), squared(1e3)
    ('1', '0.01²', '0.141²', '0.0123²', '(10⁻⁵)²', '1000²')
    """
    if std == 1:
        return "1"
    plain = std == 0 or 1e-4 <= abs(std) < 1e4
    return f"{in_print(std, 3)}²" if plain else f"({three_digits(std)})²"


def variance(std: float) -> str:
    """Write a variance that stands alone: as a number where that is the rounder one, else as the square of its root.

    >>> variance(0.05**0.5), variance(0.1), variance(1.0), variance(2e-6**0.5)
    ('0.05', '0.1²', '1', '2·10⁻⁶')
    """
    rounder = float(f"{std * std:.1g}")
    long = len(f"{std:.3g}".partition("e")[0].replace(".", "").strip("0")) > 2
    return round_value(rounder) if long and math.isclose(rounder, std * std, rel_tol=1e-3) else squared(std)


def alike(values: Sequence[float]) -> list[str]:
    """Write round numbers all in one form, with powers of ten only if one of them needs them.

    >>> alike([0.5, 1, 20]), alike([5e-4, 1e-3, 2e-3])
    (['0.5', '1', '20'], ['5·10⁻⁴', '10⁻³', '2·10⁻³'])
    """
    plain = all(1e-3 <= abs(value) < 1e4 for value in values)
    return [true_minus(f"{value:g}") if plain else _powered(f"{value:.0e}") for value in values]


def three_digits(value: float) -> str:
    """Write a number that is compared with another, in up to three digits and a power of ten as figures have it.

    >>> three_digits(0.5), three_digits(26.3), three_digits(1.234e-7), three_digits(2e5)
    ('0.5', '26.3', '1.23·10⁻⁷', '2·10⁵')
    """
    if not math.isfinite(value) or value == 0 or 1e-3 <= abs(value) < 1e4:
        return true_minus(f"{value:.3g}" if abs(value) < 1e3 else f"{value:.0f}")
    mantissa, exponent = f"{value:.2e}".split("e")
    return _powered(f"{float(mantissa):g}e{exponent}")


def in_print(value: float, figures: int = 6) -> str:
    """Write a number for people as ``:g`` would: in up to so many figures, but with a power of ten and a true minus.

    Tables, reports and sentences have no other way to an exponent; JSON, CSV and code keep ``1e-07``.

    >>> in_print(0.5), in_print(3e-08), in_print(-1.23456e-7, 3), in_print(12345.0, 4), in_print(236.0, 2)
    ('0.5', '3·10⁻⁸', '−1.23·10⁻⁷', '1.234·10⁴', '240')
    """
    written = f"{value:.{figures}g}"
    return print_form(f"{float(written):.0f}" if "e" in written and 1 <= abs(float(written)) < 1e4 else written)


def print_form(written: str) -> str:
    """Write for people a number that was written by Python."""
    return _powered(written) if "e" in written.lower() or "n" in written else true_minus(written)


_TYPED = re.compile(r"(?<![\w:.,/@])\d[\d.]*e[+-]?\d+(?![\w.:])")


def typed(words: str) -> str:
    """Write for people the numbers in words that somebody typed; names such as ``normal:1e-05`` stay what they are.

    >>> typed("rate 1e-05 · 3 seeds"), typed("normal:1e-05"), typed("2.97e-7")
    ('rate 10⁻⁵ · 3 seeds', 'normal:1e-05', '2.97·10⁻⁷')
    """
    return _TYPED.sub(lambda found: print_form(found[0]), words)


def signed(value: float) -> str:
    """Write a number with its sign in about four characters."""
    if abs(value) < 0.05:
        return "0"
    if abs(value) >= 999.5:
        return _powered(f"{value:+.0e}")
    return true_minus(f"{value:+{'.1f' if abs(value) < 9.95 else '.0f'}}")


def digits(value: float) -> str:
    """Write a number in the fewest digits that give it back."""
    few = f"{value:.15g}"
    return few if float(few) == value else repr(float(value))


def runs_of(numbers: Sequence[int], to: str) -> str:
    """Write ascending whole numbers, three or more in a row as the first ``to`` the last.

    >>> runs_of([1, 2, 3, 5, 8, 9], "–")
    '1–3, 5, 8, 9'
    """
    return ", ".join(written_runs(numbers, lambda first, last: f"{first}{to}{last}"))


def written_runs(numbers: Sequence[int], write: Callable[[int, int], str]) -> list[str]:
    """Write every run of ascending whole numbers: three or more in a row by their ends, fewer each by itself."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return [write(run[0], run[-1]) if len(run) > 2 else ", ".join(map(str, run)) for run in runs]


def true_minus(number: str) -> str:
    """Give a written number the minus sign of print."""
    return number.replace("-", "−")


def power_of_ten(exponent: int) -> str:
    """Write 10 to a power with the font's own superscripts: plain text in every format, no math mode."""
    return {0: "1", 1: "10"}.get(exponent, "10" + str(exponent).translate(_SUPERSCRIPTS))
