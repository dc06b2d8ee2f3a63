"""Tell which lines announce acceptance criteria, and what they say on the same line."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import NamedTuple

from posync.model.markup.block import Block, Kind, Line
from posync.rules.readiness.names import ABBREVIATIONS, BARE, DONE, OTHER, READY, WHEN
from posync.rules.readiness.terms import fold, mentions, names, unmistakable

_BEFORE = (
    r"(?:(?:the|our|my|this|these|updated?|new|draft|proposed|user|story|stories|high[- ]level|functional|non-functional|technical|"
    r"detailed|initial|final|main|key|general|we|business|qa|ux|ui|minimum|mvp|agreed|additional|revised|suggested|possible|sprint|"
    r"die|der|les|le|los|as|os|i|gli|de|het)\s+|us\s*[-\d.:]+\s*|[a-z]{1,4}-?\d+(?:\.\d+)*\s*[-–—:.)]+\s+|\d+(?:\.\d+)*[.)]?\s+|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]\s*)*"
)
_ICON = r"(?:(?:\((?:[^\w\s]|[xyni]|on|off|flag)\)|:[a-z0-9_+-]{2,30}:)\s*)?"  # as wikis and chats write small pictures
_TAIL = re.compile(
    r"\s*[】』」»\]]?\s*(?:[(（](?P<aside>[^()（）]{0,160})[)）]|\[(?:[^\[\]]{0,60})\]|[/|,&+]\s*[\w' -]{1,60}?(?=\s*(?:[:：]|$))|"
    r"(?:and|und|et|y|e|en|oraz|и)\s+[\w' /-]{1,50}?(?=\s*(?:[:：]|$))|checklist|list|liste|lista|"
    r"(?:for|to|of)\s[\w' -]{0,50}?\b(?:done|completed?|completion|finished|accepted|success)\b|"
    r"(?:fur|pour|para|per|voor|de|da|di|van|для)\s[\w' -]{0,30}?(?:abnahme|akzeptanz|annahme|erfolg|fertigstellung|acceptation|validation|recette|"
    r"aceptacion|aceitacao|accettazione|acceptatie|oplevering|приемки)\b)?\s*",
)
_SEPARATOR = re.compile(r"\s*(?:[:：]|->|=>|→)\s*|\s+[-–—]{1,2}\s+|\s*[-–—]\s*$|\s*[.…]\s*$")
_ONWARD = re.compile(
    r"(?:for (?:this|the) \w+\s+)?(?:is|are|will be|would be)\s+(?:that|the|to|when|if)\s+(?!(?:conditions?|tests?|requirements?|rules?|criteria|statements?|standards?|things?|set)\b)"
)
_REPORTS = re.compile(
    r"\W*(?:\w+\W+){0,2}(?:coverage|results?|status|reports?|mapping|matrix|traceab\w+|evidence|compliance|fulfil\w+|verified|satisfied|summary|belege|ergebnis\w*|abdeckung|erfullung|"
    r"resultad\w+|cumplid\w+|resultats?|couverture|risultat\w+|resultat\w*|wynik\w*|результат\w*|结果|検査結果)\b"
)
_ABOUT = re.compile(r"(?:for|of|to|pour|de|du|des|fur|para|per|voor|dla|для)\b")
_NUMBERED = re.compile(
    r"\W{0,6}(?:ac|ak|ca|acceptance criteri\w+|criteri\w+|critere|kriterium|criterio)\s*[-_#n°.]{0,3}\s*\d{1,3}(?:[.-]\d{1,3})*\s*(?:[:.)–—-]+|$)\s*"
)
_OF_DONE = re.compile(
    r"\s*(?:of|for|to|der|fur|de la|de|du|da|van|dla)\s+(?:the\s+)?(?:dod|definition of done)\b"
)
_WORDED = re.compile(r"\W{0,8}(?:\d+(?:\.\d+)*[.)]?\s+)?(?:[^\W_][\w'‑-]{1,24}[\s/]+){1,3}?")
_NOT_OF_THEM = re.compile(  # words before the name that make the line speak of criteria rather than list them
    r"\b(?:add\w*|writ\w*|updat\w*|creat\w*|defin\w*|review\w*|verif\w*|check\w*|discuss\w*|clarif\w*|improv\w*|manag\w*|missing|without|no|not|how|why|what|about|"
    r"meet\w*|satisf\w*|fulfil\w*|all|etat|status|result\w*|example\w*|stor(?:y|ies)|histori\w+|or|of|on|in|from|per|see|oder|zu|ou|o|de|del|des|di|da|van|en|schreib\w*|erstell\w*|prufung|ecri\w*|realizar|crear|definir|escribir)\b"
)
_WHEN_DONE = re.compile(  # "Phase 2 is done when:", but not "A story is done when:", which speaks of all
    r"(?!\W*(?:an?|any|every|each|all|un|une|una|uno|um|uma|ein|eine|jede\w*|alle|een|elke|каждая|любая|история|задача)\s).{0,60}?\b(?:"
    r"(?:is|are|be) (?:considered |regarded as |deemed )?(?:done|completed?|finished|accepted|closed) (?:when|if|once|only if|as soon as)|"
    r"(?:ist|sind|gilt als|gelten als) (?:fertig|erledigt|abgeschlossen|abgenommen),? (?:wenn|sobald)|(?:fertig|erledigt|abgeschlossen|abgenommen) (?:ist|sind) .{1,60}?,? (?:wenn|sobald)|"
    r"(?:we|it|this|that)'(?:re|s) (?:all )?(?:done|finished) (?:when|once|if)|est (?:considere\w* comme )?(?:termine|accepte|fini)\w* (?:quand|lorsque|si)|(?:esta|se considera) (?:terminad|complet|aceptad|hech)\w+ (?:cuando|si)|"
    r"(?:e|esta|si considera|e considerada?) (?:completat|conclus|concluid|accettat|aceit|finit|pront)\w+ (?:quando|se)|is (?:klaar|gereed|af|voltooid) (?:als|wanneer)|"
    r"считается (?:выполненн|завершенн|принят|готов)\w+,? (?:если|когда)|jest (?:gotow|ukonczon|zakonczon)\w+,? (?:gdy|kiedy|jesli))[^:：]{0,40}[:：]\W*"
)
_SHORT_INSIDE = re.compile(r"(?:[.!?;)\]]\s+|\s[-–]\s)(?:ACs?|AKs?)\s*[:：]\s*(?=\S|$)")
_ACTUAL = re.compile(r"\W{0,4}actual(?: (?:results?|behaviou?rs?|outcomes?))?\s*[:：]\W*")
_MAY_NAME = re.compile("criteri|done when")
_BOXED = re.compile(r"\s*\[([^\[\]]{2,60})\]\s*[:：]?\s*")
_NEEDED = (
    "accept riter akzept abnahme done fertig condi definition dod dor satisf kryter kabul tieu hyvaks "
    "klaar aanvaard cuando quand gdy"
)
_HINTS = tuple(_NEEDED.split())
_SHORT = re.compile(r"a(?<!\wa)(?:\.?/?c|k)|c(?<!\wc)a")  # words that begin like "ac", "ak" or "ca"


class Says(Enum):
    """What a label announces."""

    CRITERIA = "criteria"
    DONE = "done"
    READY = "ready"
    OTHER = "other"


class Label(NamedTuple):
    """A line that announces something; what follows on the same line begins at `at` of its text."""

    says: Says
    at: int
    short: bool = False
    colon: bool = False


@cache
def _begins() -> re.Pattern[str]:
    known = dict.fromkeys(names(), "criteria") | dict.fromkeys(DONE, "done") | dict.fromkeys(READY, "ready")
    groups = {
        kind: "|".join(
            re.escape(name).replace("\\ ", r"\s{1,3}")
            for name in sorted(known, key=len, reverse=True)
            if known[name] == kind
        )
        for kind in ("criteria", "done", "ready")
    }
    short = "|".join(re.escape(name) for name in sorted(ABBREVIATIONS, key=len, reverse=True))
    return re.compile(
        rf"[^\w(\[<‹]{{0,8}}{_ICON}(?:[a-z][.)]\s+)?{_BEFORE}(?:(?P<done>{groups['done']})|(?P<ready>{groups['ready']})|"
        rf"(?P<criteria>{groups['criteria']})|(?P<short>{short}))(?!\w)",
    )


@cache
def _later() -> re.Pattern[str]:
    name = "|".join(re.escape(name) for name in unmistakable())
    return re.compile(
        rf"{_WORDED.pattern}(?:(?P<done>(?!))|(?P<ready>(?!))|(?P<criteria>{name})|(?P<short>(?!)))(?!\w)(?=\W*(?:[(（][^()（）]{{0,60}}[)）]\W*)?$)"
    )


@cache
def _inside() -> re.Pattern[str]:
    name = "|".join(re.escape(name) for name in (*unmistakable(), "done when"))
    return re.compile(
        rf"(?:[.!?;)\]]\s+|\s[-–]\s)(?:{name})\s*(?:\([^()]{{0,60}}\)\s*)?(?:[:：]\s*|\s[-*•#]\s+)"
    )


_OTHER = re.compile(
    rf"\W{{0,8}}(?:(?:dev|developer|tech|design|release|other|test)\s)?(?:{'|'.join(re.escape(name) for name in sorted(OTHER, key=len, reverse=True))})\W*$"
)


def label_of(block: Block, line: Line) -> Label | None:
    """Return what the line announces, or None; `block` says whether it stands as a heading."""
    text = fold(line.text[:400])
    if len(text) != min(len(line.text), 400):
        text = _same_length(line.text[:400])
    if _hinted(text):
        found = _named(block, line, text)
        if found is not None:
            return _label(block, line, text, found)
    if not _heads(block, line):
        return _led(line, text)
    if _WHEN_DONE.fullmatch(text.rstrip(" :：…") + ":"):
        return Label(Says.CRITERIA, len(line.text), colon=True)
    return Label(Says.OTHER, len(line.text)) if len(text) < 60 and _OTHER.match(text) else None


def _led(line: Line, text: str) -> Label | None:
    """Return the label of another part that is only the beginning of a line: `*Dev notes:* use the cache`."""
    if "actual" in text[:12] and (actual := _ACTUAL.match(text)) is not None:
        return Label(Says.OTHER, actual.end())
    if not 0 < line.lead < min(60, len(text)):
        return None
    named = text[line.lead - 1] in ":：" or text[line.lead : line.lead + 2].lstrip().startswith((":", "："))
    return Label(Says.OTHER, line.lead) if named and _OTHER.match(text[: line.lead]) else None


def _named(block: Block, line: Line, text: str) -> re.Match[str] | None:
    """Return the name the line begins with, unless it is the title of a report about criteria."""
    found = _begins().match(text) or _boxed(text) or (_worded(text) if _heads(block, line) else None)
    if found is None or (block.kind is Kind.HEADING and _REPORTS.match(text, found.end())):
        return None
    return found


def _hinted(text: str) -> bool:
    """Whether a line may be a label at all; plain searches, since most lines are none."""
    return not text.isascii() or any(hint in text for hint in _HINTS) or _SHORT.search(text) is not None


def _heads(block: Block, line: Line) -> bool:
    """Whether a line looks like a title: a heading, a bold line, or one that ends in a colon."""
    return block.kind is Kind.HEADING or line.strong or line.text.rstrip().endswith((":", "："))


def _worded(text: str) -> re.Match[str] | None:
    """Return an unmistakable name after a word or two, as in `Measurable acceptance criteria`."""
    before = _WORDED.match(text)
    if before is None or len(text) > 100:
        return None
    found = _later().match(text)
    return None if found is None or _NOT_OF_THEM.search(text, 0, found.start("criteria")) else found


def _boxed(text: str) -> re.Match[str] | None:
    """Return the name that a whole line puts into brackets: `[AC]`."""
    box = _BOXED.fullmatch(text)
    return None if box is None else _begins().match(text, box.start(1))


def _same_length(text: str) -> str:
    """Fold character by character, for the few texts whose length folding changes."""
    return "".join((fold(c) or " ")[0] for c in text)


def _label(block: Block, line: Line, text: str, found: re.Match[str]) -> Label | None:
    tail = _TAIL.match(text, found.end())
    says = _said(text, found, tail)
    short = found["short"] is not None or found["criteria"] in BARE
    if found["criteria"] in WHEN:
        after = _SEPARATOR.match(text, found.end())
        return Label(says, after.end() if after else found.end(), colon=text.rstrip().endswith((":", "：")))
    end = tail.end() if tail is not None else found.end()
    whole = len(text)
    if end >= whole:
        return Label(says, len(line.text), short)
    separator = _SEPARATOR.match(text, end) or _SEPARATOR.match(text, found.end())
    if separator is not None and not (
        short and separator[0].strip() in {"-", "–", "—", ".", "…"} and separator.end() < whole
    ):
        return Label(says, separator.end(), short, colon=separator[0].strip() in {":", "："})
    if line.lead > 0 and found.end() <= line.lead + 1 and not (short and _goes_on(text, found, line)):
        return Label(says, max(line.lead, found.end()), short)
    if block.kind is Kind.HEADING and (not short or found["criteria"] == "acceptance"):
        return Label(says, _heading_end(text, end), short)
    onward = None if short and found["criteria"] != "acceptance" else _ONWARD.match(text, end)
    return Label(says, onward.end(), short) if onward is not None else None


def _said(text: str, found: re.Match[str], tail: re.Match[str] | None) -> Says:
    """Return what a name announces; `Definition of done (acceptance criteria)` is criteria, and the other way round."""
    if found["done"]:
        return Says.CRITERIA if tail is not None and mentions(tail[0]) else Says.DONE
    if found["ready"]:
        return Says.READY
    return Says.DONE if _OF_DONE.match(text, found.end()) else Says.CRITERIA


def _goes_on(text: str, found: re.Match[str], line: Line) -> bool:
    """Whether the emphasis ends within the short name or takes in a word more: "AC input" is no "AC"."""
    return line.lead < found.end() or any(sign.isalpha() for sign in text[found.end() : line.lead])


def _heading_end(text: str, end: int) -> int:
    """Return where a heading that goes on after the name begins to say something: not in `for the login page`."""
    rest = text[end:].strip()
    return len(text) if _ABOUT.match(rest) or len(rest.split()) < 5 else end


def inside(line: Line) -> int | None:
    """Return where criteria begin that a sentence within the line announces: `... . Acceptance criteria: `."""
    if " AC" in line.text and (short := _SHORT_INSIDE.search(line.text)) is not None:
        return short.end()
    lower = line.text.lower()
    if "criteri" not in lower and "done when" not in lower and lower.isascii():
        return None
    text = fold(line.text)
    if len(text) != len(line.text) or (text.isascii() and not _MAY_NAME.search(text)):
        return None
    found = _inside().search(text)
    return None if found is None else found.end()


def numbered(line: Line) -> int | None:
    """Return where the criterion begins in a line such as `AC1: ...`, or None."""
    found = _NUMBERED.match(fold(line.text[:60]))
    return None if found is None else found.end()
