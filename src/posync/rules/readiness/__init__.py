"""Whether a story can be started: acceptance criteria and the checks beyond them."""
