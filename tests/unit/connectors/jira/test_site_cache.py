"""What is remembered of a site between runs, though two threads of one pull write it down at the same moment."""

from __future__ import annotations

import threading
from pathlib import Path

from posync.connectors.jira.site import SiteCache


def test_nothing_is_lost_where_two_threads_remember_at_once(tmp_path: Path) -> None:
    cache = SiteCache.of(tmp_path, "https://acme.example", "somebody")

    def remember(who: str) -> None:
        for n in range(200):
            cache.keep(f"{who} {n}", n, 1.0)

    threads = [threading.Thread(target=remember, args=(who,)) for who in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = SiteCache.of(tmp_path, "https://acme.example", "somebody")
    assert [again.fresh(f"{who} {n}", 2.0) for who in ("one", "other") for n in range(200)] == [
        *range(200)
    ] * 2
