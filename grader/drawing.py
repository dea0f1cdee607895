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
# Where a page sets no figure colours, JupyterLab's own are next, then a dark page's.
_TEXT = "var(--fig-text,var(--jp-content-font-color1,#c9d1d9))"
_MUTED = "var(--fig-muted,var(--jp-content-font-color2,#9aa4af))"
_PAPER, _GRID = "var(--fig-paper,var(--jp-layout-color1,#0e1117))", "var(--fig-grid,var(--jp-border-color2,#30363d))"
_STYLE = (
    f".wf{{overflow:visible}}.wf text{{font:13px system-ui,sans-serif;fill:{_TEXT}}}"
    f".wf .t{{font-weight:600;font-size:14px}}.wf .n{{fill:{_MUTED};font-size:12px}}"
    ".wf .d{font-variant-numeric:tabular-nums}.wf .b{fill:var(--fig-bar,#56b4e9)}.wf .e{fill:var(--fig-bad,#d55e00)}"
    f".wf .m{{fill:none;stroke:{_MUTED};stroke-dasharray:4 3;stroke-width:1.5}}"
    f".wf .a{{stroke:{_GRID}}}.wf .bg{{fill:{_PAPER}}}"
    f".wf .p{{visibility:hidden;pointer-events:none}}.wf .p rect{{fill:{_PAPER};stroke:{_MUTED}}}"
    ".wf g:focus{outline:2px solid var(--fig-accent,#58a6ff);outline-offset:2px}"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a stretch of time (Unix nanoseconds), and what to say beside it.

    `missing` draws it hollow and dashed; `error` marks it with the word; `depth` indents the name.
    """

    name: str
    start_ns: int
    end_ns: int
    depth: int = 0
    missing: bool = False
    error: bool = False
    note: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


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


def waterfall_svg(rows: Sequence[Bar | Node], *, title: str, note: str = "") -> str:
    """Draw bars, or span trees, under each other on one time axis.

    Args:
        rows: bars, or roots of span trees; at least one.
        title: the finding, in a sentence; also what a screen reader says first.
        note: one more line under the title.

    Raises:
        ValueError: if there is nothing to draw.
    """
    bars = [bar for row in rows for bar in (tree_bars([row]) if isinstance(row, Node) else [row])]
    if not bars:
        raise ValueError("there is nothing to draw: give at least one span")
    begin_ns = min(bar.start_ns for bar in bars)
    span_ns = max(max(bar.end_ns for bar in bars) - begin_ns, 1)
    height = _TOP + _ROW * len(bars) + 30
    said = f"{title}. {note} " + " ".join(_said(bar, begin_ns) for bar in bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wf" viewBox="0 0 {_WIDTH} {height}" role="group" ',
        f'aria-label="{_escape(said)}" style="max-width:{_WIDTH}px;width:100%;height:auto">',
        f"<style>{_STYLE}{''.join(_shows_panel(row) for row in range(min(len(bars), _MOST_PANELS)))}</style>",
        f'<rect class="bg" width="{_WIDTH}" height="{height}" rx="6"/>',
        f'<text class="t" x="14" y="24">{_escape(title)}</text>',
        f'<text class="n" x="14" y="43">{_escape(note)}</text>',
    ]
    parts += [part for row, bar in enumerate(bars) for part in _row(bar, row, begin_ns, span_ns)]
    parts += _axis(len(bars), span_ns)
    parts += [part for row, bar in enumerate(bars[:_MOST_PANELS]) for part in _panel(bar, row)]
    return "".join(parts) + "</svg>"


def _row(bar: Bar, row: int, begin_ns: int, span_ns: int) -> Iterable[str]:
    y = _TOP + row * _ROW
    x = _NAME_WIDTH + _BAR_WIDTH * (bar.start_ns - begin_ns) / span_ns
    width = max(_BAR_WIDTH * (bar.end_ns - bar.start_ns) / span_ns, 2)
    kind = "m" if bar.missing else "e" if bar.error else "b"
    indent = 14 + 14 * min(bar.depth, 8)
    full = "\n".join([_said(bar, begin_ns), *(f"{key} = {value!r}" for key, value in bar.attributes.items())])
    yield f'<g class="r{row}" tabindex="0" role="img" aria-label="{_escape(full)}"><title>{_escape(full)}</title>'
    yield f'<text x="{indent}" y="{y + 13}">{_escape(_short(bar.name, 30 - 2 * min(bar.depth, 8)))}</text>'
    yield f'<rect class="{kind}" x="{x:.1f}" y="{y + 2}" width="{width:.1f}" height="14" rx="2"/>'
    word = " error" if bar.error else " missing" if bar.missing else ""
    inside = x + width + 90 > _WIDTH
    anchor = (
        f'x="{x - 6:.1f}" text-anchor="end"'
        if inside and x > _NAME_WIDTH + 90
        else f'x="{min(x + width + 6, _WIDTH - 102):.1f}"'
    )
    yield f'<text class="d" {anchor} y="{y + 13}">{_seconds(bar.end_ns - bar.start_ns)}{word}</text>'
    yield f'<text class="n" x="{_NAME_WIDTH}" y="{y + 31}">{_escape(_short(bar.note, 78))}</text></g>'


def _shows_panel(row: int) -> str:
    return f".wf:has(.r{row}:focus) .p{row},.wf:has(.r{row}:hover) .p{row}{{visibility:visible}}"


def _panel(bar: Bar, row: int) -> Iterable[str]:
    """List a bar's attributes under it, shown while it has focus. Screen readers get them from the bar itself."""
    lines = [_short(f"{key} = {value!r}", 96) for key, value in bar.attributes.items()]
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


def _axis(rows: int, span_ns: int) -> Iterable[str]:
    y = _TOP + rows * _ROW
    yield f'<line class="a" x1="{_NAME_WIDTH}" x2="{_NAME_WIDTH + _BAR_WIDTH}" y1="{y}" y2="{y}"/>'
    yield f'<text class="n" x="{_NAME_WIDTH}" y="{y + 18}">0 s</text>'
    yield f'<text class="n" x="{_NAME_WIDTH + _BAR_WIDTH}" y="{y + 18}" text-anchor="end">{_seconds(span_ns)}</text>'


def _said(bar: Bar, begin_ns: int) -> str:
    state = "missing, " if bar.missing else "error, " if bar.error else ""
    note = f", {bar.note}" if bar.note else ""
    return f"{bar.name}: {state}{_seconds(bar.end_ns - bar.start_ns)} from {_seconds(bar.start_ns - begin_ns)}{note}."


def _seconds(ns: int) -> str:
    return f"{ns / 1e6:.0f} ms" if ns < 1_000_000_000 else f"{ns / 1e9:.2f} s"


def _escape(text: str) -> str:
    """Return text that may stand in XML, in an attribute too."""
    return escape_html(xml_safe(text))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
