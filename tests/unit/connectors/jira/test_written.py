"""What posync has just written is read past a search index that lags, so that no plan writes it twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.cache import SiteCache
from posync.connectors.jira.site import RECENT
from posync.connectors.jira.site import Site as JiraSite
from posync.connectors.transport import Clock
from posync.model.change import AddLabel
from posync.model.issue import Issue
from posync.model.observation import Memory

both = pytest.mark.parametrize("site", ["cloud", "dc"], indirect=True)
LABEL = "flagged-by-us"


class Remembered:
    """Issues as a store would remember them, by uid."""

    def __init__(self, site: Any) -> None:
        self.site, self.issues = site, dict[str, Issue]()
        self.memory: Memory | None = None

    def pull(self, *, full: bool = False) -> int:
        """Pull and return how many requests it took."""
        reader, handed = self.site.open(), list[Issue]()
        seen = reader.pull(None if full else self.memory, handed.extend)
        held = self.issues | {issue.uid: issue for issue in handed}
        self.issues = {uid: held[uid] for uid in seen.order}
        self.memory = Memory(seen.cursor, {issue.id: issue.key for issue in self.issues.values()})
        return int(reader.requests)

    @property
    def labelled(self) -> int:
        return sum(LABEL in issue.labels for issue in self.issues.values())

    def write(self, lag: int) -> int:
        """Label every issue while the index lags by so many seconds, and return how many there are."""
        limits, world = self.site.sandbox.limits, self.site.sandbox.world.jira
        limits.index_lag = world.index_lag = lag
        writer = self.site.open(writable=True)
        changes = [
            AddLabel(id=at, tracker="shop", issue=issue.key, uid=issue.uid, label=LABEL)
            for at, issue in enumerate(self.issues.values(), 1)
        ]
        for write in writer.writes(changes):
            writer.perform(write, comment_ids={})
        limits.index_lag = world.index_lag = 0
        return len(changes)


@pytest.fixture
def remembered(site: Any, monkeypatch: pytest.MonkeyPatch) -> Remembered:
    """Return what is remembered of a site; a search reconciles fewer issues than are written."""
    monkeypatch.setattr("posync.connectors.jira.cloud.RECONCILE", 5)
    found = Remembered(site)
    found.pull()
    return found


@both
def test_all_that_was_written_is_seen_before_the_index_shows_it(site: Any, remembered: Remembered) -> None:
    written = remembered.write(lag=600)
    remembered.pull()
    assert remembered.labelled == written
    remembered.pull()
    assert remembered.labelled == written
    with site.sandbox.lock:
        site.sandbox.world.jira.stale.clear()
    remembered.pull()
    assert remembered.labelled == written


@both
def test_a_whole_pull_sees_it_too(remembered: Remembered) -> None:
    written = remembered.write(lag=600)
    remembered.pull(full=True)
    assert remembered.labelled == written


@both
def test_where_the_index_is_up_to_date_it_costs_one_request(remembered: Remembered) -> None:
    before = remembered.pull()
    assert before <= 2
    written = remembered.write(lag=0)
    remembered.pull()
    assert remembered.labelled == written
    assert remembered.pull() == before + 1


def test_what_was_written_is_remembered_for_a_quarter_of_an_hour(site: Any) -> None:
    reader = site.open()
    now = [1_000_000.0]
    reader.site.transport.clock = Clock(wall=lambda: now[0])
    reader.site.note_written([str(one) for one in range(300)])
    now[0] += RECENT - 1
    assert len(reader.site.written()) == 300
    reader.site.note_written(["7", "400"])
    assert reader.site.written()[:2] == ["400", "7"]
    now[0] += 2
    assert reader.site.written() == ["400", "7"]
    now[0] += RECENT
    assert reader.site.written() == []


@pytest.mark.parametrize("kept", [["1", "2"], {"1": "odd"}, "x", None])
def test_what_another_version_remembered_is_left_alone(site: Any, tmp_path: Path, kept: object) -> None:
    transport = site.open().site.transport
    cache = SiteCache.of(tmp_path, "https://acme.example", "somebody")
    cache.keep("written", kept, transport.clock.wall())
    assert JiraSite(transport, cache).written() == []
