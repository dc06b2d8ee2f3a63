"""Answers of another shape than Jira documents: each value of each answer of a pull in turn, and whom it names."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.transport import Answer
from posync.errors import PosyncError, UnexpectedPayload
from posync.model.issue import Issue
from posync.model.observation import Memory, Observation

ODD: tuple[Any, ...] = (None, 5, "x", [], {}, [[]], True)
KEYS = ("SHOP-14", "SHOP-7", "SHOP-1")
SCOPE = JiraScope(jql=f"key in ({', '.join(KEYS)})")
RICH: dict[str, Any] = {
    "assignee": {"accountId": "1", "displayName": "Pia", "name": "pia", "key": "pia"},
    "resolution": {"id": "1", "name": "Done"},
    "duedate": "2026-12-24",
    "labels": ["web"],
    "fixVersions": [{"id": "1", "name": "2026.11"}],
    "parent": {"id": "10001", "key": "SHOP-1", "fields": {"summary": "Shop"}},
    "issuelinks": [
        {
            "id": "1",
            "type": {"id": "1", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            "outwardIssue": {"id": "10002", "key": "SHOP-2"},
        },
        {
            "id": "2",
            "type": {"id": "1", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            "inwardIssue": {"id": "10003", "key": "SHOP-3"},
        },
    ],
    "customfield_10020": [{"id": 2, "name": "Sprint 2", "state": "active", "boardId": 1}],
}
both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)


class Replayed:
    """A site that gives the answers of its first pull again, with one value in them replaced."""

    def __init__(self, site: Any, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
        site.cache = None
        self.answers: dict[str, Answer] = {}
        self.recording = True
        self.reader = reader = site.open(**options)
        real = reader.site.transport._once

        def once(method: str, route: str, params: Any, body: Any, operation: str, *, writing: bool) -> Answer:
            name = json.dumps([method, route, params, body])
            if name not in self.answers and self.recording:
                self.answers[name] = real(method, route, params, body, operation, writing=writing)
                self._enrich(self.answers[name].data)
            known = self.answers.get(name)
            return known or real(method, route, params, body, operation, writing=writing)

        monkeypatch.setattr(reader.site.transport, "_once", once)

    def pull(
        self, memory: Memory | None = None, warm: dict[str, Any] | None = None
    ) -> tuple[dict[str, Issue], Observation]:
        """Pull as another process would that finds `warm` kept, and return the issues by id."""
        self.reader.site.cache.held = warm or {}
        self.reader.site.known, self.reader.site._signs = False, None
        self.reader.site._nameless.clear()
        for kept in ("fields", "_question", "_context"):
            vars(self.reader).pop(kept, None)
        handed: list[Issue] = []
        seen = self.reader.pull(memory, handed.extend)
        return {issue.id: issue for issue in handed}, seen

    def _enrich(self, data: Any) -> None:
        for issue in data.get("issues", []) if isinstance(data, dict) else []:
            if issue.get("key") == KEYS[0] and "fields" in issue:
                issue["fields"].update((name, RICH[name]) for name in RICH if name in issue["fields"])

    def with_one_odd(self, name: str) -> Iterator[tuple[list[Any], Any]]:
        """Put each odd value at each place of one answer in turn, and yield both."""
        answer = self.answers[name]
        for path in places(answer.data):
            for odd in (one for one in ODD if path != ["issues"] or one != []):  # an empty scope is none
                data = replaced(copy.deepcopy(answer.data), path, odd)
                self.answers[name] = Answer(answer.status, answer.headers, data)
                yield path, odd
        self.answers[name] = answer


def places(data: Any) -> Iterator[list[Any]]:
    """Yield the way to each value; of a list of issues only into the one with the most, of other lists the first."""
    yield []
    if isinstance(data, dict):
        inside: list[tuple[Any, Any]] = list(data.items())
    elif isinstance(data, list) and data:
        at = next((n for n, one in enumerate(data) if isinstance(one, dict) and one.get("key") == KEYS[0]), 0)
        inside = [(at, data[at])]
    else:
        inside = []
    for step, value in inside:
        yield from ([step, *rest] for rest in places(value))


def replaced(data: Any, path: list[Any], value: Any) -> Any:
    if not path:
        return value
    data[path[0]] = replaced(data[path[0]], path[1:], value)
    return data


def refused(site: Replayed, memory: Memory | None, normal: dict[str, Issue], where: Any) -> int | None:
    """Pull and return the exit code of a refusal. Else all is there, and no issue but the odd one differs."""
    try:
        handed, seen = site.pull(memory)
    except PosyncError as error:
        return error.exit_code
    assert normal.keys() <= handed.keys(), where
    assert not seen.gone, where
    assert sum(handed[one] != normal[one] for one in normal) <= 1, where
    assert not any("[" in str(word) for issue in handed.values() for word in said(issue)), where
    return None


def said(issue: Issue) -> list[object]:
    """Return all that stands in an issue as words: a list written out would be none."""
    names = [issue.status, issue.priority, issue.assignee, issue.reporter, issue.position, issue.title]
    refs = [issue.parent and issue.parent.key, issue.sprint and issue.sprint.name]
    lists = [*issue.labels, *issue.releases, *(link.to.key for link in issue.links)]
    return [*names, *refs, *lists, *issue.fields.values()]


@both
@pytest.mark.parametrize("mode", ["whole", "increment"])
def test_whatever_one_value_is_a_pull_ends_well_or_in_words(
    site: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed = Replayed(site, monkeypatch, scope=SCOPE)
    normal, first = replayed.pull()
    memory = None
    if mode == "increment":
        cursor = json.dumps(json.loads(first.cursor) | {"seen": {}})
        memory = Memory(cursor, {one: issue.key for one, issue in normal.items()})
        replayed.answers.clear()
        normal, _ = replayed.pull(memory)
    replayed.recording = False
    told = [
        refused(replayed, memory, normal, (name, path, odd))
        for name in list(replayed.answers)
        for path, odd in replayed.with_one_odd(name)
    ]
    assert set(told) == {None, 4}
    assert len(told) > 500
    assert 0.2 < told.count(4) / len(told) < 0.9


@both
def test_so_is_it_with_what_is_asked_of_a_site_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board's configuration, the site's address, who is asking."""
    board = next(iter(site.sandbox.world.jira.boards))
    replayed = Replayed(site, monkeypatch, scope=JiraScope(board=board))
    replayed.reader._browse = None
    site.sandbox.world.jira.boards[board].sub_query = "type != Epic"
    normal, _ = replayed.pull()
    replayed.reader.site.assure_known()
    names = [
        name for name in replayed.answers if any(one in name for one in ("board", "serverInfo", "myself"))
    ]
    told = [
        refused(replayed, None, normal, (name, path, odd))
        for name in names
        for path, odd in replayed.with_one_odd(name)
    ]
    assert len(names) == 3
    assert set(told) == {None, 4}
    assert told.count(4) > 20


