"""JQL as meaning: which issues a condition holds for, and how an order sorts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posync.sandbox.jira import dates
from posync.sandbox.jira.fields import AGILE
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.jql import Both, Clause, Function, Node, Not, Value, parse, refused
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
FILTERS = {"filter", "request", "savedfilter", "searchrequest"}
KEYS = {"key", "issuekey", "issue", "id"}
TEXTS = {"text", "summary", "description", "comment", "environment"}


class Matcher:
    """Turns clauses into tests on issues; where it is `lenient`, issues unknown here become `warnings`."""

    def __init__(self, world: JiraWorld, account_id: str = "", *, lenient: bool = False) -> None:
        self.world, self.account_id, self.lenient = world, account_id, lenient
        self.warnings: list[str] = []

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
        if name in FILTERS:
            return self._filters(clause)
        if name in KEYS | {"project"} and clause.operator not in {"is", "is not"}:
            return self._projects(clause) if name == "project" else self._keys(clause)
        if name in DATES or name in DATE_FIELDS:
            return self._dates(clause, name)
        if name in TEXTS:
            return self._text(clause, name)
        if name in {"votes", "watchers"}:
            field, part = ("votes", "votes") if name == "votes" else ("watches", "watchCount")
            return _numbers(clause, lambda issue: (issue.fields.get(field) or {}).get(part))
        return self._named(clause, name)

    def _filters(self, clause: Clause) -> Test:
        """Return the test of saved filters; the only ones a site of the sandbox has are those behind boards."""
        tests = [self.test(parse(self._filter(str(value))).where) for value in clause.values]
        if clause.operator not in {"=", "in", "!=", "not in"}:
            raise refused(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
        wanted = clause.operator in {"=", "in"}
        return lambda issue: any(test(issue) for test in tests) is wanted

    def _filter(self, value: str) -> str:
        for board in self.world.boards.values():
            if value.lower() in {board.filter_id, f"filter for {board.name}".lower()}:
                return board.filter_jql
        raise refused(f"The value '{value}' does not exist for the field 'filter'.")

    def _projects(self, clause: Clause) -> Test:
        if clause.operator not in {"=", "!=", "in", "not in"}:
            raise refused(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
        keys = {self._project(str(value)) for value in clause.values}
        wanted = clause.operator in {"=", "in"}
        return lambda issue: (issue.key.rpartition("-")[0] in keys) is wanted

    def _project(self, value: str) -> str:
        for project in self.world.projects.values():
            if value.lower() in {project.key.lower(), project.id, project.name.lower()}:
                return project.key
        raise refused(f"The value '{value}' does not exist for the field 'project'.")

    def _keys(self, clause: Clause) -> Test:
        found = [issue for value in clause.values if (issue := self._known(value, clause.field))]
        numbers = {issue.id for issue in found}
        if clause.operator in {"=", "in"}:
            return lambda issue: issue.id in numbers
        if clause.operator in {"!=", "not in"}:
            return lambda issue: issue.id not in numbers
        if not found:
            return lambda _issue: False
        return _compare(clause.operator, lambda issue: issue.place, found[0].place)

    def _known(self, value: Value, field: str) -> Issue | None:
        issue = self.world.find(value) if isinstance(value, str) else None
        if issue is None:
            kind = "A value with ID" if str(value).isdigit() else "An issue with key"
            complaint = f"{kind} '{value}' does not exist for field '{field}'."
            if not self.lenient:
                raise refused(complaint)
            self.warnings.append(complaint)
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
    return _compare(clause.operator, lambda issue: as_number(read(issue)), bound)


def as_number(value: Any) -> float | None:
    """Return a value as a number, None where it is none."""
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
