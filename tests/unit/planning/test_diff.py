from __future__ import annotations

from typing import Any

from posync.model.backlog import Backlog
from posync.model.change import AddLabel, Change, Comment, Move, RemoveLabel, SetField
from posync.model.limits import Limits
from posync.model.verdict import Flag, Managed, Score, Verdicts
from posync.planning.desired import Traits, fold
from posync.planning.diff import difference
from posync.planning.plan import Seen, make_plan
from posync.reporting import render_plan
from tests.unit.planning.builders import JIRA, NOW, TRELLO, backlog, issue, placed, ranked


def changes(
    seen: Backlog, verdicts: Verdicts, traits: Traits = JIRA, **comments: str | None
) -> tuple[Change, ...]:
    known = {seen.tracker: traits}
    said = {f"{seen.tracker}:{name}": text for name, text in comments.items()}
    return difference(seen, fold(seen, verdicts, known), verdicts, known, said)


def labels(present: tuple[str, ...], wanted: tuple[str, ...], traits: Traits = JIRA) -> list[tuple[str, str]]:
    tracker = traits.name
    managed = Managed(labels=frozenset({"needs-ac"}), label_prefixes=("release:",))
    verdicts = Verdicts(labels={f"{tracker}:a": wanted}, managed=managed)
    found = changes(backlog(issue("a", tracker=tracker, labels=present), tracker=tracker), verdicts, traits)
    return [(c.kind, c.label) for c in found if isinstance(c, AddLabel | RemoveLabel)]


def test_a_move_says_where_from_where_to_between_whom_and_why() -> None:
    [move] = changes(ranked("abc"), placed("cab"))
    assert isinstance(move, Move)
    assert (move.issue, move.before.rank, move.after.rank) == ("C", 3, 1)
    assert (move.after.below, move.after.above, move.because) == (None, "A", ("c because",))
    assert (move.anchor, move.side) == ("jira:a", "above")


def test_moves_of_one_jira_write_share_batch_and_anchor() -> None:
    found = [c for c in changes(ranked("abcdef"), placed("efabcd")) if isinstance(c, Move)]
    assert len({(m.batch, m.anchor, m.side) for m in found}) == 1


def test_each_trello_move_is_a_write_of_its_own() -> None:
    found = [
        c for c in changes(ranked("abcd", "trello"), placed("cdab", "trello"), TRELLO) if isinstance(c, Move)
    ]
    assert len({m.batch for m in found}) == len(found) == 2


def test_a_board_counts_what_has_no_place_and_a_jira_backlog_does_not() -> None:
    def ranks(tracker: str, traits: Traits) -> set[tuple[str, int, int]]:
        found = changes(ranked("xab", tracker), placed("ba", tracker), traits)
        return {(m.issue, m.before.rank, m.after.rank) for m in found if isinstance(m, Move)}

    assert ranks("trello", TRELLO) in ({("B", 3, 2)}, {("A", 2, 3)})
    assert ranks("jira", JIRA) in ({("B", 2, 1)}, {("A", 1, 2)})


def test_managed_labels_are_added_and_taken_off() -> None:
    assert labels((), ("needs-ac",)) == [("add_label", "needs-ac")]
    assert labels(("needs-ac",), ()) == [("remove_label", "needs-ac")]
    assert labels(("release:2026.11",), ("release:2026.12",)) == [
        ("add_label", "release:2026.12"),
        ("remove_label", "release:2026.11"),
    ]


def test_peoples_labels_are_left_alone() -> None:
    assert labels(("urgent", "Release"), ()) == []


def test_jira_labels_differ_by_case_and_trello_labels_do_not() -> None:
    assert labels(("Needs-AC",), ("needs-ac",)) == [("add_label", "needs-ac")]
    assert labels((" Needs-AC ",), ("needs-ac",), TRELLO) == []


def test_a_field_is_written_only_when_it_changes() -> None:
    def written(value: float | None) -> list[Any]:
        seen = backlog(issue("a", fields={"Priority score": value}))
        verdicts = Verdicts(
            fields={"jira:a": {"Priority score": 9.5}}, scores={"jira:a": Score("jira:a", None, "WSJF 9.5")}
        )
        return [(c.before, c.after, c.because) for c in changes(seen, verdicts) if isinstance(c, SetField)]

    assert written(7.5) == [(7.5, 9.5, ("WSJF 9.5",))]
    assert written(9.5) == []


def test_a_comment_is_written_edited_and_taken_back() -> None:
    flagged = Verdicts(flags=(Flag("jira:a", "ac", "no criteria", comment=True),))

    def comment(verdicts: Verdicts, **said: str | None) -> list[tuple[str | None, str | None]]:
        found = changes(ranked("a"), verdicts, JIRA, **said)
        return [(c.before, c.after) for c in found if isinstance(c, Comment)]

    assert comment(flagged) == [(None, "- no criteria.")]
    assert comment(flagged, a="- older.") == [("- older.", "- no criteria.")]
    assert comment(flagged, a="- no criteria.") == []
    assert comment(Verdicts(), a="- no criteria.") == [("- no criteria.", None)]
    assert comment(flagged, a=None) == comment(Verdicts(), a=None) == [], "people have taken it over"


def test_changes_are_numbered_from_one() -> None:
    found = changes(ranked("abc"), placed("cba", labels={"jira:b": ("l",)}))
    assert [c.id for c in found] == list(range(1, len(found) + 1))


def test_an_issue_taken_along_says_that_its_place_stays() -> None:
    found = [c for c in changes(ranked("akb"), placed("bka")) if isinstance(c, Move)]
    [along] = [m for m in found if m.issue == "K"]
    assert along.because == ("stays number 2: one write moves it along with its neighbours",)


def test_an_issue_in_its_place_is_spared_where_that_costs_no_write() -> None:
    found = [
        c for c in changes(ranked("akb", "trello"), placed("bka", "trello"), TRELLO) if isinstance(c, Move)
    ]
    assert {m.issue for m in found} == {"A", "B"}


def test_a_flag_that_no_label_shows_is_a_finding_of_the_plan() -> None:
    flags = (
        Flag("jira:a", "stale", "untouched for 90 days", "Close it or take it up."),
        Flag("jira:b", "ac", "no criteria", label="needs-ac"),
    )
    plan = make_plan(
        "w", [ranked("ab")], Verdicts(flags=flags), {"jira": Seen(JIRA, lambda _: ())},
        now=NOW, packs={}, limits=Limits(), comments={},
    )  # fmt: skip
    assert [(f.issue, f.check, f.remedy) for f in plan.findings] == [
        ("A", "stale", "Close it or take it up.")
    ]
    for shape in ("text", "markdown", "html"):
        assert "untouched for 90 days" in render_plan(plan, shape)
