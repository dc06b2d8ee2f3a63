"""Where posync itself just put issues: their rank text says it, past a search index that may not show it yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from posync.connectors.jira.search import Question, Raw, chunks, woven
from posync.connectors.jira.shapes import KEPT_RANKED
from posync.connectors.jira.site import ALIKE, RECENT, Site
from posync.connectors.transport import WORKERS, in_parallel
from posync.errors import Incomplete

if TYPE_CHECKING:  # a pull ranks nothing
    from posync.connectors.jira.ranking import Side


class Placed(NamedTuple):
    """Issues that posync put as one block beside an anchor, all by id, at a time in seconds since 1970."""

    at: float
    anchor: str
    side: Side
    ids: Sequence[str]

    @property
    def row(self) -> tuple[str, ...]:
        """Return the block with its anchor, as they stand since."""
        return (self.anchor, *self.ids) if self.side == "below" else (*self.ids, self.anchor)


def note(site: Site, ids: Sequence[str], anchor: str, side: Side) -> None:
    """Remember a rank call that is about to be sent: whether it arrived, the site will show."""
    placed = Placed(site.transport.clock.wall(), anchor, side, ids)
    with site.cache.together():
        kept = [*reversed(lately(site)), placed]
        site.cache.keep("ranked", [one._asdict() for one in kept], placed.at)


def recall(site: Site, placed: Sequence[Placed]) -> None:
    """Remember rank calls that the journal knows, as far as they are not known here."""
    with site.cache.together():
        kept = [*reversed(lately(site))]
        known = {one.row: one.at for one in kept}
        new = [one for one in placed if one.at - known.get(one.row, 0.0) > ALIKE]
        if new:
            both = sorted([*kept, *new], key=lambda one: one.at)
            site.cache.keep("ranked", [one._asdict() for one in both], site.transport.clock.wall())


def lately(site: Site) -> list[Placed]:
    """Return what posync ranked so recently that a search may not show it yet, the latest first."""
    now = site.transport.clock.wall()
    kept = site.cache.fresh("ranked", KEPT_RANKED, now, RECENT) or []
    return [Placed(**one) for one in reversed(kept) if 0 <= now - one["at"] < RECENT]


def misplaced(order: Sequence[str], placed: Sequence[Placed]) -> list[str]:
    """Return the ids that do not stand where posync put them, as far as they and their anchors are in this order.

    `placed` begins with the latest: what was put somewhere later is taken out of the row before the
    earlier blocks are looked at.
    """
    if not placed:
        return []
    after = dict(pairwise(order))
    before = {below: above for above, below in after.items()}
    here, found = set(order), list[str]()
    for block in placed:
        row = [one for one in block.row if one in here]
        if block.anchor in here and any(after.get(above) != below for above, below in pairwise(row)):
            found += [one for one in row if one != block.anchor]
        for one in here.intersection(block.ids):
            above, below = before.pop(one, None), after.pop(one, None)
            _put_beside(after, above, below)
            _put_beside(before, below, above)
        here.difference_update(block.ids)
    return found


def _put_beside(beside: dict[str, str], one: str | None, other: str | None) -> None:
    if one is not None and other is not None:
        beside[one] = other
    elif one is not None:
        beside.pop(one, None)


class RankTexts:
    """The rank texts of issues as answers bring them, by field: a site may have several rank fields."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._by_field: dict[str, dict[str, str]] = {field: {} for field in fields}
        self.seen: set[str] = set()

    def note(self, raws: Sequence[Raw]) -> None:
        """Take in an answer; what comes later counts."""
        for raw in raws if self._by_field else ():
            self.seen.add(raw["id"])
            for field, texts in self._by_field.items():
                text = raw["fields"].get(field)
                if isinstance(text, str) and text[1:2] == "|":
                    texts[raw["id"]] = text

    def of(self, one: str) -> tuple[str | None, ...]:
        """Return an issue's texts, field by field."""
        return tuple(texts.get(one) for texts in self._by_field.values())

    def sorted(self, order: Sequence[str], placed: Sequence[Placed]) -> tuple[str, ...] | None:
        """Return the order by rank text, bucket first; None where that does not say where all that was placed stands.

        The field that most issues have counts. Issues without a text follow what they followed. Once a site
        has moved its ranks to another bucket, texts from before say nothing beside those from after.
        """
        texts = max(self._by_field.values(), key=len, default={})
        moved = {one for block in placed for one in block.ids}.intersection(self.seen, order)
        buckets = {texts[one][0] for one in order if one in texts and one not in moved}
        if not moved <= texts.keys() or (buckets and not {texts[one][0] for one in moved} <= buckets):
            return None
        return woven(sorted((one for one in order if one in texts), key=texts.__getitem__), order)


