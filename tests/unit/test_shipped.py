"""What ships is found, in a checkout and in a wheel, by name and by path."""

from pathlib import Path

import pytest

from posync import shipped as module
from posync.errors import ConfigError
from posync.shipped import find, names, shipped


def test_a_checkout_has_its_folders_at_the_top() -> None:
    assert shipped("rules") == Path(__file__).resolve().parents[2] / "rules"
    assert {"wsjf", "story-readiness", "release-train"} <= set(names("rules"))


def test_a_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "posync" / "_shipped" / "rules"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text("pack: own\n")
    monkeypatch.setattr(module, "_HERE", tmp_path / "posync")
    assert find("rules", "own", tmp_path) == folder / "own.yaml"
    with pytest.raises(ConfigError, match="connectors/ folder is missing: install posync again"):
        shipped("connectors")


def test_a_path_counts_from_the_folder_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    mine = tmp_path / "packs" / "mine.yaml"
    mine.write_text("pack: mine\n")
    assert find("rules", "packs/mine.yaml", tmp_path) == mine
    assert find("rules", str(mine), Path("/")) == mine


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("wsfj", "unknown pack 'wsfj': did you mean 'wsjf'?"),
        ("nothing-like-it", "unknown pack 'nothing-like-it': known are "),
        ("packs/mien.yaml", "no pack at packs/mien.yaml: did you mean 'mine.yaml'?"),
        (
            "elsewhere/x.yaml",
            "no pack at elsewhere/x.yaml: paths count from the folder of the workspace file.",
        ),
        ("a\0b", "a pack's name holds a character that no name has"),
        ("", "unknown pack '': known are "),
    ],
)
def test_what_is_not_there_is_told_with_what_was_meant(wanted: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.yaml").write_text("pack: mine\n")
    with pytest.raises(ConfigError) as caught:
        find("rules", wanted, tmp_path)
    assert str(caught.value).startswith(said)
