"""Work that fits any item is told from what this item must do."""

import pytest

from posync.rules.readiness.generic import generic
from posync.rules.readiness.terms import fold, words


@pytest.mark.parametrize(
    "line",
    [
        "Create the tests for @ana with #12",
        "Documentation updated (manual, guide, examples)",
        "Fix is implemented and code-reviewed",
        "Tests sind geschrieben und grün",
        "Все тесты проходят",
        "测试通过，代码已评审",
    ],
)
def test_a_line_of_mere_work_fits_any_item(line: str) -> None:
    assert generic(fold(line), words(fold(line)))


@pytest.mark.parametrize(
    "line", ["The total is updated", "Tests for the tax table pass", "Reviewed by legal", "合计已更新"]
)
def test_a_line_that_names_its_thing_does_not(line: str) -> None:
    assert not generic(fold(line), words(fold(line)))
