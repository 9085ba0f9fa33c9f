"""What all spiders share: walking columns, choosing entries, fetching articles, handing on pages.

A family of site software says only how to get from one list page to the next (`further_pages`), what an
article's address looks like (`detail`), and where its software hides the entries, if it does (`list_html`, `read_rows`).
"""

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.python.failure import Failure

from crawler.articles import MOST_HOPS, Article, page_of
from crawler.candidates import is_candidate, is_dedicated
from crawler.earlier import KEPT, MAY_BE_KEPT
from crawler.entries import column_name, decode_list, message_in, read_entries
from crawler.errors import HeldOffError, UnreadableListError, describe
from crawler.headers import joined_headers
from crawler.items import Entry, Fetched, ListedEntry, Page
from crawler.links import redirect_target
from crawler.markup import base_of
from crawler.moments import utc_now
from crawler.paging import announced, next_address, unread_link
from crawler.pinned import without_pinned
from crawler.seen import AddressSet
from crawler.sites import Site, SiteError, find_site
from crawler.units import headers_of
from crawler.urls import canonical_address, gbk_address, is_on_hosts, request_address
from crawler.visits import Visits

MINIMUM_PAGES = 2
"""Even a column without news is looked at this far: first pages are sometimes all pinned entries."""
MISSING = (404, 410)
# Shanghai announced 322 pages; 321 and 322 answered 404.
MISSING_AT_THE_END = 3
SECOND = 2
"""The page of a list that shows whether the way to it was read aright."""
NO_ENTRIES = "no entries found in the list"
ELSEWHERE = "the list leads to another host: {}"
LONGEST_QUOTE = 60
TOLERATED_SHARE = 0.1
TOLERATED_ROWS = 5
"""Of the rows announced so many may be nowhere, and half a page: totals count what was withdrawn or is hidden."""
# Who asks for a person, or is asked too often, is not asked again at once.
REFUSAL = re.compile(r"验证码|安全验证|频繁|拦截|阻断")
# What has been found is fetched before the walk goes on.
ARTICLE_PRIORITY = 1


@dataclass(slots=True)
class Walk:
    """One walk through a column, page after page."""

    start: str
    """Address of the column's first page."""
    incremental: bool
    """The column has been walked before: stop where nothing is new."""
    number: int = 0
    """Of the page being read, from 1."""
    address: str = ""
    """Of the page being read."""
    last: int | None = None
    """Number of the last page, where the first one announces it."""
    total: int | None = None
    """Rows on all pages together, where an answer announces them."""
    fullest: int = 0
    """Rows of the page with the most."""
    passed_over: bool = False
    """A page that may be there did not answer: what is announced must be reached without it."""
    column: str = ""
    """The column's name."""
    dedicated: bool = False
    """The column's name says that it holds nothing else."""
    seen: AddressSet = field(default_factory=AddressSet)
    """Addresses listed on the pages so far."""
    base: str = ""
    """What links on its pages are relative to: the first page's ``<base href>``, else its address."""
    linked: bool = False
    """The pages are those that the one before has a link to."""
    trial: bool = False
    """The page asked for may be missing, empty or one already read: the family looks at it itself, and goes on."""
    further: Generator[Request, "ListPage", None] | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list page, read."""

    url: str
    status: int
    html: str
    entries: list[Entry]
    """Those on the site's own hosts."""
    rows: list[Entry]
    """All that are listed: some lists lead to other sites in most of their rows."""
    fresh: list[Entry]
    """The rows that no page of this walk listed before; none where ``fault`` is set."""
    fault: str | None
    """Why the walk cannot go on from this page, or None."""
    failed: bool
    """The answer is plainly none of the list's, though its status is 200: the server may do better when asked again."""
    base: str
    walk: Walk


Further = Generator[Request, ListPage, None]


def _reason(failure: Failure) -> str:
    return describe(failure.value or RuntimeError("no answer, and no error"))


def _is_refused(failure: Failure) -> bool:
    return isinstance(failure.value, HeldOffError) and failure.value.refused


class PagingError(Exception):
    """A list page does not say how to get to the next one, though its software should."""


