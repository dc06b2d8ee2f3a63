"""The lines that checklist apps keep beside a Jira issue, in the shapes these apps write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from posync.model.issue import CheckItem, Checklist

APPS = {
    "checklist": "Checklist",
    "com.railsware.SmartChecklist.checklist": "Smart Checklist",
}
"""The names people know the entity properties by; source: the two vendors' documentation."""
_LINE = re.compile(r"\s*(?P<mark>[-+~x*]|\[[ xX]\])\s+(?P<text>.*\S)\s*")
_HEADER = re.compile(r"\s*(?:#+|---)\s*(?P<name>.*\S)\s*")
_DONE_MARKS = frozenset({"+", "[x]", "[X]"})


def checklists_in(properties: Mapping[str, Any], fields: Sequence[Any]) -> tuple[Checklist, ...]:
    """Return the checklists in an issue's entity properties and in the given field values."""
    if not properties and not any(fields):
        return ()  # as nearly always
    found = [one for key, value in properties.items() for one in _lists(APPS.get(key, key), value)]
    found += [one for value in fields for one in _lists("Checklist", value)]
    return tuple(one for one in found if one.items)


def _lists(name: str, value: Any) -> Iterator[Checklist]:
    """Yield the checklists in one value: text with marks, a list of items, or objects that hold either."""
    if isinstance(value, str):
        yield from _lines(name, value)
    elif isinstance(value, list):
        yield from _items(name, value)
    elif isinstance(value, dict):
        held = next(
            (value[key] for key in ("checklists", "items", "checklist", "value") if value.get(key)), None
        )
        shown = str(value.get("name") or value.get("title") or name)
        all_done = value.get("allItemsCompleted") is True
        yield from (_ticked(one) if all_done else one for one in _lists(shown, held))


def _items(name: str, items: list[Any]) -> Iterator[Checklist]:
    if any(isinstance(item, dict) and ("items" in item or "checklists" in item) for item in items):
        for item in items:
            yield from _lists(name, item)
        return
    lines = [_item(item) for item in items if not (isinstance(item, dict) and item.get("isHeader") is True)]
    yield Checklist(name=name, items=tuple(line for line in lines if line is not None))


def _item(item: Any) -> CheckItem | None:
    if isinstance(item, str):
        return CheckItem(text=item) if item.strip() else None
    if not isinstance(item, dict):
        return None
    text = next((item[k] for k in ("name", "text", "summary", "value") if isinstance(item.get(k), str)), "")
    done = any(item.get(key) is True for key in ("checked", "isChecked", "done", "completed"))
    return CheckItem(text=text, done=done) if text.strip() else None


def _lines(name: str, text: str) -> Iterator[Checklist]:
    """Smart Checklist: `- ` open, `+ ` done, `~ ` under way, `x ` skipped, `# ` a new list."""
    items: list[CheckItem] = []
    for line in text.splitlines():
        marked, header = _LINE.fullmatch(line), _HEADER.fullmatch(line)
        if header and not marked:
            yield Checklist(name=name, items=tuple(items))
            name, items = header["name"], []
        elif marked and marked["mark"] != "x":
            items.append(CheckItem(text=marked["text"], done=marked["mark"] in _DONE_MARKS))
        elif line.strip() and not marked:
            items.append(CheckItem(text=line.strip()))
    yield Checklist(name=name, items=tuple(items))


def _ticked(checklist: Checklist) -> Checklist:
    return Checklist(
        name=checklist.name, items=tuple(CheckItem(text=i.text, done=True) for i in checklist.items)
    )
