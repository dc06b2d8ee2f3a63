"""One Jira site: a world, what the site allows, who is signed in, and what it tells whom."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from posync.sandbox.exchange import Answer, Call, answer
from posync.sandbox.jira.issue import Issue
from posync.sandbox.jira.search import Finder
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.refusals import Refusal, no_such_issue, not_signed_in
from posync.sandbox.settings import ACCOUNTS, Account, Flavour, Limits


@dataclass
class Site:
    """What every Jira route is given beside the call."""

    world: JiraWorld
    limits: Limits
    flavour: Flavour = "cloud"
    accounts: tuple[Account, ...] = ACCOUNTS
    anonymous: bool = False  # a fault: the site treats everybody as not signed in
    finder: Finder = field(init=False)

    def __post_init__(self) -> None:
        self.finder = Finder(self.world)

    @property
    def cloud(self) -> bool:
        """Tell whether this is Jira Cloud."""
        return self.flavour == "cloud"

    def kept(self, *, new: bool) -> Answer:
        """Return the answer to a property being set; Data Center's has no body."""
        status = 201 if new else 200
        return answer({}, status) if self.cloud else Answer(status=status)

    def account(self, call: Call) -> Account | None:
        """Return who is signed in, None for nobody; raises Refusal (401) for bad credentials on Data Center."""
        kind, _, secret = call.headers.get("authorization", "").partition(" ")
        found = None if self.anonymous else self._match(kind.lower(), secret)
        if found is not None and found.gateway_only and not call.gateway:
            found = None
        if found is None and kind and not self.anonymous and not self.cloud:
            raise Refusal(
                401, "<html><head><title>Unauthorized (401)</title></head></html>", "text/html;charset=UTF-8"
            )
        return found

    def _match(self, kind: str, secret: str) -> Account | None:
        if kind == "bearer":
            return next((one for one in self.accounts if one.bearer == secret), None)
        if kind != "basic":
            return None
        try:
            email, _, token = base64.b64decode(secret).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return next((one for one in self.accounts if (one.email, one.token) == (email, token)), None)

    def signed_in(self, call: Call) -> Account:
        """Return who is signed in; raises Refusal (401) for nobody."""
        account = self.account(call)
        if account is None:
            raise not_signed_in()
        return account

    def issue(self, call: Call, *, permission: str = "") -> Issue:
        """Return the issue a path names; raises Refusal where it is absent, hidden or not to be touched."""
        account = self.account(call)
        issue = self.world.find(call.params["issue"])
        if issue is None or account is None or "BROWSE_PROJECTS" not in account.permissions:
            raise no_such_issue()
        if permission and not account.may(permission, issue.project):
            raise Refusal.jira(403, f"You do not have permission to do this: {permission} is missing.")
        return issue
