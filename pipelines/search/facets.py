"""How the notices that a search found are spread over places, levels, sectors and years, and which of them are asked for.

Counting 100,000 hits in SQL takes a second for six facets. Here one pass over the index gives the keys of all hits, and
the rest is arithmetic on a catalogue in memory: some 30 bytes a notice, read anew when the archive has changed.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.search.terms import NOTHING, bounded, match_expressions

Positions = NDArray[np.int32]
"""Places in the catalogue."""

Value = str | int
Search = tuple[str | None, str | None, bool]
"""What is asked of the index of pairs, what of that of characters, and whether the best come first."""

CACHED_SEARCHES = 32
CACHED_MEMBERS = 4
"""Searches whose notices are kept as sets: some 8 MB for each 100,000 notices."""
CATALOGUE = """
SELECT search_key, notices.id, province, city, county, inspection_level, inspection_types, sector, year
FROM search_keys JOIN notices ON notices.id = notice_id LEFT JOIN bodies ON bodies.id = (
    SELECT body_id FROM notice_bodies WHERE notice_bodies.notice_id = notices.id AND role = '被巡察' ORDER BY position LIMIT 1
)
ORDER BY notices.published DESC, notices.id DESC
"""
DIVISIONS = ("province", "city", "county", "level", "type", "sector", "year")
"""In the order of the catalogue's columns."""
FACETS = tuple(name for name in DIVISIONS if name != "county")
"""Those that a search is divided by."""
# One line of 100,000 keys comes in a third of the time of as many rows.
HITS = "SELECT group_concat(rowid) FROM notices_fts WHERE notices_fts MATCH ? AND rowid BETWEEN ? AND ?"
HOLDING = "SELECT group_concat(rowid) FROM characters_fts WHERE characters_fts MATCH ? AND rowid BETWEEN ? AND ?"
RANKED_HITS = "SELECT rowid, rank FROM notices_fts WHERE notices_fts MATCH ?"
LAST_KEY = 1 << 62


def as_search(query: str, *, by_relevance: bool = False) -> Search:
    """Return what a query is to the catalogue; single characters stand in too many notices to be relevant.

    Raises ValueError for a query that is too long.
    """
    pairs, characters = match_expressions(bounded(query))
    return pairs, characters, by_relevance and pairs is not None


