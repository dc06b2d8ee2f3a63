"""How right the readiness checks are on real texts that were read one by one, and how fast.

`python benchmarks/readiness.py` prints for each check its precision and recall, those of the naive
way to ask the same, and every case it gets wrong; then the time for 10,000 real descriptions and
for texts of 1 kB to 1 MB. The texts stay where they are (../shared/data); labels/ names them by id.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from _fields import asked
from _measuring import Targets
from _texts import DATA, Told, annotated, apache, cards, records, texts
from pydantic import TypeAdapter

from posync.model.backlog import Backlog
from posync.model.issue import Issue, IssueType
from posync.model.markup.reading import blocks_of
from posync.model.text import Format, Text
from posync.rules.readiness.atomic import several, wished_again
from posync.rules.readiness.base import Check
from posync.rules.readiness.checks import AnyCheck
from posync.rules.readiness.criteria import acceptance_criteria
from posync.rules.readiness.judging import flags_of
from posync.rules.readiness.likeness import pairs
from posync.rules.readiness.missing_description import nothing_in
from posync.rules.readiness.story import narrative, stories_in, story_of
from posync.rules.readiness.vague_words import vague_in

HERE = Path(__file__).resolve().parent


class Case(NamedTuple):
    """One labelled text: what it is called, what it should be, and what was said of it."""

    name: str
    label: bool
    said: bool
    naive: bool


class Figures(NamedTuple):
    """How often a yes was right, and how many of the right ones were found."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"precision {self.precision:.3f} recall {self.recall:.3f}"


def figures(pairs_of: list[tuple[bool, bool]]) -> Figures:
    """Return precision and recall of (label, said) pairs."""
    hits = sum(label and said for label, said in pairs_of)
    return Figures(
        hits / max(1, sum(said for _, said in pairs_of)), hits / max(1, sum(label for label, _ in pairs_of))
    )


def criteria_cases() -> Iterator[Case]:
    """Yield the texts labelled for acceptance criteria; naive: a search for the phrase."""
    for case in records(DATA / "ac" / "labelled.jsonl"):
        if case["confidence"] == "disputed":
            continue
        body, form, lists = case["body"], case["format"], []
        if form == "checklist":
            lists = [(one["name"], one["items"]) for one in body["checklists"]]
            body, form = body["desc"], "markdown"
        said = acceptance_criteria(body, form, lists).present
        naive = "acceptance criteri" in json.dumps(case["body"], ensure_ascii=False).lower()
        yield Case(f"{case['id']} {case['tag']}", case["has_ac"], said, naive)


def blind_cases(draw: int, told: Told) -> Iterator[Case]:
    """Yield the texts of one draw of labels/blind-criteria.jsonl, which were labelled before any rule saw them."""
    for case in records(HERE / "labels" / "blind-criteria.jsonl"):
        found = told.get((case["set"], case["id"]))
        if case["draw"] == draw and found is not None:
            _, body, form = found
            said = acceptance_criteria(body, form).present
            mark = " (borderline)" if case.get("borderline") else ""
            yield Case(
                f"{case['set']} {case['id']}{mark}", case["label"], said, "acceptance criteri" in body.lower()
            )


def card_cases() -> Iterator[Case]:
    """Yield the cards of labels/blind-cards.jsonl, descriptions and checklists, labelled in the same way."""
    told = cards()
    for case in records(HERE / "labels" / "blind-cards.jsonl"):
        body, lists = told[case["set"], case["id"]]
        said = acceptance_criteria(body, "markdown", lists).present
        mark = " (borderline)" if case.get("borderline") else ""
        naive = "acceptance criteri" in f"{body} {lists}".lower()
        yield Case(f"{case['set']} {case['id']}{mark}", case["label"], said, naive)


def benefit_cases() -> Iterator[Case]:
    """Yield the annotated user stories: is the benefit missing? Naive: no "so that"."""
    for number, case in enumerate(records(DATA / "user_stories" / "annotated.jsonl")):
        story = story_of(case["text"])
        said = story is not None and not story.benefit
        naive = "so that" not in case["text"].lower()
        yield Case(f"{case['backlog']} no. {number}", case["benefit"] is None, said, naive)


def no_benefit(title: str, body: str, form: str) -> tuple[bool, bool]:
    """Return whether the story lacks a benefit, and what "so that" alone would say."""
    story = story_of(title) or story_of(narrative(blocks_of(body, form)))
    return story is not None and not story.benefit, "so that" not in f"{title} {body}".lower()


def not_atomic(title: str, body: str, form: str) -> tuple[bool, bool]:
    """Return whether the story is several, and what the word "and" in its first sentence would say."""
    told = narrative(blocks_of(body, form))
    story = story_of(title) or story_of(told)
    said = story and (several(story, max(stories_in(title), stories_in(told))) or wished_again(story, told))
    return bool(said), " and " in (told or title).split(".")[0]


