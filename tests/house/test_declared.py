"""What the source imports is declared: what comes along with another package may stop coming."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.conftest import ROOT


def imported() -> Iterator[str]:
    """Yield the first name of every module that the source imports."""
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (each.name.partition(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_package_that_is_imported_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for group in project["optional-dependencies"].values() for each in group]
    said = [*project["dependencies"], *extras]
    declared = {plain(re.split(r"[^\w.-]", each)[0]) for each in said}
    owners = packages_distributions()
    strangers = set(imported()) - set(sys.stdlib_module_names) - {"posync"}
    missing = {each for each in strangers if declared.isdisjoint(map(plain, owners.get(each, ())))}
    assert missing == set()


def plain(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
