"""Time as the transport sees it, so that a test can let an hour pass at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


class Clock(NamedTuple):
    """`now` counts seconds monotonically, `wall` seconds since 1970, `sleep` waits for seconds."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
