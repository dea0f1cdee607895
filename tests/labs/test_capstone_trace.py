"""Which calls come first, how long traces are cut, and that no text of a span becomes markup."""

from labs.capstone.trace_view import attribute_table, trace_html
from labs.capstone.worst import MOST_BARS, MOST_CALLS, call_words, trace_of, worst_first
from tests.labs.made_runs import call

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def test_failed_calls_come_first_then_the_slowest() -> None:
    spans = [call(0, 1.0), call(1, 9.0), call(2, 0.1, "A"), call(3, 5.0, "B")]
    assert [(span.status, span.duration_s) for span in worst_first(spans)] == [
        ("ERROR", 5.0),
        ("ERROR", 0.1),
        ("UNSET", 9.0),
        ("UNSET", 1.0),
    ]


def test_many_failures_leave_room_for_slow_calls() -> None:
    spans = [call(n, 1.0, "A" if n % 2 else "") for n in range(200)]
    assert [span.status for span in worst_first(spans)] == ["ERROR"] * MOST_CALLS + ["UNSET"] * MOST_CALLS


def test_a_call_is_named_in_one_line() -> None:
    assert (
        call_words(call(61, 0.45, "RateLimitError")) == "18:01:01 · failed (RateLimitError) · 0.45 s · chat lumen-mid"
    )
    attempt = call(0, 2.0, attributes={"app.attempt": 2}, name="chat\nlumen-" + 80 * "x")
    assert call_words(attempt).startswith("18:00:00 · answered · 2 s · chat lumen-xxx")
    assert call_words(attempt).endswith("… · attempt 2")
    assert "(no name)" in call_words(call(0, name=""))


def test_a_long_trace_is_cut_to_the_call_its_line_and_the_earliest_others() -> None:
    root = call(0, 90.0, span_id="root", trace_id="t")
    middle = call(80, 5.0, span_id="middle", parent_id="root", trace_id="t")
    chosen = call(81, 1.0, span_id="chosen", parent_id="middle", trace_id="t")
    others = [call(n / 10, 0.1, span_id=f"s{n}", parent_id="root", trace_id="t") for n in range(500)]
    drawn, count = trace_of(chosen, [root, *others, middle, chosen, call(3)])
    assert (len(drawn), count) == (MOST_BARS, 503)
    assert {"root", "middle", "chosen", "s0"} <= {span.span_id for span in drawn}
    assert f"{MOST_BARS} of 503 spans are drawn" in trace_html(chosen, [root, *others, middle, chosen])


def test_a_chain_of_ten_thousand_and_a_ring_are_drawn() -> None:
    chain = [call(n, 1.0, span_id=f"s{n}", parent_id=f"s{n - 1}", trace_id="t") for n in range(10_000)]
    assert "of 10,000 spans are drawn" in trace_html(chain[-1], chain)
    ring = [call(n, 1.0, span_id=f"s{n}", parent_id=f"s{(n + 1) % 3}", trace_id="t") for n in range(3)]
    assert "3 spans in this trace" in trace_html(ring[0], ring)


def test_hostile_text_stays_text() -> None:
    span = call(0, 1.0, "A", name=HOSTILE, status_message=HOSTILE, attributes={HOSTILE: HOSTILE, "list": [HOSTILE]})
    html = trace_html(span, [span])
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 5


def test_values_of_any_kind_are_shown_and_long_ones_cut() -> None:
    table = attribute_table(call(0, attributes={"none": None, "bytes": b"\x00", "list": ["stop"], "long": "x" * 9000}))
    assert "null" in table
    assert "[&quot;stop&quot;]" in table
    assert "(9,000 characters)" in table
    assert "none: it ends before it starts" in attribute_table(call(0, -1.0))
