"""What every world of this project's own has: fields, statuses, types, people, the board and its lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from posync.sandbox.clock import trello_time
from posync.sandbox.jira.fields import AGILE, TYPES
from posync.sandbox.jira.world import Board as JiraBoard
from posync.sandbox.jira.world import JiraWorld, Project
from posync.sandbox.settings import MEMBERS, Flavour
from posync.sandbox.trello.world import Board

Json = dict[str, Any]
EPIC_NAME = "customfield_10011"
EPIC_LINK = "customfield_10014"
POINTS = "customfield_10016"
RANK = "customfield_10019"
SPRINT = "customfield_10020"
VALUE = "customfield_10031"
URGENCY = "customfield_10032"
RISK = "customfield_10033"
CRITERIA = "customfield_10034"
SCORE = "customfield_10035"
PLACE = "customfield_10036"
STATUSES = {
    "To Do": ("10000", 2, "new", "To Do"),
    "In Progress": ("3", 4, "indeterminate", "In Progress"),
    "Done": ("10002", 3, "done", "Done"),
}
STATUSES["Selected"] = ("10001", 2, "new", "To Do")
TYPE_IDS = {
    "Epic": ("10000", 1),
    "Story": ("10001", 0),
    "Task": ("10002", 0),
    "Bug": ("10004", 0),
    "Sub-task": ("10003", -1),
}
PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4", "Lowest": "5"}
PEOPLE = {"paula": "Paula Owens", "dev": "Dan Develin", "ux": "Uma Xavier", "qa": "Quentin Abel"}
BOARD_ID = "shopboard"
BORN = 1_759_000_000_000  # when the board was made, epoch milliseconds


@dataclass(frozen=True, slots=True)
class JiraBasics:
    """Shared parts of issues: one object for each status, type and priority, whoever uses it."""

    flavour: Flavour
    project: Project
    statuses: dict[str, Json]
    types: dict[str, Json]
    priorities: dict[str, Json]
    people: dict[str, Json]

    def blank(self, kind: str, status: str, title: str, moment: str) -> Json:
        """Return the fields of an issue about which nothing else is said."""
        done = status == "Done"
        fields: Json = {"summary": title, "issuetype": self.types[kind], "project": self.project.raw}
        fields |= {
            "status": self.statuses[status],
            "priority": self.priorities["Medium"],
            "labels": [],
            "fixVersions": [],
        }
        fields |= {
            "resolution": {"id": "10000", "name": "Done"} if done else None,
            "resolutiondate": moment if done else None,
        }
        fields |= {"created": moment, "updated": moment, "statuscategorychangedate": moment, "duedate": None}
        fields |= {"creator": self.people["paula"], "reporter": self.people["paula"], "assignee": None}
        fields |= {
            "description": None,
            "environment": None,
            "issuelinks": [],
            "subtasks": [],
            "components": [],
        }
        fields |= {
            "votes": {"votes": 0, "hasVoted": False},
            "watches": {"watchCount": 1, "isWatching": False},
        }
        custom = (POINTS, RANK, SPRINT, VALUE, URGENCY, RISK, CRITERIA, SCORE, PLACE, EPIC_NAME)
        return fields | dict.fromkeys(custom) | ({EPIC_LINK: None} if self.flavour == "dc" else {})


def jira_basics(world: JiraWorld, flavour: Flavour) -> JiraBasics:
    """Give a world the project SHOP, its fields, its board and its link types; return the shared parts."""
    raw = {
        "id": "10000",
        "key": "SHOP",
        "name": "Online shop",
        "projectTypeKey": "software",
        "avatarUrls": {},
    }
    project = Project(
        "10000", "SHOP", "Online shop", raw=raw | ({"simplified": False} if flavour == "cloud" else {})
    )
    world.projects["SHOP"] = project
    _fields(world, flavour)
    world.boards[1] = JiraBoard(1, "SHOP board", "SHOP")
    world.link_types = [
        {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
        {"id": "10003", "name": "Relates", "inward": "relates to", "outward": "relates to"},
    ]
    statuses = {name: _status(name, *row) for name, row in STATUSES.items()}
    types = {name: _type(name, number, level) for name, (number, level) in TYPE_IDS.items()}
    priorities = {name: {"id": number, "name": name, "iconUrl": ""} for name, number in PRIORITIES.items()}
    people = {key: person(key, name, flavour) for key, name in PEOPLE.items()}
    return JiraBasics(flavour, project, statuses, types, priorities, people)


def _fields(world: JiraWorld, flavour: Flavour) -> None:
    table = world.fields
    if flavour == "cloud":
        table.add(POINTS, "Story point estimate", AGILE + "jsw-story-points", "number")
        table.add(SPRINT, "Sprint", AGILE + "gh-sprint", "array", "json")
    else:
        table.add(POINTS, "Story Points", TYPES + "float", "number")
        table.add(SPRINT, "Sprint", AGILE + "gh-sprint", "array", "string")
        table.add(EPIC_LINK, "Epic Link", AGILE + "gh-epic-link", "any")
    table.add(RANK, "Rank", AGILE + "gh-lexo-rank", "any")
    table.add(EPIC_NAME, "Epic Name", AGILE + "gh-epic-label")
    for field, name in ((VALUE, "Business value"), (URGENCY, "Time criticality"), (RISK, "Risk reduction")):
        table.add(field, name, TYPES + "float", "number")
    table.add(CRITERIA, "Acceptance criteria", TYPES + "textarea")
    table.add(SCORE, "Priority score", TYPES + "float", "number")
    table.add(PLACE, "Priority no.", TYPES + "float", "number")


def _status(name: str, number: str, category: int, key: str, shown: str) -> Json:
    colour = {"new": "blue-gray", "indeterminate": "yellow", "done": "green"}[key]
    kind = {
        "id": category,
        "key": key,
        "colorName": colour,
        "name": shown,
        "self": f"/rest/api/2/statuscategory/{category}",
    }
    return {
        "id": number,
        "name": name,
        "description": "",
        "self": f"/rest/api/2/status/{number}",
        "statusCategory": kind,
    }


def _type(name: str, number: str, level: int) -> Json:
    return {
        "id": number,
        "name": name,
        "description": "",
        "iconUrl": "",
        "subtask": level < 0,
        "hierarchyLevel": level,
    }


def person(key: str, name: str, flavour: Flavour) -> Json:
    """Return somebody of the shop's team as this kind of site shows people."""
    common = {"displayName": name, "active": True, "emailAddress": f"{key}@shop.example"}
    return common | (
        {"accountId": f"712020:{key}", "accountType": "atlassian"}
        if flavour == "cloud"
        else {"name": key, "key": key}
    )


