"""MkDocs' events: which pages exist, and what fills their open places. Everything else stands in the modules beside."""

from collections.abc import Callable
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import accessible
import attack_table
import checks_table
import evening
import example_programs
import incident_tables
import markers
import notebooks
import panels
import phases
import quiz
import reference
import runs
import waterfall
from course import catalogue

EVENING = "06_wrap_one_call_site"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Write the navigation from the catalogue."""
    lessons = catalogue.lessons()
    labs = [
        {f"Lab {lesson.number}": f"labs/{lesson.lab}/lab.ipynb"} for lesson in lessons if lesson.is_ready and lesson.lab
    ]
    config.nav = [
        {"Home": "index.md"},
        *phases.navigation(catalogue.phases(), lessons),
        {"Labs to look at": labs},
        {"The grader": ["any-program.md", "audit.md", "checks.md", "instructors.md", "threat-model.md"]},
        {"The rest": ["reference.md", "incidents.md", "glossary.md", "about.md"]},
    ]
    return config


@event_priority(100)  # before mkdocs-jupyter, which takes notebooks from the list
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave out lessons in the making; bring in the starter notebook of each lab that a ready lesson names."""
    for lesson in catalogue.lessons():
        if not lesson.is_ready:
            page = files.get_file_from_path(f"lessons/{lesson.file.name}")
            if page is not None:
                files.remove(page)
        elif lesson.lab:
            # Not File.generated: mkdocs-jupyter asks the file for its place in a source folder.
            notebook = f"labs/{lesson.lab}/lab.ipynb"
            files.append(File(notebook, str(runs.ROOT), config.site_dir, config.use_directory_urls))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Put numbers, outputs and questions into the text."""
    page.meta.pop("status", None)  # ours; the theme would draw a badge for it
    if "summary" in page.meta:
        page.meta["description"] = page.meta["summary"]
    examples = markers.examples(markdown)
    outputs = {name: lambda code=code: runs.output(code) for name, code in examples.items()}
    try:
        filled = markers.fill_text(markdown, _texts(markdown), outputs)
        return quiz.fill_quizzes(filled)
    except (markers.MarkerError, quiz.QuizError, runs.RunError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put figures and lists into the rendered page."""
    lessons = catalogue.lessons()
    figures = {
        "evening": lambda: panels.home_figure(runs.reference(EVENING)[0]),
        "waterfall-06": lambda: waterfall.story_figure(*runs.reference(EVENING)),
        "path": lambda: phases.path(catalogue.phases(), lessons),
        "start": lambda: phases.start(lessons),
    }
    try:
        filled = markers.fill_figures(html, figures)
    except (markers.MarkerError, runs.RunError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error
    for lesson in lessons:
        if page.file.src_uri == f"lessons/{lesson.file.name}":
            return f"<h1>{page.title}</h1>{phases.byline(lesson)}{filled}"
        if page.file.src_uri == f"labs/{lesson.lab}/lab.ipynb":
            return notebooks.slim(filled).replace("</h1>", "</h1>" + notebooks.note(lesson), 1)
    return filled


def on_post_page(output: str, **_: Any) -> str:
    """Mend what the theme leaves out of every page."""
    return accessible.mend(output)


def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """Mend what the theme leaves out of the page for addresses that lead nowhere."""
    return accessible.mend(output_content) if template_name == "404.html" else output_content


def _texts(markdown: str) -> dict[str, str]:
    """Return what a page may ask for; only what it does ask for is made."""
    made: dict[str, Callable[[], dict[str, str]]] = {
        "run": lambda: evening.numbers(runs.reference(EVENING)[0]),
        "reference": reference.texts,
        "incidents": incident_tables.texts,
        "programs": example_programs.texts,
        "attacks": attack_table.texts,
        "checks": checks_table.texts,
        "site": lambda: {"site.decisions": _decisions()},
    }
    asked = [texts() for kind, texts in made.items() if f"{{{{ {kind}." in markdown]
    return {name: text for texts in asked for name, text in texts.items()}


def _decisions() -> str:
    """Return a Markdown list of the decision pages, in the order of their numbers."""
    pages = sorted((runs.ROOT / "course" / "decisions").glob("*.md"))
    titles = (page.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ") for page in pages)
    return "\n".join(f"- [{title}](decisions/{page.name})" for title, page in zip(titles, pages, strict=True))
