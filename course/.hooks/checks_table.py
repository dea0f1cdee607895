"""What proves the checks: for each lab the mistakes that each one catches, and the changes of telemetry it notices."""

import html
from collections.abc import Iterable, Sequence
from functools import cache

from course import catalogue
from fact_table import fact_table
from grader.declared import declared_checks
from grader.evidence import Evidence
from grader.labs import Lab, find_labs
from grader.mutants import Declared, Trial, load_checks, mutants_of, read_declared, trial
from grader.notebook import runnable
from grader.sandbox import run_notebook
from grader.solutions import Wrong, right_solutions, wrong_solutions
from inline import inline

_SEED = 11


def texts() -> dict[str, str]:
    """Return the parts of the page by the name they have in it."""
    return {"checks.labs": "\n\n".join(_section(lab) for lab in find_labs())}


@cache
def trials(lab: Lab) -> tuple[Trial, ...]:
    """Try each change of what the lab's reference emits, on all spans at once; alone in one place is for the tests."""
    ran = run_notebook(runnable(lab.reference).cells, lab.scenario, _SEED, lab.time_limit_s)
    mutants = [mutant for mutant in mutants_of(ran.telemetry) if not mutant.alone]
    return tuple(trial(load_checks(lab.checks_file), Evidence(ran.telemetry, ran.ledger), mutants))


def _section(lab: Lab) -> str:
    wrong, right, tried = wrong_solutions(lab), right_solutions(lab), trials(lab)
    known = read_declared(lab.folder / "survivors.toml")
    title = next((lesson.title for lesson in catalogue.lessons() if lesson.lab == lab.folder.name), lab.folder.name)
    complete, caught = sum(each.looks_complete for each in wrong), sum(each.caught for each in tried)
    counts = (
        f"{len(wrong)} wrong solutions, {complete} of which look complete, and {1 + len(right)} right ones. "
        f"{len(tried)} changes of what the reference emits: {caught} are noticed, {len(tried) - caught} are explained."
    )
    heading = f"## Lab {lab.number}: {title} {{#lab-{lab.number}}}"
    tables = (_checks(lab, wrong, tried), _parts(lab, known, tried), _survivors(lab, known))
    return "\n\n".join((heading, counts, *tables))


def _checks(lab: Lab, wrong: Iterable[Wrong], tried: Iterable[Trial]) -> str:
    rows = [
        (
            inline(sentence),
            _listed(inline(each.name) for each in wrong if name in each.fails),
            str(sum(name in each.failed for each in tried)),
        )
        for name, sentence in declared_checks(lab.checks_file)
    ]
    head = ("check", "mistakes that fail it", "changes it notices")
    return fact_table(f"Lab {lab.number}: what each check catches", head, rows)


def _listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _parts(lab: Lab, known: Declared, tried: Sequence[Trial]) -> str:
    rows = []
    for part in dict.fromkeys(each.mutant.part for each in tried):
        own = [each for each in tried if each.mutant.part == part]
        unnoticed = [each.mutant.words for each in own if not each.caught]
        why = known.free.get(part) or ("see below: " + ", ".join(unnoticed) if unnoticed else "")
        rows.append((_named(part), str(len(own)), str(len(own) - len(unnoticed)), inline(why)))
    head = ("what is changed", "changes", "noticed", "why not all")
    return fact_table(f"Lab {lab.number}: changes of what the reference emits, on all spans at once", head, rows)


def _named(part: str) -> str:
    """Return a part with its attribute's name as code."""
    words, found, name = part.partition("attribute ")
    return f"{html.escape(words)}{found}<code>{html.escape(name)}</code>" if found else html.escape(part)


def _survivors(lab: Lab, known: Declared) -> str:
    rows = [
        (f"{_named(each.part)} {html.escape(each.words)}, {html.escape(each.where)}", inline(each.reason))
        for each in known.survivors
    ]
    head = ("change", "why it is as right as the original")
    return fact_table(f"Lab {lab.number}: changes that may go unnoticed", head, rows) if rows else ""
