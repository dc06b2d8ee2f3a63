"""A saved file as a tracker: read whole, looked at, and never written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from posync.connectors.base import Capability, Sight, Ways
from posync.connectors.export.content import Content, content_of
from posync.connectors.export.reading import files_of, read_saved
from posync.connectors.profile import Profile
from posync.errors import NotFound
from posync.model.change import Change
from posync.model.claim import Claim, Claimed, Scope
from posync.model.issue import Issue
from posync.model.observation import Keep, Memory, Observation
from posync.model.plan import Write

_WRITES = ("rank", "label", "release", "comment", "field")


class ExportReader:
    """One file, or a folder of them, as a tracker; see `Reader` for what each method promises."""

    kind = "export"
    ways = Ways(writable=False)
    rank_batch = 0
    place = ""
    requests = 0

    def __init__(self, name: str, path: Path, profile: Profile) -> None:
        self.name, self.path, self.profile = name, path, profile
        self._read: tuple[str, Content] | None = None

    def pull(self, memory: Memory | None, keep: Keep) -> Observation:
        """Hand over every issue of the files, or nothing where no byte of them changed since `memory`."""
        digest, files = self._bytes()
        before = _note(memory)
        if before is not None and before["digest"] == digest:
            order = tuple(f"{self.name}:{one}" for one in before["order"])
            return Observation(order, json.dumps(before), "the file is the same as before", full=False)
        content = self._content(digest, files)
        keep(content.issues)
        order = tuple(issue.uid for issue in content.issues)
        known = {f"{self.name}:{one}" for one in memory.known} if memory is not None else set()
        return Observation(
            order=order,
            cursor=json.dumps(
                {
                    "digest": digest,
                    "order": [issue.id for issue in content.issues],
                    "comments": content.comments,
                }
            ),
            shown_by=content.shown_by,
            full=True,
            gone=dict.fromkeys(sorted(known - set(order)), "no longer in the file"),
            warnings=tuple(content.warnings),
        )

    def capabilities(self, keys: Callable[[], Iterable[str]] = tuple) -> tuple[Capability, ...]:  # noqa: ARG002 - Jira's
        """Return what can be done with a file: it is read, nothing more."""
        self._issues()
        because, consequence = (
            "it is a file",
            "the plan shows what posync would change, and nothing is written",
        )
        read = Capability("read", granted=True, because=str(self.path))
        return (
            read,
            *(Capability(name, granted=False, because=because, consequence=consequence) for name in _WRITES),
        )

    def forbidden(self) -> Mapping[str, str]:
        """Return nothing: planning knows that a file is not written."""
        return {}

    def notes(self) -> tuple[str, ...]:
        """Return nothing: files name their own fields."""
        return ()

    def look(self, uids: Sequence[str]) -> Mapping[str, Issue | None]:
        """Return these issues as the files have them now."""
        issues = {issue.uid: issue for issue in self._issues()}
        return {uid: issues.get(uid) for uid in uids}

    def order(self, lane: str) -> tuple[str, ...]:
        """Return the uids of one lane in rank order; Trello's archived cards are in none."""
        return tuple(
            issue.uid for issue in self._issues() if issue.lane == lane and (issue.ranked or not lane)
        )

    def survey(self, uids: Sequence[str], lanes: Sequence[str]) -> Sight:
        """Return these issues and orders as they are now."""
        return Sight(self.look(uids), {lane: self.order(lane) for lane in lanes})

    def comments(self, uids: Sequence[str]) -> Mapping[str, tuple[str, str] | None]:
        """Return no comments: none of posync's is ever in a file that nobody writes."""
        return dict.fromkeys(uids)

    def writes(self, changes: Sequence[Change]) -> tuple[Write, ...]:  # noqa: ARG002 - the protocol's
        """Return nothing: a file is not written."""
        return ()

    def scopes(self, keys: Iterable[str]) -> tuple[Scope, ...]:  # noqa: ARG002 - the protocol's
        """Return nothing: nobody can come into conflict over a file that nobody writes."""
        return ()

    def claimed(self, scope: Scope) -> Claimed:  # noqa: ARG002 - the protocol's
        """Return that nobody has marked a file."""
        return Claimed()

    def marking(self, claim: Claim) -> None:
        """Return nothing: a file is not written."""

    def unmarking(self, claim: Claim) -> str:  # noqa: ARG002 - the protocol's
        """Return that there is nothing to remove."""
        return "leave the file as it is: it holds no marker"

    def marked(self, claim: Claim) -> bool:  # noqa: ARG002 - the protocol's
        """Return that no marker is there."""
        return False

    def close(self) -> None:
        """Forget what was read."""
        self._read = None

    def _issues(self) -> tuple[Issue, ...]:
        digest, files = self._bytes()
        return self._content(digest, files).issues

    def _bytes(self) -> tuple[str, dict[Path, bytes]]:
        """Return the files' bytes and one digest of them, their names and the profile."""
        found = hashlib.sha256(self.profile.model_dump_json().encode())
        files = {file: self._bytes_of(file) for file in sorted(files_of(self.path, self.name), key=_natural)}
        for file, content in files.items():
            found.update(file.name.encode() + b"\0" + hashlib.sha256(content).digest())
        return found.hexdigest()[:32], files

    def _bytes_of(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            raise NotFound(self.name, "open export", f"{file}: {reason}", remedy="Check `path`.") from None

    def _content(self, digest: str, files: Mapping[Path, bytes]) -> Content:
        if self._read is None or self._read[0] != digest:
            saved = [read_saved(file, content, self.name) for file, content in files.items()]
            self._read = digest, content_of(saved, self.name, self.profile)
        return self._read[1]


def _natural(path: Path) -> list[tuple[int, str]]:
    """Return a sort key by which page 50 comes before page 100."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", path.name)]


def _note(memory: Memory | None) -> dict[str, Any] | None:
    try:
        note = json.loads(memory.cursor) if memory is not None else None
    except (ValueError, RecursionError):
        return None
    return note if isinstance(note, dict) and {"digest", "order", "comments"} <= note.keys() else None
