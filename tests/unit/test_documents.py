"""YAML with positions: what is read, and how every mistake is told."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, PositiveFloat, model_validator
from ruamel.yaml import YAML

from posync.documents import parse, read, read_bytes, wrong
from posync.errors import ConfigError
from posync.model.base import Frozen
from posync.model.issue import State


class Inputs(Frozen):
    job_size: int
    weight: float = 1


class Wsjf(Frozen):
    method: Literal["wsjf"]
    inputs: Inputs
    missing: Mapping[str, Literal["last", "block"] | float] = {}


class Rice(Frozen):
    method: Literal["rice"]
    reach: int = 0


class Release(Frozen):
    name: str
    date: date
    capacity: PositiveFloat


class Policy(Frozen):
    pack: str
    state: State = State.TODO
    score: Annotated[Wsjf | Rice, Field(discriminator="method")] | None = None
    train: tuple[Release, ...] = ()
    auth: Mapping[str, int] = {}

    @model_validator(mode="after")
    def _distinct(self) -> "Policy":
        for index, release in enumerate(self.train):
            if release.name == "never":
                raise wrong("no such release", "train", index, "name")
        return self


def problems(text: str, model: type[Any] = Policy) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(read_bytes(text.encode(), "rules/p.yaml"), model)
    return [str(problem) for problem in caught.value.problems]


def parsed(text: str) -> Policy:
    return parse(read_bytes(text.encode(), "rules/p.yaml"), Policy)


GOOD = """\
pack: a
score:
  method: wsjf
  inputs: {job_size: 3, weight: 2}
  missing: {job_size: last, weight: 3}
train:
  - {name: '2026.12', date: 2026-12-15, capacity: 40}
