"""The two published goals of readiness hold on the real texts that others labelled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from posync.rules.readiness.criteria import acceptance_criteria
from posync.rules.readiness.story import story_of

DATA = Path(__file__).parents[4].parent / "shared" / "data"
CRITERIA, STORIES = DATA / "ac" / "labelled.jsonl", DATA / "user_stories" / "annotated.jsonl"


def records(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        pytest.skip(f"real texts are absent: ../shared/data/{file.relative_to(DATA)}")
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line.strip()]


def precision_and_recall(cases: Iterable[tuple[bool, bool]]) -> tuple[float, float]:
    """Return both of (label, said) pairs."""
    told = list(cases)
    hits = sum(label and said for label, said in told)
    return hits / sum(said for _, said in told), hits / sum(label for label, _ in told)


def has_criteria(case: dict[str, Any]) -> bool:
    body, form, lists = case["body"], case["format"], []
    if form == "checklist":
        lists = [(one["name"], one["items"]) for one in body["checklists"]]
        body, form = body["desc"], "markdown"
    return acceptance_criteria(body, form, lists).present


def test_criteria_are_found_and_only_they() -> None:
    cases = [case for case in records(CRITERIA) if case["confidence"] != "disputed"]
    assert len(cases) > 150
    assert min(precision_and_recall((case["has_ac"], has_criteria(case)) for case in cases)) >= 0.95


def test_a_missing_benefit_is_found_and_only_it() -> None:
    cases = records(STORIES)
    told = [(story_of(case["text"]), case["benefit"] is None) for case in cases]
    pairs = [(label, story is not None and not story.benefit) for story, label in told]
    assert len(pairs) > 500
    assert min(precision_and_recall(pairs)) >= 0.97
