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


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GENERIC = _set(
    # acts
    "implement implemented implementation implementing fix fixed fixing fixes add added create created write written run set setup up update updated "
    "development complete completed finish finished done resolve resolved solve solved apply applied make perform develop developed build built code coded coding "
    "ensure check checked verify verified verification validate validated confirm confirmed include included contains provide provided announce announced weighted "
    "estimated refined groomed planned accept accepted approve approved sign signed off release released deploy deployed deployment merge merged review reviewed reviews peer pass passes passed passing "
    "succeed succeeds work works working demo demoed demonstrated commit committed push pushed cleanup clean refactor refactored investigate "
    # things
    "change changes feature features issue bug bugs problem solution fix story task ticket item functionality function improvement enhancement requirement requirements "
    "test tests tested testing unit integration e2e end functional regression smoke manual automated automatic automation spec specs coverage cypress qa uat case cases scenario "
    "documentation document documented docs doc readme changelog wiki notes comments comment logs log logging analytics pr prs mr mrs pull request requests branch main master develop ci cd pipeline pipelines "
    "staging production prod dev live environment environments ui ux frontend backend front back side design designs po product owner team stakeholder stakeholders reviewer developer developers qa lint linter linting sonar "
    "definition ready criteria acceptance standards standard conventions guidelines quality gate "
    # little words
    "the a an this that these those all any each every new old it its on in for of to with without as per by at from and or not no is are be been being was were should must shall will can has have had do does "
    "both proposed proposal suggested required requested necessary needed relevant described above below corresponding appropriate proper properly correctly correct successful successfully success accordingly fully "
    "existing still green also if where when applicable possible least one two more other our we i you they them everything nothing anything behaviour behavior expected intended result results get gets using via into then than please "
    # other languages
    "implementiert umsetzen umgesetzt umsetzung getestet dokumentiert dokumentation code-review tests grun der die das ist sind und alle wurde wurden auf in deployt freigegeben abgenommen fertig "
    "implemente implementee teste testee tests documente documentee documentation revue de le la les et est sont faite deploye valide validee "
    "implementado probado documentado revisado desplegado pruebas codigo el los y es son implementada testado revisao geimplementeerd getest gedocumenteerd "
    "erledigt durchgefuhrt geschrieben gereviewt aktualisiert doku unit-tests review abgeschlossen vorhanden code-reviews "
    "relu ecrits ecrit passent passants unitaires unitaire jour a mise aux en vert verts "
    "escritas escritos unitarias unitarios documentacion actualizada actualizado pasan produccion todas todos las hecho hecha "
    "escrito testes documentacao atualizada atualizado producao feito feita passando os as o codice revisionato test scritti unitari documentazione aggiornata "
    "gereviewd geschreven bijgewerkt documentatie kod sprawdzony testy jednostkowe napisane dokumentacja zaktualizowana код проверен тесты написаны документация обновлена "
    "meet meets our regression regressions execute executed upgrade upgraded migration migrate migrated some version versions latest crud todo dod "
    "edge handle handles handled handling cover covers covered introduce introduces introduced warning warnings compile compiles compiled detail details "
    "spelnia erfullt cumple atende rispetta voldoet respecte"
    # said of any item, in more words
    " manually break breaks broken functionalities side effects effect comportamiento esperado se cumple cumplen puede probar manualmente manual rompe funcionalidad funcionalidades existentes fonctionnalites existantes comportement attendu bestehende funktionalitaten unverandert identified understood root cause prevent prevents prevented longer occurs occur occurring reproduce reproduced reproducing reproducible steps step matches match matched defined outcome outcomes "
    "related component components affected int uat sit preprod commented clean style formatted type types typed hint hints todos console security secure stable criterion "
    "eingehalten ausreichend kommentiert funktionalitat mit abgesichert clean kriterien von vom im ins durch einen eine einem des dem den zu bei neue neuen alle aller werden wird gemerged gemergt "
    "backport backported backports backporting second another colleague reviewers reviewer green acceptable ok okay fine "
    "according md aufgaben aufgabe fachbereich taches tache termine terminees tareas tarea tarefas tarefa taken bugfix bugfixes hotfix hotfixes happy satisfied upstream downstream subtask subtasks sub-task sub-tasks open critical blocker blockers blocking dependency dependencies shippable "
    "verde passando deploy em um uma com o a do da dos das na no nas nos ao e foi foram esta estao se ha sin nuevo nueva nuevos errores "
    "una uno unos unas con para al del fue han sido hay revisados revisadas aprobados aprobadas pasando pasado "
    "sono stato stata stati state con per al dal nel nella tutto tutti superato verificato verificata "
    "zijn zonder fouten geslaagd op naar in de een er worden wordt "
    "jest sa bez bledow dla do w z i oraz zostal zostala zostaly przetestowane przetestowany "
    "без ошибок в к и с для проведено проведены протестировано протестирован "
    "umgesetzt umgesetzte nachgezogen erganzt erganzte angepasst erstellt zweite zweiten person kollegen gebaut eingespielt ausgerollt veroffentlicht lauft laufen erfolgreich aktuell gepflegt "
    "et fusionne fusionnes fusionnee mergee merge relus relue preproduction livre livree livres terminee developpement recettee rediges redigee redigee executes "
    "integrado integrada fusionado fusionada codificado documentada subido despliegue entregado terminado terminada finalizado "
    "finalizada publicado publicada entregue integrada homologado "
    "completate superati mergiato mergiata pubblicato distribuita distribuito "
    "samengevoegd uitgerold bijgewerkte nagekeken opgeleverd "
    "zmergowany zmergowane wdrozony zatwierdzony zatwierdzone gotowe "
    "написана обновлен смержен смержена задеплоено покрыт покрыты тестами развернут развернуто "
    "freigabe qualitat gepruft prufung fehlerfrei keine keinen regressionen implementierung dokumentation insb ist "
    "effectue effectuee effectues effectuees realise realisee relecture selon par tous toutes tout integration recette fusionnee branche principale preprod developpe developpement ajoute ajoutee ajoutes "
    "completado completada realizado realizada realizadas revision del la por en con sin integracion aprobado aprobada desplegada superadas "
    "revisada concluido concluida do da no na com sem cobertura aprovado aprovada homologacao "
    "effettuata effettuato completato completata revisione di il lo in rilasciato approvato approvata passati superati "
    "uitgevoerd afgerond goedgekeurd van het alle zijn is door productie "
    "wykonany wykonane przeprowadzony przeglad przegladu kodu zakonczony zakonczone wdrozone na produkcji wszystkie przechodza "
    "выполнен выполнена выполнено проидено проиден ревью кода прошли проходят все на в прод покрытие интеграционные unit"
)
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
