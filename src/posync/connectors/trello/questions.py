"""What posync asks Trello for, route by route: the fewest requests, and only fields it uses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from posync.connectors.trello.client import Params

CARD = (
    "id,name,desc,closed,due,dueComplete,idBoard,idList,idLabels,idMembers,pos,"
    "dateLastActivity,shortLink,badges,cardRole,isTemplate"
)
"""The fields of a card; its labels come by id, for their names stand once on the board."""

FRAME: Mapping[str, str | int] = {
    "fields": "id,name,closed,dateLastActivity,shortLink",
    "lists": "all",
    "list_fields": "id,name,closed,pos",
    "labels": "all",
    "label_fields": "id,name,color",
    "labels_limit": 1000,  # 50 by default, which silently drops labels
    "customFields": "true",
    "members": "all",
    "member_fields": "id,fullName,username",
}
"""A board without its cards: enough to see whether anything changed, and to understand cards."""

NESTED: Mapping[str, str | int] = {
    **FRAME,
    "cards": "all",
    "card_fields": CARD,
    "card_customFieldItems": "true",
    "card_attachments": "true",
    "card_attachment_fields": "id,url",
    "checklists": "all",
}
"""A whole board in one answer, archived cards too: what is not in it is deleted or moved away."""

ONE: Mapping[str, str | int] = {
    "fields": CARD,
    "customFieldItems": "true",
    "attachments": "true",
    "attachment_fields": "id,url",
    "checklists": "all",
}
"""One card with all that belongs to it; pages of cards take the same."""

LISTED: Mapping[str, str | int] = {"fields": "id,pos,idLabels,dateLastActivity"}
"""The open cards of a list: their order, and whether anything has happened to one since it was read whole."""

MOST = 1000
"""Cards in one answer; a longer board comes in pages."""


def page(size: int, before: str | None) -> Params:
    """Return the question for one page of cards, newest first; `before` is the smallest id so far."""
    params: dict[str, str | int] = {**ONE, "filter": "all", "limit": size}
    return {**params, "before": before} if before else params


def within_batch(route: str, params: Mapping[str, str | int]) -> str:
    """Return a route for /batch, where a bare comma would end the URL."""
    return f"{route}?{urlencode(params)}"
