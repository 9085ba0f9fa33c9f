"""What is searched for: words of one to eight characters that are in most notices, and such that are in hardly any."""

import random
from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.search import fold

LENGTHS = (1, 2, 3, 4, 8)
EACH = 8
"""Queries of each length, common and rare."""
SAMPLE = 300
"""Notices that tell what is common."""
EVERYWHERE = "整改"
"""Stands in every notice."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of one term."""

    text: str
    common: bool


def choose_queries(db: Database) -> list[Query]:
    """Return the queries, the same for the same archive."""
    texts = [
        fold(f"{title}\n{text}")
        for title, text in db.execute("SELECT title, text FROM notices JOIN texts ON notice_id = id LIMIT ?", [SAMPLE])
    ]
    return [query for length in LENGTHS for query in _of_length(texts, length)]


def _of_length(texts: list[str], length: int) -> list[Query]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({text[start : start + length] for start in range(len(text) - length + 1)})
    terms = [(count, term) for term, count in counts.items() if " " not in term and '"' not in term]
    common = [term for _, term in sorted(terms, reverse=True)[: 5 * EACH]]
    fewest = min(terms)[0]
    rare = sorted(term for count, term in terms if count == fewest)
    chance = random.Random(length)
    return [Query(term, True) for term in chance.sample(common, EACH)] + [Query(term, False) for term in chance.sample(rare, EACH)]  # noqa: FBT003
