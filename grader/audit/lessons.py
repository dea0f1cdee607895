"""Where a finding's lesson is: the link to a page that is there, and how a person finds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """A paragraph that teaches something: the lesson's number, and the anchor of a heading in it if there is one."""

    number: str
    anchor: str = ""

    @property
    def link(self) -> str:
        """The address relative to the site's root; "" while the lesson is in the making."""
        from course import catalogue

        if not catalogue.lesson(self.number).is_ready:
            return ""
        return catalogue.link(self.number, self.anchor or None)

    @property
    def words(self) -> str:
        """How a person finds it."""
        from course import catalogue

        page = catalogue.lesson(self.number)
        heading = catalogue.heading(self.number, self.anchor) if self.anchor else None
        return f'Lesson {self.number}, "{heading or page.title}"' + ("" if page.is_ready else " (in the making)")
