"""What people read about criteria: natural for one and many, however they were found, and for each kind of none."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from posync.model.backlog import Backlog
from posync.model.issue import CheckItem, Checklist, Issue, IssueType
from posync.model.text import Format, Text
from posync.rules.readiness.base import Check
from posync.rules.readiness.checks import AnyCheck
from posync.rules.readiness.criteria import HOWS, acceptance_criteria, criteria_of

ONE = "The total is shown above the button"
TWO = "A declined card leaves the basket as it was"
SCENARIO = "Given a basket\nWhen the buyer pays\nThen the card is charged once\n"
OTHER = "Given a basket\nWhen the card is declined\nThen the basket stays as it was\n"


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (f"## Acceptance criteria\n- {ONE}\n", "1 acceptance criterion, under a heading"),
        (f"## Acceptance criteria\n- {ONE}\n- {TWO}\n", "2 acceptance criteria, under a heading"),
        (f"AC: {ONE}.\n", "1 acceptance criterion, on the line that names it"),
        (f"- AC1: {ONE}.\n- AC2: {TWO}.\n", "2 acceptance criteria, on the lines that name them"),
        (SCENARIO, "1 acceptance criterion, as a Given/When/Then scenario"),
        (f"{SCENARIO}\n{OTHER}", "2 acceptance criteria, as Given/When/Then scenarios"),
        (f"| Acceptance criteria |\n|---|\n| {ONE} |\n", "1 acceptance criterion, in a table"),
        (f"## Acceptance criteria\n- [ ] {ONE}\n", "1 acceptance criterion, in a task list"),
        (f"## Acceptance criteria\n- [ ] {ONE}\n- [ ] {TWO}\n", "2 acceptance criteria, in a task list"),
        (
            "The page should:\n- show the total above the button\n- charge the card once\n",
            "2 acceptance criteria, in a list of required behaviour",
        ),
        (
            f"## Acceptance criteria\n- {ONE}\n- [ ] {TWO}\n",
            "2 acceptance criteria: 1 under a heading, 1 in a task list",
        ),
        ("## Acceptance criteria\n\n## Notes\nx\n", "the section “Acceptance criteria” is empty"),
        (
            "## Acceptance criteria\nTBD\n",
            "the section “Acceptance criteria” says only that it is still to be written",
        ),
        (
            "## AC\n- Given <context>, when <action>, then <outcome>\n",
            "the section “AC” is an unfilled template",
        ),
        (
            "We should agree on the acceptance criteria with Ada first.\n",
            "they are mentioned, but none is written down",
        ),
        ("The AC adapter must be replaced. The AC is broken.\n", "“AC” means something else here"),
        ("## Definition of done\n- Code reviewed\n", "there is only a definition of done"),
        ("## Definition of ready\n- Estimated\n", "there is only a definition of ready"),
        ("- call Ada\n- write the mail\n", "what it lists is work or notes, not when it is done"),
        ("Buyers ask for it.\n", "no section, list or scenario says when it is done"),
        ("", "the description is empty"),
    ],
)
def test_what_was_found_or_was_there_instead(body: str, because: str) -> None:
    assert acceptance_criteria(body).because == because


def test_checklists_fields_and_subtasks() -> None:
    lists = (Checklist(name="Acceptance criteria", items=(CheckItem(text=ONE), CheckItem(text=TWO))),)
    issue = Issue(uid="t:1", tracker="t", key="A-1", type=IssueType.STORY, checklists=lists)
    assert criteria_of(issue).because == "2 acceptance criteria, in a checklist"
    assert criteria_of(issue.model_copy(update={"checklists": ()}), subtasks=(f"AC: {ONE}",)).because == (
        "1 acceptance criterion, as a sub-task"
    )
    both = issue.model_copy(update={"fields": {"acceptance_criteria": (ONE,)}})
    assert criteria_of(both).because == "3 acceptance criteria: 1 in the criteria field, 2 in a checklist"
    empty = issue.model_copy(update={"checklists": (Checklist(name="AC"),)})
    assert criteria_of(empty).because == "the checklist “AC” is empty"
    field = empty.model_copy(update={"checklists": (), "fields": {"acceptance_criteria": "TBD"}})
    assert criteria_of(field).because == "the criteria field says only that it is still to be written"
    tasks = issue.model_copy(update={"checklists": (Checklist(name="Tasks", items=(CheckItem(text="x"),)),)})
    assert criteria_of(tasks).because == "the checklist “Tasks” lists work"


def test_every_way_of_being_found_has_words() -> None:
    assert set(HOWS) == {
        *("heading", "inline", "gherkin", "table", "task-list", "list", "checklist", "field", "subtask"),
    }


def test_criteria_are_told_in_reading_order() -> None:
    source = f"## Acceptance criteria\n- {ONE}\n\n{SCENARIO}"
    text = Text(format=Format.MARKDOWN, source=source)
    issue = Issue(uid="t:1", tracker="t", key="A-1", description=text)
    assert [item.how for item in criteria_of(issue).items] == ["heading", "gherkin"]


@pytest.mark.parametrize(
    ("name", "settings", "asks"),
    [
        ("acceptance-criteria", {}, "at least 1 checkable acceptance criterion"),
        ("acceptance-criteria", {"at_least": 3}, "at least 3 checkable acceptance criteria"),
        ("user-story", {}, "a user story says its role, goal and benefit"),
        ("user-story", {"needs": ("role",)}, "a user story says its role"),
        ("stale", {"days": 1}, "touched within a day"),
        ("stale", {"days": "2w"}, "touched in the last 14 days"),
        ("estimate", {"at_most": None}, "an estimate"),
        ("unassigned-epic", {}, "a story belongs to an epic and an epic has an assignee"),
        ("unassigned-epic", {"stories": False}, "an epic has an assignee"),
    ],
)
def test_what_a_check_asks_for(name: str, settings: dict[str, Any], asks: str) -> None:
    made: Check = TypeAdapter(AnyCheck).validate_python({"check": name, **settings})
    assert made.asks() == asks


def test_a_reason_is_told_once_and_the_mend_beside_it() -> None:
    made: Check = TypeAdapter(AnyCheck).validate_python({"check": "estimate", "label": "x", "after": "1d"})
    issue = Issue(uid="t:1", tracker="t", key="A-1", type=IssueType.STORY)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    backlog = Backlog(tracker="t", issues=(issue,), complete=True, shown_by="written", observed=now)
    told = made.explain(issue, backlog, now.date())
    assert told.detail == "no estimate (its label x is written a day after the flag was first seen)"
    assert told.parts[-1].detail == "Estimate it together; split what is too large for one sprint."
