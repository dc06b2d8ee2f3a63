"""What people read: plans, runs and verdicts as terminal text, Markdown, HTML and JSON.

Nothing is imported before it is asked for: a pull need not load what renders plans.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posync.reporting.explaining import render_criteria as render_criteria
    from posync.reporting.explaining import render_explanation as render_explanation
    from posync.reporting.listing import render_backlog as render_backlog
    from posync.reporting.listing import render_check as render_check
    from posync.reporting.listing import render_comparison as render_comparison
    from posync.reporting.listing import render_history as render_history
    from posync.reporting.listing import render_pack_tests as render_pack_tests
    from posync.reporting.listing import render_packs as render_packs
    from posync.reporting.plans import render_plan as render_plan
    from posync.reporting.pulls import render_pulled as render_pulled
    from posync.reporting.ranking import render_goals as render_goals
    from posync.reporting.ranking import render_ranking as render_ranking
    from posync.reporting.runs import render_report as render_report
    from posync.reporting.runs import render_results as render_results

_WHERE = {
    "render_backlog": "listing",
    "render_check": "listing",
    "render_comparison": "listing",
    "render_criteria": "explaining",
    "render_explanation": "explaining",
    "render_goals": "ranking",
    "render_history": "listing",
    "render_pack_tests": "listing",
    "render_packs": "listing",
    "render_plan": "plans",
    "render_pulled": "pulls",
    "render_ranking": "ranking",
    "render_report": "runs",
    "render_results": "runs",
}

__all__ = [
    "render_backlog",
    "render_check",
    "render_comparison",
    "render_criteria",
    "render_explanation",
    "render_goals",
    "render_history",
    "render_pack_tests",
    "render_packs",
    "render_plan",
    "render_pulled",
    "render_ranking",
    "render_report",
    "render_results",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _WHERE:
        raise AttributeError(f"module 'posync.reporting' has no attribute '{name}'")
    return getattr(import_module(f"posync.reporting.{_WHERE[name]}"), name)
