"""The naive loop with the bare libraries: one rank call per moved issue, one look and one update per label.

Reads what is to be done from a JSON file: per tracker `moves`, [[id, the one above, the one below], ...],
and `flags`, [id, ...]. On Trello every moved card goes to the top: that costs the same.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import requests
from jira import JIRA
from trello import TrelloClient

LABEL = "needs-acceptance-criteria"
jira_url, trello_url, file = sys.argv[1:]
todo: dict[str, Any] = json.loads(Path(file).read_text("utf-8"))


class Elsewhere(requests.Session):
    """py-trello's base URL is hard-coded; its session swaps the host."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url.replace("https://api.trello.com", trello_url), *args, **kwargs)


if todo.get("jira"):
    jira = JIRA(jira_url, basic_auth=(os.environ["JIRA_EMAIL"], os.environ["JIRA_TOKEN"]))
    for key, above, below in todo.get("jira", {}).get("moves", ()):
        jira.rank(key, prev_issue=above) if above else jira.rank(key, next_issue=below)
    for key in todo.get("jira", {}).get("flags", ()):
        issue = jira.issue(key)
        issue.update(fields={"labels": [*issue.fields.labels, LABEL]})


if todo.get("trello"):
    client = TrelloClient(
        os.environ["TRELLO_KEY"], token=os.environ["TRELLO_TOKEN"], http_service=Elsewhere()
    )
    board = client.get_board("shopboard")
    label = next((one for one in board.get_labels() if one.name == LABEL), None) or board.add_label(
        LABEL, "orange"
    )
    for name, *_ in todo["trello"]["moves"]:
        client.get_card(name).change_pos("top")
    for name in todo["trello"]["flags"]:
        client.get_card(name).add_label(label)
