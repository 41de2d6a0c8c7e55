"""How figures look: themes, palette, sizes, the canvas of a slide, and the one place that styles a pairing."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from actviz.catalog.looks import _LIGHT, SIZES, Theme, find_theme
from actviz.errors import ActvizError
from actviz.plots.canvas.slide import Canvas, Pane, own_settings
from actviz.results.dataset import recipe
from actviz.results.overlaying import laid, part_of
from actviz.text import check_language

if TYPE_CHECKING:
    import xarray

WIDTH, HEIGHT = SIZES["slide"].width, SIZES["slide"].height
"""A slide of 13.333 x 7.5 inches, in points; more rows than fit make a figure taller, never its text smaller."""

MARGIN = 34.0
HEADER, FOOTER = 102.0, 34.0
TITLE, BODY, NOTE = 24.0, 14.0, 11.0
"""Font sizes in points: body text is readable from the back of a hall, notes from the middle."""

_LOWEST, _LEAST = 50.0, 78.0
"""Height of a panel, and width of one beside others, at least, in points."""

FONTS: dict[str, list[str]] = {"en": ["DejaVu Sans", "Noto Sans KR"], "ko": ["Noto Sans KR", "DejaVu Sans"]}
"""Font families of a language, the one to try first in front; a user's own names may be in either's script."""

ROOM = {"DejaVu Sans": 1.0, "Noto Sans KR": 1.1}
"""How many columns of a text fit into a line in the font to try first, in those of DejaVu Sans."""


MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
"""Shapes of markers, the plainest first."""

# Known initializers look the same in every dataset. One family shares a colour, its members differ in marker.
_INITIALIZERS: dict[str, tuple[str, str]] = {
    "zeros": ("sky", "p"),
    "constant": ("grey", "P"),
    "uniform": ("orange", "^"),
    "uniform:0,1": ("yellow", "<"),
    "normal": ("vermillion", "s"),
    "normal:0.01": ("purple", "v"),
    "truncated_normal": ("vermillion", "p"),
    "xavier_normal": ("blue", "o"),
    "xavier_uniform": ("blue", "d"),
    "he_normal": ("green", "D"),
    "he_uniform": ("green", ">"),
    "lecun_normal": ("yellow", "h"),
    "lecun_uniform": ("yellow", "*"),
    "orthogonal": ("purple", "o"),
    "identity": ("grey", "s"),
    "pytorch_default": ("orange", "D"),
    "variance_scaling": ("yellow", "o"),
}
_ACTIVATIONS: dict[str, Any] = {"relu": "-", "tanh": (0, (7, 1.6)), "sigmoid": (0, (3, 1.2))}
DASHES: tuple[Any, ...] = ("-", (0, (7, 1.6)), (0, (3, 1.2)), (0, (7, 1.5, 1.5, 1.5)), (0, (1.3, 1.3)))
RESULTS = (DASHES[0], DASHES[2], DASHES[4], DASHES[3])
"""Line styles of results laid over each other."""


@dataclass(frozen=True)
class PairingStyle:
    """Colour and marker tell the initializer, line style the activation; markers keep grey prints readable.

    Of results laid over each other, line style and hollow markers tell the result.
    """

    color: str
    marker: str
    linestyle: Any
    hollow: bool = False

    def of_result(self, at: int) -> PairingStyle:
        """Return how the same pairing or run of a further result is drawn."""
        return PairingStyle(self.color, self.marker, RESULTS[at], at > 0)


def _known_look(name: str, everyone: Collection[str]) -> tuple[str, str] | None:
    """Return the look of a built-in name, or that of its family where it is the family's only member there.

    Not of a family whose members are told apart by colour, as N(0, 1) and N(0, 0.01²) are.
    """
    family = name.partition(":")[0]
    relatives = [each for each in everyone if each.partition(":")[0] == family]
    colored = any(each.startswith(f"{family}:") for each in _INITIALIZERS)
    return _INITIALIZERS.get(name) or (_INITIALIZERS.get(family) if len(relatives) == 1 and not colored else None)


def _free_look(position: int, taken: Collection[str]) -> tuple[str, str]:
    """Return the look of a name that has none of its own, in a colour that is not ``taken`` as long as one is left."""
    colors = [color for color in _LIGHT if color not in taken] or list(_LIGHT)
    return colors[(position + 1) % len(colors)], MARKERS[(position * 5 + 3) % len(MARKERS)]


def pairing_style(ds: xarray.Dataset, init: str, activation: str, theme: str | Theme = "light") -> PairingStyle:
    """Return how a pairing is drawn, the same in every figure of a dataset.

    Known names look the same in every dataset; a user's own names take the next free look in the dataset's order.

    Raises
    ------
    ActvizError
        If there is no such theme.
    """
    # The recipe goes first: a selection keeps the looks of the whole.
    name, at = part_of(ds, init)
    everyone = dict.fromkeys([*recipe(ds).get("inits", []), *(part_of(ds, str(each))[0] for each in ds["init"].values)])
    looks = {each: _known_look(each, everyone) for each in everyone}
    own = [each for each, look in looks.items() if look is None]
    taken = {look[0] for look in looks.values() if look}
    color, marker = looks[name] or _free_look(own.index(name), taken)
    dashes = [name for name in map(str, ds["activation"].values) if name not in _ACTIVATIONS]
    linestyle = _ACTIVATIONS.get(activation) or DASHES[dashes.index(activation) % len(DASHES)]
    palette = find_theme(theme).palette  # a figure maker's own has names of initializers, too
    style = PairingStyle(palette.get(name, palette[color]), marker, linestyle)
    return style.of_result(at) if laid(ds) else style


def norm_styles(look: Theme) -> dict[Any, PairingStyle]:
    """Return how networks without and with batch normalization are drawn; dashes keep grey prints readable."""
    return {
        None: PairingStyle(look.palette["vermillion"], "s", (0, (4, 1.2))),
        "batch": PairingStyle(look.palette["blue"], "o", "-"),
    }


@functools.cache
def add_shipped_fonts() -> None:
    """Make the fonts that come with the package known to matplotlib, once a process."""
    from importlib.resources import files

    for file in sorted(str(file) for file in files("actviz").joinpath("data/fonts").iterdir()):
        if file.endswith(".ttf"):
            font_manager.fontManager.addfont(file)


@contextlib.contextmanager
def themed(theme: str | Theme, lang: str = "en", *, transparent: bool = False) -> Iterator[Theme]:
    """Set matplotlib's parameters for a figure, from its defaults: a user's own settings do not change a figure."""
    look = find_theme(theme)
    check_language(lang)
    add_shipped_fonts()
    parameters = {
        "font.family": FONTS[lang],
        "font.size": BODY,
        "figure.facecolor": "none" if transparent else look.background,
        "axes.facecolor": "none" if transparent else look.panel,
        "axes.edgecolor": look.muted,
        "axes.labelcolor": look.text,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": look.grid,
        "text.color": look.text,
        "lines.linewidth": look.line,
        "lines.markersize": 6.5,
        "text.parse_math": False,  # a user's label may hold dollar signs
    }
    with own_settings(parameters):
        yield look


def panel(fig: Figure, left: float, bottom: float, width: float, height: float) -> Any:
    """Add an Axes at a place in points, with its ticks' look fixed now: ticks are made later, outside the theme."""
    across, up = (fig.get_size_inches() * 72).tolist()
    ax = fig.add_axes((left / across, bottom / up, width / across, height / up))
    ax.tick_params(
        labelsize=NOTE + 1,
        colors=mpl.rcParams["axes.edgecolor"],
        labelcolor=mpl.rcParams["text.color"],
        labelfontfamily=mpl.rcParams["font.family"],
        length=3,
    )
    return ax


