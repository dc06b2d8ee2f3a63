"""Which Jira request goes where: one written list."""

from __future__ import annotations

from collections.abc import Callable

from posync.sandbox.exchange import Answer, Call
from posync.sandbox.jira import agile, bulk, commenting, home, issues, owning, searching
from posync.sandbox.jira.site import Site

Handler = Callable[[Site, Call], Answer]

API = "/rest/api/{v}"
AGILE = "/rest/agile/1.0"
ISSUE = API + "/issue/{issue}"

# Data Center has none of these.
CLOUD_ONLY = frozenset(
    {
        home.tenant_info,
        home.project_search,
        searching.approximate_count,
        searching.bulk_fetch,
        bulk.submit,
        bulk.queue,
    }
)

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/_edge/tenant_info", home.tenant_info),
    ("GET", API + "/serverInfo", home.server_info),
    ("GET", API + "/myself", home.myself),
    ("GET", API + "/field", home.fields),
    ("GET", API + "/mypermissions", home.permissions),
    ("GET", API + "/issueLinkType", home.link_types),
    ("GET", API + "/status", home.statuses),
    ("GET", API + "/project", home.projects),
    ("GET", API + "/project/search", home.project_search),
    ("GET", API + "/project/{project}", home.project),
    ("GET", API + "/project/{project}/versions", home.versions),
    ("GET", API + "/project/{project}/version", home.version_page),
    ("GET", API + "/project/{project}/properties", owning.keys),
    ("GET PUT DELETE", API + "/project/{project}/properties/{key}", owning.one),
    ("POST", API + "/version", home.create_version),
    ("GET PUT", API + "/version/{version}", home.get_version),
    ("GET POST", API + "/search/jql", searching.search_cloud),
    ("POST", API + "/search/approximate-count", searching.approximate_count),
    ("GET POST", API + "/search", searching.search_server),
    ("POST", API + "/issue/bulkfetch", searching.bulk_fetch),
    ("POST", API + "/issue", issues.create_issue),
    ("GET", ISSUE, issues.get_issue),
    ("PUT", ISSUE, issues.put_issue),
    ("GET", ISSUE + "/properties", issues.properties),
    ("GET PUT DELETE", ISSUE + "/properties/{key}", issues.one_property),
    ("GET", ISSUE + "/comment", commenting.list_comments),
    ("POST", ISSUE + "/comment", commenting.add_comment),
    ("GET PUT DELETE", ISSUE + "/comment/{comment}", commenting.one_comment),
    ("GET PUT", API + "/comment/{comment}/properties/{key}", commenting.comment_property),
    ("POST", API + "/bulk/issues/fields", bulk.submit),
    ("GET", API + "/bulk/queue/{task}", bulk.queue),
    ("GET", AGILE + "/board", agile.boards),
    ("GET", AGILE + "/board/{board}", agile.board),
    ("GET", AGILE + "/board/{board}/configuration", agile.configuration),
    ("GET", AGILE + "/board/{board}/issue", agile.board_issues),
    ("GET", AGILE + "/board/{board}/backlog", agile.board_issues),
    ("GET", AGILE + "/board/{board}/sprint", agile.sprints),
    ("PUT", AGILE + "/issue/rank", agile.rank),
)
