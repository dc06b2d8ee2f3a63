"""The shapes of Jira's answers: whatever has another one is refused by name, before anything is read from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from pydantic_core import CoreSchema
from pydantic_core import core_schema as shape

from posync.connectors.transport.shape import Shape, Vendor, either, list_of, object_of

_shape = partial(Shape, vendor=Vendor("Jira", item="issue", mark="key", named_by="key"))
_SAID = shape.str_schema(strict=True)
_TEXT = shape.nullable_schema(_SAID)
_COUNT = shape.int_schema(strict=True, ge=0)
_TRUTH = shape.bool_schema(strict=True)
_ID = shape.str_schema(strict=True, pattern="^[0-9]+$")
_TIME = shape.nullable_schema(shape.str_schema(strict=True, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d"))
_TEXT_OR_DOCUMENT = shape.nullable_schema(either(_SAID, shape.dict_schema(strict=True)))
_NAMED = object_of({"name": _SAID})
_PERSON = shape.nullable_schema(object_of(displayName=_TEXT, name=_TEXT, key=_TEXT))
_REF = object_of({"key": _SAID}, id=_ID)
_LINKED = object_of(key=_SAID, id=_ID)  # a remote or hidden end may come without its key
_LINK = object_of(
    type=object_of(name=_TEXT, inward=_TEXT, outward=_TEXT), inwardIssue=_LINKED, outwardIssue=_LINKED
)
_COMMENTS = object_of(comments=list_of(object_of({"id": _SAID})), total=_COUNT)
_VERSION = object_of({"id": _ID, "name": _SAID}, archived=_TRUTH, projectId=_COUNT)

_ALWAYS: Mapping[str, CoreSchema] = {
    "summary": _SAID,
    "issuetype": _NAMED,
    "status": object_of({"name": _SAID}, statusCategory=object_of({"key": _SAID})),
    "project": object_of({"key": _SAID}),
}
"""What no issue is without, and no site can hide."""

_FIELDS: Mapping[str, CoreSchema] = {
    "description": _TEXT_OR_DOCUMENT,
    "statuscategorychangedate": _TEXT,
    "priority": shape.nullable_schema(_NAMED),
    "labels": shape.nullable_schema(list_of(_SAID)),
    "fixVersions": shape.nullable_schema(list_of(_NAMED)),
    "assignee": _PERSON,
    "reporter": _PERSON,
    "parent": shape.nullable_schema(_REF),
    "issuelinks": shape.nullable_schema(list_of(_LINK)),
    "votes": shape.nullable_schema(object_of(votes=_COUNT)),
    "watches": shape.nullable_schema(object_of(watchCount=_COUNT)),
    "duedate": _TEXT,
    "created": _TIME,
    "updated": _TIME,
    "resolution": shape.nullable_schema(object_of()),
    "comment": shape.nullable_schema(_COMMENTS),
}
"""Jira's other fields of its own, where an answer has them. In those that apps fill, whatever makes no sense counts as not set."""

_PAGE = {"nextPageToken": _TEXT, "isLast": shape.nullable_schema(_TRUTH)}

FIELD_LIST = _shape(
    list_of(
        object_of(
            {"id": _SAID},
            name=_TEXT,
            schema=object_of(custom=_TEXT, type=_TEXT),
            scope=object_of(project=object_of(id=_SAID)),
        ),
        least=1,
    )
)
ACCOUNT = _shape(object_of(accountId=_TEXT, name=_TEXT, key=_TEXT))
SERVER = _shape(
    object_of({"baseUrl": shape.str_schema(strict=True, pattern="^https?://")}, deploymentType=_TEXT)
)
PERMISSIONS = _shape(
    object_of({"permissions": shape.dict_schema(_SAID, object_of(havePermission=_TRUTH), strict=True)})
)
COMMENTS = _shape(_COMMENTS)
VERSION = _shape(_VERSION)
VERSIONS = _shape(list_of(_VERSION))
PROJECT = _shape(object_of({"id": _ID}))
BOARD = _shape(
    object_of(
        {"filter": object_of({"id": either(_ID, _COUNT)})},
        subQuery=shape.nullable_schema(object_of(query=_TEXT)),
    )
)
_NUMBER = shape.float_schema(strict=True, allow_inf_nan=False)
_SIDE = shape.literal_schema(["above", "below"])
KEPT = _shape(object_of({"at": _NUMBER, "value": shape.any_schema()}))
"""How a value is kept, with the time it was asked for in seconds since 1970."""
KEPT_FIELDS = _shape(list_of(shape.list_schema(_SAID, strict=True, min_length=5, max_length=5), least=1))
WORD, WORDS = _shape(_SAID), _shape(list_of(_SAID))
BOARD_KEPT = _shape(shape.list_schema(_SAID, strict=True, min_length=3, max_length=3))
SIZE = _shape(shape.int_schema(strict=True, ge=1))
NUMBERS = _shape(shape.dict_schema(_SAID, _NUMBER, strict=True))
MOMENTS = _shape(shape.dict_schema(_SAID, shape.dict_schema(_SAID, _NUMBER, strict=True), strict=True))
KEPT_RANKED = _shape(
    list_of(object_of({"at": _NUMBER, "anchor": _SAID, "side": _SIDE, "ids": list_of(_SAID)}))
)
TRUTH = _shape(_TRUTH)
TRUTHS = _shape(shape.dict_schema(_SAID, _TRUTH, strict=True))

IDS = _shape(object_of({"issues": list_of(object_of({"id": _ID}))}, **_PAGE))
"""A page of a search that asks for ids alone."""


@cache
def issues_with(asked: tuple[str, ...], rank_fields: tuple[str, ...], *, counted: bool = False) -> Shape:
    """Return the shape of an answer with issues, `counted` where it must say how many there are in all."""
    total = {"total": _COUNT} if counted else {}
    return _shape(object_of({"issues": list_of(_issue(asked, rank_fields)), **total}, **_PAGE))


@cache
def issue_with(asked: tuple[str, ...], rank_fields: tuple[str, ...]) -> Shape:
    """Return the shape of one issue with the fields that were asked for."""
    return _shape(_issue(asked, rank_fields))


def _issue(asked: tuple[str, ...], rank_fields: tuple[str, ...]) -> CoreSchema:
    needed = {name: one for name, one in _ALWAYS.items() if name in asked}
    fields = object_of(needed, **{**_FIELDS, **dict.fromkeys(rank_fields, _TEXT)})
    properties = shape.nullable_schema(shape.dict_schema(strict=True))
    return object_of({"id": _ID, "key": _SAID, "fields": fields}, properties=properties)
