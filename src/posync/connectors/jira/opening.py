"""Puts a Jira connector together: the client's session, the transport over it, the site behind it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from jira import JIRA
from requests import Session
from requests.adapters import HTTPAdapter

from posync.connectors.base import Reader, Writer
from posync.connectors.jira.cache import SiteCache
from posync.connectors.jira.connector import JiraReader
from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.site import Site
from posync.connectors.profile import Profile
from posync.connectors.transport import (
    JIRA_ALLOWANCES,
    WORKERS,
    Auth,
    BasicAuth,
    BearerAuth,
    ReadTransport,
    Transport,
)
from posync.connectors.transport.transport import TIMEOUT, checked_base
from posync.errors import ConfigError

GATEWAY = "api.atlassian.com"
_BEHIND = f"https://{GATEWAY}/ex/jira/<cloudId>"


def connect(
    name: str,
    *,
    url: str,
    auth: Auth,
    scope: JiraScope,
    profile: Profile,
    workspace: str,
    cache: Path | None = None,
    writable: bool = False,
) -> Writer | Reader:
    """Return a connector to a Jira site; sends nothing yet, and cannot write unless `writable`."""
    base = checked_base(name, url)
    _check(name, base, auth, profile)
    session = _session(base, auth)
    kept = SiteCache.of(cache, base, hashlib.sha256("\0".join(auth.secrets).encode()).hexdigest())
    browse = None if urlsplit(base).path.startswith("/ex/jira/") else base
    cloud = profile.deployment == "cloud"
    advice = _on_scopes(base) if browse and cloud else ""
    if writable:
        from posync.connectors.jira.performing import JiraWriter  # noqa: PLC0415 - a pull never writes

        transport = Transport(name, base, auth, session, allowances=JIRA_ALLOWANCES, per_site=cloud)
        return JiraWriter(Site(transport, kept, advice), scope, profile, workspace, browse)
    reading = ReadTransport(name, base, auth, session, allowances=JIRA_ALLOWANCES, per_site=cloud)
    return JiraReader(Site(reading, kept, advice), scope, profile, workspace, browse)


def _check(name: str, base: str, auth: Auth, profile: Profile) -> None:
    parts = urlsplit(base)
    if not isinstance(auth, BasicAuth | BearerAuth):
        raise ConfigError(f"{name}: Jira takes an e-mail with a token, or a bearer token.")
    if profile.kind != "jira":
        raise ConfigError(f"{name}: profile {profile.profile} is for {profile.kind}; use one for jira.")
    cloud_host = parts.hostname == GATEWAY or (parts.hostname or "").endswith(".atlassian.net")
    if cloud_host and profile.deployment != "cloud":
        raise ConfigError(f"{name}: {parts.hostname} is Jira Cloud; use profile jira-cloud.")
    if parts.hostname == GATEWAY and not parts.path.startswith("/ex/jira/"):
        raise ConfigError(
            f"{name}: behind the gateway the url is {_BEHIND}; "
            "your site tells its cloudId under /_edge/tenant_info."
        )


def _on_scopes(base: str) -> str:
    """Return what to try where a Cloud site refuses a token on its own address, as it does any token with scopes."""
    return f"A token with scopes works under {_BEHIND} only; {base}/_edge/tenant_info tells the cloudId."


def _session(base: str, auth: Auth) -> Session:
    """Return the `jira` client's session: its headers, one pool, no retries and no timeouts of its own."""
    client = JIRA(
        base,
        basic_auth=(auth.email, auth.token) if isinstance(auth, BasicAuth) else None,
        token_auth=auth.token if isinstance(auth, BearerAuth) else None,
        get_server_info=False,
        max_retries=0,
        timeout=TIMEOUT,
        logging=False,
    )
    session: Session = client._session  # noqa: SLF001 - the client has no public way to its session
    adapter = HTTPAdapter(pool_maxsize=WORKERS, pool_block=True)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
