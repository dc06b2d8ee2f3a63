"""From workspace settings to live connectors: the one place where settings, secrets and trackers meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

import platformdirs

from posync.config.secrets import Secret
from posync.config.settings import ExportTracker, JiraAuth, JiraTracker, Settings, Tracker, TrelloTracker
from posync.connectors.base import Reader, Writer
from posync.connectors.jira.scope import JiraScope
from posync.connectors.open import open_export, open_jira, open_trello
from posync.connectors.profile import Profile, load_profile
from posync.connectors.transport import Auth, BasicAuth, BearerAuth, TrelloAuth
from posync.errors import ConfigError, UsageError
from posync.rules.packs.written import Asks, asked

if TYPE_CHECKING:
    from posync.connectors.trello.watching import Watch
    from posync.model.plan import Plan
    from posync.planning.desired import Traits


class Connections:
    """Readers and writers of one workspace, each opened when first asked for."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder, self._packs = settings, folder, settings.packs
        self._fields: tuple[str, ...] = ()  # asked for beside what the packs ask for
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}
        self._watches: dict[tuple[str, TrelloAuth], Watch] = {}
        self._opening = Lock()

    def serve(self, packs: Sequence[str]) -> None:
        """Read from now on what these packs ask for too, beside what the workspace's own do."""
        wanted = tuple(dict.fromkeys((*self._packs, *packs)))
        if wanted != self._packs:
            self.close()
            self._packs = wanted
            self.__dict__.pop("_asks", None)

    def serve_plan(self, plan: Plan | None) -> None:
        """Read from now on the fields that a plan writes too: another pack than the workspace's own may have made it."""
        from posync.model.change import SetField  # noqa: PLC0415 - a pull carries out nothing

        changes = plan.changes if plan is not None else ()
        written = {one.field for one in changes if isinstance(one, SetField)}
        more = tuple(sorted(written - {*self._fields, *self._asks.fields}))
        if more:
            self.close()
            self._fields += more

    def reader(self, name: str) -> Reader:
        """Return the connector of a tracker, without write methods."""
        with self._opening:
            if name not in self._readers:
                self._readers[name] = self._reader(name, self.settings.trackers[name])
            return self._readers[name]

    def readers(self) -> Mapping[str, Reader]:
        """Return the readers of all trackers, in the order of the workspace file, ready to pull side by side."""
        for watch in self._watches.values():
            watch.begin()
        return {name: self.reader(name) for name in self.settings.trackers}

    def writer(self, name: str) -> Writer:
        """Return the connector of a tracker with its write methods; raises UsageError for an export."""
        with self._opening:
            if name not in self._writers:
                self._writers[name] = self._writer(name, self.settings.trackers[name])
            return self._writers[name]

    @property
    def requests(self) -> int:
        """Requests sent to all trackers so far."""
        return sum(c.requests for c in (*self._readers.values(), *self._writers.values()))

    def traits(self, name: str) -> Traits:
        """Return what planning must know of a tracker."""
        from posync.planning.desired import Traits  # noqa: PLC0415 - a pull plans nothing

        reader = self.reader(name)
        return Traits(
            name=name,
            rank_batch=reader.rank_batch,
            has_releases=reader.ways.releases,
            labels_fold=reader.ways.labels_fold,
            label_blanks=reader.ways.label_blanks,
            writable=reader.ways.writable,
            forbidden=reader.forbidden(),
        )

    def close(self) -> None:
        """Give back every connection."""
        for connector in (*self._readers.values(), *self._writers.values()):
            connector.close()
        self._readers.clear()
        self._writers.clear()
        self._watches.clear()

    @cached_property
    def _cache(self) -> Path:
        return platformdirs.user_cache_path("posync") / self.settings.workspace

    @cached_property
    def _asks(self) -> Asks:
        return asked(self._packs, self.folder)

    def _profile(self, name: str) -> Profile:
        """Return a tracker's profile, extended by what packs need: the fields they write, and comments counted."""
        profile = load_profile(name, self.folder).with_fields((*self._asks.fields, *self._fields))
        return profile.counting_comments() if self._asks.comments else profile

    def _secret(self, tracker: str, what: str, secret: Secret) -> str:
        return secret.reveal(f"trackers.{tracker}.auth.{what}", self.folder)

    def _reader(self, name: str, tracker: Tracker) -> Reader:
        if isinstance(tracker, ExportTracker):
            path, workspace = self.folder / tracker.path, self.settings.workspace
            return open_export(
                name, path=path, profile=self._profile(tracker.profile or "jira-cloud"), workspace=workspace
            )
        return self._live(name, tracker, writable=False)

    def _writer(self, name: str, tracker: Tracker) -> Writer:
        if isinstance(tracker, ExportTracker):
            raise UsageError(f"{name} is an export file: it can be planned for, not written to")
        return cast("Writer", self._live(name, tracker, writable=True))

    def _live(self, name: str, tracker: JiraTracker | TrelloTracker, *, writable: bool) -> Reader:
        """Open a connector over HTTP; its secrets are read now and kept nowhere else."""
        profile, workspace = self._profile(tracker.profile), self.settings.workspace
        if isinstance(tracker, JiraTracker):
            return open_jira(
                name,
                url=tracker.url,
                auth=self._jira_auth(name, tracker.auth),
                scope=JiraScope(**tracker.scope.model_dump()),
                profile=profile,
                workspace=workspace,
                cache=self._cache,
                writable=writable,
            )
        auth = TrelloAuth(
            self._secret(name, "key", tracker.auth.key), self._secret(name, "token", tracker.auth.token)
        )
        return open_trello(
            name,
            url=tracker.url,
            auth=auth,
            board=tracker.scope.board,
            lists=tracker.scope.lists,
            profile=profile,
            workspace=workspace,
            writable=writable,
            watch=None if writable else self._watch(tracker.url, auth),
        )

    def _watch(self, url: str, auth: TrelloAuth) -> Watch:
        """Return what the boards of one account have in common; only their readers keep the account."""
        from posync.connectors.trello.watching import Watch  # noqa: PLC0415 - only Trello needs it

        return self._watches.setdefault((url, auth), Watch())

    def _jira_auth(self, name: str, auth: JiraAuth) -> Auth:
        if auth.bearer is not None:
            return BearerAuth(self._secret(name, "bearer", auth.bearer))
        if auth.email is None or auth.token is None:  # settings let neither through
            raise ConfigError(f"trackers.{name}.auth: write email and token, or bearer")
        email = auth.email if isinstance(auth.email, str) else self._secret(name, "email", auth.email)
        return BasicAuth(email, self._secret(name, "token", auth.token))
