"""For schemathesis, in its own environment: two rules of chat completions that no JSON Schema can say.

Results of tools must follow the calls they answer, and a chosen function must be among the tools. Bodies that depend on
them are left to `tests/simulator/test_refusals.py`.
"""

from typing import Any

import schemathesis  # type: ignore[import-not-found]  # it lives in an environment of its own


@schemathesis.hook  # type: ignore[untyped-decorator]  # so its types are not seen
def filter_body(context: Any, body: Any) -> bool:
    """Tell whether the rules do not matter for a generated body."""
    if not isinstance(body, dict):
        return True
    messages = body.get("messages")
    conversation = messages if isinstance(messages, list) else []
    uses_tools = any(isinstance(m, dict) and (m.get("tool_calls") or m.get("role") == "tool") for m in conversation)
    return not uses_tools and not isinstance(body.get("tool_choice"), dict)
