"""Tell from its heading what a part of a description is about; all patterns read folded text."""

from __future__ import annotations

import re

DEFECT = re.compile(
    r"\b(?:steps? to reproduce|reproduc\w+|repro|actual\w*|current\w*|observed|what happens|problems?|issues?|bugs?|defects?|errors?|"
    r"failures?|symptoms?|schritte|fehler\w*|aktuelle\w*|ist-?(?:zustand|stand|verhalten)|etapes|comportement actuel|"
    r"comportement observe|pasos|passos|problem\w*|шаги|ошибка|фактическ\w*)\b"
    r"|重现|实际|再現|実際"
)
"""Headings of sections that say what is wrong."""

WANTED = re.compile(
    r"\b(?:expect\w*|correct|desired|wanted|should|accept\w*|solution\w*|fix\w*|propos\w*|target|to-?be|soll\w*|erwartet\w*|losung\w*|"
    r"attendu\w*|souhaite\w*|esperad\w*|atteso|verwacht\w*|oczekiwan\w*|ожидаем\w*|behaviou?r after)\b|期望|预期|期待"
)
"""Headings of sections that say what is wanted instead."""

REPORT = re.compile(
    r"\b(?:steps? to reproduce|reproduction steps|how to reproduce|describe the bug|bug (?:description|report)|to reproduce|actual(?: (?:result|behaviou?r|outcome)s?|$)|current (?:bug )?behaviou?r|"
    r"what is the current|what (?:actually )?happened|beschreibung des fehlers|fehlerbeschreibung|description du bug|schritte zum reproduzieren|tatsachliches|"
    r"etapes (?:pour|de) reprodu\w+|pasos para reproducir|passos para reproduzir|шаги воспроизведения)\b|重现步骤|再現手順"
)
"""Headings only a report of a defect has."""

HOPED = re.compile(r"\b(?:expected|desired|wanted) (?:result|behaviou?r|outcome|correct)s?\b")
"""Headings that tell what is hoped for, so that what stands elsewhere may be what happens today."""

WORK = re.compile(
    r"\b(?:tasks?|sub-?tasks?|to[- ]?do|steps?|stages?|what needs to be done|implementation|plan|deliverables?|scope|notes?|questions?|ideas?|"
    r"options?|alternatives?|out of scope|background|context|definition of (?:ready|done)|dor|dod|technical|testing|qa|"
    r"aufgaben|notizen|fragen|invest|(?:good|gute) (?:user )?(?:story|stories)|taches|notes techniques|tareas|tarefas|compiti|taken|zadania|задачи|risks?|dependencies|links?|references)\b"
)
"""Headings of lists of work, thoughts or references, which are no criteria however they are worded."""

REQUIRED = re.compile(
    r"^\W*(?:(?:required|requested|new|functional|non-functional|business|user|product|feature|key|main|system|fachliche|funktionale|fonctionnelles?)\s+)*"
    r"(?:requirements?|must[- ]haves?|rules?|behaviou?rs?|expectations?|(?:expected|desired|wanted) (?:outcome|behaviou?r|result)s?|definition of success|verification|how to (?:verify|test|demo)(?: (?:it|this|that|the \w+)(?: works)?)?|"
    r"test cases?|testing criteria|how (?:do|will|would|can) (?:we|i|you) (?:know|tell)\b.{0,40}|(?:what )?(?:does )?(?:success|done|good|finished) looks? like|wie erkennen wir\b.{0,40}|anforderung\w*|regeln|exigences?|regles(?: de gestion| metier)?|requisitos|requerimientos|reglas|"
    r"regras|requisiti|regole|eisen|vereisten|wymagania|требования|"
    r"erwartete[sr]? (?:ergebnis(?:se)?|verhalten)|(?:resultats?|comportements?) (?:attendu|souhaite)s?|(?:resultados?|comportamientos?|comportamentos?) esperados?|"
    r"(?:risultat[oi]|comportament[oi]) attes[oi]|verwachte? (?:resultaat|resultaten|gedrag)|oczekiwan[ey] (?:rezultaty?|wyniki?|zachowanie)|"
    r"ожидаем\w+ (?:результаты?|поведение)|需求|要件|要求|(?:预期|期望)(?:结果|行为)|期待(?:する|される)?(?:結果|動作))\W*$"
)
"""Headings under which a list of plain statements is a list of required behaviour."""
