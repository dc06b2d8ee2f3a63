"""Dependencies between cards, in the places where people write them."""

from __future__ import annotations

import pytest

from posync.connectors.trello.links import card_in, keys_in, links_in, links_of_checklists
from posync.model.issue import CheckItem, Checklist, LinkKind

BY, BLOCKS = LinkKind.BLOCKED_BY, LinkKind.BLOCKS


@pytest.mark.parametrize(
    ("description", "links"),
    [
        ("Blocked by: https://trello.com/c/aB3dE5fG/12-sign-in", [(BY, "aB3dE5fG")]),
        ("**Depends on** SHOP-7, SHOP-9", [(BY, "SHOP-7"), (BY, "SHOP-9")]),
        ("- blocks SHOP-12", [(BLOCKS, "SHOP-12")]),
        (
            "Blocked by:\n- SHOP-1\n- https://jira.example/browse/SHOP-2\n\nSHOP-3",
            [(BY, "SHOP-1"), (BY, "SHOP-2")],
        ),
        ("## Blocked by\n- [card](https://trello.com/c/aB3dE5fG)", [(BY, "aB3dE5fG")]),
        ("Blocks of text in SHOP-7 are too long", []),
        ("It was blocked by SHOP-7 last year", []),
        ("We use UTF-8 and SHA-256", []),
        ("", []),
    ],
)
def test_a_description_states_links(description: str, links: list[tuple[LinkKind, str]]) -> None:
    assert list(links_in(description)) == links


def test_a_url_names_its_card_once_and_nothing_inside_it_counts_as_a_key() -> None:
    text = '[https://trello.com/c/aB3dE5fG/1-UTF-8](https://trello.com/c/aB3dE5fG "smartCard-inline")'
    assert list(keys_in(text)) == ["aB3dE5fG"]


def test_a_checklist_named_blocked_by_holds_links_until_they_are_ticked() -> None:
    items = (CheckItem(text="SHOP-7"), CheckItem(text="https://trello.com/c/aB3dE5fG", done=True))
    assert list(links_of_checklists([Checklist(name="Blocked by", items=items)])) == [(BY, "SHOP-7")]
    assert not list(links_of_checklists([Checklist(name="Acceptance criteria", items=items)]))


def test_a_card_is_known_by_its_short_link() -> None:
    assert card_in("https://trello.com/c/aB3dE5fG/12-sign-in") == "aB3dE5fG"
    assert card_in("https://example.com/report.pdf") is None
