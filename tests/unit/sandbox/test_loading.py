"""Files that the real trackers wrote: everything in them arrives, and what is no backlog is refused by name."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from posync.sandbox.house import House
from posync.sandbox.load.reading import LoadError, decode, without_comments

SHARED = Path(__file__).parents[3] / "../shared/data"
ABSENT = "the real data is not here"
CLOUD = sorted((SHARED / "jira/cloud-jirametrics").glob("*SP-*.json"))
LISTS = sorted((SHARED / "jira/apache-search").glob("*.json")) + CLOUD
LISTS += [
    SHARED / f"jira/cloud-airbyte-fixtures/{name}.json"
    for name in ("issues", "board_issues", "sprint_issues")
]
TABLES = sorted((SHARED / "jira/csv-exports").glob("*.csv"))
BOARDS = sorted((SHARED / "trello").glob("*.json")) + sorted((SHARED / "trello/snapshots").glob("*.json"))
REFUSED = sorted((SHARED / "jira/webhooks-mattermost").glob("*.json")) + sorted(
    (SHARED / "trello/api-samples").glob("*.json")
)


def name(path: Path) -> str:
    return path.name


def raw(path: Path) -> Any:
    return json.loads(without_comments(decode(path.read_bytes())))


def issues_in(path: Path) -> list[dict[str, Any]]:
    data = raw(path)
    found: list[dict[str, Any]] = data if isinstance(data, list) else data.get("issues") or [data]
    return found


def holds(shown: Any, wanted: Any) -> bool:
    """Tell whether an answer shows at least what the file says."""
    if isinstance(wanted, dict):
        return isinstance(shown, dict) and all(
            key in shown and holds(shown[key], value) for key, value in wanted.items()
        )
    return bool(shown == wanted)


@pytest.mark.skipif(not LISTS[0].exists(), reason=ABSENT)
@pytest.mark.parametrize("path", LISTS, ids=name)
def test_real_issues_keep_every_field(path: Path) -> None:
    house, wanted = House([path]), issues_in(path)
    assert len(house.world.jira.issues) == len(wanted)
    for issue in wanted:
        found = house.world.jira.find(issue["key"])
        assert found is not None
        comments = (issue["fields"].pop("comment", None) or {}).get("comments", [])
        assert [one["body"] for one in found.comments] == [one["body"] for one in comments]
        assert holds(found.fields, issue["fields"])
        assert found.extra.get("changelog") == issue.get("changelog")


@pytest.mark.skipif(not LISTS[0].exists(), reason=ABSENT)
def test_a_whole_site_of_real_issues_can_be_ranked() -> None:
    house = House([path for path in LISTS if "apache" in str(path)])
    world = house.world.jira
    first, last = world.order()[0], world.order()[-1]
    world.reorder([world.issues[last]], before=world.issues[first])
    assert world.order()[:2] == [last, first]
    assert set(world.projects) == {"KAFKA", "SPARK"}


@pytest.mark.skipif(not TABLES, reason=ABSENT)
@pytest.mark.parametrize("path", TABLES, ids=name)
def test_real_tables_keep_every_cell(path: Path) -> None:
    house = House([path])
    header, *rows = list(csv.reader(io.StringIO(decode(path.read_bytes()), newline="")))
    assert len(house.world.jira.issues) == len(rows)
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        issue = house.world.jira.find(cells["Issue key"])
        assert issue is not None
        assert (issue.id, issue.fields["summary"]) == (cells["Issue id"], cells["Summary"])
        assert issue.fields.get("description", "") == cells["Description"]
        shown = json.dumps([issue.fields, issue.comments, issue.id, issue.key], ensure_ascii=False)
        for column, text in zip(header, row, strict=True):
            if text and not dated(text) and column not in {"Status Category", "Project lead"}:
                assert json.dumps(text, ensure_ascii=False)[1:-1] in shown, column


def dated(text: str) -> bool:
    return text.count("/") == 2 and text[-2:] in {"AM", "PM"}


@pytest.mark.skipif(not BOARDS, reason=ABSENT)
@pytest.mark.parametrize("path", BOARDS, ids=name)
def test_real_boards_keep_everything(path: Path) -> None:
    house, wanted = House([path]), raw(path)
    (board,) = house.world.trello.boards.values()
    assert [card["id"] for card in wanted["cards"]] == list(board.cards)
    for card in wanted["cards"]:
        assert holds(board.cards[card["id"]], card)
    for part, kept in (
        ("lists", board.lists),
        ("labels", board.labels),
        ("checklists", board.checklists),
        ("actions", board.actions),
    ):
        assert kept == wanted.get(part, [])


@pytest.mark.skipif(not REFUSED, reason=ABSENT)
@pytest.mark.parametrize("path", REFUSED, ids=name)
def test_what_is_no_backlog_is_refused(path: Path) -> None:
    with pytest.raises(
        LoadError,
        match=r"neither a Trello board export nor a list of Jira issues: (it looks like|a JSON|a page)",
    ):
        House([path])


def test_comment_lines_before_the_json_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    board = {
        "id": "b1",
        "name": "Old",
        "lists": [{"id": "l1", "name": "To do"}],
        "cards": [{"id": "c1", "name": "one", "idList": "l1"}],
    }
    path.write_text("// exported in 2014\n# by hand\n" + json.dumps(board), encoding="utf-8")
    assert list(House([path]).world.trello.boards["b1"].cards) == ["c1"]


def test_latin_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    text = '{"id": "b1", "name": "Caf\xe9", "lists": [], "cards": []}'
    path.write_bytes(text.encode("latin-1"))
    assert House([path]).world.trello.boards["b1"].raw["name"] == "Café"


def test_old_labels_without_ids_find_their_board_s(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    card = {"id": "c1", "name": "one", "labels": [{"name": "urgent", "color": "red"}]}
    path.write_text(
        json.dumps({"id": "b1", "labelNames": {"red": "urgent"}, "lists": [], "cards": [card]}),
        encoding="utf-8",
    )
    board = House([path]).world.trello.boards["b1"]
    assert board.cards["c1"]["idLabels"] == [board.labels[0]["id"]]


def test_gaps_in_issues_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "issues.json"
    path.write_text(
        json.dumps(
            [
                {"key": "A-1", "fields": {"status": {"name": "In Review"}}},
                {"id": "7", "fields": {"Story Points": 5}},
            ]
        ),
        encoding="utf-8",
    )
    world = House([path]).world.jira
    first = world.find("A-1")
    assert first is not None
    assert first.fields["status"]["statusCategory"]["key"] == "indeterminate"
    second = world.issues["7"]
    assert (second.key, second.fields[world.fields.named("Story Points")[0]]) == ("LOADED-2", 5)
    assert first.rank < second.rank


def test_fields_shown_by_name_and_names_in_the_envelope_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    data = {
        "issues": [{"key": "A-1", "fields": {"Summary": "one", "customfield_10500": "0|i00007:"}}],
        "names": {"customfield_10500": "Rang"},
        "schema": {"customfield_10500": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-lexo-rank"}},
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    world = House([path]).world.jira
    assert (world.fields.rank, world.fields.rows["customfield_10500"]["name"]) == (
        "customfield_10500",
        "Rang",
    )
    assert world.issues[world.keys["A-1"]].fields["summary"] == "one"


def test_csv_dates_lists_and_links(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Summary,Issue key,Issue id,Status,Created,Due date,Labels,Labels,Outward issue link (Blocks),Custom field (Story Points),Comment\n"
        'One,A-1,101,Done,25/Oct/25 12:53 PM,1/Nov/25,x,y,A-2,3,"25/Oct/25 1:00 PM;u1;said, so"\n'
        "Two,A-2,102,To Do,25/Oct/25 12:05 AM,,,,,,\n",
        encoding="utf-8",
    )
    world = House([path]).world.jira
    one, two = world.issues["101"], world.issues["102"]
    assert (one.fields["created"], one.fields["duedate"]) == ("2025-10-25T12:53:00.000-0300", "2025-11-01")
    assert two.fields["created"].startswith("2025-10-25T00:05")
    assert one.fields["labels"] == ["x", "y"]
    assert one.fields["issuelinks"][0]["outwardIssue"]["key"] == "A-2"
    assert one.fields[world.fields.named("Story Points")[0]] == 3.0
    assert one.comments[0]["body"] == "said, so"


def test_several_projects_and_boards_live_side_by_side(tmp_path: Path) -> None:
    files = []
    for number, data in enumerate(
        (
            [{"key": "A-1", "fields": {}}],
            [{"key": "B-1", "fields": {}}],
            {"id": "b1", "lists": [], "cards": []},
            {"id": "b2", "lists": [], "cards": []},
        )
    ):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(data), encoding="utf-8")
    house = House(files)
    assert set(house.world.jira.projects) == {"A", "B"}
    assert set(house.world.trello.boards) == {"b1", "b2"}
    with pytest.raises(LoadError, match="is loaded already"):
        House([files[2], files[2]])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("nonsense", "it is no JSON"),
        ("[]", "an empty or plain list"),
        ("3", "a bare int"),
        ('{"webhookEvent": "x"}', "a Jira webhook message"),
        ('{"version": 1, "type": "doc", "content": []}', "Atlassian Document Format"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match=what):
        House([path])


def test_other_tables_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LoadError, match="not a Jira CSV export"):
        House([path])
    with pytest.raises(LoadError, match="cannot be read"):
        House([tmp_path / "absent.json"])
