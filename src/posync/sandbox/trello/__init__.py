"""Trello, as its REST interface shows it."""
