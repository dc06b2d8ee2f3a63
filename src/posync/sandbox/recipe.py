"""How a world comes to be: from files, from the shop that ships, or generated to a size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posync.sandbox import generate
from posync.sandbox.jira.world import JiraWorld
from posync.sandbox.load.files import load_files
from posync.sandbox.seed import shop_jira, shop_trello
from posync.sandbox.settings import Flavour
from posync.sandbox.trello.world import TrelloWorld


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to build: files to load, or how many generated issues and cards; nothing of these: the shop."""

    files: tuple[Path, ...]
    flavour: Flavour
    issues: int = 0
    cards: int = 0


def follow(recipe: Recipe, jira: JiraWorld, trello: TrelloWorld) -> None:
    """Fill both worlds; raises LoadError naming the file and what it is not."""
    load_files(recipe.files, jira, trello)
    if recipe.issues or recipe.cards:
        generate.jira(jira, recipe.issues, recipe.flavour)
        generate.trello(trello, recipe.cards)
    elif not recipe.files:
        shop_jira.jira(jira, recipe.flavour)
        shop_trello.trello(trello)
