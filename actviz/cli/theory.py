"""``actviz theory``."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import click

from actviz.cli.echo import echo_json, echo_table
from actviz.cli.network import bias_option
from actviz.cli.options import complete, fan_options, json_option, lang_option
from actviz.cli.printing import say
from actviz.cli.running import as_options, find_own_modules, given
from actviz.text import in_words, text
from actviz.text.numbers import in_print, print_form

_LENGTHS = (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""Lengths at which the critical line is told, as far as it reaches; sigmoid's begins above 45."""


def _row(entry: Any, lang: str) -> dict[str, Any]:
    """One line of the printed ledger."""
    found = entry.theory
    if found is None:
        keys = ("sigma_w^2", "q*", "c*", "chi_1", "xi_q", "xi_c", "xi_grad")
        return {
            "convention": in_words(entry.convention, lang),
            **dict.fromkeys(keys, float("nan")),
            "phase": "-",
            "depth": float("nan"),
        }
    return {
        "convention": in_words(entry.convention, lang),
        "sigma_w^2": found.weight_var,
        "q*": found.q_star,
        "c*": text("ledger.kept", lang) if found.keeps_correlation else found.c_star,
        "chi_1": found.chi_1,
        "xi_q": found.xi_q,
        "xi_c": found.xi_c,
        "xi_grad": found.xi_grad,
        "phase": text(f"ledger.phase.{found.phase}", lang),
        "depth": found.usable_depth,
    }


def _json_entry(entry: Any) -> dict[str, Any]:
    found = entry.theory
    content = {"convention": entry.convention, "initializer": entry.initializer, "refused": entry.refused or None}
    if found is not None:
        content |= dataclasses.asdict(found) | {
            "keeps_correlation": found.keeps_correlation,
            "trainable_depth": found.trainable_depth,
            "usable_depth": found.usable_depth,
            "layers_to_rest": entry.way.layers,
            "gradient_depth_from_input": entry.way.gradient_depth,
        }
    return content


def _way(way: Any, rests: bool, lang: str) -> str:
    """Say how deep gradients reach on the way; of a signal that comes to rest, that the depth is told for it there."""
    from actviz.theory.approach import FOLLOWED

    layers, depth = (
        f"{each:.0f}" if each <= FOLLOWED else text("ledger.beyond", lang, number=FOLLOWED)
        for each in (way.layers, way.gradient_depth)
    )
    return text("ledger.way" if rests else "ledger.way_on", lang, layers=layers, depth=depth)


def _solution(activation: Any, bias_var: float) -> dict[str, Any]:
    """Critical variances of an activation, and the gains that keep a length of 1 and its gradient."""
    from actviz import theory

    points = [dataclasses.asdict(point) for point in theory.critical_points(activation, bias_var)]
    line = zip(_LENGTHS, *theory.critical_line(activation, _LENGTHS), strict=True)
    return {
        "critical": points,
        "critical_line": [
            {"q_star": q, "weight_var": float(weight), "bias_var": float(bias)}
            for q, bias, weight in line
            if weight == weight
        ],
        "gain_keeping_length_1": theory.critical_gain(activation),
        "gain_keeping_the_gradient_at_length_1": theory.gradient_gain(activation),
        "resolved_length": theory.resolved_length(activation),
    }


def _echo_solution(name: str, solution: dict[str, Any], bias_std: float, lang: str) -> None:
    points = solution["critical"]
    if not points:
        say(text("ledger.no_critical", lang, name=name, bias_std=in_print(bias_std)))
    for point in points:
        every = point["q_star"] != point["q_star"]
        values = {
            "name": name,
            "weight_var": in_print(point["weight_var"], 5),
            "gain": f"{point['weight_var'] ** 0.5:.4f}",
            "bias_std": in_print(bias_std),
            "kept": text("ledger.every_length", lang) if every else f"q* = {in_print(point['q_star'], 4)}",
            "note": "" if point["stable"] else text("ledger.leaves", lang),
        }
        say(text("ledger.critical", lang, **values))
    gains = (solution["gain_keeping_length_1"], solution["gain_keeping_the_gradient_at_length_1"])
    length, gradient = (print_form(f"{gain:.4f}") for gain in gains)
    say(text("ledger.gains", lang, length=length, gradient=gradient))
    if math.isfinite(solution["resolved_length"]):
        say(text("ledger.searched", lang, length=in_print(solution["resolved_length"], 3)))
    rows = solution["critical_line"]
    if rows:
        say(text("ledger.line", lang))
        echo_table([{"q*": r["q_star"], "sigma_w^2": r["weight_var"], "sigma_b^2": r["bias_var"]} for r in rows])


