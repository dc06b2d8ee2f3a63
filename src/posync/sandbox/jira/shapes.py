"""Issues as Jira answers them: which fields, in which markup, encoded once and kept until they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from posync.sandbox.exchange import encode
from posync.sandbox.jira.adf import adf_to_wiki, wiki_to_adf
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.world import JiraWorld

Json = dict[str, Any]
KEPT_WORLD = 20_000  # larger worlds keep no encoded issues: memory
EXPAND = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
BARE = {"id", "key", "issuekey"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asked to see of each issue; hashable, so that encoded issues can be kept by it."""

    base: str
    version: str  # "2": wiki markup, "3": ADF
    fields: tuple[str, ...]
    expand: frozenset[str] = frozenset()
    properties: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Tell whether only ids and keys are asked for."""
        return all(field in BARE for field in self.fields)


def split(values: Iterable[str] | str | None) -> tuple[str, ...]:
    """Return a list that callers send as `a,b`, as repeated parameters or as a JSON list."""
    found = [values] if isinstance(values, str) else values or []
    return tuple(part.strip() for value in found for part in str(value).split(",") if part.strip())


class Shaper:
    """Encodes issues of one world."""

    def __init__(self, world: JiraWorld) -> None:
        self.world = world
        self.plans: dict[tuple[str, ...], list[str] | None] = {}
        self.texts = {field for field in world.fields.rows if world.fields.is_text(field)}

    def issues(self, issues: Sequence[Issue], wanted: Wanted) -> bytes:
        """Return a JSON list of issues."""
        if wanted.fields == ("id",) and not wanted.properties:  # an id scan: thousands at once
            ids = '"},{"id":"'.join([issue.id for issue in issues])
            return f'[{{"id":"{ids}"}}]'.encode() if issues else b"[]"
        return b"[" + b",".join([self.issue(issue, wanted) for issue in issues]) + b"]"

    def issue(self, issue: Issue, wanted: Wanted) -> bytes:
        """Return one issue as JSON."""
        known = issue.encoded.get(wanted)
        if known is None:
            known = encode(self.shape(issue, wanted))
            if len(self.world.issues) <= KEPT_WORLD:
                issue.encoded[wanted] = known
        return known

    def shape(self, issue: Issue, wanted: Wanted) -> Json:
        """Return one issue as a JSON object."""
        link = f"{wanted.base}/rest/api/{wanted.version}/issue/{issue.id}"
        shaped: Json = {
            "expand": issue.extra.get("expand", EXPAND),
            "id": issue.id,
            "self": link,
            "key": issue.key,
        }
        shaped |= {part: issue.extra[part] for part in wanted.expand if part in issue.extra}
        if not wanted.bare:
            shaped["fields"] = self.fields(issue, wanted)
        if wanted.properties:
            shaped["properties"] = {
                key: issue.properties[key] for key in wanted.properties if key in issue.properties
            }
        return shaped

    def fields(self, issue: Issue, wanted: Wanted) -> Json:
        """Return the asked-for fields with their texts in the asked-for markup."""
        names = self._plan(wanted.fields) or self._names(issue, wanted.fields)
        return {name: self._value(issue, name, wanted) for name in names}

    def _plan(self, fields: tuple[str, ...]) -> list[str] | None:
        """Return the names to show of any issue, where only known fields are asked for one by one."""
        if fields not in self.plans:
            plain = all(field in self.world.fields.rows and field not in BARE for field in fields)
            self.plans[fields] = list(dict.fromkeys(fields)) if plain else None
        return self.plans[fields]

    def _names(self, issue: Issue, fields: tuple[str, ...]) -> list[str]:
        minus = {field[1:] for field in fields if field.startswith("-")}
        plus = [field for field in fields if not field.startswith("-")]
        if not plus or "*all" in plus:
            found = [*issue.fields, *({"comment"} - issue.fields.keys())]
        elif "*navigable" in plus:
            found = [name for name in issue.fields if name not in {"comment", "attachment", "worklog"}]
        else:
            found = []
        named = [one for field in plus if field[0] != "*" for one in self._ids(issue, field)]
        return [name for name in dict.fromkeys([*found, *named]) if name not in minus]

    def _ids(self, issue: Issue, field: str) -> list[str]:
        if field in issue.fields or field == "comment":
            return [field]
        return [one for one in self.world.fields.named(field) if one not in BARE]

    def _value(self, issue: Issue, name: str, wanted: Wanted) -> Any:
        if name == "comment":
            return self.comments(issue, wanted)
        value = issue.fields.get(name)
        return self.text(value, wanted.version) if name in self.texts else value

    def text(self, value: Any, version: str) -> Any:
        """Return a rich text in the markup of an API version; what is in it already stays as it is."""
        if version == "3" and isinstance(value, str):
            return wiki_to_adf(value) if value else None
        if version == "2" and isinstance(value, dict):
            return adf_to_wiki(value)
        return value

    def comments(self, issue: Issue, wanted: Wanted) -> Json:
        """Return the `comment` field: a page with all comments."""
        found = [self.comment(issue, comment, wanted.base, wanted.version) for comment in issue.comments]
        link = f"{wanted.base}/rest/api/{wanted.version}/issue/{issue.id}/comment"
        return {"comments": found, "self": link, "maxResults": len(found), "total": len(found), "startAt": 0}

    def comment(self, issue: Issue, comment: Json, base: str, version: str) -> Json:
        """Return one comment."""
        link = f"{base}/rest/api/{version}/issue/{issue.id}/comment/{comment['id']}"
        return {"self": link} | comment | {"self": link, "body": self.text(comment.get("body"), version)}

    def names(self, fields: Iterable[str]) -> dict[str, str]:
        """Return what `expand=names` adds."""
        rows = self.world.fields.rows
        return {field: rows[field]["name"] for field in fields if field in rows}

    def schema(self, fields: Iterable[str]) -> dict[str, Any]:
        """Return what `expand=schema` adds."""
        rows = self.world.fields.rows
        return {field: rows[field]["schema"] for field in fields if "schema" in rows.get(field, {})}
