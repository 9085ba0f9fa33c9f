"""Word lists: read from data/*.yml, turned into regexes once."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """Return the content of data/``name``.yml."""
    with (DATA / f"{name}.yml").open(encoding="utf-8") as file:
        content: dict[str, Any] = yaml.safe_load(file)
    return content


def any_of(words: Iterable[str]) -> str:
    """Return a regex group that matches one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"
