"""posync keeps Jira and Trello backlogs in the order your policies say.

    import posync
    ws = posync.open("posync.yaml"); ws.pull(); plan = ws.plan(); ws.apply(plan)

Everything public is here; nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from posync.planning.moves import Move as Move
    from posync.planning.moves import moves as moves
    from posync.rules.ordering import order as order
    from posync.rules.readiness.criteria import AcceptanceCriteria as AcceptanceCriteria
    from posync.rules.readiness.criteria import acceptance_criteria as acceptance_criteria
    from posync.service import Workspace as Workspace
    from posync.service import open_workspace as open  # noqa: A004

_WHERE = {
    "AcceptanceCriteria": ("posync.rules.readiness.criteria", "AcceptanceCriteria"),
    "Move": ("posync.planning.moves", "Move"),
    "Workspace": ("posync.service", "Workspace"),
    "acceptance_criteria": ("posync.rules.readiness.criteria", "acceptance_criteria"),
    "moves": ("posync.planning.moves", "moves"),
    "open": ("posync.service", "open_workspace"),
    "order": ("posync.rules.ordering", "order"),
}

__all__ = [
    "AcceptanceCriteria",
    "Move",
    "Workspace",
    "__version__",
    "acceptance_criteria",
    "moves",
    "open",
    "order",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _WHERE:
        raise AttributeError(f"module 'posync' has no attribute '{name}'")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
