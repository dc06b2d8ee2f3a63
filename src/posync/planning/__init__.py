"""From verdicts to a plan: the desired backlog, the difference, the fewest writes, the limits."""
