"""What a crawl stores within one turn of the event loop goes into the archive together: a transaction costs more than a row."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from sqlite_utils import Database

from pipelines.archive import is_unwritable, transaction

Result = TypeVar("Result")


class Ledger:
    """Collects what is to be written, and writes it before the loop turns again."""

    def __init__(self, archive: Database) -> None:
        self.archive = archive
        self._entries: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    async def write(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, once that is written. Raises what it raises; then nothing of it is written."""
        loop = asyncio.get_running_loop()
        if not self._entries:
            loop.call_soon(self._write_all)
        written: asyncio.Future[Result] = loop.create_future()
        self._entries.append((work, written))
        return await written

    def _write_all(self) -> None:
        entries, self._entries = self._entries, []
        try:
            with transaction(self.archive):
                outcomes = [self._attempt(work) for work, _ in entries]
        except Exception as error:  # of the transaction's own: whatever it is, somebody waits for each of them
            outcomes = [error] * len(entries)
        for (_, written), outcome in zip(entries, outcomes, strict=True):
            if written.done():  # whoever waited was stopped meanwhile
                continue
            if isinstance(outcome, Exception):
                written.set_exception(outcome)
            else:
                written.set_result(outcome)

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Return the work's result or its error; what fails undoes itself alone."""
        self.archive.conn.execute("SAVEPOINT entry")
        try:
            outcome = work()
        except Exception as error:
            if isinstance(error, sqlite3.Error) and is_unwritable(error):
                # A full disk may have undone the whole transaction: nobody's entry is written.
                raise
            self.archive.conn.execute("ROLLBACK TO entry")
            outcome = error
        self.archive.conn.execute("RELEASE entry")
        return outcome
