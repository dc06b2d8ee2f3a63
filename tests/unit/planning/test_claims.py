"""What a workspace owns follows from its packs and from what the account may write."""

from __future__ import annotations

from dataclasses import replace

from posync.model.claim import Claim, Claiming, Scope
from posync.model.verdict import Managed
from posync.planning.claims import claimings, claims_of
from posync.planning.desired import Traits

JIRA = Traits("jira", rank_batch=50, has_releases=True, label_blanks=False)
TRELLO = Traits("board", rank_batch=1, labels_fold=True)
MANAGED = Managed(
    labels=frozenset({"ready", "with blank"}),
    releases=frozenset({"2026.12"}),
    fields=frozenset({"Score"}),
    order=True,
)
SHOP = Scope(kind="jira", place="SHOP")


def owned(traits: Traits, managed: Managed = MANAGED) -> Claim | None:
    found = claims_of("shop", traits, managed, [SHOP])
    return found[0] if found else None


def test_a_claim_is_what_the_packs_manage_where_the_tracker_takes_it() -> None:
    assert owned(JIRA) == Claim(
        workspace="shop",
        tracker="jira",
        scope=SHOP,
        order=True,
        labels=("ready",),
        fields=("Score",),
        releases=("2026.12",),
    )
    board = owned(TRELLO)
    assert board is not None
    assert (board.labels, board.releases) == (("ready", "with blank"), ())


def test_what_the_account_may_not_write_is_not_claimed() -> None:
    barred = replace(JIRA, forbidden=dict.fromkeys(("rank", "label", "release", "field"), "no"))
    assert owned(barred) is None
    assert owned(replace(JIRA, forbidden={"rank": "no"})) == owned(JIRA, replace(MANAGED, order=False))


def test_who_owns_nothing_claims_nothing() -> None:
    assert owned(JIRA, Managed(comments=True)) is None
    assert claims_of("shop", JIRA, MANAGED, ()) == ()


def test_each_place_has_a_claim_of_its_own() -> None:
    web = SHOP.model_copy(update={"place": "WEB"})
    assert [each.scope for each in claims_of("shop", JIRA, MANAGED, [SHOP, web])] == [SHOP, web]


def test_a_marker_is_written_where_it_does_not_stand_and_the_account_may() -> None:
    claims = claims_of("shop", JIRA, MANAGED, [SHOP])
    older = claims[0].model_copy(update={"labels": ()})
    for stood, write in (
        ({}, True),
        ({("jira", "SHOP"): older}, True),
        ({("jira", "SHOP"): claims[0]}, False),
    ):
        assert list(claimings(claims, JIRA, stood)) == [Claiming(claim=claims[0], write=write)]
    may_not = replace(JIRA, forbidden={"claim": "missing ADMINISTER_PROJECTS"})
    assert list(claimings(claims, may_not, {})) == [Claiming(claim=claims[0], write=False)]