@dataclass(frozen=True)
class Facet:
    """One way of dividing notices. A notice has one code, and a code stands for no value, one, or several (types)."""

    codes: NDArray[np.int32]
    number: int
    """Of codes."""
    values: list[Value]
    """In order."""
    having: NDArray[np.int32]
    """Each code with each value that it stands for: two rows, of codes and of places among the values."""

    def count(self, positions: Positions) -> dict[Value, int]:
        """Return how many of the notices have each value, the most frequent first, of equals the first in order."""
        return self._of_all if len(positions) == len(self.codes) else self._count(positions)

    @cached_property
    def _of_all(self) -> dict[Value, int]:
        return self._count(np.arange(len(self.codes), dtype=np.int32))

    def _count(self, positions: Positions) -> dict[Value, int]:
        codes, places = self.having
        totals = np.zeros(len(self.values), np.int64)
        np.add.at(totals, places, np.bincount(self.codes[positions], minlength=self.number)[codes])
        order = np.argsort(-totals, kind="stable")[: np.count_nonzero(totals)]
        return dict(zip([self.values[place] for place in order.tolist()], totals[order].tolist(), strict=True))

    def select(self, positions: Positions, value: str) -> Positions:
        """Return those of the notices that have the value."""
        codes, places = self.having
        having = np.zeros(self.number, dtype=bool)
        having[codes[[str(self.values[place]) == value for place in places.tolist()]]] = True
        return np.compress(having[self.codes[positions]], positions)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, under the filters asked for."""

    total: int
    numbers: list[int]
    """Numbers of the notices of one page."""
    facets: dict[str, dict[Value, int]]
    """Of each facet the values, the most frequent first, with how many notices have it."""


class Catalogue:
    """All notices, newest first, those without a date last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        columns = list(zip(*_rows(connection, CATALOGUE), strict=True)) or [()] * (2 + len(DIVISIONS))
        keys, self._numbers = (np.array(column, dtype=np.int64) for column in columns[:2])
        self._by_key, self._by_number = (np.argsort(ids).astype(np.int32) for ids in (keys, self._numbers))
        self._keys, self._sorted_numbers = keys[self._by_key], self._numbers[self._by_number]
        self._facets = {name: _divide(name, column) for name, column in zip(DIVISIONS, columns[2:], strict=True)}
        self._searches: dict[Search, Positions] = {}
        self._members: dict[str, frozenset[int]] = {}

    def find(
        self, connection: sqlite3.Connection, query: str, filters: Mapping[str, str], page: slice, *, by_relevance: bool = False
    ) -> Found:
        """Return one page of the notices that contain every term of the query and have the values of the filters."""
        return self.divide(self.search(connection, as_search(query, by_relevance=by_relevance)), filters, page)

    def search(self, connection: sqlite3.Connection, search: Search) -> Positions:
        """Return the notices that contain every term, newest first, or the best first."""
        found = self.known(search)
        return self.keep(search, [self.look(connection, search)]) if found is None else found

    def known(self, search: Search) -> Positions | None:
        """Return what was found before, None where nobody searched for it lately."""
        return self._searches.get(search)

    def look(self, connection: sqlite3.Connection, search: Search, part: int = 0, parts: int = 1) -> Positions:
        """Look through one of several parts of the archive; where the best come first, it is the only one."""
        pairs, characters, ranked = search
        first, end = self._bounds(part, parts)
        if pairs is None:
            return self._holding(connection, HOLDING, characters or NOTHING, first, end)
        hits = self._ranked(connection, pairs) if ranked else self._holding(connection, HITS, pairs, first, end)
        return hits if characters is None else hits[np.isin(hits, self._holding(connection, HOLDING, characters, first, end))]

    def keep(self, search: Search, found: Sequence[Positions]) -> Positions:
        """Keep what was found in the parts; return it whole."""
        whole = found[0] if search[2] else np.sort(np.concatenate(found))
        _keep(self._searches, search, whole, CACHED_SEARCHES)
        return whole

    def members(self, connection: sqlite3.Connection, query: str) -> frozenset[int]:
        """Return the numbers of the notices that contain every term of the query; it is asked for every row of a list."""
        members = self._members.get(query)
        if members is None:
            members = frozenset(self.numbers(self.search(connection, as_search(query))).tolist())
            _keep(self._members, query, members, CACHED_MEMBERS)
        return members

    def divide(self, positions: Positions, filters: Mapping[str, str], page: slice) -> Found:
        """Return one page of the notices that have the values of the filters, and how all of these are spread."""
        for name, value in filters.items():
            positions = self.select(name, positions, value)
        return Found(len(positions), self._numbers[positions[page]].tolist(), {name: self.count(name, positions) for name in FACETS})

    def count(self, name: str, positions: Positions) -> dict[Value, int]:
        """Return how many of the notices have each value of a division, the most frequent first."""
        return self._facets[name].count(positions)

    def has(self, name: str, value: str) -> bool:
        """Tell whether any notice has this value of a division."""
        return value in map(str, self._facets[name].values)

    def select(self, name: str, positions: Positions, value: str) -> Positions:
        """Return those of the notices that have the value of a division."""
        return self._facets[name].select(positions, value)

    def everything(self) -> Positions:
        """Return where all notices stand."""
        return np.arange(len(self._numbers), dtype=np.int32)

    def numbers(self, positions: Positions) -> NDArray[np.int64]:
        """Return the numbers of the notices at these places."""
        return self._numbers[positions]

    def places(self, numbers: NDArray[np.int64]) -> Positions:
        """Return where the notices of these numbers stand; those that have come since are left out."""
        return _find(numbers, self._sorted_numbers, self._by_number)

    def _bounds(self, part: int, parts: int) -> tuple[int, int]:
        """Return the first and the last key of a part."""
        first = int(self._keys[len(self._keys) * part // parts]) if part and len(self._keys) else -LAST_KEY
        following = len(self._keys) * (part + 1) // parts
        return first, int(self._keys[following]) - 1 if following < len(self._keys) else LAST_KEY

    def _holding(self, connection: sqlite3.Connection, sql: str, expression: str, first: int, end: int) -> Positions:
        ((keys,),) = _rows(connection, sql, expression, first, end)
        return np.sort(self._places_of_keys(np.fromstring(keys or "", np.int64, sep=",")))

    def _ranked(self, connection: sqlite3.Connection, expression: str) -> Positions:
        """Return the best first, of equals the newest."""
        rows = np.fromiter(_rows(connection, RANKED_HITS, expression), np.dtype([("key", np.int64), ("score", np.float64)]))
        rows = rows[np.isin(rows["key"], self._keys)]
        positions = self._places_of_keys(rows["key"])
        return positions[np.lexsort((positions, rows["score"]))]

    def _places_of_keys(self, keys: NDArray[np.int64]) -> Positions:
        return _find(keys, self._keys, self._by_key)


def _keep(cache: dict[Any, Any], key: object, found: object, most: int) -> None:
    """Keep what was found, and drop the oldest."""
    for oldest in list(cache)[: len(cache) + 1 - most]:
        cache.pop(oldest, None)
    cache[key] = found


def _find(ids: NDArray[np.int64], known: NDArray[np.int64], places: Positions) -> Positions:
    """Return the places of ids among the known ones, which are sorted; those that have come since are left out."""
    found = np.searchsorted(known, ids)
    there = found < len(known)
    there[there] = known[found[there]] == ids[there]
    return places[found[there]]


def _rows(connection: sqlite3.Connection, sql: str, *parameters: Value) -> Iterable[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples; Datasette's connections give rows that know their columns
    return cursor.execute(sql, parameters)


def _divide(name: str, column: Iterable[Any]) -> Facet:
    codes: dict[Any, int] = {}
    coded = np.array([codes.setdefault(value, len(codes)) for value in column], dtype=np.int32)
    having = [(code, part) for value, code in codes.items() for part in _values(name, value)]
    values = sorted({part for _, part in having})
    places = {value: place for place, value in enumerate(values)}
    pairs = np.array([(code, places[part]) for code, part in having], dtype=np.int32).reshape(-1, 2)
    return Facet(coded, len(codes), values, pairs.T)


def _values(name: str, value: Any) -> tuple[Value, ...]:
    if value is None:
        return ()
    return tuple(json.loads(value)) if name == "type" else (value,)
