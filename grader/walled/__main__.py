"""A script (`python -E -s -S grader/walled/__main__.py PLAN`) in a folder of its own: no other module stands beside."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from grader.walled.stage import main
else:
    from stage import main

os._exit(main())
