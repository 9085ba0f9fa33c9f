"""What is stored within one turn of the event loop: one transaction, of which each piece stands or falls by itself."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.archive import UnwritableError, open_archive
from pipelines.ledger import Ledger


def write_together(path: Path, *works: Callable[[sqlite3.Connection], int]) -> tuple[list[int | BaseException], list[str]]:
    """What came of each piece of work, and the statements that SQLite ran meanwhile."""
    archive, statements = open_archive(path), list[str]()
    archive.conn.execute("CREATE TABLE IF NOT EXISTS letters (letter TEXT PRIMARY KEY)")
    archive.conn.set_trace_callback(statements.append)

    async def write() -> list[int | BaseException]:
        ledger = Ledger(archive)
        return await asyncio.gather(*(ledger.write(lambda work=work: work(archive.conn)) for work in works), return_exceptions=True)

    return asyncio.run(write()), statements


def put(*letters: str) -> Callable[[sqlite3.Connection], int]:
    def work(connection: sqlite3.Connection) -> int:
        for letter in letters:
            connection.execute("INSERT INTO letters VALUES (?)", [letter])
        return len(letters)

    return work


def letters(path: Path) -> str:
    return "".join(letter for (letter,) in open_archive(path).execute("SELECT letter FROM letters ORDER BY letter"))


def test_what_comes_together_is_one_transaction(tmp_path: Path) -> None:
    outcomes, statements = write_together(tmp_path / "a.db", put("a"), put("b", "c"), put("d"))
    assert outcomes == [1, 2, 1]
    assert letters(tmp_path / "a.db") == "abcd"
    assert [statement for statement in statements if statement.startswith(("BEGIN", "COMMIT"))] == ["BEGIN IMMEDIATE", "COMMIT"]


def test_what_fails_undoes_itself_and_nothing_beside_it(tmp_path: Path) -> None:
    (one, two, three), _ = write_together(tmp_path / "a.db", put("a"), put("b", "a"), put("c"))
    assert (one, three) == (1, 1)
    assert isinstance(two, sqlite3.IntegrityError)
    assert letters(tmp_path / "a.db") == "ac", "of the second, b is not there either"


def test_an_archive_that_cannot_be_written_is_told_to_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.archive.BUSY_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    open_archive(tmp_path / "a.db").conn.execute("CREATE TABLE letters (letter TEXT PRIMARY KEY)")
    other.execute("BEGIN IMMEDIATE")
    outcomes, _ = write_together(tmp_path / "a.db", put("a"), put("b"))
    assert [type(outcome) for outcome in outcomes] == [UnwritableError] * 2
    assert {str(outcome).split(";")[0] for outcome in outcomes} == {f"{tmp_path}/a.db: database is locked, by another process"}
    other.rollback()
    assert letters(tmp_path / "a.db") == ""
