"""Why one issue stands above another: the one term, tie or constraint that decides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from posync.model.verdict import Term
from posync.rules.exact import shown
from posync.rules.ordering.grounds import Grounds
from posync.rules.ordering.precedence import ancestors
from posync.rules.ordering.worth import spoken

_Ask = Callable[[Grounds, int, int], str | None]


def decided(grounds: Grounds, high: int, low: int) -> str:
    """Return what puts the number `high` above the number `low`, as a sentence without its subject."""
    for ask in _ASKED:
        answer = ask(grounds, high, low)
        if answer:
            return answer
    return "the constraints of other issues leave no other order"


def _waits(grounds: Grounds, high: int, low: int) -> str | None:
    key = grounds.key
    if high in grounds.circle and low in grounds.circle.get(high, ()):
        return f"{grounds.keys(grounds.circle[high])} wait for each other, so they keep their present order"
    if high in grounds.waiting.above.get(low, ()):
        return f"{key(low)} waits for {key(high)}"
    if high in ancestors(low, grounds.waiting.above):
        between = [n for n in grounds.waiting.above[low] if high in ancestors(n, grounds.waiting.above)]
        return f"{key(low)} waits for {key(high)}, by way of {grounds.keys(sorted(between))}"
    return None


def _pinned(grounds: Grounds, high: int, low: int) -> str | None:
    said = [
        f"{grounds.key(n)} is {grounds.holding.pins[n].words}"
        for n in (high, low)
        if n in grounds.holding.pins
    ]
    return "; ".join(said) or None


def _kept(grounds: Grounds, high: int, low: int) -> str | None:
    said = [
        f"{grounds.key(n)} keeps place {grounds.slot[n]} of its list ({grounds.holding.kept[n]})"
        for n in (high, low)
        if n in grounds.holding.kept
    ]
    return "; ".join(said) or None


def _steadied(grounds: Grounds, high: int, low: int) -> str | None:
    if grounds.wanted[high] < grounds.wanted[low]:
        return None
    stays = [grounds.key(n) for n in (high, low) if n in grounds.steadied]
    if stays:
        return f"{' and '.join(stays)} would move by too little to be worth it (stability)"
    waits = [n for n in (high, low) if grounds.waiting.above.get(n)]
    return f"{grounds.keys(waits)} had to make room for what waits" if waits else None


def _epic(grounds: Grounds, high: int, low: int) -> str | None:
    one, other = grounds.weighed.epic.get(high), grounds.weighed.epic.get(low)
    if not grounds.weighed.epics or one == other:
        return None
    if one is not None and other is not None:
        places = grounds.epic_place
        return (
            f"its epic {grounds.names.get(one, one)} is number {places[one]} of the epics, "
            f"{grounds.names.get(other, other)} number {places[other]}"
        )
    whole = grounds.key(high if one is None else low)
    uid = one or other or ""
    return f"{whole} has no epic and stands by its own score beside the epic {grounds.names.get(uid, uid)}"


def _together(grounds: Grounds, high: int, low: int) -> str | None:
    block = grounds.weighed.block(high)
    if low not in block.members:
        return None
    return f"both belong to {grounds.keys(block.members)}, which need each other: in this order they cost the least delay"


def _ratio(grounds: Grounds, high: int, low: int) -> str | None:
    ours, theirs = grounds.weighed.block(high), grounds.weighed.block(low)
    if ours.ratio == theirs.ratio:
        return None
    if len(ours.members) == len(theirs.members) == 1:
        return _scores(grounds, high, low)
    worth = (_worth(grounds, n, block.members, block.ratio) for n, block in ((high, ours), (low, theirs)))
    return " against ".join(worth)


def _worth(grounds: Grounds, n: int, members: tuple[int, ...], ratio: Fraction) -> str:
    others = [m for m in members if m != n]
    together = f" together with {grounds.keys(others)}, which it is linked to," if others else ""
    return f"{grounds.key(n)}{together} is worth {shown(ratio)}"


def _scores(grounds: Grounds, high: int, low: int) -> str:
    one, other = grounds.scores[high], grounds.scores[low]
    if other.value is None:
        return f"{grounds.key(low)} could not be scored: {other.because}"
    theirs = {term.name: term for term in other.terms}
    differ = [
        (term, theirs[term.name])
        for term in one.terms
        if term.name in theirs and term.value != theirs[term.name].value
    ]
    terms = ", ".join(
        f"{mine.name.replace('_', ' ')} {_value(mine)} against {_value(its)}" for mine, its in differ
    )
    aged = [f"{grounds.key(n)} {grounds.weighed.older[n]}" for n in (high, low) if n in grounds.weighed.older]
    values = f"{shown(one.value or Fraction(0))} against {shown(other.value)}"
    return "; ".join([f"score {values}" + (f" ({terms})" if terms else ""), *aged])


def _value(term: Term) -> str:
    return shown(term.value) if isinstance(term.value, Fraction) else term.value


def _tie(grounds: Grounds, high: int, low: int) -> str | None:
    one, other = grounds.weighed.free[high], grounds.weighed.free[low]
    for tie in grounds.weighed.ties:
        if tie.keys[one] != tie.keys[other]:
            better = tie.keys[one] < tie.keys[other]
            return f"both are worth the same, and {spoken(tie, one, other)}" if better else None
    return "both are worth the same, and it stands above already" if high < low else None


_ASKED: tuple[_Ask, ...] = (_waits, _pinned, _kept, _steadied, _epic, _together, _ratio, _tie)
