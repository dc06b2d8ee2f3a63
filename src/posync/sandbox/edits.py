"""What a person does meanwhile: edits to either tracker, scripted by faults or asked for by a test.

`{issue: SHOP-7, set: {summary: ...}, add_label: x, remove_label: x, rank_before: SHOP-1, rank_after: SHOP-2,
comment: text, move_to: OTHER, delete: true}`, `{add_issue: {project: SHOP, summary: ...}}`,
`{card: ID or name, set: {name: ..., pos: ...}, add_label: name, remove_label: name, comment: text, move_to: BOARD,
delete: true}`,
`{add_card: {list: Backlog, name: ...}}`. Several verbs in one edit happen in this order.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from posync.sandbox.clock import jira_time
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.trello.cards import blank, change
from posync.sandbox.trello.commenting import new_comment
from posync.sandbox.trello.labels import new as new_label
from posync.sandbox.trello.site import Trello
from posync.sandbox.trello.world import Board

Edit = dict[str, Any]
PERSON = {"accountId": "712020:human", "displayName": "Harry Human", "name": "harry", "active": True}
STORY = {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0}
TO_DO = {"id": "10000", "name": "To Do", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}}
MEMBER = {"id": "5f1a000000000000000000ff", "username": "harryhuman", "fullName": "Harry Human"}


def human_edit(jira: JiraWorld, trello: Trello, edits: Iterable[Edit]) -> None:
    """Carry out edits as a person would in the browser; raises KeyError for what does not exist."""
    for edit in edits:
        if "issue" in edit:
            _edit_issue(jira, edit)
        elif "add_issue" in edit:
            add_issue(jira, edit["add_issue"])
        elif "card" in edit:
            _edit_card(trello, edit)
        elif "add_card" in edit:
            add_card(trello, edit["add_card"])
        else:
            raise KeyError(f"an edit needs issue, add_issue, card or add_card: {edit}")


def _edit_issue(world: JiraWorld, edit: Edit) -> None:
    issue = world.find(edit["issue"])
    if issue is None:
        raise KeyError(f"there is no issue {edit['issue']}")
    world.remember(issue)
    issue.fields.update(edit.get("set") or {})
    labels = [*issue.list_of("labels"), *([edit["add_label"]] if "add_label" in edit else [])]
    issue.fields["labels"] = [label for label in dict.fromkeys(labels) if label != edit.get("remove_label")]
    if "comment" in edit:
        now = jira_time(world.clock.now())
        issue.comments.append(
            {"id": world.next_id(), "author": PERSON, "body": edit["comment"], "created": now, "updated": now}
        )
    _rank_issue(world, issue, edit)
    world.changed(issue)
    if "move_to" in edit:
        world.move(issue, world.projects[edit["move_to"]])
    if edit.get("delete"):
        world.remove(issue)


def _rank_issue(world: JiraWorld, issue: Issue, edit: Edit) -> None:
    for verb, before in (("rank_before", True), ("rank_after", False)):
        anchor = world.find(edit.get(verb, ""))
        if anchor is not None and anchor is not issue:
            world.reorder([issue], before=anchor if before else None, after=None if before else anchor)


def add_issue(world: JiraWorld, given: Edit) -> Issue:
    """Add an issue that resembles the first of its project, else a plain story, with the given fields; it goes to the end."""
    project = world.projects[given.get("project") or next(iter(world.projects))]
    model = next((one for one in world.issues.values() if one.project == project.key), None)
    now = jira_time(world.clock.now())
    fields = (
        copy.deepcopy(model.fields)
        if model
        else {"project": dict(project.raw), "issuetype": STORY, "status": TO_DO}
    )
    fields |= {
        "created": now,
        "updated": now,
        "labels": [],
        "issuelinks": [],
        "fixVersions": [],
        "description": None,
    }
    fields |= {key: value for key, value in given.items() if key != "project"}
    fields.pop(world.fields.rank, None)
    numbers = [one.place[1] for one in world.issues.values() if one.project == project.key]
    issue = Issue(world.next_id(), f"{project.key}-{max(numbers, default=0) + 1}", fields)
    world.add(issue)
    world.order()
    world.remember(issue, new=True)
    return issue


def _edit_card(trello: Trello, edit: Edit) -> None:
    board, card = _find_card(trello, edit["card"])
    change(trello, board, card, edit.get("set") or {})
    labels = list(card.get("idLabels") or [])
    if "add_label" in edit:
        labels.append(_label(trello, board, edit["add_label"]))
    if "remove_label" in edit:
        labels.remove(_label(trello, board, edit["remove_label"]))
    card["idLabels"] = list(dict.fromkeys(labels))
    if "comment" in edit:
        new_comment(trello, board, card, edit["comment"], MEMBER)
    trello.world.changed(board, card)
    if "move_to" in edit:
        target = trello.world.boards[edit["move_to"]]
        trello.world.move_card(board, card, target, target.lists[0]["id"])
    if edit.get("delete"):
        trello.world.remove_card(board, card)


def _find_card(trello: Trello, wanted: str) -> tuple[Board, dict[str, Any]]:
    for board in trello.world.boards.values():
        for card in board.cards.values():
            if wanted in {card["id"], card.get("shortLink"), card["name"]}:
                return board, card
    raise KeyError(f"there is no card {wanted}")


def _label(trello: Trello, board: Board, name: str) -> str:
    found = next((one for one in board.labels if name in {one["id"], one.get("name")}), None)
    return str((found or new_label(trello, board, name, None))["id"])


def add_card(trello: Trello, given: Edit) -> dict[str, Any]:
    """Add a card at the bottom of a list, named or by id."""
    for board in trello.world.boards.values():
        for one in board.lists:
            if given["list"] in {one["id"], one["name"]}:
                card = blank(trello, board, one["id"], MEMBER["id"])
                change(
                    trello, board, card, {"pos": "bottom"} | {k: v for k, v in given.items() if k != "list"}
                )
                trello.world.add_card(board, card)
                return card
    raise KeyError(f"there is no list {given['list']}")
