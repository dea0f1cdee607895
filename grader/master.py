"""A lab's `master.py`, from which its starter and its reference solution are built."""

from __future__ import annotations

import re
from pathlib import Path

from grader.notebook import Cell, NotebookError


def read_master(path: Path, *, solved: bool) -> tuple[Cell, ...]:
    """Read a lab's `master.py` (percent format) as the reference, or as the starter with the solutions cut out.

    From `# BEGIN SOLUTION` to `# BEGIN STARTER` stands what the reference has, from there to `# END` what the starter
    has instead, each line behind `#: `.

    Raises:
        NotebookError: if these marks are not whole; says in which cell.
    """
    blocks = re.split(r"^# %%(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    cells = []
    for number, (head, body) in enumerate(zip(blocks[::2], blocks[1::2], strict=True), start=1):
        if "[markdown]" in head:
            text = "\n".join(
                line[2:] if line.startswith("# ") else line.lstrip("#") for line in body.strip().split("\n")
            )
            cells.append(Cell("markdown", text, number))
        else:
            try:
                chosen = _choose(body, solved)
            except NotebookError as error:
                raise NotebookError(f"{path.parent.name}/{path.name}, cell {number}: {error}") from error
            source = re.sub(r"^# !", "!", chosen.strip("\n"), flags=re.MULTILINE)
            cells.append(Cell("code", source, number))
    return tuple(cells)


_REGIONS = {
    ("", "# BEGIN SOLUTION"): "SOLUTION",
    ("SOLUTION", "# BEGIN STARTER"): "STARTER",
    ("STARTER", "# END"): "",
}


def _choose(body: str, solved: bool) -> str:
    kept, region = [], ""
    for line in body.split("\n"):
        mark = line.strip()
        if mark.startswith(("# BEGIN ", "# END")):
            if (region, mark) not in _REGIONS:
                raise NotebookError(f"{mark!r} stands where a master cannot have it.")
            region = _REGIONS[region, mark]
        elif not region:
            kept.append(line)
        elif region == "STARTER" and not mark.startswith("#:") and mark:
            raise NotebookError(f"what only the starter has stands behind '#: ', unlike {mark!r}.")
        elif (region == "SOLUTION") == solved:
            kept.append(re.sub("#: ?", "", line, count=1) if region == "STARTER" else line)
    if region:
        raise NotebookError(f"'# END' is missing after BEGIN {region}.")
    return "\n".join(kept)
