"""Two loops with the bare libraries: one writes the whole order down, one is told which issues moved; both label one by one.

Reads what is to be done from a JSON file: `tracker`; `orders`, the wanted order of each list, for the first loop;
`moves`, [[id, the one above it or null], ...] from the top down, for the second; and `flags`, [id, ...].
Each issue is put behind the one before it by the library's own method, one request each. Before a label is
added, the issue is looked at.
"""

import json
import os
import sys
from bisect import insort
from itertools import pairwise
from pathlib import Path
from typing import Any

import requests
from jira import JIRA
from trello import TrelloClient

LABEL = "needs-acceptance-criteria"


class Elsewhere(requests.Session):
    """py-trello's base URL is hard-coded; its session swaps the host."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url.replace("https://api.trello.com", sys.argv[3]), *args, **kwargs)


def jira(todo: dict[str, Any], *, told: bool) -> None:
    """Rank and label on Jira."""
    client = JIRA(sys.argv[2], basic_auth=(os.environ["JIRA_EMAIL"], os.environ["JIRA_TOKEN"]))
    [first] = client.search_issues("project = SHOP ORDER BY Rank ASC", maxResults=1, fields="summary")
    orders = [[None, *order] for order in todo["orders"]]
    behind = [(key, above) for above, key in (pair for order in orders for pair in pairwise(order))]
    for key, above in todo["moves"] if told else behind:
        if above is not None:
            client.rank(key, prev_issue=above)
        elif key != first.id:
            client.rank(key, next_issue=first.id)
    for key in todo["flags"]:
        issue = client.issue(key)
        issue.update(fields={"labels": [*issue.fields.labels, LABEL]})


def trello(todo: dict[str, Any], *, told: bool) -> None:
    """Move and label on Trello; `bottom`, in the wanted order, is behind the one before."""
    client = TrelloClient(
        os.environ["TRELLO_KEY"], token=os.environ["TRELLO_TOKEN"], http_service=Elsewhere()
    )
    board = client.get_board("shopboard")
    cards = {card.id: card for card in board.open_cards()}
    for order in () if told else todo["orders"]:
        for name in order:
            cards[name].change_pos("bottom")
    for name, above in todo["moves"] if told else ():
        cards[name].change_pos(between(cards, name, above))
    label = next((one for one in board.get_labels() if one.name == LABEL), None)
    label = label or board.add_label(LABEL, "orange")
    for name in todo["flags"]:
        card = cards[name]
        card.fetch(eager=False)
        if LABEL not in [one.name for one in card.labels or ()]:
            card.add_label(label)


def between(cards: dict[str, Any], name: str, above: str | None) -> float:
    """Return the position halfway between a card and the one below it, and note it."""
    places: list[float] = []
    for card in cards.values():
        if card.idList == cards[name].idList and card.id != name:
            insort(places, card.pos)
    high = cards[above].pos if above else 0.0
    low = next((place for place in places if place > high), high + 16384.0)
    cards[name].pos = (high + low) / 2
    return float(cards[name].pos)


todo: dict[str, Any] = json.loads(Path(sys.argv[4]).read_text("utf-8"))
(jira if todo["tracker"] == "jira" else trello)(todo, told=sys.argv[1] == "told")
