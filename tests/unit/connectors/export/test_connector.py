"""Exports as trackers: whole, in rank order, unchanged while the files are, and never written."""

from __future__ import annotations

import contextlib
import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.base import Reader
from posync.connectors.open import open_export
from posync.connectors.profile import Profile, load_profile
from posync.errors import Incomplete, TrackerError, UnexpectedPayload
from posync.model.issue import Issue, IssueType, LinkKind, State
from posync.model.observation import Memory, Observation

JIRA, TRELLO = (load_profile(name, Path()) for name in ("jira-cloud", "trello"))


def issue(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(10_000 + number),
        "key": f"SHOP-{number}",
        "fields": {"summary": f"issue {number}"} | fields,
    }


def save(folder: Path, name: str, content: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder / name


def opened(path: Path, profile: Profile = JIRA) -> Reader:
    return open_export("old", path=path, profile=profile, workspace="shop")


def pulled(reader: Reader, memory: Memory | None = None) -> tuple[list[Issue], Observation]:
    issues: list[Issue] = []
    return issues, reader.pull(memory, issues.extend)


def keys(issues: Iterable[Issue]) -> list[str]:
    return [found.key for found in issues]


def test_saved_pages_are_one_backlog_in_the_order_of_their_ranks(tmp_path: Path) -> None:
    for start in (0, 50, 100):
        page = [issue(start + n, customfield_10019=f"0|i{999 - start - n:05d}:") for n in range(50)]
        save(tmp_path, f"page_{start}.json", {"issues": page, "total": 150})
    issues, observation = pulled(opened(tmp_path))
    assert keys(issues) == [f"SHOP-{n}" for n in reversed(range(150))]
    assert [found.rank for found in issues] == list(range(1, 151))
    assert observation.full
    assert "150 issues, in the order of their rank field" in observation.shown_by


def test_without_ranks_the_order_is_that_of_the_pages(tmp_path: Path) -> None:
    for start in (0, 100, 50):
        save(tmp_path, f"page_{start}.json", [issue(start), issue(start + 1)])
    issues, observation = pulled(opened(tmp_path))
    assert keys(issues) == [f"SHOP-{n}" for n in (0, 1, 50, 51, 100, 101)]
    assert "order of the files" in observation.shown_by


@pytest.mark.parametrize(
    "page",
    [
        {"issues": [issue(1)], "total": 3},
        {"issues": [issue(1)], "isLast": False},
        {"issues": [issue(1)], "nextPageToken": "abc"},
    ],
)
def test_half_a_search_result_is_refused(tmp_path: Path, page: Any) -> None:
    with pytest.raises(Incomplete, match="put all of them into one folder"):
        pulled(opened(save(tmp_path, "page.json", page)))


def test_a_chain_of_pages_is_whole_with_its_last(tmp_path: Path) -> None:
    save(tmp_path, "1.json", {"issues": [issue(1)], "nextPageToken": "abc"})
    save(tmp_path, "2.json", {"issues": [issue(2), issue(1)], "isLast": True})
    assert keys(pulled(opened(tmp_path))[0]) == ["SHOP-1", "SHOP-2"]


def test_two_versions_of_an_issue_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path, "twice.json", [issue(1), issue(1, summary="other")])
    with pytest.raises(UnexpectedPayload, match="SHOP-1 is there twice with different contents"):
        pulled(opened(path))


def test_a_saved_search_with_names_needs_no_site(tmp_path: Path) -> None:
    fields = {
        "customfield_1": 5.0,
        "customfield_2": 8,
        "description": {"type": "doc", "version": 1, "content": []},
    }
    saved = {
        "issues": [issue(1, **fields)],
        "names": {"customfield_1": "Story Points", "customfield_2": "Business value"},
    }
    [found], _ = pulled(opened(save(tmp_path, "v3.json", saved)))
    assert (found.points, found.fields["business_value"]) == (5.0, 8.0)
    assert found.description.source == '{"type":"doc","version":1,"content":[]}'


@pytest.mark.parametrize(
    ("sizes", "warned"), [((999,), 0), ((1000,), 1), ((10_000,), 1), ((1000, 3), 0), ((1000, 1000), 1)]
)
def test_a_csv_that_ends_where_jira_cuts_is_warned_of(tmp_path: Path, sizes: list[int], warned: int) -> None:
    for at, size in enumerate(sizes):
        keys = range(at * 10_000, at * 10_000 + size)
        lines = "".join(f"A-{key},{key},One\n" for key in keys)
        (tmp_path / f"part{at}.csv").write_text(f"Issue key,Issue id,Summary\n{lines}")
    _, observation = pulled(opened(tmp_path))
    said = f"part{len(sizes) - 1}.csv has exactly {sizes[-1]:,} issues, where Jira ends a CSV"
    assert [warning.startswith(said) for warning in observation.warnings] == [True] * warned


