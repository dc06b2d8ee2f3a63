"""ADF blocks written as wiki markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
WRAPS = {
    "strong": ("*", "*"),
    "em": ("_", "_"),
    "code": ("{{", "}}"),
    "strike": ("-", "-"),
    "underline": ("+", "+"),
}
PANELS = {"info": "info", "note": "note", "warning": "warning", "success": "tip", "error": "warning"}


def blocks_to_wiki(blocks: list[Json]) -> str:
    """Return a list of ADF blocks as wiki markup, blocks apart by blank lines."""
    return "\n\n".join(block_to_wiki(block) for block in blocks)


def block_to_wiki(block: Json, marker: str = "") -> str:
    """Return one block as wiki markup; a kind without a form of its own becomes its content."""
    kind, content = block.get("type", ""), block.get("content") or []
    if kind in LISTS:
        return _list(content, marker + ("#" if kind == "orderedList" else "*"))
    if kind in BLOCKS:
        return BLOCKS[kind](content, block.get("attrs") or {})
    return blocks_to_wiki(content) if _holds_blocks(content) else inline_to_wiki(content or [block])


LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}
BLOCKS: dict[str, Callable[[list[Json], Json], str]] = {
    "heading": lambda content, attrs: f"h{attrs.get('level', 1)}. {inline_to_wiki(content)}",
    "codeBlock": lambda content, attrs: _code(inline_to_wiki(content), attrs.get("language")),
    "rule": lambda _content, _attrs: "----",
    "table": lambda content, _attrs: "\n".join(_row(row) for row in content),
    "blockquote": lambda content, _attrs: f"{{quote}}\n{blocks_to_wiki(content)}\n{{quote}}",
    "panel": lambda content, attrs: _panel(PANELS.get(attrs.get("panelType", ""), "panel"), content),
    "expand": lambda content, attrs: _titled(attrs.get("title", ""), content),
    "nestedExpand": lambda content, attrs: _titled(attrs.get("title", ""), content),
}


def _code(text: str, language: str | None) -> str:
    return f"{{code:{language}}}\n{text}\n{{code}}" if language else f"{{code}}\n{text}\n{{code}}"


def _panel(name: str, content: list[Json]) -> str:
    return f"{{{name}}}\n{blocks_to_wiki(content)}\n{{{name}}}"


def _titled(title: str, content: list[Json]) -> str:
    return "\n\n".join(part for part in (title, blocks_to_wiki(content)) if part)


def _holds_blocks(content: list[Json]) -> bool:
    return any("content" in child for child in content)


def _list(items: list[Json], marker: str) -> str:
    lines = []
    for item in items:
        if item.get("type") in {"taskList", "bulletList", "orderedList"}:
            lines.append(block_to_wiki(item, marker))
        elif item.get("type") in {"taskItem", "decisionItem"}:
            done = (item.get("attrs") or {}).get("state") == "DONE"
            lines.append(f"{marker} {'(/) ' if done else ''}{inline_to_wiki(item.get('content') or [])}")
        else:
            lines += _item(item, marker)
    return "\n".join(lines)


def _item(item: Json, marker: str) -> list[str]:
    lines: list[str] = []
    for child in item.get("content") or []:
        if child.get("type") in {"bulletList", "orderedList", "taskList"}:
            lines.append(block_to_wiki(child, marker))
        else:
            text = block_to_wiki(child)
            lines.append(f"{marker} {text}" if not lines else text)
    return lines or [f"{marker} "]


def _row(row: Json) -> str:
    cells = row.get("content") or []
    parts = []
    for cell in cells:
        bar = "||" if cell.get("type") == "tableHeader" else "|"
        parts.append(f"{bar}{blocks_to_wiki(cell.get('content') or [])}")
    end = "||" if cells and cells[-1].get("type") == "tableHeader" else "|"
    return "".join(parts) + end


def inline_to_wiki(nodes: list[Json]) -> str:
    """Return inline nodes as wiki markup."""
    return "".join(_inline(node) for node in nodes)


def _inline(node: Json) -> str:
    kind, attrs = node.get("type", ""), node.get("attrs") or {}
    if kind == "text":
        return _marked(str(node.get("text", "")), node.get("marks") or [])
    if kind in INLINES:
        return INLINES[kind](attrs)
    if node.get("content"):
        return inline_to_wiki(node["content"])
    return f"!{attrs['alt']}!" if attrs.get("alt") else str(node.get("text", ""))


def _mention(attrs: Json) -> str:
    return f"[~accountid:{attrs['id']}]" if attrs.get("id") else str(attrs.get("text", ""))


def _word(attrs: Json) -> str:
    return str(attrs.get("text") or attrs.get("shortName") or attrs.get("timestamp") or "")


def _card(attrs: Json) -> str:
    return f"[{attrs.get('url', '')}]"


INLINES: dict[str, Callable[[Json], str]] = {
    "hardBreak": lambda _attrs: "\n",
    "mention": _mention,
    **dict.fromkeys(("inlineCard", "blockCard", "embedCard"), _card),
    **dict.fromkeys(("emoji", "status", "date"), _word),
}


def _marked(text: str, marks: list[Json]) -> str:
    for mark in marks:
        if mark.get("type") == "link":
            text = f"[{text}|{(mark.get('attrs') or {}).get('href', '')}]"
        elif mark.get("type") in WRAPS and text.strip():
            before, after = WRAPS[mark["type"]]
            text = f"{before}{text}{after}"
    return text
