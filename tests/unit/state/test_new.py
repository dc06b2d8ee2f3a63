"""A state that is not there yet is told by its address alone; in doubt it counts as being there."""

from __future__ import annotations

from pathlib import Path

from posync.state.new import is_new


def test_a_file_that_is_not_there_is_new(tmp_path: Path) -> None:
    assert is_new(f"sqlite:///{tmp_path}/posync.db")


def test_what_may_remember_something_is_not_new(tmp_path: Path) -> None:
    (tmp_path / "posync.db").touch()
    assert not is_new(f"sqlite:///{tmp_path}/posync.db")
    assert not is_new(f"sqlite:///{tmp_path}/other.db?mode=ro")
    assert not is_new(f"sqlite:///{tmp_path}/an%20other.db")
    assert not is_new("postgresql+psycopg://localhost/posync")
