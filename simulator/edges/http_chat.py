"""`POST /v1/chat/completions`."""

from __future__ import annotations

from itertools import accumulate

from simulator.edges.http_engine import NS, Stage
from simulator.edges.http_events import DONE, to_events
from simulator.edges.http_exchange import Exchange
from simulator.replies import Reply

_EVENTS = b"text/event-stream; charset=utf-8"


class Chat:
    """Answers chat completions, each at its moment.

    Where the engine has no answer within the client's patience, the request is held for as long as any client waits
    (ten simulated minutes) and then broken off; when nobody waits, it is broken off at once, which OpenAI's client
    raises as APIConnectionError (only its own clock can make it an APITimeoutError).
    """

    def __init__(self, stage: Stage, *, chunk_writes: bool = False) -> None:
        """Take what answers; `chunk_writes` writes chunks one by one even if several are due."""
        self._stage, self._chunk_writes = stage, chunk_writes

    async def answer(self, exchange: Exchange) -> None:
        """Answer one request."""
        body = await exchange.read_object()
        reply, sent_ns = self._stage.attempt(body, exchange.patience_s())
        if "chunks" in reply:
            await self._stream(exchange, reply, sent_ns)
            return
        there_ns = sent_ns + round(reply["latency_s"] * NS)
        stayed = await self._stage.time.until(there_ns, exchange)
        answered = reply["status"] is not None
        if stayed and answered:
            await exchange.answer(reply["status"], reply["body"], reply["headers"])
        elif stayed and not reply.get("cut"):
            # The client may lose patience meanwhile; a clock that only answers move stands still.
            stayed = await exchange.stays(self._stage.hold_s(sent_ns))
        self._stage.over(reply, stayed=stayed)
        if stayed and not answered:
            await exchange.hang_up()

    async def _stream(self, exchange: Exchange, reply: Reply, sent_ns: int) -> None:
        """Write each chunk at its moment, and tell the engine how many left before the client did."""
        time, written = self._stage.time, 0
        moments_ns = list(accumulate((round(wait_s * NS) for wait_s, _ in reply["chunks"]), initial=sent_ns))[1:]
        events = to_events(chunk for _, chunk in reply["chunks"])
        cut = bool(reply.get("cut"))
        try:
            while written < len(events) and await time.until(moments_ns[written], exchange):
                if not written:
                    await exchange.begin(200, reply["headers"], _EVENTS)
                end = written + 1 if self._chunk_writes else time.come(moments_ns, written + 1)
                content, last = b"".join(events[written:end]), end == len(events)
                await time.until(moments_ns[end - 1], exchange)
                await exchange.write(content + DONE if last and not cut else content, last=last and not cut)
                written = end
        finally:
            self._stage.close_stream(reply["stream"], written)
        if cut and written == len(events):
            await exchange.hang_up()
