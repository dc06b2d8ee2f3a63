"""Two trackers under one roof: takes each request through faults, sign-in and routes, and keeps the log."""

from __future__ import annotations

import gc
import pickle
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

from posync.sandbox import control, faults, recipe
from posync.sandbox.clock import Clock
from posync.sandbox.exchange import Answer, Call
from posync.sandbox.front import Outcome, internal, refused
from posync.sandbox.jira.routes import CLOUD_ONLY
from posync.sandbox.jira.routes import ROUTES as JIRA_ROUTES
from posync.sandbox.jira.site import Site
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.pacing import Allowances
from posync.sandbox.refusals import Refusal
from posync.sandbox.routing import Routes
from posync.sandbox.settings import CLOUD_ID, Flavour, Limits
from posync.sandbox.trello.batch import batch
from posync.sandbox.trello.routes import ROUTES as TRELLO_ROUTES
from posync.sandbox.trello.site import Trello, how
from posync.sandbox.trello.world import TrelloWorld

GATEWAY = f"/ex/jira/{CLOUD_ID}"
CONTEXT = "/jira"  # Data Center often lives under a path of its own
SNAPSHOT_UP_TO = 5000  # larger worlds are built anew on reset
MAX_URL = 8192
READING = {"/search", "/search/jql", "/search/approximate-count", "/issue/bulkfetch"}


@dataclass
class World:
    """Both trackers' worlds and the clock they share."""

    clock: Clock
    jira: JiraWorld
    trello: TrelloWorld


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as it was served; status 0 where the connection broke before any answer."""

    number: int
    tracker: str
    method: str
    path: str
    query: dict[str, str]
    status: int
    auth: str  # header, query or none
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What an `on_request` callback is told, before and after each request takes effect."""

    phase: str  # "before" or "after" the request takes effect
    number: int
    tracker: str
    method: str
    path: str

    @property
    def writes(self) -> bool:
        """Tell whether the request changes anything."""
        return self.method != "GET" and not any(self.path.endswith(path) for path in READING)


Callback = Callable[[Event], dict[str, Any] | None]


