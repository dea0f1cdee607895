"""The page's words and its style sheet."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from labs.capstone.board import Board
from labs.capstone.runs import Run
from labs.capstone.verdict import CALM, HURTING, WATCH
from labs.capstone.words import ago, span_of_time, stretch

EMPTY = """
A run appears here by itself as soon as one of these has left its telemetry in `labs/my/runs`:

1. Open the notebook of lab 06 in JupyterLab (`make start` prints the link) and run all its cells.
2. Or type `grade 06` in a terminal: the telemetry of the last grading is kept too.
"""

_SIGNS = {HURTING: ("bad", "▲"), WATCH: ("watch", "◆"), CALM: ("calm", "●")}

STYLE = """<style>
.stMainBlockContainer {padding: 0.9rem 3.5rem 3rem 2.5rem}
[data-testid="stHeader"] {background: transparent; height: 2.5rem; left: auto; width: 4rem; right: 0}
[data-testid="stMain"] [data-testid="stVerticalBlock"] {gap: 0.45rem}
[data-testid="stMetric"], [data-testid="stMetric"] > div {padding: 0.3rem 0.5rem}
[data-testid="stMetricValue"] {font-variant-numeric: tabular-nums; line-height: 1.25}
.verdict {font-size: 1.25rem; line-height: 1.35; font-variant-numeric: tabular-nums}
.verdict b {display: inline-block; padding: 0 0.5rem; margin-right: 0.5rem; border: 2px solid; border-radius: 0.3rem}
.verdict .bad {background: #D55E00; border-color: #D55E00; color: #0E1117}
.verdict .watch {border-style: dashed; border-color: #D55E00}
.verdict .calm {border-color: #009E73}
</style>"""

TRACE_CSS = """
#root {--fig-text: var(--st-text-color); --fig-muted: color-mix(in srgb, var(--st-text-color) 75%, transparent);
  --fig-paper: transparent; --fig-bar: #0072B2; --fig-bad: #D55E00; --fig-grid: var(--st-border-color);
  --fig-accent: var(--st-primary-color); display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start;
  color: var(--st-text-color); font: 14px system-ui, sans-serif}
.trace {flex: 3 1 34rem; min-width: 0} .trace svg {max-width: 100% !important}
table {flex: 2 1 24rem; min-width: 0; table-layout: fixed; border-collapse: collapse;
  font-variant-numeric: tabular-nums}
caption {text-align: left; font-weight: 600; padding: 0.4rem 0}
th, td {text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0;
  border-top: 1px solid var(--st-border-color); overflow-wrap: anywhere}
th {font-weight: 400; color: var(--fig-muted); width: 13rem} td {font: 13px ui-monospace, monospace}
"""

# The HTML comes from trace_view, where every text is escaped.
TRACE_JS = "export default function (part) { part.parentElement.querySelector('#root').innerHTML = part.data }"


def verdict_html(word: str, reason: str) -> str:
    """Return the page's first line: a sign and a word in a frame, then the reason."""
    kind, sign = _SIGNS.get(word, ("unknown", "○"))
    return f'<div class="verdict" role="status"><b class="{kind}">{sign} {escape(word)}</b>{escape(reason)}</div>'


def saved_words(run: Run, board: Board, now_s: float) -> str:
    """Say when a run was recorded, and which hours it plays."""
    saved = datetime.fromtimestamp(run.saved_s).astimezone()
    spoken = stretch(board.calls[0].start_ns, board.calls[-1].start_ns)
    length = span_of_time(board.whole.length_s)
    unmarked = "" if board.marked else " No span carries gen_ai attributes; CLIENT spans, or else all, count as calls."
    return (
        f"{run.title}, recorded {saved:%d %b %H:%M:%S} ({ago(max(now_s - run.saved_s, 0))}). "
        f"It plays {spoken}, {length}, {board.whole.summary.calls:,} calls. "
        f"Numbers: {board.now.words}, then {board.before.words}.{unmarked}"
    )


def plain(text: str) -> str:
    """Escape text for places where Streamlit would read Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-!<>|~$:])", r"\\\1", text)
