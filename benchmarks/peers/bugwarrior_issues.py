"""`bugwarrior`'s own Jira service: every issue of a project, as `bugwarrior pull` collects them, written into no Taskwarrior.

Runs under the Python that bugwarrior is installed for: posync does not need it.
"""

import os
import sys
import tempfile
from pathlib import Path

from bugwarrior.collect import get_service
from bugwarrior.config import load_config

CONFIG = """\
[general]
targets = ["shop"]
taskrc = "{folder}/taskrc"

[shop]
service = "jira"
base_uri = "{url}"
username = "{user}"
password = "{password}"
query = "project = SHOP ORDER BY Rank ASC"
"""

with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "taskrc").write_text(f"data.location={folder}\n", "utf-8")
    text = CONFIG.format(
        folder=folder, url=sys.argv[1], user=os.environ["JIRA_EMAIL"], password=os.environ["JIRA_TOKEN"]
    )
    (Path(folder) / "bugwarrior.toml").write_text(text, "utf-8")
    os.environ["BUGWARRIORRC"] = f"{folder}/bugwarrior.toml"
    config = load_config("general", interactive=False, quiet=True)
    service = get_service("jira")(config["shop"], config["general"])
    print(sum(1 for _ in service.issues()))
