"""The bare `py-trello` library: every card of a board with what a normalized issue needs, the session pointed at the sandbox."""

import os
import sys
from typing import Any

import requests
from trello import TrelloClient


class Elsewhere(requests.Session):
    """py-trello's base URL is hard-coded; its session swaps the host."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url.replace("https://api.trello.com", sys.argv[1]), *args, **kwargs)


client = TrelloClient(
    api_key=os.environ["TRELLO_KEY"], token=os.environ["TRELLO_TOKEN"], http_service=Elsewhere()
)
board = client.get_board("shopboard")
lists, members, checklists = board.all_lists(), board.all_members(), board.get_checklists()
cards = board.get_cards({"fields": "all", "customFieldItems": "true", "attachments": "true"}, "all")
print(len(cards), len(lists), len(members), len(checklists))
