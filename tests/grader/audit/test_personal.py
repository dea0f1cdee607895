"""What looks like personal data is told by its kind, and what looks like it only a little is not."""

from __future__ import annotations

import pytest

from grader.audit import audit
from grader.audit.html_page import to_html
from grader.audit.personal import kinds_in
from grader.audit.terminal import printed
from tests.grader.audit.made import good


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to kim.doe+shop@mail.example.com, please", ["an e-mail address"]),
        ("call +49 30 5550 0123", ["a phone number"]),
        ("call (555) 555-0123 or 555-0142", ["a phone number"]),
        ("card 4111 1111 1111 1111", ["a card number"]),
        ("IBAN DE89 3704 0044 0532 0130 00", ["an IBAN"]),
        ("a@b.example and 212-555-0123", ["a phone number", "an e-mail address"]),
    ],
)
def test_personal_data_is_told_by_its_kind(text: str, kinds: list[str]) -> None:
    assert kinds_in(text) == kinds
    assert kinds_in([{"parts": [{"content": text}]}]) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "order TT-20481, shipped 2026-11-24 10:48:11, 07/12/2026",
        "1794787200000025703 and 1764000000000",
        "card 4111 1111 1111 1112",
        "DE00 3704 0044 0532 0130 00",
        "158a27e8-9fd8-4a29-8e41-123456789012",
        "127.0.0.1:4318, 0.4586446732282638, @home, lumen@",
        "chatcmpl-3172452fe557f5d4 +5 %, -20 to +30 degrees",
    ],
)
def test_numbers_dates_and_ids_are_no_personal_data(text: str) -> None:
    assert kinds_in(text) == []


def test_no_form_of_the_report_repeats_what_was_found() -> None:
    secrets = ("kim.doe@example.com", "4111 1111 1111 1111", "return the red tent")
    report = audit(good(more={"gen_ai.input.messages": " ".join(secrets), "user.id": secrets[0]}))
    details = next(finding.details for finding in report.findings if finding.id == "personal-data")
    assert set(details) == {
        "`gen_ai.input.messages` holds an e-mail address",
        "`gen_ai.input.messages` holds a card number",
        "`user.id` holds an e-mail address",
    }
    for text in (printed(report, colour=False), report.to_json(), to_html(report)):
        assert not any(secret in text for secret in secrets)