def split(ax: Any, height: float, gap: float = 4.0) -> Any:
    """Make room for a strip at the foot of an Axes and return it; ``height`` and ``gap`` are in points."""
    if not isinstance(ax.figure, Canvas):
        raise ActvizError("a strip of z-scores has no room in ax: leave out z, or give fig")
    fig: Any = ax.figure
    across, up = (fig.get_size_inches() * 72).tolist()
    box = ax.get_position()
    ax.set_position((box.x0, box.y0 + (height + gap) / up, box.width, box.height - (height + gap) / up))
    return panel(fig, box.x0 * across, box.y0 * up, box.width * across, height)


class NarrowError(ActvizError):
    """A figure is too narrow for the panels that have to stand side by side in it, which need so many inches."""

    def __init__(self, inches: float, least: float) -> None:
        super().__init__(
            f"its panels have no room side by side in {inches:.3g} in at this size of text: make it "
            f"{math.ceil(100 * least - 1e-6) / 100:g} in wide or more, or the font smaller"
        )


def _tell_room(fig: Canvas, row: float, rows: int, up: float) -> None:
    """Note whether rows of panels have room in a figure, and how much they lack, in points."""
    lacks = max((_LOWEST - row) * rows, fig.least - row * rows)
    fig.short = max(fig.short, lacks)
    fig.crowded = fig.crowded or lacks > 0 or row * rows < 0.4 * up


def panel_grid(
    fig: Figure,
    rows: int,
    columns: int,
    *,
    left: float = MARGIN,
    right: float = MARGIN,
    top: float = HEADER,
    bottom: float = FOOTER,
    gap: tuple[float, float] = (30.0, 24.0),
    heights: Sequence[float] | None = None,
) -> list[list[Any]]:
    """Add rows of Axes inside margins in points; ``gap`` is (between columns, between rows).

    ``top`` and ``bottom`` are those of a slide: what words and a legend take more in another size is added.
    """
    if isinstance(fig, Pane):
        return [[fig.ax]] if rows * columns == 1 else fig.add_axes()
    across, up = (fig.get_size_inches() * 72).tolist()
    if isinstance(fig, Canvas):
        top, bottom = top + fig.above, bottom + fig.below
        least = left + right + gap[0] * (columns - 1) + _LEAST * columns
        if columns > 1 and fig.size.name not in SIZES and across < least:
            raise NarrowError(across / 72 * fig.size.scale, least / 72 * fig.size.scale)
        _tell_room(fig, (up - top - bottom - gap[1] * (rows - 1)) / rows, rows, up)
    width = (across - left - right - gap[0] * (columns - 1)) / columns
    shares = list(heights or [1.0] * rows)
    room = max(up - top - bottom - gap[1] * (rows - 1), _LOWEST * rows / 2)
    grid, above = [], top
    for share in shares:
        height = room * share / sum(shares)
        grid.append(
            [panel(fig, left + c * (width + gap[0]), up - above - height, width, height) for c in range(columns)]
        )
        above += height + gap[1]
    return grid


def panel_cells(fig: Figure, number: int, across: int, **margins: Any) -> list[Any]:
    """Add so many Axes, ``across`` of them side by side; ``margins`` are those of ``panel_grid``."""
    cells = [ax for row in panel_grid(fig, -(-number // across), across, **margins) for ax in row]
    for ax in cells[number:]:
        ax.remove()
    return cells[:number]