Read = Callable[[Question, RankTexts, Sequence[str], Sequence[Placed]], None]
"""Takes in rank texts past the index; is given the order that the search gave, and what posync placed since."""


class PastIndex:
    """Puts right an order that a search gave while its index was behind posync's own moves.

    `sure` is whether that could be done for the latest one.
    """

    def __init__(self, site: Site, read: Read) -> None:
        self._site, self._read = site, read
        self.sure = True

    def texts(self, question: Question) -> RankTexts:
        """Return what is to take in the rank texts that come with a search; without recent moves none are kept."""
        return RankTexts(question.rank_fields if lately(self._site) else ())

    def order(self, question: Question, order: tuple[str, ...], texts: RankTexts) -> tuple[str, ...]:
        """Return the order with what posync ranked lately where it stands; asks nothing where the order shows it.

        `texts` holds what came with the search: it may be newer than the order it came in.
        """
        placed, self.sure = lately(self._site) if question.rank_fields else [], True
        if not misplaced(order, placed):
            return order
        by_text = texts.sorted(order, placed)
        if by_text is None or misplaced(by_text, placed):
            self._read(question, texts, order, placed)
            by_text = texts.sorted(order, placed)
        self.sure = by_text is not None
        return order if by_text is None else by_text

    def assured(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """Return the latest order; raises Incomplete where it may be one from before posync's own moves."""
        if not self.sure:
            raise Incomplete(
                self._site.name,
                "read the order",
                "the search does not show yet where issues were put, and Jira does not tell their rank",
                remedy="Pull again in a quarter of an hour.",
            )
        return order


class OneByOne:
    """Reads rank texts where only single issues can be read past the index: each once, while the search shows the same."""

    def __init__(self, ask: Callable[[Question, str], list[Raw]]) -> None:
        self._ask = ask
        self._known: dict[tuple[object, ...], list[Raw]] = {}

    def read(
        self, question: Question, texts: RankTexts, order: Sequence[str], placed: Sequence[Placed]
    ) -> None:
        """Take in the texts of what was placed, first of what does not stand there.

        Where the first few are as the search shows them, its index has caught up and people have
        moved something: no more are asked for.
        """
        times = {one: block.at for block in reversed(placed) for one in block.ids if one in texts.seen}
        first = dict.fromkeys(one for one in misplaced(order, placed) if one in times)
        for at, part in enumerate(chunks([*first, *(one for one in times if one not in first)], WORKERS)):
            shown = [texts.of(one) for one in part]
            texts.note(self._answers(question, [(one, times[one], texts.of(one)) for one in part]))
            if not at and shown == [texts.of(one) for one in part]:
                return

    def _answers(self, question: Question, keys: Sequence[tuple[str, float, object]]) -> list[Raw]:
        slim = question.only(*question.rank_fields)
        unknown = [key for key in keys if key not in self._known]
        answers = in_parallel(lambda key: self._ask(slim, key[0]), unknown, WORKERS)
        self._known |= dict(zip(unknown, answers, strict=True))
        return [raw for key in keys for raw in self._known[key]]
