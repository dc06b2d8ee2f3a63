"""The marker of a workspace on a Jira project: an entity property of its own, which only this workspace writes.

One property for each tracker of a workspace, so that no two ever write the same one and no update is lost. It
stands on the project, not on issues: it speaks of the order too, and costs one request, not one per issue.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from posync.connectors.jira.scope import QUOTED, JiraScope, without_order
from posync.connectors.jira.site import API, Site, mapping
from posync.connectors.jira.writes import project_of
from posync.connectors.transport import Transport
from posync.errors import NotFound
from posync.model.claim import Claim, Claimed, Scope
from posync.model.plan import CLAIM, Outcome, Result, Write
from posync.model.repeat import Repeat

LARGEST = 32_768
"""Bytes of a property's value; Jira takes no more. Its key holds 255, of which two names of 63 need 135."""
LONG = 4000
"""Characters of a query; a longer one is known by its digest."""
MOST = 50
"""Claims of others that are read; nobody has so many, but anybody may write properties."""

ROUTE = "project/{key}/properties/{property}"
_PREFIX, _BETWEEN = "posync.", "~"  # no name holds a `~`, and no address needs it written in another way
_VERSION = 1
_WHOLE = re.compile(r"""project\s*=\s*(["']?)([A-Za-z][A-Za-z0-9_]*)\1""", re.IGNORECASE)


def scopes(scope: JiraScope, keys: Iterable[str]) -> tuple[Scope, ...]:
    """Return what a tracker has of each project that these issues are in; without issues, of the one it names."""
    query = without_order(scope.jql) if scope.jql is not None else None
    alone = _WHOLE.fullmatch(query) if query is not None else None
    named = scope.project or (alone[2] if alone else None)
    places = sorted({project_of(key) for key in keys} - {""}) or ([named] if named else [])
    narrowed = None if query is None or alone else _comparable(query)
    return tuple(Scope(kind="jira", place=place, board=scope.board, query=narrowed) for place in places)


def _comparable(query: str) -> str:
    """Return a query as it is compared: blanks outside quotes do not matter, and a long one has a digest."""
    parts = re.split(QUOTED, query)
    plain = "".join(part if n % 2 else re.sub(r"\s+", " ", part) for n, part in enumerate(parts))
    return plain if len(plain) <= LONG else f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def claimed(site: Site, scope: Scope, workspace: str, tracker: str) -> Claimed:
    """Return what the properties of a project say of other workspaces; this one's own are not read."""
    keys = _keys(site, scope.place)
    foreign = [key for key in keys if not key.startswith(f"{_PREFIX}{workspace}{_BETWEEN}")]
    read = {key: _claim_of(key, _value(site, scope.place, key), scope) for key in foreign[:MOST]}
    unreadable = [f"the property {key[:80]!r}" for key, claim in read.items() if claim is None]
    more = [f"{len(foreign) - MOST} more properties"] if len(foreign) > MOST else []
    return Claimed(
        others=tuple(claim for claim in read.values() if claim is not None),
        unreadable=(*unreadable, *more),
        stands=_key(workspace, tracker) in keys,
    )


def marking(claim: Claim) -> Write:
    """Return the write that leaves a claim's marker: sending it twice does no harm."""
    return Write(tracker=claim.tracker, method="PUT", route=ROUTE, repeat=Repeat.SAFE, claim=claim)


def unmarking(claim: Claim, tracker: str) -> Write:
    """Return the write by which `tracker` takes a claim's marker away, whoever's it is."""
    return Write(tracker=tracker, method="DELETE", route=ROUTE, repeat=Repeat.SAFE, claim=claim)


def marked(site: Site, claim: Claim) -> bool:
    """Whether the property of this claim is there and says the same."""
    value = _value(site, claim.scope.place, _key(claim.workspace, claim.tracker))
    return bool(value == _body(claim))


def mark(transport: Transport, claim: Claim, method: str) -> Result:
    """Write a claim's property, or with DELETE take it away."""
    route = _route(claim.scope.place, _key(claim.workspace, claim.tracker))
    operation = f"mark project {claim.scope.place}"
    if method != "DELETE":
        transport.write("PUT", route, _body(claim), repeat=Repeat.SAFE, operation=operation)
        return Result(change=CLAIM, outcome=Outcome.DONE)
    try:
        transport.write(
            "DELETE", route, repeat=Repeat.SAFE, operation=f"give project {claim.scope.place} free"
        )
    except NotFound:
        return Result(change=CLAIM, outcome=Outcome.ALREADY)
    return Result(change=CLAIM, outcome=Outcome.DONE)


def _key(workspace: str, tracker: str) -> str:
    return f"{_PREFIX}{workspace}{_BETWEEN}{tracker}"


def _route(project: str, key: str = "") -> str:
    where = f"{API}/project/{quote(project, safe='')}/properties"
    return f"{where}/{quote(key, safe='')}" if key else where


def _keys(site: Site, project: str) -> list[str]:
    operation = f"read the properties of project {project}"
    listed = mapping(site.name, operation, site.get(_route(project), operation=operation)).get("keys")
    rows = listed if isinstance(listed, list) else []
    keys = [row["key"] for row in rows if isinstance(row, dict) and isinstance(row.get("key"), str)]
    return [key for key in keys if key.startswith(_PREFIX)]


def _value(site: Site, project: str, key: str) -> Any:
    """Return a property's value, None where it is gone by now."""
    operation = f"read the properties of project {project}"
    try:
        answer = site.get(_route(project, key), operation=operation)
    except NotFound:
        return None
    return mapping(site.name, operation, answer).get("value")


def _body(claim: Claim) -> dict[str, Any]:
    return _document(claim.cut(lambda each: len(json.dumps(_document(each))) <= LARGEST))


def _document(claim: Claim) -> dict[str, Any]:
    return {"version": _VERSION, **claim.model_dump(mode="json", exclude_defaults=True)}


def _claim_of(key: str, value: Any, scope: Scope) -> Claim | None:
    """Return the claim in a property, as one on the project it was found on; None where it makes no sense.

    Members that a later posync may add are passed over.
    """
    if not isinstance(value, dict) or not isinstance(value.get("scope"), dict):
        return None
    here = {**_known(Scope, value["scope"]), "kind": "jira", "place": scope.place, "lists": []}
    try:
        claim = Claim.model_validate_json(json.dumps({**_known(Claim, value), "scope": here}))
    except (ValidationError, ValueError, RecursionError):
        return None
    return claim if key == _key(claim.workspace, claim.tracker) and _is_sound(claim) else None


def _known(model: type[Claim | Scope], value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in model.model_fields if name in value}


def _is_sound(claim: Claim) -> bool:
    names = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
    return all(names.fullmatch(name) for name in (claim.workspace, claim.tracker))
