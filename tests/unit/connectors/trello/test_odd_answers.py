"""Answers of another shape than Trello documents: each value of each answer of a pull in turn."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from posync.connectors.transport import Answer
from posync.connectors.trello.reader import TrelloReader
from posync.errors import PosyncError, UnexpectedPayload
from posync.model.issue import Issue
from posync.model.observation import Memory

ODD: tuple[Any, ...] = (None, 5, "x", [], {}, [[]], True)
DRAWN = "Ours, with all there is"


class Replayed:
    """A board whose answers are those of its first pull, with one value in them replaced."""

    def __init__(self, reader: TrelloReader, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reader = reader
        self.answers: dict[str, Answer] = {}
        real = reader._transport._once

        def once(method: str, route: str, params: Any, body: Any, operation: str, *, writing: bool) -> Answer:
            name = json.dumps([method, route, params])
            if name not in self.answers:
                self.answers[name] = real(method, route, params, body, operation, writing=writing)
            return self.answers[name]

        monkeypatch.setattr(reader._transport, "_once", once)

    def pull(self, memory: Memory | None = None) -> dict[str, Issue]:
        self.reader._watch.begin()
        handed: list[Issue] = []
        self.reader.pull(memory, handed.extend)
        return {issue.id: issue for issue in handed}

    def with_one_odd(self, name: str) -> Iterator[tuple[list[Any], Any]]:
        """Put each odd value at each place of one answer in turn, and yield both."""
        answer = self.answers[name]
        for path in places(answer.data):
            for odd in (one for one in ODD if path != ["cards"] or one != []):  # an empty board is none
                known = dict(self.answers)
                data = replaced(copy.deepcopy(answer.data), path, odd)
                self.answers[name] = Answer(answer.status, answer.headers, data)
                yield path, odd
                self.answers = known
        self.answers[name] = answer


def places(data: Any) -> Iterator[list[Any]]:
    """Yield the way to each value; into the first of each list."""
    yield []
    steps: list[Any] = (
        list(data) if isinstance(data, dict) else [0] if isinstance(data, list) and data else []
    )
    for step in steps:
        yield from ([step, *rest] for rest in places(data[step]))


def replaced(data: Any, path: list[Any], value: Any) -> Any:
    if not path:
        return value
    data[path[0]] = replaced(data[path[0]], path[1:], value)
    return data


def refused(
    board: Replayed, memory: Memory | None, normal: dict[str, Issue], path: list[Any], odd: Any
) -> int | None:
    """Pull and return the exit code of a refusal. Else all is there; only a list's own values change several cards."""
    try:
        found = board.pull(memory)
    except PosyncError as error:
        return error.exit_code
    assert found.keys() >= normal.keys(), (path, odd)
    assert path[:1] == ["lists"] or sum(found[one] != normal[one] for one in normal) <= 1, (path, odd)
    return None


def test_whatever_one_value_is_a_pull_ends_well_or_in_words(
    world: Any, reader: TrelloReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.card(DRAWN, idLabels=["5f0000000000000000000c01"], due="2026-12-24T12:00:00.000Z")
    world.cards(2)
    board = Replayed(reader, monkeypatch)
    normal = board.pull()
    told = [
        refused(board, None, normal, path, odd)
        for name in list(board.answers)
        for path, odd in board.with_one_odd(name)
    ]
    assert set(told) == {None, 4}
    assert len(told) > 300
    assert 0.4 < told.count(4) / len(told) < 0.9


def test_nor_does_it_matter_when_looking_for_changes(
    world: Any, reader: TrelloReader, pull: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.card(DRAWN)
    board = Replayed(reader, monkeypatch)
    first = pull(reader)
    board.answers.clear()
    assert board.pull(first.memory) == {}
    probe = next(iter(board.answers))
    told = [refused(board, first.memory, {}, path, odd) for path, odd in board.with_one_odd(probe)]
    assert set(told) == {None, 4}
    assert told.count(4) > 50


@pytest.mark.parametrize(
    ("path", "odd", "what"),
    [
        (["cards", 0, "pos"], "top", r"card 'sh000001' is not as Trello writes it: pos is the text 'top'\."),
        (["cards", 0, "idList"], None, r"card 'sh000001' is not .*: idList is empty\."),
        (["cards", 0, "id"], [[]], r"card 'sh000001' is not .*: id is a list\."),
        (["cards", 0], 5, r"the answer is not .*: cards\[0\] is a number\."),
        (["lists"], None, r"the answer is not .*: lists is empty\."),
        (["lists", 0, "id"], 5, r"the answer is not .*: lists\[0\]\.id is a number\."),
    ],
)
def test_an_odd_card_or_list_is_refused_by_name(
    world: Any, reader: TrelloReader, path: list[Any], odd: Any, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.card(DRAWN)
    board = Replayed(reader, monkeypatch)
    board.pull()
    replaced(next(iter(board.answers.values())).data, path, odd)
    with pytest.raises(UnexpectedPayload, match=what):
        board.pull()
