"""What each column of the state holds; on SQLite, which keeps anything in any column, other values are told as damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Date, DateTime, Dialect, Integer, Text, TypeDecorator

from posync.state.failures import UnreadableError
from posync.state.words import storable

HIGHEST = 2**31 - 1
"""The highest whole number that PostgreSQL has in such a column."""

_Kept = TypeVar("_Kept")
_Reading = Callable[[Any], Any]


class _Checked(TypeDecorator[_Kept]):
    """A column whose values are looked at as they are read; `_reading` returns how, None where they are taken as they are."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reading | None:
        """Return what reads a value: PostgreSQL looks at them itself."""
        reading = super().result_processor(dialect, coltype)
        return self._reading(reading) if dialect.name == "sqlite" else reading

    def _reading(self, reading: _Reading | None) -> _Reading:
        raise NotImplementedError


class Plain(_Checked[str]):
    """Text of posync's own, or of a tracker within JSON."""

    impl = Text
    cache_ok = True

    def _reading(self, reading: _Reading | None) -> _Reading:  # noqa: ARG002  it is read as it is
        return _text


class Words(Plain):
    """Text from a tracker outside any JSON; what no database can hold (NUL, half a surrogate) becomes U+FFFD."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the database keeps."""
        return value if value is None else storable(value)


class Whole(_Checked[int]):
    """A whole number from 0 on."""

    impl = Integer
    cache_ok = True

    def _reading(self, reading: _Reading | None) -> _Reading:  # noqa: ARG002  it is read as it is
        return _whole


class Day(_Checked[date]):
    """A date."""

    impl = Date
    cache_ok = True

    def _reading(self, reading: _Reading | None) -> _Reading:
        return _read_by(reading)


class Utc(_Checked[datetime]):
    """An aware UTC time, kept without its zone: SQLite has none to keep."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the database keeps."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return what the model knows."""
        return value.replace(tzinfo=UTC) if value else None

    def _reading(self, reading: _Reading | None) -> _Reading:
        return _read_by(reading)


def _text(value: Any) -> Any:
    if value.__class__ is str or value is None:
        return value
    raise UnreadableError


def _whole(value: Any) -> Any:
    if value is None or (value.__class__ is int and 0 <= value <= HIGHEST):
        return value
    raise UnreadableError


def _read_by(reading: _Reading | None) -> _Reading:
    assert reading is not None, "SQLite keeps days and times as text"

    def checked(value: Any) -> Any:
        try:
            return reading(value)
        except (TypeError, ValueError):
            raise UnreadableError from None

    return checked
