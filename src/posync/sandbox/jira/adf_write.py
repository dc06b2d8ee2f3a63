"""Wiki markup read into ADF blocks: headings, lists, code, quotes, panels, tables, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
HEADING = re.compile(r"\s*h([1-6])\.\s*(.*)")
ITEM = re.compile(r"\s*([*#-]{1,20})\s+(.*)")
FENCE = re.compile(r"\{(code|noformat)(?::([^}]*))?\}")
INLINE = re.compile(
    r"\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)"
    r"|\{\{(?P<code>[^{}\n]{1,500})\}\}"
    r"|\[(?P<label>[^|\[\]\n]{1,500})\|(?P<href>https?://[^\]\s]{1,4000})\]"
)
MARKS: dict[str, Callable[[re.Match[str]], Json]] = {
    "strong": lambda found: _text(found["strong"], {"type": "strong"}),
    "code": lambda found: _text(found["code"], {"type": "code"}),
    "href": lambda found: _text(found["label"], {"type": "link", "attrs": {"href": found["href"]}}),
}


def wiki_blocks(text: str) -> list[Json]:
    """Return the ADF blocks of a text in wiki markup."""
    lines = text.replace("\r\n", "\n").split("\n")
    blocks: list[Json] = []
    at = 0
    while at < len(lines):
        at = _block(lines, at, blocks)
    return blocks


def _block(lines: list[str], at: int, blocks: list[Json]) -> int:
    """Append the block that starts at a line; return the line after it."""
    line = lines[at]
    if not line.strip():
        return at + 1
    if heading := HEADING.fullmatch(line):
        attrs = {"level": int(heading[1])}
        blocks.append({"type": "heading", "attrs": attrs, "content": inline(heading[2])})
        return at + 1
    if line.strip() == "----":
        blocks.append({"type": "rule"})
        return at + 1
    if fence := FENCE.match(line.strip()):
        return _code(lines, at, fence, blocks)
    if ITEM.fullmatch(line):
        return _list(lines, at, blocks)
    return _paragraph(lines, at, blocks)


def _code(lines: list[str], at: int, fence: re.Match[str], blocks: list[Json]) -> int:
    close = "{" + fence[1] + "}"
    inside, last = [lines[at].strip()[fence.end() :]], at
    while close not in inside[-1]:
        last += 1
        if last == len(lines):  # never closed: no code
            return _paragraph(lines, at, blocks)
        inside.append(lines[last])
    inside[-1], _, rest = inside[-1].partition(close)
    text = "\n".join(inside).strip("\n")
    block: Json = {"type": "codeBlock", "attrs": {"language": fence[2]} if fence[2] else {}}
    blocks.append(block | {"content": [{"type": "text", "text": text}] if text else []})
    if rest.strip():
        blocks.append({"type": "paragraph", "content": inline(rest)})
    return last + 1


def _list(lines: list[str], at: int, blocks: list[Json]) -> int:
    items: list[tuple[str, str]] = []
    while at < len(lines) and (item := ITEM.fullmatch(lines[at])):
        items.append((item[1], item[2]))
        at += 1
    while items:
        blocks.append(_nested(items, 1))
    return at


def _nested(items: list[tuple[str, str]], depth: int) -> Json:
    """Return one list node, taking its items from the front; deeper markers become lists inside items."""
    kind = _kind(items[0][0], depth)
    found: list[Json] = []
    while items and len(items[0][0]) >= depth and _kind(items[0][0], depth) == kind:
        if len(items[0][0]) == depth:
            found.append(
                {"type": "listItem", "content": [{"type": "paragraph", "content": inline(items.pop(0)[1])}]}
            )
        else:
            if not found:
                found.append({"type": "listItem", "content": []})
            found[-1]["content"].append(_nested(items, depth + 1))
    return {"type": kind, "content": found}


def _kind(marker: str, depth: int) -> str:
    return "orderedList" if marker[min(depth, len(marker)) - 1] == "#" else "bulletList"


def _paragraph(lines: list[str], at: int, blocks: list[Json]) -> int:
    content: list[Json] = []
    first = at
    while at < len(lines) and (at == first or _continues(lines[at])):
        content += [{"type": "hardBreak"}] if content else []
        content += inline(lines[at])
        at += 1
    blocks.append({"type": "paragraph", "content": content})
    return at


def _continues(line: str) -> bool:
    stands_alone = HEADING.fullmatch(line) or ITEM.fullmatch(line) or FENCE.match(line.strip())
    return bool(line.strip()) and not stands_alone


def inline(text: str) -> list[Json]:
    """Return the inline nodes of one line; markup that is not known stays text."""
    return list(_inline(text))


def _inline(text: str) -> Iterator[Json]:
    at = 0
    for found in INLINE.finditer(text):
        if found.start() > at:
            yield _text(text[at : found.start()])
        yield MARKS[found.lastgroup or "strong"](found)
        at = found.end()
    if text[at:]:
        yield _text(text[at:])


def _text(text: str, *marks: Json) -> Json:
    return {"type": "text", "text": text} | ({"marks": list(marks)} if marks else {})
