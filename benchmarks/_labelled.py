"""The labelled sets: what each readiness check says of real texts that somebody read one by one.

labels/ names the texts by id; they stay where they are (../shared/data).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from _fields import asked
from _texts import DATA, Told, annotated, apache, cards, records, texts

from posync.model.markup.reading import blocks_of
from posync.rules.readiness.atomic import several, wished_again
from posync.rules.readiness.criteria import acceptance_criteria
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
    """How many of a set were said, how many of them rightly, and how many there were to be found."""

    right: int
    said: int
    there: int

    @property
    def precision(self) -> float:
        """Return how often a yes was right; 0 where nothing was said."""
        return self.right / max(1, self.said)

    @property
    def recall(self) -> float:
        """Return how many of the right ones were found."""
        return self.right / max(1, self.there)


def figures(pairs_of: list[tuple[bool, bool]]) -> Figures:
    """Return the figures of (label, said) pairs."""
    return Figures(
        right=sum(label and said for label, said in pairs_of),
        said=sum(said for _, said in pairs_of),
        there=sum(label for label, _ in pairs_of),
    )


def ours(cases: list[Case]) -> Figures:
    """Return the figures of the check."""
    return figures([(case.label, case.said) for case in cases])


def naive(cases: list[Case]) -> Figures:
    """Return the figures of the naive way to ask the same."""
    return figures([(case.label, case.naive) for case in cases])


@cache
def told() -> Told:
    """Return every text that labels name, but for cards."""
    return texts() | apache() | annotated()


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


def blind_cases(labels: str, draws: Collection[int]) -> Iterator[Case]:
    """Yield the texts of these draws, which were labelled before any rule saw them; naive: the phrase again."""
    there = {each: (body, "markdown", lists) for each, (body, lists) in cards().items()}
    there |= {each: (body, form, []) for each, (_, body, form) in told().items()}
    for case in records(HERE / "labels" / f"{labels}.jsonl"):
        if case["draw"] in draws:
            body, form, lists = there[case["set"], case["id"]]
            said = acceptance_criteria(body, form, lists).present
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


def labelled(name: str, ask: Callable[[str, str, str], tuple[bool, bool]], draw: int = 0) -> Iterator[Case]:
    """Yield the cases of labels/NAME.jsonl, or of one draw of it, with what a check says of each."""
    for case in records(HERE / "labels" / f"{name}.jsonl"):
        if case.get("draw", 0) != draw:
            continue
        said, naive = ask(*told()[case["set"], case["id"]])
        yield Case(f"{case['set']} {case['id']}", case["label"], said, naive)


def duplicate_cases() -> Iterator[Case]:
    """Yield the labelled pairs of titles; naive: the same text but for case and blanks."""
    for case in records(HERE / "labels" / "duplicate-title.jsonl"):
        first, second = (told()[case["set"], case[which]][0] for which in ("id", "other"))
        said = any(True for _ in pairs([first, second], 1.0))
        naive = " ".join(first.lower().split()) == " ".join(second.lower().split())
        yield Case(f"{case['set']} {case['id']} {case['other']}", case["label"], said, naive)


def field_cases(labels: str, ask: Callable[[dict[str, Any]], tuple[bool, bool]]) -> Iterator[Case]:
    """Yield the issues labelled for a check that reads fields; each is asked as it stands on its board."""
    for case in records(HERE / "labels" / f"{labels}.jsonl"):
        yield Case(f"{case['set']} {case['id']}", case["label"], *ask(case))


def measured() -> dict[str, list[Case]]:
    """Return the cases of each labelled set, by the name of its row in docs/sources.md."""
    sets = {
        "acceptance criteria": criteria_cases(),
        **{f"acceptance criteria, draw {n}": blind_cases("blind-criteria", [n]) for n in range(1, 6)},
        "acceptance criteria, cards": blind_cases("blind-cards", [4, 5]),
        "missing benefit, annotated": benefit_cases(),
        "missing benefit, others": labelled("user-story", no_benefit),
        "atomic": labelled("atomic", not_atomic),
        "atomic, joined by and": labelled("atomic", not_atomic, 1),
        "atomic, blind": labelled("atomic", not_atomic, 2),
        "vague words": labelled("vague-words", vague),
        "missing description": labelled("missing-description", undescribed),
        "duplicate title": duplicate_cases(),
        **{title: field_cases(labels, ask) for title, (labels, ask) in asked().items()},
    }
    return {name: list(cases) for name, cases in sets.items()}


HEAD = """\
| check, and its texts | texts (to be found) | precision | recall | the naive way |
|---|---|---|---|---|"""


def row(name: str, cases: list[Case]) -> str:
    """Return the row of docs/sources.md in which a set's figures are published, to two places."""
    found, simply = ours(cases), naive(cases)
    precision, otherwise = (f"{each.precision:.2f}" if each.said else "no flag" for each in (found, simply))
    counts = f"{len(cases)} ({found.there})"
    return f"| {name} | {counts} | {precision} | {found.recall:.2f} | {otherwise}, {simply.recall:.2f} |"
