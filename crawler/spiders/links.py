"""A site of no known software: its links are followed from page to page, within bounds."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.articles import BINARY
from crawler.candidates import is_candidate, is_dedicated
from crawler.columns import UNLIKELY, is_title, likelihood
from crawler.entries import column_name
from crawler.errors import FORBIDDEN, describe
from crawler.frontier import CANDIDATE, Found, Frontier, path_form
from crawler.items import Entry, Page
from crawler.leads import leads_of
from crawler.links import LONGEST_COVER, files_of, is_file, prose_length
from crawler.markup import Markup
from crawler.paging import next_address
from crawler.spiders.base import MISSING, NO_ENTRIES, SECOND, Further, ListPage, Walk
from crawler.spiders.static import StaticSpider
from crawler.urls import is_home, is_on_hosts, request_address, server_of

NO_LINKS = "nothing on the page leads anywhere; it may be made by script"
SHORTEST_BODY = 100
"""Characters of prose; a page with less has none of its own: the footer asks to use another browser."""
FEWEST_LISTED = 3
"""New rows; the links to the article before and after, and no more, make no list."""
# Government pages name an article's title so; on a list the tag is missing or empty.
ARTICLE_TITLE = re.compile(r"""<meta\s[^>]*name=["']?ArticleTitle["']?\s[^>]*content=["'][^"']""", re.IGNORECASE)
# 通报_某某市水利局, 通报-通知公告
TITLE_END = re.compile(r"[_|]|\s*[-–—]\s*")


