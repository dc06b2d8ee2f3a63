"""Carries out writes on one Jira tracker, and says of each change what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posync.connectors.jira import permissions
from posync.connectors.jira.bulk import bulk_body, bulk_edit
from posync.connectors.jira.claims import mark
from posync.connectors.jira.commenting import Commenting
from posync.connectors.jira.connector import JiraReader
from posync.connectors.jira.editing import Body, Editor, label_trouble, unmet
from posync.connectors.jira.ranked import note
from posync.connectors.jira.ranking import rank
from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.search import Raw
from posync.connectors.jira.site import API, Site
from posync.connectors.jira.versions import Versions
from posync.connectors.jira.writes import BULK, EDIT, RANK, Edit, delta_of
from posync.connectors.profile import Profile
from posync.connectors.transport import Transport
from posync.connectors.transport.transport import Params
from posync.errors import Refused
from posync.model.change import Change, Comment, Move
from posync.model.issue import Issue
from posync.model.plan import Outcome, Result, Write
from posync.model.repeat import Repeat

VERIFIED = ("labels", "fixVersions")


class JiraWriter(JiraReader):
    """One Jira tracker, with writes; only applying is given one."""

    def __init__(
        self, site: Site, scope: JiraScope, profile: Profile, workspace: str, browse: str | None
    ) -> None:
        super().__init__(site, scope, profile, workspace, browse)
        if not isinstance(site.transport, Transport):
            raise TypeError("writing needs a transport that writes")
        self._transport = site.transport
        self._versions = Versions(site, site.transport)
        self._commenting = Commenting(site, site.transport, workspace, self._known_comments)
        self._project_ids: dict[str, str] = {}  # by issue id, of the issues looked at
        self._fields_asked_again = False

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:
        """Return the fewest write requests that carry out `changes`; a missing version is created by the first that needs it."""
        return self._grouped(changes)

    def perform(self, write: Write, *, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        """Carry out one write; raises Transient where its outcome is unknown, another TrackerError where it is final.

        An edit that Jira refuses although the rest of its request stands comes back FAILED, with
        what to do; Refused is raised where nothing of the request stands.
        """
        if write.claim is not None:
            return (mark(self._transport, write.claim, write.method),)
        results = self._carried_out(write, comment_ids)
        if self.cloud or write.route != RANK:  # a new rank is no update on Data Center
            self.site.note_written(list(dict.fromkeys(self._id(change.uid) for change in write.changes)))
        return results

    def _carried_out(self, write: Write, comment_ids: Mapping[str, str]) -> tuple[Result, ...]:
        if write.route == RANK:
            return self._rank([change for change in write.changes if isinstance(change, Move)])
        edits = [change for change in write.changes if isinstance(change, Edit)]
        if write.route == BULK:
            return self._bulk(edits)
        if write.route == EDIT:
            return self._edit(edits)
        return tuple(
            self._commenting.carry_out(
                change, self._id(change.uid), comment_ids.get(change.uid), self._quiet()
            )
            for change in write.changes
            if isinstance(change, Comment)
        )

    def _rank(self, moves: Sequence[Move]) -> tuple[Result, ...]:
        ids = [self._id(move.uid) for move in moves]
        anchor = self._id(moves[0].anchor)
        if anchor in ids:
            raise Refused(
                self.name, "rank issues", "an issue cannot stand beside itself", remedy="Plan again."
            )
        note(self.site, ids, anchor, moves[0].side)
        failed = rank(self.site, self._transport, ids, anchor, moves[0].side)
        return tuple(_result(move, failed.get(one)) for move, one in zip(moves, ids, strict=True))

    def _edit(self, edits: Sequence[Edit]) -> tuple[Result, ...]:
        """Send all edits of one issue at once; where Jira refuses, send them one by one to save the rest."""
        body = self._body(edits)
        try:
            failed = {**body.failed, **self._put(body)}
        except Refused as refusal:
            if len(body.edits) == 1 and not body.failed:
                raise _on_screen(refusal) from None
            failed = {**body.failed, **self._one_by_one(body.edits)}
        return tuple(_result(edit, failed.get(edit.id)) for edit in edits)

    def _one_by_one(self, edits: Sequence[Edit]) -> dict[int, str]:
        failed: dict[int, str] = {}
        for edit in edits:
            try:
                failed |= self._put(self._body([edit]))
            except Refused as refusal:
                failed[edit.id] = str(_on_screen(refusal))
        return failed

    def _body(self, edits: Sequence[Edit]) -> Body:
        project = self._project_ids.get(self._id(edits[0].uid), "")
        editor = Editor(self._versions, lambda name: self._field_to_write(name, project), self.fields.types)
        return editor.body(edits)

    def _put(self, body: Body) -> dict[int, str]:
        """Send one edit and return the reason per change that the issue does not show afterwards."""
        if not body.data:
            return {}
        issue = self._id(body.edits[0].uid)
        params: Params = {**({"returnIssue": True} if self.cloud else {}), **self._quiet()}
        answer = self._transport.write(
            "PUT",
            f"{API}/issue/{issue}",
            body.data,
            params,
            repeat=Repeat.SAFE,
            operation=f"edit {body.edits[0].issue}",
        )
        if not isinstance(answer.data, dict) or "fields" not in answer.data:
            return {}
        return self._unmet(body.edits, answer.data)

    def _unmet(self, edits: Sequence[Edit], raw: Raw) -> dict[int, str]:
        project = self._project_ids.get(self._id(edits[0].uid), "")
        found = {
            edit.id: unmet(edit, raw, self.fields, self._field_to_write(getattr(edit, "field", ""), project))
            for edit in edits
        }
        return {one: why for one, why in found.items() if why}

    def _bulk(self, edits: Sequence[Edit]) -> tuple[Result, ...]:
        failed = {edit.id: why for edit in edits if (why := label_trouble(edit))}
        good = [edit for edit in edits if edit.id not in failed]
        by_issue: dict[str, list[Edit]] = {}
        for edit in good:
            by_issue.setdefault(self._id(edit.uid), []).append(edit)
        delta = delta_of(next(iter(by_issue.values()))) if by_issue else None
        if delta is not None:
            body = bulk_body(delta, list(by_issue), self._versions)
            reasons = bulk_edit(self.site, self._transport, body)
            failed |= self._verified(by_issue, reasons)
        return tuple(_result(edit, failed.get(edit.id)) for edit in edits)

    def _verified(self, by_issue: Mapping[str, list[Edit]], reasons: Mapping[str, str]) -> dict[int, str]:
        """Read the issues once more: a task that says it is complete may have left some out."""
        failed: dict[int, str] = {}
        seen: dict[str, Raw] = {}
        asked = self._question.only(*VERIFIED)
        self.search.fetch(asked, list(by_issue), lambda raws: seen.update((raw["id"], raw) for raw in raws))
        for issue, edits in by_issue.items():
            said = reasons.get(issue) or reasons.get(edits[0].issue)
            found = self._unmet(edits, seen[issue]) if issue in seen else {}
            failed |= {one: said or why for one, why in found.items()}
            if issue not in seen:
                failed |= {edit.id: said or "the issue is gone, or may no longer be seen" for edit in edits}
        return failed

    def _field_to_write(self, name: str, project: str) -> str | None:
        """Return the id of a field; a name that is not known yet may have been created since the list was read."""
        if not name:
            return None
        found = self.fields.to_write(name, project)
        if found is None and not self._fields_asked_again:
            self._fields_asked_again = True
            self._read_fields_again()
            found = self.fields.to_write(name, project)
        return found

    def _translate(self, raw: Raw) -> Issue:
        project = (raw.get("fields") or {}).get("project")
        if isinstance(project, dict):
            self._project_ids[raw["id"]] = str(project.get("id", ""))
        return super()._translate(raw)

    def _quiet(self) -> Params:
        """Return what keeps Jira from mailing watchers, where this account may ask for it."""
        held = permissions.granted(self.site, self.scope.project)
        return {"notifyUsers": False} if held.get("ADMINISTER_PROJECTS") else {}


def _result(change: Change, failed: str | None) -> Result:
    if failed is None:
        return Result(change=change.id, outcome=Outcome.DONE)
    return Result(change=change.id, outcome=Outcome.FAILED, because=failed)


def _on_screen(refusal: Refused) -> Refused:
    """Return the refusal with what to do where a field is not on the issue's screen."""
    if "screen" not in refusal.detail:
        return refusal
    return Refused(
        refusal.tracker,
        refusal.operation,
        refusal.detail,
        status=refusal.status,
        remedy="Put the field on the project's edit screen, or take it out of the pack.",
    )
