"""How the last complete picture stands by the packs: questions for which no tracker is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posync.connectors.base import counts_comments
from posync.errors import Incomplete, UsageError
from posync.model.backlog import Backlog, merged
from posync.model.issue import Issue
from posync.model.label import same_label
from posync.rules.packs.written import asked
from posync.state.lock import this_process
from posync.state.store import Store

if TYPE_CHECKING:
    from posync.planning.orphans import Orphans
    from posync.rules.comparing import Comparison
    from posync.rules.explaining import Explained
    from posync.rules.goals import Pursued
    from posync.rules.judge import Judged
    from posync.rules.packs.pack import Pack
    from posync.rules.ranking import Ranking
    from posync.state.touches import Touched

# Rules are imported where they are needed: a pull needs none of them.
# ruff: noqa: PLC0415

FlagName = tuple[str, str, str]
"""Issue key, tracker, check."""


class Standing:
    """The stored picture of some trackers, judged by some packs."""

    def __init__(
        self,
        trackers: Mapping[str, str],
        store: Store,
        folder: Path,
        packs: Callable[[], tuple[Pack, ...]],
        now: Callable[[], datetime],
    ) -> None:
        """`trackers` maps names to kinds: jira, trello, export."""
        self.trackers, self.store, self.folder, self.now = trackers, store, folder, now
        self._packs = packs

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs that judge; raises ConfigError where one is wrong."""
        return self._packs()

    def backlogs(self, *, texts: bool = False) -> tuple[Backlog, ...]:
        """Return the last complete picture of every tracker, without descriptions unless `texts`.

        Raises Incomplete where there is none.
        """
        found = []
        for name in self.trackers:
            backlog = self.store.backlog(name, texts=texts)
            if backlog is None:
                raise self._unread(name)
            found.append(backlog)
        return tuple(found)

    def _unread(self, name: str) -> Incomplete:
        """Return why there is no picture to read, and what to do: an older posync may have taken the last one."""
        why = "it was never pulled completely"
        if self.store.memory(name) is not None:
            why = "its last picture is of a posync that wrote issues in another form"
        return Incomplete(name, "plan", why, remedy="Run `posync pull` first.")

    def orphans(self, backlogs: Sequence[Backlog]) -> Orphans:
        """Return what posync put on these issues and no pack of the workspace declares any more."""
        from posync.planning.orphans import NONE, orphans
        from posync.rules.judge import managed

        own = managed(self.packs)
        labels = self.store.put_on("label", own.labels)
        # Where no pack sets fix versions any more, the field is people's again.
        releases = self.store.put_on("release", own.releases) if own.releases else {}
        same = {name: same_label(kind) for name, kind in self.trackers.items()}
        return orphans(backlogs, labels, releases, own, same) if labels or releases else NONE

    def judged_by_own(self, backlogs: Sequence[Backlog]) -> Judged:
        """Return what the workspace's packs say of these backlogs today, once what they no longer declare is off."""
        gone = self.orphans(backlogs)
        return self.judged([gone.without(backlog) for backlog in backlogs], self.packs)

    def judged(self, backlogs: Sequence[Backlog], packs: Sequence[Pack]) -> Judged:
        """Return what these packs say of these backlogs today, with what led to it.

        Raises Incomplete where a pack counts comments and the picture does not.
        """
        from posync.rules.judge import RuleMemory, judged

        self._refuse_uncounted(packs)
        graced = [check.check for pack in packs for check in pack.checks if check.after]
        memory = RuleMemory(self.store.first_flagged(graced), self.store.baseline())
        touched, described = self.store.touched(), self.store.describing(backlogs)
        seen = merged(as_people_left(backlog, touched) for backlog in backlogs)
        return judged(packs, seen, self.now().date(), memory, described=described)

    def _refuse_uncounted(self, packs: Sequence[Pack]) -> None:
        """Raise Incomplete where one of the packs counts comments, and a tracker's picture was taken without them."""
        counting = [pack for pack in packs if asked([str(pack.path.resolve())], self.folder).comments]
        for name in self.trackers if counting else ():
            memory = self.store.memory(name)
            if memory is not None and not counts_comments(memory.cursor):
                raise _uncounted(
                    name, counting[0], own=counting[0].path in {pack.path for pack in self.packs}
                )

    def explain(self, key: str, above: str | None = None) -> tuple[Explained, ...]:
        """Return what decided about the issue with this key, in each tracker that has one; asks no tracker."""
        from posync.rules.explaining import explained

        if key == above:
            raise UsageError(f"{key} cannot stand above itself: name another issue after --above")
        backlogs = self.backlogs()
        verdict = self.judged_by_own(backlogs)
        other = self._found(verdict.backlog, above)[0] if above is not None else None
        found = self.store.describing(backlogs)(self._found(verdict.backlog, key))
        return tuple(explained(verdict, self.packs, issue, self.now().date(), other) for issue in found)

    def compare(self, one: str, other: str) -> Comparison:
        """Return how two packs order the last complete picture, beside the workspace's goals and signals."""
        from posync.rules.comparing import compare
        from posync.rules.explaining import firmness
        from posync.rules.packs.pack import load_packs

        backlogs, today = self.backlogs(), self.now().date()
        beside = [
            str(pack.path) for pack in self.packs if pack.score is None and (pack.signals or pack.goals)
        ]
        orders, firm = [], {}
        for name in (one, other):
            packs = load_packs([name, *beside], self.folder)
            found = self.judged(backlogs, packs)
            orders.append((name, [place.uid for place in found.verdicts.places]))
            if said := firmness(found, packs, today):
                firm[name] = str(said)
        return replace(compare(merged(backlogs), orders[0], orders[1]), firm=firm)

    def ranking(self) -> Ranking:
        """Return the order over all trackers that the packs want of the last complete picture; asks no tracker."""
        from posync.rules.ranking import ranking

        return ranking(self.judged_by_own(self.backlogs()), self.packs, self.now().date())

    def goals(self) -> tuple[tuple[Pursued, ...], tuple[str, ...]]:
        """Return every goal with the work for it, and the keys of open stories that serve none; asks no tracker."""
        from posync.rules.goals import pursued

        found, wanted = self.judged_by_own(self.backlogs()), [g for p in self.packs for g in p.goals]
        alignment = found.evidence.alignment
        adrift = tuple(found.backlog.by_uid[uid].key for uid in alignment.issues_without_goal)
        return pursued(wanted, alignment, found.backlog, self.now().date()), adrift

    def baseline(self) -> tuple[tuple[FlagName, ...], tuple[FlagName, ...]]:
        """Return the flags that are accepted and stand, and those that speak, as (key, tracker, check)."""
        found = self.judged_by_own(self.backlogs())
        issues = found.backlog.by_uid

        def named(flags: Iterable[tuple[str, str]]) -> tuple[FlagName, ...]:
            return tuple((issues[uid].key, issues[uid].tracker, check) for uid, check in sorted(flags))

        return named(found.accepted), named((flag.uid, flag.check) for flag in found.verdicts.flags)

    def accept_flags(self, checks: Collection[str] = (), *, clear: bool = False) -> None:
        """Accept today's flags (of these checks, if any), so that only new ones speak; with `clear`, none any more."""
        known = {check.check for pack in self.packs for check in pack.checks}
        if strange := sorted(set(checks) - known):
            raise UsageError(
                f"no pack has the check {', '.join(strange)}; there are: {', '.join(sorted(known)) or 'none'}"
            )
        with self.store.lock(this_process()):
            found = self.judged_by_own(self.backlogs())
            up = {(flag.uid, flag.check) for flag in found.verdicts.flags}
            chosen = {key for key in up | found.accepted if not checks or key[1] in checks}
            self.store.set_baseline(found.accepted - chosen if clear else found.accepted | chosen)

    def _found(self, backlog: Backlog, key: str) -> tuple[Issue, ...]:
        refuse_unknown([key], [backlog])
        return backlog.by_key[key]


