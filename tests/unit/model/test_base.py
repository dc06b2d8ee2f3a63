from __future__ import annotations

import sys

import pytest
from pydantic import ValidationError

from posync.model.change import AddLabel, RemoveLabel
from posync.model.issue import Issue, Ref

ISSUE = Issue(uid="shop:1", tracker="shop", key="SHOP-1", labels=("web",), parent=Ref(key="SHOP-9"))


def test_a_light_value_is_equal_by_content_and_told_apart_by_kind() -> None:
    about = {"id": 1, "tracker": "shop", "issue": "SHOP-1", "uid": "shop:1", "label": "web"}
    assert AddLabel.model_validate(about) == AddLabel.model_validate(about)
    unlike: object = RemoveLabel.model_validate(about)
    assert AddLabel.model_validate(about) != unlike
    assert hash(Ref(key="SHOP-9")) == hash(Ref(key="SHOP-9"))


def test_a_copy_differs_in_what_was_asked_for_and_leaves_the_first_as_it_was() -> None:
    copy = ISSUE.model_copy(update={"title": "Basket"})
    assert (copy.title, copy.labels, copy.parent) == ("Basket", ("web",), Ref(key="SHOP-9"))
    assert ISSUE.title == ""
    assert ISSUE.model_copy() == ISSUE


def test_written_as_json_and_read_again_it_is_the_same() -> None:
    short = ISSUE.model_dump_json(exclude_defaults=True)
    assert (
        short == '{"uid":"shop:1","tracker":"shop","key":"SHOP-1","labels":["web"],"parent":{"key":"SHOP-9"}}'
    )
    assert Issue.model_validate_json(short) == ISSUE
    assert Issue.model_validate_json(ISSUE.model_dump_json()) == ISSUE
    assert ISSUE.model_dump(mode="json", exclude={"fields"})["parent"] == {"key": "SHOP-9", "uid": None}


@pytest.mark.parametrize("wrong", ["{}", '{"key": 3}', '{"key": "a", "surprise": 1}'])
def test_what_is_read_is_checked(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Ref.model_validate_json(wrong)


def test_an_issue_takes_a_third_of_a_kilobyte_beside_its_texts() -> None:
    assert sys.getsizeof(ISSUE) <= 320  # 33 fields of 8 bytes; a pydantic model took 3,200
    assert not hasattr(ISSUE, "__dict__")
