"""Sets of addresses as large as a site, which memory is not to grow with."""

import hashlib
import sqlite3
from collections.abc import Iterable

CACHE = -1024
"""KiB of a set that stay in memory (negative by SQLite's custom); the rest lies in a temporary file."""


class AddressSet:
    """A set of addresses. Each is known by eight bytes of its digest, so that a hundred thousand of them take two megabytes."""

    def __init__(self) -> None:
        # "" is a database in a temporary file, which is gone with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(f"PRAGMA journal_mode = OFF; PRAGMA cache_size = {CACHE}; CREATE TABLE seen (digest INTEGER PRIMARY KEY)")
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __contains__(self, address: str) -> bool:
        return self._rows.execute("SELECT 1 FROM seen WHERE digest = ?", [_digest(address)]).fetchone() is not None

    def add(self, address: str) -> None:
        """Put in one address."""
        self._length += self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", [_digest(address)]).rowcount

    def update(self, addresses: Iterable[str]) -> None:
        """Put in several."""
        for address in addresses:
            self.add(address)


def _digest(address: str) -> int:
    return int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), "big", signed=True)
