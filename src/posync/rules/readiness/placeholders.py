"""Tell a line that a template left for somebody to fill in, in the languages templates are written in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from posync.rules.readiness.terms import words

_LEFT = (
    r"(?:<(?=\S)[^<>]{1,300}(?:>|$)|<[^<>]{1,120}>|‹[^‹›]{1,120}›|\[(?!\s*[xX ]?\s*\])[^\[\]]{2,160}\]|\{\{?[^{}]{1,120}\}?\}"
    r"|\$\{?\w{1,40}\}?|_{2,}|\.{3,}|…|\bxxx+\b|\bxy+z?\b)"
)
_NAME = r"(?:^|(?<=[|\n]))\W{0,8}(?:[^\W\d_][\w/-]{0,30}\s?){1,3}[:：]\s{0,3}"
_SLOT = re.compile(rf"{_NAME}{_LEFT}(?=\W{{0,8}}(?:$|[|\n]))|{_LEFT}")
_MAY_HOLD = re.compile(r"[<‹\[({$…]|__|\.\.\.|xx|xy")  # a slot or an example: most lines hold neither
_BRACKETED = re.compile(r"\([^()]{0,200}\)")
_BLANK = re.compile("[〇○△□×●]{2,}")  # what Japanese writes where a word is left out
_EXAMPLE = re.compile(
    r"\(\s*(?:e\.?\s?g|eg|i\.e|ex|z\.\s?b|p\.?\s?ex|p\.?\s?ej|por ej\w*|bijv|np|напр\w*|例)\b[^()]{0,200}\)"
)
_NTH = re.compile(
    r"\W*(?:\([^()]{1,30}\)\W*)?(?:your |my |the |some |first |second |third |another |erstes |zweites )?(?:acceptance |akzeptanz)?(?:criteri\w*|critere\w*|kriteri\w*|kryteri\w*|критери\w*|"
    r"condition|bedingung|condicion|condicao|condizione|voorwaarde|warunek|условие|ac|item|scenario|szenario|escenario|cenario|scenariusz|сценари\w*|use case|anwendungsfall|requirement|anforderung|exigence|requisito|point|punkt|"
    r"test case|example|beispiel|exemple|ejemplo|esempio|exemplo|foo|bar|baz|blah|lorem ipsum|text|bullet|标准|条件|基準|条件|场景|シナリオ)(?:/\w+)?(?: (?:one|two|three|here|name|text))?"
    r"(?:\s*[#n°.-]{0,2}\s*[\da-z]{0,2})?\W*$"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STEPS = _set(
    "given when then and but if i the a an some something someone user system app application context precondition preconditions condition conditions state initial action actions event "
    "events trigger outcome outcomes result results expected observable consequence consequences set of happens happen is are in to be do does occurs carried out performed verify that should will "
    "angenommen gegeben sei wenn dann und vorausgesetzt ausloser aktion ergebnis der die das ein eine kontext ereignis sollte soll "
    "假如 假设 假定 当 那么 而且 并且 同时 但是 もし なら ば かつ しかし 만일 만약 그러 면 그리 고 조건 먼저 дано когда тогда если и то majac kiedy gdy wtedy zakladajac ze oraz "
    "gegeven stel als wanneer dan en givet nar sa och "
    "etant donne quand lorsque alors et le la un une contexte action resultat attendu que je dado dados dada dato cuando entonces y quando entao e data allora accion resultado contesto azione risultato"
)
"""What is left of a Given/When/Then nobody filled in."""

# Words about criteria rather than about the thing: a line that holds one of them and nothing but them, steps and
# little words comes from a template. Words that name parts of a product (title, error, input) are not among them.
_ABOUT = _set(
    "criterion criteria criterium condition conditions requirement requirements specific measurable testable verifiable observable scenario scenarios outcome outcomes behavior behaviour "
    "precondition preconditions context example expected acceptance "
    "kriterium kriterien akzeptanzkriterium akzeptanzkriterien bedingung bedingungen anforderung anforderungen szenario szenarien vorbedingung vorbedingungen ausgangssituation beispiel erwartet erwartete erwartetes erwartetem testbar testbare testbares messbar messbare messbares uberprufbar uberprufbares verhalten "
    "critere criteres scenario exigence exigences contexte exemple attendu attendue attendus attendues mesurable mesurables verifiable verifiables testables comportement "
    "criterio criterios condicion condiciones requisito requisitos escenario escenarios contexto ejemplo esperado esperada esperados esperadas medible medibles verificable verificables comprobable comprobables comportamiento precondicion aceptacion "
    "condicao condicoes cenario cenarios exemplo mensuravel mensuraveis verificavel verificaveis testavel testaveis comportamento precondicao aceite aceitacao "
    "criteri condizione condizioni requisiti contesto esempio atteso attesa attesi attese misurabile misurabili verificabile verificabili testabile testabili precondizione accettazione "
    "acceptatiecriterium acceptatiecriteria voorwaarde voorwaarden voorbeeld voorbeeldgedrag verwacht verwachte meetbaar meetbare testbaar testbare toetsbaar toetsbare gedrag randgeval "
    "kryterium kryteria warunek warunki wymaganie wymagania scenariusz przyklad oczekiwany oczekiwane mierzalne testowalne kontekst "
    "критерии критерия условие условия требование требования сценарии пример ожидаемыи ожидаемое ожидаемые измеримыи измеримое измеримые проверяемыи проверяемое проверяемые контекст предусловие"
)
_LITTLE = _set(
    "clear concise concrete unambiguous detailed binary case cases edge happy path alternative negative positive first second third one two three another other others more else yet too by for it we can must "
    "this with which or your met achieved needed necessary applicable special here functional my actor check output outputs expect expects also not "
    "ergebnisse erste erstes zweite zweites dritte drittes weitere weiteres oder mit muss erfullt sein werden falls notig konkret konkrete konkretes spezifisch spezifische spezifisches ist sind nutzer etwas passiert "
    "resultats premier premiere deuxieme troisieme autre autres les de du des est sont ou si precis precise specifique utilisateur systeme produit se necessaire "
    "primer primero segundo tercero otro otra el los las del es son o si ocurre evento eventos resultados garantiza uno mas especifico especifica clara claro sistema usuario debe inicial necesario "
    "primeiro terceiro outro outra um uma os as do da ou acao especifico usuario deve "
    "risultati primo secondo terzo altro altra il lo gli di iniziale specifico utente "
    "resultaten eerste tweede derde ander andere het van of resultaat actie uitkomst specifiek speciale systeem gebruiker moet indien nodig "
    "pierwszy pierwsze drugi drugie trzeci trzecie inny lub jesli rezultat wynik akcja konkretny uzytkownik powinien "
    "первыи второи третии другои или результат деиствие конкретныи система пользователь должен"
)
_FILLER = _set(  # what stands in for a text
    "lorem ipsum dolor sit amet consectetur adipiscing adipisicing elit sed eiusmod tempor incididunt labore dolore magna aliqua aliquip veniam quis nostrud exercitation ullamco laboris nisi "
    "aute irure reprehenderit voluptate velit cillum fugiat nulla pariatur excepteur sint occaecat cupidatat proident culpa officia deserunt mollit anim"
)
_META = _STEPS | _ABOUT | _LITTLE
_ABOUT_WIDE = re.compile(
    r"(?=.*(?:标准|条件|准则|场景|示例|预期|期望|前提|基準|要件|シナリオ|期待|前提))"
    r"(?:验收|標準|标准|条件|准则|场景|描述|具体|详细|示例|例子|预期|期望|结果|前提|行为|动作|操作|情况|第|[一二三四五]|的|或|和|与|"
    r"受け?入れ?|基準|要件|シナリオ|説明|例|期待|結果|操作|動作|振る舞い|項目|内容|正常系|異常系|名|ここ|に|を|が|は|の|な|で|記載|記述|書く|する|して|ください|\d|[^\w])+"
)


_RUNNING = re.compile(r"(.+?)[\s#]+(\d{1,2}|[a-f])\W*$")


def unfilled(text: str, found: Sequence[str]) -> bool:
    """Whether a folded line, of the words `found`, is one a template left to be filled in."""
    if text.count("(") > 1 and all(word in _STEPS for word in words(_BRACKETED.sub(" ", text))):
        return True
    if _NTH.match(text) or _BLANK.search(text) or _made_of_meta(text, found) or _filler(found):
        return True
    if _MAY_HOLD.search(text) is None:
        return False
    rest, slots = _SLOT.subn(" ", _EXAMPLE.sub(" ", text))
    if _NTH.match(rest):
        return True
    if not slots:
        return False
    left = [word for word in words(rest) if word not in _STEPS]
    return len(left) < 2 or (len(left) < 4 and text.rstrip().endswith(("...", "…")))


def _filler(found: Sequence[str]) -> bool:
    """Whether at least half of the words, and three, are those of "Lorem ipsum"."""
    latin = sum(word in _FILLER for word in found)
    return latin > 2 and latin * 2 >= len(found)


def without_slots(text: str) -> str:
    """Return a folded line without what is still to be filled in."""
    return _SLOT.sub(" ", text) if _MAY_HOLD.search(text) else text


def _made_of_meta(text: str, found: Sequence[str]) -> bool:
    """Whether nothing but steps and words about criteria is said."""
    about = False
    for word in found:
        if word not in _META and not word.isdigit():
            return not text.isascii() and _ABOUT_WIDE.fullmatch(text) is not None
        about = about or word in _ABOUT
    return about or all(word in _STEPS for word in found)


def series(lines: Sequence[str]) -> frozenset[int]:
    """Return which of the folded lines are the same few words, numbered from 1 or a: `outcome 1`, `outcome 2`."""
    stems: dict[str, list[tuple[str, int]]] = {}
    for number, line in enumerate(lines):
        running = _RUNNING.match(line) if len(line) < 80 else None
        if running is not None and len(running[1].split()) <= 4:
            stems.setdefault(running[1].strip(), []).append((running[2], number))
    return frozenset(
        number
        for told in stems.values()
        if len(told) > 1 and [mark for mark, _ in told] in (list("abcdef"[: len(told)]), _upto(len(told)))
        for _, number in told
    )


def _upto(last: int) -> list[str]:
    return [str(number) for number in range(1, last + 1)]
