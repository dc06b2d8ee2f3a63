"""People win: which changes of a plan may still be written, which already hold, and which people have overtaken."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from posync.applying.places import Row, after, batches, only, steady
from posync.applying.present import News, Present
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.issue import Issue
from posync.model.label import Same
from posync.model.plan import Outcome, Plan, Precondition, text_digest


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done about a change: nothing (an outcome, and why), or write it (None).

    `theirs` where people have taken over posync's comment.
    """

    outcome: Outcome | None = None
    because: str = ""
    receipt: Mapping[str, str] = field(default_factory=dict)
    theirs: bool = False


WRITE = Judged()
_LINK = re.compile(r"\[([^\[\]|]+)\|[^\[\]]*\]")


def skipped(change: Change, because: str, *, theirs: bool = False) -> Judged:
    """Return the judgement of a change that people have overtaken, named by the issue's key."""
    return Judged(Outcome.SKIPPED, f"{change.issue}: {because}", theirs=theirs)


class Drift:
    """Compares one tracker's part of a plan with the present.

    `done` holds the ids of the changes of this very plan that posync has made: they are no drift.
    `aside` holds the moves that were found overtaken before: posync's own moves since then can make
    an order look as if nobody had touched it, so what is left alone once is left alone for good.
    `said` is what the state knows of posync's comments (see `Store.comments`).
    """

    def __init__(
        self,
        plan: Plan,
        tracker: str,
        same: Same,
        done: Collection[int] = (),
        aside: Collection[int] = (),
        *,
        said: Mapping[str, tuple[str, str | None]] = MappingProxyType({}),
    ) -> None:
        self.changes = tuple(change for change in plan.changes if change.tracker == tracker)
        self.done, self.aside = set(done), set(aside)
        self.stuck: set[str] = set()  # issues that could not be moved: nothing can be put next to them
        self._same, self._said = same, said
        self._keys = {change.uid: change.issue for change in plan.changes}
        self._preconditions = {p.uid: p for p in plan.preconditions}
        self._lanes = {lane.lane: lane.order for lane in plan.lanes if lane.tracker == tracker}
        self._planned: dict[str, set[str]] = defaultdict(set)
        self._others: dict[str, list[Change]] = defaultdict(list)  # all but moves, by issue
        self._moving: dict[str, list[Move]] = defaultdict(list)  # by list
        self._lane_of: dict[str, str] = {}
        for change in self.changes:
            if isinstance(change, Move):
                self._moving[change.lane].append(change)
                self._lane_of[change.uid] = change.lane
            else:
                self._others[change.uid].append(change)
            if isinstance(change, AddLabel | RemoveLabel):
                self._planned[change.uid].add(same(change.label))

    def judge(self, present: Present) -> dict[int, Judged]:
        """Return the judgement of every change, by its id."""
        return self._judge(self._others, [lane for lane in self._lanes if lane in present.orders], present)

    def judge_again(self, present: Present, news: News) -> dict[int, Judged]:
        """Return the judgements that news may have altered.

        A list in which nobody but posync has moved anything since it was judged is not judged again: its moves are
        what they were. So a write costs no more the more moves are still to come.
        """
        turned = {self._lane_of[uid] for uid in news.turned if uid in self._lane_of}
        return self._judge(news.issues, news.lanes | turned, present)

    def _judge(self, uids: Iterable[str], lanes: Iterable[str], present: Present) -> dict[int, Judged]:
        judged = {c.id: self._judged(c, present) for uid in uids for c in self._others.get(uid, ())}
        for lane in lanes:
            judged |= self._moves(lane, present)
        return judged

    def _judged(self, change: Change, present: Present) -> Judged:
        issue = present.issues[change.uid]
        if issue is None:
            return skipped(change, "is no longer there")
        if holds(change, issue, present, self._same):
            said = present.comments.get(change.uid) if isinstance(change, Comment) else None
            return Judged(Outcome.ALREADY, receipt={"comment_id": said[0]} if said else {})
        theirs = self._taken_over(change, present) if isinstance(change, Comment) else ""
        because = theirs or self._overtaken(change, issue, present)
        return skipped(change, because, theirs=bool(theirs)) if because else WRITE

    def _taken_over(self, change: Comment, present: Present) -> str:
        """Return what people did to posync's comment; nothing where it reads as the plan or the state knows it."""
        stands, known = present.comments.get(change.uid), self._said.get(change.uid)
        own = known[1] if known else None
        left = known is not None and own is None
        as_planned = change.id not in self.done and _says(stands, change.before)
        if as_planned or (not left and _says(stands, own)):
            return ""
        if stands is None:
            return "somebody deleted posync's comment, so it is not written again"
        return "posync's comment there does not read as posync left it, so it stays as it is"

    def _overtaken(self, change: Change, issue: Issue, present: Present) -> str:
        """Return what people changed since the plan, as far as this change relies on it."""
        then = self._preconditions.get(change.uid)
        if then is not None and issue.state is not then.state:
            return f"is now {issue.state.replace('_', ' ')}, was {then.state.replace('_', ' ')} when the plan was made"
        if not isinstance(change, Move) and (change.id in self.done or self._differs(change, issue, present)):
            return f"{_subject(change)} changed since the plan"
        if isinstance(change, AddLabel | RemoveLabel | Comment) and _reworded(issue, then):
            return "its text changed since the plan"
        return ""

    def _differs(self, change: Change, issue: Issue, present: Present) -> bool:
        """Whether what a change wants to replace is no longer what it was; for labels, what is beside it."""
        match change:
            case AddLabel() | RemoveLabel():
                return self._labels_differ(issue)
            case SetReleases():
                return set(issue.releases) != set(change.before)
            case SetField():
                return issue.fields.get(change.field) != change.before
            case Comment():
                return not _says(present.comments.get(change.uid), change.before)
            case Move():  # judged by its list
                return False
            case _:
                assert_never(change)

    def _labels_differ(self, issue: Issue) -> bool:
        """Whether labels differ from the plan's picture in more than the plan's own changes."""
        then = self._preconditions.get(issue.uid)
        if then is None:
            return False
        planned = self._planned[issue.uid]
        return {self._same(x) for x in issue.labels} - planned != {
            self._same(x) for x in then.labels
        } - planned

    def _moves(self, lane: str, present: Present) -> dict[int, Judged]:
        """Judge one list's moves in the plan's order, on a copy of the present order of the issues it knew."""
        moves, order = self._moving[lane], self._lanes[lane]
        here = only(present.orders[lane], set(order))
        known = set(here)
        reached = here == only(after(order, moves), known)
        still = steady(here, only(after(order, [m for m in moves if m.id in self.done]), known))
        left, stuck = set(order) - still, set(self.stuck)
        judged: dict[int, Judged] = {}
        row = Row(here)
        gaps: set[tuple[str, str]] = set()  # beside an anchor, where one that could not be moved is missing
        for batch in batches(moves):
            gap = (batch[0].anchor, batch[0].side)
            kept = {m.uid for m in batch} if gap in gaps else set()
            found = {m.id: self._move(m, known, (left, stuck, kept), present) for m in batch}
            going = [m for m in batch if found[m.id] is WRITE]
            listed = [m for m in batch if m.uid in known]
            if listed and (reached or row.holds(listed)):
                found |= {m.id: Judged(Outcome.ALREADY) for m in listed}
            elif going and all(m.id in self.done for m in going):
                found |= {m.id: Judged(Outcome.ALREADY) for m in going}
            elif going:  # as one block, also those that arrived before: next to the anchor is beside them
                row.put(going)
            passed = [m for m in batch if found[m.id].outcome is Outcome.SKIPPED]
            # Or so it seems: to strangers Jira shows nothing, of the order, the issues, or both.
            gone = {m.uid for m in passed if m.uid not in known or present.issues[m.uid] is None}
            missing = (stuck, kept, gone)
            waiting = {
                m.id
                for m in passed
                if m.uid in gone or any(_among(uid, missing) and uid not in left for uid in (m.uid, m.anchor))
            }
            gaps |= {gap} if any(m.id in waiting and m.uid in known for m in passed) else set()
            stuck |= {m.uid for m in passed if m.id in waiting}
            left |= {m.uid for m in passed if m.id not in waiting}
            self.aside |= {m.id for m in passed} - waiting  # what is refused or gone is not people's move
            judged |= found
        return judged

    def _move(
        self, move: Move, known: Collection[str], left: Iterable[Collection[str]], present: Present
    ) -> Judged:
        issue = present.issues[move.uid]
        if issue is None or move.uid not in known:
            return skipped(move, "is no longer in this list")
        if because := self._overtaken(move, issue, present):
            return skipped(move, because)
        if move.id in self.aside or _among(move.uid, left):
            return skipped(move, "moved since the plan")
        if _among(move.anchor, left):
            beside = self._keys.get(move.anchor, move.anchor)
            return skipped(move, f"its neighbour {beside} is not where the plan expects it")
        return WRITE


