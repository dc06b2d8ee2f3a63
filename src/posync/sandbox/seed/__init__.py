"""The online shop that the sandbox shows when nothing else is loaded."""
