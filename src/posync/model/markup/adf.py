"""Read an Atlassian document: a tree of nodes, walked without recursion."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from posync.model.markup.block import Block, Kind, Line

_LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}
_ITEMS = {"listItem", "taskItem", "decisionItem", "blockTaskItem"}
_TITLED = {"expand", "nestedExpand", "panel"}
_INLINE = {
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "status",
    "date",
    "inlineCard",
    "mediaInline",
    "placeholder",
}
_WORDS = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.){0,20000})"')


def document(source: str) -> Mapping[str, Any]:
    """Return the document that `source` writes down as JSON.

    Text that is no JSON is one paragraph; a document nested too deeply to be read keeps its words.
    """
    try:
        read = json.loads(source) if source.strip() else {}
    except ValueError:
        return _paragraphs(source.split("\n"))
    except RecursionError:
        return _paragraphs([words[1] for words in _WORDS.finditer(source)])
    return read if isinstance(read, Mapping) else _paragraphs([str(read)])


def _paragraphs(lines: Sequence[str]) -> Mapping[str, Any]:
    return {"content": [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]}


def blocks(read: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the blocks of a document; spans count into its `reading`."""
    walk = _Walk()
    todo = [(read, _Place())]
    while todo:
        node, place = todo.pop()
        todo += [(child, inner) for child, inner in reversed(walk.visit(node, place))]
    return tuple(walk.found)


def reading(read: Mapping[str, Any]) -> str:
    """Return the document's words as a reader sees them, line by line: what spans count into."""
    return "\n".join(line.text for block in blocks(read) for line in block.lines)


class _Place(NamedTuple):
    """Where a node stands: how deep in lists, and whether in a quote."""

    depth: int = 0
    quoted: bool = False


@dataclass(slots=True)
class _Walk:
    found: list[Block] = field(default_factory=list)
    at: int = 0
    item: Mapping[str, Any] | None = None  # an item was opened and has no text yet

    def visit(self, node: Mapping[str, Any], place: _Place) -> list[tuple[Mapping[str, Any], _Place]]:
        """Add what the node says itself; return the nodes inside it, in reading order."""
        kind, inside = node.get("type"), _inside(node)
        if kind in _ITEMS:
            self.item = node
        if kind == "tableRow":
            self._row(inside, place)
            return []
        if kind in {"paragraph", "heading", "codeBlock"} or (inside and inside[0].get("type") in _INLINE):
            self._leaf(node, inside, place)
            return []
        if kind in _ITEMS and not inside:
            self._leaf(node, inside, place)
        title = str(_attributes(node).get("title") or "")
        if kind in _TITLED and title:
            self._add(Kind.HEADING, [(title, 0)], 6, place)
        inner = _Place(place.depth + (kind in _LISTS), place.quoted or kind == "blockquote")
        return [(child, inner) for child in inside]

    def _leaf(self, node: Mapping[str, Any], inside: Sequence[Mapping[str, Any]], place: _Place) -> None:
        texts, kind, about = _lines(inside), node.get("type"), _attributes(node)
        if kind == "codeBlock":
            self._add(Kind.CODE, _lines(inside), place.depth, place, label=str(about.get("language") or ""))
        elif kind == "heading":
            level = about.get("level")
            self._add(Kind.HEADING, texts, level if isinstance(level, int) else 1, place)
        elif self.item is not None:
            task = "ask" in str(self.item.get("type"))
            checked = _attributes(self.item).get("state") == "DONE"
            self._add(Kind.TASK if task else Kind.ITEM, texts, max(1, place.depth), place, checked=checked)
            self.item = None
        else:
            self._add(Kind.PARAGRAPH, texts, place.depth, place)

    def _row(self, cells: Sequence[Mapping[str, Any]], place: _Place) -> None:
        head = all(cell.get("type") == "tableHeader" for cell in cells)
        texts = [(" ".join(text for text, _ in _lines([cell]) if text), 0) for cell in cells]
        self._add(Kind.ROW, texts, 0, place, label="header" if cells and head else "")

    def _add(
        self,
        kind: Kind,
        texts: Sequence[tuple[str, int]],
        level: int,
        place: _Place,
        *,
        checked: bool = False,
        label: str = "",
    ) -> None:
        lines = []
        for text, lead in texts:
            lines.append(Line(text, (self.at, self.at + len(text)), lead))
            self.at += len(text) + 1
        self.found.append(Block(kind, tuple(lines), level, checked, place.quoted, label))


def _inside(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = node.get("content")
    return [one for one in content if isinstance(one, Mapping)] if isinstance(content, list) else []


def _attributes(node: Mapping[str, Any]) -> Mapping[str, Any]:
    found = node.get("attrs")
    return found if isinstance(found, Mapping) else {}


def _lines(nodes: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return the lines of all words in the nodes, each with how much of its beginning is emphasised."""
    done, text, lead = [], "", 0
    for said, strong in _said(nodes):
        for number, part in enumerate(said.split("\n")):
            if number:
                done.append(_tidy(text, lead))
                text, lead = "", 0
            if strong and lead >= len(text.rstrip(" :")):
                lead = len(text) + len(part)
            text += part
    return [*done, _tidy(text, lead)]


def _tidy(text: str, lead: int) -> tuple[str, int]:
    whole = " ".join(text.split())
    begun = len(" ".join(text[:lead].split()))
    return whole, begun if whole[begun:].strip(" :.") or not begun else len(whole)


def _said(nodes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Yield the words of all nodes and whether they are emphasised; struck words are taken back."""
    todo = list(reversed(nodes))
    while todo:
        node = todo.pop()
        kind, about = node.get("type"), _attributes(node)
        if kind == "text":
            marks = {mark.get("type") for mark in node.get("marks") or () if isinstance(mark, Mapping)}
            if "strike" not in marks:
                yield str(node.get("text", "")), bool(marks & {"strong", "underline"})
        elif kind == "hardBreak":
            yield "\n", False
        elif kind in {"mention", "status", "inlineCard"}:  # a placeholder is a hint to the author
            yield str(about.get("text") or about.get("url") or ""), False
        elif kind != "placeholder":
            inside = _inside(node)
            if inside and kind not in {"doc", "tableCell"}:
                todo.append({"type": "text", "text": " "})
            todo += reversed(inside)
