"""What posync put on issues for a policy that is no more: it comes off again, wherever it still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.label import Same, carries
from posync.model.verdict import Managed

PutOn = Mapping[str, Mapping[str, str]]
"""The run that put each name on, by uid and name."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """The labels and releases, by uid and as the issue has them, that no pack declares, and the run of each."""

    labels: PutOn = field(default_factory=dict)
    releases: PutOn = field(default_factory=dict)

    def without(self, backlog: Backlog) -> Backlog:
        """Return the backlog as it is once they are off, so that packs do not take them for people's."""
        if not self.labels and not self.releases:
            return backlog
        return backlog.model_copy(update={"issues": tuple(map(self._off, backlog.issues))})

    def _off(self, issue: Issue) -> Issue:
        labels, releases = self.labels.get(issue.uid, ()), self.releases.get(issue.uid, ())
        if not labels and not releases:
            return issue
        left = {
            "labels": tuple(name for name in issue.labels if name not in labels),
            "releases": tuple(name for name in issue.releases if name not in releases),
        }
        return issue.model_copy(update=left)


NONE = Orphans()


def orphans(
    backlogs: Iterable[Backlog], labels: PutOn, releases: PutOn, managed: Managed, same: Mapping[str, Same]
) -> Orphans:
    """Return what is to come off of the `labels` and `releases` that posync has put on.

    Left alone is whatever a pack declares, what is done (there it is the record of what was), and issues
    that a label of `managed.ignored` keeps posync off. `same` is each tracker's notion of one label.
    """
    off_labels, off_releases = dict[str, Mapping[str, str]](), dict[str, Mapping[str, str]]()
    for backlog in backlogs:
        alike = same[backlog.tracker]
        for issue in _free(backlog, labels.keys() | releases.keys(), managed):
            if found := _undeclared(issue.labels, labels.get(issue.uid, {}), managed.labels, alike):
                off_labels[issue.uid] = found
            if found := _undeclared(issue.releases, releases.get(issue.uid, {}), managed.releases, str):
                off_releases[issue.uid] = found
    return Orphans(off_labels, off_releases)


def _free(backlog: Backlog, uids: Collection[str], managed: Managed) -> Iterable[Issue]:
    """Return those of these issues that posync may touch."""
    return (
        issue
        for issue in backlog.issues
        if issue.uid in uids
        and issue.is_open
        and not any(carries(issue.labels, each) for each in managed.ignored)
    )


def _undeclared(
    present: Iterable[str], put_on: Mapping[str, str], declared: Iterable[str], alike: Same
) -> dict[str, str]:
    """Return the run of each name that is present, was put on by posync and is declared no more."""
    runs = {alike(name): run for name, run in put_on.items()}
    for name in declared if runs else ():
        runs.pop(alike(name), None)
    return {name: runs[alike(name)] for name in present if alike(name) in runs}
