"""Saved files become issues through the very translations that live trackers use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from posync.connectors.export.reading import Saved
from posync.connectors.export.table import raw_issue
from posync.connectors.jira.fields import field_map, fields_of_issues
from posync.connectors.jira.reading import Context, issue_from_json
from posync.connectors.profile import Profile, load_profile
from posync.connectors.trello.cards import Cards, place
from posync.connectors.trello.frame import frame_of
from posync.connectors.trello.pages import by_card
from posync.errors import Incomplete, UnexpectedPayload
from posync.model.issue import Issue

_CSV_LIMITS = (1_000, 10_000)
"""Issues at which Jira sites end a CSV; an administrator may set another limit."""


@dataclass
class Content:
    """The issues of all files of one export, in rank order, and what a person should know about them.

    `comments` says whether the files tell how many comments issues have.
    """

    issues: tuple[Issue, ...]
    shown_by: str
    comments: bool = True
    warnings: list[str] = field(default_factory=list)


def content_of(files: Sequence[Saved], tracker: str, profile: Profile) -> Content:
    """Return the issues of saved files; raises Incomplete or UnexpectedPayload where they do not add up."""
    kinds = {"board" if file.kind == "board" else "issues" for file in files}
    if len(kinds) > 1:
        raise UnexpectedPayload(
            tracker,
            "read export",
            "the folder holds Trello boards and Jira issues",
            remedy="Give each a folder, and a tracker, of its own.",
        )
    if kinds == {"board"}:
        return _boards(files, tracker, fitting(profile, "trello"))
    return _issues(files, tracker, fitting(profile, "jira"))


def fitting(profile: Profile, kind: str) -> Profile:
    """Return the profile if it is for this kind of tracker, else the one that ships, with the same extra fields."""
    if profile.kind == kind:
        return profile
    shipped = load_profile("trello" if kind == "trello" else "jira-cloud", Path())
    return shipped.model_copy(update={"fields": {**profile.fields, **shipped.fields}})


def _boards(files: Sequence[Saved], tracker: str, profile: Profile) -> Content:
    found: dict[str, Issue] = {}
    for file in files:
        for issue in _board(file, tracker, profile):
            if issue.uid in found:
                raise _odd(tracker, f"card {issue.key} is there twice, the second time in {file.file}")
            found[issue.uid] = issue.model_copy(update={"rank": len(found) + 1})
    away = sum(not issue.ranked for issue in found.values())
    return Content(tuple(found.values()), f"{len(found)} cards, {away} of them archived or no work")


def _board(file: Saved, tracker: str, profile: Profile) -> Iterator[Issue]:
    """Yield one board's cards in rank order."""
    board: Mapping[str, Any] = file.items[0]
    frame, checklists = frame_of(board), by_card(board)
    cards = Cards(tracker, profile, frame)
    for number, card in enumerate(board["cards"], 1):
        if not isinstance(card, dict) or not isinstance(card.get("id"), str) or not card["id"]:
            raise _odd(tracker, f"card {number} in {file.file} has no id")
    for card in sorted(board["cards"], key=lambda card: place(card, frame)):
        yield cards.issue(card, checklists.get(card["id"], ()))


def _issues(files: Sequence[Saved], tracker: str, profile: Profile) -> Content:
    unread: list[str] = []
    raws = _distinct(((file, raw) for file in files for raw in _raws(file, unread)), tracker)
    _refuse_half(files, len(raws), tracker)
    _name_parents(raws)
    names = {identity: str(name) for file in files for identity, name in file.names.items()}
    known = field_map(fields_of_issues(raws.values(), names), profile)
    context = Context(tracker, profile, known)
    issues = [_issue(raw, context) for raw in raws.values()]
    if issues and all(issue.position for issue in issues):
        issues.sort(key=lambda issue: issue.position)
        order = "in the order of their rank field"
    else:
        order = "in the order of the files, for not all of them have a rank"
    ranked = (issue.model_copy(update={"rank": rank}) for rank, issue in enumerate(issues, 1))
    told = all("comment" in raw["fields"] for raw in raws.values())
    return Content(tuple(ranked), f"{len(issues)} issues, {order}", told, [*_unread(unread), *_cut(files)])


def _issue(raw: Mapping[str, Any], context: Context) -> Issue:
    try:
        return issue_from_json(raw, context)
    except (AttributeError, KeyError, TypeError, ValueError):  # a shape that no Jira sends
        raise _odd(context.tracker, f"{str(raw['key'])[:40]!r} is not as Jira writes an issue") from None


def _raws(file: Saved, unread: list[str]) -> Iterable[dict[str, Any]]:
    return (raw_issue(row, unread) for row in file.items) if file.kind == "table" else file.items


def _distinct(raws: Iterable[tuple[Saved, dict[str, Any]]], tracker: str) -> dict[str, dict[str, Any]]:
    """Return the issues by id; pages may overlap, but nobody can say which of two versions is right."""
    found: dict[str, dict[str, Any]] = {}
    for file, raw in raws:
        if not raw.get("key"):
            raise _odd(tracker, f"an issue in {file.file} has no key")
        known = found.setdefault(str(raw.get("id") or raw["key"]), raw)
        if known != raw:
            raise _odd(
                tracker,
                f"{raw['key']} is there twice with different contents, the second time in {file.file}",
            )
    return found


def _name_parents(raws: Mapping[str, dict[str, Any]]) -> None:
    """Give parents that a CSV knows by id only the key they have in the same file."""
    for raw in raws.values():
        parent = raw["fields"].get("parent")
        if isinstance(parent, dict) and not parent.get("key") and str(parent.get("id")) in raws:
            parent["key"] = raws[str(parent["id"])]["key"]


def _refuse_half(files: Sequence[Saved], count: int, tracker: str) -> None:
    """Raise Incomplete where the saved answers themselves say that there were more issues."""
    promised = max((file.total for file in files if file.total is not None), default=0)
    paged = [file for file in files if file.more]
    last = any(file.last for file in files)
    if promised > count:
        largest = next(file.file for file in files if file.total == promised)
        detail = f"{largest} tells of {promised} issues, and only {count} issues are there"
    elif paged and not last:
        detail = f"{paged[-1].file} is not the last page"
    else:
        return
    remedy = "Save the other pages too, put all of them into one folder, and name the folder under path."
    raise Incomplete(tracker, "read export", detail, remedy=remedy)


def _unread(dates: Sequence[str]) -> list[str]:
    if not dates:
        return []
    most, _ = Counter(dates).most_common(1)[0]
    said = (
        f"{len(dates)} dates could not be read, such as {most[:30]!r}; ages and due dates are missing there."
    )
    return [f"{said} Save the CSV with Jira's language set to English."]


def _cut(files: Sequence[Saved]) -> list[str]:
    """Return a warning where CSVs end where Jira's own limits do: a file says nothing of what it lacks."""
    full = [file for file in files if file.kind == "table" and len(file.items) in _CSV_LIMITS]
    if not full or len(full) < len(files):  # the rest of what was saved in parts
        return []
    said = f"{full[-1].file} has exactly {len(full[-1].items):,} issues, where Jira ends a CSV though there may be more."
    return [f"{said} If there are, save them in parts, and name under path the folder that has them all."]


def _odd(tracker: str, detail: str) -> UnexpectedPayload:
    return UnexpectedPayload(tracker, "read export", detail, remedy="Save it again.")
