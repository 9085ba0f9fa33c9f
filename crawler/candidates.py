"""Which entries of a list are worth fetching, by their title and their column's name."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

WORDS = Path(__file__).parent / "data" / "candidates.yml"
CUT_MARKS = ("…", "...", "．．．")


@cache
def _words() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded


def _mentions(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def is_dedicated(column: str) -> bool:
    """Tell whether a column of this name holds nothing but what we look for."""
    return _mentions(column, _words()["column"])


def is_candidate(title: str) -> bool:
    """Tell whether an article of this title, whole or cut short, may be what we look for."""
    words = _words()
    reports = title.endswith(CUT_MARKS) or _mentions(title, words["report"])
    return _mentions(title, words["title"]) or (reports and _mentions(title, words["party"]))
