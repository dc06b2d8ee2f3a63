"""Who posync is to a tracker: credentials that travel in one header and show nowhere else."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase


@dataclass(frozen=True)
class BasicAuth(AuthBase):
    """An Atlassian account's e-mail and API token (classic or scoped), or a Data Center user and password."""

    email: str
    token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling of the secret that an answer could echo."""
        return (self.token, self._encoded)

    @property
    def _encoded(self) -> str:
        return base64.b64encode(f"{self.email}:{self.token}".encode()).decode()

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign one request."""
        r.headers["Authorization"] = f"Basic {self._encoded}"
        return r


@dataclass(frozen=True)
class BearerAuth(AuthBase):
    """A Data Center personal access token, or an OAuth 2.0 access token."""

    token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling of the secret that an answer could echo."""
        return (self.token,)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign one request."""
        r.headers["Authorization"] = f"Bearer {self.token}"
        return r


@dataclass(frozen=True)
class TrelloAuth(AuthBase):
    """A Trello API key and a member's token."""

    key: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling of the secrets that an answer could echo."""
        return (self.token, self.key)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign one request; the header form keeps both values out of the URL."""
        r.headers["Authorization"] = f'OAuth oauth_consumer_key="{self.key}", oauth_token="{self.token}"'
        return r


Auth = BasicAuth | BearerAuth | TrelloAuth
