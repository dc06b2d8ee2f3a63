"""The readiness checks are as right on real texts that others labelled as the docs say, and get no worse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _labelled import HEAD, Case, measured, ours, row
from _reached import GOALS, REACHED, Least

from tests.conftest import ROOT, SHARED

READ = (
    "ac",
    "jira/apache-search",
    "jira/cloud-jirametrics",
    "jira/csv-exports",
    "storypoints",
    "trello",
    "user_stories",
)


@pytest.fixture(scope="module")
def sets() -> dict[str, list[Case]]:
    """Return the cases of every labelled set by its name, asked once."""
    for part in READ:
        if not (SHARED / part).exists():
            pytest.skip(f"real texts are absent: ../shared/data/{part}")
    return measured()


def published() -> list[str]:
    """Return the rows of the table of figures in docs/sources.md."""
    _, found, rest = (ROOT / "docs" / "sources.md").read_text("utf-8").partition(f"{HEAD}\n")
    assert found, "docs/sources.md has no table of figures with this head"
    return rest.partition("\n\n")[0].splitlines()


def below(least: Least, sets: dict[str, list[Case]]) -> Iterator[str]:
    """Yield in words what falls below its least precision or recall."""
    for name, (precision, recall) in least.items():
        found = ours(sets[name])
        if found.precision < precision:
            yield f"{name}: precision {found.precision:.4f} is below {precision}"
        if found.recall < recall:
            yield f"{name}: recall {found.recall:.4f} is below {recall}"


def test_the_goals_are_met(sets: dict[str, list[Case]]) -> None:
    assert list(below(GOALS, sets)) == []


def test_no_check_is_worse_than_it_has_been(sets: dict[str, list[Case]]) -> None:
    assert list(below(REACHED, sets)) == []


def test_every_set_of_which_something_is_flagged_has_its_floors(sets: dict[str, list[Case]]) -> None:
    assert [name for name, cases in sets.items() if ours(cases).said] == list(REACHED)


def test_the_published_figures_are_those_measured(sets: dict[str, list[Case]]) -> None:
    assert published() == [row(name, cases) for name, cases in sets.items()]


def test_the_floors_are_the_published_figures_rounded_down() -> None:
    """Published is the nearest hundredth: that of the floor, or the next. Needs no texts."""
    rows = [line.strip("| ").split(" | ") for line in published()]
    told = {name: figures for name, _, *figures, _ in rows if "no flag" not in figures}
    assert list(told) == list(REACHED)
    for name, floors in REACHED.items():
        for figure, floor in zip(told[name], floors, strict=True):
            assert 0 <= round(100 * float(figure)) - round(100 * floor) <= 1, name
