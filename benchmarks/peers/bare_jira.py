"""The bare `jira` library: every issue of a project, with the fields a normalized issue needs."""

import os
import sys

from jira import JIRA

FIELDS = (
    "summary,description,issuetype,status,priority,labels,fixVersions,assignee,reporter,parent,issuelinks,"
    "votes,watches,created,updated,duedate,subtasks"
)
client = JIRA(sys.argv[1], basic_auth=(os.environ["JIRA_EMAIL"], os.environ["JIRA_TOKEN"]))
issues = client.search_issues("project = SHOP ORDER BY Rank ASC", maxResults=False, fields=FIELDS)
print(len(issues))
