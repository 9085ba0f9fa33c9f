"""Searching the archive that is served: one catalogue and what was lately found, for all pages that ask."""

import asyncio
import os
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import sqlite_timelimit

from pipelines.search.facets import Catalogue, Positions, Search, as_search
from zhenggai.stamp import Stamp, archive_stamp

RELOAD_SECONDS = 60
"""While a crawl writes, pages may be as old as Datasette lets browsers keep them."""
PARTS = min(2, os.cpu_count() or 1)
"""Each search is made in so many parts at once: SQLite lets Python go on meanwhile. Datasette has three connections."""


@dataclass(slots=True, weakref_slot=True)
class Searcher:
    """Searches one archive, with a catalogue that is read anew when the archive has changed."""

    database: Database
    limit: int
    """Milliseconds after which a search is interrupted."""
    _catalogue: Catalogue | None = None
    _state: Stamp | None = None
    _loaded: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def current(self) -> Catalogue:
        """Return the catalogue."""
        catalogue: Catalogue = await self.database.execute_fn(self._current_catalogue)
        return catalogue

    def is_behind(self) -> bool:
        """Tell whether the archive has changed since its catalogue was read: what was answered meanwhile may not be kept as its state."""
        return self._state is not None and self._state != archive_stamp(self.database.path)

    async def search(self, query: str, *, by_relevance: bool = False) -> tuple[Catalogue, Positions]:
        """Return the notices that contain every term of the query, and the catalogue in which these places are.

        Raises sqlite3.OperationalError ("interrupted") where it takes longer than the limit.
        """
        catalogue, search = await self.current(), as_search(query, by_relevance=by_relevance)
        found = catalogue.known(search)
        if found is None:
            parts = 1 if search[2] else PARTS
            looks = (partial(self._look, catalogue=catalogue, search=search, part=part, parts=parts) for part in range(parts))
            found = catalogue.keep(search, await asyncio.gather(*map(self.database.execute_fn, looks)))
        return catalogue, found

    def holds(self, connection: sqlite3.Connection, query: object, number: object) -> bool:
        """Tell whether a notice contains every term of the query; of NULL, none does."""
        catalogue = self._catalogue or self._current_catalogue(connection)
        return query is not None and number in catalogue.members(connection, str(query))

    def _look(self, connection: sqlite3.Connection, catalogue: Catalogue, search: Search, part: int, parts: int) -> Positions:
        with sqlite_timelimit(connection, self.limit):
            return catalogue.look(connection, search, part, parts)

    def _current_catalogue(self, connection: sqlite3.Connection) -> Catalogue:
        with self._lock:
            state = archive_stamp(self.database.path)
            if self._catalogue is None or (state != self._state and time.monotonic() > self._loaded + RELOAD_SECONDS):
                self._catalogue, self._state, self._loaded = Catalogue(connection), state, time.monotonic()
            return self._catalogue


# One searcher a Datasette.
SEARCHERS: WeakKeyDictionary[Datasette, Searcher] = WeakKeyDictionary()


def searcher(datasette: Datasette) -> Searcher:
    """Return the searcher of the archive that this Datasette serves."""
    if datasette not in SEARCHERS:
        SEARCHERS[datasette] = Searcher(datasette.get_database("archive"), datasette.setting("sql_time_limit_ms"))
    return SEARCHERS[datasette]