class SiteSpider(scrapy.Spider):
    """Crawls one site; subclasses know one family of site software each."""

    site: Site
    detail: ClassVar[re.Pattern[str] | None] = None
    """What the address of an article looks like; None where the software leaves that to the site."""

    def __init__(self, site: Site | str, limit: int | str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._declared = site
        self.limit = int(limit) if limit is not None else None
        self.listed = AddressSet()
        self.requested = AddressSet()
        self.article = self.detail
        self.visits: Visits

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SiteSpider":
        """Resolve a site that is given by its id (``scrapy crawl trs -a site=610100_xian``)."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        declared = spider._declared
        spider.site = find_site(declared, Path(crawler.settings["SITES_DIR"])) if isinstance(declared, str) else declared
        if spider.site.software != cls.name:
            raise SiteError(f"{spider.site.id}: software is {spider.site.software}; crawl it with `scrapy crawl {spider.site.software}`")
        if spider.site.article is not None:
            spider.article = re.compile(spider.site.article)
        return spider

    @abstractmethod
    def further_pages(self, page: ListPage) -> Further:
        """Yield the requests for the pages after the first one, ``page``.

        Each ``yield`` gives back the list page that answered. Where the first page announces how many
        there are, set ``page.walk.last``. Raise PagingError if the page lacks what its software always has.
        Set ``page.walk.trial`` before a ``yield`` that may come back without anything new.
        """

    def follow_links(self, page: ListPage) -> Further:
        """Go from page to page by the links 下一页 or by the numbers. Raises PagingError if there are more pages, but no links."""
        total = announced(page.html).total or 1
        page.walk.linked = True
        while link := next_address(page.html, page.base, page.walk.number):
            page = yield Request(link)
        if page.walk.number < total and (page.walk.number == 1 or page.walk.number <= total - MISSING_AT_THE_END):
            raise PagingError(f"the list has {total} pages, and does not say where page {page.walk.number + 1} is")
        if script := unread_link(page.html, page.walk.number):
            raise PagingError(f"page {page.walk.number + 1} is behind a script that could not be followed: {script[:LONGEST_QUOTE]}")

    def first_request(self, url: str) -> Request:
        """Return the request for the first page of a list."""
        return Request(url)

    def is_shell(self, html: str) -> bool:
        """Tell whether a first page without entries is in order, because its software fetches them by script."""
        return False

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return what a list page lists. Raises UnreadableListError if the answer is no list."""
        if text.lstrip().startswith("{"):
            raise UnreadableListError(f"the list answers JSON, and no page: {' '.join(text.split())[:LONGEST_QUOTE]}")
        return read_entries(self.list_html(text), base, self.article)

    def total_of(self, text: str) -> int | None:
        """Return how many rows the list has on all pages together, where an answer with rows says so."""
        return None

    def failure_of(self, html: str) -> str | None:
        """Return what is said in place of a list, where an answer without entries is plainly none of it."""
        if not html.strip():
            return "the answer is empty"
        message = message_in(html)
        return f"the answer is a message, and no list: {message}" if message else None

    def is_sought(self, page: ListPage) -> bool:
        """Tell whether a page with new rows that was asked for on trial is the list's; the family sees its rows in any case."""
        return True

    def is_end(self, page: ListPage) -> bool:
        """Tell whether a page that is missing (404) or has no entries may be the end of the column, and not a fault."""
        return False

    def list_html(self, html: str) -> str:
        """Return the part of a list page's answer in which its entries stand."""
        return html

    def list_base(self, response: Response, walk: Walk) -> str:
        """Return the address that the links of a list page are relative to."""
        return response.url

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of each column, and for the articles that are due wherever they are listed."""
        self.visits = build_from_crawler(load_object(self.settings["VISITS_CLASS"]), self.crawler)
        for url in self.site.lists:
            yield self._column_request(self.first_request(url))
        for due in self.visits.due_articles(self.site.id):
            for request in self._article_requests([Entry(url=str(due["url"]), title=due["title"] or "", date=due["date"])]):
                yield request

    def _column_request(self, first: Request) -> Request:
        """Return the request with which the walk through a column begins."""
        start = request_address(first)
        return self._list_request(first, Walk(start, self.visits.is_walked(start) and not self.settings.getbool("FULL")))

    def _list_request(self, request: Request, walk: Walk) -> Request:
        walk.number += 1
        walk.address = request_address(request)
        # Not filtered: a column whose pages lead in a circle is stopped by what it lists, and its walk then has an end.
        return request.replace(callback=self.parse_list, errback=self.list_failed, cb_kwargs={"walk": walk}, dont_filter=True)

    def parse_list(self, response: Response, walk: Walk) -> Iterator[Page | Request]:
        """Read a list page, and go on from it."""
        if respelled := self._respelled(response):
            yield respelled
            return
        page = self._read_list(response, walk)
        if page.failed and not REFUSAL.search(page.html) and (again := self._again(response, str(page.fault))):
            yield again
            return
        yield from self._take_list(response, page)

    def _respelled(self, response: Response) -> Request | None:
        """Return the request with its Chinese characters as the other bytes, where the page may be missing only in this spelling."""
        asked = response.request
        other = gbk_address(asked.url) if asked is not None and response.status in MISSING else None
        if asked is None or other is None or response.meta.get("respelled"):
            return None
        return asked.replace(url=other, meta=asked.meta | {"respelled": True})

    def _take_list(self, response: Response, page: ListPage) -> Iterator[Page | Request]:
        walk = page.walk
        tried, walk.trial = walk.trial, False
        if tried and page.fresh and not self.is_sought(page):
            page = replace(page, entries=[], fresh=[])
        if tried and not page.fresh:
            yield from self._after_trial(response, page)
        elif page.fault:
            yield self._last_page(response, page)
        else:
            yield from self._go_on(response, page)

    def _last_page(self, response: Response, page: ListPage) -> Page:
        """Hand on a page from which the walk cannot go on: the end of the column, or a fault."""
        walk = page.walk
        is_lost = walk.linked and walk.number == SECOND and page.status in MISSING
        ends = walk.number > 1 and not (page.failed or is_lost) and page.status in (200, *MISSING) and self.is_end(page)
        fault = self._shortfall(page) if ends else page.fault
        if fault is not None:
            self._report_unread(walk, fault)
        return self._list_page(response, walk, error=fault, walked=fault is None)

    def _go_on(self, response: Response, page: ListPage) -> Iterator[Page | Request]:
        """Hand on a page with its entries; go on to the candidates that are due and to the next page."""
        walk = page.walk
        if page.rows:
            walk.fullest = max(walk.fullest, len(page.rows))
            walk.total = self.total_of(page.html) if walk.total is None else walk.total
        repeats = bool(page.rows) and not page.fresh
        news = without_pinned(page.fresh)
        old = walk.incremental and walk.number >= MINIMUM_PAGES and bool(news) and all(self.visits.is_listed(row["url"]) for row in news)
        walk.seen.update(row["url"] for row in page.rows)
        self._count(page.entries)
        listed = [ListedEntry(**entry, candidate=walk.dedicated or is_candidate(entry["title"])) for entry in page.entries]
        articles = list(self._article_requests(entry for entry in listed if entry["candidate"]))
        if not page.rows:  # a shell; the page that its script asks for is the first
            walk.number = 0
        stops = repeats or old
        following, fault = (None, None) if stops or self._is_full() else self._next_request(page)
        ended = stops or (following is None and fault is None and not self._is_full())
        if ended and not old:
            fault = self._shortfall(page)
        if fault is not None:
            self._report_unread(walk, fault)
        yield self._list_page(response, walk, entries=listed, error=fault, walked=ended and fault is None)
        yield from articles
        if following is not None:
            yield self._list_request(following, walk)

    def _after_trial(self, response: Response, page: ListPage) -> Iterator[Page | Request]:
        """Go on as if the page had not been asked for; hand it on only if the walk ends with it."""
        walk = page.walk
        walk.number -= 1
        following, fault = self._next_request(page)
        if following is not None:
            yield self._list_request(following, walk)
            return
        fault = fault or self._shortfall(page)
        if fault is not None:
            self._report_unread(walk, fault)
        yield self._list_page(response, walk, error=fault, walked=fault is None)

    def _read_list(self, response: Response, walk: Walk) -> ListPage:
        html = decode_list(response.body)
        is_first = walk.further is None
        if is_first:
            walk.column = column_name(html)
            walk.dedicated = is_dedicated(walk.column)
            walk.base = base_of(html, response.url)
        base = self.list_base(response, walk)
        refusal, failure, rows = self._refusal(response), None, []
        if refusal is None:
            try:
                rows = self.read_rows(html, base)
            except UnreadableListError as error:
                failure = str(error)
        is_empty = not rows and not failure and not refusal and not (is_first and self.is_shell(html))
        if is_empty:
            failure = self.failure_of(html)
        fault = refusal or failure or (NO_ENTRIES if is_empty else None)
        # Some sites answer the home page for what they do not have.
        if walk.trial and rows and (column := column_name(html)) and column[:2] != walk.column[:2]:
            fault = f"the answer is of another column: {column}"
        own = [row for row in rows if is_on_hosts(row["url"], self.site.hosts)]
        fresh = [row for row in rows if row["url"] not in walk.seen] if fault is None else []
        return ListPage(response.url, response.status, html, own, rows, fresh, fault, failure is not None, base_of(html, base), walk)

    def _again(self, response: Response, reason: str) -> Request | None:
        """Return the request again, as often as Scrapy's middleware repeats one whose status tells of a fault; then None."""
        asked = response.request
        return get_retry_request(asked, spider=self, reason=reason) if asked is not None else None

    def _refusal(self, response: Response) -> str | None:
        """Return why an answer is no list page at all, or None."""
        if not is_on_hosts(response.url, self.site.hosts):
            return ELSEWHERE.format(response.url)
        if response.status != 200:
            return f"the list answers with HTTP status {response.status}"
        return None

    def _count(self, entries: Iterable[Entry]) -> None:
        self.listed.update(entry["url"] for entry in entries)
        self.crawler.stats.set_value("zhenggai/listed", len(self.listed))

    def _report_unread(self, walk: Walk, reason: str) -> None:
        """Name a list page that could not be read in the closing report: what stands behind it was not seen."""
        unread: list[tuple[str, str]] = self.crawler.stats.get_value("zhenggai/unread_lists", [])
        self.crawler.stats.set_value("zhenggai/unread_lists", [*unread, (walk.address, reason)])

    def _shortfall(self, page: ListPage) -> str | None:
        """Return what is wrong where a walk that did not stop at what was known ends far from what the list announces; else None."""
        walk = page.walk
        if walk.total is not None:
            tolerated = walk.fullest / 2 if walk.passed_over else max(walk.fullest / 2, TOLERATED_ROWS, walk.total * TOLERATED_SHARE)
            is_short = walk.total - len(walk.seen) > tolerated
            return f"the list announces {walk.total} rows, and its pages listed {len(walk.seen)}" if is_short else None
        if walk.passed_over:
            return "a page of the list did not answer, and nothing says what stands on it"
        pages = walk.last if walk.last is not None else announced(page.html).total
        is_missing = page.status in MISSING
        if (is_missing or (page.rows and not page.fresh)) and pages is not None and walk.number + MISSING_AT_THE_END <= pages:
            return f"page {walk.number} {'is missing' if is_missing else 'lists nothing new'}, and {pages} pages are announced"
        return None

    def _is_full(self) -> bool:
        return self.limit is not None and len(self.requested) >= self.limit

    def _next_request(self, page: ListPage) -> tuple[Request | None, str | None]:
        """Return the request for the next page (None at the end of the column), and what is wrong if that cannot be told."""
        walk = page.walk
        try:
            if walk.further is None:
                walk.further = self.further_pages(page)
                request = next(walk.further)
            else:
                request = walk.further.send(page)
        except StopIteration:
            return None, None
        except PagingError as error:
            return None, str(error)
        if not is_on_hosts(request.url, self.site.hosts):
            return None, ELSEWHERE.format(request.url)
        if walk.number >= self.settings.getint("LIST_PAGES"):
            return None, f"the list goes on past page {walk.number} (LIST_PAGES)"
        return request, None

    def _article_requests(self, entries: Iterable[Entry]) -> Iterator[Request]:
        """Yield a request for each article that is due, once in a crawl, up to the limit."""
        for entry in entries:
            url = entry["url"]
            if url in self.requested or self._is_full() or not self.visits.is_due(url):
                continue
            self.requested.add(url)
            yield self._article_request(url, entry)

    def _article_request(self, url: str, entry: Entry, hops: int = 0) -> Request:
        # Not filtered: of two articles that redirect to one address, Scrapy would drop the second without a word.
        # What a script led to is not what the validators were given for.
        validators = self.visits.validators(url) if hops == 0 else {}
        return Request(
            url,
            headers=validators,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"entry": entry, "hops": hops},
            meta={MAY_BE_KEPT: True},
            priority=ARTICLE_PRIORITY,
            dont_filter=True,
        )

    def parse_article(self, response: Response, entry: Entry, hops: int = 0) -> Iterator[Page | Request]:
        """Hand on an article, whatever its status, once it has all that belongs to it; go where its script redirects."""
        if response.status == HTTPStatus.OK and not response.body.strip() and (again := self._again(response, "the answer is empty")):
            yield again
            return
        markup = page_of(response)
        target = redirect_target(markup) if markup is not None else None
        address = target or response.url
        other = gbk_address(entry["url"])
        if not is_on_hosts(address, self.site.hosts):
            yield self._failed_article(entry, f"leads to another host: {address}", response.meta.get("capture"))
        elif response.status in MISSING and other and not response.meta.get("respelled"):
            # It may be missing only in this spelling.
            yield self._article_request(other, entry, hops).replace(meta={"respelled": True})
        elif target is not None and hops == MOST_HOPS:
            yield self._failed_article(entry, f"it redirects by script more than {MOST_HOPS} times", response.meta.get("capture"))
        elif target is not None:
            yield self._article_request(target, entry, hops + 1)
        else:
            title, day = entry["title"] or None, entry["date"]
            page = Page(kind="article", url=entry["url"], list_title=title, list_date=day, **self._answer(response))
            article = Article(page, self.site.hosts, kept=KEPT in response.flags)
            article.find_more(markup)
            yield from self._gather(article)

    def _gather(self, article: Article) -> Iterator[Page | Request]:
        """Ask for the next answer that belongs to an article; hand the article on when it has them all."""
        link = article.next_link()
        if link is None:
            yield article.page
            return
        yield self._further_request(link.url, article)

    def _further_request(self, url: str, article: Article) -> Request:
        return Request(
            url,
            headers=headers_of(article.address) if article.asked.by_script else {},
            callback=self.parse_further,
            errback=self.further_failed,
            cb_kwargs={"article": article},
            meta={MAY_BE_KEPT: article.kept},
            priority=ARTICLE_PRIORITY + 1,
            dont_filter=True,
        )

    def parse_further(self, response: Response, article: Article) -> Iterator[Page | Request]:
        """Keep a later page or a file of an article, and go on."""
        other = gbk_address(article.asked.url)
        failure = article.failure_of(response)
        if response.status in MISSING and other and not response.meta.get("respelled"):
            yield self._further_request(other, article).replace(meta={"respelled": True})
        elif failure and (again := self._again(response, failure)):
            yield again
        else:
            article.take(response)
            yield from self._gather(article)

    def further_failed(self, failure: Failure) -> Iterator[Page | Request]:
        """Keep that a later page or a file did not answer, and go on."""
        article = failure.request.cb_kwargs["article"]  # type: ignore[attr-defined]
        article.keep(Fetched(article.asked.url, article.asked.label, error=_reason(failure), framed=article.asked.framed))
        yield from self._gather(article)

    def list_failed(self, failure: Failure) -> Iterator[Page]:
        """Hand on a list page that did not answer."""
        walk = failure.request.cb_kwargs["walk"]  # type: ignore[attr-defined]  # set by Scrapy
        self._report_unread(walk, _reason(failure))
        refused = _is_refused(failure)
        yield Page(self.site_fields, kind="list", url=walk.address, fetched_at=utc_now(), error=_reason(failure), refused=refused)

    def article_failed(self, failure: Failure) -> Iterator[Page]:
        """Hand on an article that did not answer."""
        entry = failure.request.cb_kwargs["entry"]  # type: ignore[attr-defined]
        # An answer that is refused, for its size or for where it leads, is in a WARC file all the same.
        capture = failure.request.meta.get("capture")  # type: ignore[attr-defined]
        yield self._failed_article(entry, _reason(failure), capture, refused=_is_refused(failure))

    def _failed_article(self, entry: Entry, reason: str, capture: str | None, *, refused: bool = False) -> Page:
        return Page(
            site=self.site_fields,
            kind="article",
            url=entry["url"],
            fetched_at=utc_now(),
            capture=capture,
            error=reason,
            refused=refused,
            list_title=entry["title"] or None,
            list_date=entry["date"],
        )

    async def answer_of(self, url: str) -> Response | None:
        """Return what the site answers at an address, to be compared with what it answered at another; None where nothing does."""
        engine: Any = self.crawler.engine
        try:
            response: Response = await engine.download_async(Request(url, dont_filter=True))
        except Exception:  # for whatever reason: there is nothing to compare, and what was to be compared stays as it was
            return None
        return response if is_on_hosts(response.url, self.site.hosts) else None

    def _list_page(
        self,
        response: Response,
        walk: Walk,
        *,
        walked: bool,
        entries: list[ListedEntry] | None = None,
        error: str | None = None,
        barren: bool = False,
    ) -> Page:
        return Page(
            kind="list",
            url=walk.address,
            entries=entries or [],
            error=error,
            walked=walk.start if walked else None,
            incremental=walk.incremental,
            barren=barren,
            **self._answer(response),
        )

    def _answer(self, response: Response) -> dict[str, Any]:
        """The fields of a Page that the response fills, whatever it is."""
        headers = joined_headers(response.headers)
        return {
            "site": self.site_fields,
            "final_url": canonical_address(response.url),
            "status": response.status,
            "headers": headers,
            "content": response.body,
            "content_type": headers.get("Content-Type"),
            "capture": response.meta.get("capture"),
            "fetched_at": response.meta.get("fetched_at") or utc_now(),
        }

    @cached_property
    def site_fields(self) -> dict[str, str | bool | None]:
        """What the steps may know of the site."""
        declared = self.site.model_dump(include={"id", "name", "url", "software", "division", "area", "body"})
        return declared | {"replica": self.site.replica}
