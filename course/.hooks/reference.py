"""The reference of the simulator, made from its code: names, signatures, types and docstrings."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any

import docstrings
import simulator
from fact_table import fact_table
from inline import inline
from shelf import Call, calls, held, is_public, shelf, yielded
from signatures import code_box, linked, signature

Links = Mapping[str, str]


def texts() -> dict[str, str]:
    """Return the parts of the page as Markdown, by the name they have in it."""
    found = shelf()
    links = {thing.__name__: f"#{anchor(thing.__name__)}" for thing in found.things}

    def entries(things: Sequence[Any]) -> str:
        return "\n\n".join(_entry(thing, links) for thing in things)

    parts = {
        "import": _prose(docstrings.of(simulator), links),
        "imported": entries(found.imported),
        "given": entries(found.given),
        "returned": entries(found.returned),
        "errors": f"{_errors(found.errors, links)}\n\n{entries(found.beside_errors)}",
    }
    return {f"reference.{name}": text for name, text in parts.items()}


def anchor(path: str) -> str:
    """Return the id under which a name stands on the page."""
    return path.lower()


def _entry(thing: Any, links: Links) -> str:
    """Return one thing's section: heading, signature, meaning, and its members."""
    name = thing.__name__
    heading = f"### `{name}` {{#{anchor(name)}}}"
    if not inspect.isclass(thing):
        return "\n\n".join([heading, *_call(name, thing, links)])
    members = {path.removeprefix(f"{name}."): call for path, call in calls(thing)}
    blocks = [heading, *_class(thing, {**{path: f"#{anchor(f'{name}.{path}')}" for path in members}, **links})]
    for path, call in members.items():
        blocks += [f"#### `{name}.{path}` {{#{anchor(f'{name}.{path}')}}}", *_call(path, call, links)]
    return "\n\n".join(block for block in blocks if block)


def _class(kind: type, links: Links) -> Iterator[str]:
    name = kind.__name__
    if is_dataclass(kind) or is_public(kind):
        yield signature(name, kind, links)
    yield _prose(docstrings.of(kind), links)
    if is_public(kind) and not is_dataclass(kind):
        yield _prose(docstrings.of(vars(kind)["__init__"]), links)
    for path, part in held(kind):
        if isinstance(part, str):
            yield f"<p><code>{path}</code> is <code>{part!r}</code>.</p>"
    if following := yielded(kind):
        parts = linked(inspect.signature(following).return_annotation, links)
        yield f"<p>Iterating over it yields <code>{parts}</code>.</p>"
        yield _listed("Raises", docstrings.of(following).raises, links)
    for path, member in vars(kind).items():
        if isinstance(member, property) and member.fget is not None:
            yield code_box(f"{path}: {linked(inspect.signature(member.fget).return_annotation, links)}")
            yield _prose(docstrings.of(member), links)


def _call(path: str, call: Call, links: Links) -> Iterator[str]:
    doc = docstrings.of(call)
    yield signature(path.rpartition(".")[2], call, links)
    yield _prose(doc, links)
    yield _listed("Arguments", doc.arguments, links)
    if doc.returns:
        yield f"<p>Returns: {inline(doc.returns, links)}</p>"
    yield _listed("Raises", doc.raises, links)


def _prose(doc: docstrings.Doc, links: Links) -> str:
    """Return paragraphs as HTML; one that is indented is code."""
    return "\n\n".join(
        f"```python\n{textwrap.dedent(block)}\n```"
        if block.startswith("    ")
        else f"<p>{inline(' '.join(block.split()), links)}</p>"
        for block in doc.paragraphs
    )


def _listed(title: str, entries: Mapping[str, str], links: Links) -> str:
    if not entries:
        return ""
    rows = "\n".join(
        f"<dt>{inline(', '.join(f'`{name}`' for name in names.split(', ')), links)}</dt><dd>{inline(said, links)}</dd>"
        for names, said in entries.items()
    )
    return f'<div class="listed"><p>{title}</p>\n<dl>\n{rows}\n</dl></div>'


def _errors(errors: Sequence[type], links: Links) -> str:
    rows = [
        (
            f'<code id="{anchor(error.__name__)}">{error.__name__}</code>',
            ", ".join(inline(f"`{base.__name__}`", links) for base in error.__bases__),
            " ".join(inline(" ".join(block.split()), links) for block in docstrings.of(error).paragraphs),
            ", ".join(f"<code>{name}</code>" for name in _set_by(vars(error).get("__init__"))) or "–",
        )
        for error in errors
    ]
    return fact_table("What a call may raise", ("error", "is a kind of", "means", "adds"), rows)


def _set_by(init: Call | None) -> list[str]:
    """Return the attributes that an `__init__` sets, in the order of its source."""
    if init is None:
        return []
    nodes = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(init))))
    stores = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return [node.attr for node in sorted(stores, key=lambda node: (node.lineno, node.col_offset))]
