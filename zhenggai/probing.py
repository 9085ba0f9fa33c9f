"""What a site is that nobody has declared: its software, its columns, its division, and whether its notices can be read."""

import logging
import re
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlsplit

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.entries import decode_list, read_entries
from crawler.probe import MOST_COLUMNS, MOST_GENERAL, PROBE_ID, FirstPages, Survey, SurveySpider, Trial
from crawler.recognise import QueryPaging, Recognised, families, own_paging, query_paging
from crawler.sites import Api, Site, SiteError
from crawler.software import Software
from crawler.spiders.base import NO_ENTRIES as EMPTY_LIST
from crawler.urls import PUBLIC_SUFFIXES, host_of, is_loopback
from pipelines.containers import PROSE, select
from pipelines.divisions import by_code
from pipelines.paragraphs import paragraphs_of
from pipelines.record import Document
from pipelines.site_division import area_of, division_of, division_of_owner, site_name
from pipelines.states import state_of_answer
from pipelines.step2_extract import parse_page
from zhenggai.trials import read_sample, trial_crawler, trial_settings

MOST_FAMILIES = 3
"""Tried on the columns one after another, before links are followed."""
REFUSALS = {"blocked": "refuses to answer", "challenged": "answers with a challenge for browsers"}
UNKNOWN = (
    "the site's software is not known: looked at {pages} for the marks of {families} (docs/site-software.md), and for a link to a next page"
)
NO_COLUMN = "the site runs {software} ({marks}), but no link on {pages} has a name such as 巡察整改 or 通知公告"
NO_ROWS = "the site runs {software} ({marks}), but no column of it lists anything in the way of that software"
NO_LINKS = (
    "{url}: {why}. Nor does any page lead on, by a link, a frame or an address in a script: the site is made by script. "
    "Try the address of a list, or of the data that its script fetches"
)
NOTHING_LISTED = "{url}: {why}. Its links were followed through a few pages, and none of them lists anything:\n{faults}"
NO_ENTRIES = "{url}: the site runs {software} ({marks}), but none of its columns could be read:\n{faults}"
NOTHING_THERE = "it lists nothing of the site's own"
NO_DIVISION = (
    "{url}: cannot tell which division the site belongs to: its pages have no code that the table of GB/T 2260 knows, and its name "
    "({name}) no place; give the code with --division, such as --division 610100"
)


class ProbeError(Exception):
    """A site cannot be declared; the message says why, and what was tried."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a site's YAML must say of how its lists are asked for, for the families whose pages do not."""

    paging: str | None = None
    first_page: int | None = None
    api: Api | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One family's spider on the columns."""

    recognised: Recognised
    """`links` where no family fits, with the reason for its only mark."""
    lists: list[str]
    """The columns that are tried, the likeliest first."""
    asking: Asking = field(default_factory=Asking)
    trial: Trial = field(default_factory=Trial)


@dataclass(slots=True)
class Look:
    """What was fetched of a site."""

    survey: Survey = field(default_factory=Survey)
    attempts: list[Attempt] = field(default_factory=list)
    breakdown: str | None = None
    """Why the look ended early."""

    @property
    def best(self) -> Attempt | None:
        """The attempt that found most; of those with as much, the last."""
        return max(reversed(self.attempts), key=lambda attempt: sum(attempt.trial.entries.values()), default=None)


@dataclass(frozen=True, slots=True)
class Probed:
    """What a site is, as far as a few pages tell."""

    site: Site
    marks: tuple[str, ...]
    """What gave its software away."""
    columns: list[tuple[str, str, int]]
    """Address, name and number of entries on the first page of each column."""
    faults: list[tuple[str, str]]
    """(address, reason) of the columns that could not be read."""
    left_out: list[tuple[str, str, str]]
    """(address, name, reason) of the columns that do not count."""
    samples: list[Document]


def probe_site(url: str, division: str | None = None) -> Probed:
    """Look at a site in a process of its own (Twisted's reactor runs once in a process), and say what it is.

    ``url`` is its home page, a list page or an article. Raises ProbeError.
    """
    if division is not None and division not in by_code():
        raise ProbeError(f"--division {division}: the table of GB/T 2260 has no such code")
    try:
        provisional_site(url)
    except ValueError as error:
        raise ProbeError(f"{url}: expected an address that begins with http:// or https://") from error
    context = get_context("forkserver")
    context.set_forkserver_preload(["zhenggai.probing"])
    with ProcessPoolExecutor(1, mp_context=context) as process:
        look = process.submit(look_at, url).result()
    return judge(url, look, division)


