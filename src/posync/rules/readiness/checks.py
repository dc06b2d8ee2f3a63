"""All checks there are, in one written list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from posync.documents import nearest
from posync.rules.readiness.acceptance import AcceptanceCriteriaCheck
from posync.rules.readiness.atomic import AtomicCheck
from posync.rules.readiness.blocked import BlockedByUnplannedCheck
from posync.rules.readiness.custom import NAMES, CustomCheck
from posync.rules.readiness.duplicate_title import DuplicateTitleCheck
from posync.rules.readiness.estimate import EstimateCheck
from posync.rules.readiness.missing_description import MissingDescriptionCheck
from posync.rules.readiness.stale import StaleCheck
from posync.rules.readiness.unassigned_epic import UnassignedEpicCheck
from posync.rules.readiness.user_story import UserStoryCheck
from posync.rules.readiness.vague_words import VagueWordsCheck

_OWN = "a name of your own with `when`"


def _which(value: Any) -> str:
    """Return which kind of check this is; a misspelt built-in name is no kind at all, and refused as such."""
    name = value.get("check") if isinstance(value, Mapping) else getattr(value, "check", None)
    if name in NAMES:
        return str(name)
    if isinstance(name, str) and (nearest(name, NAMES, cutoff=0.8) or not _asks(value)):
        return name
    return _OWN


def _asks(value: Any) -> bool:
    return value.get("when") is not None if isinstance(value, Mapping) else value.when is not None


AnyCheck = Annotated[
    Annotated[AcceptanceCriteriaCheck, Tag("acceptance-criteria")]
    | Annotated[AtomicCheck, Tag("atomic")]
    | Annotated[BlockedByUnplannedCheck, Tag("blocked-by-unplanned")]
    | Annotated[DuplicateTitleCheck, Tag("duplicate-title")]
    | Annotated[EstimateCheck, Tag("estimate")]
    | Annotated[MissingDescriptionCheck, Tag("missing-description")]
    | Annotated[StaleCheck, Tag("stale")]
    | Annotated[UnassignedEpicCheck, Tag("unassigned-epic")]
    | Annotated[UserStoryCheck, Tag("user-story")]
    | Annotated[VagueWordsCheck, Tag("vague-words")]
    | Annotated[CustomCheck, Tag(_OWN)],
    Discriminator(_which),
]
"""One entry under `checks:`, told apart by `check`."""
