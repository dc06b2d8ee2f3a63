from __future__ import annotations

from posync.model.backlog import merged
from posync.model.verdict import Assignment, Flag, Managed, Verdicts
from posync.planning.desired import Traits, fold
from tests.unit.planning.builders import JIRA, TRELLO, backlog, issue, placed, ranked


def orders(now: str, wanted: str, only: tuple[str, ...] = ()) -> list[str]:
    desired = fold(ranked(now), placed(wanted), {"jira": JIRA}, only)
    return ["".join(uid[-1] for uid in lane.wanted) for lane in desired.lanes]


def test_a_lane_gets_the_order_the_unified_backlog_induces() -> None:
    assert orders("abc", "cab") == ["cab"]


def test_a_lane_already_in_order_is_left_out() -> None:
    assert orders("abc", "abc") == []


def test_an_issue_without_a_place_is_not_moved() -> None:
    assert orders("axb", "ba") == ["ba"]


def test_only_moves_the_chosen_issue_below_its_wanted_predecessor() -> None:
    assert orders("abcd", "dcba", only=("C",)) == ["abdc"]
    assert orders("abcd", "dcba", only=("D",)) == ["dabc"]


def test_each_trello_list_is_a_lane_of_its_own() -> None:
    cards = backlog(
        issue("a", 1, "trello", lane="l1"),
        issue("b", 2, "trello", lane="l1"),
        issue("c", 3, "trello", lane="l2"),
        issue("d", 4, "trello", lane="l2"),
        tracker="trello",
    )
    desired = fold(cards, placed("dcba", "trello"), {"trello": TRELLO})
    assert [lane.wanted for lane in desired.lanes] == [("trello:b", "trello:a"), ("trello:d", "trello:c")]


def test_one_unified_order_induces_each_trackers_own() -> None:
    both = merged([ranked("ab"), ranked("cd", "trello")])
    verdicts = Verdicts(places=placed("b").places + placed("d", "trello").places + placed("a").places)
    desired = fold(both, verdicts, {"jira": JIRA, "trello": TRELLO})
    assert [(lane.tracker, lane.wanted) for lane in desired.lanes] == [("jira", ("jira:b", "jira:a"))]


def test_an_export_is_not_written_to() -> None:
    export = Traits("jira", rank_batch=0, writable=False)
    desired = fold(ranked("ab"), placed("ba", flags=(Flag("jira:a", "x", "y", label="l"),)), {"jira": export})
    assert (desired.lanes, desired.labels) == ((), {})


def test_labels_of_flags_and_packs_stand_once() -> None:
    flags = (Flag("jira:a", "x", "y", label="l"), Flag("jira:a", "z", "y", label="l"))
    desired = fold(ranked("a"), Verdicts(flags=flags, labels={"jira:a": ("m", "l")}), {"jira": JIRA})
    assert sorted(desired.labels["jira:a"]) == ["l", "m"]


def test_managed_releases_are_replaced_and_those_of_people_are_kept() -> None:
    one = backlog(issue("a", releases=("2026.11", "hotfix")))
    verdicts = Verdicts(
        assignments=(Assignment("jira:a", "2026.12", "fits"),),
        fix_versions=True,
        managed=Managed(releases=frozenset({"2026.11", "2026.12"})),
    )
    assert fold(one, verdicts, {"jira": JIRA}).releases == {"jira:a": ("hotfix", "2026.12")}


def test_all_that_is_said_about_an_issue_is_one_comment() -> None:
    flags = (
        Flag("jira:a", "z", "no points", "Estimate it.", comment=True),
        Flag("jira:a", "ac", "no criteria", "Write one.", comment=True),
        Flag("jira:a", "silent", "stale"),
    )
    assert fold(ranked("a"), Verdicts(flags=flags), {"jira": JIRA}).comments == {
        "jira:a": "- no criteria. Write one.\n- no points. Estimate it."
    }


def test_a_label_with_a_blank_is_not_sent_to_jira_and_is_told() -> None:
    flags = (Flag("jira:a", "x", "y", label="too large"), Flag("trello:b", "x", "y", label="too large"))
    traits = {"jira": Traits("jira", rank_batch=50, label_blanks=False), "trello": TRELLO}
    desired = fold(merged([ranked("a"), ranked("b", "trello")]), Verdicts(flags=flags), traits)
    assert desired.labels == {"jira:a": (), "trello:b": ("too large",)}
    assert desired.refused == {("jira", "too large"): 1}
