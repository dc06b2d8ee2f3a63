"""Flags that behave: a label on both trackers, one comment edited in place, and both gone once the gap is closed."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from posync.sandbox import picture
from posync.sandbox.edits import human_edit
from posync.sandbox.server import Sandbox
from tests.journey.conftest import Posync

LABEL = "needs-criteria"
STORY, CARD = "As a buyer I want to pay in parts", "Show the way to the shop"
READY = "## Acceptance criteria\n- The total is split into three equal parts"
PACK = """\
pack: flags
checks:
  - check: acceptance-criteria
    when: issue.title in ['As a buyer I want to pay in parts', 'Show the way to the shop']
    label: needs-criteria
    comment: true
    {more}
"""


class Shop:
    """What a product owner sees of one story on Jira and one card on Trello, and does to them."""

    def __init__(self, sandbox: Sandbox, posync: Posync) -> None:
        self.sandbox, self.posync = sandbox, posync
        self.edit({"add_issue": {"project": "SHOP", "summary": STORY}})
        self.edit({"add_card": {"list": "Backlog", "name": CARD}})

    def edit(self, *edits: dict[str, object]) -> None:
        with self.sandbox.lock:
            human_edit(self.sandbox.world.jira, self.sandbox.trello, edits)

    def bring_up(self) -> None:
        if self.posync("plan", "-o", "flags.plan.json").code == 2:
            done = self.posync("apply", "flags.plan.json", "--yes")
            assert done.code == 0, done.err
        assert self.posync("plan").code == 0, "the second run is empty"

    def rewrite_comments(self, text: str) -> None:
        """Put this into each comment instead of its first line, as a person would; without text delete them all."""
        world, written = self.sandbox.world, text.splitlines()[:1]
        with self.sandbox.lock:
            issue = world.jira.find(self.key)
            assert issue is not None
            issue.comments[:] = (
                [
                    one | {"body": "\n".join([*written, *str(one["body"]).splitlines()[1:]])}
                    for one in issue.comments
                ]
                if text
                else []
            )
            for board in world.trello.boards.values():
                for action in [one for one in board.actions if one["type"] == "commentCard"]:
                    said = action["data"]
                    if text and "posync" in said["text"]:
                        said["text"] = "\n".join([*written, *said["text"].splitlines()[1:]])
                    elif "posync" in said["text"]:
                        board.actions.remove(action)

    @property
    def key(self) -> str:
        issues = picture.state(self.sandbox.world.jira, self.sandbox.world.trello)["jira"]["issues"]
        return next(str(key) for key, one in issues.items() if one["fields"]["summary"] == STORY)

    def seen(self) -> list[tuple[list[str], list[str]]]:
        """Return labels and comments of the story, then of the card."""
        state = picture.state(self.sandbox.world.jira, self.sandbox.world.trello)
        story = state["jira"]["issues"][self.key]
        cards = (card for board in state["trello"] for one in board["lists"] for card in one["cards"])
        card = next(card for card in cards if card["name"] == CARD)
        labels = [label.rpartition("/")[0] for label in card["labels"]]
        return [(story["labels"], _texts(story["comments"])), (labels, _texts(card["comments"]))]


class InFiveDays(datetime):
    """A clock that is five days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime is meant
        return datetime.now(tz) + timedelta(days=5, hours=1)


def _texts(comments: list[object]) -> list[str]:
    return [str(one.get("body", one.get("text")) if isinstance(one, dict) else one) for one in comments]


@pytest.fixture
def rules(workspace: Path) -> Path:
    """Let the workspace use one pack of its own; return its file."""
    workspace.write_text(
        workspace.read_text().replace("[wsjf, story-readiness, release-train]", "[flags.yaml]")
    )
    file = workspace.parent / "flags.yaml"
    file.write_text(PACK.format(more=""))
    return file


@pytest.fixture
def shop(rules: Path, sandbox: Sandbox, posync: Posync) -> Shop:
    """Serve a shop with one story and one card that lack criteria."""
    assert rules.exists()
    return Shop(sandbox, posync)


def test_label_and_one_comment_come_and_go_on_both_trackers(shop: Shop) -> None:
    shop.bring_up()
    for labels, comments in shop.seen():
        assert LABEL in labels
        assert len(comments) == 1
        assert "0 of 1 acceptance criteria" in comments[0]

    shop.edit({"issue": shop.key, "set": {"description": "## Acceptance criteria\nTBD"}})
    shop.edit({"card": CARD, "set": {"desc": "## Acceptance criteria\nTBD"}})
    shop.bring_up()
    for labels, comments in shop.seen():
        assert LABEL in labels
        assert len(comments) == 1, "edited in place, not repeated"
        assert "still to be written" in comments[0]

    shop.edit({"issue": shop.key, "set": {"description": READY}}, {"card": CARD, "set": {"desc": READY}})
    shop.bring_up()
    for labels, comments in shop.seen():
        assert LABEL not in labels
        assert all("0 of 1" not in comment for comment in comments)
        assert len(comments) <= 1


