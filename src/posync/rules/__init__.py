"""What should be true: packs, expressions, scoring, ordering, readiness and releases."""
