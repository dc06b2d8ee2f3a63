"""Tries the installed wheel in a clean environment: version, packs, and one plan; needs nothing but posync."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

POSYNC = str(Path(sys.executable).with_name("posync"))


def posync(*words: str, folder: Path, code: int = 0) -> str:
    """Run the installed command in a folder and return its stdout."""
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }
    done = subprocess.run(
        [POSYNC, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != code:
        sys.exit(f"posync {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Run what a new user would run."""
    os.environ.update(JIRA_EMAIL="po@shop.example", JIRA_TOKEN="sandbox-jira-token")
    os.environ.update(TRELLO_KEY="sandbox-trello-key", TRELLO_TOKEN="sandbox-trello-token")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        version = posync("--version", folder=folder).strip()
        packs = json.loads(posync("rules", "list", "--json", folder=folder))
        posync("init", "--example", "sandbox", folder=folder)
        with subprocess.Popen([POSYNC, "sandbox"], stdout=subprocess.PIPE, text=True, cwd=folder) as sandbox:
            assert sandbox.stdout is not None
            urls = json.loads(sandbox.stdout.readline())
            file = folder / "posync.yaml"
            text = file.read_text()
            for tracker, port in (("jira", 8765), ("trello", 8766)):
                text = text.replace(f"http://127.0.0.1:{port}", urls[tracker])
            file.write_text(text)
            plan = json.loads(posync("plan", "--json", folder=folder, code=2))
            sandbox.terminate()
    sys.stdout.write(
        f"{version} from the wheel: {len(packs)} packs, a plan of {len(plan['changes'])} changes\n"
    )


main()
