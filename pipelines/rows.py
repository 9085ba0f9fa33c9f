"""Rows that are read or written with every page: sqlite-utils asks for a table's shape before it writes, and reads within a savepoint."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlite_utils import Database


def first_row(archive: Database, query: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the first row that a query finds, by its columns' names; empty where it finds none."""
    cursor = archive.conn.execute(query, values)
    row = cursor.fetchone()
    return {} if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))


def put_row(archive: Database, table: str, row: Mapping[str, Any], *, key: str) -> None:
    """Insert a row, or where its key is there already, change the columns that it names."""
    archive.conn.execute(_insertion(table, tuple(row)) + _replacement(key, tuple(row)), row)


def add_rows(archive: Database, table: str, rows: Sequence[Mapping[str, Any]], *, ignore: bool = False) -> int:
    """Insert rows that name the same columns; with ``ignore``, pass over those that are there already. Return how many were inserted."""
    if not rows:
        return 0
    return archive.conn.executemany(_insertion(table, tuple(rows[0]), "INSERT OR IGNORE" if ignore else "INSERT"), rows).rowcount


@cache
def _insertion(table: str, names: tuple[str, ...], verb: str = "INSERT") -> str:
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
    return f"{verb} INTO {table} ({columns}) VALUES ({values})"


@cache
def _replacement(key: str, names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names)
    return f" ON CONFLICT ({key}) DO UPDATE SET {changes}"
