"""Holds an answer against the OpenAPI documents that the vendors publish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.contract.openapi_known import (
    DEFAULT_SHAPES,
    KNOWN_ERRORS,
    SERVER,
    SHAPES,
    SOFTWARE,
    TRELLO,
    V2,
    V3,
)

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/openapi"
Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One answer, the request it answers, and the document that describes both."""

    document: str
    method: str
    template: str
    status: int
    body: bytes = field(default=b"", repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.template} {self.status}"


def absent() -> list[str]:
    """Return the documents that are not at hand."""
    return [name for name in (V3, V2, SOFTWARE, SERVER, TRELLO) if not (FOLDER / name).is_file()]


@cache
def document(name: str) -> Json:
    """Return a document; skip the test where it is not at hand."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the vendors' documents (../shared/data/openapi) are not here: {name}")
    if name.endswith(".json"):
        found: Json = json.loads(path.read_text(encoding="utf-8"))
        return found
    yaml = pytest.importorskip("yaml", reason="a document of 3 MB needs a fast YAML reader")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    described: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return described


@cache
def registry(name: str) -> Registry[Any]:
    """Return what references lead into: "doc:" is the document, "platform:" the one of Jira Cloud's platform."""
    found = {"doc:": document(name)} | ({"platform:": document(V3)} if name == SOFTWARE else {})
    return Registry().with_resources(
        (begin, Resource.from_contents(one, default_specification=DRAFT4)) for begin, one in found.items()
    )


def described_by(flavour: str, path: str) -> tuple[str, str]:
    """Return the document that describes a path of the sandbox, and how the document writes the path."""
    if flavour == "trello":
        return TRELLO, path.removeprefix("/1")
    if flavour == "dc":
        return SERVER, path.removeprefix("/rest")
    if path.startswith("/rest/agile"):
        return SOFTWARE, path
    return V3 if path.startswith("/rest/api/3/") else V2, path


@cache
def templates(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    paths = document(name)["paths"]
    ordered = sorted(paths, key=lambda template: template.count("{"))  # literal parts win over parameters
    return tuple((re.compile(re.sub(r"\{[^}]+\}", "[^/]+", one)), one) for one in ordered)


@cache
def template_of(name: str, method: str, path: str) -> str | None:
    """Return the document's name for a path, None where it has none."""
    known = document(name)["paths"]
    return next(
        (one for fits, one in templates(name) if fits.fullmatch(path) and method.lower() in known[one]), None
    )


def responses(name: str, method: str, template: str) -> Json:
    """Return what an operation may answer, references followed."""
    doc = document(name)
    rows: Json = doc["paths"][template][method.lower()]["responses"]
    return {status: followed(doc, row) for status, row in rows.items()}


def followed(doc: Json, part: Mapping[str, Any]) -> Mapping[str, Any]:
    for step in part["$ref"].split("/")[1:] if "$ref" in part else ():
        doc = doc[step]
    return doc if "$ref" in part else part


def schema_in(row: Mapping[str, Any]) -> Json | None:
    """Return the schema of the JSON body that a response is said to have, None where nothing is said."""
    found: Json = next((one for media, one in row.get("content", {}).items() if "json" in media), {})
    return found.get("schema")


def pointer(*parts: str) -> str:
    return "doc:#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def said(flavour: str, method: str, url: str, status: int, body: bytes) -> Said | None:
    """Return an answer with its place in the documents, None where they know no such operation."""
    name, path = described_by(flavour, urlsplit(url).path)
    template = template_of(name, method, path)
    return None if template is None else Said(name, method, template, status, body)


def objections(one: Said, url: str = "") -> Iterator[str]:
    """Yield all that a document has against an answer, known errors of the document too."""
    rows = responses(one.document, one.method, one.template)
    row = rows.get(str(one.status), rows.get("default"))
    if row is None:
        yield f"status {one.status} is not declared"
    if one.status == 204:
        yield from ["a body where there is none"] if one.body else []
    elif one.template == "/batch" and one.status == 200:
        yield from _of_parts(one, url)
    else:
        yield from _of_body(one, row or {})


def _of_body(one: Said, row: Mapping[str, Any]) -> Iterator[str]:
    schema = _schema(one, row)
    if not one.body:
        yield from [] if schema is None else ["an empty body"]
        return
    try:
        data = content_of(one.body)
    except ValueError:
        yield f"no JSON: {one.body[:60]!r}"
        return
    if schema is None:
        yield "no body is described"
        return
    for error in validator(one.document, schema).iter_errors(data):
        yield f"{error.json_path}: {shorten(error.message)}"


def validator(name: str, schema: Mapping[str, Any]) -> OAS30Validator:
    """Return what checks a value against a schema that stands in, or refers to, a document."""
    return OAS30Validator(led(schema), registry=registry(name))


def _schema(one: Said, row: Mapping[str, Any]) -> Json | None:
    """Return the schema to hold a body against: the operation's own, or another the document has for such a thing."""
    operation = f"{one.method} {one.template}"
    if one.status < 300:
        for (name, pattern), (schema, _) in SHAPES.items():
            if name == one.document and re.fullmatch(pattern, operation):
                return schema
    own = schema_in(row)
    if own is not None:
        return own
    return DEFAULT_SHAPES.get(one.document) if one.status >= 400 else None


def led(part: Any) -> Any:
    """Return a schema whose references lead into the document, wherever the schema stands."""
    if isinstance(part, dict):
        return {
            key: f"doc:{value}" if key == "$ref" and value.startswith("#") else led(value)
            for key, value in part.items()
        }
    return [led(item) for item in part] if isinstance(part, list) else part


def _of_parts(one: Said, url: str) -> Iterator[str]:
    """Yield what the document has against each part of a batch, by the route of that part."""
    for inner, asked in _parts(one, url):
        if inner is None:
            yield f"part {asked} is not in the document"
        else:
            yield from (f"part {inner}: {each}" for each in unknown(inner, asked))


def _parts(one: Said, url: str) -> Iterator[tuple[Said | None, str]]:
    urls = parse_qs(urlsplit(url).query)["urls"][0].split(",")
    for asked, part in zip(urls, json.loads(one.body), strict=True):
        status = 200 if "200" in part else int(part["statusCode"])
        yield said("trello", "GET", asked, status, json.dumps(part.get("200", part)).encode()), asked


def excused_parts(one: Said, url: str) -> Iterator[tuple[str, str, str] | None]:
    """Yield the written lines that the parts of a batch need."""
    for inner, asked in _parts(one, url) if one.template == "/batch" and one.status == 200 else ():
        if inner is not None:
            yield from (excuse(inner, each) for each in objections(inner, asked))


def unknown(one: Said, url: str = "") -> list[str]:
    """Return what a document has against an answer, its known errors left out."""
    return [each for each in objections(one, url) if not excuse(one, each)]


def excuse(one: Said, complaint: str) -> tuple[str, str, str] | None:
    """Return the written line that explains a complaint away, None where there is none."""
    return next(
        (
            line
            for line in KNOWN_ERRORS
            if line[0] == one.document and re.fullmatch(line[1], str(one)) and line[2] in complaint
        ),
        None,
    )


def content_of(body: bytes) -> Any:
    """Return an answer; the shop's board has an id that people can type, here it gets a usual one."""
    return json.loads(body.decode().replace('"shopboard"', '"5f0000000000000000000abc"'))


def shorten(message: str) -> str:
    """Return a message without the middle of the value it quotes."""
    return message if len(message) < 240 else f"{message[:120]} ... {message[-100:]}"
