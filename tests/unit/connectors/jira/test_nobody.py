"""Answers that name no account, where others do: a site that shows strangers a part must not pass for the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.cache import SiteCache
from posync.connectors.jira.site import Site
from posync.connectors.transport import Answer, Clock
from posync.errors import AccessRefused

SIGNED = {"X-AACCOUNTID": "1"}
ISSUES = {"issues": [{"id": "1"}]}


class Line:
    """A transport that gives these answers in turn; who asks is answered apart."""

    tracker, base, clock = "shop", "https://acme.example", Clock(wall=lambda: 1000.0)

    def __init__(self, *signs: bool, who: bool) -> None:
        self.signs, self.who = list(signs), who
        self.asked: list[str] = []

    def ask(self, route: str, _: object, *, operation: str) -> Answer:
        assert operation
        self.asked.append(route.rpartition("/")[2])
        return Answer(200, SIGNED if self.signs.pop(0) else {}, ISSUES)

    def get(self, route: str, _: object = None, *, operation: str) -> Answer:
        assert operation
        self.asked.append(route.rpartition("/")[2])
        return Answer(200, SIGNED if self.who else {}, {"accountId": "1"} if self.who else {})


def site(line: Any, cache: SiteCache | None = None) -> Site:
    return Site(line, cache or SiteCache(None))


def searched(one: Site) -> dict[str, Any]:
    return one.ask("/search/jql", {"jql": "project = SHOP"}, operation="search")


def test_an_answer_for_nobody_is_asked_for_again() -> None:
    line = Line(True, False, True, who=True)
    one = site(line)
    assert (searched(one), searched(one)) == (ISSUES, ISSUES)
    assert line.asked == ["jql"] * 3


def test_who_is_not_signed_in_any_more_is_told_so_however_much_strangers_see() -> None:
    line = Line(True, False, False, who=False)
    one = site(line)
    searched(one)
    with pytest.raises(AccessRefused, match="does not recognise the credentials"):
        searched(one)
    assert line.asked == ["jql", "jql", "jql", "myself"]


def test_a_route_that_names_nobody_while_the_account_counts_is_believed_from_then_on() -> None:
    line = Line(True, False, False, False, who=True)
    one = site(line)
    for _ in range(3):
        searched(one)
    assert line.asked == ["jql", "jql", "jql", "myself", "jql"]


def test_that_a_sites_answers_name_the_account_is_asked_of_each_connector(tmp_path: Path) -> None:
    cache = SiteCache.of(tmp_path, "https://acme.example", "somebody")
    for _ in range(2):
        line = Line(False, True, who=True)
        searched(site(line, cache))
        assert line.asked == ["jql", "myself", "jql"]
