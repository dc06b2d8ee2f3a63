"""Answers are decoded by the faster parser, and by the more patient one what that will not take."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from requests import Response

from posync.connectors.transport.answer import decode
from posync.errors import Transient, UnexpectedPayload


def decoded(body: bytes) -> Any:
    response = Response()
    response.status_code = 200
    response.raw = BytesIO(body)
    return decode("shop", "read issues", response).data


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": [1, 2.5, true, null, "\\u00fc"]}',
        '{"ü": "日本"}'.encode(),
        '{"ü": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf[]",
        b'{"big": 123456789012345678901234567890}',
        b'{"a": 1, "a": 2}',
        b"[" * 300 + b"]" * 300,
    ],
)
def test_both_parsers_read_the_same(body: bytes) -> None:
    assert decoded(body) == json.loads(body)


def test_half_a_character_is_replaced() -> None:
    assert decoded(rb'{"a": "x\ud83d", "b": "\ud83d\ude00"}') == {"a": "x\ufffd", "b": "\U0001f600"}


def test_an_empty_body_is_no_data() -> None:
    assert decoded(b" ") is None


@pytest.mark.parametrize(
    ("body", "error"), [(b'{"a": ', Transient), (b"fine", UnexpectedPayload), (b"<html>", UnexpectedPayload)]
)
def test_what_is_no_json_is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        decoded(body)
