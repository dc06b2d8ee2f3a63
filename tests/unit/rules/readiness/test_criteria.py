"""Where acceptance criteria are found, and what only looks like them."""

import json

import pytest

from posync.rules.readiness.criteria import acceptance_criteria

HEADINGS = {
    "en": "Acceptance Criteria",
    "de": "Akzeptanzkriterien",
    "fr": "Critères d’acceptation",
    "es": "Criterios de aceptación",
    "pt": "Critérios de aceite",
    "it": "Criteri di accettazione",
    "nl": "Acceptatiecriteria",
    "pl": "Kryteria akceptacji",
    "ru": "Критерии приёмки",
    "zh": "验收标准",
    "ja": "受け入れ条件",
    "ko": "인수 조건",
    "sv": "Acceptanskriterier",
    "tr": "Kabul Kriterleri",
    "cs": "Akceptační kritéria",
    "vi": "Tiêu chí chấp nhận",
    "ar": "معايير القبول",
}
LINE = "The basket shows the new total at once"


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
@pytest.mark.parametrize(
    "form",
    [
        "## {}\n- {}",
        "**{}:**\n\n* {}",
        "{}:\n- [ ] {}",
        "{}\n---\n1. {}",
        "### 3. {} (draft)\n{}",
        "- **{}:**\n  - {}",
        "<h3>{}</h3><ul><li>{}</li></ul>",
        "<details><summary>{}</summary>\n\n- {}\n</details>",
        "{} : {}",
        "> **{}**\n> - {}",
        "✅ **{}**\n✓ {}",
        "🎯 {}:\n☐ {}",
        "✅ {}\n- {}",
    ],
)
def test_criteria_are_found_under_their_name_in_many_languages(heading: str, form: str) -> None:
    found = acceptance_criteria(f"Some story.\n\n{form.format(heading, LINE)}")
    assert found.present, found.because
    assert LINE in [item.text for item in found.items]


@pytest.mark.parametrize(
    ("body", "how"),
    [
        (f"h3. Acceptance Criteria\n* {LINE}", "heading"),
        (f"*Acceptance Criteria*\n# {LINE}", "heading"),
        (f"+Acceptance criteria+\n- {LINE}", "heading"),
        (f"{{panel:title=Acceptance criteria}}\n* {LINE}\n{{panel}}", "heading"),
        (f"|Acceptance criteria|{LINE}|", "table"),
        (f"||Story||Acceptance criteria||\n|Basket|{LINE}|", "table"),
        (f"As a buyer.    Acceptance Criteria:  * {LINE}  * Nothing else changes there", "heading"),
        (
            f"h2. Story As a buyer, I want it.    h2.  Acceptance Criteria # {LINE} # Nothing else changes",
            "heading",
        ),
        (f"Acceptance criteria: - {LINE} - Nothing else changes there", "heading"),
        (f"It is red. Acceptance criteria: {LINE}.", "inline"),
        (f"* *Story:* totals\n* *Acceptance Criteria:*\n*# {LINE}", "heading"),
        (f"AC1: {LINE}\nAC2: Nothing else changes", "inline"),
        (f"AC:\n(/) {LINE}", "task-list"),
    ],
)
def test_wiki_markup_with_and_without_its_newlines(body: str, how: str) -> None:
    found = acceptance_criteria(body, "wiki")
    assert found.present, found.because
    assert how in {item.how for item in found.items if item.checkable}


