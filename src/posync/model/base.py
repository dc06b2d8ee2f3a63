"""What every noun of the model has in common: frozen, strict, and nothing unknown let in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal, Self, TypeVar, cast, dataclass_transform

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo
from pydantic_core import SchemaSerializer, SchemaValidator

_STRICT = ConfigDict(extra="forbid", strict=True)


class Frozen(BaseModel):
    """A value: equal by content, never changed, never lenient about types."""

    model_config = ConfigDict(frozen=True, **_STRICT)


class Light:
    """A value of which one run may hold a hundred thousand: see `light`. It answers to the names of a Frozen."""

    __slots__ = ()
    __pydantic_validator__: ClassVar[SchemaValidator]
    __pydantic_serializer__: ClassVar[SchemaSerializer]
    model_fields: ClassVar[Mapping[str, FieldInfo]] = {}

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return the same value but for what is in `update`, which is not checked."""
        made = object.__new__(type(self))
        for name in self.model_fields:
            object.__setattr__(made, name, getattr(self, name))
        for name, value in (update or {}).items():
            object.__setattr__(made, name, value)
        return made

    def model_dump(
        self, *, mode: Literal["json", "python"] = "python", exclude: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return the value as a dictionary, all the way down; with mode="json", as JSON has it."""
        found: dict[str, Any] = self.__pydantic_serializer__.to_python(self, mode=mode, exclude=set(exclude))
        return found

    def model_dump_json(self, *, exclude: Collection[str] = (), exclude_defaults: bool = False) -> str:
        """Return the value as compact JSON."""
        dumped = self.__pydantic_serializer__.to_json(
            self, exclude=set(exclude), exclude_defaults=exclude_defaults
        )
        return str(dumped, "utf-8")

    @classmethod
    def model_validate(cls, fields: Mapping[str, Any]) -> Self:
        """Return the value with these fields; raises ValidationError where they are no such value."""
        return cls(**fields)

    @classmethod
    def model_validate_json(cls, text: str) -> Self:
        """Return the value of a JSON text; raises ValidationError where it is none."""
        found: Self = cls.__pydantic_validator__.validate_json(text)
        return found

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """Return the JSON schema of what `model_validate_json` takes."""
        return TypeAdapter(cls).json_schema()


_Kind = TypeVar("_Kind", bound=type[Light])


@dataclass_transform(kw_only_default=True, frozen_default=True)
def light(kind: _Kind) -> _Kind:
    """Make a class of values that are checked like a Frozen, but take a fifth of the memory.

    A pydantic model keeps a dictionary and a set for every value; a dataclass with slots keeps neither.
    """
    made: Any = dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)(kind)
    made.model_fields = made.__pydantic_fields__
    return cast("_Kind", made)
