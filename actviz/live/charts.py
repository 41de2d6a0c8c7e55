"""The live page's charts, on Bokeh: each takes columns and colours, and knows neither probe nor words.

What a chart is to show goes to the page as changes of its named models, all in one message and one frame: a patch of
Bokeh's own for each property would have the browser draw every chart several times for one picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import FixedTicker, Range1d

from actviz.catalog.looks import Theme
from actviz.live.pictures import NOTHING, Columns, Measured, Overlay, linear_limits, log_limits
from actviz.plots.canvas.style import FONTS
from actviz.plots.reading.scales import decade_ticks
from actviz.report.charts import bare_figure, empty_source
from actviz.text.numbers import power_of_ten

BESIDE = 0.36
"""Room for what is noted of a layer, beside its shape, in widths of that."""

_DECADES = 4
"""Powers of ten on a logarithmic axis, at most."""

SIZE = 0.8
"""Of a chart's words, in the page's own: they grow with it."""

LANE_COLORS = {"a": "blue", "b": "vermillion"}
"""Of two settings side by side, in all that is drawn of them."""

Changes = dict[str, dict[str, Any]]
"""New values of the properties of models, by the models' names."""


def plain(column: Any) -> list[Any]:
    """Return a column as JSON has it: numbers to six digits, None for those that are not finite."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        finite = np.isfinite(column)
        kept = [float(f"{number:.6g}") for number in np.where(finite, column, 0.0).tolist()]
        return kept if finite.all() else [n if good else None for n, good in zip(kept, finite, strict=True)]
    if isinstance(column, np.ndarray):
        return list(column.tolist())
    return [plain(each) if isinstance(each, np.ndarray) else each for each in column]


class Chart:
    """One Bokeh figure with its data sources; what it draws is restyled by ``dress``."""

    margin = 0.0
    """Room on the left in the page's words, where charts stand one above the other."""

    def __init__(self, name: str, lang: str, **options: Any) -> None:
        self.name, self.font = name, ", ".join(FONTS[lang])
        self._words: list[Any] = []
        self.plot = bare_figure(name, self.font, sizing_mode="stretch_both", min_height=80, **options)
        self._tinted: list[tuple[Any, str, tuple[str, ...]]] = []
        for part in ("x_range", "y_range"):
            getattr(self.plot, part).name = f"{name}-{part}"
        self.log = options.get("y_axis_type") == "log"
        if self.log:  # Bokeh writes a decade each, over one another where there are many
            axis = self.plot.yaxis[0]
            axis.name, axis.ticker = f"{name}-y_axis", FixedTicker(name=f"{name}-y_axis-ticks", ticks=[])

    def source(self, part: str, columns: Sequence[str]) -> Any:
        """Return a new data source, empty."""
        return empty_source(f"{self.name}-{part}", columns)

    def data(self, **parts: Mapping[str, Any]) -> Changes:
        """Return the changes that fill data sources."""
        filled = {part: {name: plain(column) for name, column in columns.items()} for part, columns in parts.items()}
        return {f"{self.name}-{part}": {"data": columns} for part, columns in filled.items()}

    def limits(self, **parts: tuple[float, float]) -> Changes:
        """Return the changes that move ranges."""
        return {f"{self.name}-{part}": {"start": start, "end": end} for part, (start, end) in parts.items()}

    def y_limits(self, low: float, high: float) -> Changes:
        """Return the changes that move the y axis, with a few powers of ten on a logarithmic one."""
        moved = self.limits(y_range=(low, high))
        if not self.log:
            return moved
        powers = decade_ticks(math.log10(low), math.log10(high), _DECADES)
        return {**moved, **_labels(f"{self.name}-y_axis", [(10.0**power, power_of_ten(power)) for power in powers])}

    def tint(self, renderer: Any, color: str, *parts: str) -> Any:
        """Give parts of a renderer a colour of the palette, now and after a change of theme."""
        self._tinted.append((renderer.glyph, color, parts))
        return renderer

    def legend_above(self) -> None:
        """Put the legend above the plot, where it hides nothing."""
        (legend,) = self.plot.legend
        legend.orientation = "horizontal"
        self.plot.add_layout(legend, "above")

    def name_theory(self, words: str) -> None:
        """Let the legend name theory's lines only while some are drawn; there are none to begin with."""
        (entry,) = (item for item in self.plot.legend[0].items if item.label.value == words)
        entry.name, entry.visible = f"{self.name}-expected", False

    def told(self, lines: Iterable[Any]) -> Changes:
        """Return the change that names theory's lines in the legend, or does not where they have no number."""
        drawn = any(np.isfinite(np.asarray(line, float)).any() for line in lines)
        return {f"{self.name}-expected": {"visible": drawn}}

    def dress(self, look: Theme, rem: float) -> None:
        """Put on a theme; ``rem`` are the pixels of the page's words.

        In pixels: of any other unit Bokeh asks the browser anew for every word it draws.
        """
        plot, size = self.plot, f"{SIZE * rem:g}px"
        if self.margin:
            plot.min_border_left = round(self.margin * rem)
        plot.background_fill_color, plot.border_fill_color = look.panel, look.background
        for axis in plot.axis:
            axis.axis_label_text_color = axis.major_label_text_color = look.text
            axis.axis_line_color = axis.major_tick_line_color = look.muted
            axis.major_label_text_font_size, axis.axis_label_text_font_size = size, size
        for grid in plot.grid:
            grid.grid_line_color = look.grid
        if plot.legend:  # one that comes and goes moves nothing
            plot.min_border_top = round(1.4 * rem)
        for legend in plot.legend:
            legend.label_text_color = look.text
            legend.label_text_font, legend.label_text_font_size = self.font, size
            legend.background_fill_alpha, legend.border_line_color = 0.0, None
            legend.padding, legend.spacing, legend.margin = 2, 14, 0
        for glyph, color, parts in self._tinted:
            chosen = look.palette.get(color) or getattr(look, color)
            for part in parts:
                setattr(glyph, f"{part}_color", chosen)
        for glyph in self._words:
            glyph.text_font_size = size


