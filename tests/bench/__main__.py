"""`make bench`: one table of speed ratios, each row ours against its reference in the same run."""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import calls, commands, graders, parquet, server, spans, watch
from tests.bench.measure import Row


def number(found: float | None, unit: str = "") -> str:
    """A figure as the table shows it."""
    if found is None:
        return "-"
    text = f"{found:,.0f}" if found >= 1000 else f"{found:.2f}"
    return f"{text} {unit}".rstrip() if unit != "/s" else f"{text}/s"


def bound(row: Row) -> str:
    """A row's bound in words."""
    words = f"{'at least' if row.at_least else 'at most'} {number(row.bound)}"
    return words if row.goal is None else f"{words} (goal {number(row.goal)})"


def table(rows: list[Row]) -> Table:
    """All rows for a person."""
    made = Table("what", "ours", "reference", "of reference", "ratio", "bound", "")
    for row in rows:
        same = row.unit != "/s" or row.bound < 1000  # else the bound is on our own figure
        ratio = None if row.reference is None else row.measured if same else row.ours / row.reference
        cells = [row.name, number(row.ours, row.unit), number(row.reference, row.unit), row.reference_name]
        made.add_row(*cells, number(ratio), bound(row), "ok" if row.ok else "missed")
    return made


def main() -> int:
    """Measure everything; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    options = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = os.getloadavg()[0]
    rows: list[Row] = []
    for source in (calls, spans, parquet, server, commands, watch, graders):
        for row in source.rows():
            print(f"measured: {row.name}", file=sys.stderr)
            rows.append(row)
    Console(width=150 if not sys.stdout.isatty() else None).print(table(rows))
    print(f"{machine}; {date}; load {load:.1f} at the start. Medians, ours and reference in turns.")
    if options.json:
        found = {"machine": machine, "date": date, "load": load, "rows": [asdict(row) | {"ok": row.ok} for row in rows]}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
