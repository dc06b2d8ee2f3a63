"""Turns a document into settings, and what pydantic says of it into words a product owner understands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from posync.documents.document import Document, did_you_mean, nearest
from posync.documents.keys import known_keys
from posync.documents.reading import described
from posync.errors import ConfigError, Problem

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]

# What stands under these keys may be a secret, so messages never repeat it.
_HUSHED = frozenset({"auth", "token", "password", "secret", "bearer", "email"})
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date like 2026-12-15",
    "date_parsing": "a date like 2026-12-15",
    "date_from_datetime_parsing": "a date like 2026-12-15",
    "datetime_type": "a time like 2026-12-15T09:30:00Z",
    "datetime_parsing": "a time like 2026-12-15T09:30:00Z",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "keys and values",
    "mapping_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "none_required": "nothing",
}
_BOUNDS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "is not written as expected (pattern {pattern})",
    "finite_number": "must be a finite number",
}


_LENGTHS = {
    "too_short": "a list of {min_length} or more",
    "too_long": "a list of {max_length} at most",
}


def wrong(message: str, *at: str | int, offset: int = 0, key: bool = False) -> PydanticCustomError:
    """Return the error a validator raises to be shown at `at`, relative to the value it validates.

    `offset` counts characters into a text; `key` points at the key instead of the value.
    """
    said = {"said": message, "at": at, "offset": offset, "key": key}
    return PydanticCustomError("posync", "{said}", said)


def parse(document: Document, model: type[M]) -> M:
    """Return the document as a `model`; raises ConfigError with every problem at once, each with its place.

    Types are strict, and as YAML gives them: whole numbers do for numbers, lists for tuples,
    texts for enums, dates for dates; a quoted number is a text.
    """
    body = json.dumps(document.data, default=str)
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        said = [_told(each, document, model) for each in found if not _miscounted(each, found)]
    raise ConfigError([problem.placed(document) for problem in _summed_up(said)])


def _miscounted(error: ErrorDetails, others: Iterable[ErrorDetails]) -> bool:
    """Whether a list seems too short only because pydantic does not count the entries that are wrong."""
    at = error["loc"]
    return (
        error["type"] == "too_short"
        and len(error["input"]) >= error["ctx"]["min_length"]
        and any(other["loc"][: len(at)] == at for other in others if len(other["loc"]) > len(at))
    )


class _Said(NamedTuple):
    """One thing wrong at a path; `expected` where the value is of another kind, `message` otherwise."""

    path: Path
    branch: Path  # what pydantic adds to tell the members of a union apart
    message: str = ""
    expected: str = ""
    got: str = ""
    meant: str | None = None  # the key that is missing, or that a misspelt one probably is
    key: bool = False
    offset: int = 0

    def placed(self, document: Document) -> Problem:
        """Return the Problem, with its line and column."""
        message = self.message or f"expected {self.expected}{self.got}"
        return document.problem(message, self.path, key=self.key, offset=self.offset)


def _told(error: ErrorDetails, document: Document, model: type[BaseModel]) -> _Said:
    path, branch = _data_path(error["loc"], document.data)
    context: Mapping[str, Any] = error.get("ctx", {})
    told = _Said(path, branch, key=error["type"] in {"missing", "extra_forbidden", "union_tag_not_found"})
    match error["type"]:
        case "extra_forbidden":
            name = str(error["loc"][-1])
            known = known_keys(model, error["loc"][:-1])
            message = f"unknown key {name!r}{did_you_mean(name, known)}"
            return told._replace(message=message, meant=nearest(name, known))
        case "missing" | "union_tag_not_found":
            lacking = _lacking(error)
            return told._replace(message=f"missing key {lacking!r}", meant=lacking)
        case "union_tag_invalid":
            return _untagged(told, context, document)
        case "literal_error" | "enum":
            return _unchosen(told, context, error["input"])
        case "posync":
            at = (*path, *context["at"])
            return _Said(at, branch, context["said"], key=context["key"], offset=context["offset"])
    return _misfit(told, error, context)


def _lacking(error: ErrorDetails) -> str:
    named = str(error["ctx"]["discriminator"]) if error["type"] == "union_tag_not_found" else error["loc"][-1]
    return str(named).strip("'")


def _misfit(told: _Said, error: ErrorDetails, context: Mapping[str, Any]) -> _Said:
    """Return what is to be said of a value of the wrong kind or outside its bounds."""
    kind, value = error["type"], error["input"]
    got = "" if _hushed(told.path, value) else f", got {_shown(value)}"
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        got += ": put quotes around it"
    if kind in _KINDS:
        return told._replace(expected=_KINDS[kind], got=got)
    if kind in _BOUNDS:
        bounds = {name: _plain(value) for name, value in context.items()}
        return told._replace(message=_BOUNDS[kind].format(**bounds) + got)
    if kind in _LENGTHS:  # pydantic counts only the entries it likes: deeper mistakes come first
        return told._replace(expected=_LENGTHS[kind].format(**context))
    if kind in {"value_error", "assertion_error"}:
        return told._replace(message=str(context.get("error", error["msg"])))
    return told._replace(message=error["msg"][:1].lower() + error["msg"][1:])


def _plain(bound: Any) -> Any:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _shown(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"the number {value}" if number else described(value)


def _hushed(path: Path, value: Any) -> bool:
    address = isinstance(value, str) and "://" in value and "@" in value
    return address or any(part in _HUSHED for part in path)


def _untagged(told: _Said, context: Mapping[str, Any], document: Document) -> _Said:
    known = _quoted_words(str(context["expected_tags"]))
    tag, named = str(context["tag"]), str(context["discriminator"]).strip("'")
    holding = (
        *((named,) if document.has((*told.path, named)) else ()),
        *document.keys_holding(told.path, tag),
    )
    called = f"{holding[0]} {tag!r}" if holding else repr(tag)
    hint = did_you_mean(tag, known)
    message = f"unknown {called}{hint or ':'} known are {', '.join(known)}"
    return told._replace(path=(*told.path, *holding[:1]), message=message.replace("? known", "? Known"))


def _unchosen(told: _Said, context: Mapping[str, Any], value: Any) -> _Said:
    known = _quoted_words(str(context["expected"]))
    hint = did_you_mean(value, known) if isinstance(value, str) else ""
    got = "" if _hushed(told.path, value) else f", got {_shown(value)}{hint}"
    return told._replace(expected=" or ".join(known), got=got)


def _quoted_words(listed: str) -> list[str]:
    """Return the choices in pydantic's listing, `'a', 'b' or 'c'`."""
    return [word.strip("'") for word in listed.replace(" or ", ", ").split(", ") if word]


