"""Is a declared site still as it is declared? What two pages of each column and a few of its articles tell.

Where links are followed, the pages are judged together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerProcess
from twisted.python.failure import Failure

from crawler.check import CheckedColumn, CheckTrial, TwoPages
from crawler.recognise import Recognised, recognise_other
from crawler.sites import Site
from crawler.software import Software
from crawler.urls import request_address
from pipelines.containers import FEWEST_CHARACTERS
from pipelines.record import Document
from pipelines.states import state_of_answer
from zhenggai.running import SiteRun, run_sites
from zhenggai.trials import read_sample, trial_crawler, trial_settings

REFUSING = {"blocked": "the site refuses to answer", "challenged": "the site asks for a browser or a person"}
SURE_MARKS = 2
"""So many marks of another family make a list suspect even where it can be read; one may be chance: createPage is a common name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as declared."""

    address: str
    reason: str
    refused: bool = False
    """The site does not let us look: it may be as declared or not."""


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """What came of looking at one site."""

    site: Site
    faults: list[Fault]
    found: str
    """What could be read, in a few words."""

    @property
    def verdict(self) -> Literal["ok", "blocked", "broken"]:
        """``blocked`` where nothing is wrong but that the site refuses."""
        if not self.faults:
            return "ok"
        return "blocked" if all(fault.refused for fault in self.faults) else "broken"


def check_sites(sites: Sequence[Site]) -> list[SiteCheck]:
    """Look at the sites, all together, and keep nothing; return what came of each, in their order, as far as Ctrl-C let them end.

    Runs Twisted's reactor, so it works once in a process.
    """
    process = AsyncCrawlerProcess(trial_settings(replica=all(site.replica for site in sites)))
    trials = [CheckTrial() for _ in sites]
    runs = [_run_of(site, trial) for site, trial in zip(sites, trials, strict=True)]
    run_sites(process, runs)
    ended = [(run, trial) for run, trial in zip(runs, trials, strict=True) if run.finish_reason == "finished" or run.breakdowns]
    return [judge(run.site, trial, run.breakdowns) for run, trial in ended]


def _run_of(site: Site, trial: CheckTrial) -> SiteRun:
    run = SiteRun(site, trial_crawler(TwoPages, site.software, trial, trial_settings(replica=site.replica)))

    def broke(failure: Failure, response: Any) -> None:
        run.broke(response.url, failure.value)

    run.crawler.signals.connect(broke, signals.spider_error, weak=False)
    return run


def judge(site: Site, trial: CheckTrial, breakdowns: Sequence[tuple[str, str]] = ()) -> SiteCheck:
    """Say what is not as the site declares it."""
    faults = [Fault(*breakdown) for breakdown in breakdowns]
    if site.software == "links":
        faults += followed_faults(site, trial.columns)
    else:
        faults += filter(None, (column_fault(address, column, site.software) for address, column in trial.columns.items()))
    entries = sum(column.entries or 0 for column in trial.columns.values())
    found = f"{entries} entries in {len(trial.columns)} list{'s' if len(trial.columns) > 1 else ''}"
    if trial.samples:
        newest_first = sorted(trial.samples, key=lambda page: page.list_date or "", reverse=True)
        article = tell_most([read_sample(page, site) for page in newest_first])
        faults += filter(None, [article_fault(article, site)])
        found += f"; {article.url}: {article.title}, {article.published}, body from {article.extractor}"
    return SiteCheck(site, faults, found)


def column_fault(address: str, column: CheckedColumn, software: Software) -> Fault | None:
    """Return what is wrong with a column, or None."""
    if not column.pages and column.fault is None:  # its reading broke down, and that is told
        return None
    answered = [(page.html, page.url) for page in column.pages]
    other = recognise_other(software, answered[:1]) if answered else None
    if column.fault:
        return _refusal(column) or Fault(column.fault[0], column.fault[1] + _described(other, software))
    if not column.entries:
        return Fault(address, f"it lists no article of the site's own{_described(other, software)}")
    last = column.pages[-1]
    if column.announced > 1 and not column.goes_on and last.rows:
        return Fault(last.url, f"the second page repeats the first{_described(other, software)}")
    if other and len(other.marks) >= SURE_MARKS:
        return Fault(address, f"it can be read{_described(other, software)}")
    return None


def followed_faults(site: Site, pages: Mapping[str, CheckedColumn]) -> list[Fault]:
    """Return what is wrong where links are followed: a start page that cannot be read, or nothing listed on any page.

    ``pages`` are those looked at, by address. What a link leads to may well list nothing, or be missing.
    """
    starts = {address: pages[address] for address in map(_start_address, site.lists) if address in pages}
    faults = [
        _refusal(start) or Fault(*start.fault) for address, start in starts.items() if start.fault is not None and start.fault[0] == address
    ]
    if not faults and not any(page.entries for page in pages.values()):
        faults = [Fault(site.lists[0], f"none of the {len(pages)} pages looked at from here lists an article of the site's own")]
    return faults


def _start_address(url: str) -> str:
    return request_address(Request(url))


def _refusal(column: CheckedColumn) -> Fault | None:
    """Return the column's fault if it is the site that refuses, by robots.txt or by what it answers."""
    address, reason = column.fault or ("", "")
    if "robots.txt" in reason:
        return Fault(address, reason, refused=True)
    last = column.pages[-1] if column.pages else None
    state = state_of_answer(last.status, last.html, last.fault) if last and last.fault else None
    return Fault(address, f"{REFUSING[state]} (HTTP status {last.status})", refused=True) if last and state in REFUSING else None


def _described(other: Recognised | None, software: Software) -> str:
    return f"; its page looks like {other.software} ({', '.join(other.marks)}), not {software}" if other else ""


def tell_most(samples: Sequence[Document]) -> Document:
    """Return the first article whose page has a text of some length; a picture, a file and a line or two tell nothing of the layout."""
    telling = (
        sample
        for sample in samples
        if sample.file_kind is None and not sample.files and sample.error is None and len(sample.text or "") >= FEWEST_CHARACTERS
    )
    return next(telling, samples[0])


def article_fault(article: Document, site: Site) -> Fault | None:
    """Return what is wrong with an article that was fetched and read, or None."""
    url = str(article.url)
    if article.state in REFUSING:
        return Fault(url, f"{REFUSING[article.state]} (HTTP status {article.status})", refused=True)
    if article.state == "missing":
        return Fault(url, f"the article is missing (HTTP status {article.status})")
    if article.state != "live" or article.unreadable:
        reason = article.error or article.unreadable or f"HTTP status {article.status}"
        return Fault(url, reason, refused="robots.txt" in reason)
    if site.body is not None and article.extractor != site.body:
        return Fault(url, f"its body does not stand in {site.body}, but in {article.extractor}")
    # A family's articles bear a date; pages made by hand often have none.
    return Fault(url, "no date of publication is found") if article.published is None and site.software != "links" else None
