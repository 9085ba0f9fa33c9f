"""What the archive knows of a few sites, as a small archive of its own: enough to crawl them from another machine."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.archive import open_archive, transaction
from pipelines.captures import EarlierCaptures

# A notice that stands on one of the sites is taken along with its pages on others: they have a say in its state.
NOTICES = "SELECT id FROM known.notices WHERE site IN wanted UNION SELECT notice_id FROM known.pages WHERE site IN wanted"
KNOWN = {
    "sites": "id IN wanted",
    "pages": f"site IN wanted OR notice_id IN ({NOTICES})",
    "rejections": "site IN wanted",
    "captures": "site IN wanted",
    "notices": f"id IN ({NOTICES})",
    "texts": f"notice_id IN ({NOTICES})",
    "versions": f"notice_id IN ({NOTICES})",
    "addresses": f"notice_id IN ({NOTICES})",
    "signatures": f"notice_id IN ({NOTICES})",
    "bands": f"notice_id IN ({NOTICES})",
    "answers": f"article_id IN (SELECT capture_id FROM known.versions WHERE notice_id IN ({NOTICES}))",  # noqa: S608 - our own names
}
"""What is taken of which table. Facts are not: a crawl replaces them, and never looks at them."""


def export_known(db: Path, sites: Collection[str], path: Path) -> None:
    """Write a new archive at ``path`` with what the one at ``db`` knows of the sites.

    Its search index is empty: `pipelines.search.rebuild_index` is left to who crawls with it.
    """
    small = open_archive(path)
    small.execute("PRAGMA foreign_keys = OFF")  # what is taken along may name what is not
    small.execute("ATTACH ? AS known", [str(db)])
    small.execute("CREATE TEMP TABLE wanted (id TEXT PRIMARY KEY)")
    with transaction(small):
        small.conn.executemany("INSERT INTO wanted VALUES (?)", [(site,) for site in sites])
        for table, condition in KNOWN.items():
            small.execute(f"INSERT INTO main.{table} SELECT * FROM known.{table} WHERE {condition} ORDER BY rowid")  # noqa: S608 - our own
        _drop_lost_captures(small, db.parent)
    small.execute("DETACH known")
    small.execute("PRAGMA journal_mode = DELETE")  # one file, that can be copied
    small.close()


def _drop_lost_captures(small: Database, directory: Path) -> None:
    """Forget captures whose file is not there, or too short: nothing may be referred to them."""
    for (name,) in small.execute("SELECT DISTINCT warc_file FROM captures").fetchall():
        path = directory / name
        size = path.stat().st_size if path.is_file() else 0
        small.execute("DELETE FROM captures WHERE warc_file = ? AND warc_offset >= ?", [name, size])


class KnownCaptures(EarlierCaptures):
    """Earlier captures of an archive that has their rows and not their files, which were there when it was made."""

    def _if_readable(self, earlier: dict[str, Any]) -> dict[str, Any] | None:
        return earlier or None

    def unread(self, url: str, before: str) -> None:
        """What another machine received lies in its files; here the page is asked for anew."""
