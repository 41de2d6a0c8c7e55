"""Options that describe a network and how it is measured or trained; choices are those of the library."""

from __future__ import annotations

from typing import Any

import click

from actviz.catalog.choices import BLOCKS, DEPTH_SCALE, DRIVES, DTYPES, NORMS, PLACES
from actviz.cli.options import Decorator, Numbers, View, complete, options, seeds_option


def pairing_options(*, required: bool = True) -> Decorator:
    """Return the options that name initializers and activations."""
    return options(
        click.option(
            "-i",
            "--init",
            "inits",
            multiple=True,
            metavar="INIT",
            required=required,
            shell_complete=complete("INITIALIZERS"),
            help="Initializer: a name (see `actviz list`), normal:0.01, or package.module:name; repeat for several.",
        ),
        click.option(
            "-a",
            "--activation",
            "activations",
            multiple=True,
            metavar="ACTIVATION",
            required=required,
            shell_complete=complete("ACTIVATIONS"),
            help="Activation: a name (see `actviz list`), leaky_relu:0.2, or package.module:name; repeat for several.",
        ),
    )


def size_options(depth: str, width: str) -> Decorator:
    """Return the options of how many layers there are, and of how many units; in words what is counted."""
    return options(
        click.option("--depth", type=int, help=f"{depth}  [default: 5, or as many as --width lists]"),
        click.option("--width", type=Numbers(), default="100", show_default=True, help=width),
    )


bias_option = click.option(
    "--bias-std", type=float, default=0.0, show_default=True, help="Standard deviation of the biases."
)


class BranchScale(click.ParamType):  # type: ignore[type-arg]
    """A number, or 1/sqrt(L)."""

    name = f"FLOAT|{DEPTH_SCALE}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        """Read it."""
        return DEPTH_SCALE if value == DEPTH_SCALE else float(click.FLOAT.convert(value, param, ctx))


def block_options(*, several: bool = False) -> Decorator:
    """Return the options of normalization and of blocks; ``several`` may be given more than once, to compare."""
    more: dict[str, Any] = {"multiple": True} if several else {}
    again = "; repeat to compare" if several else ""
    usual: dict[str, Any] = {} if several else {"default": "plain", "show_default": True}
    norms = [name for name in NORMS if name]
    return options(
        click.option(
            "--norm",
            type=click.Choice(["none", *norms]),
            help="Normalization over the batch, or over a sample's units: before the activation, or of residual blocks "
            f"before the branch; with _after behind them{again}.  [default: none]",
            callback=None if several else lambda ctx, parameter, value: None if value == "none" else value,
            **more,
        ),
        click.option(
            "--place",
            type=click.Choice(PLACES),
            help="Where --norm batch, layer or rms stands: pre, before the activation or the branch, or post, behind "
            "the activation or the sum.  [default: pre]",
        ),
        click.option(
            "--block",
            type=click.Choice(BLOCKS),
            help=f"Plain layers, or residual blocks y + phi(y W) V{again}.{'  [default: plain]' * several}",
            **more,
            **usual,
        ),
        click.option(
            "--branch-scale",
            type=BranchScale(),
            help=f"Scale of V in residual blocks: a number, 0 for branches that start at 0, or {DEPTH_SCALE} in L "
            f"blocks{again}.  [default: 1]",
            **(more or {"default": 1.0}),
        ),
    )


view_option = click.option(
    "--view", type=View(), help="A second, exact histogram between given edges: 0,1,30 is the book's."
)


def dtype_option(default: str = "float32") -> Decorator:
    """Return the option of the precision."""
    return click.option("--dtype", type=click.Choice(DTYPES), default=default, show_default=True, help="Precision.")


def recipe_options(seeds: str = "8", dtype: str = "float32") -> Decorator:
    """Return the options of what is probed and how: arguments of ``probe``."""
    return options(
        size_options("Number of layers.", "Units of every layer, or of each: 100,50,20."),
        click.option("--samples", type=int, help="Rows of input.  [default: 1000, or an array's rows if fewer]"),
        seeds_option(default=seeds),
        click.option(
            "--inputs",
            default="normal",
            shell_complete=complete("INPUTS"),
            show_default=True,
            help="normal, uniform:0,1, correlated:0.5 (every pair of samples), mnist, or a .npy or .npz file.",
        ),
        click.option("--input-width", type=int, help="Width of generated inputs.  [default: the first layer's]"),
        bias_option,
        block_options(),
        dtype_option(dtype),
        click.option(
            "--drive",
            type=click.Choice(DRIVES),
            default="cotangent",
            show_default=True,
            help="What drives the backward pass: a random N(0, 1) gradient, or a classifier's loss.",
        ),
        click.option("--batch", type=int, default=4096, show_default=True, help="Rows in memory at once."),
        click.option(
            "--jacobian",
            type=int,
            default=0,
            show_default=True,
            help="Samples of which all singular values of the input-output Jacobian are measured.",
        ),
    )
