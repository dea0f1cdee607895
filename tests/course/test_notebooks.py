"""A notebook's page keeps its words and its code, and loses what mkdocs-jupyter packs around them."""

from collections.abc import Callable
from typing import Any

Hook = Callable[[str], Any]

PAGE = """<style>a {}</style><script src=""></script><!-- Load mathjax -->
<div class="jp-Cell" tabindex="0"><h1>Lab</h1>
<div class="zeroclipboard-container">
<clipboard-copy for="cell-1"><div>copy</div></clipboard-copy>
</div>
<div class="highlight-ipynb hl-python"><pre><span class="kn">import</span></pre></div>
<div class="clipboard-copy-txt" id="cell-1">import</div></div>"""


def test_the_page_is_slimmed(hook: Hook) -> None:
    slim = hook("notebooks").slim(PAGE)
    code = '<div class="highlight hl-python"><pre tabindex="0"><span class="kn">import</span></pre></div>'
    assert slim.split() == f'<div class="jp-Cell"><h1>Lab</h1> {code} </div>'.split()
