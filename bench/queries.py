"""What is searched for: words of one to eight characters that stand in most notices, in many, and in hardly any."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.search import fold

LENGTHS = (1, 2, 3, 4, 8)
EACH = 8
"""Queries of each length and kind."""
SAMPLE = 300
"""Notices that tell how common a word is."""
COMMON = 0.05
"""Share of the notices from which on a word is common."""
IN_MOST = 0.5
"""Share of the notices from which on a word is of those that tell nothing apart: the search goes through all of the archive."""
EVERYWHERE = "整改"
"""Stands in every notice."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of one term."""

    text: str
    in_most: bool
    """It is in most notices; otherwise it is common or rare."""


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
    terms = {term: count / len(texts) for term, count in counts.items() if " " not in term and '"' not in term}
    fewest = min(terms.values())
    chance = random.Random(length)

    def some(found: Iterable[str]) -> list[str]:
        return chance.sample(sorted(found), EACH)

    rare = some(term for term, share in terms.items() if share == fewest)
    common = some(term for term, share in terms.items() if COMMON <= share < IN_MOST)
    in_most = some(term for term, share in terms.items() if share >= IN_MOST)
    return [Query(term, in_most=False) for term in rare + common] + [Query(term, in_most=True) for term in in_most]
