"""A site that lists issues and does not hand them out: asked again, and then said, in increments as in whole pulls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from posync.connectors.jira.cloud import CloudSearch
from posync.connectors.jira.search import Question
from posync.errors import Incomplete
from posync.model.issue import Issue
from posync.model.observation import Memory
from posync.sandbox.server import Sandbox

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)


class Remembered:
    """What a store would know of the site after its last complete pull."""

    def __init__(self, site: Any) -> None:
        self.site, self.handed = site, list[Issue]()
        self.known: dict[str, str] = {}
        self.memory: Memory | None = None

    def pull(self) -> Any:
        self.handed = []
        seen = self.site.open().pull(self.memory, self.handed.extend)
        self.known |= {issue.id: issue.key for issue in self.handed}
        self.memory = Memory(seen.cursor, dict(self.known))
        return seen

    @property
    def titles(self) -> set[str]:
        return {issue.title for issue in self.handed}


@pytest.fixture
def edited(site: Any, monkeypatch: pytest.MonkeyPatch) -> Remembered:
    """Return what is remembered from before five edits and a new issue, more than come with their fields at once."""
    monkeypatch.setattr("posync.connectors.jira.cloud.WITH_FIELDS", 2)
    remembered = Remembered(site)
    remembered.pull()
    edits = [{"issue": key, "set": {"summary": f"Edited {key}"}} for key in site.truth()[:5]]
    site.edit(*edits, {"add_issue": {"project": "SHOP", "summary": "Brand new"}})
    return remembered


def by_id(site: Any, *times: int) -> list[dict[str, Any]]:
    """Return faults that empty the answers to these questions by id, counted from 1."""
    if site.sandbox.flavour == "cloud":
        match = [{"path": "bulkfetch", "nth": nth} for nth in times]
    else:  # the first search is the census
        match = [{"path": "/search", "nth": nth + 1} for nth in times]
    return [{"match": one, "do": "patch", "body": {"issues": []}} for one in match]


@both
def test_what_an_increment_is_not_given_it_asks_for_again(site: Any, edited: Remembered) -> None:
    site.faults(*by_id(site, 1))
    seen = edited.pull()
    assert "Brand new" in edited.titles
    assert len(edited.titles) == 6
    assert seen.shown_by == f"{len(site.truth())} issues listed, 6 read, none missing"


@both
def test_what_stays_withheld_from_an_increment_makes_it_incomplete(site: Any, edited: Remembered) -> None:
    site.faults(*by_id(site, 1, 2))
    with pytest.raises(Incomplete, match=r"lists \d issues that the site does not hand out"):
        edited.pull()
    site.faults()
    edited.pull()
    assert len(edited.titles) == 6


@pytest.mark.parametrize("place", [3, -1], ids=["edited", "new"])
def test_one_issue_of_many_withheld_is_enough(site: Any, edited: Remembered, place: int) -> None:
    order = sorted(site.truth(), key=lambda key: int(key.partition("-")[2]))
    key = site.truth()[place] if place >= 0 else order[-1]
    site.faults({"match": {"path": "bulkfetch"}, "do": "omit", "keys": [key]})
    with pytest.raises(Incomplete, match="lists 1 issues"):
        edited.pull()


@both
def test_what_is_deleted_while_an_increment_reads_it_is_no_hole(site: Any, edited: Remembered) -> None:
    gone = site.truth()[3]
    path = "bulkfetch" if site.sandbox.flavour == "cloud" else "/search"
    nth = 1 if site.sandbox.flavour == "cloud" else 2
    site.faults({"match": {"path": path, "nth": nth}, "do": "edit", "edit": {"issue": gone, "delete": True}})
    edited.pull()
    assert f"Edited {gone}" not in edited.titles
    assert len(edited.titles) == 5


@pytest.fixture
def large(site: Any) -> Iterator[Any]:
    with Sandbox(issues=350) as sandbox:
        site.sandbox = sandbox
        yield site


def cut_short(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let no bulk fetch bring more than `most` issues, and say nothing of it."""
    whole = CloudSearch._bulk_once
    monkeypatch.setattr(CloudSearch, "_bulk_once", lambda *asked: whole(*asked)[:most])


def test_a_site_that_silently_answers_a_hundred_is_asked_by_the_hundred(
    large: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_short(monkeypatch, 100)
    remembered = Remembered(large)
    remembered.pull()
    assert {issue.key for issue in remembered.handed} == set(large.truth())
    assert len(large.asked("bulkfetch")) == 1 + 3
    Remembered(large).pull()
    assert len(large.asked("bulkfetch")) == 4 + 4  # remembered: nothing is asked for twice


def test_a_site_that_answers_even_fewer_makes_the_picture_incomplete(
    large: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_short(monkeypatch, 40)
    with pytest.raises(Incomplete, match=r"lists \d+ issues that the site does not hand out"):
        Remembered(large).pull()


def test_issues_that_are_gone_do_not_change_how_many_are_asked_for(large: Any) -> None:
    reader, came = large.open(), list[Any]()
    ids = [large.sandbox.world.jira.find(key).id for key in large.truth()]
    reader.search.fetch(Question("", ("summary",)), [*ids, "999999"], came.extend)
    assert len(came) == len(ids)
    reader.search.fetch(Question("", ("summary",)), ids, came.extend)
    assert len(large.asked("bulkfetch")) == 2 + 1
