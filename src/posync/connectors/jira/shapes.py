"""The shapes of Jira's answers: whatever has another one is refused by name, before anything is read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as shape

from posync.errors import UnexpectedPayload

_KINDS = {
    type(None): "empty",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
_LONGEST = 40  # characters of an answer that a message repeats


@dataclass(frozen=True)
class Shape:
    """What an answer must look like; it may hold more."""

    schema: CoreSchema

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(self.schema)

    def fits(self, data: Any) -> bool:
        """Whether data looks like this."""
        return self._validator.isinstance_python(data)

    def checked(self, tracker: str, operation: str, data: Any) -> Any:
        """Return `data` as it came; raises UnexpectedPayload, which names the issue and what is odd about it."""
        try:
            self._validator.validate_python(data)
        except ValidationError as error:
            place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        else:
            return data
        who, what = _oddity(data, place)
        raise UnexpectedPayload(
            tracker,
            operation,
            f"{who} is not as Jira writes it: {what}",
            remedy="Try again. If it stays so, look at it in Jira, at the url of this tracker, "
            "and at any proxy on the way.",
        )


def _oddity(data: Any, place: tuple[int | str, ...]) -> tuple[str, str]:
    """Return which issue is odd (else: the answer) and what about it, from the place where its shape ends."""
    who, path = "the answer", ""
    for part in place:
        if who == "the answer" and isinstance(data, dict) and isinstance(data.get("key"), str):
            who, path = f"issue {data['key'][:_LONGEST]!r}", ""
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
        if isinstance(data, dict) and part not in data:
            return who, f"it has no {path.lstrip('.')}"
        data = data[part]
    found = f"the text {data[:_LONGEST]!r}" if isinstance(data, str) else _KINDS[type(data)]
    return who, f"{path.lstrip('.') or 'it'} is {found}"


def _object(needed: Mapping[str, CoreSchema] | None = None, /, **others: CoreSchema) -> CoreSchema:
    """Return the shape of an object with these members; it may have more."""
    members = {name: shape.typed_dict_field(one) for name, one in (needed or {}).items()}
    members |= {name: shape.typed_dict_field(one, required=False) for name, one in others.items()}
    return shape.typed_dict_schema(members, strict=True)


def _list(of: CoreSchema, least: int = 0) -> CoreSchema:
    return shape.list_schema(of, strict=True, min_length=least)


def _either(*shapes: CoreSchema) -> CoreSchema:
    """Return what is one of several; the custom error keeps the tried ones out of the place it names."""
    return shape.union_schema([*shapes], custom_error_type="odd", custom_error_message="odd")


_SAID = shape.str_schema(strict=True)
_TEXT = shape.nullable_schema(_SAID)
_COUNT = shape.int_schema(strict=True, ge=0)
_TRUTH = shape.bool_schema(strict=True)
_ID = shape.str_schema(strict=True, pattern="^[0-9]+$")
_TIME = shape.nullable_schema(shape.str_schema(strict=True, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d"))
_TEXT_OR_DOCUMENT = shape.nullable_schema(_either(_SAID, shape.dict_schema(strict=True)))
_NAMED = _object({"name": _SAID})
_PERSON = shape.nullable_schema(_object(displayName=_TEXT, name=_TEXT, key=_TEXT))
_REF = _object({"key": _SAID}, id=_ID)
_LINK = _object(type=_object(name=_TEXT, inward=_TEXT, outward=_TEXT), inwardIssue=_REF, outwardIssue=_REF)
_COMMENTS = _object(comments=_list(_object({"id": _SAID})), total=_COUNT)

_ALWAYS: Mapping[str, CoreSchema] = {
    "summary": _SAID,
    "issuetype": _NAMED,
    "status": _object({"name": _SAID}, statusCategory=_object({"key": _SAID})),
    "project": _object({"key": _SAID}),
}
"""What no issue is without, and no site can hide."""

_FIELDS: Mapping[str, CoreSchema] = {
    "description": _TEXT_OR_DOCUMENT,
    "statuscategorychangedate": _TEXT,
    "priority": shape.nullable_schema(_NAMED),
    "labels": shape.nullable_schema(_list(_SAID)),
    "fixVersions": shape.nullable_schema(_list(_NAMED)),
    "assignee": _PERSON,
    "reporter": _PERSON,
    "parent": shape.nullable_schema(_REF),
    "issuelinks": shape.nullable_schema(_list(_LINK)),
    "votes": shape.nullable_schema(_object(votes=_COUNT)),
    "watches": shape.nullable_schema(_object(watchCount=_COUNT)),
    "duedate": _TEXT,
    "created": _TIME,
    "updated": _TIME,
    "resolution": shape.nullable_schema(_object()),
    "comment": shape.nullable_schema(_COMMENTS),
}
"""Jira's other fields of its own, where an answer has them. In those that apps fill, whatever makes no sense counts as not set."""

