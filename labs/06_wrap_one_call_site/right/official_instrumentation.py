# %% [markdown]
# Another right way: the official OpenTelemetry instrumentation on the real OpenAI client. It knows nothing of prompts,
# so a span processor stamps name, version and hash.

# %%
import contextvars
import hashlib
import time

import openai
from opentelemetry import trace
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import SpanProcessor

from simulator import record, serve
from simulator.edges.openai_transport import openai_client

record("06")
client = openai_client()
prompt_in_use = contextvars.ContextVar("prompt_in_use")


# %%
class StampPrompt(SpanProcessor):
    def on_start(self, span, parent_context=None):
        prompt = prompt_in_use.get()
        span.set_attribute("gen_ai.prompt.name", prompt.name)
        span.set_attribute("gen_ai.prompt.version", prompt.version)
        span.set_attribute("app.prompt.hash", hashlib.md5(prompt.template.encode()).hexdigest())


trace.get_tracer_provider().add_span_processor(StampPrompt())
OpenAIInstrumentor().instrument()


# %%
def answer(request):
    prompt_in_use.set(request.prompt)
    for attempt in (1, 2, 3):
        try:
            return client.chat.completions.create(model=request.model, messages=request.messages)
        except openai.APIError:
            if attempt == 3:
                raise
            time.sleep(attempt)


# %%
serve(answer)
