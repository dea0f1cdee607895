"""The catalogue reads the real lessons, and says clearly what is wrong with a bad one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course.catalogue import CatalogueError, Status, heading, lesson, lessons, link, phases

# The syllabus that was asked for: titles, phases and minutes are fixed.
SYLLABUS = [
    ("01", "Your APM is green and your LLM feature is broken", 1, 6),
    ("02", "Logs, metrics, traces — but the units are different", 1, 6),
    ("03", "Three failure modes APM was never built to see", 1, 7),
    ("04", "Six signals to log on every LLM call", 1, 6),
    ("05", "A trace is a tree of spans, and your LLM call is a tree", 2, 6),
    ("06", "Wrap one call site in a span and stop guessing", 2, 7),
    ("07", "Cost is a function of tokens — log both, track the ratio", 2, 7),
    ("08", "Time-to-first-token is the latency that users feel", 2, 6),
    ("09", "Online evals: the cheap version is a rule, not a model", 2, 7),
    ("10", "Your CTO asks: Langfuse, LangSmith, Helicone, or Phoenix?", 3, 7),
    ("11", "A prompt change shipped Monday; quality dropped Friday", 3, 7),
    ("12", "The bill jumped 40% but traffic is flat", 3, 7),
    ("13", "Your stack already has Datadog. Where do LLM signals belong?", 3, 7),
    ("14", "Sketch the dashboard an on-call engineer reads at 3am", 4, 12),
]
GOOD = """---
title: A title
phase: 2
minutes: 7
summary: One sentence.
lab: null
objectives:
  - Do one thing.
status: ready
---

## Errors, marked {#errors}

```markdown
## Not a heading {#fenced}
```
"""


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a lesson file and returns its folder."""

    def to(text: str, name: str = "06-a-lesson.md") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return to


def test_the_lessons_are_the_syllabus() -> None:
    """Fourteen lessons with the titles, phases and minutes that were asked for."""
    assert [(entry.number, entry.title, entry.phase.number, entry.minutes) for entry in lessons()] == SYLLABUS


def test_every_ready_lesson_has_its_lab() -> None:
    """A lab named in front matter is a folder under labs/."""
    root = Path(__file__).parents[2]
    for entry in lessons():
        assert entry.lab is None or (root / "labs" / entry.lab).is_dir(), entry.number


def test_a_lesson_is_found_by_number(write: Write) -> None:
    """The number may be typed as 6, "6" or "06"; another is refused with what there is."""
    folder = write(GOOD)
    assert lesson(6, folder) is lesson("06", folder) is lesson("6", folder)
    assert lesson("06", folder).url == "lessons/06-a-lesson/"
    with pytest.raises(CatalogueError, match="there is no lesson '15'; there are 06"):
        lesson("15", folder)


def test_a_heading_is_found_by_its_anchor(write: Write) -> None:
    """The anchor is the id in braces; one inside a code fence is no heading."""
    folder = write(GOOD)
    assert heading("06", "errors", folder) == heading(6, "#errors", folder) == "Errors, marked"
    assert heading("06", "fenced", folder) is None
    assert link("06", "#errors", folder) == "lessons/06-a-lesson/#errors"
    assert link("06", folder=folder) == "lessons/06-a-lesson/"
    with pytest.raises(CatalogueError, match=r"06-a-lesson.md: no heading has the anchor \{#nowhere\}"):
        link("06", "nowhere", folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("phase: 2", "phase: 5", "phase is 5; allowed: 1, 2, 3, 4"),
        ("phase: 2", "phase: true", "phase is True; allowed: 1, 2, 3, 4"),
        ("minutes: 7", "minutes: seven", "minutes is 'seven'; allowed: a whole number from 1"),
        ("minutes: 7", "minutes: 0", "minutes is 0; allowed: a whole number from 1"),
        ("status: ready", "status: done", "status is 'done'; allowed: ready, in-the-making"),
        ("lab: null", "lab: 07_other", "lab is '07_other'; allowed: 06_folder_name or null"),
        ("title: A title", "title:", "title is None; allowed: one line of text"),
        ("summary: One sentence.", "summary: 3", "summary is 3; allowed: one line of text"),
        ("  - Do one thing.", "", "objectives is None; allowed: a list of at least one sentence"),
        ("lab: null", "labs: null", "unknown key 'labs'"),
        ("title: A title", 'number: "07"', "number is '07', but the file's name says '06'"),
        ("title: A title", "title: 'A", "the front matter is not YAML"),
        ("---\ntitle", "title", "begin the file with front matter"),
    ],
)
def test_a_mistake_in_front_matter_is_named(write: Write, old: str, new: str, message: str) -> None:
    """The error names the file, the key, the value and what is allowed."""
    with pytest.raises(CatalogueError) as raised:
        lessons(write(GOOD.replace(old, new, 1)))
    assert str(raised.value).startswith(f"06-a-lesson.md: {message}")


def test_front_matter_is_a_mapping(write: Write) -> None:
    """A list between the dashes is refused."""
    with pytest.raises(CatalogueError, match="must be `key: value` lines"):
        lessons(write("---\n- a\n---\n"))


def test_a_file_name_says_the_number(write: Write) -> None:
    """A file called otherwise is refused, and two files may not share a number."""
    with pytest.raises(CatalogueError, match=r"is called NN-words-with-dashes.md"):
        lessons(write(GOOD, "notes.md"))


def test_a_number_is_taken_once(write: Write) -> None:
    """Two lessons with one number are an error that names both."""
    write(GOOD, "06-first.md")
    with pytest.raises(CatalogueError, match=r"06-second.md: number 06 is taken by 06-first.md"):
        lessons(write(GOOD, "06-second.md"))


def test_phases_and_states() -> None:
    """Four phases; a lesson is ready or in the making."""
    assert [phase.number for phase in phases()] == [1, 2, 3, 4]
    assert all(entry.is_ready == (entry.status is Status.READY) for entry in lessons())
