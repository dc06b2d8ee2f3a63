"""What Trello is asked so that every route of the sandbox answers, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from tests.contract.openapi_jira import Case, case

B, C, L = "/1/boards/{board}", "/1/cards/{card}", "/1/lists/{list}"
NESTED = "lists=all&labels=all&cards=all&checklists=all&customFields=true&card_customFieldItems=true"
AWAY = "5f0000000000000000000fff"


def _read() -> Iterator[Case]:
    yield case("GET /1/members/me")
    yield case("GET /1/members/me/boards")
    yield case("GET " + B)
    yield case(f"GET {B}?{NESTED}")
    yield case(f"GET {B}/cards")
    yield case(f"GET {B}/cards/all")
    yield case(f"GET {B}/lists")
    yield case(f"GET {B}/lists/all")
    for part in ("labels", "customFields", "checklists", "members", "actions", "prefs"):
        yield case(f"GET {B}/{part}")
    yield case("GET " + L)
    yield case(f"GET {L}/cards")
    yield case(f"GET {C}?checklists=all&customFieldItems=true")
    yield case(f"GET {C}/actions")
    yield case(f"GET {C}/pluginData")
    yield case(f"GET {C}/checklists")
    yield case("GET /1/labels/{label}")
    yield case("GET /1/actions/{action}")
    yield case("GET /1/batch?urls=/boards/{board}/lists,/cards/{card},/cards/{card}/actions,/members/me")


def _written() -> Iterator[Case]:
    label = {"name": "n", "color": "sky"}
    yield case(f"POST {B}/labels", 200, label)
    yield case(f"POST {B}/lists", 200, {"name": "Later"})
    yield case("POST /1/lists", 200, {"name": "Later", "idBoard": "{board}"})
    yield case("PUT " + L, 200, {"name": "Sooner"})
    yield case(f"PUT {L}/name", 200, {"value": "Sooner"})
    yield case("POST /1/cards", 200, {"idList": "{list}", "name": "new"})
    yield case("PUT " + C, 200, {"pos": 1000, "name": "x"})
    yield case("DELETE " + C)
    yield case(f"POST {C}/actions/comments", 200, {"text": "hello"})
    yield case(f"PUT {C}/actions/{{action}}/comments?text=again")
    yield case(f"DELETE {C}/actions/{{action}}/comments")
    yield case("PUT /1/actions/{action}", 200, {"text": "again"})
    yield case("DELETE /1/actions/{action}")
    yield case(f"POST {C}/idLabels", 200, {"value": "{label}"})
    yield case(f"DELETE {C}/idLabels/{{worn}}")
    yield case(f"POST {C}/labels", 200, label)
    yield case(f"PUT {C}/customField/{{field}}/item", 200, {"value": {"number": "3"}})
    yield case(f"PUT {C}/customField/{{field}}/item", 200, {"value": ""})
    items = [{"idCustomField": "{field}", "value": {"number": "3"}}]
    yield case(f"PUT {C}/customFields", 200, {"customFieldItems": items})
    yield case(f"POST {C}/checklists", 200, {"name": "Done when"})
    yield case("POST /1/checklists", 200, {"idCard": "{card}", "name": "Done when"})
    yield case("POST /1/checklists/{checklist}/checkItems", 200, {"name": "Tested"})
    yield case("PUT /1/cards/{ticked}/checkItem/{item}", 200, {"state": "complete"})
    yield case("PUT /1/cards/{ticked}/checklist/{checklist}/checkItem/{item}", 200, {"state": "complete"})
    yield case("POST /1/labels", 200, label | {"idBoard": "{board}"})
    yield case("POST /1/labels", 200, {"name": "n", "color": None, "idBoard": "{board}"})
    yield case("PUT /1/labels/{label}", 200, {"name": "posync · shop"})
    yield case("DELETE /1/labels/{label}")


def _refused() -> Iterator[Case]:
    yield case(f"GET {B}/cards/none", 400)
    yield case("GET /1/boards/odd", 400)
    yield case("GET " + B, 401, who="nobody")
    yield case("GET " + B, 401, who="stranger")
    yield case(f"GET /1/boards/{AWAY}", 404)
    yield case(f"GET {B}?cards=all", 403, fault="many cards")
    yield case("GET " + B, 429, fault="429")
    yield case("GET " + B, 503, fault="503")
    yield case("GET /1/members/me", 401, who="nobody")
    yield case("GET /1/members/me", 429, fault="429")
    yield case("GET " + C, 401, who="stranger")
    yield case("PUT " + C, 400, {"pos": "nowhere"})
    yield case("PUT " + C, 401, {"name": "x"}, who="reader")
    yield case("PUT " + C, 429, {"name": "x"}, fault="429")
    yield case("PUT " + C, 503, {"name": "x"}, fault="503")
    yield case(f"GET /1/cards/{AWAY}", 404)
    yield case(f"GET /1/lists/{AWAY}", 404)
    yield case(f"GET /1/labels/{AWAY}", 404)
    yield case(f"GET /1/actions/{AWAY}", 404)
    yield case("POST /1/cards", 400, {"idList": AWAY, "name": "new"})
    yield case(f"POST {C}/idLabels", 400, {"value": "{worn}"})
    yield case(f"POST {C}/actions/comments", 400, {"text": ""})
    yield case(f"POST {C}/actions/comments", 413, {"text": "x"}, fault="413")
    yield case(
        "POST /1/labels", 403, {"name": "n", "color": "sky", "idBoard": "{board}"}, fault="many labels"
    )
    yield case("POST /1/labels", 400, {"name": "n", "color": "mud", "idBoard": "{board}"})
    yield case(f"PUT {C}/customField/{AWAY}/item", 404, {"value": {"number": "3"}})
    yield case(f"PUT {C}/customField/{{field}}/item", 400, {"value": {"number": "many"}})
    yield case("GET /1/batch", 400)
    yield case(f"GET /1/batch?urls=/cards/{AWAY},/boards/{AWAY},/boards/odd,/cards/{{card}}")
    yield case(f"GET {B}?{'x' * 8200}", 414)


TRELLO_CASES = [*_read(), *_written(), *_refused()]
