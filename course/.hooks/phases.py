"""The four phases as a path: the home page's list of lessons, and the navigation, both from the catalogue."""

import html
from collections.abc import Sequence

from course.catalogue import Lesson, Phase


def path(phases: Sequence[Phase], lessons: Sequence[Lesson]) -> str:
    """Return the phases with their lessons, minutes and state; only a lesson that is ready is a link."""
    return f'<ol class="path">{"".join(_phase(phase, _of(phase, lessons)) for phase in phases)}</ol>'


def start(lessons: Sequence[Lesson]) -> str:
    """Return the link to the first lesson that can be read, and how much of the course there is."""
    ready = [lesson for lesson in lessons if lesson.is_ready]
    first = ready[0]
    numbers = ", ".join(str(int(lesson.number)) for lesson in ready)
    state = (
        ""
        if len(ready) == len(lessons)
        else f"<p class='home-state'>The course is in the making. Of its {len(lessons)} lessons, "
        f"{'lesson' if len(ready) == 1 else 'lessons'} {numbers} can be read today.</p>"
    )
    return (
        f'<p class="home-start"><a class="md-button md-button--primary" href="{first.url}">'
        f"Start lesson {int(first.number)} ({first.minutes} min)</a></p>{state}"
    )


def navigation(phases: Sequence[Phase], lessons: Sequence[Lesson]) -> list[dict[str, list[str]]]:
    """Return the navigation's sections: each phase that has a lesson to read."""
    sections = []
    for phase in phases:
        pages = [f"lessons/{lesson.file.name}" for lesson in _of(phase, lessons) if lesson.is_ready]
        if pages:
            sections.append({f"Phase {phase.number}: {phase.title}": pages})
    return sections


def byline(lesson: Lesson) -> str:
    """Return the line under a lesson's title."""
    lab = ", then a lab" if lesson.lab else ""
    return (
        f'<p class="byline">Lesson {lesson.number} <span aria-hidden="true">·</span> {html.escape(lesson.phase.title)} '
        f'<span aria-hidden="true">·</span> {lesson.minutes} min{lab}</p>'
    )


def _phase(phase: Phase, lessons: Sequence[Lesson]) -> str:
    ready = sum(lesson.is_ready for lesson in lessons)
    minutes = sum(lesson.minutes for lesson in lessons)
    return (
        f'<li class="phase"><h2 id="phase-{phase.number}">{html.escape(phase.title)}</h2>'
        f'<p class="phase-state">Phase {phase.number} <span aria-hidden="true">·</span> {minutes} min '
        f'<span aria-hidden="true">·</span> {_count(ready, len(lessons))}</p>'
        f"<ol>{''.join(map(_lesson, lessons))}</ol></li>"
    )


def _lesson(lesson: Lesson) -> str:
    title = html.escape(lesson.title)
    named = f'<a href="{lesson.url}">{title}</a>' if lesson.is_ready else title
    state = "ready" if lesson.is_ready else "in the making"
    return (
        f'<li class="{lesson.status.value}"><span class="number">{lesson.number}</span>'
        f"<div><h3>{named}</h3><p>{html.escape(lesson.summary)}</p></div>"
        f'<p class="state"><span class="minutes">{lesson.minutes} min</span> {state}</p></li>'
    )


def _count(ready: int, total: int) -> str:
    return f"all {total} lessons ready" if ready == total else f"{ready} of {total} lessons ready"


def _of(phase: Phase, lessons: Sequence[Lesson]) -> list[Lesson]:
    return [lesson for lesson in lessons if lesson.phase == phase]
