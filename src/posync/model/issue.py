"""One normalized issue, whichever tracker it came from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveInt, SerializeAsAny

from posync.model.base import Light, light
from posync.model.text import Text


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""An aware time, always UTC."""

FieldValue = str | int | float | bool | tuple[str, ...] | None
"""What a custom field may hold once a profile has named and typed it."""


UNREAD = Text()
"""The description of an issue that has none, or that was read without it; told apart by identity."""


class IssueType(StrEnum):
    """What kind of work an issue stands for."""

    EPIC = "epic"
    STORY = "story"
    TASK = "task"
    BUG = "bug"
    SUBTASK = "subtask"
    OTHER = "other"


class State(StrEnum):
    """How far an issue is, in the three words every tracker shares."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class LinkKind(StrEnum):
    """How one issue depends on another, read from the issue that carries the link."""

    BLOCKS = "blocks"
    BLOCKED_BY = "blocked_by"
    RELATES = "relates"


class SprintState(StrEnum):
    """Whether a sprint has begun or ended."""

    FUTURE = "future"
    ACTIVE = "active"
    CLOSED = "closed"


@light
class Ref(Light):
    """A pointer to another issue, which may lie outside the backlog; `uid` where the vendor gave an id."""

    key: str
    uid: str | None = None


@light
class Link(Light):
    """A typed pointer to another issue."""

    kind: LinkKind
    to: Ref


@light
class Sprint(Light):
    """A time box an issue is planned into."""

    id: str
    name: str
    state: SprintState


@light
class CheckItem(Light):
    """One line of a checklist."""

    text: str
    done: bool = False


@light
class Checklist(Light):
    """A named list of lines to tick, from Trello or a Jira checklist app."""

    name: str
    items: tuple[CheckItem, ...] = ()


@light
class Issue(Light):
    """One piece of work as posync sees it.

    `uid` is `tracker:vendor-id` and never changes; `key` is what people type and may change
    when an issue moves. `lane` is the vendor's id of the ordered list the issue stands in
    (a Trello list; "" on Jira, where one order spans the project). `rank` counts from 1 over
    the whole tracker, lanes one after the other; `position` is the vendor's own opaque value,
    kept for display and never computed with. `ranked` is False for what holds no work to order
    (Trello separators, templates, archived cards).
    """

    uid: str
    tracker: str
    key: str
    url: str = ""
    type: IssueType = IssueType.OTHER
    title: str = ""
    description: Text = UNREAD
    state: State = State.TODO
    status: str = ""
    rank: PositiveInt = 1
    lane: str = ""
    lane_name: str = ""
    position: str = ""
    ranked: bool = True
    labels: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    points: float | None = None
    priority: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    parent: Ref | None = None
    sprint: Sprint | None = None
    links: tuple[Link, ...] = ()
    votes: NonNegativeInt = 0
    watchers: NonNegativeInt = 0
    comments: NonNegativeInt = 0
    created: Moment | None = None
    updated: Moment | None = None
    state_since: Moment | None = None
    due: date | None = None
    checklists: tuple[Checklist, ...] = ()
    # Written as what each value is: finding out which of the union it is takes an eighth of writing an issue.
    fields: Mapping[str, SerializeAsAny[FieldValue]] = Field(default={})
    provenance: Mapping[str, str] = Field(default={})

    @property
    def id(self) -> str:
        """The vendor's id: the part of `uid` after the tracker's name."""
        return self.uid.partition(":")[2]

    @property
    def is_open(self) -> bool:
        """Whether work remains."""
        return self.state is not State.DONE

    @property
    def in_active_sprint(self) -> bool:
        """Whether a sprint that has begun and not ended holds the issue."""
        return self.sprint is not None and self.sprint.state is SprintState.ACTIVE
