"""What people read: plans, runs and verdicts as terminal text, Markdown, HTML and JSON."""

from posync.reporting.explaining import render_criteria, render_explanation
from posync.reporting.listing import (
    render_backlog,
    render_check,
    render_comparison,
    render_history,
    render_pack_tests,
    render_packs,
    render_pulled,
)
from posync.reporting.plans import render_plan
from posync.reporting.ranking import render_goals, render_ranking
from posync.reporting.runs import render_report, render_results

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
