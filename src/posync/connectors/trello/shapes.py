"""The shapes of Trello's answers: without their lists whole, all cards would pass for archived ones."""

from __future__ import annotations

from functools import partial

from pydantic_core import core_schema as shape

from posync.connectors.transport.shape import Shape, Vendor, list_of, object_of

_shape = partial(Shape, vendor=Vendor("Trello", item="card", mark="idList", named_by="shortLink"))
_SAID = shape.str_schema(strict=True)
_ID = shape.str_schema(strict=True, pattern="^[0-9a-f]{24}$")
_TEXT = shape.nullable_schema(_SAID)
_TRUTH = shape.bool_schema(strict=True)
_SET = shape.nullable_schema(_TRUTH)
_POSITION = shape.float_schema(strict=True, allow_inf_nan=False)
_NAMED = object_of({"id": _SAID}, name=_TEXT)

_LIST = object_of({"id": _SAID, "name": _SAID, "pos": _POSITION}, closed=_TRUTH)
_CUSTOM_FIELD = object_of(
    {"id": _SAID, "name": _SAID, "type": _SAID}, options=shape.nullable_schema(list_of(object_of()))
)
_CHECKLIST = object_of({"id": _SAID}, name=_TEXT, idCard=_TEXT, checkItems=list_of(_NAMED))
_CARD = object_of(
    {"id": _ID},
    name=_TEXT,
    desc=_TEXT,
    shortLink=_TEXT,
    idBoard=_TEXT,
    idList=_SAID,
    idLabels=shape.nullable_schema(list_of(_ID)),
    idMembers=shape.nullable_schema(list_of(_SAID)),
    closed=_SET,
    dueComplete=_SET,
    isTemplate=_SET,
    cardRole=_TEXT,
    due=_TEXT,
    dateLastActivity=_TEXT,
    pos=_POSITION,
    badges=shape.nullable_schema(object_of()),
    customFieldItems=shape.nullable_schema(list_of(object_of({"idCustomField": _SAID}))),
    attachments=shape.nullable_schema(list_of(object_of(url=_TEXT))),
    checklists=shape.nullable_schema(list_of(_CHECKLIST)),
)

CARDS = _shape(list_of(_CARD))
BOARD = _shape(
    object_of(
        {"id": _SAID, "lists": list_of(_LIST)},
        name=_TEXT,
        shortLink=_TEXT,
        dateLastActivity=_TEXT,
        closed=_SET,
        labels=shape.nullable_schema(list_of(object_of({"id": _SAID}, name=_TEXT, color=_TEXT))),
        customFields=shape.nullable_schema(list_of(_CUSTOM_FIELD)),
        members=shape.nullable_schema(list_of(_NAMED)),
        cards=list_of(_CARD),
        checklists=shape.nullable_schema(list_of(_CHECKLIST)),
    )
)
