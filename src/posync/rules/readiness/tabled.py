"""Find scenarios that a table holds: its head names given, when and then, and each row below is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posync.model.markup.block import Kind
from posync.rules.readiness.finding import Criterion
from posync.rules.readiness.scenarios import step
from posync.rules.readiness.sections import Row, joined
from posync.rules.readiness.substance import lack


def tabled(rows: Sequence[Row]) -> Iterator[Criterion]:
    """Yield a criterion for each filled row of the tables whose head names at least a when and a then."""
    told = False
    for cells in joined(rows):
        block = cells[0].block
        if block.kind is not Kind.ROW or block.label == "header":
            told = block.kind is Kind.ROW and _names_steps(cells)
        elif told and len(cells) > 1:
            text = " | ".join(cell.text for cell in cells)
            if lack(text, scenario=True) is None:
                yield Criterion(text, (cells[0].line.span[0], cells[-1].line.span[1]), "table")


def _names_steps(cells: Sequence[Row]) -> bool:
    found = [step(cell.text) for cell in cells]
    return {"when", "then"} <= {one.role for one in found if one is not None and not one.rest}
