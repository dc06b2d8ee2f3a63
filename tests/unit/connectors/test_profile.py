"""Profiles: the shipped ones load and say what they mean, wrong ones say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from posync.connectors.profile import FieldRule, LinkNames, Profile, Selector, load_profile
from posync.errors import ConfigError
from posync.model.issue import IssueType, LinkKind, State


@pytest.mark.parametrize(
    ("name", "kind", "deployment"),
    [
        ("jira-cloud", "jira", "cloud"),
        ("jira-data-center", "jira", "data-center"),
        ("trello", "trello", "cloud"),
    ],
)
def test_shipped_profiles_load(name: str, kind: str, deployment: str) -> None:
    profile = load_profile(name, Path())
    assert (profile.profile, profile.kind, profile.deployment) == (name, kind, deployment)
    assert profile.about
    assert {"acceptance_criteria", "business_value", "job_size"} <= profile.fields.keys()


def test_names_ignore_case_and_take_stars() -> None:
    trello = load_profile("trello", Path())
    assert trello.state_of("Done (sprint 4)") is State.DONE
    assert trello.state_of("QA") is State.IN_PROGRESS
    assert trello.state_of("Backlog") is None
    assert trello.type_of(" BUG ") is IssueType.BUG
    assert trello.type_of("bugs") is None


def test_the_first_line_that_fits_counts() -> None:
    profile = Profile(profile="x", kind="jira", statuses={"done later": State.TODO, "done*": State.DONE})
    assert profile.state_of("Done later") is State.TODO
    assert profile.state_of("Done") is State.DONE


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (Selector(id="customfield_1"), True),
        (Selector(id="customfield_2"), False),
        (Selector(name="story POINTS "), True),
        (Selector(name="Points"), False),
        (Selector(like="^story"), True),
        (Selector(like="^points"), False),
        (Selector(schema_custom="vendor:float"), True),
    ],
)
def test_selectors(selector: Selector, found: bool) -> None:
    assert selector.finds("customfield_1", "Story Points", "vendor:float") is found


def test_packs_may_add_fields_they_write() -> None:
    profile = load_profile("jira-cloud", Path()).with_fields(["Priority score", "effort"])
    assert profile.fields["Priority score"] == (FieldRule(name="Priority score"),)
    assert profile.fields["effort"][0].name == "Effort"


def test_packs_may_have_comments_counted_where_that_takes_asking() -> None:
    assert load_profile("jira-cloud", Path()).counting_comments().count_comments
    trello = load_profile("trello", Path())
    assert trello.counting_comments() == trello


def test_link_phrases() -> None:
    names = LinkNames()
    assert (names.kind(" Blocks"), names.kind("is blocked by"), names.kind("clones")) == (
        LinkKind.BLOCKS,
        LinkKind.BLOCKED_BY,
        LinkKind.RELATES,
    )


def test_all_mistakes_of_a_file_at_once_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "profile: mine\nkind: jira\npoint: []\nfields:\n  value: {name: Value, typ: number}\n  big one: {name: B}\n"
        "  pattern: {like: '('}\n  two: {id: a, name: b}\nstatuses: {Odd: halfway}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_profile("mine.yaml", tmp_path)
    said = str(caught.value)
    for words in (
        "mine.yaml:3:1",
        "'points'",
        "'type'",
        "issue.fields",
        "regular expression",
        "exactly one",
        "halfway",
    ):
        assert words in said, said


def test_an_unknown_name_says_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="jira-cloud"):
        load_profile("jira-clod", tmp_path)


def test_no_more_properties_are_named_than_jira_tells_at_once(tmp_path: Path) -> None:
    def written(count: int) -> str:
        lines = [f"  - property: app{number}.checklist" for number in range(count)]
        lines += ["  - field: {name: Checklist}", "  - property: app0.checklist"]
        (tmp_path / "ours.yaml").write_text("\n".join(["profile: ours", "kind: jira", "checklists:", *lines]))
        return "./ours.yaml"

    assert len(load_profile(written(5), tmp_path).checklists) == 7
    with pytest.raises(ConfigError, match="at most 5 properties of an issue: keep those of the apps"):
        load_profile(written(6), tmp_path)
