from __future__ import annotations

from posync.model.change import AddLabel, Change, Move, RemoveLabel, SetField, Standing, Was
from posync.model.limits import Limits, WriteLimit
from posync.planning.limits import held_back
from tests.unit.planning.builders import ranked

SEEN = ranked("abcdefghijklmnopqrst", labels=("needs-ac",))  # 20 issues


def labelled(n: int) -> list[Change]:
    return [
        AddLabel(id=i + 1, tracker="jira", issue=x.key, uid=x.uid, label="l")
        for i, x in enumerate(SEEN.issues[:n])
    ]


def reasons(changes: list[Change], **limits: object) -> list[str]:
    return [held.reason for held in held_back(SEEN, changes, Limits.model_validate(limits))]


def test_few_writes_pass_whatever_their_share() -> None:
    assert reasons(labelled(10)) == []


def test_a_large_share_is_held() -> None:
    assert reasons(labelled(11)) == ["writes"]
    assert reasons(labelled(11), writes=WriteLimit(percent=60)) == []


def test_everything_changed_is_held_unless_allowed() -> None:
    assert reasons(labelled(20)) == ["all_changed"]
    assert reasons(labelled(20), all_changed="allow", writes=WriteLimit(percent=100)) == []


def test_a_label_taken_off_everything_is_held() -> None:
    changes = [
        RemoveLabel(id=i + 1, tracker="jira", issue=x.key, uid=x.uid, label="needs-ac")
        for i, x in enumerate(SEEN.issues)
    ]
    assert reasons(list(changes)) == ["all_changed", "emptied_label"]


def test_an_order_churned_as_a_whole_is_held() -> None:
    def move(n: int, places: int) -> Move:
        issue = SEEN.issues[n]
        return Move(
            id=n + 1, tracker="jira", issue=issue.key, uid=issue.uid, before=Was(rank=1), anchor="jira:z",
            after=Standing(rank=1 + places), side="below", batch=1,
        )  # fmt: skip

    assert reasons([move(n, 19) for n in range(10)], displacement=5) == ["displacement"]
    assert reasons([move(0, 19)], displacement=5) == []


def test_the_message_names_tracker_figures_and_limit() -> None:
    [held] = held_back(SEEN, labelled(11), Limits())
    assert held.detail == "jira: 11 of 20 issues (55 %) would change, the limit is 30 %"
    assert "--approve" in held.remedy


def test_numbers_that_follow_what_moves_do_not_count_but_emptying_them_does() -> None:
    def numbered(after: int | None) -> list[Change]:
        return [
            SetField(id=i, tracker="jira", issue=x.key, uid=x.uid, field="No.", before=i, after=after)
            for i, x in enumerate(SEEN.issues, 1)
        ]

    assert held_back(SEEN, numbered(7), Limits(), {"No."}) == ()
    assert [held.reason for held in held_back(SEEN, numbered(None), Limits(), {"No."})] == ["all_changed"]
    assert [held.reason for held in held_back(SEEN, numbered(7), Limits())] == ["all_changed"]
