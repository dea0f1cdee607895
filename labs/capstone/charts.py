"""The three charts by time, one under the other on one time axis, as Altair specifications.

Text is `currentColor`, so it follows the page's theme without a rerun; the mark colours are those of Okabe-Ito's
palette that keep a contrast of 3:1 on the dark page as on the light one. Vermillion is for bad things and limits only,
and every series also has a dash, a shape or a word of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from labs.capstone import limits
from labs.capstone.board import Board
from labs.capstone.findings import calls_finding, latency_finding, tokens_finding
from labs.capstone.words import moment, per_interval, seconds

BLUE, PURPLE, BAD = "#0072B2", "#CC79A7", "#D55E00"
HEIGHT = 158
_PLOT_HEIGHT, _NAME_HEIGHT = 84.0, 14.0
"""Pixels: about what is left for the marks, and what a name beside them needs."""

_TEXT = "currentColor"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, or None if there is nothing to draw; what it shows, and the same for those who do not see it."""

    chart: alt.LayerChart | None
    finding: str
    alt: str


def figures(board: Board) -> tuple[Figure, Figure, Figure]:
    """Draw calls and failures, latency, and tokens of a run."""
    rows = _rows(board)
    axis = _Axis(rows[0]["at"], rows[-1]["until"], max(board.now_ns // 1_000_000, rows[0]["at"]))
    every = per_interval(board.step_s)
    bad = [row for row in rows if row["failed"]]
    calls = [
        _bars(axis, rows, "calls", BLUE),
        *([_bars(axis, bad, "failed", BAD), _points(axis, bad, "failed", _TEXT, "triangle-up")] if bad else []),
        *_names(axis, rows, {"calls": "calls", "failed": "▲ failed"}),
    ]
    latency = [
        *_line(axis, rows, "p50_s", BLUE, "circle", None),
        *_line(axis, rows, "p95_s", PURPLE, "square", [6, 3]),
        _limit(limits.LATENCY_P95_S),
        *_names(axis, rows, {"p50_s": "● p50", "p95_s": "■ p95"}, limits.LATENCY_P95_S),
    ]
    tokens = [
        *_line(axis, rows, "input", BLUE, "circle", None),
        *_line(axis, rows, "output", PURPLE, "square", [6, 3]),
        *_names(axis, rows, {"input": "● in", "output": "■ out"}),
    ]
    return (
        _figure(axis, calls, calls_finding(board), f"calls {every}", board.now.words),
        _figure(axis, latency, latency_finding(board), "seconds"),
        _figure(axis, tokens, tokens_finding(board), f"tokens {every}"),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """The time axis that the three charts share, and where the latest stretch begins; all in Unix milliseconds."""

    begin_ms: int
    end_ms: int
    now_ms: int

    def x(self, field: str) -> alt.X:
        length_ms = self.end_ms - self.begin_ms
        form = "%d %b" if length_ms > 36 * 3_600_000 else "%H:%M" if length_ms > 8 * 60_000 else "%H:%M:%S"
        labels = alt.Axis(
            format=form,
            labelColor=_TEXT,
            grid=False,
            tickCount=12,
            labelFlush=False,
            title=None,
        )
        return alt.X(f"{field}:T", axis=labels, scale=alt.Scale(type="utc", nice=False))

    def frame(self, words: str) -> list[alt.Chart]:
        """Return the layers that make the charts line up: the latest stretch as a band, both edges, and room for names.

        Edges are rows of their own because a domain given in numbers is read as years by Vega-Lite.
        """
        band: alt.Chart = _chart([{"x": self.now_ms, "until": self.end_ms}]).mark_rect(color=_TEXT, opacity=0.08)
        top: alt.Chart = _chart([{"x": self.now_ms, "label": words}]).mark_text(
            align="left", baseline="bottom", dx=2, dy=-3, color=_TEXT, fontSize=12
        )
        unseen: alt.Chart = _chart([{"x": self.begin_ms}, {"x": self.end_ms}]).mark_rule(opacity=0)
        room: alt.Chart = _chart([{"x": self.end_ms}]).mark_text(align="left", dx=8, text="▲ limit 4.0 s", opacity=0)
        return [
            band.encode(x=self.x("x"), x2=alt.X2("until:T")),
            top.encode(x=self.x("x"), y=alt.value(0), text="label:N"),
            unseen.encode(x=self.x("x")),
            room.encode(x=self.x("x"), y=alt.value(0)),
        ]


def _rows(board: Board) -> list[dict[str, Any]]:
    step_ms = board.step_s * 1000
    return [
        {
            "at": (at := row.start_ns // 1_000_000),
            "middle": at + step_ms // 2,
            "until": at + step_ms,
            "left": at + step_ms // 20,
            "right": at + step_ms - step_ms // 20,
            "when": f"{moment(row.start_ns):%d %b %H:%M} UTC",
            "zero": 0,
            "calls": row.summary.calls,
            "failed": row.summary.failed,
            "p50_s": row.summary.latency_p50_s,
            "p95_s": row.summary.latency_p95_s,
            "input": row.summary.input_tokens,
            "output": row.summary.output_tokens,
        }
        for row in board.rows
    ]


def _y(field: str) -> alt.Y:
    axis = alt.Axis(
        labelColor=_TEXT, titleColor=_TEXT, titleFontSize=12, tickCount=3, minExtent=44, maxExtent=44, format=",~r"
    )
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True))


def _chart(rows: Sequence[Row]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))


def _tooltip(field: str) -> list[alt.Tooltip]:
    return [alt.Tooltip("when:N", title="from"), alt.Tooltip(f"{field}:Q", title=field, format=",.4~g")]


def _bars(axis: _Axis, rows: Sequence[Row], field: str, colour: str) -> alt.Chart:
    bar: alt.Chart = _chart(rows).mark_rect(color=colour, stroke=None, opacity=1)
    x2 = alt.X2("right:T")
    return bar.encode(x=axis.x("left"), x2=x2, y=_y(field), y2=alt.Y2("zero:Q"), tooltip=_tooltip(field))


def _points(axis: _Axis, rows: Sequence[Row], field: str, colour: str, shape: str) -> alt.Chart:
    point: alt.Chart = _chart(rows).mark_point(color=colour, shape=shape, filled=True, size=36, opacity=1)
    return point.encode(x=axis.x("middle"), y=_y(field), tooltip=_tooltip(field))


def _line(
    axis: _Axis, rows: Sequence[Row], field: str, colour: str, shape: str, dash: list[int] | None
) -> list[alt.Chart]:
    # A minute without a value breaks the line: a gap is a gap, not a slope.
    line: alt.Chart = _chart(rows).mark_line(color=colour, strokeDash=dash or [1, 0], strokeWidth=2)
    known = [row for row in rows if row[field] is not None]
    if not known:
        return []
    return [line.encode(x=axis.x("middle"), y=_y(field)), _points(axis, known, field, colour, shape)]


def _limit(value: float) -> alt.Chart:
    rule: alt.Chart = _chart([{"y": value}]).mark_rule(color=BAD, strokeDash=[4, 4], strokeWidth=1.5)
    return rule.encode(y=_y("y"))


def _names(axis: _Axis, rows: Sequence[Row], series: Mapping[str, str], limit: float = 0) -> list[alt.Chart]:
    """Name each series at its last value, and the limit if there is one; names that would touch are moved apart."""
    last = {name: [row[field] for row in rows if row[field] is not None][-1:] for field, name in series.items()}
    ends = [(values[0], name) for name, values in last.items() if values]
    ends += [(limit, f"limit {seconds(limit)}")] if limit else []
    most = max([limit, *(row[field] or 0 for row in rows for field in series)]) or 1
    charts, lowest = [], -_NAME_HEIGHT
    for value, name in sorted(ends):
        height = _PLOT_HEIGHT * value / most
        lowest = max(height, lowest + _NAME_HEIGHT)
        here = _chart([{"x": axis.end_ms, "y": value, "label": name}])
        text: alt.Chart = here.mark_text(align="left", dx=8, dy=height - lowest, color=_TEXT, fontSize=12)
        charts.append(text.encode(x=axis.x("x"), y=_y("y"), text="label:N"))
    return charts


def _figure(axis: _Axis, layers: Sequence[alt.Chart], finding: str, unit: str, words: str = "") -> Figure:
    spoken = f"{finding}. By time, in {unit}."
    if not layers:
        return Figure(None, finding, spoken)
    title = alt.Title(finding, anchor="start", frame="group", fontSize=14, color=_TEXT, offset=6)
    for layer in layers:
        layer.encoding.y.title = unit
    chart = alt.LayerChart(layer=[*axis.frame(words), *layers], title=title)
    sized = chart.properties(height=HEIGHT, padding={"left": 4, "right": 4, "top": 4, "bottom": 2})
    return Figure(sized, finding, spoken)
