"""What the readiness checks must not fall below: two goals, and what each of them has reached."""

Least = dict[str, tuple[float, float]]
"""The least precision and recall, by the name of the labelled set."""

GOALS: Least = {
    "acceptance criteria": (0.95, 0.95),
    "missing benefit, annotated": (0.97, 0.97),
}
"""What somebody wanted before it was measured."""

REACHED: Least = {
    "acceptance criteria": (1.00, 1.00),
    "acceptance criteria, draw 1": (1.00, 0.97),
    "acceptance criteria, draw 2": (1.00, 0.95),
    "acceptance criteria, draw 3": (1.00, 1.00),
    "acceptance criteria, draw 4": (0.97, 0.89),
    "acceptance criteria, draw 5": (1.00, 0.77),
    "acceptance criteria, cards": (1.00, 0.25),
    "missing benefit, annotated": (1.00, 1.00),
    "missing benefit, others": (0.95, 0.98),
    "atomic": (0.87, 0.70),
    "atomic, joined by and": (1.00, 0.30),
    "vague words": (0.96, 0.96),
    "missing description": (1.00, 0.92),
    "duplicate title": (1.00, 0.90),
    "estimate": (0.75, 0.96),
    "stale, 60 days": (1.00, 0.64),
    "stale, 90 days": (1.00, 0.60),
    "blocked by unplanned": (0.95, 0.87),
    "unassigned epic": (1.00, 0.77),
}
"""The figures that docs/sources.md publishes, rounded down: floors, so that no check gets worse unseen.

Nobody aimed at them, and a low one says that the check is weak, not that this is enough. Sets of which a check
flags nothing have none.
"""
