"""Answers of another shape than documented, to what is asked before and while posync writes."""

from __future__ import annotations

from typing import Any

import pytest

from posync.connectors.jira.cache import SiteCache
from posync.connectors.jira.comments import look_for
from posync.connectors.jira.site import Site
from posync.connectors.jira.versions import Versions, listed
from posync.connectors.transport import Answer, Clock
from posync.connectors.transport.transport import Tally
from posync.errors import Refused, UnexpectedPayload

ODD: tuple[Any, ...] = (
    None,
    5,
    "x",
    [[]],
    [5],
    [{"id": [], "name": "1"}],
    [{"id": "1", "name": 5}],
    {"comments": 5},
    {"total": "x"},
)


class Line:
    """A transport that gives one answer to everything."""

    tracker, base, clock = "shop", "https://acme.example", Clock()

    def __init__(self, data: Any) -> None:
        self.data, self.tally = data, Tally()
        self.tally.sent()

    def get(self, *_: object, **__: object) -> Answer:
        return Answer(200, {"X-AUSERNAME": "po"}, self.data)

    write = get


@pytest.mark.parametrize("odd", ODD)
def test_odd_versions_are_said_to_be_odd(odd: Any) -> None:
    line: Any = Line(odd)
    site = Site(line, SiteCache(None))
    for ask in (lambda: listed(site, "SHOP", ["1"]), lambda: Versions(site, line).existing("SHOP", "1")):
        with pytest.raises(UnexpectedPayload, match="is not as Jira writes it"):
            ask()


@pytest.mark.parametrize(
    "odd", [one for one in ODD if not isinstance(one, list)] + [{"comments": [5]}, {"comments": [{}]}]
)
def test_odd_comments_are_said_to_be_odd(odd: Any) -> None:
    line: Any = Line(odd)
    with pytest.raises(UnexpectedPayload, match="is not as Jira writes it"):
        look_for(Site(line, SiteCache(None)), "1", "shop")


@pytest.mark.parametrize("odd", [{}, {"id": "x"}, {"id": None}, [], 5])
def test_so_are_a_new_version_and_the_project_it_is_for(odd: Any) -> None:
    line: Any = Line([])
    versions = Versions(Site(line, SiteCache(None)), line)
    assert versions.existing("SHOP", "1") is None
    line.data = odd
    with pytest.raises(UnexpectedPayload, match="is not as Jira writes it"):
        versions._create("SHOP", "1")
    versions._listed["SHOP"] = {"0": {"id": "1", "name": "0", "projectId": 7}}
    with pytest.raises(Refused, match="is not as Jira writes it"):
        versions._create("SHOP", "1")
