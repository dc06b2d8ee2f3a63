"""Questions about the last picture: what is said of a key that nobody has, and of a picture that cannot be read."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posync.errors import Incomplete, UsageError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.model.observation import Observation
from posync.standing import Standing, refuse_unknown
from posync.state.store import Store


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("shop-7", "has shop-7: did you mean SHOP-7?"),
        ("SHOP-7,SHOP-8", "name each key by itself: --only SHOP-7 --only SHOP-8"),
        ("shop-7; shop-9", "name each key by itself: --only SHOP-7 --only shop-9"),
        ("SHOP-9", "has SHOP-9: check the key, or pull first"),
        ("", "check the key, or pull first"),
    ],
)
def test_a_key_nobody_has_is_refused_with_a_hint(asked: str, said: str) -> None:
    issues = tuple(Issue(uid=f"t:{n}", tracker="t", key=f"SHOP-{n}") for n in (7, 8))
    now = datetime(2026, 11, 22, tzinfo=UTC)
    backlog = Backlog(tracker="t", issues=issues, complete=True, shown_by="written", observed=now)
    with pytest.raises(UsageError) as caught:
        refuse_unknown([asked], [backlog])
    assert said in str(caught.value)
    refuse_unknown(["SHOP-7"], [backlog])


def test_a_picture_of_an_older_posync_is_not_said_to_be_missing(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/state.db", "shop") as store:
        standing = Standing({"t": "jira"}, store, tmp_path, tuple, lambda: datetime.now(UTC))
        with pytest.raises(Incomplete, match="it was never pulled completely"):
            standing.backlogs()
        with store.observing("t") as seen:
            seen.keep([Issue(uid="t:1", tracker="t", key="SHOP-1")])
            seen.finish(Observation(order=("t:1",), cursor="", shown_by="", full=True))
        with sqlite3.connect(tmp_path / "state.db") as state:
            state.execute("UPDATE posync_trackers SET shape = 'of an older posync'")
        with pytest.raises(Incomplete, match=r"in another form\. Run `posync pull` first"):
            standing.backlogs()