class Ridges(Chart):
    """Distributions, one ridge a layer, the first on top."""

    def __init__(self, lang: str, expected: str, name: str = "ridges", color: str = "blue") -> None:
        super().__init__(name, lang, x_range=Range1d(-0.03, 1 + BESIDE), y_range=Range1d(-4.05, 1.05))
        plot = self.plot
        shapes, zeros, outlines = (self.source(part, ("xs", "ys")) for part in ("shapes", "zeros", "outlines"))
        notes = self.source("notes", ("x", "y", "text"))  # beside the shapes, where they cover none
        self.tint(plot.patches("xs", "ys", source=shapes, fill_alpha=0.75), color, "fill", "line")
        self.tint(plot.patches("xs", "ys", source=zeros), "text", "fill", "line")
        named = {"legend_label": expected} if expected else {}
        lines = plot.multi_line("xs", "ys", source=outlines, line_width=2, line_dash=[5, 3], **named)
        self.tint(lines, "vermillion", "line")
        place = {
            "x_offset": 2,
            "text_align": "left",
            "text_baseline": "middle",
            "text_line_height": 0.95,
            "text_font": value(self.font),
        }
        words = plot.text("x", "y", text="text", source=notes, **place)
        self._words.append(self.tint(words, "text", "text").glyph)
        if expected:
            self.legend_above()
            self.name_theory(expected)
        plot.ygrid.visible = False
        for axis, part in ((plot.xaxis[0], "x_axis"), (plot.yaxis[0], "y_axis")):
            axis.name, axis.ticker = f"{name}-{part}", FixedTicker(name=f"{name}-{part}-ticks", ticks=[])

    def show(self, measured: Measured, layer_names: Sequence[str]) -> Changes:
        """Show what was measured."""
        rows = [(0.3 - row, name) for row, name in enumerate(layer_names)]
        return {
            **_labels(f"{self.name}-x_axis", measured.ticks),
            **_labels(f"{self.name}-y_axis", rows),
            **self.limits(y_range=(0.95 - len(measured.layers), 1.05)),
            **self.data(shapes=measured.ridges, zeros=measured.zeros, notes=measured.notes),
        }

    def expect(self, overlay: Overlay) -> Changes:
        """Draw theory's outlines over them."""
        return {**self.told(overlay.outlines["ys"]), **self.data(outlines=overlay.outlines)}


