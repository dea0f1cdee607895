"""A table that a screen reader can read and a keyboard can scroll: a caption, and headers that say what they head."""

import html
from collections.abc import Iterable, Sequence


def fact_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML; cells are HTML already, and the first cell of a row is its header."""
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(_row(*row) for row in rows)
    return (
        f'<div class="table-box" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f'<table class="facts"><caption>{html.escape(caption, quote=False)}</caption>\n'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(header: str, *cells: str) -> str:
    return f'<tr><th scope="row">{header}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
