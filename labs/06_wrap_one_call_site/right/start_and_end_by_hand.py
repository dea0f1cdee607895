# %% [markdown]
# Another right way: spans started and ended by hand in a decorator, legacy provider name, HTTP status as error type.

# %%
import functools
import time
import zlib

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from simulator import APIError, APIStatusError, Client, record, serve

record("06")
tracer = trace.get_tracer("my.bot", "1.2.3")
client = Client(timeout=8.0)


# %%
def traced(call):
    @functools.wraps(call)
    def wrapper(request, attempt):
        before = {
            "gen_ai.operation.name": "chat",
            "gen_ai.system": "lumen",
            "gen_ai.request.model": request.model,
            "gen_ai.prompt.name": request.prompt.name,
            "gen_ai.prompt.version": request.prompt.version,
            "app.prompt.hash": f"{zlib.crc32(request.prompt.template.encode()):08X}",
        }
        span = tracer.start_span("ask the model", kind=SpanKind.CLIENT, attributes=before)
        try:
            response = call(request, attempt)
        except APIError as error:
            kind = str(error.status_code) if isinstance(error, APIStatusError) else type(error).__name__
            span.set_attribute("error.type", kind)
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR))
            raise
        else:
            usage = response.usage
            span.set_attributes(
                {
                    "gen_ai.response.model": response.model,
                    "gen_ai.response.finish_reasons": tuple(choice.finish_reason for choice in response.choices),
                    "gen_ai.usage.input_tokens": usage.prompt_tokens,
                    "gen_ai.usage.output_tokens": usage.completion_tokens,
                    "app.note": "extra attributes do no harm",
                }
            )
            span.set_status(StatusCode.OK)
            return response
        finally:
            span.end()

    return wrapper


# %%
@traced
def ask(request, attempt):
    return client.chat.completions.create(model=request.model, messages=request.messages)


# %%
def answer(request):
    with tracer.start_as_current_span("POST /answer", kind=SpanKind.SERVER):
        for attempt in range(1, 4):
            try:
                return ask(request, attempt)
            except APIError:
                if attempt == 3:
                    raise
            time.sleep(0.5 * 2**attempt)


# %%
serve(answer)
