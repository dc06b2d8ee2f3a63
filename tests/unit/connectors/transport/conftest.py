"""A transport over a clock that jumps, against answers written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import requests

from posync.connectors.transport import JIRA_ALLOWANCES, BasicAuth, Clock, Pacing, Transport


@dataclass
class Leaping:
    """Time that passes only while somebody sleeps."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, wall=lambda: 1_700_000_000 + self.at, sleep=self.sleep)


@pytest.fixture
def leaping() -> Leaping:
    return Leaping()


@pytest.fixture
def opened(leaping: Leaping) -> Callable[..., Transport]:
    def opened(base: str = "https://acme.example") -> Transport:
        return Transport(
            "shop",
            base,
            BasicAuth("po@acme.example", "canary-token"),
            requests.Session(),
            allowances=JIRA_ALLOWANCES,
            pace=Pacing(leaping.clock),
            clock=leaping.clock,
        )

    return opened
