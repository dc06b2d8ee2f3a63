"""Writes posync's one comment on an issue: once, then edited in place, then taken back."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass

from posync.connectors.jira.comments import Found, look_for, to_wiki
from posync.connectors.jira.site import API, Site, mapping
from posync.connectors.transport import Transport
from posync.connectors.transport.transport import Params
from posync.errors import NotFound
from posync.model.change import Comment
from posync.model.plan import Outcome, Result
from posync.model.repeat import Repeat


@dataclass(frozen=True, slots=True)
class Commenting:
    """`known` holds what was found of posync's comments lately: by issue id, None where there is none."""

    site: Site
    transport: Transport
    workspace: str
    known: MutableMapping[str, Found | None]

    def carry_out(self, change: Comment, issue: str, comment_id: str | None, quiet: Params) -> Result:
        """Write, edit or take back the comment; where its id is unknown it is looked for first."""
        if change.after is None:
            return self._take_back(change, issue, comment_id)
        if comment_id is None:
            comment_id, text = self._found(issue) or (None, None)
            if comment_id is not None and text == change.after:
                return _result(change, Outcome.ALREADY, comment_id)
        if comment_id is None:
            return self._post(change, issue, change.after)
        try:
            return self._put(change, issue, comment_id, change.after, quiet)
        except NotFound:
            self.known.pop(issue, None)
            return _result(change, Outcome.SKIPPED, None, "somebody deleted posync's comment")

    def _found(self, issue: str) -> Found | None:
        """Return posync's comment; what was read before is used once, since it may be written now."""
        if issue in self.known:
            return self.known.pop(issue)
        return look_for(self.site, issue, self.workspace)

    def _post(self, change: Comment, issue: str, text: str) -> Result:
        operation = f"comment on {change.issue}"
        answer = self.transport.write(
            "POST",
            f"{API}/issue/{issue}/comment",
            {"body": to_wiki(text, self.workspace)},
            repeat=Repeat.LOOK,
            operation=operation,
        )
        made = mapping(self.site.name, operation, answer)
        return _result(change, Outcome.DONE, str(made["id"]))

    def _put(self, change: Comment, issue: str, comment_id: str, text: str, quiet: Params) -> Result:
        self.transport.write(
            "PUT",
            f"{API}/issue/{issue}/comment/{comment_id}",
            {"body": to_wiki(text, self.workspace)},
            quiet,
            repeat=Repeat.SAFE,
            operation=f"edit the comment on {change.issue}",
        )
        return _result(change, Outcome.DONE, comment_id)

    def _take_back(self, change: Comment, issue: str, comment_id: str | None) -> Result:
        if comment_id is None:
            comment_id, _ = self._found(issue) or (None, None)
        if comment_id is None:
            return _result(change, Outcome.ALREADY, None)
        try:
            self.transport.write(
                "DELETE",
                f"{API}/issue/{issue}/comment/{comment_id}",
                repeat=Repeat.SAFE,
                operation=f"take back the comment on {change.issue}",
            )
        except NotFound:
            return _result(change, Outcome.ALREADY, None)
        return _result(change, Outcome.DONE, None)


def _result(change: Comment, outcome: Outcome, comment_id: str | None, because: str = "") -> Result:
    receipt = {"comment_id": comment_id} if comment_id else {}
    return Result(change=change.id, outcome=outcome, because=because, receipt=receipt)
