"""The workspace over the sandbox's shop that tests of several rooms share; its secrets are the sandbox's own."""

from __future__ import annotations

SECRETS = {
    "JIRA_EMAIL": "po@shop.example",
    "JIRA_TOKEN": "sandbox-jira-token",
    "TRELLO_KEY": "sandbox-trello-key",
    "TRELLO_TOKEN": "sandbox-trello-token",
}

WORKSPACE = """\
workspace: shop
trackers:
  shop-jira:
    kind: jira
    url: {jira}
    auth: {{email: {{env: JIRA_EMAIL}}, token: {{env: JIRA_TOKEN}}}}
    scope: {{project: SHOP}}
    profile: jira-cloud
  shop-trello:
    kind: trello
    url: {trello}
    auth: {{key: {{env: TRELLO_KEY}}, token: {{env: TRELLO_TOKEN}}}}
    scope: {{board: shopboard, lists: [Backlog, Next]}}
packs: [wsjf, story-readiness, release-train]
state: sqlite:///posync.db
limits: {{writes: {{percent: 100}}, all_changed: allow, displacement: 1000}}
"""
