"""Text with backticks as HTML: what quizzes and reference pages share."""

import html
import re
from collections.abc import Mapping

_CODE = re.compile(r"`([^`]+)`")


def inline(text: str, links: Mapping[str, str] | None = None) -> str:
    """Return text as HTML; what stands in backticks becomes code, and a link if `links` has an address for it."""
    known = links or {}

    def code(match: re.Match[str]) -> str:
        address = known.get(html.unescape(match[1]))
        return f'<a href="{address}"><code>{match[1]}</code></a>' if address else f"<code>{match[1]}</code>"

    return _CODE.sub(code, html.escape(str(text).strip(), quote=False))
