"""What an answer must look like, and the words for one that looks otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

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


class Vendor(NamedTuple):
    """Whose answers these are, what one item in them is called, and which members only it has and name it."""

    name: str
    item: str
    mark: str
    named_by: str


@dataclass(frozen=True)
class Shape:
    """What an answer must look like; it may hold more."""

    schema: CoreSchema
    vendor: Vendor

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(self.schema)

    def fits(self, data: Any) -> bool:
        """Whether data looks like this."""
        return self._validator.isinstance_python(data)

    def checked(self, tracker: str, operation: str, data: Any) -> Any:
        """Return `data` as it came; raises UnexpectedPayload, which names the item and what is odd about it."""
        try:
            self._validator.validate_python(data)
        except ValidationError as error:
            place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        else:
            return data
        who, what = self._oddity(data, place)
        raise UnexpectedPayload(
            tracker,
            operation,
            f"{who} is not as {self.vendor.name} writes it: {what}",
            remedy=f"Try again. If it stays so, look at it in {self.vendor.name}, at the url of this tracker, "
            "and at any proxy on the way.",
        )

    def _oddity(self, data: Any, place: tuple[int | str, ...]) -> tuple[str, str]:
        """Return which item is odd (else: the answer) and what about it, from the place where its shape ends."""
        _, item, mark, named_by = self.vendor
        who, path = "", ""
        for part in place:
            if not who and isinstance(data, dict) and mark in data and isinstance(data.get(named_by), str):
                who, path = f"{item} {data[named_by][:_LONGEST]!r}", ""
            path += f"[{part}]" if isinstance(part, int) else f".{part}"
            if isinstance(data, dict) and part not in data:
                return who or "the answer", f"it has no {path.lstrip('.')}"
            data = data[part]
        found = f"the text {data[:_LONGEST]!r}" if isinstance(data, str) else _KINDS[type(data)]
        return who or "the answer", f"{path.lstrip('.') or 'it'} is {found}"


def object_of(needed: Mapping[str, CoreSchema] | None = None, /, **others: CoreSchema) -> CoreSchema:
    """Return the shape of an object with these members; it may have more."""
    members = {name: shape.typed_dict_field(one) for name, one in (needed or {}).items()}
    members |= {name: shape.typed_dict_field(one, required=False) for name, one in others.items()}
    return shape.typed_dict_schema(members, strict=True)


def list_of(of: CoreSchema, least: int = 0) -> CoreSchema:
    """Return the shape of a list with at least so many of one kind."""
    return shape.list_schema(of, strict=True, min_length=least)


def either(*shapes: CoreSchema) -> CoreSchema:
    """Return what is one of several; the custom error keeps the tried ones out of the place it names."""
    return shape.union_schema([*shapes], custom_error_type="odd", custom_error_message="odd")
