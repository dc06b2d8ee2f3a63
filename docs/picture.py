"""Draws the README's picture of a real dry-run: the demo's plan, as a terminal of 80 columns shows it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from posync.cli.demo import write_workspace
from posync.reporting import render_plan
from posync.sandbox.server import Sandbox
from posync.service import open_workspace

WIDTH = 80
FIRST, LAST = 40, 4  # lines of the plan that the picture shows; the demo shows them all
PICTURE = Path(__file__).with_name("dry-run.svg")
# Rich's own frame without the fonts it would fetch from elsewhere.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Plan the sandbox's shop and write the picture beside this file."""
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        file = write_workspace(Path(folder), sandbox.jira_url, sandbox.trello_url)
        with open_workspace(file) as workspace:
            shown = render_plan(workspace.plan(), "text", width=WIDTH, colour=True, file="w47.plan.json")
    lines = shown.splitlines()
    shown = "\n".join([*lines[:FIRST], "  \u2026", *lines[-LAST:]])
    console = Console(record=True, width=WIDTH, file=Path("/dev/null").open("w"))  # noqa: SIM115
    console.print(Text.from_ansi("$ posync plan -o w47.plan.json\n" + shown))
    console.save_svg(str(PICTURE), title="posync plan", code_format=FRAME, unique_id="posync")


if __name__ == "__main__":
    main()
