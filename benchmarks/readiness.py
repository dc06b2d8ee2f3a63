"""How right the readiness checks are on real texts that were read one by one, and how fast.

`python benchmarks/readiness.py` prints for each check its precision and recall, those of the naive
way to ask the same, and every case it gets wrong; then the time for 10,000 real descriptions and
for texts of 1 kB to 1 MB. The texts stay where they are (../shared/data); labels/ names them by id.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from _labelled import HEAD, Case, measured, ours, row
from _measuring import Targets
from _reached import GOALS, REACHED
from _texts import DATA, Told, texts
from pydantic import TypeAdapter

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.model.text import Format, Text
from posync.rules.readiness.base import Check
from posync.rules.readiness.checks import AnyCheck
from posync.rules.readiness.criteria import acceptance_criteria
from posync.rules.readiness.judging import flags_of
from posync.rules.readiness.likeness import pairs


def show(name: str, cases: list[Case]) -> None:
    """Print the figures of a check and every case it gets wrong."""
    print(row(name, cases))
    for case in cases:
        if case.label != case.said:
            print(f"    {'flagged wrongly' if case.said else 'missed'}: {case.name}")


def held(sets: Mapping[str, list[Case]], targets: Targets) -> None:
    """Judge the goals, and what each check has reached before."""
    for least in (GOALS, REACHED):
        for name, (precision, recall) in least.items():
            found = ours(sets[name])
            targets.reaches(f"{name}, precision", found.precision, precision)
            targets.reaches(f"{name}, recall", found.recall, recall)


TEXT_CHECKS = ("acceptance-criteria", "user-story", "missing-description", "vague-words", "atomic")
"""The checks that read descriptions; the first three are turned on in rules/story-readiness.yaml."""


def backlog_of(texts: Iterable[tuple[str, str, str]]) -> Backlog:
    """Return a backlog of stories with these titles and descriptions."""
    issues = (
        Issue(
            uid=f"t:A-{n}",
            tracker="t",
            key=f"A-{n}",
            type=IssueType.STORY,
            title=title,
            description=Text(format=Format(form), source=body),
        )
        for n, (title, body, form) in enumerate(texts)
    )
    return Backlog(tracker="t", issues=tuple(issues), complete=True, shown_by="", observed=datetime.now(UTC))


def speed(told: Told) -> float:
    """Print the seconds of CPU that 10,000 real descriptions take; return those of all checks of texts."""
    some = list(itertools.islice(itertools.cycle(told.values()), 10_000))
    backlog, took = backlog_of(some), 0.0
    signs = sum(len(body) for _, body, _ in some)
    flags_of(checks_named(TEXT_CHECKS), backlog_of(some[:100]), date(2026, 1, 1))  # tables are read once
    for what, names in (
        ("read for criteria", TEXT_CHECKS[:1]),
        ("asked by the three checks of texts that are on", TEXT_CHECKS[:3]),
        ("asked by all five", TEXT_CHECKS),
    ):
        begun = time.process_time()
        flags_of(checks_named(names), backlog, date(2026, 1, 1))
        took = time.process_time() - begun
        print(f"10,000 real descriptions {what}: {took:.2f} s of CPU, {signs / took / 1e6:.2f} MB/s")
    return took


def checks_named(names: Sequence[str]) -> list[Check]:
    """Return the checks of these names as they ship."""
    return [TypeAdapter(AnyCheck).validate_python({"check": name}) for name in names]


def growth(targets: Targets) -> None:
    """Print the time for texts of 1 kB to 1 MB in each format; ten times the text may take fifteen times as long."""
    part = "As a buyer I want it.\n\n## Notes\n- one [link](x) and **two**\n\n| a | b |\n|---|---|\n| c | d |\n\nIt is so.\n\n"
    for form in ("markdown", "wiki", "plain"):
        took = {}
        for size in (1_000, 1_000, 10_000, 100_000, 1_000_000):  # the first one loads the tables
            text = (part * (size // len(part) + 1))[:size]
            begun = time.process_time()
            acceptance_criteria(text, form)
            took[size] = time.process_time() - begun
        print(f"{form}: {', '.join(f'{size // 1000} kB {s * 1000:.1f} ms' for size, s in took.items())}")
        targets.holds(f"growth, {form}, 100 kB to 1 MB", took[1_000_000] / took[100_000], 15)


def titles(told: Told) -> None:
    """Print the time to find the repeated titles among 100,000."""
    words = [word for title, _, _ in told.values() for word in title.split()]
    made = [" ".join(words[n % len(words) : n % len(words) + 4 + n % 7]) for n in range(0, 300_000, 3)]
    begun = time.process_time()
    found = sum(1 for _ in pairs(made, 1.0))
    print(f"100,000 titles: {time.process_time() - begun:.2f} s of CPU, {found} repeated")


def main() -> int:
    """Print everything; 1 where a goal is missed, or a check is worse than it has been."""
    if not DATA.exists():
        print("no real texts here: ../shared/data is missing", file=sys.stderr)
        return 0
    sets, told, targets = measured(), texts(), Targets()
    print(HEAD)
    for name, cases in sets.items():
        show(name, cases)
    held(sets, targets)
    targets.holds("seconds, 10,000 descriptions asked by all checks of texts", speed(told), 5)
    growth(targets)
    titles(told)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
