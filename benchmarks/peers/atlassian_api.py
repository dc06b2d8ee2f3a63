"""`atlassian-python-api`: every issue of a project, page by page."""

import os
import sys

from atlassian import Jira

client = Jira(
    url=sys.argv[1], username=os.environ["JIRA_EMAIL"], password=os.environ["JIRA_TOKEN"], cloud=True
)
found, token = 0, None
while True:
    page = client.enhanced_jql("project = SHOP ORDER BY Rank ASC", nextPageToken=token, limit=100)
    found += len(page["issues"])
    token = page.get("nextPageToken")
    if not token:
        break
print(found)
