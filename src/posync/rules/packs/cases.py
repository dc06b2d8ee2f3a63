"""What a pack says under `tests:`: a tiny backlog, and what the pack must make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import Field, NonNegativeInt, model_validator

from posync.documents import did_you_mean, wrong
from posync.model.base import Frozen
from posync.model.issue import (
    CheckItem,
    Checklist,
    FieldValue,
    Issue,
    IssueType,
    Link,
    LinkKind,
    Ref,
    Sprint,
    SprintState,
    State,
)
from posync.model.text import Format, Text

Said = str | int | float | bool

TRACKER = "given"
TODAY = date(2026, 1, 15)


class GivenIssue(Frozen):
    """One issue of a tiny backlog, in the words of the model; only `key` must be said.

    It stands in the place it is listed. `age_days`, `days_in_state` and `days_to_due` count from the
    case's day; `epic` names the issue above it; checklists are name: [line, ...].
    """

    key: Annotated[str, Field(min_length=1)]
    type: IssueType = IssueType.STORY
    title: str = ""
    description: str = ""
    state: State = State.TODO
    status: str = ""
    ranked: bool = True
    labels: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    points: float | None = None
    priority: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    epic: str | None = None
    sprint: SprintState | None = None
    blocks: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    votes: NonNegativeInt = 0
    watchers: NonNegativeInt = 0
    comments: NonNegativeInt = 0
    age_days: int | None = None
    days_in_state: int | None = None
    days_to_due: int | None = None
    checklists: Mapping[str, tuple[str, ...]] = {}
    fields: Mapping[str, FieldValue] = {}

    def issue(self, rank: int, today: date) -> Issue:
        """Return the issue as a connector would."""
        same = {name: getattr(self, name) for name in _SAME}
        return Issue(
            uid=f"{TRACKER}:{self.key}",
            tracker=TRACKER,
            rank=rank,
            title=self.title or self.key,
            description=Text(format=Format.MARKDOWN, source=self.description),
            parent=None if self.epic is None else _ref(self.epic),
            sprint=None if self.sprint is None else Sprint(id="1", name="Sprint 1", state=self.sprint),
            links=tuple(self._links()),
            created=_ago(self.age_days, today),
            updated=_ago(self.age_days, today),
            state_since=_ago(self.days_in_state, today),
            due=None if self.days_to_due is None else today + timedelta(days=self.days_to_due),
            checklists=tuple(
                Checklist(name=name, items=tuple(CheckItem(text=line) for line in lines))
                for name, lines in self.checklists.items()
            ),
            **same,
        )

    def _links(self) -> Iterator[Link]:
        for kind, keys in ((LinkKind.BLOCKS, self.blocks), (LinkKind.BLOCKED_BY, self.blocked_by)):
            for key in keys:
                yield Link(kind=kind, to=_ref(key))


_SAME = (
    "key",
    "type",
    "state",
    "status",
    "ranked",
    "labels",
    "releases",
    "points",
    "priority",
    "assignee",
    "reporter",
    "votes",
    "watchers",
    "comments",
    "fields",
)


def _ref(key: str) -> Ref:
    return Ref(key=key, uid=f"{TRACKER}:{key}")


def _ago(days: int | None, today: date) -> datetime | None:
    return None if days is None else datetime.combine(today - timedelta(days=days), time(9), UTC)


class Expected(Frozen):
    """What a pack must say; only what is named here is compared.

    `order` is the order of the issues it names; `scores` by key, null where an issue has no score;
    `flags` by key, the checks that speak (an empty list: none); `releases` by key, null for none;
    `labels` by key, the managed labels that must stand; `fields` by key, then field;
    `because` by key, a part of any reason given for it; `missing` by key, the inputs not found;
    `warnings` are parts of the pack's warnings, `error` is a part of the message where the pack
    cannot judge.
    """

    order: tuple[str, ...] | None = None
    scores: Mapping[str, float | None] = {}
    flags: Mapping[str, tuple[str, ...]] = {}
    releases: Mapping[str, str | None] = {}
    labels: Mapping[str, tuple[str, ...]] = {}
    fields: Mapping[str, Mapping[str, FieldValue]] = {}
    because: Mapping[str, str | tuple[str, ...]] = {}
    missing: Mapping[str, tuple[str, ...]] = {}
    warnings: tuple[str, ...] = ()
    error: str | None = None

    def named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield each key this names, with its place."""
        for index, key in enumerate(self.order or ()):
            yield ("order", index), key
        for name in ("scores", "flags", "releases", "labels", "fields", "because", "missing"):
            for key in getattr(self, name):
                yield (name, key), key


class Case(Frozen):
    """One example: `given` issues on the day `today`, and what to `expect`.

    `signals` stand in for files of evidence: signal name, then key, then what was said, or who said what.
    Among so few issues a pack's `stability` would hide what it wants, so it counts only with `steady: true`.
    """

    case: Annotated[str, Field(min_length=1)]
    today: date = TODAY
    given: Annotated[tuple[GivenIssue, ...], Field(min_length=1)]
    signals: Mapping[str, Mapping[str, Said | Mapping[str, Said]]] = {}
    steady: bool = False
    expect: Expected

    @model_validator(mode="after")
    def _speaks_of_given_issues(self) -> Self:
        keys = [issue.key for issue in self.given]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                raise wrong(f"issue {key!r} is given twice", "given", index, "key")
        for path, key in self.expect.named():
            if key not in keys:
                hint = did_you_mean(key, keys) or f": given are {', '.join(keys)}"
                raise wrong(f"no issue {key!r} is given{hint}", "expect", *path)
        return self
