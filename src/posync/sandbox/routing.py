"""Finds the route of a request among a written list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from starlette.routing import compile_path

from posync.sandbox.exchange import Answer, Call

Place = TypeVar("Place")


class Routes(Generic[Place]):
    """Rows of (methods, path, handler), tried in the order they are written."""

    def __init__(self, rows: Iterable[tuple[str, str, Callable[[Place, Call], Answer]]]) -> None:
        self.rows = [
            (frozenset(methods.split()), compile_path(path)[0], handler) for methods, path, handler in rows
        ]

    def find(self, call: Call) -> tuple[Callable[[Place, Call], Answer] | None, bool]:
        """Return the handler (None: no route) and whether the path exists for another method; sets `call.params`."""
        path_known = False
        for methods, pattern, handler in self.rows:
            found = pattern.match(call.path)
            if found and call.method in methods:
                call.params = found.groupdict()
                return handler, True
            path_known = path_known or found is not None
        return None, path_known
