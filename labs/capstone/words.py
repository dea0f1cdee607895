"""Numbers and moments as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def percent(share: float) -> str:
    """0.104 -> "10.4 %"; whole numbers stay whole."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def seconds(value_s: float) -> str:
    """Seconds with three significant digits at most: "0.45 s", "2.1 s", "12 s", "1 h 10 min"."""
    if value_s >= 600:
        return span_of_time(value_s)
    if value_s < 1:
        return f"{value_s:.2f} s"
    return (f"{value_s:.1f}" if value_s < 100 else f"{value_s:.0f}").removesuffix(".0") + " s"


def span_of_time(value_s: float) -> str:
    """A length of time in its two largest units: "33 min", "2 h 5 min", "3 days"."""
    if value_s < 60:
        return f"{value_s:.0f} s"
    minutes = round(value_s / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    return f"{minutes // 1440:,} days"


def ago(value_s: float) -> str:
    """How long ago: "just now", "2 min ago"."""
    return "just now" if value_s < 10 else f"{span_of_time(value_s)} ago"


def moment(at_ns: int) -> datetime:
    """Unix nanoseconds as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=at_ns // 1000)


def clock(at_ns: int) -> str:
    """A moment of the run as hours, minutes and seconds, UTC."""
    return moment(at_ns).strftime("%H:%M:%S")


def stretch(first_ns: int, last_ns: int) -> str:
    """From when to when a run played, UTC."""
    first, last = moment(first_ns), moment(last_ns)
    end = last.strftime("%H:%M") if first.date() == last.date() else f"{last:%d %b %Y %H:%M}"
    return f"{first:%d %b %Y %H:%M} to {end} UTC"


def per_interval(step_s: int) -> str:
    """The interval of a chart in words: "a minute", "per 5 min"."""
    return {60: "a minute", 3600: "an hour", 86_400: "a day"}.get(step_s, f"per {span_of_time(step_s)}")
