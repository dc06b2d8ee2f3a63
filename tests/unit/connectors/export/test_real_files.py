"""Every real export at hand loads with nothing lost; everything else there is refused by name."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posync.connectors.open import open_export, open_trello
from posync.connectors.profile import load_profile
from posync.connectors.transport import TrelloAuth
from posync.errors import Incomplete, TrackerError
from posync.model.issue import Issue
from posync.sandbox.server import Sandbox

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
BOARDS = [*DATA.glob("trello/*.json"), *DATA.glob("trello/snapshots/*.json")]
SEARCHES = [
    *DATA.glob("jira/apache-search/*.json"),
    *DATA.glob("jira/cloud-jirametrics/*SP-*.json"),
    *DATA.glob("jira/cloud-airbyte-fixtures/*issues.json"),
]
TABLES = list(DATA.glob("jira/csv-exports/*.csv"))
OTHERS = sorted(
    {*DATA.glob("jira/*/*.*"), *DATA.glob("trello/api-samples/*.json")} - {*BOARDS, *SEARCHES, *TABLES}
)
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder of real data (../shared/data) is not here"
)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def loaded(path: Path, profile: str) -> dict[str, Issue]:
    issues: list[Issue] = []
    reader = open_export("old", path=path, profile=load_profile(profile, Path()), workspace="shop")
    observation = reader.pull(None, issues.extend)
    assert [issue.uid for issue in issues] == list(observation.order)
    return {issue.id: issue for issue in issues}


def raw(path: Path) -> Any:
    """Return a file's JSON by a way of its own."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = text.splitlines(keepends=True)
    while lines and not lines[0].lstrip().startswith(("{", "[")):
        lines.pop(0)
    return json.loads("".join(lines))


@pytest.mark.parametrize("path", BOARDS, ids=name)
def test_every_board_loads_whole(path: Path) -> None:
    board, issues = raw(path), loaded(path, "trello")
    assert len(issues) == len(board["cards"])
    lists = {one["id"]: one for one in board["lists"]}
    items = {one["id"]: one for one in board.get("checklists", [])}
    for card in board["cards"]:
        issue = issues[card["id"]]
        assert (issue.title, issue.description.source) == (card["name"], card["desc"])
        assert (issue.key, issue.status) == (card["shortLink"], lists[card["idList"]]["name"])
        assert issue.ranked is not (card["closed"] or lists[card["idList"]]["closed"])
        assert set(issue.labels) == {label["name"].strip() or label["color"] for label in card["labels"]}
        lines = [line["name"] for one in card["idChecklists"] for line in items[one]["checkItems"]]
        assert sorted(line.text for c in issue.checklists for line in c.items) == sorted(lines)


@pytest.mark.parametrize("path", BOARDS, ids=name)
def test_every_list_keeps_its_order(path: Path) -> None:
    board, issues = raw(path), loaded(path, "trello")
    for lane in board["lists"]:
        cards = [card for card in board["cards"] if card["idList"] == lane["id"] and not card["closed"]]
        wanted = [card["id"] for card in sorted(cards, key=lambda card: card["pos"])]
        assert [
            issue.id for issue in issues.values() if issue.lane == lane["id"] and issue.id in wanted
        ] == wanted


def issues_in(path: Path) -> Iterator[dict[str, Any]]:
    data = raw(path)
    yield from data if isinstance(data, list) else data.get("issues", [data])


@pytest.mark.parametrize("path", SEARCHES, ids=name)
def test_every_saved_search_loads_whole(path: Path) -> None:
    wanted, issues = list(issues_in(path)), loaded(path, "jira-cloud")
    assert len(issues) == len(wanted)
    for issue in wanted:
        fields, found = issue["fields"], issues[str(issue["id"])]
        assert (found.key, found.title) == (issue["key"], fields.get("summary") or "")
        text = fields.get("description") or ""
        source = found.description.source
        assert (source if isinstance(text, str) else json.loads(source)) == text
        assert set(found.labels) == set(fields.get("labels") or [])
        assert set(found.releases) == {version["name"] for version in fields.get("fixVersions") or []}


def test_a_folder_of_pages_is_one_backlog() -> None:
    folder = DATA / "jira" / "apache-search"
    wanted = [issue["id"] for path in folder.glob("*.json") for issue in issues_in(path)]
    assert set(loaded(folder, "jira-data-center")) == set(wanted)


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_every_csv_loads_whole(path: Path) -> None:
    header, *rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    issues = loaded(path, "jira-cloud")
    assert len(issues) == len(rows)
    for row in rows:
        cells = dict(reversed([*zip(header, row, strict=True)]))
        found = issues[cells["Issue id"]]
        assert (found.key, found.title, found.status) == (
            cells["Issue key"],
            cells["Summary"],
            cells["Status"],
        )
        assert found.description.source == cells.get("Description", "")
        labels = {cell for column, cell in zip(header, row, strict=True) if column == "Labels" and cell}
        assert set(found.labels) == labels
        assert found.created is not None


def is_issues(path: Path) -> bool:
    data = raw(path)
    found = data.get("issues", [data]) if isinstance(data, dict) else data
    return bool(found) and all(isinstance(one, dict) and {"key", "fields"} <= one.keys() for one in found)


@pytest.mark.parametrize("path", [path for path in OTHERS if path.suffix == ".json"], ids=name)
def test_everything_else_is_issues_too_or_refused_by_name(path: Path) -> None:
    if is_issues(path):
        wanted = list(issues_in(path))
        if raw(path).get("total", 0) > len(wanted):
            with pytest.raises(Incomplete, match="issues are there"):
                loaded(path, "jira-cloud")
        else:
            assert len(loaded(path, "jira-cloud")) == len(wanted)
        return
    with pytest.raises(TrackerError) as refused:
        loaded(path, "jira-cloud")
    assert str(refused.value).startswith(f"old: read export: {path.name} is ")
    assert "posync reads a Trello board" in str(refused.value)
    assert "JSON value" not in str(refused.value)


@pytest.mark.parametrize("path", BOARDS, ids=name)
def test_a_board_is_the_same_whether_it_is_read_from_its_file_or_over_http(path: Path) -> None:
    saved = loaded(path, "trello")
    with Sandbox(load=[path]) as sandbox:
        live: list[Issue] = []
        reader = open_trello(
            "old",
            url=sandbox.trello_url,
            auth=TrelloAuth("sandbox-trello-key", "sandbox-trello-token"),
            board=raw(path)["id"],
            profile=load_profile("trello", Path()),
            workspace="shop",
        )
        observation = reader.pull(None, live.extend)
        reader.close()
    assert reader.requests == 1
    assert [uid.partition(":")[2] for uid in observation.order] == list(saved)
    assert {issue.id: issue for issue in live} == {
        issue.id: issue.model_copy(update={"rank": 1}) for issue in saved.values()
    }