class LinksSpider(StaticSpider):
    """Any site, by its links.

    Software: none of the others, or none at all: hand-made pages, tables, frames.
    Recognised by: nothing; ``zhenggai probe`` falls back on it where no family fits, or none of a family's columns.
    List: any page with links that share a row with a date, or show the title of an article (关于…, more than 14 characters). The
        pages in ``lists`` are where it begins, as a rule the home page; links, frames, maps and the addresses that scripts plainly
        name are followed on the site's hosts, but not below them: first what is named like a column of notices, then the nearest.
    Paging: the link to the next page is followed, or numbered files are counted up as a script announces them; it does not count
        as a link more.
    Detail: anything. What is titled like a notice and shows no date may be an article or a page that lists many: it is looked at.
    Caveats: bounded by LINKS_DEPTH, LINKS_PAGES and LINKS_COLUMN; of addresses of one form, twenty in a row that show nothing new
        end the form (calendars, ways of sorting); what was left is in the closing report. Pages made by script lead nowhere.
    """

    name = "links"

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the start pages; whatever they lead to is asked for one by one, each time the crawl has nothing else to do."""
        self.frontier = Frontier(
            most_links=self.settings.getint("LINKS_DEPTH"),
            most_pages=self.settings.getint("LINKS_PAGES"),
            longest_column=self.settings.getint("LINKS_COLUMN"),
            is_barren=lambda url: self.visits.is_barren(url),
            is_read=lambda url: self.visits.is_article(url) and not self.visits.is_due(url),
        )
        starts = [request_address(self.first_request(url)) for url in self.site.lists]
        self.found = {url: self.frontier.begin(url) for url in starts}
        self.site_titles = {self.site.name}
        self.shown: set[tuple[str, str]] = set()
        self.crawler.signals.connect(self.look_further, signals.spider_idle)
        async for request in super().start():
            yield request

    def look_further(self) -> None:
        """Ask for the next page in line. Raises DontCloseSpider where there is one; else the crawl ends, and says what it left."""
        if self._is_full():
            return
        if (waiting := self.frontier.next()) is None:
            self.crawler.stats.set_value("zhenggai/left", self.frontier.left())
            return
        found, request = waiting
        self.crawler.engine.crawl(request or self._first_page(found))
        raise DontCloseSpider

    def _first_page(self, found: Found) -> Request:
        request = self._column_request(Request(found.url))
        self.found[request.cb_kwargs["walk"].start] = found
        return request

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return the rows with dates, and the links that show titles."""
        rows = {row["url"]: row for row in super().read_rows(text, base)}
        for lead in leads_of(text, base, self.site.hosts):
            if lead.title:
                rows.setdefault(lead.url, Entry(url=lead.url, title=lead.title, date=None))
        return list(rows.values())

    def is_shell(self, html: str) -> bool:
        """A page without rows is in order as long as it leads somewhere."""
        return bool(leads_of(html, self.site.url, self.site.hosts))

    def failure_of(self, html: str) -> str | None:
        """Return None: a page without links may be an article, or nothing."""
        return None

    def further_pages(self, page: ListPage) -> Further:
        """Go on from page to page, but not from a home page: what turns there is a picture."""
        if page.rows and not is_home(page.url):
            yield from super().further_pages(page)

    def _next_request(self, page: ListPage) -> tuple[Request | None, str | None]:
        is_cut = self.frontier.ends(self.found[page.walk.start], page.walk.number)
        return (None, None) if is_cut else super()._next_request(page)

    def is_end(self, page: ListPage) -> bool:
        """Some link to one page more than there are, which is empty. The name of an announced page 2 was a guess, if it is missing."""
        if page.status in MISSING and page.walk.number == SECOND:
            return False
        return super().is_end(page) or (page.status not in MISSING and column_name(page.html)[:2] == page.walk.column[:2])

    def parse_list(self, response: Response, walk: Walk) -> Iterator[Page | Request]:
        """Hand on a list page, or the file that a link led to."""
        found = self.found[walk.start]
        if not found.start and response.body.startswith(BINARY):
            yield from self._take_article(response, found)
        else:
            yield from super().parse_list(response, walk)

    def _take_list(self, response: Response, page: ListPage) -> Iterator[Page | Request]:
        """Tell whether the page is an article, lists something, leads on or neither; go on to where it leads."""
        walk, found = page.walk, self.found[page.walk.start]
        is_first = walk.further is None
        new = [row for row in page.entries if row["url"] not in self.listed and not _is_to_come(row)]
        if is_first and not found.start and self._is_article(page, found, new):
            yield from self._take_article(response, found)
            return
        if found.start and page.fault == NO_ENTRIES:
            page = replace(page, fault=NO_LINKS)
        if is_first:
            walk.dedicated = is_dedicated(walk.column.replace(self.site.name, "") if found.start else found.name)
        found.lists = found.lists or bool(new) or (walk.dedicated and bool(page.entries))
        news = self._meet_leads(page, found)
        self._judge(page, found, new, news)
        if not found.start and self._is_nothing(page, found, news):
            yield self._list_page(response, walk, walked=not is_first, barren=is_first)
            return
        for result in super()._take_list(response, page):
            if isinstance(result, Request) and "walk" in result.cb_kwargs:
                self.frontier.wait(found, result, walk.number)
            else:
                yield result

    def _is_article(self, page: ListPage, found: Found, new: list[Entry]) -> bool:
        """Tell whether a page is an article that may be a notice: by the link's words or its own title, and by what it is made of."""
        if page.fault not in (None, NO_ENTRIES):
            return found.rank == CANDIDATE
        titles = [title for title in (found.name, self._own_title(page)) if is_candidate(title)]
        if not titles or ARTICLE_TITLE.search(page.html):
            return bool(titles)
        prose = prose_length(page.html)
        if any(map(is_title, titles)):
            holds = prose >= LONGEST_COVER or bool(files_of(Markup(page.html, page.url)))
            return holds or (len(new) < FEWEST_LISTED and (found.rank == CANDIDATE or prose >= SHORTEST_BODY))
        # 巡察整改, 整改通报: the name of a column as well as that of an article.
        lists = bool(new) or any(is_candidate(row["title"]) for row in page.entries)
        return len(new) < FEWEST_LISTED and prose >= (LONGEST_COVER if lists else SHORTEST_BODY)

    def _own_title(self, page: ListPage) -> str:
        """Return the first part of the page's title that is not the site's."""
        parts = (part.strip() for part in TITLE_END.split(column_name(page.html)))
        return next((part for part in parts if part and part not in self.site_titles), "")

    def _take_article(self, response: Response, found: Found) -> Iterator[Page | Request]:
        entry = _entry(found)
        self.frontier.looked_at -= 1
        self.requested.add(found.url)
        self._count([entry])
        yield from self.parse_article(response, entry)

    def _meet_leads(self, page: ListPage, found: Found) -> list[str]:
        """Put where the page leads in line; return what was not met before."""
        if found.start:
            self.site_titles.update(part.strip() for part in TITLE_END.split(column_name(page.html)))
        if page.fault not in (None, NO_ENTRIES) or ARTICLE_TITLE.search(page.html):
            return []
        rows = {row["url"] for row in page.rows}
        return [
            lead.url
            for lead in leads_of(page.html, page.url, self.site.hosts)
            if lead.url not in rows
            and lead.url not in self.requested
            and not (lead.url in self.listed and likelihood(lead.name) == UNLIKELY)
            and server_of(lead.url) in self.site.hosts
            and self.frontier.meet(lead, found.depth + (not lead.inner))
        ]

    def _judge(self, page: ListPage, found: Found, new: list[Entry], news: list[str]) -> None:
        """Note whether a page shows anything new. A session in the addresses makes them new, but not what they show."""
        rows = {(row["title"], path_form(row["url"])) for row in new}
        if page.walk.further is None and not found.start:
            leads_on = any(path_form(url) != path_form(found.url) for url in news)
            self.frontier.judge(found, is_fruitful=leads_on or bool(rows - self.shown))
        self.shown |= rows

    def _is_nothing(self, page: ListPage, found: Found, news: list[str]) -> bool:
        """Tell whether there is no use in a page: it is not there, or it repeats what others list and leads nowhere."""
        is_first = page.walk.further is None
        if page.status in MISSING or not is_on_hosts(page.url, self.site.hosts):
            return is_first
        if page.fault not in (None, NO_ENTRIES):
            return False
        if is_first:
            return not (found.lists or news or (page.rows and next_address(page.html, page.base, 1)))
        return page.fault is None and (not found.lists or all(map(_is_to_come, page.rows)))

    def _article_requests(self, entries: Iterable[Entry]) -> Iterator[Request]:
        """Yield a request for each article that is due; what may be a page that lists many is looked at, each time."""
        for request in super()._article_requests(entries):
            entry: Entry = request.cb_kwargs["entry"]
            if entry["date"] or is_file(entry["url"]) or self.visits.is_article(entry["url"]):
                yield request
            else:
                self.frontier.meet_candidate(entry["url"], entry["title"])

    def list_failed(self, failure: Failure) -> Iterator[Page]:
        """Hand on a page that did not answer. That robots.txt forbids what nobody declared is no fault."""
        walk = failure.request.cb_kwargs["walk"]  # type: ignore[attr-defined]  # set by Scrapy
        found, reason = self.found[walk.start], describe(failure.value or RuntimeError("no answer, and no error"))
        is_first = walk.further is None
        if is_first:
            self.frontier.judge(found, is_fruitful=False)
        if is_first and found.rank == CANDIDATE:
            yield self._failed_article(_entry(found), reason, failure.request.meta.get("capture"))  # type: ignore[attr-defined]
        elif is_first and not found.start and reason == FORBIDDEN:
            self.frontier.forbid(found)
        else:
            yield from super().list_failed(failure)


def _is_to_come(row: Entry) -> bool:
    """Tell whether a row is dated behind tomorrow: nothing is published then, but calendars go on for ever."""
    return (row["date"] or "") > f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"


def _entry(found: Found) -> Entry:
    return Entry(url=found.url, title=found.name if is_title(found.name) else "", date=None)
