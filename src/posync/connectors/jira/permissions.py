"""What an account may do on a Jira site, and what posync leaves undone where it may not."""

from __future__ import annotations

from collections.abc import Mapping

from posync.connectors.base import Capability
from posync.connectors.jira.cache import DAY
from posync.connectors.jira.shapes import PERMISSIONS, TRUTHS
from posync.connectors.jira.site import API, Site

WEEK = 7 * DAY
"""How long a permission that was missing counts as missing, if no full pull or check asks before."""

ASKED = (
    "BROWSE_PROJECTS",
    "EDIT_ISSUES",
    "SCHEDULE_ISSUES",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "ADMINISTER_PROJECTS",
    "BULK_CHANGE",
)
PERSONAL = ("SCHEDULE_ISSUES", "ADMINISTER_PROJECTS", "BULK_CHANGE")
"""What a site grants to people it knows; whoever holds one of these is not anonymous."""

SCOPED = "behind the gateway"
"""Noted beside the permissions where the token has scopes of its own, which `mypermissions` leaves out."""
_UNKNOWN = "whether this token's scopes allow it, Jira does not say before it is tried"
_GRANT = "Who administers the project can grant this account what is missing, in its permission scheme."
_GLOBAL = "BULK_CHANGE is granted by Jira's administrators, under global permissions."

_NEEDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("read", ("BROWSE_PROJECTS",), "Nothing can be pulled."),
    ("rank", ("SCHEDULE_ISSUES",), "The order is planned and shown, and not written."),
    ("label", ("EDIT_ISSUES",), "Flags are shown in plans and reports, and not written as labels."),
    ("release", ("EDIT_ISSUES",), "Releases are shown, and not written as fix versions."),
    ("create release", ("ADMINISTER_PROJECTS",), "Versions that do not exist yet are not created."),
    ("claim", ("ADMINISTER_PROJECTS",), "Other workspaces cannot see that this one works here."),
    ("comment", ("ADD_COMMENTS", "EDIT_OWN_COMMENTS"), "posync writes no comments."),
    ("field", ("EDIT_ISSUES",), "Scores are shown, and not written into fields."),
    ("quiet edits", ("ADMINISTER_PROJECTS",), "Watchers get Jira's usual mails about edits."),
    ("bulk edits", ("BULK_CHANGE",), "Issues are edited one request each."),
)

CONSEQUENCES = {name: consequence for name, _, consequence in _NEEDS}
NO_RANK = "the site has no rank field"


def granted(site: Site, project: str | None, *, again: bool = False) -> Mapping[str, bool]:
    """Return which permissions the account holds in a project (None: anywhere), asked once a day, or `again` now."""
    kept = None if again else known(site, project)
    if kept is not None:
        return kept
    operation = "read permissions"
    params = {"permissions": ",".join(ASKED)} | ({"projectKey": project} if project else {})
    answer = site.get(f"{API}/mypermissions", params, operation=operation)
    told = PERMISSIONS.checked(site.name, operation, answer.data)["permissions"]
    found = {name: bool(told.get(name, {}).get("havePermission")) for name in ASKED}
    found[SCOPED] = "/ex/jira/" in site.transport.base
    site.keep(_name(project), found)
    site.known = site.known or any(found[name] for name in PERSONAL)
    return found


def known(site: Site, project: str | None, age: float = DAY) -> Mapping[str, bool] | None:
    """Return the permissions as last asked for, None where that is more than `age` seconds ago."""
    kept: Mapping[str, bool] | None = site.kept(_name(project), TRUTHS, age)
    return kept


def _name(project: str | None) -> str:
    return f"permissions {project or ''}"


def capabilities(held: Mapping[str, bool], *, ranked: bool, cloud: bool) -> tuple[Capability, ...]:
    """Return what posync may do with these permissions, in the order of its work."""
    return tuple(
        _capability(held, *need, ranked=ranked) for need in _NEEDS if cloud or need[0] != "bulk edits"
    )


def _capability(
    held: Mapping[str, bool], name: str, needs: tuple[str, ...], consequence: str, *, ranked: bool
) -> Capability:
    lacking = [need for need in needs if not held.get(need)]
    if name == "rank" and not ranked:
        return Capability(name, granted=False, because=NO_RANK, consequence=consequence)
    if lacking:
        because, remedy = f"missing {' and '.join(lacking)}", _GLOBAL if "BULK_CHANGE" in lacking else _GRANT
        return Capability(name, granted=False, because=because, consequence=consequence, remedy=remedy)
    may = " and ".join(needs)
    if held.get(SCOPED):
        because, consequence = f"the account has {may}; {_UNKNOWN}", f"If not: {consequence}"
        return Capability(name, granted=True, because=because, consequence=consequence, known=False)
    return Capability(name, granted=True, because=may)
