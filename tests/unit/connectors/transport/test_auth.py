"""Credentials: one header each, and nothing to see in a repr."""

from __future__ import annotations

import pytest
import requests

from posync.connectors.transport import Auth, BasicAuth, BearerAuth, TrelloAuth

CASES = [
    (BasicAuth("po@acme.example", "t0ken"), "Basic cG9AYWNtZS5leGFtcGxlOnQwa2Vu"),
    (BearerAuth("t0ken"), "Bearer t0ken"),
    (TrelloAuth("k3y", "t0ken"), 'OAuth oauth_consumer_key="k3y", oauth_token="t0ken"'),
]


@pytest.mark.parametrize(("auth", "header"), CASES)
def test_signs_in_a_header_and_leaves_the_url_alone(auth: Auth, header: str) -> None:
    request = requests.Request("GET", "https://acme.example/x", auth=auth).prepare()
    assert request.headers["Authorization"] == header
    assert request.url == "https://acme.example/x"


@pytest.mark.parametrize(("auth", "header"), CASES)
def test_shows_no_secret(auth: Auth, header: str) -> None:
    assert not [secret for secret in auth.secrets if secret in repr(auth)]