def holds(change: Change, issue: Issue, present: Present, same: Same) -> bool:
    """Whether an issue is as a change wants it; moves are judged by their list, never by this."""
    match change:
        case AddLabel():
            return same(change.label) in {same(label) for label in issue.labels}
        case RemoveLabel():
            return same(change.label) not in {same(label) for label in issue.labels}
        case SetReleases():
            return set(issue.releases) == set(change.after)
        case SetField():
            return issue.fields.get(change.field) == change.after
        case Comment():
            return _says(present.comments.get(change.uid), change.after)
        case Move():
            return False
        case _:
            assert_never(change)


def _among(uid: str, sets: Iterable[Collection[str]]) -> bool:
    """Whether one of several sets holds it; cheaper than their union, which would be made for each move anew."""
    return any(uid in uids for uids in sets)


def _says(said: tuple[str, str] | None, text: str | None) -> bool:
    """Whether posync's comment is this text; trackers may wrap lines and trim blanks."""
    return (_words(said[1]) if said else None) == (_words(text) if text is not None else None)


def _words(text: str) -> list[str]:
    """Return the words of a comment, whatever a tracker makes of bullets, links and escapes.

    Jira Cloud keeps no wiki markup but writes it anew: another bullet is no person's edit. Source: docs/sources.md,
    "Jira comments".
    """
    return [word for word in _LINK.sub(r"\1", text.replace("\\", "")).split() if word not in {"-", "*"}]


def _reworded(issue: Issue, then: Precondition | None) -> bool:
    """Whether the text that flags were judged by has changed."""
    return then is not None and then.text not in {"", text_digest(issue)}


def _subject(change: Change) -> str:
    """Return what a change is about, as people call it."""
    match change:
        case AddLabel() | RemoveLabel():
            return "labels"
        case SetReleases():
            return "releases"
        case SetField():
            return change.field
        case Comment():
            return "posync's comment"
        case Move():
            return "place"
        case _:
            assert_never(change)