def trello_basics(labels: Sequence[Sequence[str]], lists: Sequence[tuple[str, bool]]) -> Board:
    """Return the shop's board with these (name, colour) labels and (name, archived) lists, and no cards."""
    raw: Json = {"id": BOARD_ID, "name": "Shop mobile", "desc": "The shop on phones", "closed": False}
    raw |= {"shortLink": BOARD_ID, "url": f"https://trello.com/b/{BOARD_ID}/shop-mobile"}
    raw |= {
        "shortUrl": f"https://trello.com/b/{BOARD_ID}",
        "idOrganization": None,
        "pinned": False,
        "descData": None,
    }
    raw |= {"prefs": {"permissionLevel": "private"}, "labelNames": {}, "dateLastActivity": trello_time(BORN)}
    board = Board(raw)
    board.lists = [_list(number, *row) for number, row in enumerate(lists, 1)]
    board.labels = [
        {"id": _id(number), "idBoard": BOARD_ID, "name": name, "color": colour, "uses": 0}
        for number, (name, colour) in enumerate(labels, 16)
    ]
    names = ("Business value", "Time criticality", "Risk reduction", "Priority score", "Priority no.")
    board.custom_fields = [_field(number, name) for number, name in enumerate(names, 32)]
    board.members = [{"id": one.member, "username": one.username, "fullName": one.name} for one in MEMBERS]
    return board


def _list(number: int, name: str, closed: bool) -> Json:  # noqa: FBT001 - one row of a table
    row: Json = {"id": _id(number), "idBoard": BOARD_ID, "name": name, "closed": closed}
    return row | {"pos": 16384 * number, "subscribed": False, "softLimit": None}


def _id(number: int) -> str:
    return f"{BORN // 1000:08x}{number:016x}"


def _field(number: int, name: str) -> Json:
    found: Json = {
        "id": _id(number),
        "idModel": BOARD_ID,
        "modelType": "board",
        "name": name,
        "type": "number",
    }
    return found | {"pos": 16384 * number, "display": {"cardFront": True}, "fieldGroup": f"{number:064x}"}


def blank_card(board: Board, found: str, home: str, number: int, name: str) -> Json:
    """Return a card about which nothing else is said."""
    link = f"s{number:07d}"
    card: Json = {
        "id": found,
        "idBoard": board.id,
        "idList": home,
        "idShort": number,
        "shortLink": link,
        "name": name,
    }
    card |= {
        "desc": "",
        "closed": False,
        "due": None,
        "dueComplete": False,
        "start": None,
        "idLabels": [],
        "labels": [],
    }
    card |= {
        "idMembers": [],
        "idChecklists": [],
        "shortUrl": f"https://trello.com/c/{link}",
        "cover": {},
        "badges": {},
    }
    return card | {
        "url": f"https://trello.com/c/{link}/{number}",
        "cardRole": None,
        "isTemplate": False,
        "customFieldItems": [],
    }


def item(card: Json, field: Json, value: float) -> Json:
    """Return the value of a number field on a card, as Trello stores it: as a string."""
    found = f"{card['id'][:8]}{int(field['id'][8:], 16):04x}{card['id'][12:]}"
    row = {"id": found, "idCustomField": field["id"], "idModel": card["id"], "modelType": "card"}
    return row | {"value": {"number": f"{value:g}"}}
