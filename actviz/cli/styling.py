"""Options of how figures are drawn, which a command gets as one dictionary: fields of a ``Style``."""

from __future__ import annotations

import functools
from typing import Any

import click

from actviz.catalog.looks import SIZES, THEMES, find_size
from actviz.cli.options import FORMATS, Decorator, lang_option, options, theme_option
from actviz.cli.running import as_options, given
from actviz.errors import ActvizError
from actviz.text import LANGUAGES


class SizeName(click.ParamType):  # type: ignore[type-arg]
    """A size by name, or as it is given: ``3.3x2.5in``."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return it as it is."""
        try:
            find_size(str(value))
        except ActvizError as error:
            self.fail(str(error), param, ctx)
        return value


class Limits(click.ParamType):  # type: ignore[type-arg]
    """A low and a high number, as ``0,1``."""

    name = "limits"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return two floats."""
        if not isinstance(value, str):
            return value
        try:
            low, high = map(float, value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a low and a high number, as 0,1 or 1e-6,10", param, ctx)
        return low, high


_USUAL = {"theme": "light", "lang": "en", "size": "slide"}
_COMMON = ("theme", "lang", "size", "font", "header", "foot", "palette", "transparent")
_ONE = (*_COMMON, "title")
_AXIS = (*_ONE, "ylim", "yscale")


def as_style(*names: str, usual: bool = True) -> Decorator:
    """Hand options to a command as one argument, ``style``: what was chosen, and theme, language and size."""

    def decorate(function: Any) -> Any:
        @functools.wraps(function)
        def command(*args: Any, **chosen: Any) -> Any:
            asked = {name: chosen.pop(name) for name in names}
            style = {name: value for name, value in asked.items() if value is not None}
            _check(style)
            return function(*args, style={**(_USUAL if usual else {}), **style}, **chosen)

        return command

    return decorate


def _check(style: dict[str, Any]) -> None:
    """Refuse what no style can be before anything is measured; read a palette, whose colours the figures keep."""
    if style.get("palette") is not None:
        from actviz.plots.canvas.palette import read_palette

        style["palette"] = read_palette(style["palette"])
    if set(style) - set(_USUAL):
        from actviz.catalog.styles import Style

        Style(**style)


def refuse_idle(ctx: click.Context, wanted: str) -> None:
    """Refuse options of figures where none is drawn; ``wanted`` is the option that draws them."""
    flags = {"header": "no-header", "foot": "no-foot", "formats": "format"}
    idle = [flags.get(name, name) for name in (*_AXIS, "formats") if name in given(ctx) and name != "lang"]
    idle += filter(None, [ctx.params.get("yscale")])
    if idle:
        raise click.UsageError(f"{as_options(idle)}: only with {wanted}")


def refuse_narrow(style: dict[str, Any]) -> None:
    """Refuse a size in which some figure of a set would have no room, before anything is measured for it."""
    size = find_size(style["size"], style.get("font"))
    if size.name not in SIZES and size.width < _SET:
        least = f"{_SET * size.scale / 72:.2g}"
        raise click.UsageError(
            f"a set has figures of three panels side by side: --size {least}in or more at this --font"
        )


_SET = 560.0
"""Width of the canvas of a set's figures at least, in points."""

_size = functools.partial(
    click.option,
    "--size",
    type=SizeName(),
    metavar=f"{'|'.join(SIZES)}|WxHin",
)


def _scale(kind: str, words: str) -> Decorator:
    """Return a flag that chooses the scale of the y axis, ``yscale``; two of them at once are refused."""

    def choose(ctx: click.Context, param: click.Parameter, wanted: bool) -> bool:
        if wanted and ctx.params.get("yscale"):
            raise click.UsageError("--log and --linear: the y axis is one or the other")
        ctx.params["yscale"] = kind if wanted else ctx.params.get("yscale")
        return wanted

    return click.option(f"--{kind}", is_flag=True, expose_value=False, callback=choose, help=words)


def _further(own: str = "") -> Decorator:
    """Return options that every figure takes; what they are unless given is ``own``."""

    def usual(words: str) -> str:
        return f"  [default: {own or words}]"

    return options(
        click.option("--font", type=float, metavar="POINTS", help="Of usual text, on the page." + usual("by the size")),
        click.option(
            "--header/--no-header", default=None, help="Title, and how to read it, above the panels." + usual("header")
        ),
        click.option("--foot/--no-foot", default=None, help="How it was measured, below them." + usual("foot")),
        click.option(
            "--palette",
            type=click.Path(),
            metavar="FILE",
            help="Colours of your own: a JSON of names to colours, or a matplotlib style, by its file or its name."
            + (usual("") if own else ""),
        ),
        click.option(
            "--transparent/--opaque", default=None, help="Draw nothing behind panels and words." + usual("opaque")
        ),
    )


size_option = _size(
    default="slide",
    show_default=True,
    help="A 16:9 slide, half of one, an article's text width (6.5 in), a square; or as 3.3x2.5in, 84mm (as high as is "
    "needed).",
)
format_option = click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("png",),
    show_default=True,
    help="File format; repeat for several.",
)
title_option = click.option("--title", metavar="TEXT", help="In place of the figure's own title.")
axis_options = options(
    click.option("--ylim", type=Limits(), metavar="LOW,HIGH", help="Ends of the y axis, of figures of one statistic."),
    _scale("log", "Draw the y axis logarithmic, of figures of one statistic."),
    _scale("linear", "Draw it linear."),
)

figure_options = options(theme_option, lang_option, size_option, _further(), title_option, as_style(*_ONE))
"""How one figure is drawn: ``style``."""

set_options = options(format_option, theme_option, size_option, lang_option, _further(), as_style(*_COMMON))
"""How figures are drawn, and into which files: ``formats`` and ``style``."""

figures_options = options(
    format_option, theme_option, size_option, lang_option, _further(), title_option, axis_options, as_style(*_AXIS)
)
"""The same of figures that are chosen one by one."""

again_options = options(
    click.option("--theme", type=click.Choice(list(THEMES)), help="Colours.  [default: the figure's own]"),
    click.option("--lang", type=click.Choice(LANGUAGES), help="Language.  [default: the figure's own]"),
    _size(help="A size by name, or as 3.3x2.5in.  [default: the figure's own]"),
    _further("the figure's own"),
    title_option,
    axis_options,
    as_style(*_AXIS, usual=False),
)
"""What is drawn otherwise than a figure's file says."""
