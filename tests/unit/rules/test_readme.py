"""The folder's README is true: its packs exist, its example loads and passes, its names are all there are."""

import re
from pathlib import Path

import pytest

from posync.rules.expressions.functions import FUNCTIONS
from posync.rules.expressions.vocabulary import NAMES
from posync.rules.packs.pack import load_pack
from posync.rules.packs.packtests import try_pack
from posync.shipped import names, shipped

README = (shipped("rules") / "README.md").read_text()


def _words_after(mark: str) -> list[str]:
    return re.findall(r"`(\w+)`", README.partition(f"<!-- {mark} -->\n")[2].split("\n\n")[0])


def test_the_table_names_every_pack() -> None:
    assert sorted(re.findall(r"^\| `([\w-]+)\.yaml` \|", README, re.MULTILINE)) == list(names("rules"))


def test_the_example_loads_and_passes(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "our.yaml").write_text(example)
    pack = load_pack(tmp_path / "our.yaml")
    assert [result.differences for result in try_pack(pack)] == [()]
    assert pack.model_fields_set >= {"score", "order", "write", "checks", "releases", "goals", "tests"}


@pytest.mark.parametrize(("mark", "known"), [("names", NAMES), ("functions", FUNCTIONS)])
def test_the_lists_are_complete(mark: str, known: dict[str, object]) -> None:
    assert _words_after(mark) == sorted(name for name in known if "." not in name)
