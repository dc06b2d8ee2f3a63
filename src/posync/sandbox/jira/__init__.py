"""Jira Cloud and Jira Data Center, as their REST interfaces show them."""
