"""py-trello over the transport: its own calls, our session, our errors."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses

from posync.connectors.transport import (
    TRELLO_ALLOWANCES,
    HttpService,
    Pacing,
    ReadTransport,
    Transport,
    TrelloAuth,
)
from posync.errors import NotFound


def client(service: HttpService) -> Any:
    from trello import TrelloClient

    return TrelloClient(api_key="k3y", token="t0ken", http_service=service)


def over(kind: type[ReadTransport], leaping: Any) -> HttpService:
    session, auth = requests.Session(), TrelloAuth("k3y", "t0ken")
    pace = Pacing(leaping.clock)
    return HttpService(
        kind(
            "board",
            "http://127.0.0.1:9",
            auth,
            session,
            allowances=TRELLO_ALLOWANCES,
            pace=pace,
            clock=leaping.clock,
        )
    )


@responses.activate
def test_swaps_the_host_and_keeps_secrets_out_of_the_url(leaping: Any) -> None:
    responses.get("http://127.0.0.1:9/1/boards/b", json={"id": "b"})
    trello = client(over(ReadTransport, leaping))
    assert trello.fetch_json("/boards/b", query_params={"fields": "id"}) == {"id": "b"}
    sent = responses.calls[0].request
    assert sent.url == "http://127.0.0.1:9/1/boards/b?fields=id"
    assert sent.headers["Authorization"].startswith("OAuth oauth_consumer_key=")


@responses.activate
@pytest.mark.parametrize("status", [200, 201, 202])
def test_takes_every_success_for_one(status: int, leaping: Any) -> None:
    responses.post("http://127.0.0.1:9/1/cards/c/actions/comments", status=status, json={"id": "a"})
    trello = client(over(Transport, leaping))
    assert trello.fetch_json("/cards/c/actions/comments", http_method="POST", post_args={"text": "x"}) == {
        "id": "a"
    }


@responses.activate
def test_cannot_write_over_a_reading_transport(leaping: Any) -> None:
    trello = client(over(ReadTransport, leaping))
    with pytest.raises(PermissionError):
        trello.fetch_json("/cards/c", http_method="PUT", post_args={"pos": 1})
    assert not responses.calls


@responses.activate
def test_names_what_it_was_doing(leaping: Any) -> None:
    responses.get(
        "http://127.0.0.1:9/1/boards/b", status=404, body="board not found", content_type="text/plain"
    )
    service = over(ReadTransport, leaping)
    with (
        service.doing("read the board"),
        pytest.raises(NotFound, match="board: read the board: board not found"),
    ):
        client(service).fetch_json("/boards/b")
