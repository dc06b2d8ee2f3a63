"""A plan by a pack that is not among the workspace's is carried out, and taken back, whole."""

from __future__ import annotations

import json
from pathlib import Path

from tests.journey.conftest import Posync

OTHER = """\
pack: other
score:
  method: weighted
  inputs: {asked: {value: issue.votes, weight: 1, min: 0, max: 100}}
order: {}
write: {score_field: Risk reduction}
"""


def test_the_fields_of_another_packs_plan_are_written_and_put_back(posync: Posync, workspace: Path) -> None:
    (workspace.parent / "other.yaml").write_text(OTHER, "utf-8")
    text = workspace.read_text("utf-8").replace("packs: [wsjf, ", "packs: [")
    workspace.write_text(text, "utf-8")
    posync("plan", "--pack", "other.yaml", "--only", "SHOP-7", "-o", "other.json")
    plan = json.loads(Path("other.json").read_text("utf-8"))
    [field] = [change for change in plan["changes"] if change["kind"] == "set_field"]
    assert (field["field"], field["before"] == field["after"]) == ("Risk reduction", False)
    applied = posync("apply", "other.json", "--approve", plan["checksum"], "--yes")
    assert (applied.code, "left alone" in applied.out) == (0, False)
    undone = posync("undo", "1", "--yes")
    assert (undone.code, "left alone" in undone.out) == (0, False)
    posync("plan", "--pack", "other.yaml", "--only", "SHOP-7", "-o", "again.json")
    again = json.loads(Path("again.json").read_text("utf-8"))
    assert [one["before"] for one in again["changes"] if one["kind"] == "set_field"] == [field["before"]]
