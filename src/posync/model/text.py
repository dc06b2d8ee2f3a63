"""A description, kept whole as its author wrote it, and parsed into blocks when somebody asks."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from posync.model.base import Light, light

if TYPE_CHECKING:
    from posync.model.markup.block import Block


class Format(StrEnum):
    """How a text is written down."""

    MARKDOWN = "markdown"
    WIKI = "wiki"
    ADF = "adf"
    PLAIN = "plain"


@light
class Text(Light):
    """A description; `source` is every character the tracker gave (ADF: its compact JSON)."""

    format: Format = Format.PLAIN
    source: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Headings, paragraphs, items, tasks, table rows and code, in reading order.

        Parsed when asked for. Only the last few are kept, for the checks that look at one issue
        after the other, so that a large backlog does not fill the memory.
        """
        return _blocks(self.source, self.format)

    @property
    def reading(self) -> str:
        """What the blocks' spans count into: the source, or of an ADF document its words line by line."""
        if self.format is not Format.ADF:
            return self.source
        from posync.model.markup import adf  # noqa: PLC0415 - parsers are loaded when needed

        return adf.reading(adf.document(self.source))


@lru_cache(maxsize=4)
def _blocks(source: str, format: Format) -> tuple[Block, ...]:  # noqa: A002 - the name everybody uses for it
    from posync.model.markup.reading import blocks_of  # noqa: PLC0415 - parsers are loaded when needed

    return blocks_of(source, format)
