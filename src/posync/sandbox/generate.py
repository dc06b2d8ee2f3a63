"""Worlds of any size for benchmarks: plain, believable issues and cards, the same ones every time."""

from __future__ import annotations

from random import Random
from typing import Any

from posync.sandbox.clock import jira_time, trello_time
from posync.sandbox.jira import rank
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.seed import basics
from posync.sandbox.settings import Flavour
from posync.sandbox.trello.world import Board, TrelloWorld

Json = dict[str, Any]
START = 1_760_000_000_000  # October 2025, in epoch milliseconds
VERBS = ("Show", "Let customers filter", "Speed up", "Translate", "Explain", "Remember", "Export", "Check")
NOUNS = (
    "the basket",
    "saved addresses",
    "gift cards",
    "the order history",
    "delivery slots",
    "returns",
    "search results",
)
PLACES = ("on the phone", "at checkout", "for guests", "in the newsletter", "for wholesale", "after login")
CRITERIA = "h3. Acceptance criteria\n* {one} loads in under 2 seconds\n* An empty list says so in words\n* Works with the keyboard alone"

LABELS = (
    ("bug", "red"),
    ("checkout", "green"),
    ("search", "blue"),
    ("customer request", "orange"),
    ("", "purple"),
)
LISTS = (("Backlog", False), ("Next", False), ("Doing", False), ("Done", False))


def _title(random: Random) -> str:
    return f"{random.choice(VERBS)} {random.choice(NOUNS)} {random.choice(PLACES)}"


def jira(world: JiraWorld, count: int, flavour: Flavour) -> None:
    """Fill a world with `count` issues of project SHOP."""
    random = Random(7)
    site = basics.jira_basics(world, flavour)
    order = list(range(count))
    random.shuffle(order)
    ranks = rank.spread(count)
    for number in range(1, count + 1):
        issue = Issue(str(10_000 + number), f"SHOP-{number}", _fields(site, random, number))
        world.add(issue)
        world.set_rank(issue, ranks[order[number - 1]])


def _fields(site: basics.JiraBasics, random: Random, number: int) -> Json:
    title = _title(random)
    kind = random.choices(("Story", "Bug", "Task", "Epic"), (6, 2, 2, 1))[0]
    moment = jira_time(START + number * 60_000)
    text = f"{title}, please.\n\n" + (
        CRITERIA.format(one=title) if random.random() < 0.7 else "To be discussed."
    )
    fields = site.blank(kind, random.choices(("To Do", "In Progress", "Done"), (7, 1, 2))[0], title, moment)
    fields |= {
        "description": text,
        "labels": random.sample(("web", "app", "mail", "search"), random.randint(0, 2)),
    }
    fields |= {
        basics.POINTS: float(random.choice((1, 2, 3, 5, 8, 13))),
        basics.VALUE: float(random.randint(1, 13)),
    }
    return fields | {basics.URGENCY: float(random.randint(1, 13)), basics.RISK: float(random.randint(1, 8))}


def trello(world: TrelloWorld, count: int) -> None:
    """Fill a world with one board of `count` cards over four lists."""
    random = Random(11)
    board = basics.trello_basics(LABELS, LISTS)
    for number in range(1, count + 1):
        _card(board, random, number)
    world.add_board(board)


def _card(board: Board, random: Random, number: int) -> None:
    moment = START + number * 60_000
    found = f"{moment // 1000:08x}{number:016x}"
    home = random.choices(board.lists, (6, 2, 1, 1))[0]
    title = _title(random)
    card = basics.blank_card(board, found, home["id"], number, f"({random.choice((1, 2, 3, 5, 8))}) {title}")
    card |= {"pos": 65535 + 16384 * random.randint(0, 10**7), "dateLastActivity": trello_time(moment)}
    card |= {"idLabels": [one["id"] for one in random.sample(board.labels, random.randint(0, 2))]}
    card |= {
        "desc": f"## Acceptance criteria\n- [ ] {title} works\n- [ ] It is tested"
        if random.random() < 0.6
        else ""
    }
    card["customFieldItems"] = [
        basics.item(card, field, random.randint(1, 13)) for field in board.custom_fields[:3]
    ]
    board.cards[found] = card
