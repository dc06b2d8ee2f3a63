"""Things that go wrong on purpose: which request a fault meets, and what then happens to it.

A rule is a mapping: `{match: {tracker, method, path, nth, every, times}, do: KIND, ...}`, where `path` is a
regular expression, `nth` counts the requests that match (from 1), `every` repeats, `times` bounds it.
Kinds: an HTTP status such as 429 or 503, html, anonymous, truncate, cut, drop_before, drop_after, slow,
edit, partial, patch, omit. docs of each stand at its function.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posync.sandbox.edits import human_edit
from posync.sandbox.exchange import Answer, Call, encode
from posync.sandbox.front import Outcome, refused
from posync.sandbox.pacing import too_many_jira, too_many_trello
from posync.sandbox.refusals import LOGIN_PAGE, Refusal

if TYPE_CHECKING:
    from posync.sandbox.house import House

Rule = dict[str, Any]
KINDS = {
    "html",
    "anonymous",
    "truncate",
    "cut",
    "drop_before",
    "drop_after",
    "slow",
    "edit",
    "partial",
    "patch",
    "omit",
}
MATCHES = {"tracker", "method", "path", "nth", "every", "times"}


def read(rules: Sequence[Rule] | str | Path | None) -> list[Rule]:
    """Return checked rules from a list, or from a YAML or JSON file; raises ValueError for a wrong one."""
    if rules is None:
        return []
    found = _from_file(Path(rules)) if isinstance(rules, str | Path) else list(rules)
    for rule in found:
        _check(rule)
    return found


def _from_file(path: Path) -> list[Rule]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only where a file is given
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - only where a file is given

    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except YAMLError as problem:
        raise ValueError(f"{path}: neither YAML nor JSON: {problem}") from None
    found = data.get("faults") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise ValueError(f"{path}: a list of faults was expected, each with `match` and `do`.")  # noqa: TRY004 - one kind of error for callers
    return found


def _check(rule: Any) -> None:
    if not isinstance(rule, dict) or "do" not in rule:
        raise ValueError(f"A fault needs `do`: {rule!r}")
    if rule["do"] not in KINDS and not str(rule["do"]).isdigit():
        raise ValueError(f"Unknown fault '{rule['do']}'. Known: an HTTP status, {', '.join(sorted(KINDS))}.")
    match = rule.get("match") or {}
    if not isinstance(match, dict):
        raise ValueError(f"`match` in a fault has keys and values: {match!r}")  # noqa: TRY004 - one kind of error for callers
    try:
        re.compile(str(match.get("path", "")))
    except re.error as problem:
        raise ValueError(f"`path` in a fault is no regular expression: {problem}") from None
    if counts := {name for name in ("nth", "every", "times") if not isinstance(match.get(name, 1), int)}:
        raise ValueError(f"{', '.join(sorted(counts))} in a fault is a whole number: {match!r}")
    if "until" in rule and not isinstance(rule["until"], threading.Event):
        raise ValueError(f"`until` in a fault is a threading.Event, given in Python: {rule!r}")
    unknown = set(match) - MATCHES
    if unknown:
        raise ValueError(f"Unknown match {sorted(unknown)}. Known: {', '.join(sorted(MATCHES))}.")


class Faults:
    """The rules in force and how often each has been met."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.set(rules)

    def set(self, rules: Sequence[Rule]) -> None:
        """Put other rules in force."""
        self.rules = read(list(rules))
        self.restart()

    def restart(self) -> None:
        """Count from the beginning again."""
        self.met = [0] * len(self.rules)
        self.done = [0] * len(self.rules)

    def meeting(self, call: Call, tracker: str) -> list[Rule]:
        """Return the rules that meet this request, and count it."""
        return [
            rule
            for number, rule in enumerate(self.rules)
            if self._meets(number, rule.get("match") or {}, call, tracker)
        ]

    def _meets(self, number: int, match: Rule, call: Call, tracker: str) -> bool:
        if match.get("tracker", tracker) != tracker or match.get("method", call.method) != call.method:
            return False
        if "path" in match and not re.search(match["path"], call.path):
            return False
        self.met[number] += 1
        if "nth" in match and self.met[number] != match["nth"]:
            return False
        if "every" in match and self.met[number] % match["every"]:
            return False
        if self.done[number] >= match.get("times", 1 if "nth" in match else 10**9):
            return False
        self.done[number] += 1
        return True


