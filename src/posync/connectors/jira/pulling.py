"""A Jira pull: whole, or what changed since the last one; complete, or an error that says why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from posync.connectors.jira import values
from posync.connectors.jira.cursor import Cursor, advanced
from posync.connectors.jira.missing import Missing, Settled, by_number
from posync.connectors.jira.resuming import Earlier, SoFar
from posync.connectors.jira.search import Listed, Question, Raw, Search, Take, incomplete, unseen, updates
from posync.connectors.jira.site import Site
from posync.errors import QuotaSpent
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation


@dataclass(frozen=True)
class Pull:
    """One pull of one tracker; `project` is set where the scope is exactly one project."""

    site: Site
    search: Search
    question: Question
    translate: Callable[[Raw], Issue]
    digest: str
    project: str | None = None
    words: str = "the scope"
    listed: Listed | None = None  # who is in scope by rank, where that is being asked for already

    @property
    def _name(self) -> str:
        return self.site.name

    def run(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand every issue (or every changed one) to `keep`; raises TrackerError, Incomplete above all."""
        handed = 0

        def counted(issues: Sequence[Issue]) -> None:
            nonlocal handed
            handed += len(issues)
            keep(issues)

        observation = self._observed(memory, counted)
        said = f"{len(observation.order)} issues listed, {handed} read, none missing"
        if observation.resumed:
            said += ", the others read by pulls before that a spent quota had ended"
        empty = () if observation.order else (f"This account sees no issue in {self.words}.",)
        return observation._replace(shown_by=said, warnings=(*observation.warnings, *empty))

    def _observed(self, memory: Memory | None, keep: Keep) -> Observation:
        cursor = Cursor.from_json(memory.cursor) if memory else None
        if cursor is not None and (cursor.digest != self.digest or not cursor.since):
            cursor = None
        so_far = SoFar(self.digest, part=cursor is not None)
        try:
            if memory is None or cursor is None:
                return self._whole(memory, so_far, keep)
            return self._changed(memory, cursor, so_far, keep)
        except QuotaSpent as spent:
            if self.search.keeps_time:
                spent.aside = so_far.aside(self.site.began)
            raise

    def _whole(self, memory: Memory | None, so_far: SoFar, keep: Keep) -> Observation:
        def take(raws: Sequence[Raw]) -> None:
            issues = [self.translate(raw) for raw in raws]
            keep(issues)
            so_far.updated.update((issue.id, values.since_epoch(issue.updated)) for issue in issues)

        listed = self._listed(memory, so_far, take)
        self._read([one for one in listed if not so_far.has(one)], take)
        self._read_written(listed, dict(so_far.updated), take)
        order = tuple(one for one in listed if so_far.has(one))  # without those deleted meanwhile
        settled = self._settled(memory, order)
        missing = self._read([one for one in settled.order if not so_far.has(one)], take)
        return Observation(
            order=self._uids([one for one in settled.order if one not in missing]),
            cursor=self._note(so_far.updated, so_far.before),
            shown_by="",
            full=True,
            gone=self._left(settled),
            elsewhere=self._uids(settled.moved),
            warnings=settled.warnings,
            resumed=so_far.earlier.note if so_far.earlier else "",
        )

    def _listed(self, memory: Memory | None, so_far: SoFar, take: Take) -> tuple[str, ...]:
        """Return who is in scope by rank; all are handed over, but not where earlier pulls have read some."""
        ahead = self.listed if self.question.ranked else None
        earlier = Earlier.of(memory, self.digest)
        if earlier is None:
            return self.search.read_all(self.question, take, ahead)
        census = self.search.census(
            self.question, earlier.since, take, len(earlier.ids), self.site.written(), listed=ahead
        )
        if self.site.began >= earlier.began:  # else its clock went back, or tells no time
            so_far.spare(earlier, census.order, census.changed)
        return census.order

    def _changed(self, memory: Memory, cursor: Cursor, so_far: SoFar, keep: Keep) -> Observation:
        updated, held = so_far.updated, list[Raw]()
        # What left the scope and came back as it was is new to the state.
        cursor = cursor._replace(seen={one: at for one, at in cursor.seen.items() if one in memory.known})
        fresh = self.site.written()
        census = self.search.census(self.question, cursor.since, held.extend, len(cursor.seen), fresh)
        settled = self._settled(memory, census.order)
        order, present = settled.order, frozenset(settled.order)
        take = self._taking(updated, keep, cursor, present)
        self._read_written(order, {**updates(held), **census.changed}, take)
        take([raw for raw in held if raw["id"] not in updated])
        changed = {one for one, when in census.changed.items() if cursor.seen.get(one) != when}
        wanted = ((changed & present) | (present - memory.known.keys())) - updated.keys()
        earlier = Earlier.of(memory, self.digest)
        if earlier is not None and earlier.since > cursor.since and wanted & earlier.ids:
            self._spare(earlier, so_far, order, take)
        missing = self._read(sorted((one for one in wanted if not so_far.has(one)), key=by_number), take)
        order = tuple(one for one in order if one not in missing or one in memory.known)
        return Observation(
            order=self._uids(order),
            cursor=self._note(
                updated, cursor.joined(so_far.before, so_far.spared) if so_far.before else cursor
            ),
            shown_by="",
            full=False,
            gone=self._left(settled),
            elsewhere=self._uids(settled.moved),
            warnings=settled.warnings,
            resumed=so_far.earlier.note if so_far.earlier else "",
            used_up=earlier is not None and earlier.part,
        )

    def _spare(self, earlier: Earlier, so_far: SoFar, order: tuple[str, ...], take: Take) -> None:
        """Have nothing read that earlier pulls have read, but for what may have changed since."""
        many, fresh = len(earlier.ids), self.site.written()
        census = self.search.census(self.question, earlier.since, take, many, fresh, listed=lambda: order)
        if self.site.began >= earlier.began:  # else its clock went back, or tells no time
            so_far.spare(earlier, order, census.changed)

    def _note(self, updated: Mapping[str, int], before: Cursor | None = None) -> str:
        keeps_time = self.search.keeps_time
        cursor = advanced(self.digest, updated, before, self.site.began, keeps_time=keeps_time)
        noted = cursor._replace(comments="comment" in self.question.fields, site=self.site.place)
        return noted.to_json()

    def _read(self, ids: Sequence[str], take: Take) -> set[str]:
        """Hand over issues that were just listed and return the ids of those that are gone meanwhile.

        What does not come is asked for once more; raises Incomplete where it is still listed then.
        """
        missing = self._left_out(self._left_out(ids, take), take)
        withheld = missing and frozenset(missing) & frozenset(self.search.order(self.question))
        if withheld:
            raise incomplete(
                self._name, f"the search lists {len(withheld)} issues that the site does not hand out"
            )
        return set(missing)

    def _read_written(self, order: Collection[str], shown: Mapping[str, int], take: Take) -> None:
        """Hand over what posync itself wrote of these lately: the index may still show how it was before."""
        present = frozenset(order)
        written = [one for one in self.site.written() if one in present]
        self.search.fetch_written(self.question, written, shown, take)

    def _left_out(self, ids: Sequence[str], take: Take) -> list[str]:
        """Hand over these issues and return the ids that did not come."""
        got: set[str] = set()

        def note(raws: Sequence[Raw]) -> None:
            new = unseen(raws, got)
            got.update(new)
            take(list(new.values()))

        if ids:
            self.search.fetch(self.question, ids, note)
        return [one for one in ids if one not in got]

    def _taking(self, updated: dict[str, int], keep: Keep, cursor: Cursor, present: Collection[str]) -> Take:
        """Return what notes the time of each issue and hands on those in scope that are not known as they are."""

        def take(raws: Sequence[Raw]) -> None:
            here = [raw for raw in raws if raw["id"] in present]
            times = updates(here)
            updated.update(times)
            new = [raw for raw in here if cursor.seen.get(raw["id"]) != times[raw["id"]]]
            if new:
                keep([self.translate(raw) for raw in new])

        return take

    def _settled(self, memory: Memory | None, order: tuple[str, ...]) -> Settled:
        """Return who is in scope, and why each known issue that is no longer listed has left; raises Incomplete."""
        missing = Missing(self.site, self.search, self.question, self.project, self.words)
        return missing.settled(memory, order)

    def _left(self, settled: Settled) -> dict[str, str]:
        return {f"{self._name}:{one}": reason for one, reason in settled.gone.items()}

    def _uids(self, ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{self._name}:{one}" for one in ids)
