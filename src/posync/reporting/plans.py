"""One plan, in the format that was asked for."""

from __future__ import annotations

from posync.model.plan import Plan
from posync.reporting.html import plan_html
from posync.reporting.plan_markdown import plan_markdown
from posync.reporting.plan_text import plan_text


def render_plan(
    plan: Plan,
    format: str = "text",  # noqa: A002 - the word people type
    *,
    width: int = 80,
    colour: bool = False,
    file: str | None = None,
) -> str:
    """Return a plan as `text` (for a terminal, shortened), `json` (the plan file), `markdown` or `html`.

    `file` is where the plan was saved; the text then says how to go on from there. Raises ValueError for
    any other format.
    """
    match format:
        case "text":
            return plan_text(plan, width=width, colour=colour, file=file)
        case "json":
            return plan.to_json()
        case "markdown":
            return plan_markdown(plan, file=file)
        case "html":
            return plan_html(plan)
    raise ValueError(f"no format is called {format}: choose text, json, markdown or html")
