"""Proof of rows by what was noted of them, and by what they follow from, without a look at the captures."""

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from pipelines.row_hashes import NOTED, row_sha256
from pipelines.search.index import tokens_of
from pipelines.verify import Mismatch

HELD = """
SELECT {key}, (SELECT sha256 FROM row_hashes WHERE table_name = '{table}' AND key = CAST({key} AS TEXT) ORDER BY number DESC LIMIT 1)
FROM {table} ORDER BY 1
"""
LOST = """
SELECT key FROM row_hashes AS noted WHERE table_name = '{table}' AND sha256 IS NOT NULL
    AND number = (SELECT max(number) FROM row_hashes WHERE table_name = '{table}' AND key = noted.key)
    AND NOT EXISTS (SELECT 1 FROM {table} WHERE {key} = noted.key)
ORDER BY number
"""
DERIVED = {
    "its state is not that of its pages": """
        SELECT 'notice ' || id FROM notices
        WHERE state IS NULL OR (state IN ('live', 'changed')) <> EXISTS (
                SELECT 1 FROM pages WHERE notice_id = notices.id AND pages.state IN ('live', 'changed', 'moved'))
            OR state NOT IN (SELECT state FROM pages WHERE notice_id = notices.id UNION VALUES ('live'), ('changed'), ('moved'))
    """,
    "nothing was captured at the moment at which it was last seen": """
        SELECT 'notice ' || id FROM notices WHERE last_seen IS NULL OR last_seen NOT IN (SELECT time FROM captures)
    """,
    "its notice has no such address": """
        SELECT 'page ' || url FROM pages WHERE notice_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM addresses WHERE addresses.address_key = pages.address_key AND addresses.notice_id = pages.notice_id)
    """,
    "its notice is not in the search index": """
        SELECT 'notice ' || id FROM notices WHERE NOT EXISTS (
            SELECT 1 FROM search_keys WHERE notice_id = id AND search_keys.published IS notices.published)
    """,
    "it is not their number": """
        SELECT 'tally problems'
        WHERE (SELECT number FROM tallies WHERE name = 'problems') IS NOT (SELECT count(*) FROM problems WHERE leaf = 1)
    """,
}
"""What is wrong, and the query that finds the rows of which it is true."""
INDEXED = "SELECT id, title, search_key FROM notices JOIN search_keys ON notice_id = id"
IN_INDEX = "SELECT 1 FROM notices_fts WHERE notices_fts MATCH ? AND rowid = ?"


def verify_rows(archive: Database) -> Iterator[Mismatch | None]:
    """Yield for each row that is noted None if it is what was noted last, else what is wrong with it; and each that is gone."""
    for table, noted in NOTED.items():
        names = {"table": table, "key": noted.key}
        for key, sha256 in archive.execute(HELD.format(**names)):
            row = f"row {key} of {table}"
            if sha256 is None:
                yield Mismatch(row, "nobody noted that it was stored")
            elif row_sha256(archive, table, key) != sha256:
                yield Mismatch(row, f"is not what was stored{', or what belongs to it' if noted.parts else ''}")
            else:
                yield None
        for (key,) in archive.execute(LOST.format(**names)):
            yield Mismatch(f"row {key} of {table}", "was stored, and is not there any more")


def verify_derived(archive: Database) -> Iterator[Mismatch]:
    """Yield each row that does not follow from others as it should."""
    for table, rowid, parent, _ in archive.execute("PRAGMA foreign_key_check"):
        yield Mismatch(f"row {rowid} of {table}", f"refers to a row of {parent} that is not there")
    for reason, query in DERIVED.items():
        for (row,) in archive.execute(query):
            yield Mismatch(row, reason)
    yield from _verify_index(archive)


def _verify_index(archive: Database) -> Iterator[Mismatch]:
    """Yield each notice that the search does not find by its title."""
    try:
        for number, title, key in archive.execute(INDEXED):
            _, words, _ = tokens_of(title, "")
            phrase = words.replace('"', '""')
            if words and not archive.execute(IN_INDEX, [f'title : "{phrase}"', key]).fetchone():
                yield Mismatch(f"notice {number}", "the search index does not find it by its title")
    except sqlite3.DatabaseError as error:
        yield Mismatch("the search index", f"cannot be read: {error}")
