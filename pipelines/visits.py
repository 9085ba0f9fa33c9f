"""Which pages are due: what the archive already knows decides what a crawl fetches.

The crawler asks through Scrapy's own way of naming a component in the settings
(``VISITS_CLASS``), so that it needs to know nothing of the database.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.crawls import UNWRITABLE
from pipelines.identity import address_key

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
FIRST_INTERVAL = 1
LONGEST_INTERVAL = 90
"""Days between visits: doubled while a page stays as it is, back to one day when it changes."""
REJECTED_INTERVAL = 90
"""Days until a page that was judged not to be a notice is looked at again."""
WHOLE_WALK = 7
"""Days after which a column is walked to its very end again: that finds what was put in with an old date."""

LATEST = "SELECT site, max(started) FROM crawls WHERE started <= ?"
FAULTLESS = "finish_reason = 'finished' AND errors = 0 AND blocked = 0"

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


def before(moment: str, days: int) -> str:
    """Return the moment at or before which something happened that is to be done again after ``days``."""
    return (datetime.fromisoformat(moment) - timedelta(days=days) + SLACK).strftime(MOMENT)


def tomorrow(moment: str) -> str:
    """Return the moment a day later: by a clock that goes right nothing was noted after it.

    A day, since clocks are set back by seconds, and those of a cluster's workers differ.
    """
    return (datetime.fromisoformat(moment) + timedelta(days=1)).strftime(MOMENT)


class ArchiveVisits:
    """What the archive knows of addresses, for the crawl of one site.

    What was seen by a clock that was ahead, since set right, counts as never seen: it would not be due for as long as that.
    """

    def __init__(self, archive: Database, now: str, *, full: bool) -> None:
        self.archive = archive
        self.now = now
        self.tomorrow = tomorrow(now)
        self.full = full

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchiveVisits":
        """Open the archive that the settings name, until the crawl ends: one process crawls thousands of sites."""
        visits = cls(open_archive(Path(crawler.settings["ARCHIVE_DB"])), utc_now(), full=crawler.settings.getbool("FULL"))
        crawler.signals.connect(visits.close, signal=signals.spider_closed)
        return visits

    def close(self) -> None:
        """Close the archive."""
        self.archive.close()

    def is_due(self, url: str) -> bool:
        """The page was never answered, or its next visit has come."""
        return self.full or not self._holds("state IS NOT NULL AND next_visit > :now AND last_visit <= :tomorrow", url)

    def due_articles(self, site: str) -> list[dict[str, str | None]]:
        """Candidates and known notices of a site, wherever they stand: never answered (a crawl was killed), failed, or to be seen again.

        A walk through the lists stops where nothing is new; what stands behind that point comes back by this way only.
        """
        rows = self.archive.table("pages").rows_where(
            "site = :site AND kind = 'article' AND (candidate = 1 OR notice_id IS NOT NULL)"
            " AND (:full OR state IS NULL OR next_visit <= :now OR last_visit > :tomorrow)",
            {"site": site, "now": self.now, "tomorrow": self.tomorrow, "full": self.full},
            order_by="url",
            select="url, title, listed_date AS date",
        )
        return list(rows)

    def is_listed(self, url: str) -> bool:
        """A list has named this address before."""
        return self._holds("1", url)

    def is_article(self, url: str) -> bool:
        """The page was read as an article: it is a notice, or was judged to be none. What only failed may be anything."""
        return self._holds("kind = 'article' AND (notice_id IS NOT NULL OR url IN (SELECT url FROM rejections))", url)

    def is_walked(self, url: str) -> bool:
        """The column's last walk came to its end, and one within the last seven days did not stop at what was known."""
        return self._holds(f"walked IS NOT NULL AND walked_whole > '{before(self.now, WHOLE_WALK)}' AND walked_whole <= :tomorrow", url)

    def is_barren(self, url: str) -> bool:
        """The page was an article, or none that lists anything or leads anywhere, and its next visit has not come."""
        kept = f"kind = 'article' OR interval_days > {FIRST_INTERVAL}"
        return not self.full and self._holds(f"state IS NOT NULL AND next_visit > :now AND last_visit <= :tomorrow AND ({kept})", url)

    def validators(self, url: str) -> dict[str, str]:
        """Return the headers with which a server may answer 304 for a notice that the archive holds."""
        if self.full:
            return {}
        query = "SELECT etag, last_modified FROM pages WHERE url = ? AND notice_id IS NOT NULL"
        etag, modified = self.archive.execute(query, [url]).fetchone() or (None, None)
        offered = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in offered.items() if value}

    def _holds(self, condition: str, url: str) -> bool:
        """Tell whether the condition holds for the page at this address, or at another address of the same page."""
        values = {"url": url, "key": address_key(url), "now": self.now, "tomorrow": self.tomorrow}
        return any(
            self.archive.conn.execute(f"SELECT 1 FROM pages WHERE {where} AND {condition} LIMIT 1", values).fetchone()  # noqa: S608 - our own
            for where in ("url = :url", "address_key = :key AND kind = 'article'")
        )


def due_sites(archive: Database, sites: Iterable[str]) -> list[str]:
    """Return those of the sites without a crawl that began within the last day and came to its end without a fault, longest waiting first.

    A crawl that is yet to begin was begun while the clock was wrong: it counts for nothing.
    """
    now = utc_now()
    begun = dict(archive.execute(f"{LATEST} AND {FAULTLESS} GROUP BY site", [now]).fetchall())
    return longest_waiting(archive, (site for site in sites if site not in begun or after(begun[site], FIRST_INTERVAL) <= now))


def last_begun(archive: Database, sites: Iterable[str]) -> str | None:
    """Return when the last crawl of any of the sites began that came to an end, and could keep what it fetched; None if none ever has."""
    ended = f"{LATEST} AND finish_reason <> '{UNWRITABLE}' GROUP BY site"
    begun = dict(archive.execute(ended, [tomorrow(utc_now())]).fetchall())
    return max((begun[site] for site in sites if site in begun), default=None)


def longest_waiting(archive: Database, sites: Iterable[str]) -> list[str]:
    """Return the sites by the time since their last crawl began, however it ended.

    So a site that fails every night, or is too large for one, takes nobody else's turn.
    """
    tried = dict(archive.execute(f"{LATEST} GROUP BY site", [utc_now()]).fetchall())
    return sorted(sites, key=lambda site: tried.get(site, ""))
