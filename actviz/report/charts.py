"""The explorer's charts: Bokeh figures without data, to be filled in the page with what was computed beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actviz.errors import ActvizError
from actviz.report.explorer import LINES
from actviz.text import text

SLOTS = ("a", "b")
"""The pairing chosen, and the one it is compared with."""

MARKERS = {"a": "circle", "b": "square"}
DASHES = {"a": "solid", "b": [8, 3]}


def families(lang: str) -> str:
    """Return font families of the page: in Korean its own first, or a browser may keep boxes drawn before it came."""
    return "'Noto Sans KR', system-ui, sans-serif" if lang == "ko" else "system-ui, 'Noto Sans KR', sans-serif"


_COLUMNS = ("layer", "middle", "low", "high", "theory")


def require_bokeh() -> None:
    """Refuse to go on without Bokeh.

    Raises
    ------
    ActvizError
        If it is not installed; the message says what to do.
    """
    try:
        import bokeh  # noqa: F401
    except ImportError:
        raise ActvizError(
            "the explorer needs Bokeh: pip install 'actviz[page]', or leave it out with --no-explorer"
        ) from None


def library() -> str:
    """Return the JavaScript of Bokeh without its widgets."""
    from bokeh.resources import Resources

    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)


def bare_figure(name: str, font: str, **settings: Any) -> Any:
    """Return an empty chart of a page: no tools, no minor ticks, upright words in the page's font."""
    from bokeh.plotting import figure

    plot = figure(name=name, toolbar_location=None, tools="", output_backend="canvas", **settings)
    plot.outline_line_color = None
    for axis in plot.axis:
        axis.axis_label_text_font = axis.major_label_text_font = font
        axis.axis_label_text_font_style = "normal"
        axis.minor_tick_line_color = None
    return plot


def empty_source(name: str, columns: Iterable[str]) -> Any:
    """Return a data source to be filled in the page."""
    from bokeh.models import ColumnDataSource

    return ColumnDataSource(name=name, data={column: [] for column in columns})


def _figure(name: str, height: int, lang: str, **settings: Any) -> Any:
    size = {"height": height, "min_width": 240, "sizing_mode": "stretch_width"}
    plot = bare_figure(name, families(lang), **size, **settings)
    plot.min_border_right = 14
    plot.border_fill_color = None  # the page shows through, in its own colour
    for axis in plot.axis:
        axis.axis_label_text_font_size, axis.major_label_text_font_size = "14px", "13px"
    return plot


def histogram(slot: str, lang: str) -> Any:
    """Return the chart of one layer's distribution: measured filled, theory in outline."""
    from bokeh.models import FixedTicker, Range1d

    plot = _figure(
        f"histogram-{slot}", 165, lang, x_range=Range1d(0, 1), y_range=Range1d(0, 1.15),
        x_axis_label=text("report.axis.value", lang), y_axis_label=text("report.axis.share", lang),
    )  # fmt: skip
    plot.xaxis.ticker = FixedTicker(ticks=[])
    plot.yaxis.ticker = FixedTicker(ticks=[0, 0.5, 1])
    plot.xgrid.visible = False
    bars = empty_source("bars", ("left", "right", "top"))
    plot.quad("left", "right", "top", 0, source=bars, name=slot, fill_alpha=0.65, line_alpha=0)
    outline = empty_source("outline", ("x", "y"))
    plot.step("x", "y", source=outline, name="theory", mode="after", line_width=2)
    return plot


def by_layer(statistic: str, axis: str, lang: str) -> Any:
    """Return the chart of a statistic by layer: of both pairings the median, the band of all seeds, and theory."""
    from bokeh.models import BasicTicker, BasicTickFormatter, DataRange1d, NoOverlap, Range1d, Span

    plot = _figure(
        f"{statistic}-{axis}", 185, lang, y_axis_type=axis, x_range=Range1d(0.5, 1.5),
        y_range=DataRange1d(only_visible=True, range_padding=0.08, default_span=2.0),
        x_axis_label=text("axis.layer", lang), y_axis_label=text(f"report.axis.{statistic}", lang),
    )  # fmt: skip
    plot.xaxis.ticker = BasicTicker(min_interval=1)
    plot.yaxis.ticker.desired_num_ticks = 5
    plot.yaxis.major_label_policy = NoOverlap(min_distance=2)
    # Bokeh's own format of a logarithmic axis rounds exponents: it writes 0.5 as a power of ten. The explorer's script
    # names powers of ten as figures do.
    plot.yaxis.formatter = BasicTickFormatter(power_limit_high=4)
    plot.yaxis[0].name = "values"
    plot.xgrid.visible = False
    marker = Span(name="layer", dimension="height", location=1, line_width=6, line_alpha=0.25, level="underlay")
    plot.add_layout(marker)
    for slot in SLOTS:
        source = empty_source(f"lines-{slot}", _COLUMNS)
        plot.varea("layer", "low", "high", source=source, name=f"band-{slot}", fill_alpha=0.25)
        plot.line(
            "layer", "theory", source=source, name=f"theory-{slot}", line_width=2, line_dash=[2, 4], line_cap="round"
        )
        plot.line("layer", "middle", source=source, name=slot, line_width=2.5, line_dash=DASHES[slot])
        plot.scatter("layer", "middle", source=source, name=slot, size=7, marker=MARKERS[slot], line_alpha=0)
        here = empty_source(f"here-{slot}", ("layer", "middle"))
        plot.scatter("layer", "middle", source=here, name=slot, size=14, marker=MARKERS[slot], line_alpha=0)
    return plot


def items(lang: str) -> dict[str, Any]:
    """Return every chart of the explorer as JSON values for ``Bokeh.embed.embed_item``, by its name."""
    from bokeh.embed import json_item

    plots = [histogram(slot, lang) for slot in SLOTS]
    plots += [by_layer(statistic, axis, lang) for statistic in LINES for axis in ("log", "linear")]
    numbers: dict[str, str] = {}
    return {plot.name: _numbered(json_item(plot, f"chart-{plot.name}"), numbers) for plot in plots}


def _numbered(value: Any, numbers: dict[str, str]) -> Any:
    """Return the same with models numbered from 1: Bokeh counts on, and a second report would have other bytes."""
    if isinstance(value, dict):
        return {
            key: numbers.setdefault(each, f"p{len(numbers) + 1}")
            if key in ("id", "root_id") and isinstance(each, str)
            else _numbered(each, numbers)
            for key, each in value.items()
        }
    return [_numbered(each, numbers) for each in value] if isinstance(value, list) else value