SCENARIOS = {
    "en": "Given a full basket\nWhen I pay\nThen an order exists",
    "de": "Angenommen der Korb ist voll\nWenn ich bezahle\nDann gibt es eine Bestellung",
    "fr": "Étant donné un panier plein\nQuand je paie\nAlors une commande existe",
    "es": "Dado un carrito lleno\nCuando pago\nEntonces existe un pedido",
    "ru": "Допустим корзина полна\nКогда я плачу\nТогда есть заказ",
    "zh": "假如购物车已满\n当我付款\n那么生成订单",
    "ja": "前提 かごがいっぱい\nもし 支払う\nならば 注文がある",
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_scenarios_count_without_any_heading(scenario: str) -> None:
    for body in (
        scenario,
        f"```gherkin\n{scenario}\n```",
        "\n".join(f"- {line}" for line in scenario.split("\n")),
    ):
        found = acceptance_criteria(body)
        assert [item.how for item in found.items if item.checkable] == ["gherkin"], (body, found)


@pytest.mark.parametrize(
    ("body", "because"),
    [
        ("", "empty"),
        ("Make it so.", "no section"),
        ("## Acceptance criteria\n\n## Notes\n- ask IT", "is empty"),
        ("## Acceptance criteria\n<!-- write them -->\n- [ ] \n- [ ]", "is empty"),
        ("Acceptance criteria: TBD", "still to be written"),
        ("AC: n/a", "still to be written"),
        ("## Acceptance Criteria\n- [ ] to be defined with the team", "still to be written"),
        ("## Acceptance Criteria\n- ...\n- ...", "unfilled template"),
        ("## Acceptance Criteria\n1. Criterion 1\n2. Criterion 2", "unfilled template"),
        ("## Acceptance Criteria\nGiven [context]\nWhen [action]\nThen [outcome]", "unfilled template"),
        ("## Acceptance Criteria\n- <what must be true>", "unfilled template"),
        ("## Akzeptanzkriterien\n- [Kriterium]\n- [Kriterium]", "unfilled template"),
        ("## Acceptance Criteria\nList the conditions that must be met.", "how to write"),
        ("## Acceptance Criteria\nHow will we know that this is done?", "how to write"),
        (
            "## Acceptance Criteria\n- [ ] Implement the feature\n- [ ] Write tests\n- [ ] Documentation",
            "generic work",
        ),
        ("## Acceptance Criteria\nSee the mockups", "points elsewhere"),
        ("## Acceptance Criteria\nhttps://example.org/spec", "points elsewhere"),
        ("Please add acceptance criteria before refinement.", "mentioned"),
        ("## Definition of Ready\n- [ ] Acceptance criteria\n- [ ] Estimated", "definition of ready"),
        ("## Definition of Done\n- Code reviewed\n- Deployed to staging", "definition of done"),
        ("The charger runs on AC and DC.", "means something else"),
        ("AC: 230 V", "nobody can check"),
        ("### Steps to reproduce\nGiven a full basket\nWhen I pay\nThen nothing happens", "defect"),
        ("- call the bank\n- order the sign", "what it lists is work"),
    ],
)
def test_what_only_looks_like_criteria_is_named(body: str, because: str) -> None:
    found = acceptance_criteria(body)
    assert not found.present, found.items
    assert because in found.because


def test_a_defect_told_as_a_scenario_counts_where_it_says_what_is_expected() -> None:
    told = "Given a full basket\nWhen I pay\nThen {}"
    body = "### Current behaviour\n{}\n\n### Expected behaviour\n{}"
    wrong, right = told.format("the page stays white"), told.format("an order exists")
    found = acceptance_criteria(body.format(wrong, right))
    assert [item.text for item in found.items] == ["Given a full basket When I pay Then an order exists"]


def test_struck_criteria_are_withdrawn() -> None:
    assert not acceptance_criteria("## AC\n- ~~The total is shown in red~~").present
    assert not acceptance_criteria("## AC\n- ~~The total is shown~~\n- ").present


def test_a_list_of_required_behaviour_counts_without_a_heading() -> None:
    body = "Basket totals.\n\n- The total should include taxes\n- Empty baskets must show no total"
    assert {item.how for item in acceptance_criteria(body).items} == {"list"}
    assert not acceptance_criteria("- We should ask the bank\n- We must hire somebody").present
    assert not acceptance_criteria("It fails:\n\n- The total should be 3\n- It should not crash").present


def test_an_item_that_names_something_is_no_generic_work() -> None:
    assert acceptance_criteria("## AC\n- Implement the voucher field\n- Tests").present


@pytest.mark.parametrize(
    ("name", "lines", "present"),
    [
        ("Acceptance Criteria", ["The total is shown"], True),
        ("AC", ["The total is shown"], True),
        ("Acceptance Criteria", [], False),
        ("Acceptance Criteria", ["..."], False),
        ("DoD", ["Code reviewed"], False),
        ("To do", ["The total should be shown", "It must be red"], False),
        ("Checklist", ["call the bank", "order the sign"], False),
        ("Checklist", ["When the basket is empty, it shows a hint", "The total should include taxes"], True),
    ],
)
def test_checklists_count_by_their_name(name: str, lines: list[str], present: bool) -> None:
    assert acceptance_criteria("", checklists=[(name, lines)]).present is present


def test_adf_as_a_document_and_as_its_json() -> None:
    body = {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": "Acceptance criteria", "marks": [{"type": "strong"}]}],
            },
            {
                "type": "taskList",
                "content": [{"type": "taskItem", "content": [{"type": "text", "text": LINE}]}],
            },
        ],
    }
    for given in (body, json.dumps(body)):
        assert [item.text for item in acceptance_criteria(given, "adf").items] == [LINE]


def test_spans_point_at_the_criterion_in_the_source() -> None:
    body = f"# Story\r\n\r\n## Acceptance criteria\r\n\r\n- [x] **{LINE}**\r\n- second thing holds\r\n"
    spans = [body[slice(*item.span)] for item in acceptance_criteria(body).items]
    assert spans == [f"**{LINE}**", "second thing holds"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="rst"):
        acceptance_criteria("x", "rst")
