"""The fields that packs write, as a pull needs to know them."""

from __future__ import annotations

from pathlib import Path

import pytest

from posync.errors import ConfigError
from posync.rules.packs.pack import WriteSettings, shipped_packs
from posync.rules.packs.written import NAMED, written_fields

PACK = "pack: mine\nscore: {method: stack-rank}\nwrite: {score_field: Score, rank_field: No.}\n"


def test_names_each_field_once_in_the_order_of_the_packs(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PACK, "utf-8")
    (tmp_path / "b.yaml").write_text(PACK.replace("No.", "Other"), "utf-8")
    assert written_fields(["./a.yaml", "./b.yaml"], tmp_path) == ("Score", "No.", "Other")


def test_says_what_the_shipped_packs_say(tmp_path: Path) -> None:
    for pack in shipped_packs():
        expected = pack.write.fields if pack.write else frozenset()
        assert frozenset(written_fields([pack.name], tmp_path)) == expected


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        written_fields(["./nowhere.yaml"], tmp_path)


def test_knows_every_setting_that_names_a_field() -> None:
    assert set(NAMED) == {name for name in WriteSettings.model_fields if name.endswith("_field")}
