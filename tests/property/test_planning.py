"""Whatever the verdicts: carrying out the plan gives the desired backlog, and the next plan is empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from posync.model.backlog import Backlog
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField, SetReleases
from posync.model.issue import Issue
from posync.model.limits import Limits
from posync.model.plan import Plan, read_plan
from posync.model.verdict import Assignment, Flag, Managed, Place, Verdicts
from posync.planning.desired import Traits
from posync.planning.plan import Seen, make_plan

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MANAGED = Managed(
    labels=frozenset({"needs-ac", "stale", "release:1", "release:2"}),
    releases=frozenset({"1", "2"}),
    comments=True,
)
LABELS = st.sampled_from(["needs-ac", "stale", "release:1", "release:2", "urgent", "Needs-AC", "team-a"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Backlog, Verdicts, Traits, dict[str, str]]:
    size = draw(st.integers(1, 14))
    trello = draw(st.booleans())
    lanes = sorted(draw(st.lists(st.sampled_from("xy" if trello else [""]), min_size=size, max_size=size)))
    issues = tuple(
        Issue(
            uid=f"t:{n}", tracker="t", key=f"K-{n}", rank=n + 1, lane=lanes[n],
            labels=tuple(sorted(draw(st.sets(LABELS, max_size=3)))),
            releases=tuple(sorted(draw(st.sets(st.sampled_from(["1", "2", "people"]), max_size=2)))),
            fields={"score": draw(st.sampled_from([None, 1.0, 2.5]))},
        )
        for n in range(size)
    )  # fmt: skip
    uids = [issue.uid for issue in issues]
    some = st.lists(st.sampled_from(uids), unique=True)
    verdicts = Verdicts(
        places=tuple(Place(uid, n, ("why",)) for n, uid in enumerate(draw(some), 1)),
        flags=tuple(Flag(uid, "ac", "none", label="needs-ac", comment=True) for uid in draw(some)),
        assignments=tuple(
            Assignment(uid, draw(st.sampled_from(["1", "2", None])), "fits") for uid in draw(some)
        ),
        labels=dict.fromkeys(draw(some), ("release:2",)),
        fields={uid: {"score": 2.5} for uid in draw(some)},
        fix_versions=not trello,
        managed=MANAGED,
    )
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="test", observed=NOW)
    traits = Traits("t", rank_batch=1 if trello else 3, has_releases=not trello, labels_fold=trello)
    return backlog, verdicts, traits, dict.fromkeys(draw(some), "- old.")


def planned(backlog: Backlog, verdicts: Verdicts, traits: Traits, comments: dict[str, str]) -> Plan:
    seen = {"t": Seen(traits, lambda _: ())}
    return make_plan("w", [backlog], verdicts, seen, now=NOW, packs={}, limits=Limits(), comments=comments)


def carried_out(
    backlog: Backlog, changes: Sequence[Change], comments: dict[str, str]
) -> tuple[Backlog, dict[str, str]]:
    """Do to a list of issues what a tracker would do."""
    issues = {issue.uid: issue for issue in backlog.issues}
    order, said = list(issues), dict(comments)
    batches: dict[int, list[Move]] = {}
    for change in changes:
        issue = issues[change.uid]
        match change:
            case Move():
                batches.setdefault(change.batch, []).append(change)
            case AddLabel():
                assert change.label not in issue.labels
                issues[issue.uid] = issue.model_copy(update={"labels": (*issue.labels, change.label)})
            case RemoveLabel():
                kept = tuple(label for label in issue.labels if label != change.label)
                assert len(kept) == len(issue.labels) - 1
                issues[issue.uid] = issue.model_copy(update={"labels": kept})
            case SetReleases():
                assert change.before == issue.releases
                issues[issue.uid] = issue.model_copy(update={"releases": change.after})
            case SetField():
                assert change.before == issue.fields[change.field]
                issues[issue.uid] = issue.model_copy(
                    update={"fields": {**issue.fields, change.field: change.after}}
                )
            case Comment():
                assert change.before == said.pop(issue.uid, None)
                if change.after is not None:
                    said[issue.uid] = change.after
    for moves in batches.values():
        moving = [move.uid for move in moves]
        order = [uid for uid in order if uid not in moving]
        at = order.index(moves[0].anchor) + (moves[0].side == "below")
        order[at:at] = moving
    done = tuple(issues[uid].model_copy(update={"rank": rank}) for rank, uid in enumerate(order, 1))
    return Backlog(tracker="t", issues=done, complete=True, shown_by="test", observed=NOW), said


@given(cases())
def test_the_plan_after_applying_is_empty(case: tuple[Backlog, Verdicts, Traits, dict[str, str]]) -> None:
    backlog, verdicts, traits, comments = case
    plan = planned(backlog, verdicts, traits, comments)
    after, said = carried_out(backlog, plan.changes, comments)
    assert planned(after, verdicts, traits, said).changes == ()


@given(cases())
def test_what_people_own_survives(case: tuple[Backlog, Verdicts, Traits, dict[str, str]]) -> None:
    backlog, verdicts, traits, comments = case
    after, _ = carried_out(backlog, planned(backlog, verdicts, traits, comments).changes, comments)
    for issue in backlog.issues:
        then = after.by_uid[issue.uid]
        assert {"urgent", "team-a"} & set(issue.labels) == {"urgent", "team-a"} & set(then.labels)
        assert ("people" in issue.releases) == ("people" in then.releases)
        assert then.lane == issue.lane


@given(cases())
def test_a_plan_file_says_exactly_what_was_planned(
    case: tuple[Backlog, Verdicts, Traits, dict[str, str]],
) -> None:
    plan = planned(*case)
    assert read_plan(plan.to_json()) == plan


@given(cases(), st.integers(0, 13))
def test_only_one_issue_changes_when_one_is_asked_for(
    case: tuple[Backlog, Verdicts, Traits, dict[str, str]], chosen: int
) -> None:
    backlog, verdicts, traits, comments = case
    key = backlog.issues[chosen % len(backlog.issues)].key
    seen = {"t": Seen(traits, lambda _: ())}
    plan = make_plan(
        "w", [backlog], verdicts, seen, now=NOW, packs={}, limits=Limits(), comments=comments, only=[key]
    )
    assert {change.issue for change in plan.changes} <= {key}
    carried_out(backlog, plan.changes, comments)


@given(cases())
def test_what_has_no_place_is_never_moved_and_keeps_its_number_on_a_board(
    case: tuple[Backlog, Verdicts, Traits, dict[str, str]],
) -> None:
    backlog, verdicts, traits, comments = case
    plan = planned(backlog, verdicts, traits, comments)
    placed = {place.uid for place in verdicts.places}
    assert {c.uid for c in plan.changes if isinstance(c, Move)} <= placed
    if traits.rank_batch == 1:
        after, _ = carried_out(backlog, plan.changes, comments)
        others = {issue.uid for issue in backlog.issues} - placed
        assert all(after.by_uid[uid].rank == backlog.by_uid[uid].rank for uid in others)