class House:
    """The two sites, their faults, their log and everything a test may turn."""

    context = ""

    def __init__(
        self,
        load: Sequence[str | Path] = (),
        flavour: Flavour = "cloud",
        latency_ms: float = 0,
        rules: Sequence[dict[str, Any]] | str | Path | None = None,
        *,
        issues: int = 0,
        cards: int = 0,
    ) -> None:
        self.flavour: Flavour = flavour
        self.context = "" if flavour == "cloud" else CONTEXT
        self.latency = latency_ms / 1000
        self.limits = Limits()
        self.lock = threading.RLock()
        self.entries: list[Logged] = []
        self.callbacks: list[Callback] = []
        self.jira_port = self.trello_port = 0
        self._recipe = recipe.Recipe(tuple(Path(one) for one in load), flavour, issues, cards)
        self._jira_routes, self._trello_routes = Routes(JIRA_ROUTES), Routes(TRELLO_ROUTES)
        self.faults = faults.Faults(faults.read(rules))
        self._settle(self._build())
        self._snapshot = self._photograph()

    def _build(self) -> World:
        clock = Clock()
        world = World(clock, JiraWorld(clock), TrelloWorld(clock))
        collecting = gc.isenabled()
        gc.disable()  # a large world is all new objects and no rubbish
        try:
            recipe.follow(self._recipe, world.jira, world.trello)
            world.jira.order()
            if len(world.jira.issues) > SNAPSHOT_UP_TO:
                gc.freeze()  # else every collection walks the whole world, again and again
        finally:
            if collecting:
                gc.enable()
        return world

    def _photograph(self) -> bytes | None:
        return pickle.dumps(self.world) if len(self.world.jira.issues) <= SNAPSHOT_UP_TO else None

    def _settle(self, world: World) -> None:
        self.world = world
        self.jira = Site(world.jira, self.limits, self.flavour)
        self.trello = Trello(world.trello, self.limits)
        self.allowances = Allowances(self.limits)

    @property
    def log(self) -> list[tuple[str, str, int]]:
        """Return (method, path, status) of every request so far, control requests left out."""
        return [(one.method, one.path, one.status) for one in self.entries]

    def reset(self) -> None:
        """Put the world back to how it began; the log and the faults' counts start anew."""
        with self.lock:
            known = self._snapshot
            self._settle(pickle.loads(known) if known else self._build())  # noqa: S301 - our own bytes, from memory
            self.entries.clear()
            self.faults.restart()

    def on_request(self, callback: Callback) -> Callback:
        """Have a callback told of each request before and after it takes effect; it may return a fault to happen."""
        self.callbacks.append(callback)
        return callback

    def serve(self, call: Call, port: int) -> Outcome:
        """Answer one request; requests take effect one after the other."""
        with self.lock:
            if call.path.startswith("/sandbox"):
                return Outcome(self._answer(lambda: control.answer_control(self, call)))
            tracker = "trello" if port == self.trello_port else "jira"
            try:
                outcome = self._faulty(call, tracker)
            except Exception as problem:  # noqa: BLE001 - such as an edit, asked for by a fault, of what is not there
                return Outcome(internal(problem))
            outcome.answer = self._dated(outcome.answer)
            return outcome

    def _dated(self, answer: Answer) -> Answer:
        """Return an answer that tells the world's own time, as every web server does."""
        date = formatdate(self.world.clock.now() / 1000, usegmt=True)
        return replace(answer, headers={"Date": date} | dict(answer.headers))

    def _faulty(self, call: Call, tracker: str) -> Outcome:
        number = len(self.entries) + 1
        self.world.jira.index_lag = self.limits.index_lag
        chosen = [*self.faults.meeting(call, tracker), *self._tell("before", number, call, tracker)]
        outcome, name = faults.happen(self, chosen, tracker, lambda: self._route(call, tracker))
        late = self._tell("after", number, call, tracker)
        outcome = faults.spoil(self, late, outcome, tracker)
        name = name or ",".join(str(rule["do"]) for rule in late)
        query = {key: value for key, value in call.query.items() if key not in {"key", "token"}}
        status = 0 if outcome.cut == "drop" else outcome.answer.status
        self.entries.append(Logged(number, tracker, call.method, call.path, query, status, how(call), name))
        outcome.wait += self.latency
        return outcome

    def _tell(self, phase: str, number: int, call: Call, tracker: str) -> list[dict[str, Any]]:
        event = Event(phase, number, tracker, call.method, call.path)
        told = [callback(event) for callback in self.callbacks]
        return [rule for rule in told if rule]

    def _route(self, call: Call, tracker: str) -> Answer:
        limited = self.allowances.spend(call, tracker)
        routed = (lambda: self._trello(call)) if tracker == "trello" else (lambda: self._jira(call))
        served = self._answer(routed) if limited.refusal is None else refused(limited.refusal)
        return Answer(served.body, served.status, served.media, limited.headers | dict(served.headers))

    @staticmethod
    def _answer(produce: Callable[[], Answer]) -> Answer:
        try:
            return produce()
        except Refusal as refusal:
            return refused(refusal)
        except RecursionError:
            return refused(Refusal.jira(400, "INVALID_INPUT: the document is nested too deeply."))
        except Exception as problem:  # noqa: BLE001 - a mistake of the sandbox must be seen as such
            return internal(problem)

    def _jira(self, call: Call) -> Answer:
        prefix = self.context
        if self.flavour == "cloud" and call.path.startswith("/ex/jira/"):
            call.gateway, prefix = True, GATEWAY
        if not call.path.startswith(prefix + "/"):
            raise Refusal(
                404, "<html><head><title>Oops, you've found a dead link.</title></head></html>", "text/html"
            )
        site = f"http://{call.headers.get('host', '127.0.0.1')}"
        path, inside = call.path, call.path[len(prefix) :].replace("/rest/api/latest/", "/rest/api/2/")
        call.base, call.path = site + prefix, inside
        handler, known = self._jira_routes.find(call)
        call.path = path
        if self.flavour == "dc" and handler in CLOUD_ONLY:
            handler, known = None, False
        if handler is None or call.params.get("v", "2") not in {"2", "3"[: self.flavour == "cloud"]}:
            raise Refusal.jira(405 if known and handler is None else 404, f"null for uri: {site}{path}")
        return self._signed(call, handler(self.jira, call))

    def _signed(self, call: Call, served: Answer) -> Answer:
        """Return an answer that says whom the site takes the caller for, as Jira does in its headers."""
        account = self.jira.account(call)
        if self.flavour == "dc":
            return replace(
                served,
                headers={"X-AUSERNAME": account.name if account else "anonymous"} | dict(served.headers),
            )
        known = {"X-AACCOUNTID": quote(account.account_id, safe="")} if account else {}
        return replace(served, headers=known | dict(served.headers))

    def _trello(self, call: Call) -> Answer:
        call.base = f"http://{call.headers.get('host', '127.0.0.1')}"
        if len(call.path) + len(str(call.query)) > MAX_URL:
            raise Refusal(414, "<html><body>414 Request-URI Too Large</body></html>", "text/html")
        if call.method == "GET" and call.body:
            raise Refusal(
                403, "<html><body>403 ERROR The request could not be satisfied.</body></html>", "text/html"
            )
        if call.path == "/1/batch":
            return batch(self.trello, call, self._trello)
        path, call.path = call.path, call.path.rstrip("/").replace("/1/card/", "/1/cards/")
        handler, known = self._trello_routes.find(call)
        call.path = path
        if handler is None:
            raise Refusal.trello(404, f"Cannot {call.method} {call.path}" if not known else "Not Found")
        return handler(self.trello, call)
