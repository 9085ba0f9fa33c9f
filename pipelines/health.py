"""How each site does, from what the archive says of its crawls; and whether it needs a person.

The command `status` and the published page show the same rows: figures are read from the archive, and `reasons`
is a pure function of the figures and the thresholds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlite_utils import Database

from pipelines.crawls import CUT_SHORT, state_of_crawl
from pipelines.monitors import Monitors, Thresholds
from pipelines.visits import FAULTLESS, FIRST_INTERVAL, MOMENT, tomorrow

FILLED = ("title", "published", "issuing_body", "inspected_body", "inspecting_body", "feedback_date", "signed_date")
"""Columns of ``notices`` that most notices of a site either have or lack."""
FALLBACK = "trafilatura"
"""``notices.extractor`` where the software's own container did not hold what trafilatura found."""
OF_NOTICES = f"""
SELECT first_seen >= :since AS recent, count(*) AS pages, sum(extractor IS '{FALLBACK}') AS fallback,
    {", ".join(f"sum({name} IS NOT NULL) AS {name}" for name in FILLED)}
FROM notices WHERE site = :site GROUP BY recent
"""  # noqa: S608 - our own names
OF_REJECTIONS = "SELECT judged_at >= :since AS recent, count(*) AS pages FROM rejections WHERE site = :site GROUP BY recent"


@dataclass(frozen=True, slots=True)
class Shares:
    """What share of pages is so, recently and before; None where there are too few pages to say."""

    recent: float | None = None
    before: float | None = None

    def rise(self) -> float:
        """Return by how much the share has risen; 0 where that cannot be said."""
        return 0.0 if self.recent is None or self.before is None else self.recent - self.before


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What the archive says of one site; of one that was never crawled, nothing.

    Moments are ISO 8601, UTC; days are whole days until now.
    """

    site: str
    name: str
    state: str | None = None
    """``live``, ``blocked`` or ``error`` at the last crawl that came to an end; None before."""
    last_crawl: str | None = None
    last_success: str | None = None
    last_new_notice: str | None = None
    days_overdue: int = 0
    """Since the day on which a crawl without a fault was due."""
    days_silent: int | None = None
    """Since a crawl listed anything, or since the first one; None if there was none."""
    days_without_new: int | None = None
    """Since a crawl found a new notice, or since the first one; None if there was none."""
    listed: int | None = None
    """Entries that the last crawl listed which was not cut short."""
    listed_before: float | None = None
    """The median of its earlier crawls; None if they are too few."""
    requests: int | None = None
    new: int | None = None
    blocked: int | None = None
    errors: int | None = None
    left_at_bounds: str | None = None
    """What the last crawl left, where links are followed."""
    failed_in_a_row: int = 0
    """Crawls until now that ended in errors."""
    blocked_in_a_row: int = 0
    rejected: Shares = Shares()
    filled: Mapping[str, Shares] = field(default_factory=dict)
    """By field."""
    fallback: Shares = Shares()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a site needs a person."""

    threshold: str
    """Name of the threshold that was passed."""
    text: str


def figures_of_sites(archive: Database, monitors: Monitors, now: str) -> list[SiteFigures]:
    """Return the figures of every site that was ever crawled, in the order of their ids."""
    sites = [site["id"] for site in archive.table("sites").rows_where(order_by="id", select="id")]
    return [figures_of_site(archive, site, monitors.thresholds_of(site), now) for site in sites]


def figures_of_site(archive: Database, site_id: str, thresholds: Thresholds, now: str) -> SiteFigures:
    """Return the figures of one site, which must be in the archive."""
    site = archive.table("sites").get(site_id)
    (first,) = archive.execute("SELECT min(started) FROM crawls WHERE site = ?", [site["id"]]).fetchone()
    crawls = _ended_crawls(archive, site["id"], 1 + thresholds.history_crawls)
    last = crawls[0] if crawls else {}
    earlier = [crawl["listed"] for crawl in crawls[1:] if crawl["finish_reason"] == "finished"]

    def latest(condition: str) -> str | None:
        """Return when the last such crawl ended, of those that did so by a clock that goes right."""
        query = f"SELECT max(finished) FROM crawls WHERE site = ? AND finished <= ? AND {condition}"  # noqa: S608 - our own
        finished: str | None = archive.execute(query, [site["id"], tomorrow(now)]).fetchone()[0]
        return finished

    # What a clock that was ahead has noted must not keep a site green until then.
    success, new_notice = (
        latest(condition) if (moment := site[column]) and moment > tomorrow(now) else moment
        for column, condition in (("last_success", FAULTLESS), ("last_new_notice", "new > 0"))
    )
    since = (datetime.fromisoformat(now) - timedelta(days=thresholds.recent_days)).strftime(MOMENT)
    notices = _by_time(archive, OF_NOTICES, site["id"], since)
    rejections = _by_time(archive, OF_REJECTIONS, site["id"], since)
    fewest = thresholds.fewest_pages

    def shares(column: str) -> Shares:
        return Shares(*(_share(half.get(column, 0), half.get("pages", 0), fewest) for half in notices))

    return SiteFigures(
        site=site["id"],
        name=site["name"],
        state=site["state"],
        last_crawl=site["last_crawl"],
        last_success=site["last_success"],
        last_new_notice=site["last_new_notice"],
        days_overdue=max(0, (_days(success or first, now) or 0) - FIRST_INTERVAL),
        days_silent=_days(latest("listed > 0") or first, now),
        days_without_new=_days(new_notice or first, now),
        listed=last.get("listed"),
        listed_before=median(earlier) if len(earlier) >= thresholds.fewest_crawls else None,
        requests=last.get("requests"),
        new=last.get("new"),
        blocked=last.get("blocked"),
        errors=last.get("errors"),
        left_at_bounds=last.get("left_at_bounds"),
        failed_in_a_row=_in_a_row(crawls, "error"),
        blocked_in_a_row=_in_a_row(crawls, "blocked"),
        rejected=Shares(
            *(
                _share(refused.get("pages", 0), refused.get("pages", 0) + taken.get("pages", 0), fewest)
                for refused, taken in zip(rejections, notices, strict=True)
            )
        ),
        filled={name: shares(name) for name in FILLED},
        fallback=shares("fallback"),
    )