def test_what_people_wrote_stays(shop: Shop) -> None:
    shop.edit(
        {"issue": shop.key, "comment": "Ask Ana", "add_label": "ours"}, {"card": CARD, "comment": "Ask Ben"}
    )
    shop.bring_up()
    shop.edit({"issue": shop.key, "set": {"description": READY}}, {"card": CARD, "set": {"desc": READY}})
    shop.bring_up()
    (labels, on_story), (_, on_card) = shop.seen()
    assert "ours" in labels
    assert "Ask Ana" in on_story
    assert "Ask Ben" in on_card


@pytest.mark.parametrize("by_hand", ["Ana: we know, after the summer", ""])
def test_a_comment_that_people_edited_or_deleted_is_theirs_and_that_is_said_once(
    shop: Shop, rules: Path, by_hand: str
) -> None:
    shop.bring_up()
    shop.rewrite_comments(by_hand)
    shop.bring_up()
    rules.write_text(PACK.format(more="remedy: Write one."))
    assert shop.posync("plan", "-o", "p.json").code == 2
    told = shop.posync("apply", "p.json", "--yes", "--json")
    assert (told.code, told.json["counts"]["skipped"]) == (3, 2), "said, once"
    assert ("stays as it is" if by_hand else "deleted posync's comment") in told.json["results"][0]["because"]
    shop.bring_up()
    assert [by_hand in "".join(comments) for _, comments in shop.seen()] == [True, True]
    assert [len(comments) for _, comments in shop.seen()] == [bool(by_hand)] * 2

    shop.edit({"issue": shop.key, "set": {"description": READY}}, {"card": CARD, "set": {"desc": READY}})
    shop.bring_up()
    shop.edit({"issue": shop.key, "set": {"description": ""}}, {"card": CARD, "set": {"desc": ""}})
    assert shop.posync("plan", "-o", "p.json").code == 2
    assert shop.posync("apply", "p.json", "--yes").code == (3 if by_hand else 0)
    shop.bring_up()
    assert all((by_hand or "Write one.") in "".join(comments) for _, comments in shop.seen())


def test_the_ignore_label_takes_the_flag_away(shop: Shop) -> None:
    shop.bring_up()
    shop.edit({"issue": shop.key, "add_label": "posync-ignore"}, {"card": CARD, "add_label": "Posync-Ignore"})
    shop.bring_up()
    for labels, comments in shop.seen():
        assert LABEL not in labels
        assert all("0 of 1" not in comment for comment in comments)


def test_only_what_was_created_since_is_flagged(shop: Shop, rules: Path) -> None:
    rules.write_text(PACK.format(more="since: 2999-01-01"))
    shop.bring_up()
    assert [labels for labels, _ in shop.seen() if LABEL in labels] == []


def test_grace_shows_the_flag_first_and_writes_it_later(
    shop: Shop, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.write_text(PACK.format(more="after: 5d"))
    shop.bring_up()
    assert all(LABEL not in labels and not comments for labels, comments in shop.seen())
    assert "5 days after" in " ".join(shop.posync("explain", shop.key).out.split())
    speaking = shop.posync("baseline", "--json").json["speaking"]
    assert shop.key in [flag["issue"] for flag in speaking]

    monkeypatch.setattr("posync.service.datetime", InFiveDays)
    shop.bring_up()
    assert all(LABEL in labels and len(comments) == 1 for labels, comments in shop.seen())


def test_with_a_baseline_only_new_flags_speak(shop: Shop) -> None:
    assert shop.posync("pull").code == 0
    assert shop.posync("baseline", "--accept").code == 0
    shop.bring_up()
    assert all(LABEL not in labels and not comments for labels, comments in shop.seen())

    shop.edit({"issue": shop.key, "set": {"description": READY}}, {"card": CARD, "set": {"desc": READY}})
    shop.bring_up()
    shop.edit({"issue": shop.key, "set": {"description": "x"}}, {"card": CARD, "set": {"desc": "x"}})
    shop.bring_up()
    labels = [LABEL in labels for labels, _ in shop.seen()]
    assert labels == [True, True], "what was mended and comes back is new"


def test_posyncs_own_writes_are_no_news_about_what_nobody_touches(
    rules: Path, sandbox: Sandbox, posync: Posync
) -> None:
    rules.write_text("pack: flags\nchecks: [{check: stale, days: 30d, label: stale, comment: true}]\n")
    first = posync("run", "--json")
    assert {result["outcome"] for result in first.json["results"]} == {"done"}
    assert posync("plan", "--full", "--json").json["changes"] == []
    with sandbox.lock:
        sandbox.world.jira.clock.last += 3_600_000  # an hour later: within minutes it could be posync
        edits: list[dict[str, object]] = [
            {"issue": "SHOP-13", "add_label": "theirs"},
            {"card": "s0000010", "set": {"desc": "New"}},
        ]
        human_edit(sandbox.world.jira, sandbox.trello, edits)
    again = posync("plan", "--json").json["changes"]
    assert {(c["kind"], c["issue"]) for c in again} == {
        (kind, issue) for kind in ("remove_label", "comment") for issue in ("SHOP-13", "s0000010")
    }
