"""Which Trello request goes where: one written list."""

from __future__ import annotations

from collections.abc import Callable

from posync.sandbox.exchange import Answer, Call
from posync.sandbox.trello import boards, cards, labels
from posync.sandbox.trello.site import Trello

Handler = Callable[[Trello, Call], Answer]

BOARD = "/1/boards/{board}"
CARD = "/1/cards/{card}"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/1/members/me", boards.myself),
    ("GET", "/1/members/me/boards", boards.my_boards),
    ("GET", "/1/members/me/boards/{filter}", boards.my_boards),
    ("GET", BOARD, boards.get_board),
    ("GET", BOARD + "/cards", boards.get_cards),
    ("GET", BOARD + "/cards/{filter}", boards.get_cards),
    ("GET", BOARD + "/lists", boards.get_lists),
    ("GET", BOARD + "/lists/{filter}", boards.get_lists),
    ("GET", BOARD + "/labels", boards.get_labels),
    ("POST", BOARD + "/labels", labels.create),
    ("GET", BOARD + "/customFields", boards.get_custom_fields),
    ("GET", BOARD + "/checklists", boards.get_checklists),
    ("GET", BOARD + "/members", boards.get_members),
    ("GET", BOARD + "/actions", boards.get_actions),
    ("GET", "/1/lists/{list}/cards", cards.list_cards),
    ("POST", "/1/cards", cards.post_card),
    ("GET", CARD, cards.get_card),
    ("PUT", CARD, cards.put_card),
    ("DELETE", CARD, cards.delete_card),
    ("GET", CARD + "/checklists", cards.one_field),
    ("GET", CARD + "/customFieldItems", cards.one_field),
    ("GET", CARD + "/actions", cards.card_actions),
    ("POST", CARD + "/actions/comments", cards.add_comment),
    ("PUT DELETE", CARD + "/actions/{action}/comments", cards.one_comment),
    ("GET PUT DELETE", "/1/actions/{action}", cards.one_comment),
    ("POST", CARD + "/idLabels", labels.add),
    ("DELETE", CARD + "/idLabels/{label}", labels.remove),
    ("POST", CARD + "/labels", labels.add_new),
    ("PUT", CARD + "/customField/{field}/item", labels.put_item),
    ("POST", CARD + "/checklists", labels.post_checklist),
    ("POST", "/1/checklists", labels.post_checklist),
    ("POST", "/1/checklists/{checklist}/checkItems", labels.post_item),
    ("POST", "/1/labels", labels.create),
    ("GET PUT DELETE", "/1/labels/{label}", labels.one),
)
