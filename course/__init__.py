"""The course's words: lessons as Markdown, and the catalogue that reads their front matter."""

from course.catalogue import CatalogueError, Lesson, Phase, heading, lesson, lessons, link, phases

__all__ = ["CatalogueError", "Lesson", "Phase", "heading", "lesson", "lessons", "link", "phases"]
