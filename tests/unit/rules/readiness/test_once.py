"""What checks share about one text: worked out once, and never another text's."""

from collections.abc import Sequence

from posync.model.markup.block import Block, Kind
from posync.rules.readiness.once import once


def test_the_same_blocks_are_read_once_and_others_anew() -> None:
    read: list[int] = []

    @once
    def count(blocks: Sequence[Block]) -> int:
        read.append(len(blocks))
        return len(blocks)

    one, two = (Block(Kind.PARAGRAPH, ()),), (Block(Kind.PARAGRAPH, ()), Block(Kind.ITEM, ()))
    assert [count(one), count(one), count(two), count(one)] == [1, 1, 2, 1]
    assert read == [1, 2, 1]


def test_equal_blocks_of_another_text_are_read_anew() -> None:
    read: list[Sequence[Block]] = []
    remember = once(read.append)
    remember([Block(Kind.PARAGRAPH, ())])
    remember([Block(Kind.PARAGRAPH, ())])
    assert len(read) == 2
