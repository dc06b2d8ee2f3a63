"""What templates leave to be filled in is told from what people wrote."""

import pytest

from posync.rules.readiness.placeholders import series, unfilled
from posync.rules.readiness.terms import fold, words

UNFILLED = [
    "Criterion 2: [what has to be true]",
    "criterio 1: <detalle>",
    "Критерий 3: [описание]",
    "Scenario 1: <name of the scenario>",
    "Cenário 2: [NOME]",
    "优先级: {{priority}} | 状态: {{status}}",
    "Criteria/Task 1 (e.g. users can sign in)",
    "Specific, measurable outcome",
    "Another testable condition",
    "Erstes testbares Kriterium",
    "Première condition vérifiable",
    "Segundo criterio medible",
    "Voorbeeldgedrag of verwachte uitkomst",
    "Dato un contexto inicial, cuando ocurre un evento, entonces resultados esperados",
    "ユーザーが〇〇できること",
    "具体的な条件を記載してください",
    "预期结果的描述",
]
WRITTEN = [
    "Title is required",
    "The error is shown in red",
    "latency < 200 ms",
    "the page <title> is shown",
    "Given a full basket, when I open it, then the total is shown",
    "Search criteria are kept when the page is reloaded",
    "The condition of the parcel can be entered",
    "Das Kriterium Preis kann gewählt werden",
    "合計に税金が含まれること",
]


@pytest.mark.parametrize("line", UNFILLED)
def test_a_line_of_a_template_is_unfilled(line: str) -> None:
    assert unfilled(fold(line), words(fold(line)))


@pytest.mark.parametrize("line", WRITTEN)
def test_a_line_somebody_wrote_is_filled(line: str) -> None:
    assert not unfilled(fold(line), words(fold(line)))


def test_lines_that_only_count_are_a_series() -> None:
    assert series(["expected output #1", "expected output #2", "the total is shown"]) == {0, 1}
    assert series(["result a", "result b", "result c"]) == {0, 1, 2}


def test_numbers_that_mean_something_are_no_series() -> None:
    assert not series(["the endpoint returns 200", "the endpoint returns 404"])
    assert not series(["works on android 1", "works on android 12"])
    assert not series(["the total is 1"])