def _data_path(loc: Iterable[str | int], data: Any) -> tuple[Path, Path]:
    """Split pydantic's location into the path through the data, and the union members it names between."""
    path: list[str | int] = []
    branch: list[str | int] = []
    for part in loc:
        inside = (
            part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        )
        if inside:
            data = data[part]
            path.append(part)
        elif part != "[key]":
            branch.append(part)
    return tuple(path), tuple(branch)


def _summed_up(said: Sequence[_Said]) -> Iterator[_Said]:
    """Yield one problem per place: alternatives of a union are told together, deeper ones first.

    A value that is keys and values was meant for the member of the union that takes those:
    what the other members say of it is left out.
    """
    said = [one for one in said if not any(_explains(other, one) for other in said)]
    deeper = [one for one in said if not one.expected]
    for index, one in enumerate(said):
        if one.expected and any(_is_meant_deeper(one, other) for other in deeper):
            continue
        same = [other for other in said if other.expected and other.path == one.path]
        if not one.expected:
            if one not in said[:index]:
                yield one
        elif same[0] is one:
            expected = " or ".join(dict.fromkeys(other.expected for other in same))
            yield _Said(one.path, one.branch, expected=expected, got=max((s.got for s in same), key=len))


def _explains(misspelt: _Said, missing: _Said) -> bool:
    """Whether a key is only missing because it is misspelt."""
    return (
        missing.message.startswith("missing")
        and misspelt.message.startswith("unknown")
        and misspelt.meant == missing.meant
        and misspelt.path[:-1] == missing.path
    )


def _is_meant_deeper(one: _Said, other: _Said) -> bool:
    below = len(other.path) > len(one.path) and other.path[: len(one.path)] == one.path
    beside = other.path == one.path and bool(other.branch) and bool(one.branch)
    return below or beside
