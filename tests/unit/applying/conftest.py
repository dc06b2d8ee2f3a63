"""A world, a tracker over it, and a store for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from posync.state.store import Store
from tests.unit.applying.world import Tracker, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def tracker(world: World) -> Tracker:
    return Tracker(world)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/posync.db", "shop") as opened:
        yield opened
