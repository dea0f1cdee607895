"""The two panels of the home page: the same evening by requests, and by attempts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from evening import NS, Evening, clock, ending, numbers

MINUTE_NS = 60 * NS
LEFT, PITCH, SIZE = 10, 10.6, 3.6
KINDS = ("200", "429", "5xx", "timeout")
# A shape for each ending, so that colour never speaks alone: disc, cross, triangle, ring.
_MARKS = {
    "200": '<circle class="fig-ok" r="3.6"/>',
    "429": '<path class="fig-bad-line" d="M-3.2-3.2 3.2 3.2M-3.2 3.2 3.2-3.2"/>',
    "5xx": '<path class="fig-bad" d="M0-4.2 4.2 3.4H-4.2Z"/>',
    "timeout": '<circle class="fig-bad-line" r="3.1"/>',
}


def home_figure(evening: Evening) -> str:
    """Return the home page's figure: what the endpoint shows beside what the attempts show."""
    said = {name.removeprefix("run."): value for name, value in numbers(evening).items()}
    calm = f"{said['answered']} of {said['requests']} requests answered with status 200"
    torn = f"{said['failed']} of {said['attempts']} calls to the model failed"
    failures = f"{said['rate_limited']} × 429, {said['server_errors']} × 5xx, {said['timeouts']} × timeout"
    first = evening.requests[0].at_ns // MINUTE_NS
    requests: dict[int, list[str]] = defaultdict(list)
    attempts: dict[int, list[str]] = defaultdict(list)
    for asked in evening.requests:
        requests[asked.at_ns // MINUTE_NS - first].append("200" if asked.outcome == "answered" else "5xx")
    for attempt in evening.attempts:
        attempts[attempt.sent_at_ns // MINUTE_NS - first].append(ending(attempt))
    last, tallest = max(attempts), max(map(len, attempts.values()))
    left = _panel(requests, int(first), last, tallest, f"{calm}, one mark each, minute by minute. Nothing stands out.")
    right = _panel(attempts, int(first), last, tallest, f"The same minutes by attempts. {torn}: {failures}.")
    return (
        '<figure class="evening" data-search-exclude>'
        f'<div><p class="fig-kicker">What an APM at the endpoint sees</p><h2 class="fig-title">{calm}</h2>'
        f"{left}{_keys(requests)}</div>"
        f'<div><p class="fig-kicker">What the attempts behind it say</p><h2 class="fig-title">{torn}</h2>'
        f"{right}{_keys(attempts)}</div>"
        f"<figcaption>The same evening of the support bot, {said['begins']} to {said['ends']} UTC, "
        "one mark per request (left) and per call to the model (right), stacked by the minute. "
        "Simulated; drawn from its telemetry when this page was built.</figcaption></figure>"
    )


def _panel(columns: Mapping[int, Sequence[str]], first: int, last: int, tallest: int, alt: str) -> str:
    width, floor = 2 * LEFT + last * PITCH, tallest * PITCH
    marks = "".join(
        f'<g transform="translate({LEFT + minute * PITCH:.1f} {floor - height * PITCH:.1f})">{_MARKS[kind]}</g>'
        for minute, kinds in sorted(columns.items())
        for height, kind in enumerate(sorted(kinds, key=KINDS.index))
    )
    ticks = "".join(
        f'<text x="{LEFT + minute * PITCH:.1f}" y="{floor + 25:.1f}">{clock((first + minute) * MINUTE_NS)}</text>'
        for minute in range(0, last + 1, 10)
    )
    return (
        f'<svg class="fig" viewBox="0 0 {width:.0f} {floor + 30:.0f}" role="img" aria-label="{alt}">'
        f'<path class="fig-axis" d="M2 {floor + 9:.1f}H{width - 2:.1f}"/><g class="fig-ticks">{ticks}</g>{marks}</svg>'
    )


def _keys(columns: Mapping[int, Sequence[str]]) -> str:
    counts = Counter(kind for kinds in columns.values() for kind in kinds)
    keys = "".join(
        f'<li><svg viewBox="-6 -6 12 12" aria-hidden="true">{_MARKS[kind]}</svg>{counts[kind]} × {kind}</li>'
        for kind in KINDS
        if counts[kind]
    )
    return f'<ul class="fig-keys">{keys}</ul>'
