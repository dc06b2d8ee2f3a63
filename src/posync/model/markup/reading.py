"""Read any of the four formats into blocks."""

from __future__ import annotations

from posync.model.markup import adf, markdown, plain, wiki
from posync.model.markup.block import Block

_BLANKS = str.maketrans(
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f\0",
        " ",
    )
)

_READERS = {"markdown": markdown.blocks, "wiki": wiki.blocks, "plain": plain.blocks}


def blocks_of(source: str, format: str) -> tuple[Block, ...]:  # noqa: A002 - the name everybody uses for it
    """Return the blocks of a text; HTML comments and blanks of every width are blanks. Linear in its length."""
    if format == "adf":
        return adf.blocks(adf.document(source))
    return _READERS[format](without_comments(source.translate(_BLANKS)))


def without_comments(source: str) -> str:
    """Return the source with blanks in place of HTML comments, as long as before and with its newlines."""
    begin = source.find("<!--")
    if begin < 0:
        return source
    parts, at = [], 0
    while begin >= 0:
        end = source.find("-->", begin + 4)
        if end < 0:
            break
        parts += [source[at:begin], "".join(c if c in "\r\n" else " " for c in source[begin : end + 3])]
        at = end + 3
        begin = source.find("<!--", at)
    return "".join([*parts, source[at:]])
