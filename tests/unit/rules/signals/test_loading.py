"""Files of evidence: what is read, and how every bad line is named at once."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from posync.errors import ConfigError
from posync.rules.signals import Line, SignalSource, load_signals


def source(**settings: Any) -> SignalSource:
    return SignalSource.model_validate({"file": "feedback.csv", **settings})


def lines(folder: Path, text: str | bytes, **settings: Any) -> tuple[Line, ...]:
    """Return what is read from a file with this text."""
    declared = source(**settings)
    (folder / declared.file).write_bytes(text.encode() if isinstance(text, str) else text)
    return load_signals({"feedback": declared}, folder).lines["feedback"]


def problems(folder: Path, text: str | bytes, **settings: Any) -> list[str]:
    """Return what is said of a bad file."""
    with pytest.raises(ConfigError) as caught:
        lines(folder, text, **settings)
    return [str(problem) for problem in caught.value.problems]


def test_a_csv_file_with_everything(tmp_path: Path) -> None:
    text = "issue,score,person,date,weight\nSHOP-7,8.5,ann,2026-10-01,2\nSHOP-8,3,bob,2026-10-02,\n"
    found = lines(
        tmp_path, text, value="score", who="person", when="date", weight="weight", weights={"ann": 3}
    )
    assert found == (
        Line("SHOP-7", Fraction(17, 2), "feedback.csv:2", "ann", date(2026, 10, 1), Fraction(6)),
        Line("SHOP-8", Fraction(3), "feedback.csv:3", "bob", date(2026, 10, 2), Fraction(1)),
    )


def test_only_issue_and_value_are_needed(tmp_path: Path) -> None:
    assert lines(tmp_path, "issue,value\nSHOP-7,1\n") == (Line("SHOP-7", Fraction(1), "feedback.csv:2"),)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_spreadsheets_separate_differently(tmp_path: Path, separator: str) -> None:
    text = f"issue{separator}value\r\nSHOP-7{separator}1\r\n"
    assert lines(tmp_path, text)[0].value == 1


def test_a_byte_order_mark_and_blank_lines_are_no_matter(tmp_path: Path) -> None:
    found = lines(tmp_path, "\ufeff\nissue,value\n\nSHOP-7,1\n,\nSHOP-8,2\n")
    assert [line.place for line in found] == ["feedback.csv:4", "feedback.csv:6"]


def test_a_quoted_cell_may_span_lines_and_the_line_is_where_it_begins(tmp_path: Path) -> None:
    found = lines(tmp_path, 'issue,note,value\nSHOP-7,"long\nstory, told",1\nSHOP-8,,2\n')
    assert [line.place for line in found] == ["feedback.csv:2", "feedback.csv:4"]


def test_formulas_of_spreadsheets_are_text_like_any_other(tmp_path: Path) -> None:
    found = lines(tmp_path, 'issue,value\nSHOP-7,"=HYPERLINK(""x"")"\n', type="text")
    assert found[0].value == '=HYPERLINK("x")'


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    text = (
        "issue,value,person,date\n"
        "SHOP-1,many,ann,2026-10-01\n"
        ",3,ann,2026-10-01\n"
        "SHOP-3,,ann,2026-10-01\n"
        "SHOP-4,4,ann,01.10.2026\n"
        "SHOP-5,5,ann,\n"
        "SHOP-6,6,ann\n"
        "SHOP-7,77,ann,2026-10-01\n"
        "SHOP-8,8,ann,2026-10-01\n"
    )
    assert problems(tmp_path, text, who="person", when="date", fresh="90d", max=10) == [
        "feedback.csv:2:1 column 'value': 'many' is text where a number is due",
        "feedback.csv:3:1 column 'issue' is empty: fill it in, or remove the line",
        "feedback.csv:4:1 column 'value' is empty: fill it in, or remove the line",
        "feedback.csv:5:1 column 'date': '01.10.2026' is no date: write it like 2026-10-01",
        "feedback.csv:6:1 column 'date' is empty: fill it in, or remove the line",
        "feedback.csv:7:1 3 cells where the header has 4: quote cells that hold ','",
        "feedback.csv:8:1 column 'value': 77 is not within any to 10",
    ]


def test_of_very_many_bad_lines_the_first_fifty_are_named(tmp_path: Path) -> None:
    said = problems(tmp_path, "issue,value\n" + "SHOP-1,x\n" * 60)
    assert len(said) == 51
    assert "feedback.csv and 10 more bad lines" in said


def test_columns_that_are_not_there_are_named_with_the_nearest(tmp_path: Path) -> None:
    assert problems(tmp_path, "ISSUE,scor\nSHOP-1,3\n", value="score", who="person") == [
        "feedback.csv:1:1 no column 'issue', which the pack names under `key`: did you mean 'ISSUE'?",
        "feedback.csv:1:1 no column 'person', which the pack names under `who`: it has: ISSUE, scor",
        "feedback.csv:1:1 no column 'score', which the pack names under `value`: did you mean 'scor'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty: the first line names the columns"),
        ("issue,issue\n", "two columns are called 'issue'"),
        ('issue,value\nSHOP-1,"3\n', "no CSV from here on: unexpected end of data"),
        (b"issue,value\nSHOP-1,\xff\n", "not UTF-8 (byte 19): save it again as UTF-8"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in problems(tmp_path, text)[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="no such file: signal files are looked for beside the workspace file"
    ):
        load_signals({"feedback": source()}, tmp_path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "feedback.csv").mkdir()
    with pytest.raises(ConfigError, match=r"feedback\.csv cannot be read"):
        load_signals({"feedback": source()}, tmp_path)


def test_bad_files_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_signals({"a": source(file="a.csv"), "b": source(file="b.csv")}, tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["a.csv", "b.csv"]


def test_a_comma_is_a_decimal_point_where_semicolons_separate(tmp_path: Path) -> None:
    assert [line.value for line in lines(tmp_path, "issue;value\nA-1;3,5\nA-2;2.5\n")] == [
        Fraction(7, 2),
        Fraction(5, 2),
    ]
    assert "'1.234.5' is text where a number is due" in problems(tmp_path, "issue;value\nA-1;1.234,5\n")[0]


def test_names_of_all_scripts_are_welcome(tmp_path: Path) -> None:
    text = "issue,value,who\nA-1,1,J\u00fcrgen\u00a0M\nA-2,2,\u0646\u06cc\u200c\u0645\n"
    assert [line.who for line in lines(tmp_path, text, who="who")] == [
        "J\u00fcrgen\u00a0M",
        "\u0646\u06cc\u200c\u0645",
    ]


@pytest.mark.parametrize("name", ["a\u202eb", "a\u2028b", '"a\nb"', "x" * 201])
def test_names_that_would_not_fit_on_a_line_are_refused(tmp_path: Path, name: str) -> None:
    assert "column 'who' holds" in problems(tmp_path, f"issue,value,who\nA-1,1,{name}\n", who="who")[0]


def test_control_characters_are_refused(tmp_path: Path) -> None:
    said = problems(tmp_path, "issue,value,who\nSHOP-1,3,\x1b[31mred\n", who="who")
    assert said == ["feedback.csv:2:1 column 'who' holds a line break or control character: remove it"]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " must-be ", "must-be"),
        ("date", "2026-12-24", date(2026, 12, 24)),
        ("yes-no", "Yes", True),
        ("yes-no", "false", False),
        ("number", "-2.5", Fraction(-5, 2)),
    ],
)
def test_values_have_the_type_the_pack_declares(tmp_path: Path, kind: str, cell: str, value: object) -> None:
    assert lines(tmp_path, f"issue,value\nSHOP-1,{cell}\n", type=kind)[0].value == value


def test_a_value_of_another_type_is_refused(tmp_path: Path) -> None:
    assert (
        "'perhaps' is neither yes nor no"
        in problems(tmp_path, "issue,value\nSHOP-1,perhaps\n", type="yes-no")[0]
    )


def test_a_voice_does_not_weigh_less_than_nothing(tmp_path: Path) -> None:
    said = problems(tmp_path, "issue,value,w\nSHOP-1,3,-1\n", weight="w")
    assert said == ["feedback.csv:2:1 column 'w': a voice cannot weigh less than nothing"]


JSON_LIST = """[
  {"issue": "SHOP-7", "value": 8.5, "person": "ann", "date": "2026-10-01"},

  {"issue": "SHOP-8", "value": 3, "person": "bob", "date": "2026-10-02T10:00:00Z"}
]
"""


def test_a_json_list(tmp_path: Path) -> None:
    found = lines(tmp_path, JSON_LIST, file="feedback.json", who="person", when="date")
    assert [(line.key, line.value, line.place, line.when) for line in found] == [
        ("SHOP-7", Fraction(17, 2), "feedback.json:2", date(2026, 10, 1)),
        ("SHOP-8", 3, "feedback.json:4", date(2026, 10, 2)),
    ]


def test_a_json_object_by_issue(tmp_path: Path) -> None:
    text = json.dumps({"SHOP-7": 8, "SHOP-8": {"value": 3}, "SHOP-9": [1, {"value": 2}]}, indent=1)
    found = lines(tmp_path, text, file="feedback.json")
    assert [(line.key, line.value) for line in found] == [
        ("SHOP-7", 8),
        ("SHOP-8", 3),
        ("SHOP-9", 1),
        ("SHOP-9", 2),
    ]


@pytest.mark.parametrize("text", ["[]", "{}", " [ ] "])
def test_an_empty_json_file_says_nothing(tmp_path: Path, text: str) -> None:
    assert lines(tmp_path, text, file="feedback.json") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "feedback.json:1:1 no JSON: Expecting value"),
        ("3", "a list of objects, or an object by issue key, is due"),
        ("[{]", "feedback.json:1:3 no JSON"),
        ('[{"issue": "SHOP-1", "value": 1}\n {}]', "feedback.json:2:2 no JSON"),
        ('{"SHOP-1" 3}', "no JSON"),
        ("[] 3", "no JSON"),
        ("[3]", 'line 1: an object like {"issue": ..., "value": ...} is due'),
        ('[{"issue": "SHOP-1", "value": [1]}]', "line 1: a cell is a single value"),
        ('[{"issue": "SHOP-1", "value": NaN}]', "NaN is no number"),
        ('[{"issue": "SHOP-1", "value": ' + "9" * 5000 + "}]", "no JSON to use"),
        ("[" * 100_000, "nested too deeply"),
        ('{"SHOP-1": 3, 4: 5}', "no JSON"),
        ('[{"issue": "SHOP-1", "value": 1},]', "no JSON"),
    ],
)
def test_json_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert said in problems(tmp_path, text, file="feedback.json")[0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"fresh": "90d"}, "name the column with the dates under `when`"),
        ({"fresh": "soon", "when": "date"}, "no length of time"),
        ({"weights": {"ann": 2}}, "name the column with the people's names under `who`"),
        ({"disagree": 3}, "name the column with the people's names under `who`"),
        ({"type": "text", "combine": "mean"}, "mean does not fit type text: latest, most, all"),
        ({"type": "text", "max": 3}, "min and max are for numbers"),
        ({"who": "p", "weights": {"ann": -2}}, "a voice cannot weigh less than nothing"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError) as caught:
        source(**settings)
    assert said in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "feedback.csv").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(ConfigError, match=r"feedback\.csv larger than 50 MB: split it up"):
        load_signals({"feedback": source()}, tmp_path)
