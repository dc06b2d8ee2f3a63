"""What a database says when it cannot go on, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from posync.errors import StateError

_DAMAGED = "is damaged. Move it away and run `posync pull`; the history of runs in it is lost unless restored from a backup."

# What SQLite says -> what it means and what to do. Source: sqlite.org/rescode.html, the result texts.
_SQLITE = (
    ("not a database", "is not a posync state file. Move it away, or name another file under `state:`."),
    ("malformed", _DAMAGED),
    ("could not decode", _DAMAGED),  # Python's words, followed by the text itself
    (
        "disk is full",
        "cannot be written: the disk is full. Free some space, then run the same command again.",
    ),
    (
        "readonly",
        "cannot be written: it is read-only. Change its permissions, or name another file under `state:`.",
    ),
    (
        "read-only",
        "cannot be written: it is read-only. Change its permissions, or name another file under `state:`.",
    ),
    (
        "unable to open",
        "cannot be opened. Check that its folder exists and that you may write there, or name another file under `state:`.",
    ),
    (
        "disk i/o",
        "cannot be read or written: the disk reports an error. Check the disk, then run the same command again.",
    ),
    (
        "locked",
        "is busy: another program holds it. Wait until that program has ended, then run the same command again.",
    ),
)


class UnreadableError(Exception):
    """A value in the state is none that posync writes there."""


@contextmanager
def readable() -> Iterator[None]:
    """Turn every failure to make sense of stored text into an UnreadableError; nothing else belongs in the block."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        raise UnreadableError from None


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn every failure of the database at `place` (a path, or host and name) into a StateError."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StateError(f"the state {place} {explanation(error)}") from None
    except (
        UnreadableError,
        UnicodeDecodeError,
    ):  # SQLite's message quotes what stands where the tables are described
        raise StateError(f"the state {place} {_DAMAGED}") from None


def explanation(error: Exception) -> str:
    """Return what went wrong and what to do, without the statement and its values."""
    said = _first_line(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    for words, meaning in _SQLITE:
        if words in said.lower():
            return meaning
    return f"cannot be used: {said}. Check that the database runs and that this account may use it."


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".")[:300] if lines else type(error).__name__