@click.command("theory")
@click.argument("activation", shell_complete=complete("ACTIVATIONS"))
@click.option(
    "-i",
    "--init",
    "inits",
    multiple=True,
    metavar="INIT",
    shell_complete=complete("INITIALIZERS"),
    help="Only this initializer, as in `actviz probe`; repeat for several.  [default: the usual conventions]",
)
@click.option(
    "--weight-var", "weight_vars", type=float, multiple=True, help="sigma_w^2 = fan_in * Var(W); repeat for several."
)
@bias_option
@fan_options
@click.option("--solve", is_flag=True, help="Solve for the critical weight and bias variance instead.")
@lang_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    activation: str,
    inits: tuple[str, ...],
    weight_vars: tuple[float, ...],
    bias_std: float,
    fan_in: int,
    fan_out: int,
    solve: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Print what mean-field theory says of an activation under each convention of initialization.

    \b
    sigma_w^2  fan_in * Var(W), what the convention implies for layers of these fans
    q*, c*     length of the pre-activations, and correlation of two samples, far from the input
               (kept: the one with which they came there)
    chi_1      factor of the mean-square gradient a layer backwards: < 1 vanishes, > 1 explodes
    xi_q/c/grad  layers in which length, correlation and gradient change e-fold (xi_grad < 0: it grows)
    depth      6 min(xi_c, |xi_grad|): how deep both reach, once at q* and near c*

    \b
    Example: actviz theory tanh --weight-var 1.76 --bias-std 0.2236
    """  # noqa: D301
    from actviz import theory
    from actviz.catalog import names
    from actviz.catalog.initializers import INITIALIZERS, VarianceScaling
    from actviz.catalog.names import describe, labelled_initializers
    from actviz.errors import ActvizError

    find_own_modules()
    if solve and (inits or weight_vars):
        raise ActvizError("--solve finds the weight variance; give it without --init and --weight-var")
    if solve and (idle := as_options(given(ctx) & {"fan_in", "fan_out"})):
        raise click.UsageError(f"{idle}: of initializers; --solve finds variances times fan_in")
    found = names.activation(activation)
    bias_var = theory.squared("bias-std", bias_std)
    if solve:
        solution = _solution(found, bias_var)
        if as_json:
            return echo_json({"activation": activation, "bias_std": bias_std, **solution})
        return _echo_solution(activation, solution, bias_std, lang)
    named = {name: (name, init) for name, init in (labelled_initializers(inits) if inits else {}).items()}
    for value in weight_vars:
        scaling = VarianceScaling(theory.real("weight-var", value))
        told_in, written = ("en", f"{value:g}") if as_json else (lang, in_print(value))
        label = text("ledger.weight_variance", told_in, value=written)
        named[label] = describe(scaling, INITIALIZERS), scaling
    entries = theory.ledger(found, fan_in, fan_out, bias_var, named or theory.CONVENTIONS)
    if as_json:
        recipe = {"activation": activation, "fan_in": fan_in, "fan_out": fan_out, "bias_std": bias_std}
        return echo_json({**recipe, "entries": [_json_entry(entry) for entry in entries]})
    fans = {"fan_in": fan_in, "fan_out": fan_out}
    say(text("ledger.heading", lang, activation=activation, **fans, bias_std=in_print(bias_std)))
    echo_table([_row(entry, lang) for entry in entries], lang)
    for entry in entries:
        for words in _remarks(entry, lang):
            say(f"{in_words(entry.convention, lang)}: {words}")


def _remarks(entry: Any, lang: str) -> Iterator[str]:
    """Say what a row of numbers cannot."""
    if entry.far:
        yield _way(entry.way, math.isfinite(entry.theory.q_star), lang)
    if entry.theory is not None and entry.theory.phase == "unbounded":
        yield text("theory.unbounded", lang)
    if entry.refused == "oscillates":
        yield text("ledger.oscillates", lang, length=in_print(entry.followed, 3))
    elif entry.refused:
        yield text(f"theory.refused.{entry.refused}", lang)
    elif entry.theory is not None and len(entry.theory.fixed_points) > 1:
        points = [(point.q, text(f"ledger.stability.{point.stability}", lang)) for point in entry.theory.fixed_points]
        yield text("ledger.fixed_points", lang, points=", ".join(f"{in_print(q, 4)} ({words})" for q, words in points))
