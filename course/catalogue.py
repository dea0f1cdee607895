"""The one reader of the lessons' front matter; site, grader and progress all ask it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

LESSONS = Path(__file__).parent / "lessons"
_FILE_NAME = re.compile(r"(?P<number>\d{2})-[a-z0-9-]+\.md")
_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_FENCE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)\s*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*\{[^}]*#(?P<anchor>[\w-]+)[^}]*\}\s*$", re.MULTILINE)


class CatalogueError(Exception):
    """A lesson's file is not as the catalogue needs it; the message names file, key and what is allowed."""


class Status(StrEnum):
    """Whether a lesson can be read yet."""

    READY = "ready"
    IN_THE_MAKING = "in-the-making"


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the four parts of the course."""

    number: int
    title: str


# Fixed by the syllabus; a lesson names its phase by number.
_PHASES = (
    Phase(1, "Why generic APM misses LLM-shaped problems"),
    Phase(2, "Wiring one endpoint end to end"),
    Phase(3, "Mapping the tool landscape onto the pillars"),
    Phase(4, "Sketching your 3am dashboard"),
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson as its front matter describes it; `lab` is a folder name under labs/ or None."""

    number: str
    title: str
    phase: Phase
    minutes: int
    summary: str
    lab: str | None
    objectives: tuple[str, ...]
    status: Status
    file: Path

    @property
    def is_ready(self) -> bool:
        """Whether the lesson is built as a page."""
        return self.status is Status.READY

    @property
    def url(self) -> str:
        """The page's address relative to the site's root, with a slash at its end."""
        return f"lessons/{self.file.stem}/"


def phases() -> tuple[Phase, ...]:
    """Return the four phases in reading order."""
    return _PHASES


@cache
def lessons(folder: Path = LESSONS) -> tuple[Lesson, ...]:
    """Return every lesson in reading order; raise CatalogueError for a file that is not as it should be."""
    found = tuple(_read(file) for file in sorted(folder.glob("*.md")))
    for earlier, later in pairwise(found):
        if earlier.number == later.number:
            raise CatalogueError(f"{later.file.name}: number {later.number} is taken by {earlier.file.name}")
    return found


def lesson(number: str | int, folder: Path = LESSONS) -> Lesson:
    """Return the lesson with this number (6, "6" or "06"); raise CatalogueError if there is none."""
    for candidate in lessons(folder):
        if candidate.number == str(number).zfill(2):
            return candidate
    known = ", ".join(candidate.number for candidate in lessons(folder))
    raise CatalogueError(f"there is no lesson {number!r}; there are {known or 'none'}")


def heading(number: str | int, anchor: str, folder: Path = LESSONS) -> str | None:
    """Return the text of the heading `## text {#anchor}` in a lesson, or None if the lesson has no such anchor."""
    _, body = _split(lesson(number, folder).file)
    for match in _HEADING.finditer(_FENCE.sub("", body)):
        if match["anchor"] == anchor.removeprefix("#"):
            return match["text"]
    return None


def link(number: str | int, anchor: str | None = None, folder: Path = LESSONS) -> str:
    """Return a lesson's address relative to the site's root, at a heading's anchor if one is given."""
    page = lesson(number, folder)
    if anchor is None:
        return page.url
    anchor = anchor.removeprefix("#")
    if heading(number, anchor, folder) is None:
        raise CatalogueError(f"{page.file.name}: no heading has the anchor {{#{anchor}}}")
    return f"{page.url}#{anchor}"


def _split(file: Path) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(file.read_text(encoding="utf-8"))
    if match is None:
        raise CatalogueError(f"{file.name}: begin the file with front matter between two lines of ---")
    try:
        front = yaml.safe_load(match["yaml"])
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        raise CatalogueError(f"{file.name}: the front matter is not YAML{line}") from error
    if not isinstance(front, dict):
        raise CatalogueError(f"{file.name}: the front matter must be `key: value` lines")
    return front, match["body"]


def _read(file: Path) -> Lesson:
    named = _FILE_NAME.fullmatch(file.name)
    if named is None:
        raise CatalogueError(f"{file.name}: a lesson's file is called NN-words-with-dashes.md")
    front, _ = _split(file)
    unknown = front.keys() - {"title", "phase", "minutes", "summary", "lab", "objectives", "status", "number"}
    if unknown:
        raise CatalogueError(f"{file.name}: unknown key {sorted(unknown)[0]!r}")
    if front.get("number", named["number"]) != named["number"]:
        raise CatalogueError(
            f"{file.name}: number is {front['number']!r}, but the file's name says {named['number']!r}"
        )
    phase = front.get("phase")
    if isinstance(phase, bool) or phase not in {known.number for known in _PHASES}:
        raise CatalogueError(f"{file.name}: phase is {phase!r}; allowed: 1, 2, 3, 4")
    minutes = front.get("minutes")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
        raise CatalogueError(f"{file.name}: minutes is {minutes!r}; allowed: a whole number from 1")
    lab = front.get("lab")
    if lab is not None and not (isinstance(lab, str) and re.fullmatch(rf"{named['number']}_\w+", lab)):
        raise CatalogueError(f"{file.name}: lab is {lab!r}; allowed: {named['number']}_folder_name or null")
    status = front.get("status")
    if status not in set(Status):
        raise CatalogueError(f"{file.name}: status is {status!r}; allowed: {', '.join(Status)}")
    objectives = front.get("objectives")
    if not (isinstance(objectives, list) and objectives and all(isinstance(goal, str) for goal in objectives)):
        raise CatalogueError(f"{file.name}: objectives is {objectives!r}; allowed: a list of at least one sentence")
    return Lesson(
        number=named["number"],
        title=_sentence(file, front, "title"),
        phase=_PHASES[phase - 1],
        minutes=minutes,
        summary=_sentence(file, front, "summary"),
        lab=lab,
        objectives=tuple(objectives),
        status=Status(status),
        file=file,
    )


def _sentence(file: Path, front: dict[str, Any], key: str) -> str:
    value = front.get(key)
    if not (isinstance(value, str) and value.strip()):
        raise CatalogueError(f"{file.name}: {key} is {value!r}; allowed: one line of text")
    return value.strip()
