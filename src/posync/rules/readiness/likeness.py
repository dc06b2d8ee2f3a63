"""Find titles that say the same, among a hundred thousand, without comparing each with each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from posync.rules.readiness.terms import fold, words

_LITTLE = frozenset(
    words(
        "a an the of to in on at for from by with and or is are be as if when it its this that into via "
        "der die das den dem ein eine einen und oder zu im in am von fur mit auf ist sind le la les un une des du de et ou en "
        "pour avec el los las una y o del para con"
    )
)
_SIGN = re.compile(r"[\"'`“]([^\w\s\"'`“”]{1,3})[\"'`”]")  # a sign that a title quotes is a word of it
_REORDERED = 0.95  # the same words in another order: "from A to B" is not "from B to A"

Words = tuple[str, ...]


class Alike(NamedTuple):
    """Two titles that say the same: the number of the later, of the earlier, and how much they share."""

    later: int
    earlier: int
    share: float


def pairs(titles: Sequence[str], share: float) -> Iterator[Alike]:
    """Yield each title that says the same as an earlier one, with the first it is so like.

    At a `share` of 1 they have the same words in the same order, but for little words, plurals and
    a slip of the pen. Below it, one may have words more than the other (their share is Jaccard's).
    A title that puts one word in another's place says something else: "import users", "export
    users". Nothing is compared that does not share a key, so the cost does not grow with the square.
    """
    told = [_telling(title) for title in titles]
    finders: list[_Same | _Slips | _Within] = [_Same(), _Slips(told)]
    if share < 1:
        finders.append(_Within(told, share))
    for number, one in enumerate(told):
        found = [hit for finder in finders if one and (hit := finder.find(number, one)) is not None]
        if found:
            likest = max(found, key=lambda hit: (hit[0], -hit[1]))
            yield Alike(number, likest[1], likest[0])


class _Same:
    """Finds the same words in the same order."""

    def __init__(self) -> None:
        self._first: dict[Words, int] = {}

    def find(self, number: int, one: Words) -> tuple[float, int] | None:
        """Return the share and number of an earlier title, remembering this one."""
        earlier = self._first.setdefault(one, number)
        return (1.0, earlier) if earlier != number else None


class _Slips:
    """Finds titles that differ in one letter of one long word.

    Both lose the same letter somewhere, so the word with each of its letters left out is the key;
    it is made only for titles that share all other words with some other title.
    """

    def __init__(self, told: Sequence[Words]) -> None:
        self._frames = Counter(frame for one in set(told) for frame, _ in _frames(one))
        self._words: dict[tuple[tuple[Words, Words], str], dict[str, int]] = {}

    def find(self, number: int, one: Words) -> tuple[float, int] | None:
        """Return the share and number of an earlier title, remembering this one."""
        hits = []
        for frame, word in _frames(one):
            if self._frames[frame] < 2:
                continue
            for left in {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}:
                others = self._words.setdefault((frame, left), {})
                hits += [earlier for other, earlier in others.items() if other != word and _slip(word, other)]
                others.setdefault(word, number)
        return (1.0, min(hits)) if hits else None


def _frames(one: Words) -> Iterator[tuple[tuple[Words, Words], str]]:
    """Yield what stands before and after each long word of a title that has other words too."""
    for n, word in enumerate(one):
        if len(one) > 2 and len(word) >= 6 and word.isalpha():
            yield (one[:n], one[n + 1 :]), word


class _Within:
    """Finds titles that have all words of another, and few more."""

    def __init__(self, told: Sequence[Words], share: float) -> None:
        self._share = share
        self._often = Counter(word for one in told for word in set(one))
        self._sets: dict[int, frozenset[str]] = {}
        self._by_rarest: dict[str, list[int]] = {}
        self._by_word: dict[str, list[int]] = {}

    def find(self, number: int, one: Words) -> tuple[float, int] | None:
        """Return the share and number of the likest earlier title, remembering this one."""
        mine = frozenset(one)
        rarest = min(mine, key=lambda word: (self._often[word], word))
        near = {other for word in mine for other in self._by_rarest.get(word, ())}
        near.update(self._by_word.get(rarest, ()))
        likest = max(((self._of(mine, self._sets[other]), -other) for other in near), default=(0.0, 0))
        self._sets[number] = mine
        self._by_rarest.setdefault(rarest, []).append(number)
        for word in mine:
            self._by_word.setdefault(word, []).append(number)
        return (likest[0], -likest[1]) if likest[0] >= self._share else None

    def _of(self, one: frozenset[str], other: frozenset[str]) -> float:
        if one == other:
            return _REORDERED
        return len(one & other) / len(one | other) if one < other or other < one else 0.0


def _slip(one: str, other: str) -> bool:
    """Whether two long words differ by one letter more, less, changed or swapped, and neither holds a digit."""
    short, long = sorted((one, other), key=len)
    if len(short) < 6 or len(long) - len(short) > 1 or not (short + long).isalpha():
        return False
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, more = short[same:], long[same:]
    swapped = rest[:2] == more[:2][::-1] and rest[2:] == more[2:]
    return swapped or rest[1:] == more[1:] or rest == more[1:]


def _telling(title: str) -> Words:
    text = fold(title)
    found = tuple(_stem(word) for word in words(text))
    signs = tuple(_SIGN.findall(text)) if _SIGN.search(text) else ()
    return (tuple(word for word in found if word not in _LITTLE) or found) + signs


def _stem(word: str) -> str:
    """Return the word without the plural: enough to take "module" and "modules" for one."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
