"""Jira Cloud and Data Center: paging, increments and writes on raw JSON, over the `jira` client's session."""
