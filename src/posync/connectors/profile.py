"""A tracker profile: which of a site's fields, statuses, types and links mean what in posync's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, field_validator, model_validator

from posync import documents, shipped
from posync.model.base import Frozen
from posync.model.issue import IssueType, LinkKind, State

FieldType = Literal["any", "number", "text", "option", "options", "date", "user", "flag"]
"""How a custom field's value is read; `any` takes what the tracker sends."""

PROPERTIES = 5
"""Properties of an issue that one request may ask for (docs/sources.md, "Jira search")."""

Meaning = TypeVar("Meaning", State, IssueType)


class Selector(Frozen):
    """Points at one custom field of a site: exactly one of its id, its name, a pattern for it, or its kind.

    `id` as in `customfield_10016`; `name` as people see it, letter case ignored; `like` a regular
    expression for it; `schema_custom` the kind of field by the vendor's own word, from `GET /field`.
    """

    id: str | None = None
    name: str | None = None
    like: str | None = None
    schema_custom: str | None = None

    @field_validator("like")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Selector:
        ways = [way for way in (self.id, self.name, self.like, self.schema_custom) if way]
        if len(ways) != 1:
            raise ValueError("say exactly one of id, name, like, schema_custom")
        return self

    def finds(self, field_id: str, name: str, schema_custom: str = "") -> bool:
        """Whether a field of the site is meant."""
        if self.id is not None:
            return field_id == self.id
        if self.name is not None:
            return name.strip().casefold() == self.name.strip().casefold()
        if self.like is not None:
            return re.search(self.like, name, re.IGNORECASE) is not None
        return schema_custom == self.schema_custom


class FieldRule(Selector):
    """A custom field that packs may use as `issue.fields.<name>`, and how its value is read."""

    type: FieldType = "any"


class ChecklistRule(Frozen):
    """Where a Jira checklist app keeps its lines: an entity property, or a custom field of text."""

    property: str | None = None
    field: Selector | None = None


class LinkNames(Frozen):
    """The phrases by which a site says that one issue waits for another, letter case ignored."""

    blocks: tuple[str, ...] = ("blocks",)
    blocked_by: tuple[str, ...] = ("is blocked by",)

    def kind(self, phrase: str) -> LinkKind:
        """Return what a phrase means, read from the issue that carries the link."""
        word = phrase.strip().casefold()
        if word in {name.casefold() for name in self.blocks}:
            return LinkKind.BLOCKS
        if word in {name.casefold() for name in self.blocked_by}:
            return LinkKind.BLOCKED_BY
        return LinkKind.RELATES


def _several(value: object) -> object:
    if isinstance(value, dict | Selector):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _usable(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"{name!r} cannot be used as issue.fields.{name}: letters, digits and _ only")
    return name


FieldName = Annotated[str, AfterValidator(_usable)]
Candidates = Annotated[tuple[Selector, ...], BeforeValidator(_several)]
"""Fields to try in this order; the first that holds a value counts."""
FieldRules = Annotated[tuple[FieldRule, ...], BeforeValidator(_several)]


class Profile(Frozen):
    """The translation table of one kind of site, as `connectors/<name>.yaml` says it.

    `statuses` (Jira statuses, Trello lists) and `types` (Jira types, Trello labels) map names to
    posync's words; names ignore case and may hold `*`; the first that fits counts. What no
    line names goes by the tracker's own status category, or stays `other`.
    """

    profile: str
    kind: Literal["jira", "trello"]
    deployment: Literal["cloud", "data-center"] = "cloud"
    about: str = ""
    points: Candidates = ()
    points_in_title: bool = False
    sprint: Candidates = ()
    rank: Candidates = ()
    epic_link: Candidates = ()
    flagged: Candidates = ()
    fields: Mapping[FieldName, FieldRules] = {}
    statuses: Mapping[str, State] = {}
    types: Mapping[str, IssueType] = {}
    links: LinkNames = LinkNames()
    checklists: tuple[ChecklistRule, ...] = ()
    count_comments: bool = False

    @field_validator("checklists")
    @classmethod
    def _askable(cls, rules: tuple[ChecklistRule, ...]) -> tuple[ChecklistRule, ...]:
        if len({rule.property for rule in rules if rule.property}) > PROPERTIES:
            raise ValueError(
                f"Jira tells at most {PROPERTIES} properties of an issue: keep those of the apps that this site has"
            )
        return rules

    @cached_property
    def state_of(self) -> Callable[[str], State | None]:
        """Return what tells the meaning of a status (Trello: list); None for one the profile does not name."""
        return _reading(self.statuses)

    @cached_property
    def type_of(self) -> Callable[[str], IssueType | None]:
        """Return what tells the meaning of a type (Trello: label); None for one the profile does not name."""
        return _reading(self.types)

    def with_fields(self, names: Iterable[str]) -> Profile:
        """Return the profile with further custom fields, each known by the name people see.

        For the fields that packs write: they are read under that very name.
        """
        extra = {name: (FieldRule(name=name),) for name in names if name not in self.fields}
        return self.model_copy(update={"fields": {**self.fields, **extra}})

    def counting_comments(self) -> Profile:
        """Return the profile for packs that read how many comments an issue has.

        Trello tells the number with every card, unasked.
        """
        return self.model_copy(update={"count_comments": True}) if self.kind == "jira" else self


def _reading(table: Mapping[str, Meaning]) -> Callable[[str], Meaning | None]:
    """Return what tells a name's meaning; thousands of issues share a few names, so the last ones are remembered."""
    known = [(name.strip().casefold(), meaning) for name, meaning in table.items()]

    @lru_cache(maxsize=1000)
    def read(name: str) -> Meaning | None:
        word = name.strip().casefold()
        return next((meaning for pattern, meaning in known if _fits(word, pattern)), None)

    return read


def _fits(word: str, pattern: str) -> bool:
    """Whether a word is the one in a profile; most have no `*`, and need no pattern compiled."""
    return word == pattern or ("*" in pattern and fnmatchcase(word, pattern))


def found_notes(asked: Mapping[str, Sequence[str]], absent: str) -> tuple[str, ...]:
    """Return a line per name of a profile with the fields found for it, in the order they are read, and one for the rest.

    `absent` says in words that a name has none.
    """
    lines = [f"{name}: {', else '.join(found)}" for name, found in asked.items() if found]
    missing = [name for name, found in asked.items() if not found]
    return (*lines, f"{absent}: {', '.join(missing)}") if missing else tuple(lines)


def load_profile(name_or_path: str, beside: Path) -> Profile:
    """Return a shipped profile by its name, or one from a file beside the workspace; raises ConfigError."""
    path = shipped.find("connectors", name_or_path, beside)
    return documents.parse(documents.read(path, name_or_path if "/" in name_or_path else None), Profile)
