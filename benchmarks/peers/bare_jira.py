"""The bare `jira` library: every issue of a project, with the fields a normalized issue needs."""

import os
import sys

from jira import JIRA

# A script knows its site: it asks for custom fields by number, and so need not ask which there are.
FIELDS = (
    "summary,description,issuetype,status,statuscategorychangedate,priority,labels,fixVersions,assignee,reporter,"
    "parent,issuelinks,votes,watches,created,updated,duedate,resolution,project,customfield_10016,customfield_10019,"
    "customfield_10020,customfield_10031,customfield_10032,customfield_10033,customfield_10034"
)
client = JIRA(sys.argv[1], basic_auth=(os.environ["JIRA_EMAIL"], os.environ["JIRA_TOKEN"]))
issues = client.search_issues("project = SHOP ORDER BY Rank ASC", maxResults=False, fields=FIELDS)
print(len(issues))
