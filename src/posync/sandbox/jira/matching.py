"""JQL as meaning: which issues a condition holds for, and how an order sorts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posync.sandbox.jira import dates
from posync.sandbox.jira.fields import AGILE
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.jql import Both, Clause, Function, Node, Not, Value, refused
from posync.sandbox.jira.rank import digits
from posync.sandbox.jira.values import NAMED, named_values, sprint_values, texts
from posync.sandbox.jira.world import JiraWorld

Test = Callable[[Issue], bool]
Read = Callable[[Issue], list[str]]
DATES = {"updated": "updated", "updateddate": "updated", "created": "created", "createddate": "created"}
DATE_FIELDS = {
    "resolved": "resolutiondate",
    "resolutiondate": "resolutiondate",
    "due": "duedate",
    "duedate": "duedate",
}
KEYS = {"key", "issuekey", "issue", "id"}
TEXTS = {"text", "summary", "description", "comment", "environment"}


class Matcher:
    """Turns clauses into tests on issues; knows the world, the account and whether the site is anonymous."""

    def __init__(self, world: JiraWorld, account_id: str = "") -> None:
        self.world, self.account_id = world, account_id

    def test(self, node: Node | None) -> Test:
        """Return the test a condition stands for; raises Refusal for fields and values unknown here."""
        if node is None:
            return lambda _issue: True
        if isinstance(node, Not):
            inner = self.test(node.node)
            return lambda issue: not inner(issue)
        if isinstance(node, Both):
            tests = [self.test(child) for child in node.nodes]
            if len(tests) == 2 and node.every:  # the commonest form, and the fastest
                one, two = tests
                return lambda issue: one(issue) and two(issue)
            whole = all if node.every else any
            return lambda issue: whole(test(issue) for test in tests)
        return self._clause(node)

    def _clause(self, clause: Clause) -> Test:
        name = clause.field.lower()
        if name in KEYS and clause.operator not in {"is", "is not"}:
            return self._keys(clause)
        if name == "project" and clause.operator in {"=", "!=", "in", "not in"}:
            return self._projects(clause)
        if name in DATES or name in DATE_FIELDS:
            return self._dates(clause, name)
        if name in TEXTS:
            return self._text(clause, name)
        if name in {"votes", "watchers"}:
            field, part = ("votes", "votes") if name == "votes" else ("watches", "watchCount")
            return _numbers(clause, lambda issue: (issue.fields.get(field) or {}).get(part))
        return self._named(clause, name)

    def _projects(self, clause: Clause) -> Test:
        keys = {self._project(str(value)) for value in clause.values}
        wanted = clause.operator in {"=", "in"}
        return lambda issue: (issue.key.rpartition("-")[0] in keys) is wanted

    def _project(self, value: str) -> str:
        for project in self.world.projects.values():
            if value.lower() in {project.key.lower(), project.id, project.name.lower()}:
                return project.key
        raise refused(f"The value '{value}' does not exist for the field 'project'.")

    def _keys(self, clause: Clause) -> Test:
        found = [self._known(value, clause.field) for value in clause.values]
        numbers = {issue.id for issue in found}
        if clause.operator in {"=", "in"}:
            return lambda issue: issue.id in numbers
        if clause.operator in {"!=", "not in"}:
            return lambda issue: issue.id not in numbers
        return _compare(clause.operator, lambda issue: issue.place, found[0].place)

    def _known(self, value: Value, field: str) -> Issue:
        issue = self.world.find(value) if isinstance(value, str) else None
        if issue is None:
            kind = "A value with ID" if str(value).isdigit() else "An issue with key"
            raise refused(f"{kind} '{value}' does not exist for field '{field}'.")
        return issue

    def _dates(self, clause: Clause, name: str) -> Test:
        field = DATE_FIELDS.get(name)
        if field is None:
            attribute = DATES[name]
            read: Callable[[Issue], Any] = lambda issue: getattr(issue, attribute)  # noqa: E731 - two one-liners side by side
        else:
            read = lambda issue: dates.moment(issue.fields.get(field))  # noqa: E731 - see above
        if clause.operator in {"is", "is not"}:
            return _emptiness(clause, lambda issue: [read(issue)] if read(issue) else [])
        bound = dates.bound(clause.values[0], clause.field, self.world.clock.now())
        return _compare(clause.operator, read, bound)

    def _text(self, clause: Clause, name: str) -> Test:
        if clause.operator in {"is", "is not"}:
            return _emptiness(clause, lambda issue: [text for text in texts(issue, name) if text])
        if clause.operator not in {"~", "!~"}:
            raise refused(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
        return _contains(clause, lambda issue: texts(issue, name))

    def _named(self, clause: Clause, name: str) -> Test:
        read = self._reader(clause.field, name)
        if clause.operator in {"is", "is not"}:
            return _emptiness(clause, read)
        if clause.operator in {">", ">=", "<", "<=", "~", "!~"}:
            return self._ordered(clause, read)
        wanted = {text for value in clause.values for text in self._wanted(value, clause.field, name)}
        if clause.operator in {"=", "in"}:
            return lambda issue: any(value in wanted for value in read(issue))
        return lambda issue: bool(values := read(issue)) and not any(value in wanted for value in values)

    def _ordered(self, clause: Clause, read: Read) -> Test:
        if clause.operator in {"~", "!~"}:
            return _contains(clause, read)
        return _numbers(clause, lambda issue: next(iter(read(issue)), None))

    def _reader(self, field: str, name: str) -> Read:
        """Return how to read a field's values in lower case."""
        if name in NAMED:
            return lambda issue: named_values(issue, NAMED[name], "name", "id", "key")
        readers: dict[str, Read] = {
            "statuscategory": _status_category,
            "labels": lambda issue: [str(label).lower() for label in issue.list_of("labels")],
            "parent": _parent,
        }
        return readers.get(name) or self._custom(field)

    def _custom(self, field: str) -> Read:
        ids = self.world.fields.named(field)
        if not ids:
            raise refused(f"Field '{field}' does not exist or you do not have permission to view it.")
        if any(self.world.fields.custom_type(one) == AGILE + "gh-sprint" for one in ids):
            return lambda issue: [text for one in ids for text in sprint_values(issue.fields.get(one))]
        return lambda issue: [
            text for one in ids for text in named_values(issue, one, "value", "name", "id", "key")
        ]

    def _wanted(self, value: Value, field: str, name: str) -> list[str]:
        if isinstance(value, Function):
            return self._function(value)
        if name == "fixversion" and value.lower() not in self._versions():
            raise refused(f"The value '{value}' does not exist for the field '{field}'.")
        return [value.lower()]

    def _versions(self) -> set[str]:
        versions = [version for project in self.world.projects.values() for version in project.versions]
        return {str(version[part]).lower() for version in versions for part in ("name", "id")}

    def _function(self, function: Function) -> list[str]:
        states = {
            "opensprints": "state:active",
            "futuresprints": "state:future",
            "closedsprints": "state:closed",
        }
        if function.name in states:
            return [states[function.name]]
        if function.name == "currentuser":
            return [self.account_id.lower()]
        if function.name in {"unreleasedversions", "releasedversions"}:
            released = function.name == "releasedversions"
            versions = [v for p in self.world.projects.values() for v in p.versions]
            return [v["name"].lower() for v in versions if bool(v.get("released")) is released]
        raise refused(f"Unable to find JQL function '{function.name}()'.")


