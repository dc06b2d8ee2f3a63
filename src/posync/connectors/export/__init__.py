"""Backlogs saved to files: Trello board exports, Jira search results, Jira CSV."""
