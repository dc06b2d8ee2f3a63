"""What every test may rely on: no network but loopback, a home of its own, and real data where it is at hand."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.contract.openapi_watch import Watch

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"

settings.register_profile(
    "posync", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("posync")

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(
        ("127.", "::1", "localhost")
    ):
        raise OSError(f"tests reach nothing but loopback, not {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """Let tests reach nothing but loopback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _loopback_only)
        yield


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Let processes that tests start take Ctrl-C, also where the tests run in the background of a shell that lets none."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


HOMES = ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


@pytest.fixture(autouse=True, scope="session")
def no_persons_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what fixtures do that serve many tests out of the home of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in HOMES:
            patch.setenv(name, str(home))
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep state and caches of a test in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("POSYNC_CONFIG", raising=False)
    monkeypatch.delenv("POSYNC_LOG_FORMAT", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return home


@pytest.fixture(autouse=True, scope="session")
def watch() -> Iterator[Watch]:
    """Watch all that passes between posync and the sandboxes of this process, where the vendors' documents are here."""
    from posync.sandbox.house import House
    from tests.contract import openapi_documents
    from tests.contract.openapi_watch import Watch

    one = Watch()
    with pytest.MonkeyPatch.context() as patch:
        if not openapi_documents.absent():
            patch.setattr(House, "serve", one.around(House.serve))
        yield one
    _nothing_unknown(one)


@pytest.fixture(autouse=True)
def documented(watch: Watch) -> Iterator[None]:
    """Fail the test in which a request or an answer is first seen that the vendors' documents do not describe."""
    yield
    _nothing_unknown(watch)


def _nothing_unknown(watch: Watch) -> None:
    if complaints := list(watch.complaints()):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data; skip where it is not at hand."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not here")
    return SHARED
