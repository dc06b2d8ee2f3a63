"""Lengths of time as packs write them: 5d, 2w."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, NonNegativeInt

_DAYS_IN = {"d": 1, "w": 7}


def _in_days(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d{1,5})\s*([dw])\s*", value)
    if found is None:
        raise ValueError(f"'{value}' is no length of time: write it like 5d or 2w")
    return int(found[1]) * _DAYS_IN[found[2]]


_Written = Annotated[str, Field(pattern=r"^\s*\d{1,5}\s*[dw]\s*$")]

Days = Annotated[NonNegativeInt, BeforeValidator(_in_days, json_schema_input_type=NonNegativeInt | _Written)]
"""A length of time in whole days, written `5d` or `2w` in a pack."""