def provisional_site(url: str, software: Software = "query", lists: Iterable[str] = (), asking: Asking | None = None) -> Site:
    """Return a declaration with which a site can be looked at. Raises ValueError."""
    asking = asking or Asking()
    return Site(
        id=PROBE_ID,
        name=host_of(url),
        url=url,
        software=software,
        division=PROBE_ID[:6],
        lists=list(lists) or [url],
        paging=asking.paging,
        first_page=asking.first_page,
        api=asking.api,
    )


def look_at(url: str) -> Look:
    """Fetch one or two dozen pages of a site, politely and without keeping them."""
    look = Look()
    process = AsyncCrawlerProcess(_settings(look, url))
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    def broke(error: BaseException | None) -> None:
        if error is not None:
            look.breakdown = f"{type(error).__name__}: {error}"

    def surveyed(task: Any) -> None:
        broke(task.exception())
        begin(plan)

    def tried(task: Any) -> None:
        broke(task.exception())
        begin(plan_again)

    def begin(choose: Callable[[Look], Attempt | None]) -> None:
        try:
            if look.breakdown is None and (attempt := choose(look)):
                look.attempts.append(attempt)
                if attempt.lists or attempt.trial.general:
                    _begin_trial(process, look, url, attempt).add_done_callback(tried)
        except Exception as error:  # in a callback it would be logged, and the look end without a word
            broke(error)

    process.crawl(SurveySpider, site=provisional_site(url), survey=look.survey).add_done_callback(surveyed)
    process.start(install_signal_handlers=False)
    return look


def _begin_trial(process: AsyncCrawlerProcess, look: Look, url: str, attempt: Attempt) -> Any:
    """Let a family's spider try the columns; return the task."""
    software = attempt.recognised.software
    crawler = trial_crawler(FirstPages, software, attempt.trial, _settings(look, url))
    lists = [*attempt.lists, *attempt.trial.general]
    return process.crawl(crawler, site=provisional_site(look.survey.home, software, lists, attempt.asking))


def _settings(look: Look, url: str) -> Settings:
    article = look.survey.pages[0].url if look.survey.pages and look.survey.starts_at_article() else None
    return trial_settings(replica=is_loopback(url), article=article)


def plan(look: Look) -> Attempt | None:
    """Choose the family that is to try the columns; return None where the page asked for tells nothing."""
    first = next(iter(look.survey.pages), None)
    if first is None or first.status != 200:
        return None
    return _next_family(look) or follow_links(look, UNKNOWN if look.survey.recognised() is None else NO_COLUMN)


def plan_again(look: Look) -> Attempt | None:
    """Choose another family, where the columns' own pages show it rather than the one tried; links where none reads anything."""
    last = look.attempts[-1]
    seen = {page.url for page in look.survey.pages}
    look.survey.pages += [page for page in last.trial.pages if page.url not in seen]
    if attempt := _of_fragments(last):
        return attempt
    if last.recognised.software == "links" or not (last.trial.entries or reads_nothing(last.trial)):
        return None
    family = _next_family(look, but=() if last.trial.entries else None) if len(look.attempts) < MOST_FAMILIES else None
    return family if last.trial.entries else family or follow_links(look, NO_ROWS)


def _of_fragments(last: Attempt) -> Attempt | None:
    """Return the same lists as pages, where what a script fetches is no JSON, but a page's rows in HTML; else None."""
    rows = [page for page in last.trial.pages if last.recognised.software == "json" and read_entries(page.html, page.url, None)]
    if not rows or last.trial.entries or last.asking.api is not None:
        return None
    return Attempt(Recognised("query", (f"a script asks for rows in HTML: {rows[0].url}",)), last.lists, last.asking)


