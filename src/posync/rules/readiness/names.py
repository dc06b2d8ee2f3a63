"""What teams call the parts of a story, in the languages they write in."""

from __future__ import annotations


def _names(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|"))


# Full names of the section. Each is matched without accents and whatever the case.
CRITERIA: dict[str, tuple[str, ...]] = {
    "en": (
        "acceptance criteria",
        "acceptance criterion",
        "acceptance criterias",
        "acceptance criteria's",
        "acceptance critera",
        "acceptance criterea",
        "acceptence criteria",
        "aceptance criteria",
        "accetance criteria",
        "acceptance critieria",
        "acceptance criterium",
        "acceptance crtieria",
        "criteria",
        "acceptance requirements",
        "acceptance conditions",
        "acceptance tests",
        "acceptance test",
        "acceptance checklist",
        "acceptance scenarios",
        "acceptance",
        "acceptancecriteria",
        "criteria for acceptance",
        "criteria of acceptance",
        "conditions of acceptance",
        "conditions of satisfaction",
        "conditions for acceptance",
        "satisfaction criteria",
        "success criteria",
        "completion criteria",
        "exit criteria",
        "verification criteria",
        "validation criteria",
        "test criteria",
        "done when",
        "done criteria",
        "is done when",
        "is complete when",
        "is completed when",
        "is finished when",
        "is accepted when",
        "are done when",
        "accepted when",
        "complete when",
    ),
    "de": (
        "akzeptanzkriterien",
        "kriterien",
        "akzeptanzkriterium",
        "akzeptanz kriterien",
        "akzeptanz-kriterien",
        "akzeptanzbedingungen",
        "akzeptanztests",
        "abnahmekriterien",
        "abnahmekriterium",
        "abnahmebedingungen",
        "annahmekriterien",
        "erfolgskriterien",
        "fertig wenn",
        "fertig, wenn",
    ),
    "fr": (
        "criteres",
        "criteres d'acceptation",
        "critere d'acceptation",
        "criteres d'acceptance",
        "criteres d'acceptabilite",
        "criteres de recette",
        "criteres de validation",
        "criteres de reussite",
        "criteres de succes",
        "conditions d'acceptation",
        "conditions de satisfaction",
        "tests d'acceptation",
        "termine quand",
        "fini quand",
        "c'est fini quand",
    ),
    "es": (
        "criterios",
        "criterios de aceptacion",
        "criterio de aceptacion",
        "criterios de aceptabilidad",
        "criterios de exito",
        "criterios de validacion",
        "condiciones de aceptacion",
        "condiciones de satisfaccion",
        "pruebas de aceptacion",
        "terminado cuando",
        "listo cuando",
        "hecho cuando",
    ),
    "pt": (
        "criterios de aceitacao",
        "criterio de aceitacao",
        "criterios de aceite",
        "criterio de aceite",
        "criterios de sucesso",
        "condicoes de aceite",
        "condicoes de aceitacao",
        "testes de aceitacao",
        "pronto quando",
        "concluido quando",
    ),
    "it": (
        "criteri",
        "criteri di accettazione",
        "criterio di accettazione",
        "criteri di accettabilita",
        "criteri d'accettazione",
        "criteri di successo",
        "condizioni di accettazione",
        "test di accettazione",
        "fatto quando",
        "completato quando",
    ),
    "nl": (
        "acceptatiecriteria",
        "acceptatie criteria",
        "acceptatie-criteria",
        "acceptatiecriterium",
        "acceptatievoorwaarden",
        "aanvaardingscriteria",
        "klaar wanneer",
        "gereed als",
        "klaar als",
    ),
    "pl": (
        "kryteria",
        "kryteria akceptacji",
        "kryterium akceptacji",
        "kryteria akceptacyjne",
        "kryteria odbioru",
        "warunki akceptacji",
        "gotowe gdy",
        "gotowe, gdy",
    ),
    "ru": (
        "критерии",
        "критерии приемки",
        "критерий приемки",
        "критерии приема",
        "критерии принятия",
        "критерии готовности",
        "условия приемки",
        "приемочные критерии",
        "готово когда",
        "готово, когда",
    ),
    "uk": ("критерії приймання", "критерії прийняття", "критерії приймання роботи", "умови приймання"),
    "bg": ("критерии за приемане",),
    "zh": (
        "验收标准",
        "驗收標準",
        "验收条件",
        "驗收條件",
        "验收准则",
        "接受标准",
        "接受標準",
        "接受条件",
        "完成标准",
        "完成條件",
        "完成条件",
    ),
    "ja": (
        "受け入れ基準",
        "受入基準",
        "受入れ基準",
        "受け入れ条件",
        "受入条件",
        "受入れ条件",
        "受け入れ要件",
        "完了条件",
        "完了基準",
        "合格基準",
        "合格条件",
    ),
    "ko": (
        "인수 조건",
        "인수조건",
        "인수 기준",
        "인수기준",
        "수용 기준",
        "수락 기준",
        "수락 조건",
        "완료 조건",
        "완료 기준",
    ),
    "sv": ("acceptanskriterier", "acceptanskriterium", "godkannandekriterier"),
    "da": (
        "acceptkriterier",
        "acceptkriterium",
        "acceptancekriterier",
        "accepteringskriterier",
        "godkendelseskriterier",
    ),
    "no": ("akseptansekriterier", "akseptkriterier", "akseptansekriterium"),
    "fi": ("hyvaksymiskriteerit", "hyvaksymisehdot", "hyvaksyntakriteerit"),
    "cs": ("akceptacni kriteria", "akceptacni kriterium", "akceptacni podminky"),
    "sk": ("akceptacne kriteria", "akceptacne kriterium"),
    "hu": ("elfogadasi kriteriumok", "elfogadasi feltetelek"),
    "ro": ("criterii de acceptare", "criterii de acceptanta", "criteriile de acceptare"),
    "tr": ("kabul kriterleri", "kabul kriteri", "kabul kosullari"),
    "ca": ("criteris d'acceptacio",),
    "hr": ("kriteriji prihvacanja", "kriteriji prihvatljivosti", "kriterijumi prihvatanja"),
    "sl": ("merila sprejemljivosti", "kriteriji sprejemljivosti"),
    "lt": ("priemimo kriterijai",),
    "lv": ("pienemsanas kriteriji",),
    "et": ("vastuvotukriteeriumid", "vastuvotu kriteeriumid"),
    "el": ("κριτηρια αποδοχης",),
    "ar": ("معايير القبول", "شروط القبول"),
    "he": ("קריטריוני קבלה", "תנאי קבלה"),
    "fa": ("معیارهای پذیرش",),
    "vi": ("tieu chi chap nhan", "tieu chi nghiem thu"),
    "id": ("kriteria penerimaan", "kriteria keberterimaan"),
    "th": ("เกณฑ์การยอมรับ",),
    "hi": ("स्वीकृति मानदंड",),
}

BARE = frozenset(
    [
        "acceptance",
        "criteria",
        "kriterien",
        "criterios",
        "criteres",
        "criteri",
        "kryteria",
        "критерии",
        "критерії",
        "kriteria",
    ]
)
"""Names that mean the section only where they are the whole heading."""

_WHENS = (" when", " wenn", " quand", " cuando", " quando", " wanneer", " als", " gdy", " когда")
WHEN = frozenset(name for group in CRITERIA.values() for name in group if name.endswith(_WHENS))
"""Names that go on in the same sentence: `Done when the total is shown`."""

ABBREVIATIONS = ("acs", "ac", "a.c.", "a/c", "aks", "ak", "ca", "dac")
"""Short for the above where they stand as a label: `AC:` alone on its line, before a list, or numbered."""

DONE = (
    "definition of done",
    "definition-of-done",
    "dod",
    "definition fertig",
    "definition of done dod",
    "criteres de fini",
    "definition du fini",
    "definition du termine",
    "definicion de hecho",
    "definicion de terminado",
    "definicao de pronto",
    "definizione di fatto",
    "definitie van klaar",
    "definicja ukonczenia",
    "definicja gotowosci",
    "完成的定义",
    "完了の定義",
)

READY = (
    "definition of ready",
    "dor",
    "definition-of-ready",
    "definition of ready checklist",
    "准备就绪的定义",
)

# Sections that follow criteria, so that a label of this name ends them, however it is written.
OTHER = _names(
    "additional information|additional info|additional notes|analysis|anhang|anhange|anmerkung|anmerkungen|annexes|"
    "assignee|assumptions|attachments|aufgaben|aufwand|background|beschreibung|business value|contexte|context|comments|"
    "data concerns|dateien|datei|deliverables|dependances|dependencies|dependencies / risks|description|descricao|"
    "descripcion|design|designs|details|due date|effort|environment|epic|estimate|estimation|evidence|evidence to attach|"
    "evidence to collect|experiments|figma|files|fichier|fichiers|further details|goal|hinweise|hintergrund|implementation|"
    "implementation details|implementation notes|implementation plan|kontext|labels|links|links / references|"
    "mockups|narrative|note|notes|notes techniques|notas|note tecniche|notizen|objective|open questions|out of scope|"
    "owner|personas|possible fixes|priorite|prioridad|prioridade|prioritat|priority|proposal|qa|questions|reference|"
    "references|related|related issues|relevant links|remarques|resources|ressourcen|risks|scope|screenshots|"
    "security concerns|solution|stages|status|steps|story points|storypoints|sub tasks|sub-tasks|subtasks|summary|taches|"
    "tareas|tarefas|tasks|technical details|technical notes|technische hinweise|technische notizen|technical considerations|"
    "testfalle|testing|testing notes|tests|test plan|title|todo|to do|tools|ux/design|what needs to be done|zugehoriges epic"
)
