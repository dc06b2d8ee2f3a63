"""Loads files one after the other into both worlds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.load.boards import add_board
from posync.sandbox.load.issues import add_issues, finish
from posync.sandbox.load.reading import read
from posync.sandbox.load.table import table_issues
from posync.sandbox.trello.world import TrelloWorld


def load_files(paths: Sequence[Path], jira: JiraWorld, trello: TrelloWorld) -> None:
    """Add the boards and issues of all files; raises LoadError naming the first that cannot be loaded."""
    for path in paths:
        loaded = read(path)
        if loaded.board is not None:
            add_board(trello, loaded.board, path)
        else:
            issues = loaded.issues if loaded.table is None else table_issues(jira, loaded.table)
            add_issues(jira, issues or [], loaded.envelope or {})
    finish(jira)
