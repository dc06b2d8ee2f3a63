"""A new state filled by a process of its own, which loads the database while this one asks trackers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from posync.errors import PosyncError, StateError
from posync.model.issue import Issue
from posync.model.observation import Aside, Observation
from posync.state.documents import document

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from posync.state.observing import Observing

AHEAD = 2
"""Pages on their way that nobody waits for: more would take memory, and tell later of a disk that is full."""


class Beside:
    """The other process: it ends with the block, or with this process, and forgets what is not finished by then."""

    def __init__(self, url: str, workspace: str) -> None:
        self._state = url, workspace, os.getpid()
        self._turn = threading.Lock()
        self._unanswered: deque[Taking] = deque()
        self._main = Taking(self, "")

    def __enter__(self) -> Self:
        """Start it; raises OSError where no process is to be had: there are too many, or memory is short."""
        copies = multiprocessing.get_context("fork")
        self._line, theirs = copies.Pipe()
        with theirs, ExitStack() as leaving:
            leaving.enter_context(self._line)  # whose end ends the other process, if it has begun
            self._process = copies.Process(target=_serve, args=(theirs, self._line), daemon=True)
            before = signal.pthread_sigmask(
                signal.SIG_BLOCK, {signal.SIGINT}
            )  # Ctrl-C is for this process alone
            try:
                self._process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            leaving.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self._process.join()
        with suppress(ValueError):  # nobody is told of its end where whoever started this one ignores SIGCHLD
            self._process.close()

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """Open the state there and hold it until that process ends; raises what opening and locking it raise."""
        self.ask(self._main, "open", *self._state)
        yield self

    @contextmanager
    def observing(self, tracker: str, began: datetime) -> Iterator[Taking]:
        """Take in a pull of one tracker, as `Store.observing` does."""
        taking = Taking(self, tracker)
        self.tell(taking, "observe", tracker, began)
        yield taking

    def ask(self, pull: Taking, what: str, *about: Any) -> Any:
        """Return the answer, once all before it are there; raises the error of this pull."""
        return self._asked(0, pull, what, *about)

    def tell(self, pull: Taking, what: str, *about: Any) -> None:
        """Hand over something; raises the error of this pull that is known by then."""
        self._asked(AHEAD, pull, what, *about)

    def _asked(self, ahead: int, pull: Taking, what: str, *about: Any) -> Any:
        """Wait until no more than `ahead` questions are unanswered; the last answer is returned."""
        answer = None
        with self._turn:
            try:
                self._line.send((pull.tracker, what, about))
                self._unanswered.append(pull)
                while len(self._unanswered) > ahead:
                    error, answer = self._line.recv()
                    whose = self._unanswered.popleft()
                    whose.error = whose.error or error
            except (EOFError, OSError):
                raise StateError(
                    "the process that fills the state has ended before its time, as when memory runs out. "
                    "Run `posync pull` again."
                ) from None
        if pull.error is not None:
            raise pull.error
        return answer


class Taking:
    """One first pull on its way to the other process; it is asked what `Observing` is asked."""

    def __init__(self, beside: Beside, tracker: str) -> None:
        self._beside, self.tracker = beside, tracker
        self.error: Exception | None = None

    def keep(self, page: Sequence[Issue]) -> None:
        """Set aside a page of issues; where that fails, one of the next pages is told."""
        self._beside.tell(self, "take", [document(issue) for issue in page])

    def resume(self, note: str, ids: Iterable[str]) -> None:
        """Take issues that earlier pulls have set aside for handed over."""
        self._beside.ask(self, "resume", note, list(ids))

    def set_aside(self, aside: Aside) -> None:
        """Keep what was handed over of these issues for the next pull."""
        self._beside.ask(self, "set_aside", aside._replace(ids=frozenset(aside.ids)))

    def altered(self) -> Iterator[tuple[Issue | None, Issue]]:
        """Yield nothing: there was no picture before."""
        return iter(())

    def finish(self, observation: Observation) -> int:
        """Make this the picture and return how many issues it has."""
        changed: int = self._beside.ask(self, "finish", observation)
        return changed


def _serve(line: Connection, theirs: Connection) -> None:
    """Answer until whoever asks has gone."""
    theirs.close()  # else this process would never see that nobody asks any more
    with suppress(EOFError, OSError, PosyncError), ExitStack() as leaving:
        filling = _Filling(leaving)
        while True:
            line.send(filling.answer(*line.recv()))


class Defect(RuntimeError):
    """An error of the other process that nobody foresaw: `args` are its traceback as text, its kind and its place."""

    @property
    def there(self) -> tuple[str, traceback.FrameSummary]:
        """The kind and the place of the error itself, which is raised again somewhere else."""
        return self.args[1], self.args[2]

    def __str__(self) -> str:
        """Return the traceback."""
        return str(self.args[0])


class _Filling:
    """What the other process does, each of it when it is asked."""

    def __init__(self, leaving: ExitStack) -> None:
        self._leaving = leaving
        self._pulls: dict[str, Observing] = {}
        # To be loaded here, and at once, is what this is for; where that fails, `open` fails again and is told.
        with suppress(Exception):
            import posync.state.store  # noqa: F401, PLC0415

    def answer(self, tracker: str, what: str, about: Sequence[Any]) -> tuple[Exception | None, Any]:
        """Return the error, or None and the answer."""
        try:
            asked = self if what in {"open", "observe"} else self._pulls[tracker]
            return None, getattr(asked, what)(*about)
        except PosyncError as error:
            return error, None
        except Exception as error:  # noqa: BLE001 - a defect, raised where somebody is told
            place = traceback.extract_tb(error.__traceback__)[-1]
            return Defect(traceback.format_exc(), type(error).__name__, place), None

    def open(self, url: str, workspace: str, whose: int) -> None:
        from posync.state.lock import this_process  # noqa: PLC0415 - see above
        from posync.state.store import Store  # noqa: PLC0415

        self._store = self._leaving.enter_context(Store.open(url, workspace))
        self._leaving.enter_context(self._store.lock(this_process(whose)))

    def observe(self, tracker: str, began: datetime) -> None:
        self._pulls[tracker] = self._leaving.enter_context(self._store.observing(tracker, began))
