"""What packs ask of a pull: the fields they write, and whether comments are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from posync.errors import ConfigError
from posync.rules.packs.pack import WriteSettings, shipped_packs
from posync.rules.packs.written import NAMED, Asks, asked

PACK = "pack: mine\nscore: {method: stack-rank}\nwrite: {score_field: Score, rank_field: No.}\n"


def test_names_each_field_once_in_the_order_of_the_packs(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PACK, "utf-8")
    (tmp_path / "b.yaml").write_text(PACK.replace("No.", "Other"), "utf-8")
    assert asked(["./a.yaml", "./b.yaml"], tmp_path) == Asks(("Score", "No.", "Other"))


def test_says_what_the_shipped_packs_say(tmp_path: Path) -> None:
    for pack in shipped_packs():
        expected = pack.write.fields if pack.write else frozenset()
        assert frozenset(asked([pack.name], tmp_path).fields) == expected


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        asked(["./nowhere.yaml"], tmp_path)


def test_knows_every_setting_that_names_a_field() -> None:
    assert set(NAMED) == {name for name in WriteSettings.model_fields if name.endswith("_field")}


SCORE = "score: {method: weighted, weights: {talk: 1}, inputs: {talk: %s}}"


@pytest.mark.parametrize(
    "says",
    [
        SCORE % "issue.comments",
        SCORE % "'issue.votes + 2 * issue . comments'",
        "score:\n  method: stack-rank\n  when: >-\n    issue.\n    comments > 1",
        "checks:\n  - {check: much-discussed, when: issue.comments > 0, label: talk}",
        "goals:\n  - {goal: Talk less, when: issue.comments > 9}",
        "order: {ties: [-comments]}",
        "order:\n  ties:\n    - votes\n    - comments",
    ],
)
def test_a_pack_that_reads_comments_is_recognised(says: str, tmp_path: Path) -> None:
    (tmp_path / "quiet.yaml").write_text(PACK, "utf-8")
    (tmp_path / "talk.yaml").write_text(f"pack: talk\n{says}\n", "utf-8")
    assert asked(["./quiet.yaml", "./talk.yaml"], tmp_path) == Asks(("Score", "No."), comments=True)


@pytest.mark.parametrize(
    "says",
    [
        SCORE % "issue.fields.comments",
        "checks:\n  - {check: c, label: l, when: issue.votes > 1}  # not issue.comments",
        "# when: issue.comments > 0",
        "about: We count no comments here.",
        "order: {ties: [votes]}",
        "tests:\n  - {case: issue.comments, given: [{key: A, comments: 3}]}",
    ],
)
def test_a_pack_that_only_has_the_word_reads_none(says: str, tmp_path: Path) -> None:
    (tmp_path / "quiet.yaml").write_text(f"pack: quiet\n{says}\n", "utf-8")
    assert not asked(["./quiet.yaml"], tmp_path).comments


def test_no_shipped_pack_has_comments_counted(tmp_path: Path) -> None:
    assert not asked([pack.name for pack in shipped_packs()], tmp_path).comments
