"""Makes mkdocs-jupyter's page of a notebook a page of this site: our style sheet instead of 600 kB of its own."""

import html
import re

from course.catalogue import Lesson

_BAGGAGE = re.compile(
    r'<(style|script)\b.*?</\1>|<!--.*?-->| tabindex="0"'
    r'|<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>|<div class="clipboard-copy-txt".*?</div>',
    re.DOTALL,
)


def slim(page: str) -> str:
    """Drop the page's own styles, scripts and copy buttons; give its code our colours and the keyboard's focus."""
    return (
        _BAGGAGE.sub("", page)
        .replace('class="highlight-ipynb', 'class="highlight')
        .replace("<pre>", '<pre tabindex="0">')
    )


def note(lesson: Lesson) -> str:
    """Return the line that says what this page is and where the work is done."""
    title = html.escape(lesson.title)
    return (
        '<p class="byline">The notebook as it is handed out, to look at. To work on it, type <code>make start</code> '
        f'and open it in JupyterLab. It belongs to <a href="../../../{lesson.url}">{title}</a>.</p>'
    )
