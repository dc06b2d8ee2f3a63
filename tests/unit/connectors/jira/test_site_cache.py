"""What is remembered of a site between runs: whatever happened to the file, a pull asks again and goes on."""

from __future__ import annotations

import copy
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from requests import Session

from posync.connectors.jira.cache import SiteCache
from posync.connectors.jira.ranked import note
from posync.connectors.jira.shapes import KEPT_FIELDS, NUMBERS, WORD
from posync.connectors.jira.site import Site as JiraSite
from posync.connectors.transport import BearerAuth, ReadTransport
from tests.unit.connectors.jira.test_odd_answers import ODD, SCOPE, Replayed, both, places, replaced


def test_nothing_is_lost_where_two_threads_remember_at_once(tmp_path: Path) -> None:
    cache = SiteCache.of(tmp_path, "https://acme.example", "somebody")

    def remember(who: str) -> None:
        for n in range(200):
            cache.keep(f"{who} {n}", f"{n}", 1.0)

    threads = [threading.Thread(target=remember, args=(who,)) for who in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = SiteCache.of(tmp_path, "https://acme.example", "somebody")
    kept = [again.fresh(f"{who} {n}", WORD, 2.0) for who in ("one", "other") for n in range(200)]
    assert kept == [f"{n}" for n in range(200)] * 2


def test_trackers_of_one_site_keep_what_the_other_one_remembers(tmp_path: Path) -> None:
    one, other = (site_with(SiteCache.of(tmp_path, "https://acme.example", "po")) for _ in "ab")
    one.note_written(["1", "2"])
    other.note_written(["3"])
    other.cache.keep("address", "https://acme.example", 1.0)
    one.note_written(["2", "4"])
    again = SiteCache.of(tmp_path, "https://acme.example", "po")
    assert site_with(again).written() == ["4", "2", "3", "1"]
    assert again.fresh("address", WORD, 2.0) == "https://acme.example"


def keeps_fields(site: JiraSite) -> bool:
    return site.cache.fresh("fields", KEPT_FIELDS, site.transport.clock.wall()) is not None


def site_with(cache: SiteCache) -> JiraSite:
    asked = ReadTransport("here", "https://acme.example", BearerAuth("t"), Session(), allowances={})
    return JiraSite(asked, cache)


@both
def test_whatever_stands_in_the_file_a_pull_goes_on(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = Replayed(site, monkeypatch, scope=SCOPE)
    replayed.pull()
    cache = replayed.reader.site.cache
    replayed.reader.site.note_written(["10014"])
    note(replayed.reader.site, ["10014", "10017"], "10020", "below")
    warm = copy.deepcopy(cache.held)
    normal, _ = replayed.pull(warm=warm)
    assert {"fields", "permissions ", "written", "ranked"} <= warm.keys()
    for path in places(warm):
        for odd in ODD if path else ({},):
            found, _ = replayed.pull(warm=replaced(copy.deepcopy(warm), path, odd))
            assert found.keys() == normal.keys(), (path, odd)
            assert keeps_fields(replayed.reader.site), (path, odd)


@pytest.mark.parametrize("columns", [0, 1, 4, 6])
def test_fields_kept_by_another_version_are_asked_for_again(site: Any, columns: int) -> None:
    site.open().pull(None, lambda _: None)
    path = next(site.cache.glob("jira-*.json"))
    held = json.loads(path.read_text(encoding="utf-8"))
    held["fields"]["value"] = [(row * 2)[:columns] for row in held["fields"]["value"]]
    path.write_text(json.dumps(held), encoding="utf-8")
    before = len(site.asked("/field"))
    for _ in range(2):  # the second one finds them written anew
        site.open().site.fields()
    assert len(site.asked("/field")) == before + 1


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"5", b"\xff", b"[" * 100_000, b'{"fields": {"at": 1e999}}', None]
)
def test_a_file_that_is_none_is_written_anew(site: Any, content: bytes | None) -> None:
    site.open().pull(None, lambda _: None)
    path = next(site.cache.glob("jira-*.json"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    before = len(site.asked("/field"))
    for _ in range(2):
        site.open().site.fields()
    assert len(site.asked("/field")) == before + 1


@pytest.mark.parametrize("at", [True, "1", None, [1], float("nan"), 10**400, -(10**400), 2.0, 1e308])
def test_what_was_kept_at_no_time_is_not_fresh(at: Any) -> None:
    assert (
        SiteCache(None, {"fields": {"at": at, "value": [["a"] * 5]}}).fresh("fields", KEPT_FIELDS, 1.0)
        is None
    )


def test_what_was_kept_is_fresh_for_its_time(tmp_path: Path) -> None:
    cache = SiteCache(None, {"counts": {"at": 1, "value": {"a": 2}}})
    assert cache.fresh("counts", NUMBERS, 1.0) == {"a": 2}
    assert cache.fresh("counts", NUMBERS, 5.9, 5.0) == {"a": 2}
    assert cache.fresh("counts", NUMBERS, 6.0, 5.0) is None


@pytest.mark.parametrize("value", [-5, 0, True, "100", 2.5])
def test_no_odd_number_says_how_many_issues_go_at_once(site: Any, value: Any) -> None:
    reader = site.open()
    reader.site.cache.keep("bulk", value, reader.site.transport.clock.wall())
    handed: list[Any] = []
    reader.pull(None, handed.extend)
    assert sorted(issue.key for issue in handed) == sorted(site.truth())


def test_a_site_without_a_cache_folder_keeps_nothing(site: Any) -> None:
    transport = site.open().site.transport
    JiraSite(transport, SiteCache.of(None, "https://acme.example", "somebody")).fields()
    assert not keeps_fields(JiraSite(transport, SiteCache.of(None, "https://acme.example", "somebody")))
