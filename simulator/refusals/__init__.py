"""What the provider refuses: requests that are wrong in themselves, in the words and codes OpenAI's API uses."""

from simulator.refusals.chat import find_refusal
from simulator.refusals.expect import Refused, quoted

__all__ = ["Refused", "find_refusal", "quoted"]
