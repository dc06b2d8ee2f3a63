"""Carries out writes on a Jira tracker."""

from posync.connectors.jira.connector import JiraReader


class JiraWriter(JiraReader):
    """One Jira tracker, with writes."""
