# %% [markdown]
# Another right way: a context manager of one's own inside a span for the request. The SDK is told to record nothing of
# exceptions by itself, and the error's type has its module in front.

# %%
import contextlib
import hashlib
import time

from opentelemetry.trace import SpanKind, StatusCode

from simulator import APIError, Client, record, serve

tracer = record("06")
client = Client(timeout=30.0)


# %%
@contextlib.contextmanager
def model_call(request):
    known = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": request.model,
        "gen_ai.prompt.name": request.prompt.name,
        "gen_ai.prompt.version": request.prompt.version,
        "app.prompt.hash": hashlib.blake2b(request.prompt.template.encode(), digest_size=8).hexdigest().upper(),
    }
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span("chat", kind=SpanKind.CLIENT, attributes=known, **quiet) as span:
        try:
            yield span
        except APIError as error:
            span.set_attribute("error.type", f"{type(error).__module__}.{type(error).__qualname__}")
            span.set_status(StatusCode.ERROR)
            raise


# %%
def ask(request):
    with model_call(request) as span:
        response = client.chat.completions.create(model=request.model, messages=request.messages)
        span.set_attribute("gen_ai.response.id", response.id)
        span.set_attribute("gen_ai.response.model", response.model)
        span.set_attribute("gen_ai.response.finish_reasons", [choice.finish_reason for choice in response.choices])
        span.set_attribute("gen_ai.usage.input_tokens", response.usage.prompt_tokens)
        span.set_attribute("gen_ai.usage.output_tokens", response.usage.completion_tokens)
    return response


# %%
def answer(request, attempts_left=3):
    with tracer.start_as_current_span("answer a customer"):
        try:
            return ask(request)
        except APIError:
            if attempts_left == 1:
                raise
        time.sleep(2)
        return answer(request, attempts_left - 1)


# %%
serve(answer)
