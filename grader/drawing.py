"""One way to draw span trees: a waterfall as an accessible SVG, for the site, the notebooks and the capstone.

Colours are CSS variables with a fallback, so that one drawing serves a dark and a light page. Missing spans are hollow
and dashed and errors carry a word, so nothing is said by colour alone. Every bar takes keyboard focus, and then shows
all its attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape as escape_html
from typing import Any

from grader.trace import Node
from grader.xml_text import xml_safe

_ROW, _TOP, _NAME_WIDTH, _BAR_WIDTH, _RIGHT = 46, 58, 230, 430, 108
_WIDTH = _NAME_WIDTH + _BAR_WIDTH + _RIGHT
_LINE, _MOST_LINES, _MOST_PANELS = 16, 14, 200
_LOOKS = {"bad": "e", "extra": "x", "aside": "o"}
# Where a page sets no figure colours, JupyterLab's own are next, then a dark page's.
_TEXT = "var(--fig-text,var(--jp-content-font-color1,#c9d1d9))"
_MUTED = "var(--fig-muted,var(--jp-content-font-color2,#9aa4af))"
_PAPER, _GRID = "var(--fig-paper,var(--jp-layout-color1,#0e1117))", "var(--fig-grid,var(--jp-border-color2,#30363d))"
_STYLE = (
    f".wf{{overflow:visible}}.wf text{{font:13px system-ui,sans-serif;fill:{_TEXT}}}"
    f".wf .t{{font-weight:600;font-size:14px}}.wf .n{{fill:{_MUTED};font-size:12px}}"
    ".wf .d{font-variant-numeric:tabular-nums}.wf .b{fill:var(--fig-bar,#56b4e9)}.wf .e{fill:var(--fig-bad,#d55e00)}"
    f".wf .m{{fill:none;stroke:{_MUTED};stroke-dasharray:4 3;stroke-width:1.5}}"
    f".wf .x{{fill:none;stroke:var(--fig-bad,#d55e00);stroke-width:2}}.wf .o{{fill:{_MUTED};opacity:.55}}"
    f".wf .a{{stroke:{_GRID}}}.wf .bg{{fill:{_PAPER}}}"
    f".wf .p{{visibility:hidden;pointer-events:none}}.wf .p rect{{fill:{_PAPER};stroke:{_MUTED}}}"
    ".wf g:focus{outline:2px solid var(--fig-accent,#58a6ff);outline-offset:2px}"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a stretch of time (Unix nanoseconds), and what to say beside it.

    `missing` draws it hollow and dashed; `error` marks it with the word; `depth` indents the name. `label` stands
    beside the bar instead of its duration, `lines` are listed instead of its attributes; `look` draws it as "bad",
    "extra" or "aside"; `frame` is the stretch that it should have filled.
    """

    name: str
    start_ns: int
    end_ns: int
    depth: int = 0
    missing: bool = False
    error: bool = False
    note: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    lines: tuple[str, ...] = ()
    look: str = ""
    frame: tuple[int, int] | None = None

    @property
    def listed(self) -> tuple[str, ...]:
        """What is listed of the bar while it has focus."""
        return self.lines or tuple(f"{key} = {value!r}" for key, value in self.attributes.items())

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """The times that the axis must have room for."""
        return ((self.start_ns, self.end_ns), *([self.frame] if self.frame else []))


def tree_bars(roots: Iterable[Node], notes: Sequence[str] = ()) -> list[Bar]:
    """Turn span trees into bars; `notes` are the attributes to name beside each bar, in order."""
    return [
        Bar(
            span.name,
            span.start_ns,
            span.end_ns,
            depth,
            error=span.status == "ERROR",
            note=", ".join(
                f"{key.rpartition('.')[2]} {span.attributes[key]}" for key in notes if key in span.attributes
            ),
            attributes=span.attributes,
        )
        for root in roots
        for depth, span in root.walk()
    ]


def waterfall_svg(rows: Sequence[Bar | Node], *, title: str, note: str = "", zero_ns: int | None = None) -> str:
    """Draw bars, or span trees, under each other on one time axis.

    Args:
        rows: bars, or roots of span trees; at least one.
        title: the finding, in a sentence; also what a screen reader says first.
        note: one more line under the title.
        zero_ns: the time that the axis calls 0; without it the earliest start.

    Raises:
        ValueError: if there is nothing to draw.
    """
    bars = [bar for row in rows for bar in (tree_bars([row]) if isinstance(row, Node) else [row])]
    if not bars:
        raise ValueError("there is nothing to draw: give at least one span")
    begin_ns = min(start for bar in bars for start, _ in bar.stretches)
    span_ns = max(max(end for bar in bars for _, end in bar.stretches) - begin_ns, 1)
    zero_ns = begin_ns if zero_ns is None else zero_ns
    height = _TOP + _ROW * len(bars) + 30
    said = f"{title}. {note} " + " ".join(_said(bar, zero_ns) for bar in bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wf" viewBox="0 0 {_WIDTH} {height}" role="group" ',
        f'aria-label="{_escape(said)}" style="max-width:{_WIDTH}px;width:100%;height:auto">',
        f"<style>{_STYLE}{''.join(_shows_panel(row) for row in range(min(len(bars), _MOST_PANELS)))}</style>",
        f'<rect class="bg" width="{_WIDTH}" height="{height}" rx="6"/>',
        f'<text class="t" x="14" y="24">{_escape(title)}</text>',
        f'<text class="n" x="14" y="43">{_escape(note)}</text>',
    ]
    parts += [part for row, bar in enumerate(bars) for part in _row(bar, row, (begin_ns, span_ns), zero_ns)]
    parts += _axis(len(bars), begin_ns - zero_ns, span_ns)
    parts += [part for row, bar in enumerate(bars[:_MOST_PANELS]) for part in _panel(bar, row)]
    return "".join(parts) + "</svg>"


