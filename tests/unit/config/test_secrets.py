from __future__ import annotations

import sys
from pathlib import Path

import pytest

from posync.config.secrets import Secret
from posync.errors import ConfigError


def refusal(secret: Secret, beside: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        secret.reveal("shop-jira: token", beside)
    return str(caught.value)


def test_each_way_gives_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    (tmp_path / "token").write_text("s3cret\n")
    ways = (
        Secret(env="TOKEN"),
        Secret(file="token"),
        Secret(file=str(tmp_path / "token")),
        Secret(command=(sys.executable, "-c", "print('s3cret')")),
    )
    assert [way.reveal("t", tmp_path) for way in ways] == ["s3cret"] * 4


def test_the_keyring_gives_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    kept = {("jira", "po@acme"): "s3cret"}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    assert Secret(keyring="jira/po@acme").reveal("t", tmp_path) == "s3cret"
    assert "keyring set jira nobody" in refusal(Secret(keyring="jira/nobody"), tmp_path)


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (Secret(env="NOT_SET_ANYWHERE"), "environment variable NOT_SET_ANYWHERE is not set: export"),
        (Secret(file="missing"), "file missing cannot be read: No such file"),
        (Secret(file="a\0b"), "cannot be read: there can be no such file"),
        (Secret(file="~nobody-here/token"), "cannot be read: there can be no such file"),
        (Secret(file=sys.executable), "cannot be read: it is not text"),
        (Secret(command=("a\0b",)), "cannot be run: it is no program that prints text"),
        (Secret(command=("no-such-program",)), "command no-such-program cannot be run"),
        (Secret(command=(sys.executable, "-c", "raise SystemExit(3)")), "ended with exit code 3"),
        (Secret(command=(sys.executable, "-c", "")), "is empty"),
        (Secret(command=(sys.executable, "-c", "print('a\\nb')")), "cannot be sent in a header"),
    ],
)
def test_a_secret_that_cannot_be_read_is_named_with_what_to_do(
    tmp_path: Path, secret: Secret, expected: str
) -> None:
    said = refusal(secret, tmp_path)
    assert said.startswith("shop-jira: token: ") and expected in said
