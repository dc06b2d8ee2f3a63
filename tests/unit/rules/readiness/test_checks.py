"""Each check on tiny backlogs: what it flags, what it leaves alone, and how its flags behave."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from posync.model.backlog import Backlog
from posync.model.issue import (
    CheckItem,
    Checklist,
    Issue,
    IssueType,
    Link,
    LinkKind,
    Ref,
    Sprint,
    SprintState,
    State,
)
from posync.model.text import Format, Text
from posync.model.verdict import Flag
from posync.rules.readiness.base import Check, Condition, settled
from posync.rules.readiness.checks import AnyCheck
from posync.rules.readiness.custom import NAMES

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SPRINT = Sprint(id="1", name="Sprint 1", state=SprintState.FUTURE)


def check(name: str, **settings: Any) -> Check:
    made: Check = TypeAdapter(AnyCheck).validate_python({"check": name, **settings})
    return made


def issue(key: str = "A-1", body: str = "", **more: Any) -> Issue:
    text = Text(format=Format.MARKDOWN, source=body)
    return Issue(
        **{
            "uid": f"t:{key}",
            "tracker": "t",
            "key": key,
            "type": IssueType.STORY,
            "description": text,
            **more,
        }
    )


def reasons(one: Check, *issues: Issue) -> dict[str, str]:
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="test", observed=NOW)
    return {flag.uid.removeprefix("t:"): flag.because for flag in one.judge(backlog, TODAY)}


def explained(one: Check, *issues: Issue) -> Condition:
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="test", observed=NOW)
    return one.explain(issues[0], backlog, TODAY)


CRITERIA = "## Acceptance criteria\n- the total is shown\n- an empty basket shows a hint"
STORY = "As a buyer, I want to see the total{}"


def test_acceptance_criteria_of_stories_are_counted() -> None:
    found = reasons(
        check("acceptance-criteria", at_least=3),
        issue("A-1", CRITERIA),
        issue("A-2"),
        issue("A-3", type=IssueType.BUG),
    )
    assert found == {
        "A-1": "2 of 3 acceptance criteria, under a heading",
        "A-2": "0 of 3 acceptance criteria: the description is empty",
    }
    assert reasons(check("acceptance-criteria"), issue("A-1", CRITERIA), issue("A-2", state=State.DONE)) == {}


def test_acceptance_criteria_in_the_field_in_checklists_and_in_named_subtasks() -> None:
    in_field = issue("A-1", fields={"acceptance_criteria": "The total is shown"})
    in_lines = issue("A-2", fields={"acceptance_criteria": ("the total is shown", "TBD")})
    in_list = issue("A-3", checklists=(Checklist(name="AC", items=(CheckItem(text="the total is shown"),)),))
    parent = issue("A-4")
    child = issue("A-5", type=IssueType.SUBTASK, title="ac: the total is shown", parent=Ref(key="A-4"))
    everything = (in_field, in_lines, in_list, parent, child)
    assert reasons(check("acceptance-criteria", subtasks=("AC:",)), *everything) == {}
    assert set(reasons(check("acceptance-criteria"), *everything)) == {"A-4"}
    assert set(reasons(check("acceptance-criteria", field="other"), in_field)) == {"A-1"}
    empty = issue("A-6", fields={"acceptance_criteria": "TBD"})
    assert (
        "criteria field says only that it is still to be written"
        in reasons(check("acceptance-criteria"), empty)["A-6"]
    )


@pytest.mark.parametrize(
    ("title", "because"),
    [
        (STORY.format(", so that I can pay"), None),
        (STORY.format(" in order to pay"), None),
        (STORY.format(" to avoid surprises"), None),
        (STORY.format(". This will help me to decide."), None),
        (STORY.format(""), "the user story names no benefit"),
        ("As a buyer, I want", "the user story names no goal and no benefit"),
        ("As a [role], I want the total so that I can pay", "the user story names no role"),
        ("Als Käufer möchte ich die Summe sehen, damit ich zahlen kann", None),
        ("En tant qu’acheteur, je veux voir le total afin de payer", None),
        ("Como comprador quiero ver el total", "the user story names no benefit"),
        ("As a result, we need to see the total", None),
        ("Show the total", None),
    ],
)
def test_user_story(title: str, because: str | None) -> None:
    assert reasons(check("user-story"), issue(title=title)).get("A-1") == because


def test_user_story_over_several_lines_and_in_every_story() -> None:
    body = "**As a** buyer\n**I want** the total\n\nSo that I can pay"
    assert reasons(check("user-story"), issue("A-1", body)) == {}
    assert reasons(check("user-story", needs=("role",)), issue(title=STORY.format(""))) == {}
    assert (
        "not written as a user story"
        in reasons(check("user-story", every=True), issue(title="Show the total"))["A-1"]
    )


@pytest.mark.parametrize(
    ("title", "body", "because"),
    [
        (STORY.format(" and to pay"), "", "asks for several things: see and pay"),
        (
            "As a clerk I can create, edit and delete orders",
            "",
            "asks for several things: create, edit and delete",
        ),
        ("", "As a buyer, I want totals.\n\nAs a seller, I want reports.", "tells 2 user stories"),
        (STORY.format(" and the taxes"), "", None),
        ("", f"As a buyer, I want totals.\n\n{CRITERIA}\n- As a buyer I can see taxes", None),
        ("Create, edit and delete orders", "", None),
    ],
)
def test_atomic(title: str, body: str, because: str | None) -> None:
    assert reasons(check("atomic"), issue("A-1", body, title=title)).get("A-1") == because


def test_estimate() -> None:
    issues = [
        issue("A-1"),
        issue("A-2", points=21.0),
        issue("A-3", points=13.0),
        issue("A-4", type=IssueType.EPIC),
    ]
    assert reasons(check("estimate"), *issues) == {"A-1": "no estimate", "A-2": "21 points, more than 13"}
    assert reasons(check("estimate", required=False, at_most=None), *issues) == {}
    nothing = issue("A-5", points=0.0)
    assert reasons(check("estimate"), nothing) == {"A-5": "0 points: nothing to plan by"}
    assert reasons(check("estimate", required=False), nothing) == {}


@pytest.mark.parametrize(
    ("line", "flagged"),
    [
        ("The list loads fast", True),
        ("The list loads fast: within 2 seconds", False),
        ("The page is user-friendly", True),
        ("Die Liste ist übersichtlich", True),
        ("The button `Quick search` opens the list", False),
        ("The list shows 10 orders", False),
    ],
)
def test_vague_words(line: str, flagged: bool) -> None:
    found = reasons(check("vague-words"), issue("A-1", f"## AC\n- {line}\n\n## Notes\n- make it nice"))
    assert bool(found) is flagged


def test_vague_words_of_a_team() -> None:
    one = issue("A-1", "## AC\n- The list is snackable and intuitive")
    assert "“snackable”, “intuitive”" in reasons(check("vague-words", words=("snackable",)), one)["A-1"]
    assert reasons(check("vague-words", allow=("intuitive",)), one) == {}


def test_duplicate_title_flags_the_later_one() -> None:
    titles = [
        "Show the total",
        "Import users",
        "show total",
        "Export users",
        "Show the totals",
        "Fix lifecycle of jobs",
        "Fix lifeycle of jobs",
    ]
    issues = [issue(f"A-{number}", title=title) for number, title in enumerate(titles, 1)]
    assert reasons(check("duplicate-title"), *issues) == {
        "A-3": "same title as A-1: Show the total",
        "A-5": "same title as A-1: Show the total",
        "A-7": "same title as A-6: Fix lifecycle of jobs",
    }


def test_duplicate_title_with_words_more_and_numbers_that_differ() -> None:
    more = [issue("A-1", title="Show the basket total"), issue("A-2", title="Show the basket total clearly")]
    assert reasons(check("duplicate-title"), *more) == {}
    assert set(reasons(check("duplicate-title", alike=0.7), *more)) == {"A-2"}
    numbers = [
        issue("A-1", title="Release 1.0 notes"),
        issue("A-2", title="Release 2.0 notes"),
        issue("A-3", title="Release 1.0 notes", state=State.DONE),
    ]
    assert reasons(check("duplicate-title"), *numbers) == {}
    apart = [issue("A-1", title="Show total"), issue("A-2", title="Show total", tracker="u", uid="u:2")]
    assert reasons(check("duplicate-title", across=False), *apart) == {}
    assert set(reasons(check("duplicate-title"), *apart)) == {"u:2"}


def test_blocked_by_something_unplanned() -> None:
    link = Link(kind=LinkKind.BLOCKED_BY, to=Ref(key="A-2"))
    planned, loose = issue("A-1", sprint=SPRINT, links=(link,)), issue("A-2")
    name = "blocked-by-unplanned"
    assert reasons(check(name), planned, loose) == {"A-1": "waits for A-2, planned for no sprint or release"}
    assert reasons(check(name), planned, issue("A-2", releases=("1",))) == {}
    assert reasons(check(name), planned, issue("A-2", state=State.DONE)) == {}
    assert reasons(check(name), planned) == {}
    assert reasons(check(name), issue("A-1", links=(link,)), loose) == {}
    holds = issue("A-2", links=(Link(kind=LinkKind.BLOCKS, to=Ref(key="A-1")),))
    assert set(reasons(check(name), issue("A-1", sprint=SPRINT), holds)) == {"A-1"}


def test_blocked_by_what_the_text_names() -> None:
    planned = issue("AB-1", "Blocked by AB-2 and AB-1.", sprint=SPRINT)
    name = "blocked-by-unplanned"
    assert reasons(check(name), planned, issue("AB-2")) == {
        "AB-1": "waits for AB-2 (as its text says), planned for no sprint or release"
    }
    assert reasons(check(name), planned, issue("AB-2", sprint=SPRINT)) == {}
    assert reasons(check(name), planned) == {}
    assert reasons(check(name, texts=False), planned, issue("AB-2")) == {}


def test_stale_and_custom() -> None:
    old = issue("A-1", updated=NOW - timedelta(days=200))
    fresh = issue("A-2", updated=NOW, parent=Ref(key="E-1"))
    assert reasons(check("stale"), old, fresh) == {"A-1": "not touched for 200 days (since 2026-05-15)"}
    assert reasons(check("stale", days="30w"), old, fresh) == {}
    assert reasons(check("stale"), issue("A-1", updated=NOW - timedelta(days=90)), fresh) == {}
    own = check("huge", when="issue.points != null and issue.points > 8", because="more than 8 points")
    assert reasons(own, issue("A-3", points=9.0), fresh) == {"A-3": "more than 8 points"}


@pytest.mark.parametrize(
    ("title", "body", "because"),
    [
        ("Show total", "", "no description"),
        ("Show total", "## Goal\n\n## Notes", "only headings"),
        ("Show total", "## Goal\n...\n\n## Notes\nTBD", "only placeholders"),
        ("Show total", "See https://example.org/42", "only placeholders"),
        ("Show total", "Show the total.", "no more than the title says: “Show the total.”"),
        ("Show total", "Buyers ask what they will pay.", None),
        ("显示总价", "用户在结账前需要看到含税总价，以便比较。", None),
    ],
)
def test_missing_description(title: str, body: str, because: str | None) -> None:
    assert reasons(check("missing-description"), issue("A-1", body, title=title)).get("A-1") == because


def test_unassigned_epic_only_where_epics_are_drawn() -> None:
    alone, under = issue("A-1"), issue("A-2", parent=Ref(key="E-1"))
    nobodys = issue("E-1", type=IssueType.EPIC)
    adas = issue("E-2", type=IssueType.EPIC, assignee="Ada")
    elsewhere = issue("B-1", tracker="u", uid="u:1")
    found = reasons(check("unassigned-epic"), alone, under, nobodys, adas, elsewhere)
    assert found == {"A-1": "belongs to no epic", "E-1": "an epic nobody is assigned to"}
    below = issue("A-3", type=IssueType.SUBTASK, parent=Ref(key="A-1"))
    assert reasons(check("unassigned-epic"), alone, below) == {}
    assert set(reasons(check("unassigned-epic", owners=False), alone, under, nobodys)) == {"A-1"}
    assert set(reasons(check("unassigned-epic", stories=False), alone, under, nobodys)) == {"E-1"}


def test_people_and_the_baseline_have_the_last_word() -> None:
    one = check("estimate", since=date(2026, 11, 1))
    assert reasons(one, issue("A-1", created=NOW - timedelta(days=90))) == {}
    assert reasons(one, issue("A-2", created=NOW), issue("A-3", created=NOW, labels=("posync-ignore",))) == {
        "A-2": "no estimate"
    }
    assert reasons(check("estimate", ignore="later"), issue("A-4", labels=("later",))) == {}
    assert reasons(check("estimate", ignore="later"), issue("A-5", labels=("Later",))) == {}


def test_nobody_is_named_unless_the_pack_asks() -> None:
    one = issue("A-1", assignee="Ada")
    assert reasons(check("estimate"), one)["A-1"] == "no estimate"
    assert reasons(check("estimate", mention=True), one)["A-1"] == "no estimate (for Ada)"


def test_grace_and_accepted_flags() -> None:
    one = check("estimate", after="5d", label="needs-estimate", comment=True)
    flags = [Flag(f"t:{n}", "estimate", "no estimate", label="needs-estimate", comment=True) for n in "abc"]
    since = {("t:b", "estimate"): TODAY - timedelta(days=5)}
    shown = list(settled(one, flags, TODAY, since, frozenset({("t:c", "estimate")})))
    assert [(flag.uid, flag.label, flag.comment) for flag in shown] == [
        ("t:a", None, False),
        ("t:b", "needs-estimate", True),
    ]
    assert shown[0].because == "no estimate (label from 2026-12-06)"


def test_the_ticked_tree_shows_every_condition() -> None:
    tree = explained(
        check("acceptance-criteria", when="issue.type == 'story'", since=date(2026, 1, 1)),
        issue("A-1", "## AC\n- TBD", created=NOW),
    )
    assert not tree.holds
    assert [part.holds for part in tree.parts] == [True, True, True, False]
    assert tree.parts[-1].parts == (Condition("TBD", holds=False, detail="nobody can check this"),)
    alone = explained(check("estimate"), issue("A-1", labels=("Posync-Ignore",)))
    assert (alone.holds, alone.detail) == (True, "left alone")
    assert explained(check("estimate"), issue("A-1", points=3.0)).holds


def test_every_built_in_check_has_a_remedy_and_strangers_are_refused() -> None:
    for name in NAMES:
        assert check(name).mends
    for wrong in (
        {"check": "acceptance-critera"},
        {"check": "own"},
        {"check": "stale", "days": "soon"},
        {"check": "stale", "daze": 3},
        {"when": "issue.points == 3"},
    ):
        with pytest.raises(ValidationError):
            TypeAdapter(AnyCheck).validate_python(wrong)


@pytest.mark.parametrize(
    ("title", "because"),
    [
        (
            "As a buyer, I want to filter, sort and aggregate my orders, so that I find one",
            "asks for several things: filter, sort and aggregate",
        ),
        ("As a buyer, I can edit and delete my reviews", "asks for several things: edit and delete"),
        ("As a buyer, I want to change and update my address", None),
        ("As a buyer, I want to see, at a glance, and compare", None),
        ("As a buyer, I want to open the basket and pay", None),
    ],
)
def test_a_story_that_lists_what_it_wants(title: str, because: str | None) -> None:
    assert reasons(check("atomic"), issue("A-1", title=title)).get("A-1") == because


@pytest.mark.parametrize(
    ("more", "flagged"),
    [
        ("I should also be able to export them.", True),
        ("I would like to find them by date.", False),
        ("We can export them already.", False),
    ],
)
def test_a_story_that_wishes_again(more: str, flagged: bool) -> None:
    body = f"As a buyer, I want to find my orders. {more}"
    assert bool(reasons(check("atomic"), issue("A-1", body))) is flagged
