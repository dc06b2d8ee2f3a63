"""Find titles that say the same, among a hundred thousand, without comparing each with each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from posync.rules.readiness.substance import words
from posync.rules.readiness.terms import fold

_LITTLE = frozenset(
    words(
        "a an the of to in on at for from by with and or is are be as if when it its this that into via "
        "der die das den dem ein eine einen und oder zu im in am von fur mit auf ist sind le la les un une des du de et ou en "
        "pour avec el los las una y o del para con"
    )
)
_ALMOST = 0.7  # what two titles share at least before a slip of the pen is looked for
_REORDERED = 0.95  # the same words in another order: "from A to B" is not "from B to A"


class Alike(NamedTuple):
    """Two titles that say the same: the number of the later, of the earlier, and how much they share."""

    later: int
    earlier: int
    share: float


def pairs(titles: Sequence[str], share: float) -> Iterator[Alike]:
    """Yield each title that says the same as an earlier one, with the earlier one it is most like.

    At a `share` of 1 they have the same words in the same order, but for little words, plurals and
    a slip of the pen. Below it, one may have words more than the other (Jaccard). A title that puts
    one word in another's place says something else: "import users", "export users". Only titles
    that share one of their rarest words are compared (prefix filtering: Chaudhuri, Ganti, Kaushik,
    "A primitive operator for similarity joins in data cleaning", 2006), so that the cost does not
    grow with the square of their number.
    """
    told = [_telling(title) for title in titles]
    often = Counter(word for one in told for word in set(one))
    seen: dict[str, list[int]] = {}
    for number, one in enumerate(told):
        rare = sorted(set(one), key=lambda word: (often[word], word))
        rare = rare[: len(rare) - ceil(min(share, _ALMOST) * len(rare)) + 1]
        others = {other for word in rare for other in seen.get(word, ())}
        likest = max(((_share(one, told[other]), -other) for other in others), default=(0.0, 0))
        if one and likest[0] >= share:
            yield Alike(number, -likest[1], likest[0])
        else:
            # A repeated title need not be remembered again: what is like it is like the first.
            for word in rare:
                seen.setdefault(word, []).append(number)


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if one == other:
        return 1.0
    left, right = Counter(one), Counter(other)
    mine, theirs = list((left - right).elements()), list((right - left).elements())
    if not mine and not theirs:
        return _REORDERED
    if mine and theirs:
        slip = len(mine) == len(theirs) == 1 and len(one) > 2 and _slip(mine[0], theirs[0])
        return 1.0 if slip and one.index(mine[0]) == other.index(theirs[0]) else 0.0
    return sum((left & right).values()) / sum((left | right).values())


def _slip(one: str, other: str) -> bool:
    """Whether two long words differ by one letter more, less, changed or swapped, and neither holds a digit."""
    short, long = sorted((one, other), key=len)
    if len(short) < 6 or len(long) - len(short) > 1 or not (short + long).isalpha():
        return False
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, more = short[same:], long[same:]
    swapped = rest[:2] == more[:2][::-1] and rest[2:] == more[2:]
    return swapped or rest[1:] == more[1:] or rest == more[1:]


def _telling(title: str) -> tuple[str, ...]:
    found = tuple(_stem(word) for word in words(fold(title)))
    return tuple(word for word in found if word not in _LITTLE) or found


def _stem(word: str) -> str:
    """Return the word without the plural: enough to take "module" and "modules" for one."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