_PAGE = {"nextPageToken": _TEXT, "isLast": shape.nullable_schema(_TRUTH)}

FIELD_LIST = Shape(
    _list(
        _object(
            {"id": _SAID},
            name=_TEXT,
            schema=_object(custom=_TEXT, type=_TEXT),
            scope=_object(project=_object(id=_SAID)),
        ),
        least=1,
    )
)
ACCOUNT = Shape(_object(accountId=_TEXT, name=_TEXT, key=_TEXT))
SERVER = Shape(_object({"baseUrl": shape.str_schema(strict=True, pattern="^https?://")}))
PERMISSIONS = Shape(
    _object({"permissions": shape.dict_schema(_SAID, _object(havePermission=_TRUTH), strict=True)})
)
BOARD = Shape(
    _object(
        {"filter": _object({"id": _either(_ID, _COUNT)})},
        subQuery=shape.nullable_schema(_object(query=_TEXT)),
    )
)
_NUMBER = shape.float_schema(strict=True, allow_inf_nan=False)
KEPT = Shape(_object({"at": _NUMBER, "value": shape.any_schema()}))
"""How a value is kept, with the time it was asked for in seconds since 1970."""
KEPT_FIELDS = Shape(_list(shape.list_schema(_SAID, strict=True, min_length=5, max_length=5), least=1))
WORD, WORDS = Shape(_SAID), Shape(_list(_SAID))
BOARD_KEPT = Shape(shape.list_schema(_SAID, strict=True, min_length=2, max_length=2))
SIZE = Shape(shape.int_schema(strict=True, ge=1))
NUMBERS = Shape(shape.dict_schema(_SAID, _NUMBER, strict=True))
TRUTH = Shape(_TRUTH)
TRUTHS = Shape(shape.dict_schema(_SAID, _TRUTH, strict=True))

IDS = Shape(_object({"issues": _list(_object({"id": _ID}))}, **_PAGE))
"""A page of a search that asks for ids alone."""


@cache
def issues_with(asked: tuple[str, ...], rank_fields: tuple[str, ...], *, counted: bool = False) -> Shape:
    """Return the shape of an answer with issues, `counted` where it must say how many there are in all."""
    total = {"total": _COUNT} if counted else {}
    return Shape(_object({"issues": _list(_issue(asked, rank_fields)), **total}, **_PAGE))


@cache
def issue_with(asked: tuple[str, ...], rank_fields: tuple[str, ...]) -> Shape:
    """Return the shape of one issue with the fields that were asked for."""
    return Shape(_issue(asked, rank_fields))


def _issue(asked: tuple[str, ...], rank_fields: tuple[str, ...]) -> CoreSchema:
    needed = {name: one for name, one in _ALWAYS.items() if name in asked}
    fields = _object(needed, **{**_FIELDS, **dict.fromkeys(rank_fields, _TEXT)})
    properties = shape.nullable_schema(shape.dict_schema(strict=True))
    return _object({"id": _ID, "key": _SAID, "fields": fields}, properties=properties)
