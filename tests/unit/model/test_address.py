"""Which addresses credentials may be sent to."""

from __future__ import annotations

import pytest

from posync.model.address import base_address, place_of


@pytest.mark.parametrize(
    "address",
    [
        "https://acme.example/jira",
        "https://acme.example:8443",
        "http://127.0.0.7:8080",
        "http://[::1]/x",
        "http://localhost",
    ],
)
def test_takes_what_keeps_a_secret(address: str) -> None:
    assert base_address(f"{address}/") == base_address(address) == address


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://acme.example", "use https://"),
        ("http://localhost.acme.example", "use https://"),
        ("ftp://acme.example", "expected a web address"),
        ("acme.example", "expected a web address"),
        ("https://", "expected a web address"),
        ("https://me:pw@acme.example", "credentials belong under auth"),
        ("https://acme.example?token=x", "credentials belong under auth"),
        ("https://acme.example#x", "credentials belong under auth"),
        ("https://acme.example:99999", "a number up to 65535"),
        ("https://acme.example:port", "a number up to 65535"),
        ("https://ac me.example", "a blank"),
        ("https://acme\u200b.example", "an invisible character"),
        (f"https://{'a' * 64}.example", "no host of this name"),
    ],
)
def test_says_why_it_takes_no_other(address: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as told:
        base_address(address)
    assert "pw" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://Acme.Example/", "https://acme.example"),
        ("HTTPS://acme.example:443/Jira/", "https://acme.example/Jira"),
        ("https://acme.example:8443", "https://acme.example:8443"),
        ("http://127.0.0.1:80/1", "http://127.0.0.1/1"),
        ("http://[::1]:443", "http://[::1]:443"),
    ],
)
def test_one_place_may_be_written_in_several_ways(address: str, place: str) -> None:
    assert place_of(address) == place
