"""What posync put on for a policy that is no more comes off, and nothing else."""

from __future__ import annotations

import pytest

from posync.model.change import RemoveLabel, SetReleases
from posync.model.issue import State
from posync.model.label import same_label
from posync.model.verdict import Assignment, Managed, Verdicts
from posync.planning.desired import fold
from posync.planning.diff import difference
from posync.planning.orphans import NONE, Orphans, orphans
from tests.unit.planning.builders import JIRA, backlog, issue

MANAGED = Managed(
    labels=frozenset({"no-text"}),
    releases=frozenset({"2026.12"}),
    ignored=frozenset({"posync-ignore", "hands-off"}),
)


def off(
    *labels: str, put_on: str = "needs-text", tracker: str = "jira", state: State = State.TODO
) -> set[str]:
    """Return which labels of one issue come off, where posync put one on in run 3."""
    seen = backlog(issue("a", tracker=tracker, labels=labels, state=state), tracker=tracker)
    same = {tracker: same_label(tracker)}
    found = orphans([seen], {f"{tracker}:a": {put_on: "3"}}, {}, MANAGED, same)
    assert {run for runs in found.labels.values() for run in runs.values()} <= {"3"}
    return set(found.labels.get(f"{tracker}:a", {}))


def test_only_what_posync_put_on_and_what_is_there_comes_off() -> None:
    assert off("needs-text", "urgent") == {"needs-text"}
    assert off("urgent") == set()
    assert off("no-text", put_on="no-text") == set()


@pytest.mark.parametrize("ignored", ["posync-ignore", "hands-off", "Posync-Ignore"])
def test_the_ignore_label_keeps_it(ignored: str) -> None:
    assert off("needs-text", ignored) == set()


def test_what_is_done_keeps_it() -> None:
    assert off("needs-text", state=State.DONE) == set()


def test_case_tells_labels_apart_on_jira_and_not_on_trello() -> None:
    assert off("Needs-Text") == set()
    assert off("Needs-Text", tracker="trello") == {"Needs-Text"}
    assert off("No-Text", put_on="No-Text") == {"No-Text"}
    assert off("No-Text", put_on="No-Text", tracker="trello") == set()


def test_a_release_comes_off_like_a_label() -> None:
    seen = backlog(issue("a", releases=("2026.11", "someday")), issue("b", 2, releases=("2026.12",)))
    put_on = {"jira:a": {"2026.11": "3"}, "jira:b": {"2026.12": "3"}}
    assert orphans([seen], {}, put_on, MANAGED, {"jira": str}).releases == {"jira:a": {"2026.11": "3"}}


def test_packs_judge_the_issue_without_it() -> None:
    seen = backlog(issue("a", labels=("needs-text", "urgent"), releases=("2026.11",)), issue("b", 2))
    gone = Orphans({"jira:a": {"needs-text": "3"}}, {"jira:a": {"2026.11": "3"}})
    first, second = gone.without(seen).issues
    assert (first.labels, first.releases) == (("urgent",), ())
    assert second is seen.issues[1]
    assert NONE.without(seen) is seen


def test_the_change_says_why_and_which_run() -> None:
    seen = backlog(issue("a", labels=("needs-text", "urgent"), releases=("2026.11", "someday")))
    gone = Orphans({"jira:a": {"needs-text": "3"}}, {"jira:a": {"2026.11": "4"}})
    assigned = (Assignment("jira:a", "2026.12", "0 + 3 of 40 points in 2026.12"),)
    verdicts = Verdicts(managed=MANAGED, fix_versions=True, assignments=assigned)
    desired = fold(seen, verdicts, {"jira": JIRA}, orphans=gone)
    label, release = difference(seen, desired, verdicts, {"jira": JIRA}, {}, orphans=gone)
    assert isinstance(label, RemoveLabel)
    assert label.label == "needs-text"
    assert label.because == ("no pack declares this label any more; posync put it on in run 3",)
    assert isinstance(release, SetReleases)
    assert release.after == ("someday", "2026.12")
    assert release.because == (
        "0 + 3 of 40 points in 2026.12",
        "2026.11: no pack declares this release any more; posync put it on in run 4",
    )


def test_a_release_of_an_issue_that_gets_no_other_comes_off_too() -> None:
    seen = backlog(issue("a", releases=("2026.11", "2026.12")))
    gone = Orphans(releases={"jira:a": {"2026.11": "4"}})
    verdicts = Verdicts(managed=MANAGED, fix_versions=True)
    assert fold(seen, verdicts, {"jira": JIRA}, orphans=gone).releases == {"jira:a": ("2026.12",)}
    assert fold(seen, Verdicts(), {"jira": JIRA}, orphans=gone).releases == {}
