"""One run per workspace: a lock that dies with its process, and a token that outlives a lost one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof of holding the workspace; a later holder always has the higher token."""

    token: int
    holder: str
