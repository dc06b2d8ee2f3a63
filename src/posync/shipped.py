"""Finds the YAML that ships with posync: packs, profiles and example workspaces, in a wheel and in a checkout."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

from posync.errors import ConfigError

Kind = Literal["rules", "connectors", "config"]

_CALLED = {"rules": "pack", "connectors": "profile", "config": "workspace"}
_HERE = Path(__file__).resolve().parent


def shipped(kind: Kind) -> Path:
    """Return the folder of the shipped YAML of one kind; raises ConfigError where the installation lacks it."""
    in_wheel = _HERE / "_shipped" / kind
    in_checkout = _HERE.parents[1] / kind
    for folder in (in_wheel, in_checkout):
        if folder.is_dir():
            return folder
    raise ConfigError(f"posync's own {kind}/ folder is missing: install posync again")


def names(kind: Kind) -> tuple[str, ...]:
    """Return the names of all shipped files of one kind, in alphabetical order."""
    return tuple(sorted(path.stem for path in shipped(kind).glob("*.yaml")))


def find(kind: Kind, name_or_path: str, beside: Path) -> Path:
    """Return the file of a shipped name ("wsjf"), or of a path relative to the folder `beside`.

    A path is what has a slash or ends in .yaml or .yml. Raises ConfigError where there is no such
    file, with the name that was probably meant.
    """
    called = _CALLED[kind]
    if "\0" in name_or_path:
        raise ConfigError(f"a {called}'s name holds a character that no name has")
    if _is_path(name_or_path):
        return _at(beside / Path(name_or_path).expanduser(), name_or_path, called)
    known = names(kind)
    if name_or_path in known:
        return shipped(kind) / f"{name_or_path}.yaml"
    near = difflib.get_close_matches(name_or_path, known, n=1, cutoff=0.6)
    hint = (
        f"did you mean {near[0]!r}?"
        if near
        else f"known are {', '.join(known)}; or write a path ending in .yaml."
    )
    raise ConfigError(f"unknown {called} {name_or_path!r}: {hint}")


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.endswith((".yaml", ".yml"))


def _at(path: Path, written: str, called: str) -> Path:
    if path.is_file():
        return path
    folder = path.parent
    others = (
        [each.name for each in folder.iterdir() if each.suffix in {".yaml", ".yml"}]
        if folder.is_dir()
        else []
    )
    near = difflib.get_close_matches(path.name, others, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else "paths count from the folder of the workspace file."
    raise ConfigError(f"no {called} at {written}: {hint}")
