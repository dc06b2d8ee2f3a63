"""The address of a tracker: one that credentials may be sent to, and that leads somewhere."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def base_address(url: str) -> str:
    """Return the URL without a closing slash; raises ValueError where a secret or plain text could leak."""
    if any(char.isspace() or not char.isprintable() for char in url):
        raise ValueError("the address holds a blank or an invisible character: copy it again")
    parts = urlsplit(url)
    _check_host(parts)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected a web address such as https://acme.atlassian.net")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            "the address must hold no user, password, query or fragment: credentials belong under auth"
        )
    if parts.scheme == "http" and not _on_loopback(parts.hostname):
        raise ValueError("http:// would send credentials readable by others: use https://")
    return url.rstrip("/")


def place_of(url: str) -> str:
    """Return a base address as it is compared: case of the host, the scheme's own port and a closing slash do not count."""
    parts = urlsplit(url)
    own_port = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(own_port)}{parts.path.rstrip('/')}"


def _check_host(parts: SplitResult) -> None:
    """Raise ValueError where host or port are none that any name server or machine could know."""
    try:
        (parts.hostname or "").encode("idna")
    except UnicodeError:
        raise ValueError("there is no host of this name: check the address") from None
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("the port after the host must be a number up to 65535") from None


def _on_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
