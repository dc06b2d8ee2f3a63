"""Where the vendors' published documents are silent, behind or wrong: written lists, each line with its reason."""

from __future__ import annotations

from typing import Any

V3 = "jira-platform-v3.2025-12.jarekbird.json"
V2 = "jira-platform-v2.2025-12.primelib.yaml"
SOFTWARE = "jira-software.2022-07.salto.json"
SERVER = "jira-software-dc-10.0.jiradc-cli.json"
TRELLO = "trello.2026.kevinhillinger.json"

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    return {"$ref": f"doc:#/components/schemas/{name}"}


def many(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def page(name: str, rows: str = "values") -> Schema:
    """Return the schema of one page of a list: where it begins, how long it may be, and its rows."""
    number = {"type": "integer"}
    return {
        "type": "object",
        "required": ["startAt", "maxResults", rows],
        "properties": {"startAt": number, "maxResults": number, "total": number, rows: many(name)},
    }


ONE_FOR_A_LIST = "the document declares the list as one of its elements"
SILENT = "the document says 200 and no more; it describes such a thing elsewhere"

BESIDE = "nullable, but beside a reference, which takes the place of all that stands there"

SPRINT, RANKED = ["id", "self", "state", "name"], ["issueKey", "status"]

# What a body is held against instead of the operation's own schema: (document, operation): (schema, reason).
SHAPES: dict[tuple[str, str], tuple[Schema, str]] = {
    (SOFTWARE, "GET .*/board/[^/]+/sprint"): (
        {
            "type": "object",
            "required": ["startAt", "maxResults", "isLast", "values"],
            "properties": {"values": {"type": "array", "items": {"type": "object", "required": SPRINT}}},
        },
        "the document has an example and no schema",
    ),
    (SOFTWARE, "PUT .*/issue/rank"): (
        {
            "type": "object",
            "required": ["entries"],
            "properties": {"entries": {"type": "array", "items": {"type": "object", "required": RANKED}}},
        },
        "the document has an example and no schema",
    ),
    (SERVER, "GET /api/2/field"): (many("FieldBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /api/2/status"): (many("StatusJsonBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /api/2/project"): (many("ProjectBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /api/2/project/[^/]+/versions"): (many("VersionBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /api/2/project/[^/]+/version"): (page("VersionBean"), "a page of anything"),
    (SERVER, "PUT /api/2/version/[^/]+"): (ref("VersionBean"), SILENT),
    (SERVER, "GET /agile/1.0/board"): (page("BoardBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /agile/1.0/board/[^/]+/sprint"): (page("SprintBean"), ONE_FOR_A_LIST),
    (SERVER, "GET /agile/1.0/board/[^/]+/(issue|backlog)"): (page("IssueBean", "issues"), ONE_FOR_A_LIST),
    (TRELLO, "GET /boards/[^/]+/cards(/.*)?"): (many("Card"), SILENT),
    (TRELLO, "GET /boards/[^/]+/lists/.*"): (many("TrelloList"), SILENT),
    (TRELLO, "GET /boards/[^/]+/labels"): (many("Label"), SILENT),
    (TRELLO, "GET /boards/[^/]+/checklists"): (many("Checklist"), SILENT),
    (TRELLO, "GET /boards/[^/]+/members"): (many("Member"), SILENT),
    (TRELLO, "GET /boards/[^/]+/actions"): (many("Action"), SILENT),
    (TRELLO, "POST /lists|(GET|PUT) /lists/[^/]+(/{field})?"): (ref("TrelloList"), SILENT),
    (TRELLO, "POST /boards/[^/]+/labels"): (ref("Label"), SILENT),
    (TRELLO, "POST /labels|(GET|PUT) /labels/[^/]+|POST /cards/[^/]+/labels"): (ref("Label"), SILENT),
    (TRELLO, "(GET|PUT) /actions/[^/]+|PUT /cards/[^/]+/actions/.*"): (ref("Action"), SILENT),
    (TRELLO, "GET /cards/[^/]+/checklists"): (many("Checklist"), SILENT),
    (TRELLO, "GET /cards/[^/]+/pluginData"): (many("PluginData"), SILENT),
    (TRELLO, "POST /cards/[^/]+/idLabels"): (many("TrelloID"), SILENT),
    (TRELLO, "PUT /cards/[^/]+/customField/.*"): (ref("CustomFieldItems"), SILENT),
    (TRELLO, "PUT /cards/[^/]+/customFields"): (many("CustomFieldItems"), SILENT),
    (TRELLO, "POST (/cards/[^/]+)?/checklists"): (ref("Checklist"), SILENT),
    (TRELLO, "POST /checklists/[^/]+/checkItems|PUT /cards/[^/]+/checkItem/.*"): (ref("CheckItem"), SILENT),
}

# What a refusal is held against where the operation describes no body for it.
DEFAULT_SHAPES: dict[str, Schema] = {
    SOFTWARE: {"$ref": "platform:#/components/schemas/ErrorCollection"},  # its own document has no such thing
    V3: ref("ErrorCollection"),
    V2: ref("ErrorCollection"),
    SERVER: ref("ErrorCollection"),
}

# (document, method, template and status, part of the complaint): the reason.
KNOWN_ERRORS: dict[tuple[str, str, str], str] = {
    (SOFTWARE, "GET .*/board/{boardId}/configuration 200", "$.location: Additional properties"): (
        "recorded answers of real sites carry the project's id, key and name in `location`"
    ),
    (SERVER, "(GET|POST) .*/(search|issue/.*|backlog|issue) 200", "is not of type 'object'"): (
        "every field is declared an object"
    ),
    (SERVER, "(GET|POST) .*/(search|issue/.*|backlog|issue) 200", "None for not nullable"): (
        "unset fields are null on every site"
    ),
    (SERVER, "GET /api/2/.*/properties/.* 200", "is not of type 'string'"): (
        "a property holds any JSON, as the same document says where it is set"
    ),
    (
        TRELLO,
        "GET .* 200",
        "'private' is not one of ['org', 'board']",
    ): "the most usual level of all is missing",
    (TRELLO, ".* 200", "None is not one of ['separator', 'board', 'mirror', 'link']"): (
        "nullable, but its enum forgets null"
    ),
    (TRELLO, "(GET|PUT|POST) .* 200", ".labels["): (
        "a card's labels are declared as ids, every real answer has whole labels"
    ),
    (TRELLO, ".* 200", "descData: None"): "null in every real export",
    (TRELLO, ".* 200", "idAttachmentCover: None"): BESIDE,
    (TRELLO, ".* 200", "cover.idAttachment: None"): BESIDE,
    (TRELLO, ".* 200", "checkItemStates: None"): "null in real exports",
    (TRELLO, ".* 200", "mirrorSourceId: None"): "null in real exports",
    (TRELLO, ".* 200", ".checkItemStates["): "declared as texts, real exports name item and state",
    (TRELLO, ".* 200", "idOrganization: None"): "null for boards outside a workspace",
    (TRELLO, ".* 200", "softLimit: None"): "null in every real export",
    (
        TRELLO,
        ".* 200",
        "color: None",
    ): "nullable in the schema of colours, but its enum and that of labels forget null",
    (
        TRELLO,
        "PUT /cards/.*/customField(s|/.*) 200",
        "value: None",
    ): "null where an option is chosen, or nothing",
    (TRELLO, "(POST|PUT) .*/checkItem.* 200", "is not of type 'string'"): (
        "the document's own example of a place in a checklist is a number"
    ),
    (
        TRELLO,
        "DELETE .* 200",
        "no body is described",
    ): "nobody reads it; real answers differ from one to the next",
    (TRELLO, "GET /boards/{id}/{field} 200", "no body is described"): "any field, so any JSON",
    # Refusals that the documents of Jira do not mention, or whose body they do not.
    **{
        (name, ".* (500|503)", "is not declared"): "any server may break down; no operation says so"
        for name in (V3, V2, SOFTWARE, SERVER)
    },
    **{
        (name, ".* 429", "is not declared"): "Atlassian's guide to rate limits says it, no operation does"
        for name in (V3, V2, SOFTWARE, SERVER)
    },
    **{
        (name, ".* 401", "'status-code'"): (
            "the front door of a site answers before the operation does, in a form of its own"
        )
        for name in (V3, V2, SOFTWARE)
    },
    **{
        (name, "(GET|POST) .*/search 410", "is not declared"): (
            "the document still describes what sites have removed; the changelog names 410"
        )
        for name in (V3, V2)
    },
    **{
        (name, "POST .*/issue/{issueIdOrKey}/comment 403", "is not declared"): (
            "the document requires a permission and names no status for its absence"
        )
        for name in (V3, V2, SERVER)
    },
    (V3, "POST .*/bulk/issues/fields 403", "is not declared"): (
        "the document requires a permission and names no status for its absence"
    ),
    (V3, "GET .*/bulk/queue/{taskId} 400", "'errorMessages' was unexpected"): (
        "the document's own example is the usual `errorMessages`, which its schema forbids"
    ),
    (V3, "GET .*/bulk/queue/{taskId} 400", "is not of type 'array'"): (
        "the document's own example has an object in `errors`, its schema a list"
    ),
    (SERVER, ".* 401", "is not declared"): "every operation but a few needs an account; only some say 401",
    (
        SERVER,
        ".* 401",
        "no JSON: b'<html>",
    ): "wrong credentials are answered by the server under Jira, in HTML",
    (SERVER, "POST /api/2/issue 403", "is not declared"): "the document names 400 for whatever is wrong",
    (
        SERVER,
        "PUT /api/2/issue/{issueIdOrKey} 409",
        "is not declared",
    ): "Cloud's document has it; one client, both sites",
    (
        SERVER,
        "POST .*/comment 413",
        "is not declared",
    ): "a proxy's answer to a long text; Cloud's document has it",
    (
        SERVER,
        "PUT .*/comment/{id} 404",
        "is not declared",
    ): "the document says 404 of the same comment where it is read",
    # Trello's document declares a refusal for one operation only, and with a body that no answer has.
    (TRELLO, ".* (400|401|403|404|413|429|503)", "is not declared"): (
        "only GET /boards/{id} declares refusals; Trello's guides name these for any operation"
    ),
    (TRELLO, ".* (400|401|403|404|413|414|503)", "no JSON"): (
        "Trello refuses in a bare sentence of plain text, as `invalid token`; a proxy in HTML"
    ),
    (
        TRELLO,
        ".* (404|429)",
        "no body is described",
    ): "declared nowhere; Trello's guide to rate limits shows one",
    (TRELLO, "GET /boards/{id} (400|403|404|429)", "'code' is a required property"): (
        "Trello's guide to rate limits shows `error` and `message`"
    ),
}

# Routes of the sandbox that no document has: (flavour, method, path): the reason.
NOT_IN_THE_DOCUMENTS: dict[tuple[str, str, str], str] = {
    ("cloud", "GET", "/_edge/tenant_info"): "outside the API; Atlassian's guide to cloud ids describes it",
    ("cloud", "POST", "/rest/api/2/bulk/issues/fields"): "the document of version 2 has no bulk edit",
    ("cloud", "GET", "/rest/api/2/bulk/queue/{task}"): "the document of version 2 has no bulk edit",
    ("dc", "GET", "/rest/api/2/search/jql"): "Cloud's search; Data Center answers 404",
    ("dc", "POST", "/rest/api/2/search/jql"): "Cloud's search; Data Center answers 404",
    (
        "trello",
        "GET",
        "/1/members/me/boards/{filter}",
    ): "left out; the older reference has it, and py-trello calls it",
    (
        "trello",
        "PUT",
        "/1/cards/{card}/{field}",
    ): "left out; the older reference has it, and py-trello calls it",
}

# Refusals that no row of a table asks for: (flavour, status or operation): the reason.
NOT_ASKED: dict[tuple[str, str], str] = {
    ("cloud", "414"): "no document knows it, and the sandbox's Jira takes long addresses",
    ("dc", "414"): "no document knows it, and the sandbox's Jira takes long addresses",
    ("dc", "410"): "Cloud's answer where an operation is gone; nothing is gone on Data Center",
    ("trello", "410"): "no document knows it, and nothing is gone",
    (
        "cloud",
        "GET /rest/api/2/mypermissions 401",
    ): "whoever is not signed in is answered, with no permission at all",
    (
        "cloud",
        "GET /rest/api/3/mypermissions 401",
    ): "whoever is not signed in is answered, with no permission at all",
}
