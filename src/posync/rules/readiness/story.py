"""Read a user story: who wants it, what they want, and what for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from posync.model.issue import Issue
from posync.model.markup.block import Block
from posync.rules.readiness.once import once
from posync.rules.readiness.sections import joined, sections_of
from posync.rules.readiness.terms import fold

_ROLE = re.compile(
    r"(?:^|[\n.:!?)\]>*\"“-]\s*|\bus\s*[-\d.]+\s*)(?P<says>)(?:as (?:an?|the|one|some|any|another)\b|as (?=[a-z0-9 -]{2,40},? (?:i|we|xd) )|als\b(?! ob| wenn)|en tant qu(?:e|')|en qualite de|"
    r"como\b|come\b(?! up)|in qualita di|jako\b|как\b(?= [^,\n]{2,60},? (?:я|мы) )|作为|身为)\s*(?P<role>[^,\n]{0,80})"
)
_WISH = re.compile(
    r"\b(?:(?:i|we|they|he|she|it|xd|users?)\s*(?:'d| would| do| also| just| really)*\s*(?:want|wants|wish|like|love|need|needs|can|could|should|must|shall|expect|prefer|have|am able|'m able|"
    r"require|desire|hope|may|will)|i'd like|i'll|i should|would like|want to|wants to|needs? to|should be|must be|be able to|"
    r"(?:mochte|mochten|will|wollen|kann|muss|brauche|soll|wunsche)\s+(?:ich|wir|er|sie|man)|ich\s+(?:mochte|will|kann|muss|brauche|soll)|"
    r"(?:je|nous|on)\s+(?:veux|voulons|souhaite\w*|peux|dois|voudrais|aimerais|desire)|j'aimerais|j'ai besoin|"
    r"quiero|queremos|necesito|deseo|puedo|me gustaria|(?:eu )?quero|gostaria|preciso|desejo|posso|voglio|vorrei|desidero|devo|"
    r"(?:wil|kan|moet)\s+(?:ik|wij)|chce|chcialbym|chcialabym|moge|potrzebuje|хочу|хотим|могу|нужно)\b|我想|我希望|我要|我需要|可以|したい|できる"
)
_BENEFIT = re.compile(
    r"\bso(?:\s+that|\s+as to|\s+to|,?\s+(?:i|we|they|the|you|users?|it|he|she|people|others?|everyone|anyone|my|our|their|all|future|this|these|those|there|when|if|data|no|it's|a|an|any|only|every\w*|each|\w+s|(?!long\b|far\b|much\b|many\b|on\b|called\b)[a-z-]+)\b)|"
    r"\bin order (?:to|that)|\bbecause\b|\bsince (?:i|we|they|it|the|there|this|my|our)\b|\bthereby\b|\bfor the (?:purpose|sake) of\b|\bso\b(?! (?:long|far|much|many|on|called)\b)(?=[^\w]*\w)|\bto the (?:end|effect) that\b|"
    r"\bwith the (?:aim|goal|purpose|intention) |\b(?:which|this) (?:(?:will|would|should|could) (?:also )?(?:let|allow|enable|help|make|give|ensure|save|improve|reduce|avoid|increase|provide|mean|prevent)|lets|allows|enables|helps|means|ensures|makes|gives|way)\b|"
    r"\bdamit\b|\bso ?dass\b|\bum\b.{3,200}\bzu\b|\bum\b.{3,120}zu\w+en\b|\bweil\b|\bdenn\b|\bafin\b|\bpour (?:que|pouvoir|ne pas|\w+er|\w+ir|\w+re)\b|\bde sorte que\b|\bcar\b|"
    r"\bpara (?:que|poder|\w+[aei]r)\b|\bcon el fin\b|\bporque\b|\ba fim de\b|\bde modo que\b|\bper (?:poter|\w+[aei]re)\b|\baffinche\b|\bin modo da\b|\bcosi (?:da|che|posso)\b|"
    r"\bzodat\b|\bom (?:te|.{3,80} te)\b|\bomdat\b|\bzeby\b|\baby\b|\bchtoby\b|\bчтобы\b|\bдля того\b|以便|为了|從而|从而|ために|ように|できるように"
)
# "I want to update the table to account for the rules": a second infinitive that names a purpose.
_PURPOSE = re.compile(
    r"\S\s+(?:to|and thus|thus)\s+(?:ensur\w+|account for|avoid\w*|prevent\w*|mak(?:e|ing) (?:it|sure)|improv\w+|reduc\w+|increas\w+|enabl\w+|support|help\w*|comply|meet|"
    r"minimi[sz]e|maximi[sz]e|optimi[sz]e|save|speed up|simplify|keep (?:up|track|it|them)|demonstrate|facilitate|satisfy|guarantee|protect|better|reflect|stay|verify|determine|decide)\b"
    r"|\bfor (?:better |more |greater |easier |future |my |our |their )*(?:clarity|consistency|transparency|accountability|compliance|safety|security|reference|convenience|"
    r"maintainability|readability|performance|reliability|accessibility|usability|efficiency|analysis|reporting|testing|debugging|troubleshooting|reuse)\b"
)
_STARTS = (
    "as ",
    "als ",
    "en tant",
    "en qualite",
    "como ",
    "come ",
    "in qualita",
    "jako ",
    "как ",
    "作为",
    "身为",
)
_SO_THAT = re.compile(
    r"\bso that\b|\bin order (?:to|that)\b|\bso (?:i|we|they) can\b|\bdamit\b|\bafin (?:de|que|d')|\bpara que\b|\bzodat\b|\baffinche\b|\bчтобы\b"
)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!vs\.)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!z\.b\.)(?<!bzw\.)\s+")
_SPAN = 700


# "As a result", "as the list grows": ways to begin a sentence that name nobody.
_NOBODY = re.compile(
    r"\s*(?:as\s+)?(?:an?\s+|the\s+)?(?:such|result|example|consequence|side|matter|whole|workaround|work around|note|reminder|bonus|follow|first|next|starting|alternative|"
    r"temporary|quick|short|final|last|general|rule|part|solution|test|reference|replacement|fallback|minimum|precaution|string|list|way|means|separate|single|"
    r"default|possible|case|number|step|point|base|basis|proof|response|reaction|prerequisite|compromise|suggestion|title|name|file|link|table|result of)\b"
    r"|[^,]*\b(?:becomes?|grows?|is|are|was|were|has|have|gets?)\b"
)


class Story(NamedTuple):
    """The three parts of a user story as it words them, folded; an empty part is missing."""

    role: str
    goal: str
    benefit: str


def story_of(text: str) -> Story | None:
    """Return the first user story told in the text, or None where it tells none.

    It begins with a role ("As a ..."); the wish and the benefit are looked for up to the end
    of that paragraph, or of the three short lines people write a story on.
    """
    folded = fold(text[:20_000])
    if not _may_tell(folded):
        return None
    for found in _ROLE.finditer(folded):
        told = _told(folded, found.start("says"))
        story = _read(told, found.start("role") - found.start("says"))
        if story is not None:
            return story
    return None


def _may_tell(folded: str) -> bool:
    """Whether a folded text may tell a story at all; most do not, and need no closer look."""
    return any(start in folded for start in _STARTS)


def _read(told: str, begin: int) -> Story | None:
    """Return the story whose role begins at `begin`, or None where nobody in it wants anything."""
    wish = _WISH.search(told, begin)
    if wish is None or not told[begin : wish.start()].strip() or _NOBODY.match(told[begin : wish.start()]):
        return None
    return _parts(told, begin, wish)


def _told(folded: str, start: int) -> str:
    """Return the paragraph a story begins in, and those after it that go on with its wish or benefit."""
    parts = folded[start : start + _SPAN].split("\n\n")
    told = parts[0]
    for part in parts[1:3]:
        if _BENEFIT.match(part.lstrip()) is None and _WISH.match(part.lstrip()) is None:
            break
        told = f"{told}\n{part}"
    return told


def stories_in(text: str) -> int:
    """Return how many user stories with different wishes a text tells."""
    folded = fold(text[:20_000])
    if not _may_tell(folded):
        return 0
    begun = list(itertools.islice(_ROLE.finditer(folded), 50))  # a text that tells more is several by then
    told = set()
    for found, following in itertools.zip_longest(begun, begun[1:]):
        end = following.start() if following is not None else found.start("says") + _SPAN
        story = _read(folded[found.start("says") : end][:_SPAN], found.start("role") - found.start("says"))
        if story is not None:
            told.add((story.role, story.goal))
    return len(told)


@once
def narrative(blocks: Sequence[Block]) -> str:
    """Return the paragraphs of a description that stand outside of its criteria, where a story is told."""
    rows = (row for part in sections_of(blocks) if part.says is None for row in part.rows)
    return "\n\n".join("\n".join(row.line.text for row in group) for group in joined(rows))


def told_by(issue: Issue) -> Story | None:
    """Return the user story that an issue tells, in its title or its description; a part may stand in either."""
    title, text = story_of(issue.title), _story_in(issue.description.blocks)
    if title is None or text is None:
        return title or text
    return Story(*(a or b for a, b in zip(title, text, strict=True)))


@once
def _story_in(blocks: Sequence[Block]) -> Story | None:
    told = _may_tell(fold("\n".join(block.text for block in blocks)))
    return story_of(narrative(blocks)) if told else None


def _parts(told: str, begin: int, wish: re.Match[str]) -> Story:
    rest = told[wish.end() :]
    goal, *more = _SENTENCE.split(rest)
    why = _BENEFIT.search(goal)
    if why is None and (plain := _SO_THAT.search(rest)) is not None:
        goal, why = rest, plain
    purpose = _PURPOSE.search(goal) if why is None else None
    if why is not None:
        goal, benefit = goal[: why.start()], goal[why.end() :]
    elif purpose is not None:
        goal, benefit = goal[: purpose.start() + 1], goal[purpose.start() + 1 :]
    else:
        # Another sentence gives the benefit only where it begins by saying so: "This will let me ...".
        benefit = next((said for said in more[:3] if _BENEFIT.match(said)), "")
    return Story(_said(told[begin : wish.start()]), _said(goal), _said(benefit))


def _said(text: str) -> str:
    """Return the words of a part; what stands in brackets for them is no word of it."""
    return re.sub(r"<[^<>]*>|\[[^\[\]]*\]|\.{3,}|…|‹[^‹›]*›", "", text).strip(" \n,.;:*-")
