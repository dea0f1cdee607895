# %% [markdown]
# # Say hello
#
# One span named hello.

# %%
from simulator import record, serve

tracer = record("06")


# %%
def answer(request):
    """Answer nobody."""
    # BEGIN SOLUTION
    tracer.start_span("hello").end()
    # BEGIN STARTER
    #: # TODO 1: one span.
    # END


serve(answer)
