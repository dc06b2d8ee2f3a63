"""`posync rules`: list the packs, run their own tests, print their schema."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posync.cli.common import command
from posync.cli.output import Output

FAILED = 1


class Document(StrEnum):
    """The files that have a schema."""

    PACK = "pack"
    WORKSPACE = "workspace"
    PLAN = "plan"


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help="The policy packs.", no_args_is_help=True)
    command(group, "list")(list_)
    command(group, "test")(run_pack_tests)
    command(group, "schema")(schema)
    app.add_typer(group, name="rules")


def list_(out: Output) -> None:
    """List the packs that ship with posync."""
    from posync.reporting import render_packs
    from posync.rules.packs.pack import shipped_packs

    packs = shipped_packs()
    document = [{"pack": pack.pack, "about": pack.about, "digest": pack.digest} for pack in packs]
    out.data(render_packs(packs, width=out.width, colour=out.colour), document)


def run_pack_tests(
    out: Output,
    pack: Annotated[
        list[str] | None, typer.Argument(help="Names or paths; all shipped packs by default.")
    ] = None,
) -> None:
    """Run the packs' own tests: what each says of its `given` against its `expect`."""
    from posync.reporting import render_pack_tests
    from posync.rules.packs.pack import read_packs, shipped_packs
    from posync.rules.packs.packtests import try_pack

    packs = read_packs(pack, Path.cwd()) if pack else shipped_packs()
    results = [result for one in packs for result in try_pack(one)]
    document = [
        {"pack": r.pack, "case": r.case, "passed": r.passed, "differences": list(r.differences)}
        for r in results
    ]
    out.data(render_pack_tests(results, width=out.width, colour=out.colour), document)
    if not all(result.passed for result in results):
        raise typer.Exit(FAILED)


def schema(
    out: Output,
    what: Annotated[Document, typer.Argument(help="Which files the schema is for.")] = Document.PACK,
) -> None:
    """Print the JSON schema of pack, workspace or plan files, for editors."""
    from posync.config.schema import plan_schema, workspace_schema
    from posync.rules.packs.schema import pack_schema

    made = {Document.PACK: pack_schema, Document.WORKSPACE: workspace_schema, Document.PLAN: plan_schema}
    document = made[what]()
    out.data(json.dumps(document, indent=1), document)
