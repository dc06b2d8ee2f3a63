"""An HTTP server that speaks Jira and Trello, for demos, tests and rehearsals of a policy."""