def happen(
    house: House, rules: Sequence[Rule], tracker: str, serve: Callable[[], Answer]
) -> tuple[Outcome, str]:
    """Return what comes of a request under these rules, and their names; `serve` makes it take effect."""
    name = ",".join(str(rule["do"]) for rule in rules)
    early = [rule for rule in rules if rule.get("when", "before") == "before"]
    for rule in early:
        if rule["do"] == "edit":
            human_edit(house.world.jira, house.trello, rule.get("edits") or [rule["edit"]])
        if rule["do"] == "partial":
            house.limits.rank_failures = int(rule.get("count", 1))
    instead = next((found for rule in early if (found := _instead(rule, tracker))), None)
    if instead is not None:
        return instead, name
    house.jira.anonymous = any(rule["do"] == "anonymous" for rule in rules)
    outcome = Outcome(serve() if not (house.jira.anonymous and tracker == "trello") else _unknown_caller())
    house.jira.anonymous = False
    return spoil(house, rules, outcome, tracker), name


def _unknown_caller() -> Answer:
    return refused(Refusal.trello(401, "unauthorized permission requested"))


def _instead(rule: Rule, tracker: str) -> Outcome | None:
    """Return what happens in place of the request, None where it takes its course."""
    kind = str(rule["do"])
    if kind == "drop_before":
        return Outcome(Answer(), cut="drop")
    if kind == "html":
        return Outcome(Answer(LOGIN_PAGE.encode(), 200, "text/html;charset=UTF-8"))
    if kind == "429":
        return Outcome(refused(_too_many(rule, tracker)))
    return Outcome(refused(_failure(int(kind), rule, tracker))) if kind.isdigit() else None


def _too_many(rule: Rule, tracker: str) -> Refusal:
    """429: `retry_after` in seconds, `date` for an HTTP date, absent for none; `reason` names the allowance."""
    if tracker == "trello":
        return too_many_trello(rule.get("reason", "token"))
    wait = rule.get("retry_after")
    if rule.get("date") is not None:
        wait = format_datetime(datetime.now(UTC) + timedelta(seconds=float(rule["date"])), usegmt=True)
    return too_many_jira(wait, rule.get("reason", "jira-burst-based"))


def _failure(status: int, rule: Rule, tracker: str) -> Refusal:
    text = str(
        rule.get(
            "message",
            {409: "The issue is being changed by somebody else.", 503: "Service Unavailable"}.get(
                status, "Internal server error"
            ),
        )
    )
    refusal = Refusal.trello(status, text) if tracker == "trello" else Refusal.jira(status, text)
    refusal.headers |= {"Retry-After": str(rule["retry_after"])} if "retry_after" in rule else {}
    return refusal


def spoil(house: House, rules: Sequence[Rule], outcome: Outcome, tracker: str) -> Outcome:
    """Let the rules that work on an answer, or after the request took effect, do so."""
    for rule in rules:
        kind = str(rule["do"])
        if kind == "drop_after":
            outcome.cut = "drop"
        elif kind == "truncate":  # the connection ends in the middle of the body
            outcome.cut = "truncate"
        elif kind == "cut":  # half the body under a Content-Length that fits it
            outcome.answer = _with_body(outcome.answer, outcome.answer.body[: len(outcome.answer.body) // 2])
        elif kind == "slow":  # for `seconds`, and no longer than `until` is set
            outcome.wait += float(rule.get("seconds", 1))
            outcome.until = rule.get("until", outcome.until)
        elif kind == "edit" and rule.get("when") == "after":
            human_edit(house.world.jira, house.trello, rule.get("edits") or [rule["edit"]])
        elif kind in {"patch", "omit"}:
            outcome.answer = _with_body(outcome.answer, _patched(rule, outcome.answer.body))
        elif rule.get("when") == "after" and (instead := _instead(rule, tracker)):
            outcome.answer = instead.answer
    return outcome


def _with_body(answer: Answer, body: bytes) -> Answer:
    return Answer(body, answer.status, answer.media, answer.headers)


def _patched(rule: Rule, body: bytes) -> bytes:
    """Patch: merge `body` into an answer that is an object. Omit: leave the issues named by `keys` out, if it lists any."""
    data = json.loads(body)
    if not isinstance(data, dict) or (rule["do"] == "omit" and "issues" not in data):
        return body
    if rule["do"] == "patch":
        return encode(data | rule["body"])
    gone = set(rule["keys"])
    kept = [issue for issue in data["issues"] if not {issue.get("key"), issue["id"]} & gone]
    return encode(data | {"issues": kept})
