"""Try an input on the backlog as observed, before anybody else sees it: `issue.points@SHOP-7=3`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pydantic import ValidationError

from posync.errors import UsageError
from posync.model.backlog import Backlog, Described
from posync.model.issue import Issue

_SHAPE = re.compile(
    r"issue\.(?P<field>fields\.)?(?P<name>[A-Za-z_]\w*)@(?P<key>[^=]+)=(?P<value>.*)", re.DOTALL
)
_FIXED = frozenset({"uid", "tracker", "key", "rank", "lane", "fields", "provenance"})


def overridden(
    backlogs: Sequence[Backlog], settings: Sequence[str], described: Described = iter
) -> tuple[Backlog, ...]:
    """Return the backlogs with these inputs replaced; raises UsageError that names the setting.

    `described` gives the issues that change their descriptions, where the backlogs are without. A setting is `issue.NAME@KEY=VALUE` or `issue.fields.NAME@KEY=VALUE`; VALUE is JSON (3, null,
    "text", ["a"]) or plain text. Every issue with that key is meant, in whichever tracker.
    """
    for setting in settings:
        backlogs = _applied(backlogs, setting, described)
    return tuple(backlogs)


def _applied(backlogs: Sequence[Backlog], setting: str, described: Described) -> tuple[Backlog, ...]:
    parts = _SHAPE.fullmatch(setting)
    if parts is None:
        raise UsageError(f"--set {setting}: write it as issue.points@SHOP-7=3 or issue.fields.risk@SHOP-7=5")
    key, value = parts["key"].strip(), _value(parts["value"])
    if not any(key in backlog.by_key for backlog in backlogs):
        raise UsageError(
            f"--set {setting}: no tracker of this workspace has {key}: check the key, or pull first"
        )
    changed = []
    for backlog in backlogs:
        new = [
            _with(
                next(described((issue,))), parts["name"], value, custom=bool(parts["field"]), setting=setting
            )
            if issue.key == key
            else issue
            for issue in backlog.issues
        ]
        changed.append(backlog.model_copy(update={"issues": tuple(new)}))
    return tuple(Backlog.model_construct(**dict(backlog)) for backlog in changed)


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with(issue: Issue, name: str, value: object, *, custom: bool, setting: str) -> Issue:
    body = issue.model_dump(mode="json")
    if custom:
        body["fields"][name] = value
    elif name in Issue.model_fields and name not in _FIXED:
        body[name] = value
    else:
        raise UsageError(
            f"--set {setting}: issue.{name} cannot be tried; custom fields are issue.fields.{name}"
        )
    try:
        return Issue.model_validate_json(json.dumps(body))
    except ValidationError as error:
        why = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise UsageError(f"--set {setting}: {why}") from None
