"""The bare `py-trello` library: every open card of a board, with the session pointed at the sandbox."""

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
print(len(client.get_board("shopboard").open_cards()))
