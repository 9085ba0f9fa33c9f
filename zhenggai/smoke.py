"""A release is tried out, as its readers will use it, before it is put in its place."""

import asyncio
import csv
import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from datasette.app import Datasette
from pyarrow.parquet import ParquetFile
from sqlite_utils import Database

from pipelines.search import contains
from zhenggai.plain import FIND, FOUND, TERMS

HAN = re.compile(r"[\u4e00-\u9fff]{1,6}")
EXAMPLE = "SELECT text FROM texts WHERE text <> '' ORDER BY notice_id DESC LIMIT 1"
SCAN = """
SELECT id FROM notices LEFT JOIN texts ON notice_id = id WHERE instr(title, :term) OR instr(text, :term)
"""
WHOLE = "SELECT coalesce(title, ''), coalesce(text, '') FROM notices LEFT JOIN texts ON notice_id = id WHERE id = ?"


class SmokeError(Exception):
    """A release does not hold together; the message says where."""


def check_release(directory: Path, rows: Mapping[str, int]) -> None:
    """Raise SmokeError unless SQLite finds the database sound, every form of a table has ``rows[table]`` rows, and Datasette serves it."""
    with closing(sqlite3.connect(f"{(directory / 'archive.db').absolute().as_uri()}?mode=ro", uri=True)) as connection:
        _check_soundness(connection)
        for table, expected in rows.items():
            _expect(f"archive.db, table {table}", Database(connection).table(table).count, expected)
            _expect(f"csv/{table}.csv", _count_csv(directory / "csv" / f"{table}.csv"), expected)
            _expect(f"parquet/{table}.parquet", ParquetFile(directory / "parquet" / f"{table}.parquet").metadata.num_rows, expected)
    asyncio.run(_browse(directory, rows["notices"]))
    asyncio.run(_search(directory))


def _check_soundness(archive: sqlite3.Connection) -> None:
    found = [text for (text,) in archive.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        raise SmokeError(f"archive.db is damaged: {found[0]}")
    if dangling := archive.execute("PRAGMA foreign_key_check").fetchone():
        raise SmokeError(f"archive.db: a row of {dangling[0]} refers to a row of {dangling[2]} that is not there")


def _expect(place: str, found: int, expected: int) -> None:
    if found != expected:
        raise SmokeError(f"{place}: {found} rows, not {expected}")


def _count_csv(path: Path) -> int:
    """Count the rows below the heading. A row may go over many lines."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


async def _browse(directory: Path, notices: int) -> None:
    """Look at the home page, the database and a table through Datasette as it comes, with nothing but the release."""
    datasette = Datasette([], config_dir=directory)
    await datasette.invoke_startup()
    for path in ("/", "/archive", "/archive/notices"):
        answer = await datasette.client.get(path)
        if answer.status_code != 200:
            raise SmokeError(f"Datasette answers {path} with HTTP status {answer.status_code}")
    table = (await datasette.client.get("/archive/notices.json?_size=1")).json()
    _expect("archive/notices in Datasette", table["filtered_table_rows_count"], notices)


async def _search(directory: Path) -> None:
    """Search for words of one notice as readers do, and look for the same words in every title and text."""
    with closing(sqlite3.connect(f"{(directory / 'archive.db').absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (example,) = connection.execute(EXAMPLE).fetchone() or ("",)
        if not (words := HAN.search(example)):
            return
        datasette = Datasette([], config_dir=directory)
        await datasette.invoke_startup()
        for length in (1, 2, len(words[0])):
            term = words[0][:length]
            there = {number for (number,) in connection.execute(SCAN, {"term": term})}
            answer = await datasette.client.get(f"/archive/{FIND}.json", params={TERMS: term, "_shape": "array"})
            found = {row["id"]: row["found"] for row in answer.json()} if answer.status_code == 200 else {}
            # What a scan does not find may be written in traditional characters.
            more = [number for number in found.keys() - there if not contains(_whole(connection, number), term)]
            if more or max(found.values(), default=0) < len(there) or (len(found) < FOUND and there - found.keys()):
                raise SmokeError(f"Datasette does not find the notices that contain {term}: {len(found)} of {len(there)}")


def _whole(archive: sqlite3.Connection, number: int) -> str:
    return "\n".join(str(part) for part in archive.execute(WHOLE, [number]).fetchone())