def _row(bar: Bar, row: int, axis: tuple[int, int], zero_ns: int) -> Iterable[str]:
    y = _TOP + row * _ROW
    x, width = _place((bar.start_ns, bar.end_ns), *axis)
    kind = "m" if bar.missing else _LOOKS.get(bar.look) or ("e" if bar.error else "b")
    indent = 14 + 14 * min(bar.depth, 8)
    full = "\n".join([_said(bar, zero_ns), *bar.listed])
    yield f'<g class="r{row}" tabindex="0" role="img" aria-label="{_escape(full)}"><title>{_escape(full)}</title>'
    yield f'<text x="{indent}" y="{y + 13}">{_escape(_short(bar.name, 30 - 2 * min(bar.depth, 8)))}</text>'
    yield f'<rect class="{kind}" x="{x:.1f}" y="{y + 2}" width="{width:.1f}" height="14" rx="2"/>'
    if bar.frame:
        frame_x, frame_width = _place(bar.frame, *axis)
        yield f'<rect class="m" x="{frame_x:.1f}" y="{y - 1}" width="{frame_width:.1f}" height="20" rx="3"/>'
        x, width = min(x, frame_x), max(x + width, frame_x + frame_width) - min(x, frame_x)
    inside = x + width + 90 > _WIDTH
    anchor = (
        f'x="{x - 6:.1f}" text-anchor="end"'
        if inside and x > _NAME_WIDTH + 90
        else f'x="{min(x + width + 6, _WIDTH - 102):.1f}"'
    )
    word = " error" if bar.error else " missing" if bar.missing else ""
    label = bar.label or f"{_seconds(bar.end_ns - bar.start_ns)}{word}"
    yield f'<text class="d" {anchor} y="{y + 13}">{_escape(label)}</text>'
    yield f'<text class="n" x="{_NAME_WIDTH}" y="{y + 31}">{_escape(_short(bar.note, 78))}</text></g>'


def _place(stretch: tuple[int, int], begin_ns: int, span_ns: int) -> tuple[float, float]:
    """Return where a stretch begins on the drawing and how wide it is."""
    start_ns, end_ns = stretch
    width = max(_BAR_WIDTH * (end_ns - start_ns) / span_ns, 2)
    return _NAME_WIDTH + _BAR_WIDTH * (start_ns - begin_ns) / span_ns, width


def _shows_panel(row: int) -> str:
    return f".wf:has(.r{row}:focus) .p{row},.wf:has(.r{row}:hover) .p{row}{{visibility:visible}}"


def _panel(bar: Bar, row: int) -> Iterable[str]:
    """List a bar's attributes under it, shown while it has focus. Screen readers get them from the bar itself."""
    lines = [_short(line, 96) for line in bar.listed]
    if not lines:
        return
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"and {len(lines) - _MOST_LINES + 1} more"]
    y = _TOP + row * _ROW + 38
    yield f'<g class="p p{row}" aria-hidden="true">'
    yield f'<rect x="14" y="{y}" width="{_WIDTH - 28}" height="{len(lines) * _LINE + 14}" rx="4"/>'
    for number, line in enumerate(lines, start=1):
        yield f'<text class="n" x="26" y="{y + 4 + number * _LINE}">{_escape(line)}</text>'
    yield "</g>"


def _axis(rows: int, first_ns: int, span_ns: int) -> Iterable[str]:
    y = _TOP + rows * _ROW
    yield f'<line class="a" x1="{_NAME_WIDTH}" x2="{_NAME_WIDTH + _BAR_WIDTH}" y1="{y}" y2="{y}"/>'
    yield f'<text class="n" x="{_NAME_WIDTH}" y="{y + 18}">{_seconds(first_ns) if first_ns else "0 s"}</text>'
    last = _seconds(first_ns + span_ns)
    yield f'<text class="n" x="{_NAME_WIDTH + _BAR_WIDTH}" y="{y + 18}" text-anchor="end">{last}</text>'


def _said(bar: Bar, zero_ns: int) -> str:
    note = f", {bar.note}" if bar.note else ""
    if bar.label:
        return f"{bar.name}: {bar.label}{note}."
    state = "missing, " if bar.missing else "error, " if bar.error else ""
    return f"{bar.name}: {state}{_seconds(bar.end_ns - bar.start_ns)} from {_seconds(bar.start_ns - zero_ns)}{note}."


def _seconds(ns: int) -> str:
    return f"{ns / 1e6:.0f} ms" if abs(ns) < 1_000_000_000 else f"{ns / 1e9:.2f} s"


def _escape(text: str) -> str:
    """Return text that may stand in XML, in an attribute too."""
    return escape_html(xml_safe(text))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
