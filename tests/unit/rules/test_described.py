"""A backlog without descriptions is judged as the whole one: they are given to the checks that read them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path

import pytest

from posync.model.backlog import Backlog
from posync.model.issue import UNREAD, Issue, IssueType, Link, LinkKind, Ref, State
from posync.model.text import Format, Text
from posync.rules.explaining import explained
from posync.rules.judge import judged
from posync.rules.packs.pack import Pack, load_pack
from posync.rules.whatif import overridden

TODAY = date(2026, 12, 1)
TEXTS = (
    "As a guest I want to pay by card, so that I need no cash.\n\nh3. Acceptance criteria\n* It is fast",
    "TBD",
    "As a guest I want to pay by card and I want to pay by bill. Blocked by SHOP-3.",
    "",
    "The basket keeps what was put into it, also after the shop was left and opened again.",
)
TYPES = (IssueType.STORY, IssueType.STORY, IssueType.BUG, IssueType.STORY, IssueType.EPIC, IssueType.OTHER)
CHECKS = """\
pack: every-check
checks:
  - {check: acceptance-criteria}
  - {check: atomic}
  - {check: blocked-by-unplanned, when: issue.is_open}
  - {check: duplicate-title, when: "contains(issue.description, 'guest')"}
  - {check: estimate}
  - {check: missing-description, when: "issue.type != 'epic'"}
  - {check: stale, days: 5d}
  - {check: unassigned-epic}
  - {check: user-story, every: true}
  - {check: vague-words}
  - {check: speaks-of-cards, when: "contains(issue.description, 'card')"}
  - {check: speaks-of-nothing, when: "len(issue.description) == 0", label: mute}
"""
SCORED = """\
pack: by-text
score: {method: cd3, inputs: {cost_of_delay: len(issue.description) + 1, duration: 1}}
checks:
  - {check: mute, when: "len(issue.description) == 0"}
"""


def whole(count: int = 60) -> Backlog:
    made = zip(islice(cycle(TEXTS), count), islice(cycle(TYPES), count), range(1, count + 1), strict=True)
    return Backlog(
        tracker="t",
        issues=tuple(_issue(text, kind, n) for text, kind, n in made),
        complete=True,
        shown_by="made",
        observed=datetime(2026, 12, 1, tzinfo=UTC),
    )


def _issue(text: str, kind: IssueType, n: int) -> Issue:
    return Issue(
        uid=f"t:{n}",
        tracker="t",
        key=f"SHOP-{n}",
        type=kind,
        title=f"Pay in way {n % 7}",
        description=Text(format=Format.WIKI, source=text),
        state=State.IN_PROGRESS if n % 4 == 0 else State.TODO,
        rank=n,
        links=(Link(kind=LinkKind.BLOCKED_BY, to=Ref(key=f"SHOP-{n - 1}")),) if n % 5 == 0 else (),
        created=datetime(2026, 11, 1, tzinfo=UTC),
    )


def bare(backlog: Backlog) -> Backlog:
    issues = (issue.model_copy(update={"description": UNREAD}) for issue in backlog.issues)
    return backlog.model_copy(update={"issues": tuple(issues)})


class Shelf:
    """Gives issues their descriptions, and counts what it was asked for."""

    def __init__(self, backlog: Backlog) -> None:
        self.texts = {issue.uid: issue.description for issue in backlog.issues}
        self.asked: list[str] = []

    def __call__(self, issues: Iterable[Issue]) -> Iterator[Issue]:
        for issue in issues:
            if issue.description is UNREAD:
                self.asked.append(issue.uid)
                yield issue.model_copy(update={"description": self.texts[issue.uid]})
            else:
                yield issue


def pack(folder: Path, text: str) -> Pack:
    path = folder / "pack.yaml"
    path.write_text(text)
    return load_pack(path)


@pytest.mark.parametrize("text", [CHECKS, SCORED], ids=["checks", "scored"])
def test_the_verdicts_are_those_of_the_whole_backlog(tmp_path: Path, text: str) -> None:
    backlog, policy = whole(), pack(tmp_path, text)
    expected = judged([policy], backlog, TODAY).verdicts
    found = judged([policy], bare(backlog), TODAY, described=Shelf(backlog)).verdicts
    assert {flag.check for flag in expected.flags} == {check.check for check in policy.checks}
    assert found == expected


def test_only_texts_that_are_read_are_fetched(tmp_path: Path) -> None:
    backlog = whole()
    policy = pack(tmp_path, "pack: p\nchecks:\n  - {check: acceptance-criteria}\n  - {check: stale}\n")
    shelf = Shelf(backlog)
    judged([policy], bare(backlog), TODAY, described=shelf)
    assert shelf.asked == [issue.uid for issue in backlog.issues if issue.type is IssueType.STORY]


def test_every_check_explains_a_bare_backlog_alike(tmp_path: Path) -> None:
    backlog, policy = whole(), pack(tmp_path, CHECKS)
    before = judged([policy], backlog, TODAY)
    after = judged([policy], bare(backlog), TODAY, described=Shelf(backlog))
    for issue in backlog.issues:
        told, expected = (explained(one, [policy], issue, TODAY).checks for one in (after, before))
        assert told == expected
        flags = {flag.check for flag in before.verdicts.flags if flag.uid == issue.uid}
        assert {each.asks for each in expected if not each.holds} == flags


def test_what_is_tried_on_an_issue_keeps_its_description() -> None:
    backlog = whole(5)
    shelf = Shelf(backlog)
    [tried] = overridden([bare(backlog)], ["issue.points@SHOP-2=3"], shelf)
    assert [one.description is UNREAD for one in tried.issues] == [True, False, True, True, True]
    assert (tried.issues[1].points, tried.issues[1].description) == (3, backlog.issues[1].description)
    empty = ['issue.description@SHOP-1={"source": ""}']
    [emptied] = overridden([bare(backlog)], empty, shelf)
    assert next(shelf(emptied.issues)).description == Text()