def test_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "issues.csv"
    rows = [
        [
            "Summary",
            "Issue key",
            "Issue id",
            "Issue Type",
            "Status",
            "Status Category",
            "Labels",
            "Labels",
            "Custom field (Story Points)",
            "Custom field (Rank)",
            "Description",
            "Outward issue link (Blocks)",
            "Created",
        ],
        ["Second", "SHOP-2", "2", "Bug", "Open", "To Do", "", "", "", "0|i0000b:", "", "", "1.2.2026 10:00"],
        [
            "First",
            "SHOP-1",
            "1",
            "Story",
            "Ready",
            "Done",
            "a",
            "b",
            "3.5",
            "0|i0000a:",
            "h1. Why\nnot",
            "SHOP-2",
            "?",
        ],
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    [first, second], observation = pulled(opened(path))
    assert (first.key, first.type, first.state, first.labels, first.points) == (
        "SHOP-1",
        IssueType.STORY,
        State.DONE,
        ("a", "b"),
        3.5,
    )
    assert first.description.source == "h1. Why\nnot"
    assert [(link.kind, link.to.key) for link in first.links] == [(LinkKind.BLOCKS, "SHOP-2")]
    assert (second.type, second.created and second.created.day) == (IssueType.BUG, 1)
    assert observation.warnings[0].startswith("1 dates could not be read, such as '?'")


def test_parents_by_key_by_epic_link_or_by_id(tmp_path: Path) -> None:
    path = tmp_path / "issues.csv"
    rows = [
        "Summary,Issue key,Issue id,Parent id,Parent key,Custom field (Epic Link)",
        "Epic,SHOP-1,1,,,",
        "Story,SHOP-2,2,,,SHOP-1",
        "Sub-task,SHOP-3,3,2,,",
        "Orphan,SHOP-4,4,99,,",
        "Task,SHOP-5,5,1,SHOP-1,",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = {issue.key: issue.parent for issue in pulled(opened(path))[0]}
    assert {key: parent and (parent.key, parent.uid) for key, parent in found.items()} == {
        "SHOP-1": None,
        "SHOP-2": ("SHOP-1", None),
        "SHOP-3": ("SHOP-2", "old:2"),
        "SHOP-4": None,
        "SHOP-5": ("SHOP-1", "old:1"),
    }


def board(**parts: Any) -> dict[str, Any]:
    lists = [{"id": "l2", "name": "Doing", "pos": 2}, {"id": "l1", "name": "Ideas", "pos": 1}]
    cards = [
        {"id": "c1", "name": "b", "idList": "l1", "pos": 2, "shortLink": "s1", "idChecklists": ["k1"]},
        {"id": "c2", "name": "(3) a", "idList": "l1", "pos": 1.5, "shortLink": "s2"},
        {"id": "c3", "name": "c", "idList": "l2", "pos": 1, "shortLink": "s3"},
        {"id": "c4", "name": "old", "idList": "l1", "pos": 1, "shortLink": "s4", "closed": True},
    ]
    checklists = [{"id": "k1", "name": "Criteria", "checkItems": [{"id": "i", "name": "it works"}]}]
    return {"id": "b", "lists": lists, "cards": cards, "checklists": checklists} | parts


def test_a_trello_board_even_under_a_profile_for_jira(tmp_path: Path) -> None:
    reader = opened(save(tmp_path, "board.json", board()), JIRA.with_fields(["Priority score"]))
    issues, observation = pulled(reader)
    assert [found.title for found in issues] == ["(3) a", "b", "c", "old"]
    assert [found.ranked for found in issues] == [True, True, True, False]
    assert (issues[0].points, issues[2].state) == (3.0, State.IN_PROGRESS)
    assert issues[1].checklists[0].items[0].text == "it works"  # old exports name the card only on the card
    assert reader.order("l1") == ("old:c2", "old:c1")
    assert "4 cards, 1 of them archived" in observation.shown_by


@pytest.mark.parametrize(
    ("cards", "says"),
    [
        ([{"name": "x"}], "card 1 in board.json has no id"),
        ([{"id": "c1"}, {"id": "c1"}], "there twice"),
        ([3], "card 1"),
    ],
)
def test_a_damaged_board_is_refused(tmp_path: Path, cards: Any, says: str) -> None:
    with pytest.raises(UnexpectedPayload, match=says):
        pulled(opened(save(tmp_path, "board.json", board(cards=cards)), TRELLO))


def test_boards_and_issues_do_not_mix(tmp_path: Path) -> None:
    save(tmp_path, "a.json", board())
    save(tmp_path, "b.json", [issue(1)])
    with pytest.raises(UnexpectedPayload, match="holds Trello boards and Jira issues"):
        pulled(opened(tmp_path))


@pytest.mark.parametrize("value", [3, "text", [1, {"a": None}], {"type": 4}, True])
def test_odd_shapes_are_read_or_refused_never_a_crash(tmp_path: Path, value: Any) -> None:
    names = "summary description issuetype status priority labels fixVersions parent issuelinks votes comment created"
    said: list[str] = []
    for name in names.split():
        try:
            found, _ = pulled(opened(save(tmp_path, "odd.json", [issue(1, **{name: value})])))
        except TrackerError as error:
            said.append(str(error))
        else:
            assert len(found) == 1
    assert all("not as Jira writes an issue" in error for error in said)


def test_the_same_bytes_are_not_read_twice_and_changed_ones_are(tmp_path: Path) -> None:
    path = save(tmp_path, "saved.json", [issue(1), issue(2)])
    _, first = pulled(opened(path))
    memory = Memory(first.cursor, {"10001": "SHOP-1", "10002": "SHOP-2"})
    issues, second = pulled(opened(path), memory)
    assert (issues, second.full, second.order) == ([], False, first.order)
    save(tmp_path, "saved.json", [issue(2), issue(3)])
    issues, third = pulled(opened(path), memory)
    assert keys(issues) == ["SHOP-2", "SHOP-3"]
    assert third.gone == {"old:10001": "no longer in the file"}
    assert pulled(opened(path, JIRA.with_fields(["x"])), Memory(third.cursor, {}))[1].full


def test_a_file_is_looked_at_but_never_written(tmp_path: Path) -> None:
    reader = opened(save(tmp_path, "saved.json", [issue(1)]))
    looked = reader.look(["old:10001", "old:9"])
    assert looked["old:10001"] is not None
    assert looked["old:9"] is None
    assert reader.order("") == ("old:10001",)
    assert reader.comments(["old:10001"]) == {"old:10001": None}
    assert {found.name: found.granted for found in reader.capabilities()} == {
        "read": True,
        "rank": False,
        "label": False,
        "release": False,
        "comment": False,
        "field": False,
    }
    assert (reader.rank_batch, reader.requests, reader.writes(())) == (0, 0, ())
    assert not hasattr(reader, "perform")


EXAMPLES: tuple[tuple[str, bytes], ...] = (
    ("board.json", json.dumps(board()).encode()),
    (
        "search.json",
        json.dumps({"issues": [issue(1, labels=["a"], status={"name": "Done"})], "total": 1}).encode(),
    ),
    ("issues.csv", b"Summary,Issue key,Labels,Labels,Created\nOne,SHOP-1,a,b,25/Oct/25 12:53 PM\n"),
)


@pytest.mark.parametrize(("name", "content"), EXAMPLES)
def test_a_file_cut_off_anywhere_is_read_or_refused_in_one_message(
    tmp_path: Path, name: str, content: bytes
) -> None:
    for end in range(0, len(content), 3):
        (tmp_path / name).write_bytes(content[:end])
        with contextlib.suppress(TrackerError):
            pulled(opened(tmp_path / name))


@pytest.mark.parametrize(("name", "content"), EXAMPLES)
def test_a_damaged_byte_anywhere_is_read_or_refused_in_one_message(
    tmp_path: Path, name: str, content: bytes
) -> None:
    chance = random.Random(9)
    for _ in range(100):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / name).write_bytes(damaged)
        with contextlib.suppress(TrackerError):
            pulled(opened(tmp_path / name))


@pytest.mark.parametrize("value", [None, 5, [[]], {"id": []}, "\ud800"])
def test_any_part_of_a_board_may_be_anything(tmp_path: Path, value: Any) -> None:
    def places(node: Any, path: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
        yield path
        inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, part in inner:
            yield from places(part, (*path, key))

    for *path, last in list(places(board()))[1:]:
        damaged: Any = board()
        node = damaged
        for key in path:
            node = node[key]
        node[last] = value
        with contextlib.suppress(TrackerError):
            pulled(opened(save(tmp_path, "board.json", damaged)))
