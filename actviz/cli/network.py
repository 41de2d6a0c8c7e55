"""Options that describe a network and how it is measured or trained; choices are those of the library."""

from __future__ import annotations

import click

from actviz.catalog.choices import DRIVES, DTYPES, NORMS
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

norm_option = click.option(
    "--norm",
    type=click.Choice([name for name in NORMS if name]),
    help="Batch normalization before the activation, or after it.",
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
        norm_option,
        dtype_option(dtype),
        click.option(
            "--drive",
            type=click.Choice(DRIVES),
            default="cotangent",
            show_default=True,
            help="What drives the backward pass: a random N(0, 1) gradient, or a classifier's loss.",
        ),
        click.option("--batch", type=int, default=4096, show_default=True, help="Rows in memory at once."),
    )
