"""A docstring's parts are told apart: text, arguments, what comes back, what is raised."""

from collections.abc import Callable
from typing import Any

Hook = Callable[[str], Any]

DOC = """Call the model once.

        It never retries.

            code = here

        Args:
            model: alias
                or snapshot.
            more: `timeout`: seconds.

        Returns:
            An answer, or
            a stream.

        Raises:
            RateLimitError, NotFoundError: that status.
        """


def test_text_comes_in_paragraphs_and_code_keeps_its_indent(hook: Hook) -> None:
    read = hook("docstrings").read(DOC)
    assert read.paragraphs == ("Call the model once.", "It never retries.", "    code = here")


def test_an_entry_goes_on_in_the_lines_below_it(hook: Hook) -> None:
    assert hook("docstrings").read(DOC).arguments == {"model": "alias or snapshot.", "more": "`timeout`: seconds."}


def test_returns_and_raises_are_found(hook: Hook) -> None:
    read = hook("docstrings").read(DOC)
    assert read.returns == "An answer, or a stream."
    assert read.raises == {"RateLimitError, NotFoundError": "that status."}


def test_no_docstring_has_no_parts(hook: Hook) -> None:
    assert hook("docstrings").read(None) == hook("docstrings").Doc()
