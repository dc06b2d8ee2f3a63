"""Saves an answer in a file: whole or not at all, and for its owner's eyes only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from posync.errors import UsageError


def save(pieces: Iterable[str], file: Path, what: str) -> None:
    """Write a `what` ("plan") to a file whole or not at all; only its owner may read it, for it quotes issues.

    A link is followed, and what is no plain file, such as /dev/stdout, is written to: neither is replaced.
    Raises UsageError.
    """
    try:
        if file.exists() and not file.is_file():
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(pieces)
        else:
            _replace(file.resolve(), pieces)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}. The {what} was not saved.") from None


def _replace(file: Path, pieces: Iterable[str]) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(pieces)
        Path(name).replace(file)
    except BaseException:  # Ctrl-C too
        Path(name).unlink(missing_ok=True)
        raise