_NAIVE_VAGUE = re.compile(
    r"\b(?:fast|easy|easily|user[- ]friendly|quickly|appropriate|good|nice|simple|should)\b", re.IGNORECASE
)


def vague(_: str, body: str, form: str) -> tuple[bool, bool]:
    """Return whether a criterion is vague, and what a short list of words over the whole text would say."""
    lines = [item.text for item in acceptance_criteria(body, form).items if item.checkable]
    return any(vague_in(line) for line in lines), _NAIVE_VAGUE.search(body) is not None


def undescribed(title: str, body: str, form: str) -> tuple[bool, bool]:
    """Return whether the description says nothing, and whether it is simply empty (here: NULL)."""
    return nothing_in(blocks_of(body, form), title, 3) is not None, body.strip() in {"", "NULL"}


def labelled(
    name: str, ask: Callable[[str, str, str], tuple[bool, bool]], told: Told, draw: int = 0
) -> Iterator[Case]:
    """Yield the cases of labels/NAME.jsonl, or of one draw of it, with what a check says of each."""
    for case in records(HERE / "labels" / f"{name}.jsonl"):
        if case.get("draw", 0) != draw:
            continue
        said, naive = ask(*told[case["set"], case["id"]])
        yield Case(f"{case['set']} {case['id']}", case["label"], said, naive)


def duplicate_cases(told: Told) -> Iterator[Case]:
    """Yield the labelled pairs of titles; naive: the same text but for case and blanks."""
    for case in records(HERE / "labels" / "duplicate-title.jsonl"):
        first, second = told[case["set"], case["id"]][0], told[case["set"], case["other"]][0]
        said = any(True for _ in pairs([first, second], 1.0))
        naive = " ".join(first.lower().split()) == " ".join(second.lower().split())
        yield Case(f"{case['set']} {case['id']} {case['other']}", case["label"], said, naive)


def field_cases(labels: str, ask: Callable[[dict[str, Any]], tuple[bool, bool]]) -> Iterator[Case]:
    """Yield the issues labelled for a check that reads fields; each is asked as it stands on its board."""
    for case in records(HERE / "labels" / f"{labels}.jsonl"):
        yield Case(f"{case['set']} {case['id']}", case["label"], *ask(case))


def show(name: str, cases: list[Case]) -> Figures:
    """Print the figures of a check and every case it gets wrong; return the figures."""
    ours = figures([(case.label, case.said) for case in cases])
    naive = figures([(case.label, case.naive) for case in cases])
    print(
        f"{name}: {ours}  (naive: {naive})  over {len(cases)} texts, {sum(c.label for c in cases)} to be found"
    )
    for case in cases:
        if case.label != case.said:
            print(f"    {'flagged wrongly' if case.said else 'missed'}: {case.name}")
    return ours


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
    """Print everything; 1 where a published goal is missed."""
    if not DATA.exists():
        print("no real texts here: ../shared/data is missing", file=sys.stderr)
        return 0
    told = texts()
    criteria = show("acceptance criteria", list(criteria_cases()))
    for draw in sorted({case["draw"] for case in records(HERE / "labels" / "blind-criteria.jsonl")}):
        show(
            f"acceptance criteria (draw {draw}, by the rules of today)",
            list(blind_cases(draw, told | apache())),
        )
    show("acceptance criteria (cards, by the rules of today)", list(card_cases()))
    benefit = show("missing benefit (annotated)", list(benefit_cases()))
    show("missing benefit (read)", list(labelled("user-story", no_benefit, told)))
    show("not atomic", list(labelled("atomic", not_atomic, told)))
    show("not atomic (annotated, joined by and)", list(labelled("atomic", not_atomic, annotated(), 1)))
    show("not atomic (blind)", list(labelled("atomic", not_atomic, told, 2)))
    show("vague words", list(labelled("vague-words", vague, told)))
    show("missing description", list(labelled("missing-description", undescribed, told)))
    show("duplicate title", list(duplicate_cases(told)))
    for title, (labels, ask) in asked().items():
        show(title, list(field_cases(labels, ask)))
    targets = Targets()
    for what, found, least in (("acceptance criteria", criteria, 0.95), ("missing benefit", benefit, 0.97)):
        targets.holds(f"{what}: wrong of what is said", 1 - found.precision, 1 - least)
        targets.holds(f"{what}: missed of what is there", 1 - found.recall, 1 - least)
    targets.holds("seconds, 10,000 descriptions asked by all checks of texts", speed(told), 5)
    growth(targets)
    titles(told)
    return targets.exit_code


if __name__ == "__main__":
    sys.exit(main())
