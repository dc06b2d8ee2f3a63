"""How each vendor says no: status, body and content type as the real sites send them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Self

TEXT = "text/plain; charset=utf-8"
JSON = "application/json;charset=UTF-8"


class Refusal(Exception):
    """An answer other than the one asked for; routes raise it, the front door sends it."""

    def __init__(
        self, status: int, body: str, media: str = JSON, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body, self.media = status, body, media
        self.headers = dict(headers or {})

    @classmethod
    def jira(cls, status: int, *messages: str, errors: Mapping[str, str] | None = None) -> Self:
        """Return Jira's error collection: `errorMessages` and `errors` by field."""
        return cls(status, json.dumps({"errorMessages": list(messages), "errors": dict(errors or {})}))

    @classmethod
    def trello(cls, status: int, text: str) -> Self:
        """Return Trello's usual refusal: the bare sentence as plain text."""
        return cls(status, text, TEXT)

    @classmethod
    def trello_json(cls, status: int, error: str, message: str) -> Self:
        """Return Trello's refusal of a limit: an error name and a sentence as JSON."""
        return cls(status, json.dumps({"error": error, "message": message}))


def no_such_issue() -> Refusal:
    """Return Jira's 404 for an issue that is absent or hidden: both read the same."""
    return Refusal.jira(404, "Issue does not exist or you do not have permission to see it.")


def bulk_refused(message: str) -> Refusal:
    """Return Jira Cloud's 400 for a bulk edit: a list of messages, unlike everywhere else."""
    return Refusal(400, json.dumps({"errors": [{"message": message}]}))


def not_signed_in() -> Refusal:
    """Return Jira Cloud's 401 for an endpoint that needs an account."""
    body = {"message": "Client must be authenticated to access this resource.", "status-code": 401}
    return Refusal(401, json.dumps(body), headers={"WWW-Authenticate": 'OAuth realm="sandbox"'})


LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Log in</title></head>"
    "<body><form method='post' action='/login'><input name='username'></form></body></html>"
)
