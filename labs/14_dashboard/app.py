"""The capstone's page: is the bot hurting users now, and which call shows why?

Run it with `make start`, or `streamlit run labs/14_dashboard/app.py`. It reads `labs/my/runs`, nothing else.
"""

import sys
import time
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

sys.path.insert(
    0, str(Path(__file__).resolve().parents[2])
)  # `streamlit run` puts this folder first, not the project's

from labs.capstone import Board, Reading, Run, find_runs, make_board, read_run, runs_folder
from labs.capstone.charts import Figure, figures
from labs.capstone.numbers import big_numbers
from labs.capstone.page_text import EMPTY, STYLE, TRACE_CSS, TRACE_JS, plain, saved_words, verdict_html
from labs.capstone.trace_view import trace_html
from labs.capstone.verdict import judge_now
from labs.capstone.worst import call_words

NEWEST = "newest"
LOOK_EVERY_S = 3

draw_trace = st.components.v2.component("trace", html='<div id="root"></div>', css=TRACE_CSS, js=TRACE_JS)


@st.cache_resource(max_entries=3, show_spinner="Reading the run's telemetry")
def load(run: Run) -> tuple[Reading, Board | None, tuple[Figure, ...]]:
    """Read a run and draw its charts once for as long as its file does not change."""
    reading = read_run(run.path)
    if reading.problem:
        return reading, None, ()
    board = make_board(reading.spans)
    return reading, board, figures(board)


def show_numbers(board: Board) -> None:
    """Show the first screen's six big numbers."""
    for column, number in zip(st.columns(6), big_numbers(board.before, board.now), strict=True):
        column.metric(
            number.label + (": over limit" if number.over else ""),
            number.value,
            number.change,
            delta_color="inverse" if number.over else "off",
            delta_arrow="off" if number.change == "0" else "auto",
            delta_description=number.compared,
            help=number.meaning,
            border=True,
        )


@st.fragment
def show_trace(run: Run, board: Board) -> None:
    """Offer the worst calls, and show the chosen one's trace."""
    st.markdown("#### One call, from the worst down")
    chosen = st.selectbox(
        "Call: failed first, then slowest; times are UTC",
        range(len(board.worst)),
        format_func=lambda place: call_words(board.worst[place]),
        key=f"call in {run}",  # a run that is written again has other calls
    )
    draw_trace(key="trace", data=trace_html(board.worst[chosen or 0], board.spans))


def show_run(run: Run, first_line: DeltaGenerator) -> None:
    """Show one run, or say what is wrong with its file; the verdict goes to the page's first line."""
    reading, board, charts = load(run)
    if board is None:
        first_line.html(verdict_html("No answer", f"{run.title} cannot be shown."))
        st.error(plain(f"{run.name}/{run.path.name}: {reading.problem}"))
        return
    verdict = judge_now(board.now)
    first_line.html(verdict_html(verdict.word, verdict.reason))
    st.caption(plain(saved_words(run, board, time.time())))
    for note in reading.notes:
        st.warning(plain(note))
    show_numbers(board)
    for figure in charts:
        if figure.chart is None:
            st.markdown(f"**{plain(figure.finding)}**")
        else:
            st.altair_chart(figure.chart, alt=figure.alt)
    show_trace(run, board)


@st.fragment(run_every=LOOK_EVERY_S)
def look_again(shown: tuple[Run, ...]) -> None:
    """Show the page anew when a run has been added or written since."""
    if find_runs(runs_folder()) != shown:
        st.rerun()


def page() -> None:
    """Show the page."""
    st.set_page_config("Capstone: the bot at 3am", layout="wide")
    st.html(STYLE)
    runs = find_runs(runs_folder())
    look_again(runs)
    if not runs:
        st.html(verdict_html("No answer", "There is no lab run to look at yet."))
        st.markdown(EMPTY)
        return
    by_name = {run.name: run for run in runs}
    names = {NEWEST: "Newest run", **{run.name: run.title for run in runs}}
    first_line, choice = st.columns([3, 1], vertical_alignment="center")
    chosen = choice.selectbox(
        "Run", names, format_func=lambda name: names[name], key="run", label_visibility="collapsed"
    )
    show_run(by_name.get(chosen or NEWEST, runs[0]), first_line)


page()
