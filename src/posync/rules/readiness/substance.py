"""Tell a criterion from what merely stands in its place: blanks, placeholders, guidance, process."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from posync.rules.readiness.generic import generic
from posync.rules.readiness.placeholders import unfilled
from posync.rules.readiness.terms import fold, mentions, words


class Lack(Enum):
    """Why a line is no checkable criterion, in the words of a reason."""

    EMPTY = "is empty"
    OPEN = "says only that it is still to be written"
    PLACEHOLDER = "is an unfilled template"
    GUIDANCE = "only explains how to write criteria"
    GENERIC = "names only generic work that fits any item"
    POINTER = "only points elsewhere"
    SHORT = "holds single words nobody can check"


_OPEN = re.compile(
    r"\W*(?:tb[dca]\b|t\.b\.d|to-?do(?:\s*[:(–-]|\W*$)|todo (?!\w+s\b)(?:define|write|add|fill|decide)|wip\b|to (?:follow|come)\b|to be (?:defined|determined|done|added|confirmed|"
    r"discussed|completed|filled|written|specified|decided|provided|agreed|updated|refined|clarified)\b|"
    r"will be (?:defined|determined|added|confirmed|written|specified|decided|provided|filled|refined|clarified)(?: (?:later|soon|after|once|during|when|with|in|by|before)\b.*|\W*)$|"
    r"noch (?:offen|unklar|zu \w+|nicht (?:definiert|bekannt|klar|festgelegt|geklart|beschrieben))\b|wird noch\b|werden noch\b|folg(?:t|en)(?: (?:noch|spater|in kurze|bald|nach|sobald|bis|mit dem)\b.{0,60})?\W*$|(?:check|clarify|discuss|talk|ask) (?:with|to) (?:the )?\w+\W*$|(?:still )?needs? (?:more |some |your |further )?(?:input|feedback|clarification|refinement|discussion|clarifying|refining|details?|info|information)(?:\W*$| (?:from|by|with|on|about|of)\b)|"
    r"(?:kriterien )?(?:wird|werden) (?:\S+ ){0,5}(?:erganzt|definiert|festgelegt|geklart|nachgereicht|ausgearbeitet|besprochen|formuliert|nachgetragen|abgestimmt)\W*$|"
    r"(?:(?:les |los |os |gli |i |de )?(?:criteri\w*|critere\w*|kryteria|acceptatiecriteria) )?(?:seront|sera|seran|sera|serao|saranno|verranno|zostana|worden|se) (?:\S+ ){0,4}(?:defini\w*|precise\w*|complete\w*|ajoute\w*|definid\w*|definir\w*|completar\w*|anad\w*|adicionad\w*|detalhad\w*|aggiunt\w*|definit\w*|uzupelnion\w*|okreslon\w*|aangevuld|ingevuld|uitgewerkt|bepaald)\b(?: \S+){0,5}\W*$|"
    r"a (?:definir|completer|preciser|determiner|rediger|confirmar|completar|definire)\b|reste a\b|por (?:definir|confirmar)\b|pendientes?(?:\W*$| (?:de|por) \w+(?:ir|ar|er|cion)\b)|"
    r"da (?:definire|completare|confermare)\b|nog te\b|volgt(?: nog| later)?\W*$|wordt nog\b|worden nog\b|do (?:ustalenia|uzupelnienia|okreslenia)\b|"
    r"(?:could|can) ?not be determined|(?:not|un)[ -]?(?:yet )?(?:specified|determined|decided|written)\b|nicht (?:angegeben|festgelegt)\b|non (?:specifie|defini|renseigne)|"
    r"no (?:especificad|definid)|nao (?:especificad|definid)|non (?:specificat|definit)|niet (?:gespecificeerd|ingevuld)|nie okreslon|не (?:указан|задан)|"
    r"не определен|уточня|буд[уе]т? (?:определен|добавлен|уточнен|описан)|позже\W*$|待定|待补|待補|待确认|未定|后续补充|稍后|後で|あとで|追って|後日|検討中|추후|미정)"
)
_NONE = re.compile(
    r"\W*(?:n/?a|n\.a\.|none|nothing|nil|no|yes|x+|y+|null|empty|missing|unknown|later|pending|not (?:yet )?(?:applicable|defined|available|needed|required)|"
    r"not applicable|keine?|nichts|offen|leer|aucune?|neant|vide|ninguno|nessuno|geen|brak|нет|无|無|なし|없음|coming soon|same as above|(?:what|as|like) (?:it|the title|title) (?:says|said)|(?:see|as per|as in|siehe|voir) (?:the )?(?:title|summary|subject|above|titel|titre)|as above|self[- ]explanatory|\?+)\W*$"
)
_ASKS = re.compile(
    r"\W*(?:how|what|which|who|when|where|why|woran|welche\w*|wie|was|wer|wann|warum|wozu|comment|quels?|quelles?|qui|quoi|pourquoi|como|que|cuales|cuando|donde|quando|perche|dove|wanneer|waar|waarom|kiedy|gdzie|dlaczego|когда|где|"
    r"quais|qual|come|cosa|quali|hoe|welke|wat|jak|jakie|co|как\w*|что)\b[^?]*\?\W*$"
)
_WRITE = re.compile(
    r"\W*(?:please\s+|bitte\s+|here\s+|hier\s+)?(?:describe|list|define|write|specify|explain|outline|enter|fill|provide|state|detail|replace|insert|"
    r"put|add|give|use|capture|note|beschreib\w*|list\w*|definier\w*|fug\w*|nenn\w*|formulier\w*|trag\w*|decri\w*|list\w*|ajout\w*|indiqu\w*|precis\w*|renseign\w*|"
    r"describ\w*|escrib\w*|anad\w*|descrev\w*|adicion\w*|descriv\w*|elenca\w*|beschrijf|opisz|wymien|опиш\w*|перечисл\w*)\b"
    r"(?:\s+\S+){0,6}?\s+(?:criteri\w*|critere\w*|kriteri\w*|conditions?|bedingung\w*|condicion\w*|condic\w*|condizion\w*|voorwaarden|warunk\w*|kryteri\w*|услови\w*|критери\w*|requirements?|anforderung\w*|exigences?|"
    r"(?:here|below|hier|ici|aqui)\W*$|how (?:we|you|to)|what (?:is|needs|must|should|has|the|success|done|means?|it means)|scenarios?|given/when/then|outcomes?|expectations?|must be (?:met|true))\b"
)
_TO_WRITE = re.compile(  # where the verb comes last
    r"\W*(?:bitte |hier )*(?:\w+ ){0,3}?(?:akzeptanz)?(?:kriteri\w*|bedingung\w*|anforderung\w*|acceptatiecriteri\w*|voorwaarden|criteri\w*) (?:\w+ ){0,3}?"
    r"(?:eintragen|erganzen|einfugen|hinzufugen|beschreiben|formulieren|definieren|angeben|auflisten|ausfullen|festlegen|schreiben|invullen|toevoegen|beschrijven|opsommen)\W*$"
)
_LISTING = re.compile(
    r"\W*(?:an?|the|une?|eine?|die)?\s*(?:\w+\s+){0,3}(?:list|liste|lista|set|checklist|bullet points?|description)\s+(?:of|der|des|de|von|with|outlining)\s+(?:[\w,-]+\s+){0,6}?"
    r"(?:criteri\w*|conditions?|requirements?|kriteri\w*|anforderung\w*|criteres|condiciones|things?|outcomes?|scenarios?|what)\b"
)
_ACCEPTED = re.compile(
    r"\b(?:story|ticket|issue|task|card|pbi|item|feature|work|it|us|epic|tache|aufgabe|product|software\w*)\b.{0,60}\b(?:considered|accepted|"
    r"(?:is|are|be|as) (?:done|complete[d]?|finished|closed|accepted)|fertig|abgeschlossen|akzeptiert|abgenommen|terminee?|acceptee?|considere\w*)\b"
)
_MUST_BE_TRUE = re.compile(
    r"\b(?:(?:what|conditions?|criteria|requirements?|everything|things?|bedingung\w*|kriteri\w*|conditions?)\b.{0,60}"
    r"\b(?:must|should|has to|have to|need to|needs to|muss|mussen|sollt?en|doit|doivent|erfull\w*|met|true|fulfilled|satisfied|tested|verified))\b"
)
_ON_CRITERIA = re.compile(
    r"\W*(?:(?:the|your|all|these|our|good|each|every|specific|clear|measurable|testable|alle|die|ihre|les|vos|los|las|as|os|i|de|wszystkie|все)\s+)?"
    r"(?:criteria|criterion|kriterien|criteres|criterios|criteri|kryteria|критерии)\s+(?:should|must|are|is|can|need|will|have to|help|define|describe|refer|that|which|used|by which|to judge|to determine|"
    r"soll\w*|mussen|sind|beschreiben|doivent|sont|deben|son|devem|sao|devono|sono|moeten|zijn|powinny|musza|sa|должны)\b"
)
_FORMAT = re.compile(
    r"\W*(?:please |bitte )?(?:use|usa|usar|utiliza|utilizar|verwende\w*|nutze\w*|utilise\w*|gebruik|uzyj|используйте)\b.{0,60}"
    r"\b(?:given|gherkin|dado|dato|gegeben|angenommen|etant donne|gegeven|zakladajac|дано)\b"
)
_ONE_OF_THEM = re.compile(
    r"\W*(?:criteri\w*|critere\w*|kriteri\w*|kryteri\w*|критери\w*) (?:is |are |still |ist |sind |est |sont )*"
)
_NAMED = re.compile(r"\W{0,8}(?:[^\W_][\w/-]{0,30}\s?){1,3}[:：]\W*")
_SAMPLE = re.compile(
    r"\b(?:include|write|add|fill in|provide|define|acceptable|sample|your)\s+(?:\w+\s+)?(?:acceptance )?criteria\b"
)
_EXPLAINS = re.compile(
    r"\W*(?:an? |the )?(?:clear|concise|brief|short|detailed|bulleted)(?:,? (?:and |but )?\w+){0,2} (?:description|explanation|list|statement|summary)s? of (?:what|how|why|any)\b"
    r"|\W*(?:\w+ ){0,3}bullet(?:ed|[ -]?points?)? list of\b"
    r"|\W*(?:the |all |any )?(?:required|expected|desired|necessary) (?:outcomes?|results?|behaviou?rs?|conditions?|requirements?) (?:of|for|to) (?:the|this) \w+\W*$"
    r"|\W*(?:tips?|hints?|tipp|hinweis|astuce|consejo|dica|suggerimento|wskazowka|подсказка|提示|ヒント)\s*[:：]"
    r"|.*(?:条件|基準|要件|标准)[^。]{0,20}(?:以下|如下|下記|次の)"
    r"|\W*(?:what|how) (?:does|do|will|would|should|must|can|is|are|needs?) (?:\w+\W+){1,12}\w*\W*$"
)
_EXAMPLE = re.compile(
    r"\W*(?:e\.?\s?g\b|for example\b|for instance\b|z\.\s?b\b|zum beispiel\b|p\.\s?ex\b|par exemple\b|p\.\s?ej\b|por ej(?:emplo\b|\.)|por exemplo\b|ad esempio\b|"
    r"bijv\b|bijvoorbeeld\b|np\.|na przyklad\b|например\b|例如|例えば)"
    r"|\W*[(\[]\s*(?:example|beispiel|exemple|ejemplo|exemplo|esempio|voorbeeld|przyklad|пример|例)\s*[:：]"
)
_SHOULD_BE = re.compile(r"\bcriteria (?:should|must|need to|have to) (?:be|have|use|follow)\s*[:：]\W*$")
_EXAMPLES = re.compile(  # what stands before examples
    r"\W*(?:e\.?g\.?|for (?:example|instance)|example|z\.\s?b\.|zum beispiel|par exemple|por ej\w+|por exemplo|ad esempio|bijvoorbeeld|na przyklad|например|例如|例えば)\b.{0,60}[:：]\W*$"
    r"|.*\b(?:e\.?g\.?|for example|such as|z\.\s?b\.)\s*[:：]?\W*$"
)
_HINTS = re.compile(
    r"\W*(?:try to (?:be|keep|make|write)\b|(?:please )?(?:list|add|write|put|enter|describe) (?:them|these|it) (?:here|below|using|as|in|with)\b|"
    r"(?:please )?link (?:the|any|all|related|to (?:the|any)) (?:issues?|prs?|tickets?|mrs?|stories|pull requests?)\b|(?:note\W+)?(?:please )?do(?: not|n't) (?:mention|write)\b|this (?:section|template|checklist) |"
    r"(?:they |it |each )?(?:can|must|should) be (?:tested|testable|verified|verifiable|measurable|clear|specific|independent|concise|unambiguous)\b(?: or \w+| and \w+)?\W*$|"
    r"focus on (?:the )?(?:outcome|what|result|why)|as specific as|clear to (?:everyone|all|everybody)\b|either pass(?:es)?\b)"
)
_GUIDANCE = re.compile(
    "|".join(one.pattern for one in (_ASKS, _WRITE, _LISTING, _ON_CRITERIA, _EXAMPLE, _FORMAT, _HINTS))
)
_INDIRECT = re.compile(r"(?:what|which|how|who|why)\b")  # `name: what must stand here`
_MET = re.compile(
    r"\W*(?:all |alle |tous |todos |tutti |wszystkie |все )?(?:met|fulfilled|satisfied|passed|achieved|erfullt|remplis|cumplid\w+|atendid\w+|soddisfatt\w+|vervuld|behaald|gehaald|"
    r"spelnion\w+|выполнен\w*)(?:\W*$|\s?[.;,:(–-]| lo[ck]al\w*)"
)
_GIVEN_WHEN = re.compile(r"\bgiven ?/ ?when ?/ ?then\b")  # the form is named, not used
_BULLETS = re.compile(r"\b(?:bulleted list|use|using|you|your|end of|need(?:ed)?)\b")
_WHEN = re.compile(
    r"\b(?:when|once|if|as soon as|wenn|sobald|quand|lorsque|cuando|quando|wanneer|gdy|kiedy|когда|если)\b\s"
)
_PROCESS = re.compile(
    r"\b(?:we (?:should|need to|must|will|have to|still need to) (?:write|define|add|agree on|discuss|refine) (?:them|these|it|this)|fill(?:ed)? (?:in|out)|check(?:ed)? off|this (?:list|section|ticket|template|checklist|field|issue)|the ticket|delete this|remove this|"
    r"dieser? (?:abschnitt|liste|ticket)|diese liste|cette (?:section|liste)|ce ticket)\b"
)
_POINTER = re.compile(
    r"\W*(?:(?:see|voir)\b(?=.*(?:https?:|#\d|\b[a-z]{2,10}-\d|\b(?:attach\w*|doc\w*|designs?|mock\w*|wireframes?|figma|sketch\w*|confluence|wiki|spec\w*|description|comments?|"
    r"tickets?|epics?|story|issue|above|below|notes?|links?|file|image|picture|screenshot|parent|discussion|thread|slides?|jira|trello|here|ici|maquette\w*|piece|joint\w*|"
    r"dessus|dessous|fiche)\b))|(?:cf\.?|siehe|vedi|zie|patrz|refer to|as per|as (?:described|discussed|stated|shown|in)|same as|described in|defined in|"
    r"attached|wie in)\b|参见|见).{0,80}$"
)
_ABOUT_ITSELF = re.compile(
    r"\W*this (?:is |(?:issue|story|ticket|card) is )(?:an? |the |only |just )*(?:sub-?task|task|spike|story|epic|ticket|part|duplicate|follow[- ]?up|placeholder|prerequisite)\b"
)
_LINKS = re.compile(r"https?://\S+")
_URL = re.compile(
    r"\W*(?:\w+\s*:?\s*)?https?://\S+\W*$|/(?:label|assign|cc|milestone|epic|estimate|weight|due)\b"
)
_TALLY = re.compile(r"\W*[\dxyn]{1,4}\s*/\s*[\dxyn]{1,4}\b\s*\w*\W*$")
_AMOUNT = re.compile(r"\W*~?\d+(?:[.,–-]\d+)?\s*(?:k?va?|volts?|hz|k?w|amps?|ma|a|btu|°?c)\b")


def lack(raw: str, *, prose: bool = False, scenario: bool = False) -> Lack | None:  # noqa: PLR0911 - one line per reason reads best
    """Return why the line is no checkable criterion, or None where it is one.

    `prose` is text outside a list; a `scenario` may speak of anything, of criteria too.
    """
    text = fold(raw[:600])
    found = words(text)
    if not found:
        return Lack.PLACEHOLDER if text.strip() else Lack.EMPTY
    if _open(text):
        return Lack.OPEN
    if unfilled(text, found):
        return Lack.PLACEHOLDER
    if _SAMPLE.search(text) if scenario else _guides(text, prose=prose):
        return Lack.GUIDANCE
    if (_POINTER.match(text) and len(found) < 10) or _URL.match(text) or _ABOUT_ITSELF.match(text):
        return Lack.POINTER
    if len(found) < 2 or _TALLY.match(text) or _AMOUNT.match(text):
        return Lack.SHORT
    if generic(text, found) or _MET.match(text):
        return Lack.GENERIC
    return Lack.SHORT if prose and len(found) < 3 else None


def _open(text: str) -> bool:
    """Whether the line, or what stands after its name, is still to be written."""
    if _OPEN.match(text) or _NONE.match(text):
        return True
    about = _ONE_OF_THEM.match(text)
    at = _value_at(text) if about is None else about.end()
    return at > 0 and _OPEN.match(text, at) is not None


def _value_at(text: str) -> int:
    """Return where the value begins in `name: value`, 0 where there is no short name."""
    name = _NAMED.match(text) if ":" in text or "：" in text else None
    return 0 if name is None else name.end()


def exemplifies(raw: str) -> bool:
    """Whether a line says that the list below it holds examples, or how criteria should be."""
    text = fold(raw[-300:])
    if _EXAMPLES.match(text):
        return True
    return text.rstrip().endswith((":", "：")) and (
        _ON_CRITERIA.match(text) is not None or _SHOULD_BE.search(text) is not None
    )


def says_nothing(raw: str) -> bool:
    """Whether a line of a description is blank, still open, an unfilled slot, or only a pointer elsewhere."""
    text = fold(raw[:600])
    found = words(text)
    if not found or _NONE.match(text) or (_OPEN.match(text) and len(found) < 6) or unfilled(text, found):
        return True
    rest = _LINKS.sub(" ", text)
    told = words(rest)
    return len(told) < 2 or (_POINTER.match(rest) is not None and len(told) < 10)


def _guides(text: str, *, prose: bool) -> bool:
    if mentions(text) or _GUIDANCE.match(text) or _GIVEN_WHEN.search(text):
        return True
    if (at := _value_at(text)) and (_EXAMPLE.match(text, at) or _INDIRECT.match(text, at)):
        return True
    if ("bullet" in text and _BULLETS.search(text)) or (
        text.rstrip(" .)]…_").endswith("en") and _TO_WRITE.match(text)
    ):
        return True
    if not prose:
        return False
    if _EXPLAINS.match(text) or any(p.search(text) for p in (_MUST_BE_TRUE, _PROCESS)):
        return True
    accepted = _ACCEPTED.search(text)
    return accepted is not None and not _conditioned(text[accepted.end() :])


def _conditioned(text: str) -> bool:
    """Whether a condition follows that fits this item only: `(the story is done) when the total is shown`."""
    when = _WHEN.search(text)
    return when is not None and lack(text[when.end() :]) is None


@cache
def rank() -> dict[Lack, int]:
    """Return the reasons from the least to the most telling, for a section that lacks in several ways."""
    order = (Lack.EMPTY, Lack.SHORT, Lack.POINTER, Lack.GUIDANCE, Lack.PLACEHOLDER, Lack.GENERIC, Lack.OPEN)
    return {one: number for number, one in enumerate(order)}
