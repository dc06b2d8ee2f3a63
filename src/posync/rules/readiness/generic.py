"""Tell a line that names only work which fits any item, such as a review or tests, in many languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from posync.rules.readiness.placeholders import without_slots
from posync.rules.readiness.terms import words

_REFERENCES = re.compile(r"(?:^|\s)[@!#][\w./-]+")
_ASIDE = re.compile(r"[@!#(<\[{_]|\.\.\.")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
_AS_TOLD = re.compile(
    r"\W*(?:the |all |any )*(?:changes?|updates?|implementation|work|it|this|everything|features?|fix(?:es)?|items?|points?|pages?|screens?|views?|components?|layout|ui)\b.{0,40}"
    r"\b(?:as (?:per|described|above|below|shown|outlined|discussed|listed|specified)|according to|described|outlined|mentioned|listed)\b.{0,40}$"
)


# Folded: small letters without accents. Acts, things and the little words between them, by language.
_WORDS = {
    "en": (
        "a above accept acceptable acceptance accepted according accordingly add added affected all also "
        "an analytics and announce announced another any anything applicable applied apply appropriate "
        "approve approved are as at automated automatic automation back backend backport backported "
        "backporting backports be been behavior behaviour being below blocker blockers blocking both "
        "branch break breaks broken bug bugfix bugfixes bugs build built by can case cases cause cd "
        "change changelog changes check checked ci clean cleanup code code-review code-reviews coded "
        "coding colleague comment commented comments commit committed compile compiled compiles complete "
        "completed component components confirm confirmed console contains conventions correct correctly "
        "corresponding cover coverage covered covers create created criteria criterion critical crud "
        "cypress defined definition demo demoed demonstrated dependencies dependency deploy deployed "
        "deployment described design designs detail details dev develop developed developer developers "
        "development do doc docs document documentation documented dod does done downstream e2e each edge "
        "effect effects end enhancement ensure environment environments estimated every everything "
        "execute executed executes existing expected feature features fine finish finished fix fixed "
        "fixes fixing for formatted from front frontend fully function functional functionalities "
        "functionality gate get gets green groomed guidelines had handle handled handles handling happy "
        "has have hint hints hotfix hotfixes identified if implement implementation implemented "
        "implementing improvement in include included int integration intended into introduce introduced "
        "introduces investigate is issue it item its latest least lint linter linting live log logging "
        "logs longer main make manual manually master match matched matches md meet meets merge merged "
        "migrate migrated migration more mr mrs must necessary needed new no not notes nothing occur "
        "occurring occurs of off ok okay old on one open or other our outcome outcomes owner pass passed "
        "passes passing peer per perform person pipeline pipelines planned please po possible pr prevent "
        "prevented prevents problem prod product production proper properly proposal proposed provide "
        "provided prs pull push pushed qa quality readme ready refactor refactored refined regression "
        "regressions related release released relevant reproduce reproduced reproducible reproducing "
        "request requested requests required requirement requirements resolve resolved result results "
        "review reviewed reviewer reviewers reviews root run satisfied scenario second secure security "
        "set setup shall shippable should side sign signed sit smoke solution solve solved some sonar "
        "spec specs stable staging stakeholder stakeholders standard standards state step steps still "
        "story style sub-task sub-tasks subtask subtasks succeed succeeds success successful successfully "
        "suggested taken task team test tested testing tests than that the them then these they this "
        "those ticket to todo two type typed types uat ui understood unit unit-tests up update updated "
        "upgrade upgraded upstream using ux validate validated verification verified verify version "
        "versions via warning warnings was we weighted were when where wiki will with without work "
        "working works write written you"
    ),
    "de": (
        "abgenommen abgeschlossen abgesichert aktualisiert aktuell alle aller angepasst auf aufgabe "
        "aufgaben ausgerollt ausreichend bei bestehende das dem den deployt der des die doku "
        "dokumentation dokumentiert durch durchgefuhrt eine einem einen eingehalten eingespielt "
        "erfolgreich erfullt erganzt erganzte erledigt erstellt fachbereich fehlerfrei fertig freigabe "
        "freigegeben funktionalitat funktionalitaten gebaut gemerged gemergt gepflegt gepruft gereviewt "
        "geschrieben getestet grun im implementiert implementierung ins insb ist keine keinen kollegen "
        "kommentiert kriterien laufen lauft mit nachgezogen neue neuen prufung qualitat regressionen sind "
        "umgesetzt umgesetzte umsetzen umsetzung und unverandert veroffentlicht vom von vorhanden werden "
        "wird wurde wurden zu zweite zweiten"
    ),
    "fr": (
        "ajoute ajoutee ajoutes attendu aux branche comportement de deploye developpe developpement "
        "documente documentee ecrit ecrits effectue effectuee effectuees effectues est et existantes "
        "faite fonctionnalites fusionne fusionnee fusionnes implemente implementee jour la le les livre "
        "livree livres mergee mise par passants passent preprod preproduction principale realise realisee "
        "recette recettee redigee rediges relecture relu relue relus respecte revue selon sont tache "
        "taches termine terminee terminees teste testee tous tout toutes unitaire unitaires valide "
        "validee vert verts"
    ),
    "es": (
        "actualizada actualizado al aprobada aprobadas aprobado aprobados codificado codigo completada "
        "completado comportamiento con cumple cumplen del desplegada desplegado despliegue documentacion "
        "documentada documentado el en entregado errores es escritas escrito escritos esperado esta "
        "existentes finalizada finalizado fue funcionalidad funcionalidades fusionada fusionado ha han "
        "hay hecha hecho implementada implementado integracion integrada integrado las lo los manualmente "
        "nueva nuevo nuevos para pasado pasan pasando por probado probar produccion pruebas publicada "
        "publicado puede realizada realizadas realizado revisada revisadas revisado revisados revision "
        "rompe se sido sin son subido superadas tarea tareas terminada terminado todas todos una unas "
        "unitarias unitarios uno unos y"
    ),
    "pt": (
        "ao aprovada aprovado atende atualizada atualizado cobertura com concluida concluido da das "
        "documentacao dos e em entregue estao feita feito foi foram homologacao homologado na nas nos o "
        "os passando producao revisao sem tarefa tarefas testado testes um uma verde"
    ),
    "it": (
        "aggiornata approvata approvato codice completata completate completato dal di distribuita "
        "distribuito documentazione effettuata effettuato il mergiata mergiato nel nella passati "
        "pubblicato revisionato revisione rilasciato rispetta scritti sono stata stati stato superati "
        "superato tutti tutto unitari verificata verificato"
    ),
    "nl": (
        "afgerond bijgewerkt bijgewerkte documentatie door een er fouten gedocumenteerd geimplementeerd "
        "gereviewd geschreven geslaagd getest goedgekeurd het naar nagekeken op opgeleverd productie "
        "samengevoegd uitgerold uitgevoerd van voldoet worden wordt zijn zonder"
    ),
    "pl": (
        "bez bledow dla do dokumentacja gotowe i jednostkowe jest kod kodu napisane oraz produkcji "
        "przechodza przeglad przegladu przeprowadzony przetestowane przetestowany sa spelnia sprawdzony "
        "testy w wdrozone wdrozony wszystkie wykonane wykonany z zakonczone zakonczony zaktualizowana "
        "zatwierdzone zatwierdzony zmergowane zmergowany zostal zostala zostaly"
    ),
    "ru": (
        "без в все выполнен выполнена выполнено для документация задеплоено и интеграционные к код кода "
        "на написана написаны обновлен обновлена ошибок покрыт покрытие покрыты проведено проведены "
        "проверен прод проиден проидено протестирован протестировано проходят прошли развернут развернуто "
        "ревью с смержен смержена тестами тесты"
    ),
}
_GENERIC = frozenset(" ".join(_WORDS.values()).split())
# The same in scripts that put no blanks between words: a line made of nothing else is generic.
_GENERIC_WIDE = re.compile(
    r"(?:单元|集成|自动化?|所有|全部|测试|用例|代码|评审|审查|文档|部署|上线|发布|合并|已经?|通过|完成|更新|编写|到|生产|环境|的|"
    r"コード|レビュー|テスト|ユニット|単体|結合|自動|ドキュメント|文書|デプロイ|リリース|マージ|全て|すべて|通[るっ]|通過|完了|済み?|更新|作成|され?|れ|て|いる|い|し|した|する|である|ある|こと|"
    r"が|を|は|の|に|と|も|た|る|\W)+"
)


def generic(text: str, found: Sequence[str]) -> bool:
    """Whether a folded line of the words `found` fits any item, but for people, numbers and asides in it."""
    told = found
    if _ASIDE.search(text) is not None:
        told = words(_REFERENCES.sub(" ", _BRACKETS.sub(" ", without_slots(text))))
    return (
        all(_fits_any(word) for word in told)
        or _GENERIC_WIDE.fullmatch(text) is not None
        or (_AS_TOLD.match(text) is not None and len(found) < 10)
    )


def _fits_any(word: str) -> bool:
    """Whether a word names work on any item rather than this one, misspelt or not."""
    if word in _GENERIC or word.isdigit() or word.startswith(("docu", "dokum", "implement", "test")):
        return True
    return "-" in word and all(part in _GENERIC for part in word.split("-"))
