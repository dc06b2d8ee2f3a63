"""Saved files as trackers that can be read and never written: Trello boards, Jira searches, Jira CSV."""
