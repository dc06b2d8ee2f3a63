"""One prioritisation method per file."""
