"""The main job on the embedded sandbox, step by step, as a product owner would do it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from posync.cli.output import Output
from posync.cli.saving import save
from posync.errors import UsageError
from posync.model.backlog import Backlog

SHOWN = 8  # issues of each backlog shown before and after

WORKSPACE = """\
workspace: demo
trackers:
  shop-jira:
    kind: jira
    url: {jira}
    auth: {{email: po@shop.example, token: {{file: jira.token}}}}
    scope: {{project: SHOP}}
    profile: jira-cloud
  shop-trello:
    kind: trello
    url: {trello}
    auth: {{key: {{file: trello.key}}, token: {{file: trello.token}}}}
    scope: {{board: shopboard, lists: [Backlog, Next]}}
    profile: trello
packs: [wsjf, story-readiness, release-train]
state: sqlite:///posync.db
"""
SECRETS = {
    "jira.token": "sandbox-jira-token",
    "trello.key": "sandbox-trello-key",
    "trello.token": "sandbox-trello-token",
}


def show(out: Output, keep: Path | None) -> None:
    """Run the demo in a folder of its own, kept where `keep` names one."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="posync-demo-") as folder:
            _show(out, Path(folder))
        return
    try:
        keep.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(
            f"{keep} is already there: name a folder that is not, and the demo will make it"
        ) from None
    _show(out, keep)
    out.say(f"Workspace, plan and state are in {keep}.")


def _show(out: Output, folder: Path) -> None:
    from posync.reporting import render_plan, render_pulled, render_results
    from posync.sandbox.server import Sandbox
    from posync.service import open_workspace

    began = time.perf_counter()
    with Sandbox() as sandbox:
        file = write_workspace(folder, sandbox.jira_url, sandbox.trello_url)
        with open_workspace(file) as workspace:
            _step(out, "1. Pull both trackers", "posync pull")
            _tell(out, render_pulled(workspace.pull()))
            before = workspace.backlogs()
            _boards(out, before)

            _step(out, "2. Plan: the dry-run", "posync plan -o demo.plan.json")
            plan = workspace.plan()
            save(plan.pieces(), folder / "demo.plan.json", "plan")
            _tell(out, render_plan(plan, "text", width=out.width, colour=out.colour, file="demo.plan.json"))

            _step(
                out,
                "3. Apply exactly that plan",
                f"posync apply demo.plan.json --approve {plan.checksum[:17]}...",
            )
            applied = workspace.apply(plan, approve=plan.checksum)
            _tell(
                out,
                render_results(
                    plan, applied.results, run=applied.run, outcome=applied.outcome, requests=applied.requests,
                    warnings=applied.warnings, width=out.width, colour=out.colour,
                )
            )  # fmt: skip

            _step(out, "4. Plan again: nothing is left to do", "posync plan")
            again = workspace.plan()
            _tell(out, render_plan(again, "text", width=out.width, colour=out.colour))
            _boards(out, workspace.backlogs())

            _step(out, "5. Take it all back", f"posync undo {applied.run} --yes")
            back = workspace.undo(applied.run)
            undone = workspace.apply(back, approve=back.checksum, kind="undo")
            workspace.pull()
            _verdict(out, before, workspace.backlogs(), len(again.changes), undone.outcome)
    out.say(f"Done in {time.perf_counter() - began:.1f} s.")


def write_workspace(folder: Path, jira: str, trello: str) -> Path:
    """Write a workspace over a sandbox, with its secrets in files, and return its path."""
    for name, secret in SECRETS.items():
        (folder / name).write_text(secret, encoding="utf-8")
    file = folder / "posync.yaml"
    file.write_text(WORKSPACE.format(jira=jira, trello=trello), encoding="utf-8")
    return file


def _tell(out: Output, text: str) -> None:
    """Show a step; beside an answer in JSON it is talk."""
    (out.say if out.as_json else out.data)(text)


def _step(out: Output, title: str, command: str) -> None:
    _tell(out, f"\n{title}\n$ {command}\n")


def _boards(out: Output, backlogs: Sequence[Backlog]) -> None:
    from posync.reporting import render_backlog

    for backlog in backlogs:
        _tell(out, render_backlog(backlog, top=SHOWN, width=out.width, colour=out.colour))


def _verdict(
    out: Output, before: Sequence[Backlog], after: Sequence[Backlog], left: int, undone: str
) -> None:
    """Say whether the second plan was empty and whether undo brought everything back."""
    same = [_seen(backlog) for backlog in before] == [_seen(backlog) for backlog in after]
    said = (f"The second plan held {left} changes. Undo: {undone}; the boards are "
            f"{'as they were before' if same else 'NOT as they were before'}.")  # fmt: skip
    out.data(said, {"left": left, "undo": undone, "as_before": same})
    if left or not same:
        raise UsageError("the demo did not end as it should: please report this")


def _seen(backlog: Backlog) -> list[tuple[object, ...]]:
    """Return what a person sees of a backlog: order, labels, releases, comments."""
    return [(i.key, i.rank, sorted(i.labels), sorted(i.releases), dict(i.fields)) for i in backlog.issues]
