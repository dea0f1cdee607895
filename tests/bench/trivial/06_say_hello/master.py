# %% [markdown]
# # Say hello
#
# One span named hello.

# %%
from simulator import Client, record, serve

tracer, client = record("06"), Client()


# %%
def answer(request):
    """Answer a customer."""
    # BEGIN SOLUTION
    tracer.start_span("hello").end()
    # BEGIN STARTER
    #: # TODO 1: one span.
    # END
    return client.chat.completions.create(model=request.model, messages=request.messages)


serve(answer)