def _next_family(look: Look, but: Collection[str] | None = None) -> Attempt | None:
    """Return the attempt of the family that the pages show best, if it was not made yet; those named in ``but`` are not thought of."""
    tried = {attempt.recognised.software for attempt in look.attempts}
    passed = set(tried if but is None else but)
    while recognised := look.survey.recognised(passed):
        if recognised.software in tried:
            return None
        if attempt := _attempt(look.survey, recognised):
            return attempt
        passed.add(recognised.software)
    return None


def _attempt(survey: Survey, recognised: Recognised) -> Attempt | None:
    """Return how a family is to be tried, or None where it has no columns."""
    if recognised.software == "json" and (scripted := survey.scripted()):
        first = scripted[0]
        api = Api(method=first.method, address=first.address)
        asking = Asking(first.paging, first.first_page, api if api != Api() else None)
        return Attempt(recognised, [asked.url for asked in scripted][:MOST_COLUMNS], asking)
    lists = [column.url for column in survey.columns(recognised.software)][:MOST_COLUMNS]
    paging = paging_of(survey, recognised.software) or QueryPaging(None, None)
    general = [column.url for column in survey.general_columns(recognised.software)][:MOST_GENERAL]
    asking = Asking(paging.paging, paging.first_page)
    return Attempt(recognised, lists, asking, Trial(general=general)) if lists or general else None


def follow_links(look: Look, why: str) -> Attempt:
    """Return the pages from which links are to be followed; there may be none that leads anywhere."""
    return Attempt(Recognised("links", (_say(look, why),)), look.survey.starts())


def reads_nothing(trial: Trial) -> bool:
    """Tell whether the columns answered, but list nothing that their family would know."""
    return not trial.entries and bool(trial.faults or trial.ordinary) and all(reason == EMPTY_LIST for _, reason in trial.faults)


def _say(look: Look, message: str) -> str:
    recognised = look.survey.recognised()
    software, marks = (recognised.software, ", ".join(recognised.marks)) if recognised else ("", "")
    known = ", ".join(family.software for family in families())
    return message.format(pages=_pages(look), software=software, marks=marks, families=known)


def paging_of(survey: Survey, software: str) -> QueryPaging | None:
    """Return what a site's YAML must say of its paging, for the families whose pages do not."""
    if software == "json":
        return own_paging(survey.pages[0].url)
    if software == "query":
        return next(filter(None, (query_paging(html, url) for html, url in survey.answered)), None)
    return None


def judge(url: str, look: Look, division: str | None) -> Probed:
    """Say what the pages tell of the site. Raises ProbeError."""
    attempt = _best(url, look)
    recognised, trial = attempt.recognised, attempt.trial
    if not (attempt.lists or trial.general):
        raise ProbeError(NO_LINKS.format(url=url, why=recognised.marks[0]))
    if not trial.entries:
        faults = "\n".join(f"  {address}: {reason}" for address, reason in trial.faults) or "  they list nothing of the site's own"
        said = {"url": url, "software": recognised.software, "marks": ", ".join(recognised.marks), "why": recognised.marks[0]}
        raise ProbeError((NOTHING_LISTED if recognised.software == "links" else NO_ENTRIES).format(**said, faults=faults))
    name, told = who(look.survey, trial)
    division = division or told
    if division is None:
        raise ProbeError(NO_DIVISION.format(url=url, name=name))
    site = _declare(look.survey.home, attempt, name, division)
    samples = [read_sample(page, site) for page in trial.samples]
    if body := shared_body(samples):
        site = site.model_copy(update={"body": body})
    tried = [*(url for url in site.lists if url in trial.entries), *(url for url in trial.entries if url not in site.lists)]
    columns = [(url, trial.names.get(url, ""), trial.entries[url]) for url in tried]
    return Probed(site, recognised.marks, columns, trial.faults, left_out(look.survey, attempt), samples)


def left_out(survey: Survey, attempt: Attempt) -> list[tuple[str, str, str]]:
    """Return the columns that were seen and do not count, as (address, name, reason)."""
    software, trial = attempt.recognised.software, attempt.trial
    if software in ("links", "json"):
        return []
    named, general = survey.columns(software)[MOST_COLUMNS:], survey.general_columns(software)
    ordinary = [column for column in general[:MOST_GENERAL] if column.url not in trial.entries]
    return [
        *((column.url, column.name, trial.ordinary.get(column.url, NOTHING_THERE)) for column in ordinary),
        *((column.url, column.name, f"not looked at: {MOST_COLUMNS} have likelier names") for column in named),
        *((column.url, column.name, f"not looked at: {MOST_GENERAL} others were") for column in general[MOST_GENERAL:]),
    ]


