"""A fake LLM with customers, faults and a truth of its own. Labs need one import and three names.

    from simulator import Client, record, serve

`record` sets up OpenTelemetry, `Client` calls the model and the shop's services, `serve` plays the traffic to your
function, which gets a `Request`. The rest are the errors that a call may raise. Importing this package lets the
standard clocks follow simulated time while `serve` runs, and only then.
"""

import sys

if sys.platform == "emscripten":
    from simulator import browser

    browser.install()

from simulator import clock, threads
from simulator.client import Client
from simulator.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)
from simulator.run import Request, serve
from simulator.session import record

clock.install()
threads.install()

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "BadRequestError",
    "Client",
    "InternalServerError",
    "NotFoundError",
    "RateLimitError",
    "Request",
    "record",
    "serve",
]
