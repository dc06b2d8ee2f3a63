"""What is true of a state filled beside is tried in a process without threads, which pytest's workers have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CASES = Path(__file__).with_name("beside_cases.py")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the state is filled in the pulling process")
def test_a_state_filled_beside() -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    tried = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(CASES)],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert (tried.returncode, " passed in " in tried.stdout) == (0, True), tried.stdout + tried.stderr
