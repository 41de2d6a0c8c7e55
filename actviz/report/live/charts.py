"""The live page's charts, on Bokeh: each takes columns and colours, and knows neither probe nor words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, FixedTicker, Range1d
from bokeh.plotting import figure

from actviz.plots.style import FONTS, Theme
from actviz.report.live.pictures import NOTHING, Columns, Overlay, Picture, linear_limits, log_limits

SIZE = "0.8rem"
"""Of a chart's words: they grow with the page's."""


class Chart:
    """One Bokeh figure with its data sources; what it draws is restyled by ``dress``."""

    def __init__(self, name: str, lang: str, **options: Any) -> None:
        self.font = ", ".join(FONTS[lang])
        self.plot = figure(
            name=name,
            sizing_mode="stretch_both",
            min_height=80,
            toolbar_location=None,
            tools="",
            output_backend="canvas",
            **options,
        )
        self._tinted: list[tuple[Any, str, tuple[str, ...]]] = []

    def source(self, **columns: Any) -> ColumnDataSource:
        """Return a new data source."""
        return ColumnDataSource(data=columns)

    def tint(self, renderer: Any, color: str, *parts: str) -> Any:
        """Give parts of a renderer a colour of the palette, now and after a change of theme."""
        self._tinted.append((renderer.glyph, color, parts))
        return renderer

    def legend_above(self) -> None:
        """Put the legend above the plot, where it hides nothing."""
        (legend,) = self.plot.legend
        legend.orientation = "horizontal"
        self.plot.add_layout(legend, "above")

    def dress(self, look: Theme) -> None:
        """Put on a theme."""
        plot = self.plot
        plot.background_fill_color, plot.border_fill_color = look.panel, look.background
        plot.outline_line_color = None
        for axis in plot.axis:
            axis.axis_label_text_color = axis.major_label_text_color = look.text
            axis.axis_line_color = axis.major_tick_line_color = look.muted
            axis.minor_tick_line_color = None
            axis.axis_label_text_font = axis.major_label_text_font = self.font
            axis.major_label_text_font_size, axis.axis_label_text_font_size = SIZE, SIZE
            axis.axis_label_text_font_style = "normal"
        for grid in plot.grid:
            grid.grid_line_color = look.grid
        for legend in plot.legend:
            legend.label_text_color, legend.background_fill_color = look.text, look.panel
            legend.label_text_font, legend.label_text_font_size = self.font, SIZE
            legend.background_fill_alpha, legend.border_line_color = 0.7, None
            legend.padding, legend.spacing, legend.margin = 2, 14, 0
        for glyph, color, parts in self._tinted:
            chosen = look.palette.get(color) or getattr(look, color)
            for part in parts:
                setattr(glyph, f"{part}_color", chosen)


class Ridges(Chart):
    """Distributions, one ridge a layer, the first on top."""

    def __init__(self, lang: str, expected: str) -> None:
        super().__init__("ridges", lang, x_range=Range1d(-0.03, 1.03), y_range=Range1d(-4.05, 1.05))
        plot = self.plot
        self.shapes, self.zeros = self.source(xs=[], ys=[]), self.source(xs=[], ys=[])
        self.outlines, self.notes = self.source(xs=[], ys=[]), self.source(x=[], y=[], text=[])
        self.tint(plot.patches("xs", "ys", source=self.shapes, fill_alpha=0.75), "blue", "fill", "line")
        self.tint(plot.patches("xs", "ys", source=self.zeros), "text", "fill", "line")
        lines = plot.multi_line("xs", "ys", source=self.outlines, line_width=2, line_dash=[5, 3], legend_label=expected)
        self.tint(lines, "vermillion", "line")
        place = {"text_align": "right", "text_baseline": "top", "text_font_size": SIZE, "text_font": value(self.font)}
        self.tint(plot.text("x", "y", text="text", source=self.notes, **place), "text", "text")
        self.legend_above()
        plot.ygrid.visible = False
        plot.xaxis.ticker, plot.yaxis.ticker = FixedTicker(ticks=[]), FixedTicker(ticks=[])

    def show(self, picture: Picture, layer_names: Sequence[str]) -> None:
        """Show what was measured."""
        _label(self.plot.xaxis[0], [place for place, _ in picture.ticks], [name for _, name in picture.ticks])
        _label(self.plot.yaxis[0], [0.3 - row for row in range(len(layer_names))], layer_names)
        _move(self.plot.y_range, (0.95 - len(picture.layers), 1.05))
        self.shapes.data, self.zeros.data, self.notes.data = picture.ridges, picture.zeros, picture.notes

    def expect(self, overlay: Overlay) -> None:
        """Draw theory's outlines over them."""
        self.outlines.data = overlay.outlines


