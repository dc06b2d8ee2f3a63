"""How much each caller may ask: counts requests in windows, says so in headers, refuses where told to."""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from posync.sandbox.exchange import Call
from posync.sandbox.refusals import Refusal
from posync.sandbox.settings import Limits

ISSUE = re.compile(r"/issue/([A-Za-z0-9_]+-\d+|\d+)")
WINDOW = 10.0
MEMBER_WINDOW = 900.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What an answer says about allowances, and the refusal where one is used up."""

    headers: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


class Allowances:
    """Sliding windows by caller and kind of request."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.now = time.monotonic  # what tells seconds; a test may let them pass at once
        self.seen: dict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def spend(self, call: Call, tracker: str) -> Spent:
        """Count a request."""
        return self._trello(call) if tracker == "trello" else self._jira(call)

    def _count(self, window: float, *key: str) -> int:
        times, now = self.seen[key], self.now()
        while times and times[0] < now - window:
            times.popleft()
        times.append(now)
        return len(times)

    def _trello(self, call: Call) -> Spent:
        limits = self.limits
        rows = [("token", limits.trello_per_token, WINDOW), ("key", limits.trello_per_key, WINDOW)]
        if call.path.startswith("/1/members/"):
            rows.append(("member", limits.trello_per_member, MEMBER_WINDOW))
        headers: dict[str, str] = {}
        over = ""
        for name, most, window in rows:
            used = self._count(
                window, "trello", name, call.query.get(name, call.headers.get("authorization", ""))
            )
            headers |= _trello_headers(name, most, window, used)
            over = over or (name if used > most else "")
        refusal = too_many_trello(over) if over and limits.enforce else None
        return Spent(headers, refusal)

    def _jira(self, call: Call) -> Spent:
        most = self.limits.jira_per_second.get(call.method, 100)
        used = self._count(1.0, "jira", call.method)
        headers = {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(max(0, most - used))}
        headers |= {"X-RateLimit-NearLimit": "true"} if used > most * 0.8 else {}
        reason = "jira-burst-based" if used > most else self._one_issue(call)
        refusal = too_many_jira(1, reason) if reason and self.limits.enforce else None
        return Spent(headers, refusal)

    def _one_issue(self, call: Call) -> str:
        """Return the reason to refuse a write to an issue that was written to too often, "" for none."""
        issue = ISSUE.search(call.path)
        if issue is None or call.method == "GET":
            return ""
        return (
            "jira-per-issue-on-write"
            if self._count(2.0, "issue", issue[1]) > self.limits.jira_per_issue
            else ""
        )


def _trello_headers(name: str, most: int, window: float, used: int) -> dict[str, str]:
    root = f"x-rate-limit-api-{name}"
    left = str(max(0, most - used))
    return {
        f"{root}-interval-ms": str(int(window * 1000)),
        f"{root}-max": str(most),
        f"{root}-remaining": left,
    }


def too_many_trello(which: str = "token") -> Refusal:
    """Return Trello's 429: an error name, no Retry-After."""
    name = {"key": "API_KEY_LIMIT_EXCEEDED", "member": "API_TOKEN_LIMIT_EXCEEDED"}.get(
        which, "API_TOKEN_LIMIT_EXCEEDED"
    )
    return Refusal.trello_json(429, name, "Rate limit exceeded")


def too_many_jira(retry_after: str | int | None, reason: str) -> Refusal:
    """Return Jira's 429 with the headers that say how long to wait and which allowance is spent."""
    refusal = Refusal.jira(429, "Rate limit exceeded.")
    refusal.headers |= {"RateLimit-Reason": reason, "X-RateLimit-Remaining": "0"}
    refusal.headers |= {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return refusal
