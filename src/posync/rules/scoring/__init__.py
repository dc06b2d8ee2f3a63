"""Scoring methods: what each issue is worth, exactly, and from which inputs."""

from posync.rules.scoring.methods import Scoring
from posync.rules.scoring.scored import Scored, score_all

__all__ = ["Scored", "Scoring", "score_all"]
