"""Several questions at once, answers in the order asked, never more in memory than are under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_parallel(ask: Callable[[A], B], questions: Iterable[A], workers: int) -> Iterator[B]:
    """Yield `ask(question)` for each question, in order; the first error ends it, nothing more is sent."""
    waiting = iter(questions)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        under_way: deque[Future[B]] = deque(pool.submit(ask, q) for q in islice(waiting, workers))
        try:
            while under_way:
                answer = under_way.popleft().result()
                under_way.extend(pool.submit(ask, q) for q in islice(waiting, 1))
                yield answer
        finally:
            for future in under_way:
                future.cancel()