def reasons(figures: SiteFigures, thresholds: Thresholds) -> list[Reason]:
    """Return why a site needs a person; none if it does not."""
    if figures.days_silent is None or figures.days_without_new is None:
        return [Reason("overdue_days", "was never crawled")]
    found = {
        "blocked_crawls": (
            figures.blocked_in_a_row >= thresholds.blocked_crawls,
            f"refused the last {figures.blocked_in_a_row} crawls ({figures.blocked} pages at the last)",
        ),
        "failed_crawls": (
            figures.failed_in_a_row >= thresholds.failed_crawls,
            f"the last {figures.failed_in_a_row} crawls ended in errors ({figures.errors} at the last)",
        ),
        "overdue_days": (
            figures.days_overdue >= thresholds.overdue_days,
            f"no crawl came to its end without a fault for {figures.days_overdue} days since one was due",
        ),
        "listed_share": _fewer_listed(figures, thresholds),
        "silent_days": (figures.days_silent >= thresholds.silent_days, f"nothing was listed for {figures.days_silent} days"),
        "no_new_notice_days": (
            figures.days_without_new >= thresholds.no_new_notice_days,
            f"no new notice for {figures.days_without_new} days",
        ),
        "rejected_rise": (
            figures.rejected.rise() >= thresholds.rejected_rise > 0,
            f"of the pages fetched more are no notices: {_change(figures.rejected)}",
        ),
        "fallback_rise": (
            figures.fallback.rise() >= thresholds.fallback_rise > 0,
            f"the body container holds the text less often, trafilatura's was taken: {_change(figures.fallback)}",
        ),
    }
    fallen = fallen_fields(figures, thresholds)
    found["filled_fall"] = (
        bool(fallen),
        f"read less often: {', '.join(f'{name} {_change(shares)}' for name, shares in fallen.items())}",
    )
    return [Reason(name, text) for name, (passed, text) in found.items() if passed]


def fallen_fields(figures: SiteFigures, thresholds: Thresholds) -> dict[str, Shares]:
    """Return the fields that are read less often than they were, each with its shares."""
    return {name: shares for name, shares in figures.filled.items() if -shares.rise() >= thresholds.filled_fall > 0}


def row_of(figures: SiteFigures, found: Sequence[Reason]) -> dict[str, Any]:
    """Return a site's row, as `status --json` prints it and a page shows it: every figure, and why the site needs a person."""
    return asdict(figures) | {"needs_person": bool(found), "reasons": [asdict(reason) for reason in found]}


def _fewer_listed(figures: SiteFigures, thresholds: Thresholds) -> tuple[bool, str]:
    """Tell whether the lists have fallen off, and how. A crawl that lists nothing needs no history to be found wanting."""
    if figures.listed == 0:
        # A server that is down, or refuses, says nothing of its layout.
        failed = figures.errors or figures.blocked
        why = f"{figures.errors} errors, {figures.blocked} refusals" if failed else "has the layout of the lists changed?"
        return True, f"the last crawl listed nothing; {why}"
    if figures.listed is None or figures.listed_before is None:
        return False, ""
    fallen = figures.listed < thresholds.listed_share * figures.listed_before
    said = f"the last crawl listed {figures.listed} entries, earlier ones {figures.listed_before:g} (median)"
    return fallen, f"{said}; has the layout of the lists changed?"


def _change(shares: Shares) -> str:
    return f"{shares.before:.0%} before, {shares.recent:.0%} recently" if shares.recent is not None and shares.before is not None else ""


def _ended_crawls(archive: Database, site: str, most: int) -> list[dict[str, Any]]:
    """Return the site's latest crawls, newest first, without those that were cut short or killed: they say nothing of it."""
    cut_short = ", ".join(f"'{reason}'" for reason in CUT_SHORT)
    return list(
        archive.table("crawls").rows_where(f"site = ? AND finish_reason NOT IN ({cut_short})", [site], order_by="id DESC", limit=most)
    )


def _in_a_row(crawls: Sequence[Mapping[str, Any]], state: str) -> int:
    """Return how many crawls, from the newest back, ended in this state."""
    count = 0
    for crawl in crawls:
        if state_of_crawl(crawl["finish_reason"], blocked=crawl["blocked"], errors=crawl["errors"]) != state:
            break
        count += 1
    return count


def _by_time(archive: Database, query: str, site: str, since: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows for what is recent and for what was before; empty where there is nothing."""
    rows = {row["recent"]: row for row in archive.query(query, {"site": site, "since": since})}
    return rows.get(1, {}), rows.get(0, {})


def _share(part: int, whole: int, fewest: int) -> float | None:
    return part / whole if whole >= fewest else None


def _days(earlier: str | None, now: str) -> int | None:
    """Return the whole days since a moment; none if it is in the future, as when the clock was set back."""
    return max(0, (datetime.fromisoformat(now) - datetime.fromisoformat(earlier)).days) if earlier else None
