"""Which of a Jira site's custom fields a profile means, found by what the site says of its own fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from posync.connectors.jira.values import READERS, within
from posync.connectors.profile import FieldType, Profile, Selector, found_notes
from posync.model.issue import FieldValue

SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
RANK = "com.pyxis.greenhopper.jira:gh-lexo-rank"
_MEND = "create a number field and put it on the screens"
_ABSENT = "the site has no field of this name"
_LEXO_RANK = re.compile(r"\d\|[0-9a-z]*:[0-9a-z]*")

SYSTEM_FIELDS = (
    "summary",
    "description",
    "issuetype",
    "status",
    "statuscategorychangedate",
    "priority",
    "labels",
    "fixVersions",
    "assignee",
    "reporter",
    "parent",
    "issuelinks",
    "votes",
    "watches",
    "duedate",
    "created",
    "updated",
    "resolution",
    "project",
)
"""All that the model needs of Jira's own fields; `comment` only where a profile counts comments."""


class SiteField(NamedTuple):
    """One field of a site, as `GET /field` lists it."""

    id: str
    name: str
    schema_custom: str = ""
    schema_type: str = ""
    project: str = ""  # the one project of a team-managed field, by id


class Reading(NamedTuple):
    """How one of a site's fields is read: its name for packs and in provenance, its id, its reader, its source."""

    name: str
    noted: str
    field_id: str
    read: Callable[[Any], FieldValue]
    source: str


@dataclass(frozen=True)
class FieldMap:
    """The ids of the site's fields behind each line of a profile, in the order they are tried."""

    points: tuple[str, ...] = ()
    sprint: tuple[str, ...] = ()
    rank: tuple[str, ...] = ()
    epic_link: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ()
    custom: Mapping[str, tuple[tuple[str, FieldType], ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)

    def wanted(self, *, comments: bool = False) -> tuple[str, ...]:
        """Return every field to ask for, each once."""
        custom = (field_id for rules in self.custom.values() for field_id, _ in rules)
        roles = (*self.points, *self.sprint, *self.rank, *self.epic_link, *self.flagged, *self.checklists)
        extra = ("comment",) if comments else ()
        return tuple(dict.fromkeys((*SYSTEM_FIELDS, *extra, *roles, *custom)))

    def to_write(self, name: str, project: str) -> str | None:
        """Return the id of the field to write under a profile's name: the project's own before a global one."""
        candidates = [field_id for field_id, _ in self.custom.get(name, ())]
        own = [one for one in candidates if self.projects.get(one) == project]
        shared = [one for one in candidates if one not in self.projects]
        return next(iter((*own, *shared)), None)

    def notes(self, profile: Profile) -> tuple[str, ...]:
        """Return which fields of the site are behind each line of the profile."""
        roles = ("points", "sprint", "rank", "epic_link", "flagged")
        asked = {role: getattr(self, role) for role in roles if getattr(profile, role)}
        asked |= {name: tuple(one for one, _ in self.custom.get(name, ())) for name in profile.fields}
        found = {name: [self.source(one) for one in fields] for name, fields in asked.items()}
        return found_notes(found, "not found on this site")

    def unwritable(self, profile: Profile) -> dict[str, str]:
        """Return the custom fields to which no number can be written, with the reason and the mend."""
        kinds = {
            name: {self.types.get(one, "") for one, _ in self.custom.get(name, ())} for name in profile.fields
        }
        return {
            name: f"it holds no numbers, which posync writes: {_MEND}" if of else f"{_ABSENT}: {_MEND}"
            for name, of in kinds.items()
            if not of & {"number", ""}  # "": told by saved issues, not by the site
        }

    def source(self, field_id: str) -> str:
        """Return how provenance names a field: its name and id."""
        return self._sources.get(field_id, field_id)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Return how each custom field is read, in the order they are tried."""
        return tuple(
            Reading(name, f"fields.{name}", field_id, READERS[kind], self.source(field_id))
            for name, rules in self.custom.items()
            for field_id, kind in rules
        )

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {one: name if name == one else f"{name} ({one})" for one, name in self.names.items()}


def field_map(fields: Sequence[SiteField], profile: Profile) -> FieldMap:
    """Return what `profile` finds among the fields of a site; what it does not find stays empty."""

    def ids(selectors: Iterable[Selector]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found.id for one in selectors for found in _found(one, fields)))

    custom = {
        name: tuple((found.id, rule.type) for rule in rules for found in _found(rule, fields))
        for name, rules in profile.fields.items()
    }
    return FieldMap(
        points=ids(profile.points),
        sprint=ids(profile.sprint),
        rank=ids(profile.rank),
        epic_link=ids(profile.epic_link),
        flagged=ids(profile.flagged),
        checklists=ids(rule.field for rule in profile.checklists if rule.field is not None),
        custom={name: rules for name, rules in custom.items() if rules},
        names={one.id: one.name for one in fields},
        types={one.id: one.schema_type for one in fields},
        projects={one.id: one.project for one in fields if one.project},
    )


def _found(selector: Selector, fields: Sequence[SiteField]) -> Iterator[SiteField]:
    """Yield the fields meant, system fields left out: team-managed projects repeat the names of custom ones."""
    return (
        one
        for one in fields
        if one.id not in SYSTEM_FIELDS and selector.finds(one.id, one.name, one.schema_custom)
    )


def site_fields(listing: Iterable[Mapping[str, Any]]) -> tuple[SiteField, ...]:
    """Return the answer of `GET /field` as SiteFields."""
    return tuple(
        SiteField(
            id=one["id"],
            name=one.get("name") or one["id"],
            schema_custom=within(one, "schema", "custom") or "",
            schema_type=within(one, "schema", "type") or "",
            project=within(one, "scope", "project", "id") or "",
        )
        for one in listing
    )


def fields_of_issues(issues: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[SiteField, ...]:
    """Return the custom fields that saved issues carry, without asking a site.

    `names` maps ids to display names, from `expand=names`, as far as known. Exports that key
    fields by display name need none. Rank and sprint are told by what their values look like.
    """
    kinds: dict[str, str] = {}
    for issue in issues:
        for key, value in (issue.get("fields") or {}).items():
            if key not in SYSTEM_FIELDS and not kinds.get(key):
                kinds[key] = _kind(value)
    return tuple(SiteField(key, names.get(key, key), kind) for key, kind in kinds.items())


def _kind(value: Any) -> str:
    if isinstance(value, str) and _LEXO_RANK.fullmatch(value):
        return RANK
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, str) and "greenhopper" in first and "Sprint@" in first:
        return SPRINT
    if isinstance(first, dict) and {"id", "name", "state"} <= first.keys():
        return SPRINT
    return ""
