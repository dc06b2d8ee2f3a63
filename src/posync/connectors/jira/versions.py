"""Releases as Jira keeps them: versions of one project each, matched by exact name and written by id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from posync.connectors.jira.shapes import PROJECT, VERSION, VERSIONS, WORDS
from posync.connectors.jira.site import API, Site
from posync.connectors.jira.writes import VERSION as ROUTE
from posync.connectors.jira.writes import releases_added
from posync.connectors.transport import Transport
from posync.errors import Refused, TrackerError, Transient
from posync.model.change import Change
from posync.model.plan import Write
from posync.model.repeat import Repeat


def listed(site: Site, project: str, wanted: Collection[str]) -> frozenset[str]:
    """Return the names of a project's versions, asked for where a wanted one is not known yet.

    A site that was asked nothing so far is left alone, so that an offline plan stays offline: what is
    not known then counts as being there.
    """
    kept = site.kept(f"versions {project}", WORDS)
    if kept is not None and set(wanted) <= set(kept):
        return frozenset(kept)
    if not site.transport.tally.requests:
        return frozenset(wanted)
    names = sorted({one["name"] for one in _versions(site, project)})
    site.keep(f"versions {project}", names)
    return frozenset(names)


def to_create(site: Site, changes: Sequence[Change]) -> Iterator[Write]:
    """Yield a write for each version that the changes need and a project lacks."""
    added = releases_added(changes)
    for project in dict.fromkeys(project for project, _ in added):
        wanted = [name for of, name in added if of == project]
        known = listed(site, project, wanted)
        for name in wanted:
            if name not in known:
                served = tuple(added[project, name])
                yield Write(tracker=site.name, method="POST", route=ROUTE, repeat=Repeat.LOOK, changes=served)


def _versions(site: Site, project: str) -> list[dict[str, Any]]:
    operation = f"read the versions of {project}"
    answer = site.get(f"{API}/project/{project}/versions", operation=operation)
    found: list[dict[str, Any]] = VERSIONS.checked(site.name, operation, answer.data)
    return found


@dataclass
class Versions:
    """The versions of a site's projects, each project's list read once."""

    site: Site
    transport: Transport
    _listed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def existing(self, project: str, name: str) -> str | None:
        """Return the id of a version whatever its state, None where there is none."""
        found = self._list(project).get(name)
        return None if found is None else str(found["id"])

    def assured(self, project: str, name: str) -> str:
        """Return the id of a version that issues can be put into, created where it is missing; raises Refused."""
        stale = project in self._listed
        found = self._list(project).get(name)
        if found is None and stale:
            found = self._list(project, again=True).get(name)
        if found is None:
            found = self._create(project, name)
        if found.get("archived") is True:
            raise Refused(
                self.site.name,
                "set fix version",
                f"version {name} of {project} is archived",
                remedy="Bring it back in the project's releases, or name another release.",
            )
        return str(found["id"])

    def _list(self, project: str, *, again: bool = False) -> dict[str, dict[str, Any]]:
        """Return the versions by exact name; of two with one name, the one that is not archived."""
        if again or project not in self._listed:
            found = sorted(_versions(self.site, project), key=lambda one: one.get("archived") is not True)
            self._listed[project] = {one["name"]: one for one in found}
        return self._listed[project]

    def _create(self, project: str, name: str) -> dict[str, Any]:
        """Create a version once: where its fate is unknown, the list says whether it is there."""
        operation = f"create version {name} in {project}"
        body = {"name": name, "projectId": int(self._project_id(project))}
        try:
            answer = self.transport.write(
                "POST", f"{API}/version", body, repeat=Repeat.LOOK, operation=operation
            )
            made: dict[str, Any] = VERSION.checked(self.site.name, operation, answer.data)
        except Transient:
            found = self._list(project, again=True).get(name)
            if found is None:
                raise
            made = found
        except TrackerError as error:
            raise Refused(
                self.site.name,
                operation,
                error.detail,
                status=error.status,
                remedy=f"Create the version by hand, or let this account administer {project}.",
            ) from None
        self._listed[project][name] = made
        return made

    def _project_id(self, project: str) -> str:
        known = next(
            (str(one["projectId"]) for one in self._list(project).values() if one.get("projectId")), None
        )
        if known is not None:
            return known
        operation = f"read project {project}"
        answer = self.site.get(f"{API}/project/{project}", operation=operation)
        return str(PROJECT.checked(self.site.name, operation, answer.data)["id"])
