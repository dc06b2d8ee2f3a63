"""The written list of scoring methods."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from posync.rules.scoring.buy_a_feature import BuyAFeature
from posync.rules.scoring.cd3 import Cd3
from posync.rules.scoring.ice import Ice
from posync.rules.scoring.kano import Kano
from posync.rules.scoring.moscow import Moscow
from posync.rules.scoring.rice import Rice
from posync.rules.scoring.stack_rank import StackRank
from posync.rules.scoring.value_effort import ValueEffort
from posync.rules.scoring.weighted import Weighted
from posync.rules.scoring.wsjf import Wsjf

Scoring = Annotated[
    Wsjf | Cd3 | Rice | Ice | Moscow | ValueEffort | Weighted | Kano | BuyAFeature | StackRank,
    Field(discriminator="method"),
]
"""What a pack may say under `score:`, told apart by `method`."""
