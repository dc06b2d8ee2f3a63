"""Where a secret is kept: an environment variable, a file, the system's keyring, or a command that prints it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from posync.errors import ConfigError
from posync.model.base import Frozen

WAYS = "{env: NAME}, {file: PATH}, {keyring: SERVICE/USER} or {command: [program, argument]}"
PATIENCE = 30  # seconds a command may take to print a secret: long enough to touch a hardware key


class Secret(Frozen):
    """Exactly one place to read a secret from, at the moment it is needed."""

    env: str | None = Field(default=None, min_length=1)
    file: str | None = Field(default=None, min_length=1)
    keyring: str | None = Field(default=None, pattern=r"^[^/]+/.+$")
    command: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _no_literal(cls, value: Any) -> Any:
        """Refuse a secret that stands in the file, without repeating it; a list will do for the command."""
        if isinstance(value, str | int | float):
            raise ValueError(f"a secret must not stand in this file: write {WAYS}")  # noqa: TRY004
        if isinstance(value, dict) and isinstance(value.get("command"), list):
            return value | {
                "command": tuple(value["command"])
            }  # after this validator pydantic is strict about it
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.env, self.file, self.keyring, self.command)) != 1:
            raise ValueError(f"say in exactly one way where the secret is: {WAYS}")
        return self

    def reveal(self, what: str, beside: Path) -> str:
        """Return the secret without the line end around it; raises ConfigError that names `what`.

        Relative paths count from `beside`, the workspace file's folder.
        """
        found = self._read(what, beside).strip()
        if not found:
            raise ConfigError(f"{what}: {self.place} is empty: put the secret there")
        if not (found.isprintable() and found.isascii()):
            raise ConfigError(
                f"{what}: {self.place} holds characters that cannot be sent in a header: check it"
            )
        return found

    @property
    def place(self) -> str:
        """Return where the secret is kept, fit for a message."""
        if self.env is not None:
            return f"environment variable {self.env}"
        if self.file is not None:
            return f"file {self.file}"
        if self.keyring is not None:
            return f"keyring entry {self.keyring}"
        return f"command {(self.command or ('',))[0]}"

    def _read(self, what: str, beside: Path) -> str:
        if self.env is not None:
            if self.env not in os.environ:
                raise ConfigError(
                    f"{what}: {self.place} is not set: export {self.env}=... before running posync"
                )
            return os.environ[self.env]
        if self.file is not None:
            return self._from_file(what, beside)
        if self.keyring is not None:
            return self._from_keyring(what)
        return self._from_command(what, beside)

    def _from_file(self, what: str, beside: Path) -> str:
        try:
            return (beside / Path(self.file or "").expanduser()).read_text(encoding="utf-8")
        except (OSError, RuntimeError, ValueError) as error:  # no such user's home; no path, or no text
            no_text = (
                "it is not text" if isinstance(error, UnicodeDecodeError) else "there can be no such file"
            )
            why = getattr(error, "strerror", None) or no_text
            raise ConfigError(f"{what}: {self.place} cannot be read: {why}") from None

    def _from_keyring(self, what: str) -> str:
        import keyring  # noqa: PLC0415  it looks for desktop services when imported
        from keyring.errors import KeyringError  # noqa: PLC0415

        service, _, user = (self.keyring or "").partition("/")
        try:
            found = keyring.get_password(service, user)
        except KeyringError as error:
            raise ConfigError(f"{what}: the keyring cannot be used here ({type(error).__name__})") from None
        if found is None:
            raise ConfigError(f"{what}: {self.place} does not exist: run `keyring set {service} {user}`")
        return found

    def _from_command(self, what: str, beside: Path) -> str:
        try:
            done = subprocess.run(  # noqa: S603  the workspace's owner wrote this command
                self.command or (), cwd=beside, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise ConfigError(f"{what}: {self.place} did not end within {PATIENCE} s") from None
        except (OSError, ValueError) as error:  # what is no path, or prints no text
            why = getattr(error, "strerror", None) or "it is no program that prints text"
            raise ConfigError(f"{what}: {self.place} cannot be run: {why}") from None
        if done.returncode:
            raise ConfigError(f"{what}: {self.place} ended with exit code {done.returncode}")
        return done.stdout
