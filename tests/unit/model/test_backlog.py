from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from posync.model.backlog import Backlog, merged
from posync.model.issue import Issue, Ref, Sprint, SprintState, State

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def issue(uid: str, key: str, **fields: object) -> Issue:
    return Issue.model_validate({"uid": uid, "tracker": uid.partition(":")[0], "key": key, **fields})


def backlog(tracker: str, *issues: Issue, complete: bool = True) -> Backlog:
    return Backlog(tracker=tracker, issues=issues, complete=complete, shown_by="test", observed=NOW)


def test_an_issue_cannot_be_changed_and_lets_nothing_unknown_in() -> None:
    one = issue("a:1", "A-1")
    with pytest.raises(FrozenInstanceError):
        one.title = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Unexpected keyword"):
        issue("a:1", "A-1", surprise=1)
    with pytest.raises(ValidationError, match="valid integer"):
        issue("a:1", "A-1", votes="3")


@given(st.datetimes(timezones=st.timezones()))
def test_times_are_kept_in_utc_and_mean_the_same_moment(moment: datetime) -> None:
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        return  # the first and last day of the calendar
    kept = issue("a:1", "A-1", updated=moment).updated
    assert kept == in_utc
    assert kept is not None
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="without a zone"):
        issue("a:1", "A-1", updated=datetime(2026, 1, 1))  # noqa: DTZ001


@given(
    st.builds(
        dict,
        title=st.text(),
        points=st.none() | st.floats(0, 100),
        due=st.none() | st.dates(date(1970, 1, 1)),
    )
)
def test_json_gives_back_the_issue(fields: dict[str, object]) -> None:
    one = issue("a:1", "A-1", created=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9))), **fields)
    assert Issue.model_validate_json(one.model_dump_json()) == one


def test_what_an_issue_says_of_itself() -> None:
    sprint = Sprint(id="1", name="S", state=SprintState.ACTIVE)
    assert issue("a:b:1", "A-1").id == "b:1"
    assert issue("a:1", "A-1", sprint=sprint).in_active_sprint
    assert not issue("a:1", "A-1").in_active_sprint
    assert not issue("a:1", "A-1", state=State.DONE).is_open


def test_a_ref_is_resolved_by_uid_then_by_key_in_its_own_tracker_then_anywhere_if_unambiguous() -> None:
    both = merged(
        [
            backlog("a", issue("a:1", "X-1"), issue("a:2", "A-2")),
            backlog("b", issue("b:1", "X-1"), issue("b:2", "B-2")),
        ]
    )

    def found(ref: Ref, within: str = "") -> str | None:
        one = both.resolve(ref, within)
        return one.uid if one is not None else None

    assert found(Ref(key="moved", uid="b:2")) == "b:2"
    assert found(Ref(key="X-1"), within="b") == "b:1"
    assert found(Ref(key="B-2"), within="a") == "b:2"
    assert found(Ref(key="X-1")) is None  # two trackers have it
    assert found(Ref(key="gone", uid="a:9")) is None


def test_a_merged_backlog_is_complete_only_if_all_are() -> None:
    assert merged([backlog("a"), backlog("b")]).complete
    assert not merged([backlog("a"), backlog("b", complete=False)]).complete
    with pytest.raises(ValueError, match="no backlog"):
        merged([])
