"""The rules of `health` as a suite of Spidermon, for crawls that are run with it.

Spidermon looks at one site as its crawl ends; `zhenggai status` looks at all, also at those whose crawl never began.
"""

from pathlib import Path
from typing import ClassVar

from spidermon import Monitor, MonitorSuite

from pipelines.archive import open_archive
from pipelines.health import figures_of_site, reasons
from pipelines.monitors import load_monitors, monitors_path
from pipelines.visits import utc_now


class SiteMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
    """Holds the site against its own history. For ``SPIDERMON_ENGINE_STOP_MONITORS``: only then is its crawl in the archive."""

    def test_site_needs_no_person(self) -> None:
        """Fail with all the reasons why it does."""
        db = Path(self.data.crawler.settings["ARCHIVE_DB"])
        site = self.data.spider.site.id
        thresholds = load_monitors(monitors_path(db)).thresholds_of(site)
        archive = open_archive(db, create=False)
        found = reasons(figures_of_site(archive, site, thresholds, utc_now()), thresholds)
        archive.close()
        if found:
            self.fail("; ".join(reason.text for reason in found))


class SiteSuite(MonitorSuite):  # type: ignore[misc]  # likewise
    """What is named in the settings."""

    monitors: ClassVar = [SiteMonitor]
