"""`grade 06 --reset`: the notebook as it was shipped. The learner's own is kept first, and never written over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from grader.labs import Lab, LabError, ensure_working_copy
from grader.notebook import to_notebook
from grader.whole_file import dated, read_bounded, write_new, write_whole

UNCHANGED = ("Nothing was changed.",)

_MOST_BYTES = 2**30


def reset(lab: Lab, agree: Callable[[str], bool], now: datetime) -> tuple[str, ...]:
    """Put the starter in place of the working copy; returns lines for a person.

    `agree` is asked before anything changes; without its yes nothing does.

    Raises:
        LabError: if the notebook cannot be kept or written; it is as it was.
    """
    path = lab.working_copy
    starter = to_notebook(lab.starter).encode()
    if not path.is_symlink() and not path.exists():
        return (f"You had no notebook of lab {lab.number} yet. It is made: {ensure_working_copy(lab)}",)
    try:
        mine = read_bounded(path, _MOST_BYTES)
        if mine == starter:
            return (f"{path.name} is as it was shipped. Nothing to do.",)
        if not agree(f"Put lab {lab.number} back as it was shipped? Yours is kept in my/backups. [y/N] "):
            return UNCHANGED
        backup = _keep(path, mine, now)
        write_whole(path.resolve(), starter)  # a notebook may be a link into a repository of one's own
    except OSError as error:
        raise LabError(f"{path.name} cannot be reset: {error.strerror}. It is as it was.") from error
    return (
        f"{path.name} is as it was shipped. Yours is kept: {backup}",
        "If it is open in JupyterLab, reload it there: File, Reload Notebook from Disk.",
    )


def _keep(path: Path, content: bytes, now: datetime) -> Path:
    while True:
        backup = dated(path.parent / "backups", path.stem, path.suffix, now)
        try:
            write_new(backup, content)
            return backup
        except FileExistsError:  # another reset took the name meanwhile
            continue
