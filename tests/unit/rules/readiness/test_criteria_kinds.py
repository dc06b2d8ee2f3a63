"""Every way people write criteria down that posync knows: found in each."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from posync.rules.readiness.criteria import acceptance_criteria

MARKDOWN = {
    "goal and criteria": "## Goal and acceptance criteria\n- The total includes taxes",
    "quoted after the name": '- Input: basket\n- Acceptance criteria: print "Total: 12"',
    "guidance left, one line filled": "## Acceptance criteria\n- [ ] List the criteria here\n- [ ] The total is shown with taxes",
    "zh numbered title": "## 六、完成标准\n- [ ] 合计包含税费",
    "ja numbered title": "## 三．受け入れ条件\n- 合計に税金が含まれる",
    "generic and one more": "## Acceptance criteria\n- Code reviewed\n- The total includes taxes (all of them)",
    "phase is done when": "Phase 2 is done when:\n- the total includes taxes\n- shipping is listed apart",
    "task considered done if": "This task is considered done if:\n\n- thirty buyers have answered",
    "de erledigt wenn": "Die Aufgabe gilt als erledigt, wenn:\n- die Summe Steuern enthält",
    "fr terminee quand": "La tâche est terminée quand :\n- le total comprend les taxes",
    "es terminada cuando": "La tarea se considera terminada cuando:\n- el total incluye impuestos",
    "ru vypolnena": "Работа считается выполненной, если:\n- сумма содержит налог",
    "numbered title": "## D5 — Acceptance criteria\n- the total includes taxes",
    "dod of this item": "## Definition of done\n- `total_with_tax` is shown in the basket\n- `/basket/total` returns the sum",
    "inline in a list": "- **Goal**: clear totals\n- **Acceptance criteria**: the total is shown with taxes",
    "wide brackets": "## AC（受け入れ基準）\n- [ ] 合計に税金が含まれる",
    "dod that is criteria": "## DoD（この作業の受け入れ基準）\n- 合計に税金が含まれる",
    "adjective before": "## Measurable acceptance criteria\n- The total includes taxes",
    "adjective before de": "**Harte Abnahmekriterien**\n- Die Summe enthält Steuern",
    "slashed before": "Qualitäts-/Abnahmekriterien:\n- Die Summe enthält Steuern",
    "text block": "## Критерии приемки\nРабота выполнена, если:\n```text\n1. Сумма содержит налог.\n2. Доставка указана отдельно.\n```",
    "example beside a real one": "## Acceptance criteria\n- The total includes taxes\n  - e.g. 19 % in Germany",
    "named value": "## Acceptance criteria\n- Layout: two columns\n- Total: with taxes",
    "accepted when": "## Acceptance criteria\nThe story is considered complete when buyers can export the list.",
    "scenario about criteria": "Given a story without acceptance criteria\nWhen it is opened\nThen a hint is shown beside its title",
    "colon before code": "## Acceptance criteria\n- The answer is:\n\n```json\n{}\n```",
    "colon before deeper items": "## Acceptance criteria\n- The page shows:\n  - the name\n  - the price",
    "done also in the title": "## Acceptance criteria / definition of done\n- [ ] Every link of the manual works",
    "how to verify it works": "**How to verify it works**\n- The table is created when the server starts\n- The list is shown after a restart",
    "inline AC": "As a buyer, I want totals.\n\nAC: the total includes taxes and shipping",
    "inline AC bold": "**AC:** the total includes taxes and shipping",
    "inline AC dash list": "AC:\n- the total includes taxes\n- shipping is listed apart",
    "inline AC numbered": "AC1 - the total includes taxes\nAC2 - shipping is listed apart",
    "inline AC#1": "AC#1: the total includes taxes\nAC#2: shipping is listed apart",
    "Acceptance:": "Acceptance:\n- the total includes taxes",
    "Accepted when": "Accepted when:\n- the total includes taxes\n- shipping is listed apart",
    "Done when": "Done when the total includes taxes and shipping is listed apart.",
    "Done when list": "**Done when**\n- the total includes taxes\n- shipping is listed apart",
    "success criteria": "## Success criteria\n- Checkout takes at most two pages\n- 95 % of payments pass at the first try",
    "caps": "ACCEPTANCE CRITERIA\n\n* THE TOTAL INCLUDES TAXES",
    "underlined": "Acceptance Criteria\n-------------------\n- the total includes taxes",
    "bold nl": "__Acceptance Criteria__\n\n1) the total includes taxes\n2) shipping is listed apart",
    "crlf": "## Acceptance Criteria\r\n\r\n- the total includes taxes\r\n- shipping is listed apart\r\n",
    "nbsp": "##\xa0Acceptance\xa0Criteria\n-\xa0the total includes taxes",
    "zero width": "\ufeff## Acceptance\u200b Criteria\n- the total includes taxes",
    "nested": "- Story\n  - As a buyer I want totals\n- Acceptance criteria\n  - the total includes taxes\n    - also for gifts\n- Notes\n  - ask legal",
    "emoji bullets": "🎯 Acceptance criteria\n🔹 the total includes taxes\n🔹 shipping is listed apart",
    "prose criteria": "## Acceptance criteria\nThe total on the basket page includes taxes and shipping, in the buyer's currency.",
    "table md": "| Acceptance criterion | Priority |\n|---|---|\n| The total includes taxes | Must |\n| Shipping is listed apart | Should |",
    "table under heading": "## Acceptance criteria\n\n| # | Criterion |\n|---|---|\n| 1 | The total includes taxes |\n| 2 | Shipping is listed apart |",
    "table key value": "| Story | As a buyer I want totals |\n|---|---|\n| Acceptance criteria | The total includes taxes |",
    "table gwt": "## Acceptance criteria\n| Given | When | Then |\n|---|---|---|\n| a full basket | I open it | the total includes taxes |",
    "html table": "<table><tr><th>Acceptance criteria</th></tr><tr><td>The total includes taxes</td></tr></table>",
    "html list": "<h3>Acceptance criteria</h3><ol><li>The total includes taxes</li><li>Shipping is listed apart</li></ol>",
    "quote": "> **Acceptance criteria**\n>\n> - The total includes taxes\n> - Shipping is listed apart",
    "details": "<details>\n<summary>Acceptance criteria</summary>\n\n- The total includes taxes\n\n</details>",
    "gwt bold": "**Given** a full basket\n**When** I open it\n**Then** the total includes taxes",
    "gwt caps dashes": "GIVEN a full basket\n- WHEN I open it\n- THEN the total includes taxes\n- AND shipping is listed apart",
    "gwt oneline": "Given a full basket, when I open it, then the total includes taxes.",
    "gwt scenario outline": "Scenario Outline: totals\n  Given a basket with <n> items\n  When I open it\n  Then the total is <sum>\n\n  Examples:\n  | n | sum |\n  | 1 | 10 |",
    "gwt table code": "```\nScenario: totals\nGiven a full basket\nWhen I open it\nThen the total includes taxes\n```",
    "gwt it": "Dato un carrello pieno\nQuando lo apro\nAllora il totale include le tasse",
    "gwt pt": "Dado que o carrinho está cheio\nQuando abro o carrinho\nEntão o total inclui impostos",
    "gwt nl": "Gegeven een vol mandje\nAls ik het open\nDan staat het totaal erbij",
    "gwt pl": "Zakładając, że koszyk jest pełny\nGdy go otwieram\nWtedy widzę sumę z podatkiem",
    "gwt pl2": "Mając pełny koszyk\nKiedy go otwieram\nWtedy widzę sumę z podatkiem",
    "gwt ko": "조건 장바구니가 가득 차 있다\n만일 장바구니를 열면\n그러면 합계에 세금이 포함된다",
    "gwt sv": "Givet en full varukorg\nNär jag öppnar den\nSå visas summan med skatt",
    "gwt tr": "Diyelim ki sepet dolu\nEğer ki sepeti açarsam\nO zaman toplam vergiyi içerir",
    "should list": "The basket:\n\n- The total must include taxes\n- Shipping should be listed apart\n- An empty basket should show a hint",
    "it should list": "The basket page should:\n- show the total with taxes\n- list shipping apart",
    "requirements": "## Requirements\n- The total includes taxes\n- Shipping is listed apart",
    "must have de": "Die Seite soll:\n- die Summe mit Steuern zeigen\n- den Versand getrennt nennen",
    "anforderungen": "**Anforderungen**\n- Die Summe muss die Steuern enthalten\n- Der Versand wird getrennt genannt",
    "expected behaviour list feature": "## Expected behaviour\n- The total includes taxes\n- Shipping is listed apart",
    "ja list": "## 受け入れ条件\n- 合計に税金が含まれること\n- 送料が別に表示されること",
    "ja bold": "**完了条件**\n・合計に税金が含まれる\n・送料が別に表示される",
    "ja kakko": "【受け入れ条件】\n・合計に税金が含まれる",
    "zh inline": "验收标准：合计包含税费，运费单独列出。",
    "zh numbered": "【验收标准】\n1、合计包含税费\n2、运费单独列出",
    "zh numbered2": "验收标准：\n1. 合计包含税费\n2. 运费单独列出",
    "ko list": "## 인수 조건\n- 합계에 세금이 포함된다\n- 배송비가 따로 표시된다",
    "ru inline": "Критерии приёмки: сумма включает налоги, доставка указана отдельно.",
    "pl list": "Kryteria akceptacji:\n1. Suma zawiera podatek\n2. Wysyłka jest osobno",
    "es inline": "Criterios de aceptación: el total incluye impuestos y el envío aparece aparte.",
    "it list": "#### Criteri di accettazione\n1. Il totale include le tasse\n2. La spedizione è indicata a parte",
    "nl list": "**Acceptatiecriteria:**\n* Het totaal bevat btw\n* Verzending staat apart",
    "de AK": "AK1: Die Summe enthält Steuern\nAK2: Der Versand steht getrennt",
    "de AKs": "**AKs**\n- Die Summe enthält Steuern",
    "fr CA": "**CA :**\n- le total inclut les taxes\n- la livraison est à part",
    "fr RG": "## Règles de gestion\n- le total doit inclure les taxes\n- la livraison doit être à part",
    "ar": "## معايير القبول\n- يشمل المجموع الضرائب\n- تظهر الشحنة منفصلة",
    "he": "## קריטריוני קבלה\n- הסכום כולל מיסים\n- המשלוח מופיע בנפרד",
    "hi": "## स्वीकृति मानदंड\n- कुल राशि में कर शामिल है",
    "vi": "## Tiêu chí chấp nhận\n- Tổng tiền bao gồm thuế",
    "th": "## เกณฑ์การยอมรับ\n- ยอดรวมต้องรวมภาษี",
    "uk": "## Критерії приймання\n- Сума включає податки",
    "cs": "## Akceptační kritéria\n- Součet obsahuje daně",
    "tr": "## Kabul Kriterleri\n- Toplam vergileri içerir",
    "sv": "## Acceptanskriterier\n- Summan innehåller moms",
    "fi": "## Hyväksymiskriteerit\n- Summa sisältää verot",
    "hu": "## Elfogadási kritériumok\n- Az összeg tartalmazza az adót",
    "ro": "## Criterii de acceptare\n- Totalul include taxele",
    "el": "## Κριτήρια αποδοχής\n- Το σύνολο περιλαμβάνει φόρους",
    "template leftover": "## Acceptance criteria\n<!-- write them -->\nDescribe what must be true.\n- [ ] ...\n- [ ] The total includes taxes",
    "dod and ac": "## Definition of Done\n- Code reviewed\n\n## Acceptance criteria\n- The total includes taxes",
    "generic and one specific": "## Acceptance criteria\n- Tests pass\n- Code reviewed\n- The total includes taxes",
    "es todo": "## Criterios de aceptación\n- Todo usuario puede ver el total\n- Todos los precios incluyen impuestos",
    "es pendiente": "## Criterios de aceptación\n- Pendiente de pago aparece en rojo",
    "de noch nicht": "## Akzeptanzkriterien\n- Noch nicht bezahlte Rechnungen werden rot angezeigt",
    "de folgt": "## Akzeptanzkriterien\n- Folgt der Nutzer dem Link, sieht er die Summe",
    "en none": "## Acceptance criteria\n- None of the totals is negative\n- No item is shown twice",
    "en nothing": "## Acceptance criteria\n- Nothing is charged before the order is confirmed",
    "en yes": '## Acceptance criteria\n- "Yes" deletes the basket, "No" keeps it',
    "en pending": "## Acceptance criteria\n- Pending orders are shown in grey",
    "en later": "## Acceptance criteria\n- Later changes do not alter the invoice",
    "en missing": "## Acceptance criteria\n- Missing prices are shown as a dash",
    "en todo list": "## Acceptance criteria\n- Todo items can be ticked",
    "en add": "## Acceptance criteria\n- Add a hint below the total when the basket is empty",
    "en describe": "## Acceptance criteria\n- Describe each field in a tooltip",
    "en see": "## Acceptance criteria\n- See the total on every page",
    "en as": "## Acceptance criteria\n- As an admin I can see all baskets",
    "en how": "## Acceptance criteria\n- How many items are in the basket is shown in the header",
    "en q item": '## Acceptance criteria\n- The user is asked "Are you sure?"',
    "en slots": "## Acceptance criteria\n- The path is /baskets/{id}/total\n- The title is <Name> (<number of items>)",
    "en url crit": "## Acceptance criteria\n- https://shop.example/basket answers with 200",
    "en short": "## Acceptance criteria\n- Totals include taxes",
    "en two words": "## Acceptance criteria\n- Link works\n- No flicker",
    "en number": "## Acceptance criteria\n- 404 for unknown ids",
    "en 0 errors": "## Acceptance criteria\n- 0 errors in the log after a day",
    "en code": "## Acceptance criteria\n```\nGET /basket -> 200\n```\nreturns the total",
    "en mention in item": "## Acceptance criteria\n- The ticket template has a section for acceptance criteria\n- The section is empty by default",
    "en api test item": "## Acceptance criteria\n- Unit tests cover the tax calculation for all 27 countries",
    "en doc item": "## Acceptance criteria\n- README explains how to start the basket service",
    "para under heading two": "## Acceptance criteria\n\nThe basket shows taxes.\n\nShipping is listed apart.\n\n## Notes\nask legal",
    "heading with sub headings": "## Acceptance criteria\n\n### Basket page\n- The total includes taxes\n\n### Mail\n- The mail shows the total",
    "md indent code": "Story\n\n    Acceptance criteria:\n    - Total includes taxes",
    "md no blank": "Some text\nAcceptance criteria\n- Total includes taxes",
    "md no space hash": "##Acceptance criteria\n- Total includes taxes",
    "md numbers in bold": "**1. Acceptance criteria**\n- Total includes taxes",
    "md link heading": "## [Acceptance criteria](https://x.example/ac)\n- Total includes taxes",
    "md br": "**Acceptance criteria**<br>- Total includes taxes<br>- Shipping is listed apart",
    "md hr around": "---\n**Acceptance Criteria**\n---\n- Total includes taxes",
    "md inline after sentence": "As a buyer I want totals. Acceptance criteria: totals include taxes; shipping is apart.",
    "md criteria for login": "## Acceptance criteria for the basket page\n- Total includes taxes",
    "md AC (bracket)": "AC (draft):\n- Total includes taxes",
    "md [AC]": "[AC]\n- Total includes taxes",
    "md A/C": "A/C:\n- Total includes taxes",
    "md acs": "ACs:\n- Total includes taxes",
    "md US + AC": "US1: As a buyer I want totals\nAC1.1: Total includes taxes\nAC1.2: Shipping is apart",
    "md verify": "## Verification\n- Total includes taxes for gifts\n- Shipping is listed apart",
    "md criterios short": "## Criterios\n- El total incluye impuestos",
    "md criteres short": "## Critères\n- Le total inclut les taxes",
    "md criteri short": "## Criteri\n- Il totale include le tasse",
    "md kryteria short": "## Kryteria\n- Suma zawiera podatek",
    "md критерии short": "## Критерии\n- Сумма включает налоги",
    "md fr CA numbered": "CA1 : le total inclut les taxes\nCA2 : la livraison est à part",
    "md es CA": "**CA:**\n- el total incluye impuestos",
    "md pt CA": "CA01 - O total inclui impostos\nCA02 - O frete aparece à parte",
    "gwt fr mix": "**Critères d'acceptation**\nÉtant donné que je suis connecté\nQuand j'ouvre le panier\nAlors le total inclut les taxes",
    "gwt es que": "Dado que estoy en el carrito\nCuando lo abro\nEntonces veo el total con impuestos",
    "gwt de sei": "Gegeben sei ein voller Korb\nWenn ich ihn öffne\nDann steht die Summe mit Steuern da",
    "gwt zh inline": "假如购物车已满，当我打开它时，那么总价包含税费。",
    "gwt ja": "前提条件：かごがいっぱい\nもし開いたら\nならば合計に税金が含まれる",
    "wenn dann list": "## Akzeptanzkriterien\n- Wenn der Korb leer ist, dann steht ein Hinweis da",
    "rtl fa": "## معیارهای پذیرش\n- مجموع شامل مالیات است",
    "id": "## Kriteria Penerimaan\n- Total termasuk pajak",
    "da": "## Acceptkriterier\n- Summen indeholder moms",
    "no": "## Akseptansekriterier\n- Summen inneholder mva",
    "sk": "## Akceptačné kritériá\n- Súčet obsahuje dane",
    "bg": "## Критерии за приемане\n- Сумата включва данъци",
    "zh tw": "## 驗收標準\n- 合計包含稅金",
    "pt-pt": "## Critérios de Aceitação\n1. O total inclui IVA",
    "es latam": "## Criterios de Aceptacion\n- El total incluye IVA",
    "fr caps": "CRITERES D'ACCEPTATION\n- Le total inclut la TVA",
    "nl klaar als": "## Klaar als\n- Het totaal bevat btw",
}

WIKI = {
    "AC 1.": "*AC 1.* The total includes taxes\n*AC 2.* Shipping is listed apart",
    "wiki panel": "{panel:title=Acceptance Criteria|borderStyle=solid}\n# The total includes taxes\n# Shipping is listed apart\n{panel}",
    "wiki table": "||Acceptance criteria||Status||\n|The total includes taxes|open|\n|Shipping is listed apart|open|",
    "wiki bold color": "{color:#172b4d}*Acceptance Criteria:*{color}\n * The total includes taxes\n * Shipping is listed apart",
    "wiki h4 colon bold": "h4. *Acceptance criteria:*\n# The total includes taxes",
    "wiki collapsed": "As a buyer, I want totals.    *Acceptance Criteria*  * The total includes taxes  * Shipping is listed apart",
    "wiki collapsed h3": "As a buyer, I want totals. h3. Acceptance Criteria * The total includes taxes * Shipping is listed apart",
    "wiki collapsed gwt": "h3. Scenario  Given a full basket  When I open it  Then the total includes taxes",
    "wiki expand": "{expand:title=Acceptance criteria}\n* The total includes taxes\n{expand}",
    "ru list": "*Критерии приёмки*\n# Сумма включает налоги\n# Доставка указана отдельно",
    "pt list": "*Critérios de aceitação*\n* O total inclui impostos\n* O frete aparece à parte",
    "wiki noformat": "h3. Acceptance criteria\n{noformat}\nGiven a basket\nWhen I open it\nThen the total is shown\n{noformat}",
    "wiki mono": "h3. Acceptance criteria\n* {{total}} is shown in _bold_",
    "wiki check icons": "*Acceptance criteria*\n(/) The total includes taxes\n(x) Shipping is listed apart",
    "wiki nested num": "h2. Acceptance Criteria\n# Basket\n## The total includes taxes\n## Shipping is listed apart\n# Mail\n## The mail shows the total",
    "wiki dash": "Acceptance Criteria:\n- The total includes taxes\n- Shipping is listed apart",
    "wiki underline heading": "+*Acceptance Criteria*+\n* The total includes taxes",
    "wiki bold item": "* *Acceptance Criteria*\n** The total includes taxes\n* *Notes*\n** ask legal",
    "wiki collapsed inline": "Totals are wrong for gifts.   Acceptance Criteria: totals of gifts include taxes.",
    "wiki collapsed AC": "As a buyer, I want totals.   AC:   - The total includes taxes   - Shipping is listed apart",
    "wiki collapsed num": "As a buyer, I want totals.  Acceptance criteria:  1. The total includes taxes  2. Shipping is listed apart",
}

PLAIN = {
    "underlined eq plain": "Acceptance Criteria\n===================\n\n1. the total includes taxes\n2. shipping is listed apart",
    "box chars": "Acceptance criteria\n☐ the total includes taxes\n☑ shipping is listed apart",
    "plain caps": "USER STORY\nAs a buyer I want totals\n\nACCEPTANCE CRITERIA\n1. Total includes taxes\n2. Shipping is listed apart\n\nNOTES\nask legal",
    "plain stars": "*** Acceptance Criteria ***\n- Total includes taxes",
    "plain eq": "== Acceptance Criteria ==\n- Total includes taxes",
    "plain indent": "    Acceptance criteria\n        - Total includes taxes\n        - Shipping is listed apart",
}

ADF: dict[str, Any] = {
    "adf panel": {
        "type": "doc",
        "content": [
            {
                "type": "panel",
                "attrs": {"panelType": "info"},
                "content": [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "text", "text": "Acceptance criteria", "marks": [{"type": "strong"}]}
                        ],
                    },
                    {
                        "type": "bulletList",
                        "content": [
                            {
                                "type": "listItem",
                                "content": [
                                    {
                                        "type": "paragraph",
                                        "content": [{"type": "text", "text": "The total includes taxes"}],
                                    }
                                ],
                            }
                        ],
                    },
                ],
            }
        ],
    },
    "adf expand": {
        "type": "doc",
        "content": [
            {
                "type": "expand",
                "attrs": {"title": "Acceptance criteria"},
                "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "The total includes taxes"}]}
                ],
            }
        ],
    },
    "adf table": {
        "type": "doc",
        "content": [
            {
                "type": "table",
                "content": [
                    {
                        "type": "tableRow",
                        "content": [
                            {
                                "type": "tableHeader",
                                "content": [
                                    {
                                        "type": "paragraph",
                                        "content": [{"type": "text", "text": "Acceptance criteria"}],
                                    }
                                ],
                            },
                            {
                                "type": "tableCell",
                                "content": [
                                    {
                                        "type": "paragraph",
                                        "content": [{"type": "text", "text": "The total includes taxes"}],
                                    }
                                ],
                            },
                        ],
                    }
                ],
            }
        ],
    },
    "adf table list": {
        "type": "doc",
        "content": [
            {
                "type": "table",
                "content": [
                    {
                        "type": "tableRow",
                        "content": [
                            {
                                "type": "tableHeader",
                                "content": [
                                    {
                                        "type": "paragraph",
                                        "content": [{"type": "text", "text": "Acceptance criteria"}],
                                    }
                                ],
                            },
                            {
                                "type": "tableCell",
                                "content": [
                                    {
                                        "type": "bulletList",
                                        "content": [
                                            {
                                                "type": "listItem",
                                                "content": [
                                                    {
                                                        "type": "paragraph",
                                                        "content": [
                                                            {
                                                                "type": "text",
                                                                "text": "The total includes taxes",
                                                            }
                                                        ],
                                                    }
                                                ],
                                            },
                                            {
                                                "type": "listItem",
                                                "content": [
                                                    {
                                                        "type": "paragraph",
                                                        "content": [
                                                            {
                                                                "type": "text",
                                                                "text": "Shipping is listed apart",
                                                            }
                                                        ],
                                                    }
                                                ],
                                            },
                                        ],
                                    }
                                ],
                            },
                        ],
                    }
                ],
            }
        ],
    },
    "adf hardbreak": {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "AC:", "marks": [{"type": "strong"}]},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "- The total includes taxes"},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "- Shipping is listed apart"},
                ],
            }
        ],
    },
    "adf status": {
        "type": "doc",
        "content": [
            {
                "type": "heading",
                "attrs": {"level": 3},
                "content": [
                    {"type": "text", "text": "Acceptance criteria "},
                    {"type": "status", "attrs": {"text": "DRAFT"}},
                ],
            },
            {
                "type": "orderedList",
                "content": [
                    {
                        "type": "listItem",
                        "content": [
                            {
                                "type": "paragraph",
                                "content": [{"type": "text", "text": "The total includes taxes"}],
                            }
                        ],
                    }
                ],
            },
        ],
    },
}

CHECKLISTS: dict[str, tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "trello names de": ("", (("Akzeptanzkriterien", ("Die Summe enthält Steuern",)),)),
    "trello names es": ("", (("Criterios de aceptación", ("El total incluye impuestos",)),)),
    "trello names fr": ("", (("Critères d’acceptation", ("Le total inclut les taxes",)),)),
    "trello names ja": ("", (("受け入れ条件", ("合計に税金が含まれる",)),)),
    "trello names zh": ("", (("验收标准", ("合计包含税费",)),)),
    "trello names ru": ("", (("Критерии приемки", ("Сумма включает налоги",)),)),
    "trello AC emoji": ("", (("✅ AC", ("The total includes taxes",)),)),
    "trello AC numbered": ("", (("1. Acceptance Criteria (must)", ("The total includes taxes",)),)),
    "trello two": ("", (("Tasks", ("Backend",)), ("Acceptance criteria", ("The total includes taxes",)))),
    "trello acceptance": ("", (("Acceptance", ("Total includes taxes", "Shipping apart from total")),)),
    "trello criteria": ("", (("Criteria", ("Total includes taxes",)),)),
    "trello requirements": (
        "",
        (("Requirements", ("The total includes taxes", "Shipping is listed apart")),),
    ),
    "trello pt": ("", (("Critérios de aceite", ("O total inclui impostos",)),)),
    "trello it": ("", (("Criteri di accettazione", ("Il totale include le tasse",)),)),
    "trello nl": ("", (("Acceptatiecriteria", ("Het totaal bevat btw",)),)),
    "trello pl": ("", (("Kryteria akceptacji", ("Suma zawiera podatek",)),)),
    "trello ko": ("", (("인수 조건", ("합계에 세금이 포함된다",)),)),
    "trello desc md": (
        "**Acceptance Criteria**\n* Total includes taxes\n* Shipping is listed apart",
        (("Tasks", ("Backend",)),),
    ),
}

TEXTS = [
    *(pytest.param(body, "markdown", (), id=name) for name, body in MARKDOWN.items()),
    *(pytest.param(body, "wiki", (), id=name) for name, body in WIKI.items()),
    *(pytest.param(body, "plain", (), id=name) for name, body in PLAIN.items()),
    *(pytest.param(body, "adf", (), id=name) for name, body in ADF.items()),
    *(pytest.param(body, "markdown", lists, id=name) for name, (body, lists) in CHECKLISTS.items()),
]


@pytest.mark.parametrize(("body", "form", "lists"), TEXTS)
def test_criteria_are_found(
    body: str | Mapping[str, Any], form: str, lists: Sequence[tuple[str, Sequence[str]]]
) -> None:
    found = acceptance_criteria(body, form, lists)
    assert found.present, found.because
