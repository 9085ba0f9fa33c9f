"""Writing rows, for what is written with every page: sqlite-utils asks the database for the table's shape before each row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database


def put_row(archive: Database, table: str, row: Mapping[str, Any], *, key: str) -> None:
    """Insert a row, or where its key is there already, change the columns that it names."""
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    changes = ", ".join(f"{name} = excluded.{name}" for name in row)
    archive.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {changes}", row)  # noqa: S608 - our own names


def add_rows(archive: Database, table: str, rows: Sequence[Mapping[str, Any]], *, ignore: bool = False) -> None:
    """Insert rows that name the same columns; with ``ignore``, pass over those that are there already."""
    if not rows:
        return
    names, values = ", ".join(f'"{name}"' for name in rows[0]), ", ".join(f":{name}" for name in rows[0])
    verb = "INSERT OR IGNORE" if ignore else "INSERT"
    archive.conn.executemany(f"{verb} INTO {table} ({names}) VALUES ({values})", rows)
