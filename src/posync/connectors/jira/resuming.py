"""What a pull has read when a spent quota ends it, so that the next one reads only the rest."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from posync.connectors.jira.cursor import Cursor, gathered, since
from posync.model.observation import Aside, Memory


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier pulls have read: `ids` were as they are set aside when the last of those began.

    `began` is that moment by the site's own clock (epoch ms), `cursor` what was known of updates, `note` the
    text that all this stands in; `part` says that none of them was to read everything.
    """

    note: str
    began: int
    cursor: Cursor
    ids: frozenset[str]
    part: bool = False

    @classmethod
    def of(cls, memory: Memory | None, digest: str) -> Earlier | None:
        """Return what a memory holds of earlier pulls that asked the same, None where that is nothing."""
        aside = memory.aside if memory else None
        cursor = Cursor.from_json(aside.note) if aside else None
        if aside is None or cursor is None or cursor.digest != digest:
            return None
        note = json.loads(aside.note)
        return cls(aside.note, int(note["began"]), cursor, frozenset(aside.ids), note.get("part") is True)

    @property
    def since(self) -> int:
        """Return the moment from which on updates may not be in what was set aside."""
        return since(self.began)


@dataclass(slots=True)
class SoFar:
    """What a pull knows by now: `updated` of what it has read (epoch ms), `spared` what it need not read.

    `part` says that it is to read what changed, and not everything.
    """

    digest: str
    part: bool = False
    updated: dict[str, int] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()
    earlier: Earlier | None = None

    def spare(self, earlier: Earlier, present: Collection[str], changed: Collection[str]) -> None:
        """Rely on what earlier pulls have read of the issues that are present, but for those that may have changed."""
        self.earlier, self.spared = earlier, earlier.ids & frozenset(present) - frozenset(changed)

    def has(self, one: str) -> bool:
        """Whether this issue was read, by this pull or by an earlier one."""
        return one in self.updated or one in self.spared

    @property
    def before(self) -> Cursor | None:
        """What earlier pulls knew of updates."""
        return self.earlier.cursor if self.earlier else None

    def aside(self, began: int) -> Aside | None:
        """Return what the next pull may leave as it is; `began` is when this one did, by the site's clock.

        None where nothing was read, or the site tells no time.
        """
        ids = self.spared | self.updated.keys()
        if not began or not self.updated:
            return None
        cursor = gathered(self.digest, self.updated, self.before)
        part = self.earlier.part if self.earlier else self.part
        told = {**json.loads(cursor.to_json()), "began": began, "part": part}
        note = json.dumps(told, separators=(",", ":"))
        return Aside(note, ids, self.earlier.note if self.earlier else "")