"""


def test_numbers_dates_and_lists_are_as_yaml_gives_them() -> None:
    policy = parsed(GOOD)
    assert policy.train == (Release(name="2026.12", date=date(2026, 12, 15), capacity=40.0),)
    assert isinstance(policy.score, Wsjf)
    assert policy.score.inputs.weight == 2.0
    assert policy.score.missing == {"job_size": "last", "weight": 3.0}


def test_yaml_1_2_has_no_surprising_booleans_and_numbers() -> None:
    found = read_bytes(b"country: no\nat: 12:30\noctal: 010\nkey: {2026.12: x}\n", "f").data
    assert found == {"country": "no", "at": "12:30", "octal": 10, "key": {"2026.12": "x"}}


@pytest.mark.parametrize("text", ["a: !!bool on\n", "%YAML 1.1\n---\na: yes\n", "%YAML 1.1\n---\na: off\n"])
def test_nor_does_a_file_that_asks_for_older_ones(text: str) -> None:
    with pytest.raises(ConfigError, match=r"neither true nor false: '(on|yes|off)'"):
        read_bytes(text.encode(), "f")
    assert read_bytes(b"a: [true, False, TRUE]\n", "f").data == {"a": [True, False, True]}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("job_size: 3", "jobsize: 3", ["rules/p.yaml:4:12 unknown key 'jobsize': did you mean 'job_size'?"]),
        ("method: wsjf", "method: wjsf", ["rules/p.yaml:3:11 unknown method 'wjsf': did you mean 'wsjf'? Known are wsjf, rice"]),
        ("method: wsjf", "method: zzz", ["rules/p.yaml:3:11 unknown method 'zzz': known are wsjf, rice"]),
        ("  method: wsjf\n", "", ["rules/p.yaml:2:1 missing key 'method'"]),
        ("job_size: 3", "job_size: abc", ["rules/p.yaml:4:22 expected a whole number, got 'abc'"]),
        ("job_size: 3", "job_size: 3.5", ["rules/p.yaml:4:22 expected a whole number, got the number 3.5"]),
        ("weight: 2", "weight: yes", ["rules/p.yaml:4:33 expected a number, got 'yes'"]),
        ("weight: 2", "weight: true", ["rules/p.yaml:4:33 expected a number, got true"]),
        ("'2026.12'", "2026.12", ["rules/p.yaml:7:12 expected text, got the number 2026.12: put quotes around it"]),
        ("2026-12-15", "2026-12", ["rules/p.yaml:7:29 expected a date like 2026-12-15, got '2026-12'"]),
        ("2026-12-15", "2026-13-15", ["rules/p.yaml:7:29 no such day: 2026-13-15; dates are written like 2026-12-15"]),
        ("capacity: 40", "capacity: 0", ["rules/p.yaml:7:51 must be more than 0, got the number 0"]),
        ("capacity: 40", "capacity: '40'", ["rules/p.yaml:7:51 expected a number, got '40'"]),
        ("last", "lst", ["rules/p.yaml:5:23 expected last or block or a number, got 'lst': did you mean 'last'?"]),
        ("'2026.12'", "never", ["rules/p.yaml:7:12 no such release"]),
        ("pack: a", "pack: [a]", ["rules/p.yaml:1:7 expected text, got a list"]),
        ("pack: a", "pack: a\nstate: closed", ["rules/p.yaml:2:8 expected todo or in_progress or done, got 'closed'"]),
        ("train:\n  - ", "train:\n  ", ["rules/p.yaml:7:3 expected a list, got keys and values"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_plain_words_where_they_stand(before: str, after: str, said: list[str]) -> None:
    assert before in GOOD
    assert problems(GOOD.replace(before, after)) == said


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    said = problems("pakc: a\nscore:\n  method: rice\n  raech: 3\n  reach: many\ntrain: 4\n")
    assert said == [
        "rules/p.yaml:1:1 unknown key 'pakc': did you mean 'pack'?",
        "rules/p.yaml:4:3 unknown key 'raech': did you mean 'reach'?",
        "rules/p.yaml:5:10 expected a whole number, got 'many'",
        "rules/p.yaml:6:8 expected a list, got the number 4",
    ]


def test_a_missing_key_points_at_what_lacks_it() -> None:
    said = problems("pack: a\ntrain:\n  - name: x\n    date: 2026-12-15\nscore: {method: wsjf}\n")
    assert said == ["rules/p.yaml:3:5 missing key 'capacity'", "rules/p.yaml:5:1 missing key 'inputs'"]


def test_what_may_be_a_secret_is_not_repeated() -> None:
    assert problems("pack: a\nauth: {token: hunter2}\n") == ["rules/p.yaml:2:15 expected a whole number"]
    address = "postgresql://po:hunter2@db"
    assert problems(f"pack: a\ntrain: {address}\n") == ["rules/p.yaml:2:8 expected a list"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 'x\nb: 2\n", "f:1:4 a quote is opened here and never closed"),
        ("a:\n\t- b\n", "f:2:1 a tab: indent with spaces"),
        ("a: [1, {b: 2}\nc: 3\n", "f:1:4 a '[' is opened here and not closed, or a comma is missing in it"),
        ("{a: 1\n", "f:1:1 a '{' is opened here and not closed, or a comma is missing in it"),
        ("a: 1\nb\n", "f:2:1 a key is written here without ': '"),
        ("a: |x\n", "f:1:5 after | or > the text begins on the next line"),
        ("a:\n  <<: {b: 1}\n", "f:2:3 merging with << is not part of YAML 1.2: write the keys out"),
        ("a: 'it's'\n", "f:1:8 unexpected here: check the indentation, and put quotes around the whole value if it holds quotes"),
        ("a: b: c\n", "f:1:5 a ': ' inside a value: put quotes around the whole value, or check the indentation"),
        ("a: @x\n", "f:1:4 a value cannot begin with this character: put quotes around the whole value"),
        ("a: *x\n", "f:1:4 an alias (*name) to an anchor (&name) that is not there"),
        ("a: 1\na: 2\n", "f:2:1 key 'a' is there twice: it is already in line 1"),
        ("a: {b: 1, b: 2}\n", "f:1:11 key 'b' is there twice: it is already in line 1"),
        ("? [x]\n: 3\n", "f:1:3 a key must be one word or text"),
        ("- a\n", "f:1:1 expected keys and values (key: value), got a list"),
        ("just text\n", "f:1:1 expected keys and values (key: value), got 'just text'"),
        ("", "f:1:1 is empty: expected keys and values (key: value)"),
        ("# only a comment\n", "f:1:1 is empty: expected keys and values (key: value)"),
        ("a: 1\n---\nb: 2\n", "f:2:1 a second document ('---'): keep one per file"),
        ("a: !!python/object:os.system x\n", "f:1:4 a value of kind 'python/object:os.system' is not understood here: write a plain value"),
        ("a: !custom x\n", "f:1:4 the tag !custom is not understood here: write a plain value"),
        ("a: .nan\n", "f:1:4 not a number posync can use: '.nan'"),
        ("a: 1e999\n", "f:1:4 not a number posync can use: '1e999'"),
        ("a: \x07\n", "f:1:4 a character that text files do not hold"),
        ('a: "\\ud800"\n', "f:1:4 half a character (a lone surrogate)"),
    ],
)  # fmt: skip
def test_broken_yaml_is_told_in_plain_words(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_bytes(text.encode(), "f")
    assert str(caught.value) == said


def test_other_encodings_are_refused_at_their_first_wrong_byte() -> None:
    with pytest.raises(ConfigError, match=r"f:2:7 is not UTF-8 text: save the file as UTF-8"):
        read_bytes("a: 1\nname: Käse\n".encode("latin-1").replace(b"K", b""), "f")
    assert read_bytes("\ufeffa: ä\n".encode(), "f").data == {"a": "ä"}


def test_bombs_and_giants_are_refused() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(ConfigError, match="grows too large when its aliases are unfolded"):
        read_bytes(f"l0: &l0 [x]\n{levels}\n".encode(), "f")
    with pytest.raises(ConfigError, match="nested too deeply"):
        read_bytes(b"a: &a [*a]\n", "f")
    with pytest.raises(ConfigError, match="nested too deeply"):
        read_bytes(b"a: " + b"[" * 5000 + b"]" * 5000, "f")
    with pytest.raises(ConfigError, match="larger than 1,000,000 bytes"):
        read_bytes(b"a: 1\n" + b"#" * 1_000_000, "f")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^rules/x.yaml does not exist"):
        read(tmp_path / "x.yaml", "rules/x.yaml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path, "rules")


@pytest.mark.parametrize(
    ("text", "path", "offset", "place"),
    [
        ("a: issue.points > 3\n", ("a",), 6, (1, 10)),
        ("a: 'it''s here'\n", ("a",), 5, (1, 11)),
        ('a: "say \\"x\\" y"\n', ("a",), 8, (1, 15)),
        ("a:\n  - [x, {b: foo bar}]\n", ("a", 0, 1, "b"), 4, (2, 17)),
        ("a: >-\n  one\n  two three\n", ("a",), 8, (3, 7)),
        ("a: |\n  one\n  two\n", ("a",), 5, (3, 4)),
        ("a: one\n   two\n", ("a",), 4, (2, 4)),
        ("a: 1\n", ("b", "c"), 0, (1, 1)),
    ],
)
def test_offsets_are_found_whatever_the_quoting(
    text: str, path: tuple[str | int, ...], offset: int, place: tuple[int, int]
) -> None:
    assert read_bytes(text.encode(), "f").where(path, offset=offset) == place


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-999, 999)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcd ä'\"", min_size=1, max_size=5), inner, max_size=4), max_leaves=20)  # fmt: skip


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), TREES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_yaml_writes_is_read_back_with_the_place_of_every_value(
    data: dict[str, Any], flow: bool
) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2) if flow else _in_blocks(data)
    document = read_bytes(text.encode(), "f")
    assert document.data == data
    lines = text.split("\n")
    for path in _paths(data):
        line, column = document.where(path)
        assert column <= len(lines[line - 1]) + 1


def _in_blocks(data: dict[str, Any]) -> str:
    out = StringIO()
    YAML(typ="safe", pure=True).dump(data, out)
    return out.getvalue()


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(each for key, value in children for each in _paths(value, (*path, key)))]


@given(st.text(max_size=80) | st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_does_anything_but_load_or_be_refused(text: str | bytes) -> None:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with suppress(ConfigError):
        parse(read_bytes(body, "f"), Policy)


@given(st.lists(st.sampled_from(["pack", ": ", "- ", "{", "}", "[", "]", "'", '"', "\n", "  ", "\t", "&a ", "*a", "!", "|", ">", "?", "#", "2026-01-01", "1", "score", "method", "wsjf", ",", "%", "@", "---"]), max_size=25))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_jumble_of_yaml_does_anything_but_load_or_be_refused(parts: list[str]) -> None:
    with suppress(ConfigError):
        parse(read_bytes("".join(parts).encode(), "f"), Policy)
