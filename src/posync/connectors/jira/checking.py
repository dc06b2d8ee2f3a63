"""What `posync check` asks of a Jira site besides what a pull does."""

from __future__ import annotations

from posync.connectors.jira.site import Site
from posync.connectors.profile import Profile
from posync.errors import ConfigError

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
