from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posync.errors import InvalidPlan
from posync.model.change import AddLabel, Comment, SetField
from posync.model.claim import Claim, Claiming, Scope
from posync.model.issue import CheckItem, Checklist, Issue
from posync.model.plan import Plan, precondition, read_plan, text_digest
from posync.model.text import Format, Text

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXTS = st.text(max_size=40)


def plan(**fields: object) -> Plan:
    return Plan.model_validate({"workspace": "shop", "created": NOW, **fields}).sealed()


def one() -> Plan:
    change = AddLabel(id=1, tracker="jira", issue="SHOP-1", uid="jira:1", label="needs-ac", because=("none",))
    return plan(changes=(change,))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_a_plan_file_gives_back_the_plan(labels: list[tuple[str, str]]) -> None:
    changes = tuple(
        AddLabel(id=n, tracker="t", issue=why, uid="t:1", label=label, because=(why,), title=why)
        for n, (label, why) in enumerate(labels, 1)
    )
    assert read_plan(plan(changes=changes).to_json()) == plan(changes=changes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"label": "needs-ac"', '"label": "other"'),
        ('"workspace": "shop"', '"workspace": "shed"'),
        ('"because": [\n    "none"\n   ]', '"because": []'),
        ('"checksum": "sha256:', '"checksum": "sha256:0'),
    ],
)
def test_a_plan_altered_anywhere_is_refused(old: str, new: str) -> None:
    text = one().to_json()
    assert old in text
    with pytest.raises(InvalidPlan, match="altered"):
        read_plan(text.replace(old, new), "week.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "2"}', '{"hello": 1}', "null", '"x"', "\0"])
def test_what_is_no_plan_is_refused_with_the_way_to_make_one(text: str) -> None:
    with pytest.raises(InvalidPlan, match=r"week\.json is not a plan .* `posync plan -o FILE`"):
        read_plan(text, "week.json")


def test_a_plan_of_another_version_says_so() -> None:
    body = json.loads(one().to_json()) | {"version": 2, "surprise": 1}
    with pytest.raises(
        InvalidPlan, match="this plan is of version 2; this posync reads version 1: make it again"
    ):
        read_plan(json.dumps(body), "week.json")


def test_unknown_keys_are_not_let_in() -> None:
    body = json.loads(one().to_json()) | {"surprise": 1}
    with pytest.raises(InvalidPlan, match="surprise"):
        read_plan(json.dumps(body))


def test_the_checksum_does_not_depend_on_layout() -> None:
    text = json.dumps(json.loads(one().to_json()), indent=None, sort_keys=True)
    assert read_plan(text) == one()


def test_kinds_are_told_apart_by_name() -> None:
    changes = (
        SetField(id=1, tracker="t", issue="A-1", uid="t:1", field="Score", before=7.5, after=9.5),
        Comment(id=2, tracker="t", issue="A-1", uid="t:1", after="text"),
    )
    assert [c["kind"] for c in json.loads(plan(changes=changes).to_json())["changes"]] == [
        "set_field",
        "comment",
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_the_digest_of_text_sees_title_description_and_checklists(title: str, body: str, line: str) -> None:
    def digest(title: str, body: str, line: str, *, done: bool = False) -> str:
        lists = (Checklist(name="AC", items=(CheckItem(text=line, done=done),)),)
        description = Text(format=Format.PLAIN, source=body)
        return text_digest(
            Issue(uid="t:1", tracker="t", key="A-1", title=title, description=description, checklists=lists)
        )

    same = digest(title, body, line)
    assert same == digest(title, body, line)
    assert same not in {
        digest(title + "!", body, line),
        digest(title, body + "!", line),
        digest(title, body, line + "!"),
    }
    assert same != digest(title, body, line, done=True)


def test_half_a_character_has_a_digest_too() -> None:
    assert text_digest(Issue(uid="t:1", tracker="t", key="A-1", title="half \ud83d"))


def test_a_precondition_holds_the_fields_that_are_written() -> None:
    issue = Issue(uid="t:1", tracker="t", key="A-1", labels=("a",), fields={"Score": 7.5, "other": 1})
    found = precondition(issue, ["Score", "Rank"])
    assert (found.labels, dict(found.fields)) == (("a",), {"Rank": None, "Score": 7.5})


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 2_500])
def test_a_file_written_in_pieces_is_that_of_the_whole(count: int) -> None:
    change = one().changes[0]
    changes = tuple(change.model_copy(update={"id": n}) for n in range(1, count + 1))
    made = plan(changes=changes, warnings=tuple(f'"{n}"\n ]' for n in range(count)), packs={"wsjf": "x"})
    pieces = list(made.pieces())
    assert "".join(pieces) == made.to_json() == made.model_dump_json(indent=1) + "\n"
    assert max(map(len, pieces)) < 300_000


def test_a_digest_taken_in_pieces_is_that_of_the_whole() -> None:
    changes = tuple(
        AddLabel(id=n, tracker="t", issue=f"A-{n}", uid=f"t:{n}", label="ä", because=('"so"',))
        for n in (1, 2)
    )
    for made in (
        Plan(workspace='sh"op', created=NOW, packs={"b": "1", "a": "2"}, warnings=("é",), changes=changes),
        Plan(workspace="shop", created=NOW),
    ):
        body = made.model_dump(mode="json", exclude={"checksum", "claims"})
        whole = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert made.digest() == "sha256:" + hashlib.sha256(whole.encode()).hexdigest()


def test_a_plan_from_before_there_were_claims_keeps_its_checksum() -> None:
    made = one()
    older = json.loads(made.to_json())
    del older["claims"]
    canonical = {name: value for name, value in older.items() if name != "checksum"}
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert older["checksum"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert read_plan(json.dumps(older)) == made


def test_a_claim_counts_in_the_checksum() -> None:
    made = one()
    claim = Claim(workspace="shop", tracker="t", scope=Scope(kind="jira", place="SHOP"))
    assert made.model_copy(update={"claims": (Claiming(claim=claim),)}).digest() != made.checksum
