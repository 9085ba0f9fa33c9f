"""Which pages are due: what the archive already knows decides what a crawl fetches.

The crawler asks through Scrapy's own way of naming a component in the settings
(``VISITS_CLASS``), so that it needs to know nothing of the database.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy.crawler import Crawler
from sqlite_utils import Database

from pipelines.archive import open_archive

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
FIRST_INTERVAL = 1
LONGEST_INTERVAL = 90
"""Days between visits: doubled while a page stays as it is, back to one day when it changes."""
REJECTED_INTERVAL = 90
"""Days until a page that was judged not to be a notice is looked at again."""

SLACK = timedelta(hours=6)
"""Tonight's crawl may come to a page a little earlier in the night than yesterday's."""


def next_interval(interval: int | None, *, changed: bool) -> int:
    """Return the days to wait after a visit, given the days waited before it (None: the first visit)."""
    if interval is None or changed:
        return FIRST_INTERVAL
    return min(interval * 2, LONGEST_INTERVAL)


def utc_now() -> str:
    """Return this moment in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime(MOMENT)


def after(moment: str, days: int) -> str:
    """Return the ISO 8601 moment ``days`` after an ISO 8601 moment, less the slack of a nightly crawl."""
    return (datetime.fromisoformat(moment) + timedelta(days=days) - SLACK).strftime(MOMENT)


class ArchiveVisits:
    """What the archive knows of addresses, for the crawl of one site."""

    def __init__(self, archive: Database, now: str, *, full: bool) -> None:
        self.archive = archive
        self.now = now
        self.full = full

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchiveVisits":
        """Open the archive that the settings name."""
        archive = open_archive(Path(crawler.settings["ARCHIVE_DB"]))
        return cls(archive, utc_now(), full=crawler.settings.getbool("FULL"))

    def is_due(self, url: str) -> bool:
        """The page was never answered, or its next visit has come."""
        return self.full or not self._holds("state IS NOT NULL AND next_visit > :now", url)

    def due_articles(self, site: str) -> list[dict[str, str | None]]:
        """Candidates of a site, wherever in its lists: never answered (a crawl was killed), failed, or to be looked at again.

        A walk through the lists stops where nothing is new; what stands behind that point comes back by this way only.
        """
        rows = self.archive.table("pages").rows_where(
            "site = :site AND kind = 'article' AND candidate = 1 AND (:full OR state IS NULL OR next_visit <= :now)",
            {"site": site, "now": self.now, "full": self.full},
            order_by="url",
            select="url, title, listed_date AS date",
        )
        return list(rows)

    def is_listed(self, url: str) -> bool:
        """A list has named this address before."""
        return self._holds("1", url)

    def is_walked(self, url: str) -> bool:
        """The column at this address has been walked to its end once."""
        return self._holds("walked IS NOT NULL", url)

    def _holds(self, condition: str, url: str) -> bool:
        return bool(self.archive.table("pages").count_where(f"url = :url AND {condition}", {"url": url, "now": self.now}))


def due_sites(archive: Database, sites: Iterable[str]) -> set[str]:
    """Return those of the sites without a crawl that began within the last day and came to its end without a fault."""
    begun = dict(
        archive.execute(
            "SELECT site, max(started) FROM crawls WHERE finish_reason = 'finished' AND errors = 0 AND blocked = 0 GROUP BY site"
        ).fetchall()
    )
    now = utc_now()
    return {site for site in sites if site not in begun or after(begun[site], FIRST_INTERVAL) <= now}
