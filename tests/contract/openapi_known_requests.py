"""Where the vendors' published documents are silent or wrong about requests: a written list, each line with its reason."""

from __future__ import annotations

from tests.contract.openapi_known import SERVER, TRELLO

NESTED = "nested resources are only linked to; Trello's guide to them lists this parameter"
OLDER = "left out; Data Center's own reference lists it"

# (document, method and template, part of the complaint): the reason.
KNOWN_ERRORS: dict[tuple[str, str, str], str] = {
    (
        SERVER,
        "PUT /api/2/issue/{issueIdOrKey}",
        "is not of type 'object'",
    ): "every field is declared an object",
    (
        SERVER,
        "PUT /api/2/issue/{issueIdOrKey}",
        "None for not nullable",
    ): "null empties a field on every site",
    (SERVER, "GET /api/2/mypermissions", "permissions is not documented"): OLDER,
    (SERVER, "(PUT|DELETE) /api/2/issue/{issueIdOrKey}/comment/{id}", "notifyUsers is not documented"): OLDER,
    **{
        (TRELLO, f"GET {template}", f"{name} is not documented"): NESTED
        for template, names in {
            "/boards/{id}": (
                "list_fields",
                "label_fields",
                "labels_limit",
                "member_fields",
                "card_fields",
                "card_customFieldItems",
                "card_attachments",
                "card_attachment_fields",
            ),
            "/boards/{id}/cards": (
                "fields",
                "filter",
                "limit",
                "before",
                "customFieldItems",
                "attachments",
                "checklists",
            ),
            "/lists/{id}/cards": ("fields",),
            "/cards/{id}/actions": ("fields", "limit"),
        }.items()
        for name in names
    },
    (TRELLO, "GET /boards/.*", "id: "): "short links are taken wherever ids are",
    (TRELLO, "GET /cards/{id}", "attachments: 'true'"): (
        "declared a text that is a truth value: no JSON is both"
    ),
    (TRELLO, "GET /members/{id}", "fields: 'id,username'"): (
        "its own description says a comma-separated list"
    ),
    (TRELLO, "POST /cards/{id}/labels", "color: None"): "its own description says that null is a colour",
    (TRELLO, "POST /labels", "color: None"): "the schema of a label has null for no colour",
    (TRELLO, "PUT /cards/{idCard}/customFields", "'^[0-9a-fA-F]{32}$'"): (
        "an id has 24 digits, in its own example too"
    ),
    (TRELLO, "PUT /cards/{idCard}/customFields", ".value: '' is not of type 'object'"): (
        "an empty text empties a field: so says Trello's guide to custom fields"
    ),
    (TRELLO, "PUT /cards/{idCard}/customField/{idCustomField}/item", "is valid under each of"): (
        "one of two shapes, neither of which requires anything: each body is both"
    ),
    (TRELLO, "PUT /cards/{idCard}/customFields", "is not of type 'number'"): (
        "numbers are sent as text, as they come back: so says Trello's guide to custom fields"
    ),
}
