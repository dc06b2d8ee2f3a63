"""What quotes issues is saved whole or not at all, and for nobody else to read."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from posync.cli.saving import save
from posync.errors import UsageError


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "week.html"
    file.write_text("old")
    file.chmod(0o644)
    save(["one ", "two"], file, "report")
    assert file.read_text() == "one two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", [KeyboardInterrupt, MemoryError])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, broken: type[BaseException]
) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise broken

    file = tmp_path / "week.json"
    file.write_text("old")
    with pytest.raises(broken):
        save(pieces(), file, "plan")
    assert [each.name for each in tmp_path.iterdir()] == ["week.json"]
    assert file.read_text() == "old"


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No such file or directory\. The report was not saved\."):
        save(["x"], tmp_path / "missing" / "week.html", "report")
