"""Recognise a statement of required behaviour: what the finished thing should, must or can do."""

from __future__ import annotations

import re

from posync.rules.readiness.terms import fold

_MUST = re.compile(
    r"\b(?:should|shouldn't|must|mustn't|shall|soll|sollen|sollte|sollten|muss|mussen|darf|durfen|doit|doivent|devra|devront|debe|deben|debera|deberan|"
    r"deve|devem|devera|devono|dovra|moet|moeten|musi|musza|powinien|powinna|powinno|powinny|должен|должна|должно|должны|måste|ska)\b"
    r"|应该|应当|必须|必須|べき|なければならない|ものとする|해야 한다|하여야"
)
_CAN = re.compile(
    r"\b(?:can|cannot|can't|is able to|are able to|will|won't|allows?|is|are|has|have|gets?|shows?|displays?|appears?|returns?|receives?|remains?|"
    r"contains?|includes?|opens?|sees?|continues?|stays?|keeps?|works|runs|loads|supports|needs?|starts|stops|becomes?|takes|produces|creates|accepts|rejects|applies|lists|provides|triggers|expires?|disappears?|closes|warns|asks|prevents|looks|fits|lets|goes|ends|updates|adds|removes|skips|survives|renders|responds|reads|writes|retries|bleibt|bleiben|zeigt|zeigen|enthalt|enthalten|hat|haben|reste|restent|contient|requires|uses|matches|equals|saves|sends|moves|kann|konnen|ist|sind|wird|werden|peut|peuvent|est|sont|affiche|puede|pueden|pode|podem|puo|possono|kan|kunnen|"
    r"moze|mozna|может|могут)\b|可以|能够|できる|できること|표시"
)
_ABLE = re.compile(
    r"\W*(?:[^\W\d_][\w'-]*\s+){1,3}?(?:can|cannot|can't|is able to|are able to|kann|konnen|peut|peuvent|puede|pueden|pode|podem|puo|possono|kan|kunnen|moze|może|может|могут)\s+\w"
    r"|\W*(?:[^\W\d_][\w'-]*\s+){1,4}?(?:is|are) (?:required|mandatory|optional)\b"
)
_WE = re.compile(
    r"\b(?:we|i|you|somebody|someone|wir|ich|man|on|nous|je|nosotros|yo)\s+(?:also |probably |really |maybe |then |still |all |just )?(?:should|must|shall|need|will|can|could|have|"
    r"are|sollten|mussen|mussten|konnen|devons|devrions|doit|dois|debemos)\b|\bshould (?:we|i|you|it|this|they|there)\b|\bit should be (?:possible|easy|nice)\b"
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]{1,200}[\"”“»]|\([^()]{1,200}\)")
_BESIDE = re.compile(
    r"\b(?:which|that|who|previously|currently) (?:should|must|shall)\b|^\W*whether\b|=>|==|\baccording to\b|\bbut (?:is|are|was|were|now|currently|it is|it's|isn't|aren't|doesn't|it does)\b"
)
_FAILURE = re.compile(
    r"\b(?:exceptions?|stack ?traces?|throws|throwing|thrown|fails?|failing|failed|broken|crash\w*|incorrect\w*|wrong|bugs?|regression|"
    r"fehlermeldung|absturz\w*|kaputt|erreur|plante|falla|errore)\b"
)
_DOUBT = re.compile(
    r"\?\s*$|\b(?:maybe|perhaps|probably|possibly|not sure|i think|i guess|consider|idea|could|might|would be)\b"
)
_WHEN = re.compile(
    r"(?:^\W*(?:when|if|once|after|wenn|falls|sobald|quand|lorsque|si|cuando|quando|se)\s.{4,}?,\s*\S)|\bwhen\s+\w+\s+\w+\s+\w+.*$"
)
_PART = re.compile(
    r"\w_\w|\b\w{2,}\.\w{1,4}\b|(?:^|\s)/\w|\w\(\)|\b[a-z]+[A-Z]\w|\b(?:GET|POST|PUT|DELETE|PATCH)\s+/|@\w+/\w"
)
_MEASURED = re.compile(
    r"\d\s?(?:%|(?:ms|s|sec|seconds?|min|minutes?|hours?|h|days?|[kmg]b|px|sekunden?|minuten|secondes?|segundos?|secondi)\b)"
)
_PAPERS = re.compile(r"\b(?:docs?|readme|changelog|documentation|tests?)\b")
_INTRODUCES = re.compile(
    r"\b(?:should|must|shall|has to|have to|needs? to|soll|sollen|sollte|sollten|muss|mussen|doit|doivent|debe|deben|deve|devem|devono|moet|moeten|"
    r"powinien|powinna|powinno|должен|должна|должно|должны)(?:\s+(?:also|be able to|ook|auch|aussi|tambien))?\s*[:：]\s*$"
    r"|\b(?:following|these|the) requirements?\s*[:：]\s*$"
    r"|\b(?:so that|such that|damit|sodass|pour que|de sorte que|para que|affinche|zodat|чтобы)\s*[:：]\s*$"
)


_NO_SUBJECT = re.compile(r"(?:^|[.;!]|\s{2})\W*(?:needs?|have|has) to\s*[:：]?\s*$")


def introduces(raw: str) -> bool:
    """Whether a sentence makes each item of the list below it required: `The tool should:`."""
    text = fold(raw[-200:])
    found = _INTRODUCES.search(text)
    if found is None or _NO_SUBJECT.search(text) is not None:
        return False
    return _WE.search(text, max(0, found.start() - 12)) is None


def doubtful(raw: str) -> bool:
    """Whether the line asks or muses rather than states."""
    return _DOUBT.search(fold(raw[:600])) is not None


def required(raw: str) -> bool:
    """Whether the line says what the thing should or must do (not what somebody should do)."""
    text = fold(raw[:600])
    if _MUST.search(text) is None:
        return False
    text = _QUOTED.sub(" ", text)
    if _BESIDE.search(text):
        return False
    return _MUST.search(text) is not None and _WE.search(text) is None and _DOUBT.search(text) is None


def failure(raw: str) -> bool:
    """Whether a text speaks of something that fails, so that "should" may well tell what does not work."""
    return _FAILURE.search(fold(raw[:4000])) is not None


def stated(raw: str) -> bool:
    """Whether the line states behaviour at all, required or plain: `Admins can export the list`."""
    text = fold(raw[:600])
    if _DOUBT.search(text) or _WE.search(text):
        return False
    if _MEASURED.search(text):
        return True
    # A verb that begins the line asks somebody to do it: "Open the basket".
    return _MUST.search(text) is not None or _CAN.search(text, 1 + len(text) - len(text.lstrip())) is not None


def able(raw: str) -> bool:
    """Whether the line says what somebody can do: `Admins can export the list`, but not `We can export it`."""
    text = fold(raw[:600])
    return _ABLE.match(text) is not None and _WE.search(text) is None and _DOUBT.search(text) is None


def specific(raw: str) -> bool:
    """Whether the line states something of a named part of the system: a path, a call, an identifier."""
    return _PART.search(raw[:600]) is not None and _PAPERS.search(fold(raw[:600])) is None and stated(raw)


def conditional(raw: str) -> bool:
    """Whether the line says what happens under a condition: `when the account exists, it shows the login page`."""
    text = fold(raw[:600])
    return _WHEN.search(text) is not None and _DOUBT.search(text) is None and len(text.split()) > 5
