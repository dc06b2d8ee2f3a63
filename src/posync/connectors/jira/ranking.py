"""Rank calls: at most fifty issues beside one anchor; what Jira leaves behind is tried again where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from posync.connectors.jira.site import AGILE, Site, mapping
from posync.connectors.transport import Transport
from posync.model.repeat import Repeat

ROUNDS = 4
FIRST_PAUSE = 1.0  # seconds before issues that Jira left behind are tried again, doubling
Side = Literal["below", "above"]


@dataclass(frozen=True, slots=True)
class _Run:
    """Issues that belong next to one another, beside an anchor."""

    issues: tuple[str, ...]
    anchor: str
    side: Side


def rank(site: Site, transport: Transport, issues: Sequence[str], anchor: str, side: Side) -> dict[str, str]:
    """Put issues, in this order, directly below or above `anchor` (all by id); return the reason per id that failed.

    Source: a 207 answer names each issue's own status; docs/sources.md, "Jira rank".
    """
    failed: dict[str, str] = {}
    left = [_Run(tuple(issues), anchor, side)]
    pause = FIRST_PAUSE
    for attempt in range(ROUNDS):
        if attempt:
            site.transport.clock.sleep(pause)
            pause *= 2
        failed = {one: why for run in left for one, why in _once(site, transport, run).items()}
        if not failed:
            return {}
        left = list(_left_behind(issues, frozenset(failed), anchor, side))
    return failed


def _once(site: Site, transport: Transport, run: _Run) -> dict[str, str]:
    beside = "rankAfterIssue" if run.side == "below" else "rankBeforeIssue"
    body = {"issues": list(run.issues), beside: run.anchor}
    answer = transport.write(
        "PUT", f"{AGILE}/issue/rank", body, repeat=Repeat.REREAD, operation="rank issues"
    )
    if answer.status != 207:
        return {}
    entries = mapping(site.name, "rank issues", answer).get("entries")
    return dict(_failures(entries if isinstance(entries, list) else [], run.issues))


def _failures(entries: Sequence[Any], issues: Sequence[str]) -> Iterator[tuple[str, str]]:
    told = {str(entry.get("issueId")): entry for entry in entries if isinstance(entry, Mapping)}
    for one in issues:
        entry = told.get(one)
        if entry is None or entry.get("status") != 200:
            reasons = (entry or {}).get("errors") or ["Jira did not say that it moved"]
            yield one, "; ".join(map(str, reasons))


def _left_behind(issues: Sequence[str], failed: frozenset[str], anchor: str, side: Side) -> Iterator[_Run]:
    """Yield the runs of failed issues, each beside its neighbour that did move."""
    start = 0
    while start < len(issues):
        if issues[start] not in failed:
            start += 1
            continue
        end = start
        while end < len(issues) and issues[end] in failed:
            end += 1
        if start > 0:
            yield _Run(tuple(issues[start:end]), issues[start - 1], "below")
        elif side == "above" and end < len(issues):
            yield _Run(tuple(issues[start:end]), issues[end], "above")
        else:
            yield _Run(tuple(issues[start:end]), anchor, side)
        start = end
