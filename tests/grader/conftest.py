"""Settings of this folder's tests."""

from hypothesis import settings

# The same examples each time, and no deadline: how fast a shared machine is says nothing about the code.
settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("same")
