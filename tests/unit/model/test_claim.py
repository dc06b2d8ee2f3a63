from __future__ import annotations

import json

import pytest

from posync.model.claim import Claim, Scope, doubt, overlap

SHOP = Scope(kind="jira", place="SHOP")
BOARD = SHOP.model_copy(update={"board": 12})
OTHER_BOARD = SHOP.model_copy(update={"board": 13})
QUERY = SHOP.model_copy(update={"query": "component = Web"})
OTHER_QUERY = SHOP.model_copy(update={"query": "component = App"})
TRELLO = Scope(kind="trello", place="5f3e0c")
BACKLOG = TRELLO.model_copy(update={"lists": ("Backlog", "Next")})
NEXT = TRELLO.model_copy(update={"lists": ("next ", "Later")})
DONE = TRELLO.model_copy(update={"lists": ("Done",)})


def claim(scope: Scope = SHOP, **owned: object) -> Claim:
    return Claim.model_validate({"workspace": "shop", "tracker": "one", "scope": scope, **owned})


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        (SHOP, SHOP, "both order project SHOP"),
        (SHOP, BOARD, "both order board 12 in project SHOP"),
        (QUERY, SHOP, "both order the issues of project SHOP that the query finds"),
        (BOARD, BOARD, "both order board 12 in project SHOP"),
        (QUERY, QUERY, "both order the issues of project SHOP that the query finds"),
        (TRELLO, TRELLO, "both order board 5f3e0c"),
        (TRELLO, BACKLOG, "both order the lists Backlog, Next of board 5f3e0c"),
        (BACKLOG, NEXT, "both order the list Next of board 5f3e0c"),
    ],
)
def test_who_shares_issues_shares_their_order(mine: Scope, theirs: Scope, said: str) -> None:
    assert overlap(claim(mine, order=True), claim(theirs, order=True)) == (said,)
    assert overlap(claim(theirs, order=True), claim(mine, order=True))
    assert doubt(claim(mine, order=True), claim(theirs, order=True)) == ()


@pytest.mark.parametrize("theirs", [DONE, TRELLO.model_copy(update={"lists": ("Later",)})])
def test_lists_that_do_not_meet_share_nothing(theirs: Scope) -> None:
    owned = {"order": True, "labels": ("ready",)}
    assert overlap(claim(BACKLOG, **owned), claim(theirs, **owned)) == ()
    assert doubt(claim(BACKLOG, **owned), claim(theirs, **owned)) == ()


@pytest.mark.parametrize(
    ("mine", "theirs"), [(QUERY, OTHER_QUERY), (BOARD, OTHER_BOARD), (BOARD, QUERY), (QUERY, BOARD)]
)
def test_whether_queries_meet_is_doubted_and_not_refused(mine: Scope, theirs: Scope) -> None:
    both = {"order": True, "labels": ("ready",)}
    assert overlap(claim(mine, **both), claim(theirs, **both)) == ()
    assert doubt(claim(mine, **both), claim(theirs, **both)) == (
        f"both order {mine.words}, if their issues meet",
        "both manage the label ready, if their issues meet",
    )
    assert doubt(claim(mine, labels=("a",)), claim(theirs, labels=("b",))) == ()


def test_what_only_one_of_them_owns_is_shared_by_nobody() -> None:
    mine = claim(order=True, labels=("ready",), fields=("Score",), releases=("1",))
    theirs = claim(labels=("Ready", "risky"), fields=("Place",), releases=("2",))
    assert overlap(mine, theirs) == overlap(theirs, mine) == ()


def test_each_shared_name_is_said_the_first_of_many() -> None:
    labels = tuple(f"l{n}" for n in range(8))
    mine = claim(labels=labels, fields=("Score", "Place"), releases=("1",))
    assert overlap(mine, mine) == (
        "both manage the labels l0, l1, l2, l3, l4 and 3 more",
        "both write the fields Score, Place",
        "both fill the release 1",
    )


def test_label_names_differ_by_case_on_jira_only() -> None:
    here, there = {"labels": ("Ready",)}, {"labels": (" ready ",)}
    assert overlap(claim(SHOP, **here), claim(SHOP, **there)) == ()
    assert overlap(claim(TRELLO, **here), claim(TRELLO, **there)) == ("both manage the label Ready",)


def test_a_claim_is_cut_to_fit_and_says_so() -> None:
    long = claim(labels=tuple(f"label-{n:04}" for n in range(1000)), releases=("1", "2"))
    cut = long.cut(lambda each: len(each.model_dump_json()) < 2000)
    assert not cut.whole
    assert 0 < len(cut.labels) < 1000
    assert set(cut.labels) < set(long.labels)
    assert len(json.dumps(cut.model_dump())) < 3000
    assert doubt(claim(), cut) == ("more than fits into a marker",)
    assert long.cut(lambda _: True) is long
    assert long.cut(lambda _: False).labels == ()


def test_the_marker_in_words() -> None:
    assert claim(order=True).words == "project SHOP as ordered by workspace shop"
    assert claim(BACKLOG).words == "the lists Backlog, Next of board 5f3e0c as tended by workspace shop"
