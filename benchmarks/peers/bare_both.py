"""The two bare libraries one after the other, as a script that syncs both would use them."""

import runpy
import sys
from pathlib import Path

here = Path(__file__).parent
jira, trello = sys.argv[1:]
for script, url in (("bare_jira.py", jira), ("bare_trello.py", trello)):
    sys.argv = [script, url]
    runpy.run_path(str(here / script), run_name="__main__")
