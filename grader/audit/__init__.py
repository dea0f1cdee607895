"""Audits an application's own telemetry: which of the six signals are there, in which names, and what is likely wrong.

Telemetry goes in, an `AuditReport` comes out; `command` is its edge.
"""

from grader.audit.auditing import audit
from grader.audit.report import AuditReport

__all__ = ["AuditReport", "audit"]