class Lines(Chart):
    """Statistics over the layers, with theory's expectation and its band of single seeds."""

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
        self.data, self.theory = self.source(layer=[], **{name: [] for name in labels}), self.source(**empty)
        band = plot.varea("layer", *self.band_names, source=self.theory, fill_alpha=0.22)
        self.tint(band, "vermillion", "fill")
        looks = zip(labels.items(), ("blue", "green"), ("circle", "square"), strict=False)
        for (column, words), color, marker in looks:
            drawn = plot.line("layer", column, source=self.data, line_width=2.5, legend_label=words)
            self.tint(drawn, color, "line")
            dots = plot.scatter("layer", column, source=self.data, marker=marker, size=8, legend_label=words)
            self.tint(dots, color, "fill", "line")
        for column in labels:
            dashes = {"line_width": 2, "line_dash": [5, 3]}
            told = plot.line("layer", column, source=self.theory, legend_label=expected, **dashes)
            self.tint(told, "vermillion", "line")
        self.legend_above()
        plot.xaxis.ticker.min_interval = 1

    def show(self, columns: Columns) -> None:
        """Show what was measured."""
        self._picture = columns
        _move(self.plot.x_range, (0.6, len(columns["layer"]) + 0.4))
        self._fit()
        self.data.data = columns

    def expect(self, columns: Columns) -> None:
        """Draw theory over it."""
        self._overlay = columns
        self._fit()
        self.theory.data = columns

    def _fit(self) -> None:
        """Fit the axis to what is measured and to theory's lines; its band may leave it."""
        told = [columns[name] for columns in (self._picture, self._overlay) for name in self._columns if columns]
        if told:
            _move(self.plot.y_range, self._limits(*told))


class Curves(Chart):
    """A number of two runs over their epochs."""

    def __init__(self, name: str, lang: str, lanes: Sequence[str], columns: Sequence[str], x_label: str, y_range: Any):
        super().__init__(name, lang, x_axis_label=x_label, x_range=Range1d(0, 20), y_range=y_range)
        self.sources = [self.source(epoch=[], **{column: [] for column in columns}) for _ in lanes]
        for source, lane, color, marker in zip(
            self.sources, lanes, ("blue", "vermillion"), ("circle", "square"), strict=True
        ):
            for column, dash in zip(columns, ("solid", [5, 3]), strict=False):
                drawn = self.plot.line(
                    "epoch", column, source=source, line_width=2.5, line_dash=dash, legend_label=lane
                )
                self.tint(drawn, color, "line")
            dots = self.plot.scatter("epoch", columns[0], source=source, marker=marker, size=6, legend_label=lane)
            self.tint(dots, color, "fill", "line")
        self.legend_above()
        self.plot.xaxis.ticker.min_interval = 1


def _move(limits: Any, ends: tuple[float, float]) -> None:
    """Set a range's ends where they differ."""
    if (limits.start, limits.end) != ends:
        limits.update(start=ends[0], end=ends[1])


def _label(axis: Any, places: Sequence[float], names: Sequence[str]) -> None:
    """Put names at places of an axis, where they differ from those that are there."""
    wanted = dict(zip(places, names, strict=True))
    if axis.major_label_overrides != wanted:
        axis.major_label_overrides = wanted
        axis.ticker.ticks = list(places)
