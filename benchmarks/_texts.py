"""The real texts the readiness checks are tried on; they stay where they are, in ../shared/data."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Told = Mapping[tuple[str, str], tuple[str, str, str]]
"""Title, description and format of each text, by (data set, id)."""


def texts() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return title, description and format of every real issue, by (data set, id)."""
    csv.field_size_limit(10**9)
    found = {}
    for file in sorted((DATA / "storypoints").glob("*/*.csv")):
        form = "wiki" if file.parent.name == "deep-se" else "markdown"
        with file.open(newline="", encoding="utf-8", errors="replace") as lines:
            for row in csv.DictReader(lines):
                found[file.stem, row["issuekey"]] = (row["title"] or "", row["description"] or "", form)
    return found


def apache() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return the same of the Apache issues, as their tracker gives them."""
    files = sorted((DATA / "jira" / "apache-search").glob("*.json"))
    issues = [one for file in files for one in json.loads(file.read_text("utf-8"))]
    return {
        ("apache", one["key"]): (one["fields"]["summary"], one["fields"].get("description") or "", "wiki")
        for one in issues
    }


def cards() -> dict[tuple[str, str], tuple[str, list[tuple[str, list[str]]]]]:
    """Return description and checklists (name, items) of each card of the real boards.

    Labels name a card by (file, number), or by ("trello", id).
    """
    found = {}
    for file in sorted((DATA / "trello").rglob("*.json")):
        board = json.loads(file.read_text("utf-8"))
        if not isinstance(board, dict) or "cards" not in board:
            continue
        for card in board["cards"]:
            lists = [one for one in board.get("checklists", []) if one["idCard"] == card["id"]]
            read = [(one["name"], [item["name"] for item in one["checkItems"]]) for one in lists]
            name = file.relative_to(DATA / "trello").as_posix()
            said = (card.get("desc") or "", read)
            found[name, str(card["idShort"])] = found["trello", card["id"]] = said
    return found


def records(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file, one a line."""
    for line in file.read_text("utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def annotated() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return the annotated user stories, each as a title, by their number."""
    stories = enumerate(records(DATA / "user_stories" / "annotated.jsonl"))
    return {("annotated", str(number)): (case["text"], "", "plain") for number, case in stories}
