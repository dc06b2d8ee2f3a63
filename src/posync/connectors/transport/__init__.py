"""The way to a tracker: sessions, credentials, pacing, repeats, and failures in plain words."""

from posync.connectors.transport.answer import Answer
from posync.connectors.transport.auth import Auth, BasicAuth, BearerAuth, TrelloAuth
from posync.connectors.transport.clock import Clock
from posync.connectors.transport.pacing import JIRA_ALLOWANCES, TRELLO_ALLOWANCES, Allowance, Pacing
from posync.connectors.transport.parallel import in_parallel
from posync.connectors.transport.service import HttpService
from posync.connectors.transport.transport import WORKERS, ReadTransport, Tally, Transport

__all__ = [
    "JIRA_ALLOWANCES",
    "TRELLO_ALLOWANCES",
    "WORKERS",
    "Allowance",
    "Answer",
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "Clock",
    "HttpService",
    "Pacing",
    "ReadTransport",
    "Tally",
    "Transport",
    "TrelloAuth",
    "in_parallel",
]
