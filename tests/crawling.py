"""What the tests of the crawl share: a web server on loopback, a site declared on it, a crawl in a process of its own.

Twisted's reactor runs once in a process, so every crawl of `run_crawl` gets a fresh one.
"""

import gzip
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from crawler.items import Page
from crawler.sites import Site
from zhenggai.crawl import SiteReport, run_crawl

# Imported once, not in each crawl's process. Nothing here imports Twisted's reactor itself.
PRELOADED = ["zhenggai.crawl", "crawler.spiders.query", "crawler.middlewares.capture", "crawler.middlewares.retry", "scrapy.core.engine"]


@dataclass(frozen=True)
class Answer:
    """What the server says to one request."""

    body: bytes | str = b""
    status: int = 200
    headers: tuple[tuple[str, str | bytes], ...] = (("Content-Type", "text/html"),)

    def gzipped(self) -> "Answer":
        return Answer(gzip.compress(as_bytes(self.body)), self.status, (*self.headers, ("Content-Encoding", "gzip")))


def as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@dataclass(frozen=True)
class Raw:
    """What the server writes, headers and all, piece by piece; then it hangs up."""

    pieces: Iterable[bytes]


Route = Answer | Raw | str | bytes | Callable[[str, bytes], Answer | Raw | str]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, server: "SiteServer", *args: Any) -> None:
        self.site = server
        super().__init__(*args)

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, form: bytes) -> None:
        self.site.requests.append(f"{self.command} {self.path}")
        self.site.headers = dict(self.headers)
        named = (f"{self.command} {self.path}", self.path, self.path.partition("?")[0])
        route = next((self.site.routes[name] for name in named if name in self.site.routes), self.site.otherwise)
        answer = route(self.path, form) if callable(route) else route
        if isinstance(answer, Raw):
            self.write_raw(answer.pieces)
            return
        answer = answer if isinstance(answer, Answer) else Answer(answer)
        body = as_bytes(answer.body)
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value if isinstance(value, str) else value.decode("latin-1"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def write_raw(self, pieces: Iterable[bytes]) -> None:
        self.close_connection = True
        with suppress(ConnectionError):
            for piece in pieces:
                self.wfile.write(piece)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class SiteServer:
    """A web server on a free port of loopback; ``routes`` may be changed while it runs, ``requests`` fills up.

    A route is a path, with its query or without, or a whole request: ``POST /proxy.jsp?startrecord=1``. ``otherwise``
    answers what has none.
    """

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.otherwise: Route = Answer("not found", 404)
        self.requests: list[str] = []
        self.headers: dict[str, str] = {}  # of the request being answered
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, self))
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def __enter__(self) -> "SiteServer":
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    def asked(self) -> list[str]:
        """The requests since the last call, without those for robots.txt."""
        asked = [request for request in self.requests if not request.endswith("/robots.txt")]
        self.requests.clear()
        return asked


def declare(server: SiteServer, software: str, *lists: str, **more: Any) -> Site:
    return Site(
        id="610100_test",
        name="西安市民政局",
        url=f"{server.url}/",
        software=software,
        division="610100",
        lists=[server.url + path for path in lists],
        **more,
    )


class Collector:
    """An item pipeline that keeps what the spider hands on, and the captures announced meanwhile."""

    pages: list[Page] = []  # noqa: RUF012 - one crawl a process
    captures: list[dict[str, Any]] = []  # noqa: RUF012

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Collector":
        collector = cls()
        crawler.signals.connect(collector.keep_captures, signal="capture_written")
        return collector

    def keep_captures(self, captures: list[dict[str, Any]]) -> None:
        self.captures.extend(captures)

    def process_item(self, item: Page) -> Page:
        self.pages.append(item)
        return item


@dataclass
class Memory:
    """What earlier crawls saw, as the archive would remember it."""

    listed: set[str] = field(default_factory=set)
    walked: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    due: list[str] = field(default_factory=list)
    barren: set[str] = field(default_factory=set)

    def learn(self, pages: Iterable[Page]) -> "Memory":
        for page in pages:
            if page.kind == "article" and page.status == 200:
                self.known.add(page.url)
            self.listed.update(entry["url"] for entry in page.entries)
            if page.kind == "list":
                self.walked.discard(page.url)
            if page.barren:
                self.barren.add(page.url)
            if page.walked:
                self.walked.add(page.walked)
        return self


