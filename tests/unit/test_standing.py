"""Questions about the last picture: what is said of a key that nobody has."""

from datetime import UTC, datetime

import pytest

from posync.errors import UsageError
from posync.model.backlog import Backlog
from posync.model.issue import Issue
from posync.standing import refuse_unknown


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
