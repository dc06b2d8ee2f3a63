"""Holds a request against the OpenAPI documents that the vendors publish."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.contract import openapi_documents as documents
from tests.contract.openapi_known import TRELLO
from tests.contract.openapi_known_requests import KNOWN_ERRORS

Line = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """One request, and the document that describes it; `path` and `template` are as the document writes them."""

    document: str
    method: str
    template: str
    path: str = ""
    query: Mapping[str, list[str]] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def asked(flavour: str, method: str, url: str, body: Any = None) -> Asked | None:
    """Return a request with its place in the documents, None where they know no such operation."""
    parts = urlsplit(url)
    name, path = documents.described_by(flavour, parts.path)
    template = documents.template_of(name, method, path)
    if template is None:
        return None
    return Asked(name, method, template, path, parse_qs(parts.query, keep_blank_values=True), body)


def within(one: Asked) -> list[str]:
    """Return the addresses that a batch asks for."""
    urls = one.query.get("urls", [""])[0] if one.template == "/batch" else ""
    return [each for each in urls.split(",") if each]


def excuse(one: Asked, complaint: str) -> Line | None:
    """Return the written line that explains a complaint away, None where there is none."""
    return next(
        (
            line
            for line in KNOWN_ERRORS
            if line[0] == one.document and re.fullmatch(line[1], str(one)) and line[2] in complaint
        ),
        None,
    )


def objections(one: Asked) -> Iterator[str]:
    """Yield all that a document has against a request, known errors of the document too."""
    described = documents.document(one.document)["paths"][one.template]
    operation = described[one.method.lower()]
    parameters = _parameters(one.document, described, operation)
    carried = documents.followed(documents.document(one.document), operation.get("requestBody") or {})
    schema = documents.schema_in(carried)
    yield from _of_names(one, parameters, schema)
    yield from _of_values(one, parameters)
    if one.body is not None and schema is not None:
        for error in documents.validator(one.document, schema).iter_errors(one.body):
            yield f"body {error.json_path}: {documents.shorten(error.message)}"
    elif carried.get("required") and one.body is None:
        yield "a body is missing"


def _parameters(name: str, described: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Any]:
    rows = [*described.get("parameters", ()), *operation.get("parameters", ())]
    return [documents.followed(documents.document(name), row) for row in rows]


def _of_names(one: Asked, parameters: list[Any], schema: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is given and unknown, and what is required and missing; Trello takes parameters in a body too."""
    known = {row["name"] for row in parameters if row["in"] == "query"}
    given = set(one.query)
    if one.document == TRELLO:
        given |= set(one.body or ())
        known |= {name for each in _choices(schema or {}) for name in each.get("properties", ())}
    elif one.body is not None and schema is None:
        yield "a body where none is described"
    yield from (f"{name} is not documented" for name in sorted(given - known))
    required = {row["name"] for row in parameters if row.get("required") and row["in"] == "query"}
    yield from (f"{name} is missing" for name in sorted(required - given))


def _choices(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [schema, *schema.get("oneOf", ())]


def _of_values(one: Asked, parameters: list[Any]) -> Iterator[str]:
    """Yield the values that are none of their parameter; what stands in an address is read as text or as JSON."""
    placed = _placed(one)
    for row in parameters:
        name, schema = row["name"], row.get("schema", {})
        if row["in"] == "path":
            readings = _readings([placed[name]])
        elif name in one.query:
            readings = _readings(one.query[name])
        elif one.document == TRELLO and name in (one.body or {}):
            readings = [one.body[name]]
        else:
            continue
        if not any(documents.validator(one.document, schema).is_valid(each) for each in readings):
            yield f"{name}: {readings[0]!r} is no value for it"


def _readings(values: list[str]) -> list[Any]:
    """Return what a value in an address may mean: itself, its JSON, or the list of all that were given."""
    readings: list[Any] = [values[0], values]
    with contextlib.suppress(ValueError):
        readings.insert(1, json.loads(values[0]))
    return readings if len(values) == 1 else [values]


def _placed(one: Asked) -> dict[str, str]:
    """Return the parameters within a path."""
    parts = zip(one.template.split("/"), one.path.split("/"), strict=True)
    return {name[1:-1]: value for name, value in parts if name.startswith("{")}
