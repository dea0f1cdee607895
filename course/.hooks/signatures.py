"""Signatures as text, and the types that they name: from the code itself."""

import html
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_WIDTH = 78
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")


def signature(name: str, thing: Callable[..., Any], links: Mapping[str, str]) -> str:
    """Return what one writes to call a thing, and what it returns, as HTML; types that have a place here are links."""
    found = inspect.signature(thing)
    parts = list(_parameters(found))
    returns = "" if inspect.isclass(thing) or not _said(found.return_annotation) else _said(found.return_annotation)
    end = f") -> {returns}" if returns else ")"
    one_line = f"{name}({', '.join(parts)}{end}"
    text = one_line if len(one_line) <= _WIDTH else "\n".join([f"{name}(", *(f"    {part}," for part in parts), end])
    return code_box(linked(text, {word: address for word, address in links.items() if word != name}))


def code_box(content: str) -> str:
    """Return code that is HTML already in a box that scrolls by itself."""
    return f'<div class="signature no-copy"><pre tabindex="0"><code>{content}</code></pre></div>'


def linked(text: str, links: Mapping[str, str]) -> str:
    """Return code as HTML, with a link on each name that has an address."""
    escaped = html.escape(text, quote=False)
    return _WORD.sub(lambda word: f'<a href="{links[word[0]]}">{word[0]}</a>' if word[0] in links else word[0], escaped)


def classes_in(annotation: Any, module: str, package: str) -> Iterator[type]:
    """Yield the classes of a package that an annotation of a module names, in the order in which they stand there."""
    for word in _WORD.findall(_said(annotation)):
        found = vars(sys.modules[module]).get(word)
        if inspect.isclass(found) and found.__module__.startswith(package):
            yield found


def _parameters(found: inspect.Signature) -> Iterator[str]:
    star = False
    for parameter in found.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            star = True
            yield "*"
        stars = "*" * ((parameter.kind is parameter.VAR_POSITIONAL) + 2 * (parameter.kind is parameter.VAR_KEYWORD))
        kind = _said(parameter.annotation)
        default = "" if parameter.default is parameter.empty else repr(parameter.default)
        yield (
            f"{stars}{parameter.name}"
            f"{f': {kind}' if kind else ''}"
            f"{f' = {default}' if kind and default else f'={default}' if default else ''}"
        )


def _said(annotation: Any) -> str:
    """Return an annotation as it stands in the code; "" for none."""
    if annotation is inspect.Signature.empty:
        return ""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
