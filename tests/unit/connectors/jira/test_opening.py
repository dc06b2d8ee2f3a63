"""Opening a Jira tracker: what cannot work is said before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_jira
from posync.connectors.profile import load_profile
from posync.connectors.transport import BasicAuth, BearerAuth, TrelloAuth
from posync.errors import ConfigError

GATEWAY = "https://api.atlassian.com"


def opened(url: str, auth: Any = None, profile: str = "jira-cloud") -> Any:
    return open_jira(
        "shop",
        url=url,
        auth=auth or BasicAuth("po@acme.example", "t0ken"),
        scope=JiraScope(project="SHOP"),
        profile=load_profile(profile, Path()),
        workspace="shop",
    )


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [
        ("http://acme.example", {}, "https"),
        ("https://acme.atlassian.net", {"profile": "jira-data-center"}, "use profile jira-cloud"),
        ("https://acme.example", {"profile": "trello"}, "is for trello"),
        ("https://acme.example", {"auth": TrelloAuth("k", "t")}, "e-mail with a token"),
        (GATEWAY, {}, "cloudId"),
    ],
)
def test_says_what_cannot_work(url: str, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        opened(url, **more)


@pytest.mark.parametrize("auth", [BasicAuth("po@acme.example", "t0ken"), BearerAuth("t0ken")])
@pytest.mark.parametrize(
    "url", ["https://acme.atlassian.net/", f"{GATEWAY}/ex/jira/1-2-3", "https://jira.acme.example/ctx"]
)
def test_sends_nothing_and_keeps_its_secret(url: str, auth: Any) -> None:
    reader = opened(url, auth)
    assert reader.requests == 0
    session = reader.site.transport._session
    assert session.auth is auth
    assert session.max_retries == 0
    assert "t0ken" not in repr(vars(reader)) + repr(vars(reader.site.transport))
    reader.close()
