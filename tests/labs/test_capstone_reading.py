"""Run files as one finds them: newest first, half written, damaged, unreadable, with times that cannot be."""

import os
from pathlib import Path

import pytest

from labs.capstone import find_runs, read_run
from tests.labs.made_runs import call, line, write_run, write_spans


def test_runs_are_found_newest_first_with_a_title(tmp_path: Path) -> None:
    for age_s, name in ((30, "06"), (20, "06-graded"), (10, "my-app")):
        os.utime(write_spans(tmp_path, name, [call(0)]), (1_000_000 - age_s, 1_000_000 - age_s))
    found = find_runs(tmp_path / "my" / "runs")
    assert [run.title for run in found] == ["Run my-app", "Lab 06, the last graded run", "Lab 06, practice run"]


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path: Path) -> None:
    assert find_runs(tmp_path / "nowhere") == ()


def test_a_run_that_is_written_again_is_another_run(tmp_path: Path) -> None:
    write_spans(tmp_path, "06", [call(0)])
    before = find_runs(tmp_path / "my" / "runs")
    write_spans(tmp_path, "06", [call(0), call(1)])
    assert find_runs(tmp_path / "my" / "runs") != before


def test_an_unfinished_last_line_is_left_for_the_next_look(tmp_path: Path) -> None:
    whole = line(call(0))
    reading = read_run(write_run(tmp_path, "06", f"{whole}\n{line(call(1))[:-40]}"))
    assert (len(reading.spans), reading.notes, reading.problem) == (1, (), "")
    assert len(read_run(write_run(tmp_path, "06", f"{whole}\n{whole}")).spans) == 2


def test_damaged_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    reading = read_run(write_run(tmp_path, "06", f"{line(call(0))}\n[1, 2]\nnot json\n{line(call(1))}\n"))
    assert len(reading.spans) == 2
    assert reading.notes[0].startswith("2 lines of 4 left out: not OTLP/JSON, the first is line 2.")


def test_a_line_separator_inside_a_name_ends_no_line(tmp_path: Path) -> None:
    raw = line(call(0, name="one two")).replace("\\u2028", " ")
    assert read_run(write_run(tmp_path, "06", f"{raw}\n")).spans[0].name == "one two"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("", "The file is empty"),
        ("\n \n", "The file is empty"),
        ("<html>\n</html>\n", "None of the file's lines is OTLP/JSON"),
        ('{"resourceSpans": 7}\n', "None of the file's lines is OTLP/JSON"),
        ('{"resourceLogs": []}\n', "The file holds no span"),
        ('{"resourceSp', "The file holds no span"),
    ],
)
def test_a_file_with_nothing_to_show_says_so_and_what_to_do(tmp_path: Path, text: str, begins: str) -> None:
    reading = read_run(write_run(tmp_path, "06", text))
    assert reading.spans == ()
    assert reading.problem.startswith(begins)
    assert "serve()" in reading.problem


def test_bytes_that_are_no_text_are_no_fall(tmp_path: Path) -> None:
    file = write_run(tmp_path, "06", "")
    file.write_bytes(bytes(range(256)) * 50)
    assert read_run(file).problem.startswith("None of the file's lines is OTLP/JSON")


def test_a_file_that_is_gone_or_no_file_is_no_fall(tmp_path: Path) -> None:
    assert read_run(tmp_path / "gone.jsonl").problem
    assert read_run(tmp_path).problem


@pytest.mark.parametrize("start_ns", [-1, 10**30])
def test_spans_at_times_that_cannot_be_are_left_out(tmp_path: Path, start_ns: int) -> None:
    reading = read_run(write_spans(tmp_path, "06", [call(0), call(1, start_ns=start_ns)]))
    assert len(reading.spans) == 1
    assert reading.notes == ("1 span left out: start or end is no time between 1970 and 2262.",)
