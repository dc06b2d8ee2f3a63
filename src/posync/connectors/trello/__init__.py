"""Trello as a backlog: a card becomes an issue at the door, a change becomes the fewest safe requests."""
