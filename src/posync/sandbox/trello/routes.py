"""Which Trello request goes where: one written list."""

from __future__ import annotations

from collections.abc import Callable

from posync.sandbox.exchange import Answer, Call
from posync.sandbox.trello import boards, cards, commenting, labels, lists
from posync.sandbox.trello.site import Trello

Handler = Callable[[Trello, Call], Answer]

BOARD = "/1/boards/{board}"
CARD = "/1/cards/{card}"
LIST = "/1/lists/{list}"

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
    ("GET", BOARD + "/{field}", boards.one_field),
    ("POST", BOARD + "/lists", lists.post_list),
    ("POST", "/1/lists", lists.post_list),
    ("GET", LIST, lists.get_list),
    ("PUT", LIST, lists.put_list),
    ("PUT", LIST + "/{field}", lists.put_list),
    ("GET", LIST + "/cards", lists.list_cards),
    ("POST", "/1/cards", cards.post_card),
    ("GET", CARD, cards.get_card),
    ("PUT", CARD, cards.put_card),
    ("DELETE", CARD, cards.delete_card),
    ("GET", CARD + "/actions", commenting.card_actions),
    ("POST", CARD + "/actions/comments", commenting.add_comment),
    ("PUT DELETE", CARD + "/actions/{action}/comments", commenting.one_comment),
    ("GET PUT DELETE", "/1/actions/{action}", commenting.one_comment),
    ("POST", CARD + "/idLabels", labels.add),
    ("DELETE", CARD + "/idLabels/{label}", labels.remove),
    ("POST", CARD + "/labels", labels.add_new),
    ("PUT", CARD + "/customField/{field}/item", labels.put_item),
    ("PUT", CARD + "/customFields", labels.put_items),
    ("POST", CARD + "/checklists", labels.post_checklist),
    ("POST", "/1/checklists", labels.post_checklist),
    ("POST", "/1/checklists/{checklist}/checkItems", labels.post_item),
    ("PUT", CARD + "/checkItem/{item}", labels.put_check),
    ("PUT", CARD + "/checklist/{checklist}/checkItem/{item}", labels.put_check),
    ("POST", "/1/labels", labels.create),
    ("GET PUT DELETE", "/1/labels/{label}", labels.one),
    ("GET", CARD + "/{field}", cards.one_field),
    ("PUT", CARD + "/{field}", cards.put_field),
)
