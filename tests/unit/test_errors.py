"""Every error reaches another process as it is."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from posync.errors import (
    ConfigError,
    Locked,
    PosyncError,
    Problem,
    QuotaSpent,
    RuleError,
    TrackerError,
    Transient,
    UnsafePlan,
)

MADE: dict[type[PosyncError], PosyncError] = {
    ConfigError: ConfigError([Problem("a.yaml", 3, 1, "no"), Problem("a.yaml", 2, 1, "yes")]),
    RuleError: RuleError("wsjf", "SHOP-1", "not set"),
    UnsafePlan: UnsafePlan("too large", count=3, of=4, limit="max_moves"),
    Locked: Locked("shop", "ann on box (process 7)"),
}


def kinds(kind: type[PosyncError] = PosyncError) -> Iterator[type[PosyncError]]:
    yield kind
    for each in kind.__subclasses__():
        if each.__module__ == "posync.errors":
            yield from kinds(each)


def made(kind: type[PosyncError]) -> PosyncError:
    """Return an error of this kind with all its fields set."""
    if issubclass(kind, Transient):
        return kind("shop", "pull", "busy", status=503, remedy="Wait.", retry_after=7.5, sent=False)
    if issubclass(kind, TrackerError):
        return kind("shop", "pull", "no", status=403, remedy="Ask.")
    return MADE.get(kind) or kind("what, where, what to do")


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=repr))
def test_an_error_survives_the_way_to_another_process(kind: type[PosyncError]) -> None:
    error = made(kind)
    error.add_note("and another one")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.exit_code) == (kind, str(error), error.exit_code)
    assert again.__dict__ == error.__dict__
    assert again.__notes__ == ["and another one"]


def test_what_a_pull_had_read_by_the_end_of_a_quota_goes_with_it() -> None:
    error = QuotaSpent("shop", "pull", "spent", retry_after=3600)
    error.__dict__["aside"] = ("", frozenset({"1"}), "abc")
    assert pickle.loads(pickle.dumps(error)).aside == ("", frozenset({"1"}), "abc")
