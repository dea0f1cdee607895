"""What a class's reports say together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.batch.kept import Kept
from grader.report import VERDICTS, Result

_MOST_MISTAKES = 10


@dataclass(frozen=True, slots=True)
class CheckCount:
    """How often one check of a lab was passed, failed, or had no say."""

    lab: str
    id: str
    title: str
    passed: int
    failed: int
    blocked: int

    @property
    def failure_rate(self) -> float | None:
        """Failed among those that it judged (0 to 1); None if it judged nobody."""
        judged = self.passed + self.failed
        return self.failed / judged if judged else None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A likely mistake that a check recognised, and in how many submissions."""

    likely: str
    lab: str
    title: str
    submissions: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A class: its results by name, how many got each verdict, checks, mistakes, protections that all or some had."""

    results: tuple[Kept, ...]
    verdicts: tuple[tuple[str, int], ...]
    checks: tuple[CheckCount, ...]
    mistakes: tuple[Mistake, ...]
    protections: tuple[tuple[str, int], ...]

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs that were graded."""
        return tuple(sorted({kept.report.lab for kept in self.results}))

    @property
    def passed(self) -> int:
        """How many submissions passed."""
        return dict(self.verdicts).get("passed", 0)

    @property
    def headline(self) -> str:
        """One line about all of them."""
        return f"{self.passed} of {len(self.results)} submissions passed"

    @property
    def exit_code(self) -> int:
        """0 all passed, 1 some did not, 3 some could not be graded."""
        return max((kept.report.exit_code for kept in self.results), default=3)


def summarise(results: Iterable[Kept]) -> Summary:
    """Count what the results say; checks stand in the order in which their lab declares them."""
    ordered = tuple(sorted(results, key=lambda kept: (kept.learner.casefold(), kept.report.lab, kept.name)))
    verdicts = Counter(kept.report.verdict for kept in ordered)
    ran = [kept.report.protections for kept in ordered if kept.report.protections]
    protections = Counter(name for names in ran for name in names)
    return Summary(
        ordered,
        tuple((verdict, verdicts[verdict]) for verdict in VERDICTS if verdicts[verdict]),
        _checks(ordered),
        _mistakes(ordered),
        tuple(protections.items()),
    )


def _checks(results: Sequence[Kept]) -> tuple[CheckCount, ...]:
    found: dict[tuple[str, str], list[Result]] = {}
    for kept in results:
        for result in kept.report.checks:
            found.setdefault((kept.report.lab, result.id), []).append(result)
    counts = []
    for (lab, name), of_check in sorted(found.items(), key=lambda entry: entry[0][0]):
        outcomes = Counter(result.outcome for result in of_check)
        given = (outcomes["passed"], outcomes["failed"], outcomes["blocked"])
        counts.append(CheckCount(lab, name, of_check[0].title, *given))
    return tuple(counts)


def _mistakes(results: Sequence[Kept]) -> tuple[Mistake, ...]:
    found = Counter(
        (kept.report.lab, result.title, result.likely)
        for kept in results
        for result in kept.report.checks
        if result.outcome == "failed" and result.likely
    )
    ordered = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST_MISTAKES]
    return tuple(Mistake(likely, lab, title, number) for (lab, title, likely), number in ordered)
