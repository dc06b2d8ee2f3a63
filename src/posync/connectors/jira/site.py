"""One Jira site through a transport: routes, who is asking, and what is remembered of the site between runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from operator import itemgetter
from threading import Lock
from typing import Any

from posync.connectors.jira.cache import DAY, SiteCache
from posync.connectors.jira.fields import SiteField, site_fields
from posync.connectors.jira.shapes import ACCOUNT, FIELD_LIST, KEPT_FIELDS, NUMBERS, SERVER, TRUTH, WORD
from posync.connectors.transport import Answer, ReadTransport
from posync.connectors.transport.faults import CREDENTIALS, OTHER_PROFILE
from posync.connectors.transport.shape import Shape
from posync.connectors.transport.transport import Params
from posync.connectors.transport.waits import dated
from posync.errors import AccessRefused, NotFound, UnexpectedPayload
from posync.model.address import place_of
from posync.model.observation import LATELY

API = "/rest/api/2"
AGILE = "/rest/agile/1.0"
RANK_BATCH = 50  # issues that one rank call moves
RECENT = LATELY.total_seconds()  # for which a written issue may be missing from the search index
ALIKE = 60.0  # seconds that may lie between what is noted here of a write, and what the journal says of it


class Site:
    """Asks one Jira site, and notices when it takes posync for nobody; `advice` is what else may mend that."""

    def __init__(self, transport: ReadTransport, cache: SiteCache, advice: str = "") -> None:
        self.transport, self.cache, self._advice = transport, cache, advice
        self.name = transport.tracker
        self.known = False  # whether an answer has shown that the credentials count
        self.began = 0  # the site's own time of its first answer, epoch ms; 0 where it tells none
        self._signs: bool | None = None  # whether answers name the account they are for; None until one came
        self._nameless: set[str] = set()  # routes whose answers do not, though others do
        self._learning = Lock()

    @property
    def place(self) -> str:
        """The base address as it is compared."""
        return place_of(self.transport.base)

    def now(self) -> float:
        """Return the site's own time of its latest answer, in seconds since 1970; this machine's where it tells none."""
        told = self.transport.dated
        return told.timestamp() if told else self.transport.clock.wall()

    def kept(self, name: str, like: Shape, age: float = DAY) -> Any:
        """Return what was kept of the site less than `age` seconds ago; None where it does not look `like` that."""
        return self.cache.fresh(name, like, self.transport.clock.wall(), age)

    def keep(self, name: str, value: Any) -> None:
        """Remember a value of the site."""
        self.cache.keep(name, value, self.transport.clock.wall())

    def get(self, route: str, params: Params | None = None, *, operation: str) -> Answer:
        """Return the answer to a GET on the platform API."""
        return self._for_us(
            route,
            lambda: self._told(lambda: self.transport.get(route, params, operation=operation), operation),
        )

    def ask(self, route: str, question: Mapping[str, Any], *, operation: str) -> dict[str, Any]:
        """Return the answer to one of the reading questions that are sent as POST."""
        answer = self._for_us(
            route, lambda: self._told(lambda: self._asked(route, question, operation), operation)
        )
        found = mapping(self.name, operation, answer)
        if route in self._nameless and not found.get("issues") and not _signed(answer):
            raise nobody(self.name, operation)  # that there is nothing is what anybody would be told
        return found

    def _asked(self, route: str, question: Mapping[str, Any], operation: str) -> Answer:
        """Ask; a route that is not there is the other kind of site's."""
        try:
            return self.transport.ask(API + route, question, operation=operation)
        except NotFound as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            detail = "this site does not offer that route"
            raise NotFound(self.name, operation, detail, status=error.status, remedy=OTHER_PROFILE) from None

    def _for_us(self, route: str, once: Callable[[], Answer]) -> Answer:
        """Ask, and again where the answer names nobody though others name the account: it may be for nobody."""
        answer = once()
        if _signed(answer) or route in self._nameless or not self._names_accounts():
            return answer
        answer = once()
        if not _signed(answer):  # nobody is signed in any more, or this route names no account
            self.assure_known()
            self._nameless.add(route)
        return answer

    def _names_accounts(self) -> bool:
        """Whether this site's answers name the account they are for; where none did yet, one more shows it."""
        with self._learning:
            if self._signs is None and self.kept("signs", TRUTH) is not False:
                self.assure_known()
                self.keep("signs", bool(self._signs))
            self._signs = bool(self._signs)
            return self._signs

    def _told(self, ask: Callable[[], Answer], operation: str) -> Answer:
        """Return the answer to a question once it is checked; where credentials are refused, the advice is given too."""
        try:
            return self._checked(ask(), operation)
        except AccessRefused as error:
            if error.remedy != CREDENTIALS:
                raise
            remedy = f"{CREDENTIALS} {self._advice}".rstrip()
            raise AccessRefused(
                self.name, operation, error.detail, status=error.status, remedy=remedy
            ) from None

    def _checked(self, answer: Answer, operation: str) -> Answer:
        """Refuse an anonymous answer: Jira serves public issues to anybody, and nothing else.

        Source: `X-AUSERNAME` and `X-Seraph-LoginReason` of Data Center, `X-AACCOUNTID` of Cloud.
        """
        told = None if self.began else dated(answer.headers)
        if told is not None:
            self.began = int(told.timestamp() * 1000)
        user = answer.headers.get("X-AUSERNAME", "")
        reason = answer.headers.get("X-Seraph-LoginReason", "")
        if (
            user.lower() == "anonymous"
            or "AUTHENTICATED_FAILED" in reason
            or "AUTHENTICATION_DENIED" in reason
        ):
            raise nobody(self.name, operation)
        if _signed(answer):
            self.known = self._signs = True
        return answer

    def assure_known(self) -> None:
        """Ask who posync is; raises AccessRefused where the answer is nobody."""
        answer = self._told(lambda: self.transport.get(f"{API}/myself", operation="log in"), "log in")
        who = ACCOUNT.checked(self.name, "log in", answer.data)
        if not (who.get("accountId") or who.get("name") or who.get("key")):
            raise nobody(self.name, "log in")
        self.known = True

    def server(self) -> dict[str, Any]:
        """Return what the site says of itself, to anybody: `baseUrl`, and mostly its `deploymentType`."""
        operation = "read what the site is"
        answer = self.get(f"{API}/serverInfo", operation=operation)
        told: dict[str, Any] = SERVER.checked(self.name, operation, answer.data)
        return told

    def address(self) -> str:
        """Return the address people open issues under; behind the gateway only the site itself knows it."""
        kept: str | None = self.kept("address", WORD)
        if kept is None:
            address: str = self.server()["baseUrl"]
            kept = address.rstrip("/")
            self.keep("address", kept)
        return kept

    def fields(self, *, again: bool = False) -> tuple[SiteField, ...]:
        """Return the site's fields, asked once a day, or `again` now."""
        kept = None if again else self.kept("fields", KEPT_FIELDS)
        if kept is None:
            operation = "read the list of fields"
            answer = self.get(f"{API}/field", operation=operation)
            listed = site_fields(FIELD_LIST.checked(self.name, operation, answer.data))
            kept = [[one.id, one.name, one.schema_custom, one.schema_type, one.project] for one in listed]
            self.keep("fields", kept)
        return tuple(SiteField(*one) for one in kept)

    def written(self) -> list[str]:
        """Return the ids of issues posync wrote so recently that a search may not show it yet, the latest first."""
        return list(reversed(self._written_at(self.transport.clock.wall())))

    def _written_at(self, now: float) -> dict[str, float]:
        """Return when each of the issues was written, the latest last."""
        kept = self.cache.fresh("written", NUMBERS, now, RECENT) or {}
        return {one: at for one, at in kept.items() if 0 <= now - at < RECENT}

    def note_written(self, ids: list[str]) -> None:
        """Remember that these issues were just written."""
        self.recall_written(dict.fromkeys(ids, self.transport.clock.wall()), alike=0.0)

    def recall_written(self, times: Mapping[str, float], *, alike: float = ALIKE) -> None:
        """Remember when these issues were written, as far as that is not known here."""
        now = self.transport.clock.wall()
        with self.cache.together():
            kept = self._written_at(now)
            new = {one: at for one, at in times.items() if at - kept.get(one, 0.0) > alike}
            if new:
                self.cache.keep("written", dict(sorted({**kept, **new}.items(), key=itemgetter(1))), now)


def nobody(tracker: str, operation: str) -> AccessRefused:
    """Return the error for an answer that was given to an anonymous visitor."""
    return AccessRefused(
        tracker,
        operation,
        "the site does not recognise the credentials and answers as it would to anybody",
        remedy=CREDENTIALS,
    )


def _signed(answer: Answer) -> bool:
    """Whether an answer names the account it is for."""
    named = answer.headers.get("X-AUSERNAME") or answer.headers.get("X-AACCOUNTID")
    return bool(named) or answer.headers.get("X-Seraph-LoginReason") == "OK"


def mapping(tracker: str, operation: str, answer: Answer) -> dict[str, Any]:
    """Return an answer that must be a JSON object."""
    if isinstance(answer.data, dict):
        return answer.data
    raise unexpected(tracker, operation, "an object")


def unexpected(tracker: str, operation: str, wanted: str) -> UnexpectedPayload:
    """Return the error for an answer of another shape than documented."""
    return UnexpectedPayload(
        tracker,
        operation,
        f"the answer is not {wanted} as Jira documents it",
        remedy="Check the url of this tracker.",
    )
