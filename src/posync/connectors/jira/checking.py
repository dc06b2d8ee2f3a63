"""What `posync check` finds out about a Jira site besides what a pull does: its kind, and rights project by project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from posync.connectors.base import Capability
from posync.connectors.jira import claims, permissions
from posync.connectors.jira.scope import JiraScope
from posync.connectors.jira.site import Site
from posync.connectors.jira.writes import project_of
from posync.connectors.profile import Profile
from posync.errors import ConfigError

MOST = 5
"""Projects whose permissions are asked for, a request each: those that hold most of the issues."""

May = Callable[[Mapping[str, bool]], tuple[Capability, ...]]
"""Tells what posync may do with these permissions."""

_PULL = "Run `posync pull`: then check can ask in the projects that the issues are in."
_KINDS = {"cloud": "Jira Cloud", "data-center": "Jira Data Center"}


def assure_suits(site: Site, profile: Profile) -> None:
    """Raise ConfigError where the profile is for the other kind of site: they are searched by different routes.

    Source: `deploymentType` of `serverInfo`, Cloud or Server; a site that names none is taken as it comes.
    """
    told = site.server().get("deploymentType")
    kind = "cloud" if told == "Cloud" else "data-center"
    if told and kind != profile.deployment:
        raise ConfigError(
            f"{site.name}: this site is {_KINDS[kind]}, and profile {profile.profile} is for "
            f"{_KINDS[profile.deployment]}; use profile jira-{kind}, or one with deployment: {kind}."
        )


def places(scope: JiraScope, keys: Iterable[str], located: str) -> Sequence[str]:
    """Return the projects of the issues in scope, those with most issues first; none where nobody can tell yet.

    `keys` are those of the issues last seen; `located` is the project a board is kept in, "" without one.
    """
    held = Counter(sorted(place for place in map(project_of, keys) if place))
    if held:
        return [place for place, _ in held.most_common()]
    return [named.place for named in claims.scopes(scope, ())] or ([located] if located else [])


def in_projects(
    site: Site, may: May, anywhere: Mapping[str, bool], found: Sequence[str]
) -> tuple[Capability, ...]:
    """Return what posync may do in these projects; of no project, what it may do in some of the site's.

    `anywhere` are the permissions that the account holds in any project: alone, they say nothing of this scope.
    """
    if not found:
        return tuple(_somewhere(one) for one in may(anywhere))
    told = {place: may(permissions.granted(site, place, again=True)) for place in found[:MOST]}
    return tuple(
        _together(dict(zip(told, each, strict=True)), len(found) - len(told))
        for each in zip(*told.values(), strict=True)
    )


def _somewhere(one: Capability) -> Capability:
    if not one.granted or _of_no_project(one):
        return one
    return _unsure(one, f"in some project of the site: {one.because}")._replace(remedy=_PULL)


def _together(each: Mapping[str, Capability], unasked: int) -> Capability:
    """Return what is allowed in all of these projects; where it is not, the others are not named."""
    first = next(iter(each.values()))
    if _of_no_project(first):
        return first
    lacking = {place: one for place, one in each.items() if not one.granted}
    if lacking:
        because = "; ".join(f"in {place}: {one.because}" for place, one in lacking.items())
        there = "" if len(lacking) == len(each) + unasked else "There: "
        one = next(iter(lacking.values()))
        return one._replace(because=because, consequence=there + one.consequence)
    because = f"in {', '.join(each)}: {first.because}"
    if unasked:
        return _unsure(first, f"{because}; {unasked} more projects were not asked about")
    return first._replace(because=because)


def _unsure(one: Capability, because: str) -> Capability:
    return one._replace(
        because=because, known=False, consequence=f"If not there: {permissions.CONSEQUENCES[one.name]}"
    )


def _of_no_project(one: Capability) -> bool:
    return one.name == "bulk edits" or one.because == permissions.NO_RANK
