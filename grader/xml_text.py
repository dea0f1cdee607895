"""Text for XML: what a learner named may hold anything, and XML 1.0 may not."""

from __future__ import annotations


def xml_safe(text: str) -> str:
    """Drop the characters that XML 1.0 cannot hold, escaped or not."""
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