class MemoryVisits:
    """The visits protocol on a `Memory` that stands in the settings."""

    def __init__(self, memory: Memory, *, full: bool) -> None:
        self.memory = memory
        self.full = full

    @classmethod
    def from_crawler(cls, crawler: Any) -> "MemoryVisits":
        return cls(crawler.settings["TEST_MEMORY"], full=crawler.settings.getbool("FULL"))

    def is_due(self, url: str) -> bool:
        return self.full or url not in self.memory.known or url in self.memory.due

    def is_listed(self, url: str) -> bool:
        return url in self.memory.listed

    def is_article(self, url: str) -> bool:
        return url in self.memory.known

    def is_walked(self, url: str) -> bool:
        return url in self.memory.walked

    def is_barren(self, url: str) -> bool:
        return not self.full and url in self.memory.barren | self.memory.known

    def validators(self, url: str) -> dict[str, str]:
        return {}

    def due_articles(self, site: str) -> list[dict[str, str | None]]:
        return [{"url": url, "title": "", "date": None} for url in self.memory.due]


@dataclass
class Crawl:
    """What came of one crawl."""

    report: SiteReport
    pages: list[Page]
    captures: list[dict[str, Any]]

    @property
    def lists(self) -> list[Page]:
        return [page for page in self.pages if page.kind == "list"]

    @property
    def articles(self) -> dict[str, Page]:
        return {page.url: page for page in self.pages if page.kind == "article"}

    @property
    def titles(self) -> list[str]:
        return [entry["title"] for page in self.lists for entry in page.entries]


def crawl(
    site: Site, directory: Path, *, memory: Memory | None = None, full: bool = False, limit: int | None = None, **settings: Any
) -> Crawl:
    """Crawl the site in a process of its own; archive and captures go into ``directory``."""
    tested = {
        "ITEM_PIPELINES": {"crawling.Collector": 1},
        "VISITS_CLASS": "crawling.MemoryVisits",
        "TEST_MEMORY": memory or Memory(),
        "RETRY_TIMES": 0,
        **settings,
    }
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_crawl_here, site, directory / "archive.db", full, limit, tested).result(timeout=60)


def crawl_together(sites: list[Site], directory: Path) -> dict[str, Crawl]:
    """Crawl several sites in one process; what came of each, by its id."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    settings = {
        "ITEM_PIPELINES": {"crawling.Collector": 1},
        "VISITS_CLASS": "crawling.MemoryVisits",
        "TEST_MEMORY": Memory(),
        "RETRY_TIMES": 0,
    }
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_crawl_all_here, sites, directory / "archive.db", settings).result(timeout=120)


def _crawl_all_here(sites: list[Site], db: Path, settings: dict[str, Any]) -> dict[str, Crawl]:
    reports = run_crawl(sites, db=db, full=False, limit=None, settings=settings)
    return {
        report.site.id: Crawl(report, [page for page in Collector.pages if page.site["id"] == report.site.id], []) for report in reports
    }


def _crawl_here(site: Site, db: Path, full: bool, limit: int | None, settings: dict[str, Any]) -> Crawl:  # noqa: FBT001
    (report,) = run_crawl([site], db=db, full=full, limit=limit, settings=settings)
    return Crawl(report, Collector.pages, Collector.captures)


def listing(rows: Iterable[tuple[str, str, str]], *, tail: str = "", title: str = "通知公告", meta: str = "") -> str:
    """A list page: (href, title, date) a row, between the usual navigation and footer."""
    items = "".join(f'<li><a href="{href}" title="{name}">{name[:12]}…</a><span>{day}</span></li>' for href, name, day in rows)
    return (
        f"<html><head><title>{title}_西安市民政局</title>{meta}</head><body><ul class='nav'><li><a href='/'>首页</a></li>"
        f"<li><a href='/zwgk/'>政务公开</a></li></ul><ul class='list'>{items}</ul>{tail}"
        "<div class='footer'><a href='/map.html'>网站地图</a> 最近更新：2019-10-31 电话：029-86786716</div></body></html>"
    )


NOTICE = "中共西安市民政局党组关于巡察整改情况的通报"
ORDINARY = "西安市民政局关于做好2023年清明祭扫工作的通知"
