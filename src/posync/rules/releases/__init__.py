"""A train of releases, and which issue boards which of them."""
