"""Find the stories that are several stories in one."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Literal

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.rules.readiness.base import Check
from posync.rules.readiness.story import Story, narrative, stories_in, told_by
from posync.rules.readiness.terms import fold

# What people ask to be able to do. Two of these joined by "and" are two wishes.
_DO = (
    "access|accept|activate|add|administer|allow|analy[sz]e|approve|archive|assign|attach|backup|block|book|browse|buy|calculate|cancel|change|check|choose|clear|clone|close|"
    "collect|comment|compare|configure|connect|control|convert|copy|create|customi[sz]e|deactivate|debug|define|delete|deploy|destroy|disable|disconnect|display|download|"
    "draw|edit|enable|enter|evaluate|execute|explore|export|extract|filter|find|follow|generate|get|group|hide|identify|implement|import|index|ingest|install|invite|launch|"
    "link|list|load|log|manage|mark|merge|migrate|modify|monitor|move|navigate|notify|open|order|organi[sz]e|pause|pay|persist|play|post|preview|print|process|provide|publish|"
    "purchase|query|rate|read|receive|record|redeploy|refactor|register|reject|release|remove|rename|replace|reply|report|request|reset|resize|restart|restore|resume|retrieve|review|"
    "revoke|run|save|schedule|search|see|select|sell|send|set|share|show|sign|sort|start|stop|store|submit|subscribe|suspend|sync|tag|test|track|transfer|transform|translate|undeploy|"
    "undo|unregister|unsubscribe|update|upgrade|upload|use|validate|verify|view|visuali[sz]e|vote|withdraw|write"
)
_SENTENCE = re.compile(r"[.;!?]\s|\n")
_AGAIN = r"(?:,? (?:and|as well as) (?:also )?(?:(?:i|we) (?:also )?(?:want|need|can|should|would like) (?:to )?|(?:be )?able to |to ))"
_JOINED = re.compile(
    rf"\b(?P<one>{_DO})\b[^.;:()\n]{{0,160}}?{_AGAIN}(?P<other>{_DO})\b"
    rf"|\b(?P<first>{_DO}), (?P<second>{_DO})(?:, {_DO})*,? (?:and|&) (?P<last>{_DO})\b",
    re.IGNORECASE,
)
# Where a verb must stand, so that it need not be one of the list: "to filter, sort and aggregate data".
_ABLE = r"(?:(?:i|we) can |to |be able to |be allowed to |have the (?:ability|option|possibility) to )"
_THREE = re.compile(
    rf"{_ABLE}+(?P<first>[a-z]+), (?P<second>[a-z]+)(?:, [a-z]+)*,? (?:and|&) (?P<last>[a-z]+) (?:[a-z]|\d)"
)
_MAKE, _ALTER, _DROP = "create|add", "edit|update|modify|change", "delete|remove"
# Making, changing and removing are each of use alone, and take screens of their own.
_CHANGES = re.compile(
    rf"{_ABLE}*(?P<first>{_MAKE}|{_ALTER}|{_DROP})(?:,? and|,|/| &) (?P<last>{_MAKE}|{_ALTER}|{_DROP})\b"
)
_MORE = re.compile(
    rf"(?<=[.!;\n])\s*(?:also,? |additionally,? )?(?P<wish>i (?:also )?(?:want|need|would like|should)(?: also)? (?:to )?(?:be able to )?)"
    rf"(?:also |quickly |easily )?(?P<verb>{_DO})\b"
)


class AtomicCheck(Check):
    """Flag stories that ask for more than one thing, or tell more than one user story.

    Only what is written as a user story is judged: "As a ..." comes twice with different wishes, the
    wish is taken up again ("and I want to", or in a sentence of its own), it lists three things to do,
    or two of making, changing and removing. Other verbs joined by "and" are mostly two steps of one
    thing, so they are no reason.
    """

    mends: ClassVar[str] = "Split it: one story per wish, each of use by itself."

    check: Literal["atomic"]

    def concerns(self, issue: Issue) -> bool:
        """Open stories, and whatever else is written as one."""
        return super().concerns(issue) and issue.type in {IssueType.STORY, IssueType.OTHER}

    def asks(self) -> str:
        """Return that it must be one story."""
        return "tells one story with one wish"

    def fault(self, issue: Issue, backlog: Backlog, today: date) -> str | None:  # noqa: ARG002 - a fixed shape
        """Return the wishes that should be stories of their own."""
        story = told_by(issue)
        if story is None:
            return None
        body = narrative(issue.description.blocks)
        return several(story, max(stories_in(issue.title), stories_in(body))) or wished_again(story, body)


def several(story: Story, told: int) -> str | None:
    """Return why a story is more than one, or None; `told` is how many stories its text tells."""
    if told > 1:
        return f"tells {told} user stories"
    goal = _SENTENCE.split(story.goal)[0]
    wishes = _JOINED.search(goal) or _THREE.match(goal) or _changes(goal)
    if wishes is None:
        return None
    said = wishes.groupdict()
    named = [said[name] for name in ("one", "other", "first", "second", "last") if said.get(name)]
    return f"asks for several things: {', '.join(named[:-1])} and {named[-1]}"


def _changes(goal: str) -> re.Match[str] | None:
    """Return two different ones of making, changing and removing; "change and update" is one."""
    found = _CHANGES.match(goal)
    kinds = [
        kind
        for kind in (_MAKE, _ALTER, _DROP)
        if found and {found["first"], found["last"]} & {*kind.split("|")}
    ]
    return found if len(kinds) > 1 else None


def wished_again(story: Story, text: str) -> str | None:
    """Return why a text wishes for more than its story: a sentence of its own wants something else done."""
    for more in _MORE.finditer(fold(text[:20_000])):
        if not re.search(rf"\b{more['verb']}", story.goal):
            return f"asks for several things: “{more['wish']}{more['verb']}” comes as well"
    return None
