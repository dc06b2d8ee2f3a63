"""The marker of a workspace on a board: a label on no card whose name says, for people too, what is owned there.

    posync · shop · shop-board · orders · lists: Backlog = 5f3e0c, "Next, soon" = 5f3e0d · labels: needs-criteria

Names that hold a separator stand in quotes, as JSON writes them. Of a list only its id counts, for lists are
renamed. Whoever deletes the label gives the board free.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from posync.connectors.trello.frame import BoardLabel, Frame
from posync.connectors.trello.markers import SIGN
from posync.connectors.trello.scope import TrelloScope
from posync.model.claim import Claim, Claimed, Scope

LONGEST = 16_384
"""Characters of a label's name; Trello takes no more."""
SHOWN = 60
"""Characters of a list's name in a marker: it is there for people only."""

_DOT, _ORDERS, _MORE = " · ", "orders", "and more"
_FLAGS = {_ORDERS: "order", _MORE: "whole"}
_NAMES = ("labels", "fields", "releases")
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_PLAIN = re.compile(r'[^\s"·,\\]+(?: [^\s"·,\\]+)*')
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[^"·,]+|[·,]')
_HEADED = re.compile(r"(lists|labels|fields|releases): ")


def claim_in(name: str) -> Claim | None:
    """Return the claim that a label's name states, its lists by id; None where it states none, whatever it is."""
    if not name.lstrip().startswith(SIGN):
        return None
    parts = _parts(name)
    if parts is None or len(parts) < 4 or parts[0] != [SIGN]:
        return None
    try:
        return _claim(parts[1], parts[2], parts[3:])
    except (LookupError, ValueError, ValidationError):
        return None


def text_of(claim: Claim, scope: TrelloScope, frame: Frame) -> str:
    """Return the name of a claim's marker, cut where it would be too long; raises NotFound for an unknown list."""
    lanes = scope.lanes(frame, claim.tracker) if claim.scope.lists else {}
    lists = [f"{_quoted(lane.name[:SHOWN])} = {lane.id}" for lane in lanes.values()]
    return _text(claim.cut(lambda each: len(_text(each, lists)) <= LONGEST), lists)


def claimed(frame: Frame, scope: Scope, own: TrelloScope, workspace: str, tracker: str) -> Claimed:
    """Return what the markers among a board's labels say, lists in the words of `scope`."""
    words = dict(_words(frame, own, tracker))
    found = [(label, claim_in(label.name)) for label in frame.labels.values() if _resembles(label.name)]
    claims = [claim for _, claim in found if claim is not None]
    return Claimed(
        others=tuple(_placed(c, scope, words) for c in claims if c.workspace != workspace),
        unreadable=tuple(f"the label {label.name[:SHOWN]!r}" for label, claim in found if claim is None),
        stands=any((c.workspace, c.tracker) == (workspace, tracker) for c in claims),
    )


def own_marker(frame: Frame, claim: Claim) -> BoardLabel | None:
    """Return the label that is this tracker's marker, the oldest where somebody copied it."""
    found = sorted(frame.labels.values(), key=lambda label: label.id)
    owner = (claim.workspace, claim.tracker)
    return next((x for x in found if (c := claim_in(x.name)) and (c.workspace, c.tracker) == owner), None)


def by_hand(claim: Claim) -> str:
    """Return how a person removes a claim's marker: posync deletes no labels, for somebody may use one."""
    begins = _DOT.join((SIGN, claim.workspace, claim.tracker))
    return f"delete the label that begins `{begins}` on board {claim.scope.place} (posync deletes no labels)"


def _resembles(name: str) -> bool:
    return name.lstrip().removeprefix(SIGN).lstrip().startswith(_DOT.strip())


def _words(frame: Frame, own: TrelloScope, tracker: str) -> Iterator[tuple[str, str]]:
    """Yield, by id, what the workspace file calls each list: by its name only where that means this very list."""
    mine = own.lanes(frame, tracker)
    for lane in frame.lists.values():
        yield lane.id, lane.name if lane.id in mine and lane.id not in own.lists else lane.id


def _placed(claim: Claim, scope: Scope, words: Mapping[str, str]) -> Claim:
    """Return another workspace's claim as one on this board, with its lists in this workspace's words."""
    lists = tuple(words.get(lane, lane) for lane in claim.scope.lists)
    return claim.model_copy(update={"scope": Scope(kind="trello", place=scope.place, lists=lists)})


def _text(claim: Claim, lists: list[str]) -> str:
    named = [("lists", lists), *((kind, [_quoted(name) for name in getattr(claim, kind)]) for kind in _NAMES)]
    parts = [SIGN, claim.workspace, claim.tracker, *([_ORDERS] if claim.order else [])]
    parts += [f"{kind}: {', '.join(items)}" for kind, items in named if items]
    return _DOT.join([*parts, *([] if claim.whole else [_MORE])])


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _parts(text: str) -> list[list[str]] | None:
    """Return the parts between dots, each as its items between commas, both outside quotes only."""
    parts, at = [[""]], 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            return None
        piece, at = found[0], found.end()
        if piece == "·":
            parts.append([""])
        elif piece == ",":
            parts[-1].append("")
        else:
            parts[-1][-1] += piece
    return [[item.strip() for item in items] for items in parts]


def _claim(workspace: list[str], tracker: list[str], parts: Iterable[list[str]]) -> Claim:
    """Return the claim that these parts state; raises ValueError where they are not as posync writes them."""
    owned: dict[str, Any] = {}
    for items in parts:
        headed = _HEADED.match(items[0])
        kind = headed[1] if headed else _FLAGS[_only(items)]
        if kind in owned:
            raise ValueError(kind)
        named = [items[0][headed.end() :], *items[1:]] if headed else []
        read = _list_id if kind == "lists" else _name
        owned[kind] = tuple(map(read, named)) if headed else kind == "order"
    scope = Scope(kind="trello", place="", lists=owned.pop("lists", ()))
    return Claim(workspace=_owner(workspace), tracker=_owner(tracker), scope=scope, **owned)


def _only(items: list[str]) -> str:
    (item,) = items
    return item


def _owner(items: list[str]) -> str:
    if not _OWNER.fullmatch(_only(items)):
        raise ValueError("no name")
    return items[0]


def _name(item: str) -> str:
    name = json.loads(item) if item.startswith('"') else item
    if not isinstance(name, str) or not name.encode():  # half a character is none either
        raise ValueError("no name")
    return name


def _list_id(item: str) -> str:
    name, _, found = item.rpartition(" = ")
    if not name or not re.fullmatch(r"[0-9A-Za-z]{1,64}", found):
        raise ValueError("no list")
    return found
