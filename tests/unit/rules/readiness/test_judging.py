"""All checks of a pack asked together say the same as each alone, and read each text once."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter

from posync.model import text
from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType, Ref
from posync.model.markup import reading
from posync.model.markup.block import Block
from posync.model.text import Format, Text
from posync.rules.readiness.base import Check
from posync.rules.readiness.checks import AnyCheck
from posync.rules.readiness.judging import flags_of

TODAY = date(2026, 12, 1)
CHECKS: list[Check] = [
    TypeAdapter(AnyCheck).validate_python({"check": name})
    for name in (
        "missing-description",
        "duplicate-title",
        "acceptance-criteria",
        "user-story",
        "atomic",
        "vague-words",
    )
]


def backlog(number: int) -> Backlog:
    bodies = ("", "As a buyer, I want totals", "## AC\n- It is fast\n- The total is shown")
    issues = tuple(
        Issue(
            uid=f"t:{n}",
            tracker="t",
            key=f"A-{n}",
            type=IssueType.STORY,
            title=f"Total {n % 5}",
            rank=n + 1,
            parent=Ref(key="A-0") if n else None,
            description=Text(format=Format.MARKDOWN, source=f"{bodies[n % 3]} of order {n}" if n % 3 else ""),
        )
        for n in range(number)
    )
    return Backlog(
        tracker="t", issues=issues, complete=True, shown_by="test", observed=datetime(2026, 12, 1, tzinfo=UTC)
    )


def test_together_they_say_what_each_says_alone() -> None:
    whole = backlog(30)
    alone = [list(check.judge(whole, TODAY)) for check in CHECKS]
    assert flags_of(CHECKS, whole, TODAY) == alone
    assert all(alone[:4])


def test_each_description_is_parsed_once_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    read = reading.blocks_of

    def counted(source: str, form: str) -> tuple[Block, ...]:
        parsed.append(source)
        return read(source, form)

    monkeypatch.setattr(reading, "blocks_of", counted)
    text._blocks.cache_clear()
    flags_of(CHECKS, backlog(30), TODAY)
    assert sorted(parsed) == sorted(set(parsed))
    assert text._blocks.cache_info().currsize <= 4


def test_children_are_found_by_their_parent() -> None:
    whole = backlog(4)
    assert {uid: [one.key for one in below] for uid, below in whole.by_parent.items()} == {
        "t:0": ["A-1", "A-2", "A-3"]
    }
