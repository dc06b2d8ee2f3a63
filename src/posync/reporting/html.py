"""Plans and runs as one self-contained web page: nothing is fetched, nothing in it runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posync.model.plan import Plan
from posync.reporting.clean import clean
from posync.reporting.counting import counted
from posync.reporting.outline import findings, left_alone, outline, tally

_TEMPLATES = Path(__file__).parent / "templates"


def plan_html(plan: Plan, **more: Any) -> str:
    """Return a plan as a page; `more` adds to or replaces what the template is given."""
    missing = [
        (f"{m.issue}: {m.input.replace('_', ' ')}", f"used instead: {m.used}") for m in plan.missing_inputs
    ]
    given: dict[str, Any] = {
        "title": f"Plan for {plan.workspace}",
        "lead": [f"made {plan.created:%Y-%m-%d %H:%M} UTC by {', '.join(plan.packs) or 'no pack'}"],
        "summary": f"{counted(len(plan.changes), 'change')}: {tally(plan)}",
        "held": [(h.detail, h.remedy) for h in plan.held if not h.issue],
        "skipped": left_alone(plan),
        "parts": outline(plan),
        "findings": findings(plan),
        "missing": missing,
        "warnings": [(warning, "") for warning in plan.warnings],
        "checksum": plan.checksum,
    }
    return page({**given, **more})


def page(given: Mapping[str, Any]) -> str:
    """Return the page for what the template is given; every value is cleaned and escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    whole = {"lead": (), "summary": "", "held": (), "failed": (), "skipped": (), "parts": (), "findings": (), "missing": (),
             "warnings": (), "checksum": ""}  # fmt: skip
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["clean"] = clean
    return environment.get_template("page.html.j2").render({**whole, **given}) + "\n"
