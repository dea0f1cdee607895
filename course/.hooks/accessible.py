"""Mends what the theme leaves out for those who use a keyboard or a screen reader."""

_DIALOG = ('role="dialog"', 'role="dialog" aria-label="Search"')
# A table with a class is left alone by the theme's script, which would wrap it in a box that no key can scroll.
_TABLE = ("<table>", '<div class="table-box" tabindex="0"><table class="facts">')
_TABLE_END = ("</table>", "</table></div>")


def mend(page: str) -> str:
    """Name the search dialog, and let a wide table be scrolled with the keyboard."""
    for old, new in (_DIALOG, _TABLE, _TABLE_END) if "<table>" in page else (_DIALOG,):
        page = page.replace(old, new)
    return page
