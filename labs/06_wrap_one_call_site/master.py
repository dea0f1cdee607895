# %% [markdown]
# # Lab 06: wrap one call site in a span
#
# The shop's support bot asks a model, and nobody sees it. You put one span around every attempt. About 20 minutes;
# everything you need is in lesson 06.

# %%
import hashlib
import time

from opentelemetry.trace import SpanKind, StatusCode

from grader import show
from simulator import APIError, Client, record, serve

tracer = record("06")  # spans go to runs/06/telemetry.jsonl
client = Client()  # no retries of its own: every attempt passes your call site

# %% [markdown]
# ## The gap
#
# This is the bot: up to three attempts a request, with a pause after a failure. `serve` plays an evening of customers
# to it in simulated time. Hollow bars are attempts that nobody recorded.


# %%
def answer(request):
    """Answer one customer request; give up after the third failed attempt."""
    for attempt in (1, 2, 3):
        try:
            return ask(request, attempt)
        except APIError:
            if attempt == 3:
                raise
            time.sleep(attempt)


def ask(request, attempt):
    """Ask the model once, without a span."""
    return client.chat.completions.create(model=request.model, messages=request.messages)


# %%
print(serve(answer))
show("runs/06")

# %% [markdown]
# ## Task 1: a fingerprint for the prompt's text
#
# `request.prompt.template` is the text before anything is filled in. Any hash will do, as text in hex.
# Tasks 1 to 4 write functions that task 5 calls, so nothing shows before task 5.


# %%
def fingerprint(template):
    """Return a text in hex that is the same for the same template, and different for a different one."""
    # BEGIN SOLUTION
    return hashlib.sha256(template.encode()).hexdigest()
    # BEGIN STARTER
    #: # TODO 1: return a hash of the template's text, in hex.
    #: return ""
    # END


# %% [markdown]
# ## Task 2: what you ask
#
# `request.model`; `request.prompt.name`, `.version`, `.template`; `attempt` counts from 1.


# %%
def describe_request(span, request, attempt):
    """Write onto the span what is known before the answer."""
    # BEGIN SOLUTION
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.provider.name", "lumen")
    span.set_attribute("gen_ai.request.model", request.model)
    span.set_attribute("gen_ai.prompt.name", request.prompt.name)
    span.set_attribute("gen_ai.prompt.version", request.prompt.version)
    span.set_attribute("app.prompt.hash", fingerprint(request.prompt.template))
    span.set_attribute("app.attempt", attempt)
    # BEGIN STARTER
    #: # TODO 2: operation, provider, requested model, prompt name, version and hash, number of the attempt.
    # END


# %% [markdown]
# ## Task 3: what came back
#
# `response.id`, `response.model`, `response.choices[0].finish_reason`, `response.usage.prompt_tokens` and
# `.completion_tokens`.


# %%
def describe_response(span, response):
    """Write onto the span what the provider answered."""
    # BEGIN SOLUTION
    span.set_attribute("gen_ai.response.id", response.id)
    span.set_attribute("gen_ai.response.model", response.model)
    span.set_attribute("gen_ai.response.finish_reasons", [response.choices[0].finish_reason])
    span.set_attribute("gen_ai.usage.input_tokens", response.usage.prompt_tokens)
    span.set_attribute("gen_ai.usage.output_tokens", response.usage.completion_tokens)
    # BEGIN STARTER
    #: # TODO 3: id, answering model, why it stopped, tokens in and out.
    # END


# %% [markdown]
# ## Task 4: what went wrong
#
# `error` is a `RateLimitError`, an `InternalServerError` or an `APITimeoutError`. The kind of error is yours to set.
# The SDK sets status ERROR by itself when the error leaves the `with` block; setting it here too does no harm.


# %%
def describe_error(span, error):
    """Write onto the span that this attempt failed, and what kind of failure it was."""
    # BEGIN SOLUTION
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR, str(error))
    # BEGIN STARTER
    #: # TODO 4: the kind of error (and, if you like, the span's status).
    # END


# %% [markdown]
# ## Task 5: the span around it
#
# One span an attempt. It starts when the request leaves and ends when the answer, or the error, is there. `answer`
# calls whichever `ask` was defined last.


# %%
def ask(request, attempt):
    """Ask the model once, inside a span of its own."""
    # BEGIN SOLUTION
    with tracer.start_as_current_span(f"chat {request.model}", kind=SpanKind.CLIENT) as span:
        describe_request(span, request, attempt)
        try:
            response = client.chat.completions.create(model=request.model, messages=request.messages)
        except APIError as error:
            describe_error(span, error)
            raise
        describe_response(span, response)
        return response
    # BEGIN STARTER
    #: # TODO 5: open a CLIENT span around this call, and use the three functions above.
    #: return client.chat.completions.create(model=request.model, messages=request.messages)
    # END


# %% [markdown]
# ## The same evening, recorded
#
# No bar is hollow now.

# %%
print(serve(answer))
show("runs/06")

# %% [markdown]
# ## Grade it
#
# The judge runs this notebook on an evening it has never seen. Save first (JupyterLab saves every 5 s).

# %%
# !grade 06
show("runs/06-graded")