class Lines(Chart):
    """Statistics over the layers, with theory's expectation and its band of single seeds."""

    margin = 3.0

    def __init__(self, name: str, lang: str, labels: dict[str, str], expected: str, x_label: str, *, log: bool) -> None:
        low, high = log_limits() if log else linear_limits()
        axis = {"y_axis_type": "log"} if log else {}
        super().__init__(
            name, lang, x_range=Range1d(0.5, 5.5), y_range=Range1d(low, high), x_axis_label=x_label, **axis
        )
        self._limits = log_limits if log else linear_limits
        self._picture: Columns = {}
        self._overlay: Columns = {}
        self._columns = list(labels)
        plot = self.plot
        self.band_names = ("low", "high") if log else ("std_low", "std_high")
        empty = NOTHING.gradients if log else NOTHING.signal
        measured, theory = self.source("measured", ("layer", *labels)), self.source("theory", tuple(empty))
        band = plot.varea("layer", *self.band_names, source=theory, fill_alpha=0.22)
        self.tint(band, "vermillion", "fill")
        looks = zip(labels.items(), ("blue", "green"), ("circle", "square"), strict=False)
        for (column, words), color, marker in looks:
            drawn = plot.line("layer", column, source=measured, line_width=2.5, legend_label=words)
            self.tint(drawn, color, "line")
            dots = plot.scatter("layer", column, source=measured, marker=marker, size=8, legend_label=words)
            self.tint(dots, color, "fill", "line")
        for column in labels:
            dashes = {"line_width": 2, "line_dash": [5, 3]}
            line = plot.line("layer", column, source=theory, legend_label=expected, **dashes)
            self.tint(line, "vermillion", "line")
        self.legend_above()
        self.name_theory(expected)
        plot.xaxis.ticker.min_interval = 1

    def show(self, columns: Columns) -> Changes:
        """Show what was measured."""
        self._picture = columns
        ends = (0.6, len(columns["layer"]) + 0.4)
        return {**self.limits(x_range=ends), **self._fit(), **self.data(measured=columns)}

    def expect(self, columns: Columns) -> Changes:
        """Draw theory over it."""
        self._overlay = columns
        return {**self._fit(), **self.told(columns[name] for name in self._columns), **self.data(theory=columns)}

    def _fit(self) -> Changes:
        """Fit the axis to what is measured and to theory's lines; its band may leave it where it is twice as high."""
        lines = [columns[name] for columns in (self._picture, self._overlay) for name in self._columns if columns]
        if not lines:
            return {}
        values = np.concatenate([np.ravel(np.asarray(line, float)) for line in lines])
        high = max(values[np.isfinite(values)], default=0.0)
        band = np.asarray(self._overlay.get(self.band_names[1], []), float)
        return self.y_limits(*self._limits(*lines, band[band <= 2 * high]))


class Curves(Chart):
    """A number of two runs over their epochs."""

    def __init__(
        self, name: str, lang: str, lanes: Mapping[str, str], columns: Sequence[str], x_label: str, y_range: Any,
        *, log: bool = False,
    ):  # fmt: skip
        axis = {"y_axis_type": "log"} if log else {}
        super().__init__(name, lang, x_axis_label=x_label, x_range=Range1d(-0.3, 20.3), y_range=y_range, **axis)
        looks = zip(lanes.items(), LANE_COLORS.values(), ("circle", "square"), strict=True)
        for (part, lane), color, marker in looks:
            source = self.source(part, ("epoch", *columns))
            for column, dash in zip(columns, ("solid", [5, 3]), strict=False):
                drawn = self.plot.line(
                    "epoch", column, source=source, line_width=2.5, line_dash=dash, legend_label=lane
                )
                self.tint(drawn, color, "line")
            dots = self.plot.scatter("epoch", columns[0], source=source, marker=marker, size=6, legend_label=lane)
            self.tint(dots, color, "fill", "line")
        self.legend_above()
        self.plot.xaxis.ticker.min_interval = 1


def _labels(axis: str, places: Sequence[tuple[float, str]]) -> Changes:
    """Return the changes that put names at places of an axis."""
    ticks = [place for place, _ in places]
    return {axis: {"major_label_overrides": [list(each) for each in places]}, f"{axis}-ticks": {"ticks": ticks}}
