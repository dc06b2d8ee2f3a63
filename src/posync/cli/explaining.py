"""`posync explain`, `compare` and `criteria`: why things are as they are, and how else they could be."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import DEFAULT_CONFIG, ConfigOption, command
from posync.cli.output import Output
from posync.cli.standing import plain
from posync.errors import UsageError


class TextFormat(StrEnum):
    """How a description is written down."""

    MARKDOWN = "markdown"
    WIKI = "wiki"
    ADF = "adf"
    PLAIN = "plain"


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    command(app, "explain")(explain)
    command(app, "compare")(compare)
    command(app, "criteria")(criteria)


def explain(
    out: Output,
    key: Annotated[str, typer.Argument(help="An issue's key, as in SHOP-7.")],
    config: ConfigOption = DEFAULT_CONFIG,
    above: Annotated[
        str | None, typer.Option("--above", help="Say what decides between the two issues.")
    ] = None,
) -> None:
    """Show every term, constraint and condition behind an issue's place and flags; asks no tracker."""
    from posync.reporting import render_explanation
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        found = workspace.standing.explain(key, above)
    out.data(
        "\n".join(render_explanation(one, width=out.width, colour=out.colour) for one in found),
        [plain(asdict(one) | {"issue": one.issue.key, "tracker": one.issue.tracker}) for one in found],
    )


def compare(
    out: Output,
    one: Annotated[str, typer.Argument(metavar="PACK", help="A pack's name or path.")],
    other: Annotated[str, typer.Argument(metavar="PACK", help="The pack to compare it with.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show two policies side by side on the last complete picture; asks no tracker."""
    from posync.reporting import render_comparison
    from posync.service import open_workspace

    with open_workspace(Path(config)) as workspace:
        comparison = workspace.standing.compare(one, other)
    out.data(render_comparison(comparison, width=out.width, colour=out.colour), asdict(comparison))


def criteria(
    out: Output,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for standard input.")] = "-",
    shape: Annotated[
        TextFormat, typer.Option("--format", "-f", help="How the text is written.")
    ] = TextFormat.MARKDOWN,
) -> None:
    """Show which acceptance criteria a text holds, where, and how each was found."""
    from posync import acceptance_criteria
    from posync.model.text import Format, Text
    from posync.reporting import render_criteria

    text = _text(file)
    try:
        body = json.loads(text) if shape is TextFormat.ADF else text
    except (ValueError, RecursionError):
        raise UsageError(
            f"{file} is no Atlassian document: it is not JSON. Choose another --format"
        ) from None
    found = acceptance_criteria(body, format=shape.value)
    document = {
        "present": found.present,
        "because": found.because,
        "items": [
            {"text": i.text, "span": list(i.span), "how": i.how, "checkable": i.checkable}
            for i in found.items
        ],
    }
    reading = Text(format=Format(shape.value), source=text).reading
    out.data(render_criteria(found, reading, width=out.width, colour=out.colour), document)


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"{file} cannot be read: {why}") from None