def who(survey: Survey, trial: Trial) -> tuple[str, str | None]:
    """Return the site's name and its division's code, as the home page tells them, or else any other page.

    A code counts before a place in the site's name, and that before the place of who keeps it.
    """
    pages = [html for html, _ in (*survey.fronts, *survey.answered)]
    articles = [decode_list(page.content) for page in trial.samples if page.content]
    name = next(filter(None, map(site_name, pages)), host_of(survey.home))
    coded = (division_of(html, "") for html in (*pages, *articles))
    owned = (division_of_owner(html) for html in (*pages, *articles))
    return name, next(filter(None, coded), None) or division_of(pages[0], name) or next(filter(None, owned), None)


def _best(url: str, look: Look) -> Attempt:
    """Return the attempt that counts. Raises ProbeError where the page does not answer, or the look ended early."""
    if not look.survey.pages:
        raise ProbeError(f"{url}: {look.breakdown or 'nothing answered'}")
    first = look.survey.pages[0]
    if first.error is not None:
        raise ProbeError(f"{url}: {first.error}")
    state = state_of_answer(first.status, first.html, None)
    if state != "live" or first.status != 200:
        raise ProbeError(f"{url}: {REFUSALS.get(state, 'is no page to begin with')} (HTTP status {first.status})")
    if look.breakdown or look.best is None:
        raise ProbeError(f"{url}: the probe broke down: {look.breakdown}")
    return look.best


def _pages(look: Look) -> str:
    return ", ".join(page.url if page.error is None else f"{page.url} ({page.error})" for page in look.survey.pages)


def _declare(home: str, attempt: Attempt, name: str, division: str) -> Site:
    software = attempt.recognised.software
    try:
        return Site(
            id=f"{division}_{slug_of(home)}",
            name=name,
            url=home,
            software=software,
            division=division,
            area=area_of(name),
            lists=attempt.lists
            if software == "links"
            else [url for url in (*attempt.lists, *attempt.trial.general) if url in attempt.trial.entries],
            paging=attempt.asking.paging,
            first_page=attempt.asking.first_page,
            api=attempt.asking.api,
            last_verified=date.today(),  # noqa: DTZ011  # the day here, as a person would write it
        )
    except (ValueError, SiteError) as error:
        raise ProbeError(f"{home}: {error}") from error


def slug_of(url: str) -> str:
    """Return the part of a file's name that tells the site from others of its division: mzj_xa for mzj.xa.gov.cn.

    Of an office in a folder of a host, its folder too: shantou_stsmzj for www.shantou.gov.cn/stsmzj/.
    """
    parts = PUBLIC_SUFFIXES(host_of(url))
    named = [parts.subdomain, parts.domain] if parts.domain else [host_of(url)]
    port = str(urlsplit(url).port or "") if is_loopback(url) else ""
    return "_".join(filter(None, re.split(r"[^a-z0-9]+", " ".join([*named, port, urlsplit(url).path]).lower())))


def shared_body(samples: list[Document]) -> str | None:
    """Return the selector of the body container, where all notices among the samples stand in one that the steps did not know by name."""
    notices = [sample for sample in samples if sample.is_notice]
    named = {sample.extractor or "" for sample in notices}
    if len(named) != 1 or not (name := named.pop()).startswith(PROSE):
        return None
    selector = name.removeprefix(PROSE)
    # A bare td or div says nothing.
    is_own = any(mark in selector for mark in "#.") and all(_holds_body(selector, sample) for sample in notices)
    return selector if is_own else None


def _holds_body(selector: str, sample: Document) -> bool:
    """Tell whether the selector finds one element that holds the sample's text and nothing else; a part of it may stand outside."""
    page = parse_page(sample.html or "")
    try:
        found = select(CSSSelector(selector), page) if page is not None else []
    except SelectorError:
        return False
    return len(found) == 1 and "\n".join(paragraphs_of(found[0])) == sample.text