def _status_category(issue: Issue) -> list[str]:
    category = (issue.fields.get("status") or {}).get("statusCategory") or {}
    return [str(category.get(part, "")).lower() for part in ("name", "key", "id")]


def _parent(issue: Issue) -> list[str]:
    parent = issue.fields.get("parent") or {}
    return [str(parent[part]).lower() for part in ("key", "id") if parent.get(part)]


def _emptiness(clause: Clause, read: Callable[[Issue], list[Any]]) -> Test:
    wanted = clause.operator == "is not"
    return lambda issue: bool(read(issue)) is wanted


def _contains(clause: Clause, read: Read) -> Test:
    words = str(clause.values[0]).lower().strip('"').replace("*", "").split()
    wanted = clause.operator == "~"
    return lambda issue: _has_words(read(issue), words) is wanted


def _has_words(values: list[str], words: list[str]) -> bool:
    return any(all(word in value.lower() for word in words) for value in values if value)


def _numbers(clause: Clause, read: Callable[[Issue], Any]) -> Test:
    if clause.operator in {"is", "is not"}:
        return _emptiness(clause, lambda issue: [read(issue)] if read(issue) is not None else [])
    try:
        bound = float(str(clause.values[0]))
    except ValueError:
        raise refused(
            f"The value '{clause.values[0]}' is not a number, as field '{clause.field}' needs."
        ) from None
    return _compare(clause.operator, lambda issue: _float(read(issue)), bound)


def _float(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _compare(operator: str, read: Callable[[Issue], Any], bound: Any) -> Test:
    tests: dict[str, Callable[[Any], bool]] = {
        "=": lambda value: bool(value == bound),
        "!=": lambda value: bool(value != bound),
        ">": lambda value: bool(value > bound),
        ">=": lambda value: bool(value >= bound),
        "<": lambda value: bool(value < bound),
        "<=": lambda value: bool(value <= bound),
    }
    if operator not in tests:
        raise refused(f"The operator '{operator}' is not supported here.")
    test = tests[operator]
    return lambda issue: (value := read(issue)) is not None and test(value)


class Down:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Down) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and bool(other.value == self.value)

    __hash__ = None  # type: ignore[assignment]  # only ever compared


def sort_key(world: JiraWorld, order: tuple[tuple[str, bool], ...]) -> Callable[[Issue], tuple[Any, ...]]:
    """Return the key that ORDER BY sorts by; ends in the id, so that no two issues tie."""
    reads = [(_sortable(world, field), down) for field, down in order]

    def key(issue: Issue) -> tuple[Any, ...]:
        return (*(Down(read(issue)) if down else read(issue) for read, down in reads), issue.number)

    return key


def _sortable(world: JiraWorld, field: str) -> Callable[[Issue], Any]:
    name = field.lower()
    simple: dict[str, Callable[[Issue], Any]] = {
        "id": lambda issue: issue.number,
        "updated": lambda issue: issue.updated,
        "created": lambda issue: issue.created,
        **dict.fromkeys(("key", "issuekey", "issue"), lambda issue: issue.place),
    }
    if name in simple:
        return simple[name]
    if name == "rank" or world.fields.custom_type(name) == AGILE + "gh-lexo-rank":
        return lambda issue: (not issue.rank, digits(issue.rank))
    ids = world.fields.named(NAMED.get(name, DATE_FIELDS.get(name, field)))
    if not ids:
        raise refused(f"Field '{field}' does not exist or you do not have permission to view it.")
    if world.fields.is_number(ids[0]):
        return lambda issue: _last_if_empty(_float(issue.fields.get(ids[0])), 0.0)
    return lambda issue: _last_if_empty(
        next(iter(named_values(issue, ids[0], "id", "name", "value")), None), ""
    )


def _last_if_empty(value: Any, filler: Any) -> tuple[bool, Any]:
    return (value is None, filler if value is None else value)
