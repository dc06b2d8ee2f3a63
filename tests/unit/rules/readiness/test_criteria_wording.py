"""Names, tables and lists of criteria in the words of many teams, and what only resembles them."""

import pytest

from posync.rules.readiness.criteria import acceptance_criteria

FOUND = {
    "picture before the name": ("h3. (/) Acceptance criteria\n* the total includes taxes", "wiki"),
    "short code before the name": ("## :dart: Acceptance criteria\n- The total includes taxes", "markdown"),
    "done when, inside": ("As a buyer I want totals. Done when: the total includes taxes.", "wiki"),
    "name inside, list behind": (
        "Totals are wrong abroad. Acceptance criteria - taxes are shown - shipping too",
        "wiki",
    ),
    "done when, heading without a colon": (
        "## Fertig ist die Aufgabe, wenn\n- die Summe Steuern enthält\n- der Versand getrennt steht",
        "markdown",
    ),
    "we are done when": ("**We're done when:**\n- the total includes taxes", "markdown"),
    "listo cuando": ("**Listo cuando:**\n- el total incluye impuestos", "markdown"),
    "criteria for the acceptance": (
        "**Kriterien für die Abnahme:**\n- Die Summe enthält Steuern",
        "markdown",
    ),
    "success looks like": (
        "### Success looks like\n- The total includes taxes\n- Old baskets stay as they are",
        "markdown",
    ),
    "expected result, in French": (
        "### Résultat attendu\n- Le total est affiché\n- Les taxes sont incluses",
        "markdown",
    ),
    "how do we know": (
        "## How do we know it works?\n- Totals include taxes\n- It needs 200 ms at most",
        "markdown",
    ),
    "numbered title, bullets no deeper": (
        "1. Goal\n- clear totals\n2. Acceptance criteria\n- the total includes taxes\n3. Notes\n- none",
        "markdown",
    ),
    "AC inside": ("Totals are wrong abroad. AC: the total includes taxes, also in Norway", "wiki"),
    "required behaviour": (
        "Required behaviour:\n- A shared basket shows its total\n- After a payment the basket closes",
        "markdown",
    ),
    "changed so that": (
        "The basket should be changed so that:\n- it keeps taxes apart\n- it sends one mail a day",
        "markdown",
    ),
    "scenario table without a heading": (
        "| Given | When | Then |\n|---|---|---|\n| an empty basket | a book is added | the total is shown |",
        "markdown",
    ),
}

NOT_FOUND = {
    "the verb comes last": "## Akzeptanzkriterien\n- [ ] Kriterium bitte eintragen",
    "will be told at a meeting": "## Akzeptanzkriterien\nWerden im nächsten Termin ergänzt",
    "follows": "**Akzeptanzkriterien:** folgen nach dem Gespräch mit dem Einkauf",
    "to be told, in French": "## Critères d'acceptation\nSeront précisés après l'atelier",
    "pending, plural": "## Criterios de aceptación\nPendientes de definir con ventas",
    "needs input": "### AC\n- needs input from the buyers",
    "a list of what success means": "## Acceptance criteria\nProvide a bullet point list of what success means",
    "work, in Portuguese": "## Critérios de aceite\n- Código revisado e aprovado\n- Deploy em produção",
    "work, in French": "## Critères d'acceptation\n- Code relu et fusionné\n- Tests unitaires OK",
    "work, all parts": "## Acceptance criteria\n- All subtasks are done\n- No open bugs",
    "notes in bold right below": "*AC:*\n\n**Dev notes:** the endpoint should return the number of the order",
    "a bug by its first heading": "**Describe the bug**\nThe list is empty.\n**Expected**\n- It should show totals\n- It should show taxes",
    "scenario that ends on an error page": "Given a basket\nWhen I open it\nThen an error page is shown",
    "needs without a subject": "Need to:\n- order a server\n- write to the vendor\n- move the data",
    "criterion still to be written": "### Critères d'acceptation\n- [ ] Critère à définir\n- [ ] Critère à définir",
    "scenario that muses": "Given the load of today, when we add a shop, then we probably need more memory.",
    "scenario that is contradicted": "### Steps\nGiven a basket\nWhen I go back\nThen it is lost\n\n**Actual:** lost\n**Expected:** kept",
    "advice for criteria": "## Acceptance criteria\n- Clear to everybody\n- Can be tested\n- Focus on the outcome",
    "slots in brackets": "## Acceptance criteria\n- Given (some context), when (I do this), then (that happens)",
    "bullets below a numbered title, work": "1. Acceptance criteria\n- TBD\n2. Tasks\n- order a server\n- move the data",
    "table of steps nobody filled in": "| Given | When | Then |\n|---|---|---|\n| ... | ... | ... |",
}


SHORT = [
    "Open orders are listed first",
    "Needs input before the button is active",
    "Check with the keyboard works",
    "Focus on the first field after opening",
    "Colleagues can comment",
    "Link the order to its invoice",
    "Werden die Felder geleert, wird der Knopf inaktiv",
    "Il totale viene mostrato",
]


@pytest.mark.parametrize("line", SHORT)
def test_a_short_line_that_says_something_of_this_item_counts(line: str) -> None:
    assert acceptance_criteria(f"## Acceptance criteria\n- {line}").present


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_criteria_are_found(text: tuple[str, str]) -> None:
    assert acceptance_criteria(*text).present


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_only_resembles_criteria_is_not(text: str) -> None:
    assert not acceptance_criteria(text).present


def test_a_checklist_without_a_telling_name_counts_for_what_somebody_can_do() -> None:
    told = acceptance_criteria("", checklists=[("Checklist", ["Buyers can pay by card", "Name is required"])])
    assert told.present
    work = acceptance_criteria("", checklists=[("Checklist", ["Payment by card", "We can ask the bank"])])
    assert not work.present


def test_a_row_of_a_scenario_table_is_one_criterion() -> None:
    text = (
        "| When | Then |\n|---|---|\n| a book is added | the total is shown |\n| it is removed | it is zero |"
    )
    assert [item.text for item in acceptance_criteria(text).items] == [
        "a book is added | the total is shown",
        "it is removed | it is zero",
    ]