@both
@pytest.mark.parametrize(
    ("path", "odd", "what"),
    [
        (["fields"], ["a"], "fields is a list"),
        (["fields"], "a", "fields is the text 'a'"),
        (["fields"], None, "fields is empty"),
        (["fields", "status"], "x", "fields.status is the text 'x'"),
        (
            ["fields", "status"],
            {"name": "Done", "statusCategory": {}},
            "it has no fields.status.statusCategory.key",
        ),
        (["fields", "priority"], [], "fields.priority is a list"),
        (["fields", "issuelinks"], {}, "fields.issuelinks is an object"),
        (["fields", "issuelinks"], [[]], "fields.issuelinks[0] is a list"),
        (["fields", "parent"], 5, "fields.parent is a number"),
        (["fields", "parent"], {"key": True}, "fields.parent.key is true or false"),
        (["fields", "updated"], "yesterday", "fields.updated is the text 'yesterday'"),
        (["id"], 10014, "id is a number"),
    ],
)
def test_an_odd_issue_is_refused_by_name(
    site: Any, path: list[Any], odd: Any, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed = Replayed(site, monkeypatch, scope=SCOPE)
    replayed.pull()
    name = next(one for one in replayed.answers if '"summary"' in one)
    issues = replayed.answers[name].data["issues"]
    at = next(n for n, one in enumerate(issues) if one["key"] == KEYS[0])
    replaced(issues[at], path, odd)
    with pytest.raises(UnexpectedPayload) as told:
        replayed.pull()
    assert f": issue 'SHOP-14' is not as Jira writes it: {what}. Try again." in str(told.value)
    assert str(told.value).startswith("shop: ")
    assert told.value.exit_code == 4


@both
def test_what_is_no_issue_is_refused_with_its_place(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = Replayed(site, monkeypatch, scope=SCOPE)
    replayed.pull()
    for name, answer in replayed.answers.items():
        if '"summary"' in name:
            answer.data["issues"][1] = "nothing"
    with pytest.raises(UnexpectedPayload, match=r"the answer is not .*: issues\[1\] is the text 'nothing'"):
        replayed.pull()


def test_the_far_end_of_a_link_may_be_hidden(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = Replayed(site, monkeypatch, scope=SCOPE)
    replayed.pull()
    name = next(one for one in replayed.answers if '"summary"' in one)
    rich = next(one for one in replayed.answers[name].data["issues"] if one["key"] == KEYS[0])
    rich["fields"]["issuelinks"][0]["outwardIssue"] = {"id": "10002"}
    found, _ = replayed.pull()
    assert [link.to.key for link in found[rich["id"]].links] == ["SHOP-3"]
