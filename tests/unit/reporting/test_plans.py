"""One plan in every format: complete, readable at 80 columns, and safe whatever trackers hold."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len

from posync.model.change import AddLabel
from posync.model.plan import Held, Plan, read_plan
from posync.reporting import render_plan
from posync.reporting.outline import SHOWN


def test_the_text_says_what_moves_from_where_to_where_and_why(plan: Plan) -> None:
    text = render_plan(plan, file="w47.plan.json")
    assert re.search(r"12 → 1\s+SHOP-7\s+␛\[31m<b>\[red\]\*Pay\*\[/red\]</b> \| 支払い\n\s+WSJF 19", text)
    assert "Order: 1 issue moves" in text
    assert "1 neighbour travels along and keeps its number" in text
    assert "Order of Next: 1 issue moves" in text
    assert "quiet  1 issue, no write\n  nothing to change" in text


def test_issues_with_the_same_reason_share_a_row_and_reasons_are_not_repeated(plan: Plan) -> None:
    text = render_plan(plan)
    assert re.search(r"\+\s+2 issues\s+SHOP-7, SHOP-8\n\s+0 of 1 acceptance criteria", text)
    assert text.count("0 of 1 acceptance criteria") == 2  # once for the label, once for SHOP-9
    assert "What to do: Add one line." in text


def test_the_text_ends_with_the_counts_and_how_to_go_on(plan: Plan) -> None:
    text = render_plan(plan, file="w47.plan.json")
    ending = " ".join(text.split("\n\n")[-1].split())
    assert ending.startswith(
        "9 changes on 5 issues: 3 moves, 2 labels added, 1 label removed, 1 release, 1 field,"
    )
    assert "6 write requests expected" in ending
    assert plan.checksum.removeprefix("sha256:")[:12] in ending
    assert ending.rstrip().endswith("To go on: posync apply w47.plan.json")


def test_a_held_plan_says_how_it_goes_on(plan: Plan) -> None:
    held = plan.model_copy(
        update={"held": (Held(reason="writes", detail="85 % would change", remedy="Read it."),)}
    )
    text = render_plan(held, file="p.json")
    assert "Held for review\n  -  85 % would change\n     Read it." in text
    assert f"--approve\n{plan.checksum}" in text or f"--approve {plan.checksum}" in text


def test_missing_inputs_warnings_and_what_is_left_alone_are_said(plan: Plan) -> None:
    text = render_plan(plan)
    assert "Missing inputs\n  -  job size: SHOP-5\n     used instead: last" in text
    assert "Warnings\n  -  wsjf: scores are relative" in text
    assert "Left alone\n  -  SHOP-3: label posync-ignore" in text


def test_what_is_left_alone_names_its_issue_once(plan: Plan) -> None:
    named = Held(reason="changed_since", detail="SHOP-3: moved since that run", issue="SHOP-3")
    for shape in ("text", "markdown", "html"):
        assert render_plan(plan.model_copy(update={"held": (named,)}), shape).count("SHOP-3") == 1


def test_the_way_back_says_how_it_goes_on(plan: Plan) -> None:
    assert "To go on: posync undo RUN --yes" in render_plan(plan.model_copy(update={"packs": {}}))


def test_an_empty_plan_says_so(plan: Plan) -> None:
    text = render_plan(plan.model_copy(update={"changes": (), "held": ()}))
    assert text.rstrip().endswith("Nothing to do: the trackers are as the policies want them.")


@pytest.mark.parametrize("width", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(plan: Plan, width: int) -> None:
    assert max(map(cell_len, render_plan(plan, width=width).splitlines())) <= width


def test_long_plans_are_shortened_with_a_count_in_the_terminal_alone(plan: Plan) -> None:
    template = next(change for change in plan.changes if isinstance(change, AddLabel))
    many = tuple(
        template.model_copy(
            update={"id": n, "issue": f"S-{n}", "uid": f"shop:S-{n}", "because": (f"reason {n}",)}
        )
        for n in range(1, 101)
    )
    long = plan.model_copy(update={"changes": many})
    assert f"and {100 - SHOWN} more, all in the plan file" in render_plan(long)
    assert "reason 100" not in render_plan(long)
    assert "reason 100" in render_plan(long, "markdown")
    assert "reason 100" in render_plan(long, "html")


@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
def test_a_title_without_end_is_cut_visibly(plan: Plan, shape: str) -> None:
    template = next(change for change in plan.changes if isinstance(change, AddLabel))
    about = {"issue": "SHOP-1", "uid": "shop:1", "title": "All " * 250_000, "because": ("alone",)}
    vast = template.model_copy(update=about)
    long = plan.model_copy(update={"changes": (vast, *plan.changes)})
    shown = render_plan(long, shape)
    assert "All All All" in shown
    assert "…" in shown
    assert len(shown) < 30_000
    assert "All " * 250_000 in render_plan(long, "json")


def test_colour_only_where_asked_and_no_escape_of_a_tracker_ever(plan: Plan) -> None:
    assert "\x1b" not in render_plan(plan)
    coloured = render_plan(plan, colour=True)
    assert "\x1b[" in coloured
    assert "\x1b[31m<b>" not in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_plan(plan)


def test_json_is_the_plan_file(plan: Plan) -> None:
    assert read_plan(render_plan(plan, "json")) == plan
    assert json.loads(render_plan(plan, "json"))["checksum"] == plan.checksum


def test_markdown_is_whole_and_escaped(plan: Plan) -> None:
    text = render_plan(plan, "markdown", file="w47.plan.json")
    assert (
        r"| 12 → 1 | SHOP-7 | ␛\[31m&lt;b&gt;\[red\]\*Pay\*\[/red\]&lt;/b&gt; \| 支払い | WSJF 19 |" in text
    )
    assert "| shop | SHOP-5 | job size | last |" in text
    assert f"Checksum `{plan.checksum}`, file `w47.plan.json`." in text


class Tags(HTMLParser):
    """Collects the elements of a page, their attributes and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_stands_alone_and_shows_hostile_text_as_text(plan: Plan) -> None:
    page = Tags()
    page.feed(render_plan(plan, "html"))
    assert not page.names & {"script", "link", "img", "iframe", "b", "a"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "onclick"}
    assert "<b>[red]*Pay*[/red]</b> | 支払い" in page.said
    assert plan.checksum in page.said
    assert "Order of Next: 1 issue moves" in page.said


def test_other_formats_are_refused_by_name(plan: Plan) -> None:
    with pytest.raises(ValueError, match="no format is called pdf"):
        render_plan(plan, "pdf")
