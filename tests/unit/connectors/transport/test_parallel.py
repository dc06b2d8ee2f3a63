"""Questions in parallel: answers in order, little in memory, nothing more sent after an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from posync.connectors.transport import in_parallel


def test_answers_in_the_order_asked() -> None:
    assert list(in_parallel(lambda n: n * n, range(50), 8)) == [n * n for n in range(50)]


def test_asks_no_further_ahead_than_it_has_workers() -> None:
    asked: list[int] = []

    def questions() -> Iterator[int]:
        for number in range(100):
            asked.append(number)
            yield number

    answers = in_parallel(lambda n: n, questions(), 4)
    next(answers)
    assert len(asked) <= 5 + 1
    answers.close()  # type: ignore[attr-defined]


def test_stops_at_the_first_error() -> None:
    sent = []
    lock = threading.Lock()

    def ask(number: int) -> int:
        with lock:
            sent.append(number)
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(in_parallel(ask, range(1000), 4))
    assert len(sent) < 20
