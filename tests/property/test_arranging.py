"""What must hold of the arrangement of any backlog, whatever is linked, held, pinned or equal."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posync.errors import RuleError
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Link, LinkKind, Ref, State
from posync.model.verdict import Score, Term
from posync.rules.ordering.arranging import Arrangement, arrange, why_above
from posync.rules.ordering.settings import Aging, OrderSettings, Pin

TODAY = date(2026, 11, 20)
START = datetime(2026, 1, 1, tzinfo=UTC)
LANES = (("jira", ""), ("board", "next"), ("board", "later"))


def any_issue(rng: random.Random, n: int, count: int, kept: float) -> Issue:
    tracker, lane = LANES[n % 3]
    kinds = (LinkKind.BLOCKS, LinkKind.BLOCKED_BY)
    links = tuple(
        Link(kind=rng.choice(kinds), to=Ref(key=f"K{rng.randrange(count + 1)}"))
        for _ in range(rng.choice((0, 0, 0, 1, 2)))
    )
    return Issue(
        uid=f"{tracker}:{n}",
        tracker=tracker,
        key=f"K{n}",
        rank=1 + n // 3 + (1000 if lane == "later" else 0),
        lane=lane,
        type=rng.choice((IssueType.EPIC, IssueType.STORY, IssueType.STORY)),
        parent=Ref(key=f"K{rng.randrange(count)}") if rng.random() < 0.5 else None,
        state=rng.choices((State.TODO, State.IN_PROGRESS, State.DONE), (1 - kept, kept * 0.7, kept * 0.3))[0],
        links=links,
        created=START + timedelta(days=rng.randrange(5)),
    )


def any_backlog(rng: random.Random, count: int, kept: float = 0.3) -> tuple[Backlog, dict[str, Score]]:
    issues = tuple(any_issue(rng, n, count, kept) for n in range(count))
    scores = {}
    for issue in issues:
        if rng.random() < 0.9:
            size, value = Fraction(rng.choice((1, 2, 3))), rng.choice((None, *map(Fraction, range(5))))
            cost = None if value is None else value * size
            scores[issue.uid] = Score(issue.uid, value, "score", (Term("risk", Fraction(1)),), cost, size)
    return Backlog(tracker="all", issues=issues, complete=True, shown_by="drawn", observed=START), scores


def any_settings(rng: random.Random) -> OrderSettings:
    return OrderSettings(
        hierarchy=rng.choice(("flat", "epics")),
        stability=rng.choice((0, 0, 1, 3)),
        in_progress=rng.choice(("keep", "ignore")),
        aging=rng.choice((None, Aging(grace=10, over=50))),
    )


def waits(backlog: Backlog) -> dict[str, set[str]]:
    """Who waits for whom, by key, read anew from the links."""
    here = {issue.key for issue in backlog.issues if issue.is_open}
    found: dict[str, set[str]] = {}
    for issue in backlog.issues:
        for link in issue.links:
            pair = (issue.key, link.to.key) if link.kind is LinkKind.BLOCKED_BY else (link.to.key, issue.key)
            if pair[0] != pair[1] and here.issuperset(pair):
                found.setdefault(pair[0], set()).add(pair[1])
    return found


def leads(links: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, work = set[str](), [start]
    while work:
        for key in links.get(work.pop(), set()) - seen:
            seen.add(key)
            work.append(key)
    return goal in seen


def ranks(arrangement: Arrangement, backlog: Backlog) -> dict[str, int]:
    return {backlog.by_uid[place.uid].key: place.rank for place in arrangement.places}


def applied(backlog: Backlog, arrangement: Arrangement) -> Backlog:
    """The backlog after its lists were put into the order the places ask for; all others keep their ranks."""
    new = {}
    for lane in LANES:
        members = [i for i in backlog.issues if (i.tracker, i.lane) == lane]
        placed = [backlog.by_uid[p.uid] for p in arrangement.places]
        wanted = [i for i in placed if (i.tracker, i.lane) == lane]
        slots = sorted(i.rank for i in wanted)
        new.update({i.uid: i for i in members})
        new.update({i.uid: i.model_copy(update={"rank": r}) for i, r in zip(wanted, slots, strict=True)})
    return backlog.model_copy(update={"issues": tuple(new.values())})


def arranged_or_refused(
    backlog: Backlog, scores: dict[str, Score], asked: OrderSettings
) -> Arrangement | str:
    try:
        return arrange(backlog, scores, asked, TODAY)
    except RuleError as refused:
        return str(refused)


seeds = st.integers(0, 2**32)


@settings(deadline=None, max_examples=150)
@given(seeds, st.integers(0, 25))
def test_every_open_issue_has_one_place_and_no_blocker_stands_below(seed: int, count: int) -> None:
    rng = random.Random(seed)
    backlog, scores = any_backlog(rng, count)
    place = ranks(arrange(backlog, scores, any_settings(rng), TODAY), backlog)
    assert sorted(place) == sorted(issue.key for issue in backlog.issues if issue.is_open)
    assert sorted(place.values()) == list(range(1, len(place) + 1))
    links = waits(backlog)
    for key, blockers in links.items():
        for blocker in blockers:
            assert place[blocker] < place[key] or leads(links, blocker, key)


@settings(deadline=None, max_examples=150)
@given(seeds, st.integers(0, 25))
def test_the_order_of_the_input_does_not_matter(seed: int, count: int) -> None:
    rng = random.Random(seed)
    backlog, scores = any_backlog(rng, count)
    asked = any_settings(rng)
    shuffled = backlog.model_copy(update={"issues": tuple(rng.sample(backlog.issues, count))})
    scrambled = dict(rng.sample(list(scores.items()), len(scores)))
    assert arrange(shuffled, scrambled, asked, TODAY) == arrange(backlog, scores, asked, TODAY)


@settings(deadline=None, max_examples=200)
@given(seeds, st.integers(0, 25))
def test_once_carried_out_nothing_is_left_to_move(seed: int, count: int) -> None:
    rng = random.Random(seed)
    backlog, scores = any_backlog(rng, count)
    asked = any_settings(rng)
    after = applied(backlog, arrange(backlog, scores, asked, TODAY))
    again = applied(after, arrange(after, scores, asked, TODAY))
    assert {i.uid: i.rank for i in again.issues} == {i.uid: i.rank for i in after.issues}


@settings(deadline=None, max_examples=100)
@given(seeds, st.integers(1, 25))
def test_an_issue_that_nobody_is_linked_to_reorders_no_other(seed: int, count: int) -> None:
    rng = random.Random(seed)
    backlog, scores = any_backlog(rng, count, kept=0)
    asked = OrderSettings(hierarchy=rng.choice(("flat", "epics")))
    every = {issue.uid: scores.get(issue.uid, Score(issue.uid, Fraction(2), "")) for issue in backlog.issues}
    stranger = Issue(uid="jira:new", tracker="jira", key="NEW", rank=rng.randrange(1, 2000), created=START)
    grown = backlog.model_copy(update={"issues": (*backlog.issues, stranger)})
    with_it = arrange(
        grown, {**every, stranger.uid: Score("jira:new", Fraction(rng.randrange(5)), "")}, asked, TODAY
    )
    alone = arrange(backlog, every, asked, TODAY)
    assert [p.uid for p in with_it.places if p.uid != stranger.uid] == [p.uid for p in alone.places]


@settings(deadline=None, max_examples=100)
@given(seeds, st.integers(3, 20))
def test_a_pin_is_met_or_refused_and_every_pair_can_be_explained(seed: int, count: int) -> None:
    rng = random.Random(seed)
    backlog, scores = any_backlog(rng, count)
    first = rng.randint(1, 5)
    pins = tuple(
        Pin(issue=f"K{n}", at=(first, first + rng.randint(0, 2)), owner="Ana", because="promised")
        for n in rng.sample(range(count), 2)
    )
    asked = any_settings(rng).model_copy(update={"pins": pins})
    found = arranged_or_refused(backlog, scores, asked)
    if isinstance(found, str):
        assert "Ana" in found
        return
    uids = [place.uid for place in found.places]
    for pin in pins:
        pinned = backlog.by_key[pin.issue][0]
        if pinned.is_open:
            lane = [
                u
                for u in uids
                if (backlog.by_uid[u].tracker, backlog.by_uid[u].lane) == (pinned.tracker, pinned.lane)
            ]
            assert min(pin.first, len(lane)) <= lane.index(pinned.uid) + 1 <= min(pin.last, len(lane))
    for above in uids[:6]:
        for below in uids[:6]:
            assert above == below or why_above(found, above, below)


@pytest.mark.sweep
@pytest.mark.timeout(900)
@settings(deadline=None, max_examples=10_000)
@given(seeds, st.integers(0, 30))
def test_what_must_hold_holds_in_many_backlogs(seed: int, count: int) -> None:
    test_every_open_issue_has_one_place_and_no_blocker_stands_below.hypothesis.inner_test(seed, count)  # type: ignore[attr-defined]
    test_once_carried_out_nothing_is_left_to_move.hypothesis.inner_test(seed, count)  # type: ignore[attr-defined]