def _uncounted(tracker: str, pack: Pack, *, own: bool) -> Incomplete:
    taken = "posync pull" if own else f"posync plan --pack {pack.file}"
    return Incomplete(
        tracker,
        "judge the last picture",
        f"{pack.file} reads issue.comments, and the comments were not counted when the picture was taken",
        remedy=f"Run `{taken}`, which counts them. A saved file that does not tell of comments "
        "must be saved again with them.",
    )


def as_people_left(backlog: Backlog, touched: Mapping[str, Touched]) -> Backlog:
    """Return the backlog with each issue updated when people last touched it: what posync writes is no news.

    Otherwise a label for what nobody touches any more would come off again with the next run.
    """

    def by_people(issue: Issue) -> Issue:
        known = touched.get(issue.uid)
        if known is None or issue.updated is None:
            return issue
        return issue.model_copy(update={"updated": known.by_people(issue.updated)})

    if not touched:
        return backlog
    return backlog.model_copy(update={"issues": tuple(map(by_people, backlog.issues))})


def ages(now: datetime, backlogs: Iterable[Backlog]) -> Iterator[str]:
    """Yield how old each picture is that a plan is made from, and what to do about it."""
    yield from (f"{each.tracker} was last seen {_age(now, each.observed)} ago" for each in backlogs)
    yield "What has changed since then is not in this plan: leave out --offline to pull first"


def _age(now: datetime, then: datetime) -> str:
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def refuse_unknown(only: Collection[str], backlogs: Sequence[Backlog]) -> None:
    """Raise UsageError where one of these keys is in none of the backlogs."""
    known = {issue.key for backlog in backlogs for issue in backlog.issues}
    unknown = sorted(set(only) - known)
    if unknown:
        raise UsageError(f"no tracker of this workspace has {', '.join(unknown)}: {_hint(unknown, known)}")


def _hint(unknown: Sequence[str], known: Collection[str]) -> str:
    """Return what was probably meant by keys that nobody has: another case, or several keys in one."""
    folded = {key.casefold(): key for key in known}
    meant = [folded[key.casefold()] for key in unknown if key.casefold() in folded]
    if meant:
        return f"did you mean {', '.join(meant)}?"
    parts = [part.strip() for key in unknown for part in re.split(r"[,;\s]+", key)]
    if len(parts) > len(unknown) and any(part.casefold() in folded for part in parts):
        keys = [folded.get(part.casefold(), part) for part in parts]
        return f"name each key by itself: {' '.join(f'--only {key}' for key in keys)}"
    return "check the key, or pull first"
