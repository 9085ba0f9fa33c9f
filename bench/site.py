"""A site of any size on loopback, the same at every start: one column of ordinary articles, every tenth a notice.

The notices recombine the problems of the demo's notices. Pages are made when they are asked for, by a server of few
lines in a process of its own, so that what is measured is the crawler.
"""

import asyncio
import random
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import yaml

from demo.content import Article, load_replicas

PER_PAGE = 20
EVERY = 10
"""Of so many articles one is a notice."""
PROBLEMS = 14
"""In a notice; with the demo's wording that makes some 1,500 characters, and 6 KB of page."""
COLUMN = "/zwgk/tzgg/"
NEWEST = date(2024, 6, 30)
ARTICLE_PATH = re.compile(r"/t\d{8}_(\d+)\.html$")
LIST_PATH = re.compile(r"/(?:index(?:_(\d+))?\.html)?$")
# A line of a demo notice that is a problem or its remedy, and so can stand in any notice.
MOVABLE = re.compile(r"[^。]{6,60}。$|整改(?:情况|措施)[:：].{10,}")
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_{column}_白鹿市民政局</title>
<meta name="SiteName" content="白鹿市民政局"><meta name="ColumnName" content="{column}">{meta}</head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li></ul>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="./">{column}</a></div>{main}
<div class="footer"><p>主办：白鹿市民政局　地址：白鹿市青石路8号　邮编：710000</p><p>电话：029-00000000</p></div></body></html>"""
ARTICLE = """<div class="article"><h1>{title}</h1><div class="info"><span>发布时间：{day} 09:26</span><span>来源：本站</span></div>
<div class="TRS_Editor">{paragraphs}</div></div>"""
PAGING = '<script>createPageHTML({total}, {current}, "index", "html");</script>'


class BenchSite:
    """What the site answers. ``candidates`` names the column so that every article of it is fetched."""

    def __init__(self, articles: int, *, candidates: bool) -> None:
        self.articles = articles
        self.column = "巡察整改" if candidates else "通知公告"
        self.pages = -(-articles // PER_PAGE)

    def answer(self, path: str) -> str | None:
        """Return the page at a path, or None."""
        if (match := ARTICLE_PATH.search(path)) and int(match[1]) < self.articles:
            return self.article(int(match[1]))
        if path.startswith(COLUMN) and (match := LIST_PATH.search(path)) and int(match[1] or 0) < self.pages:
            return self._list(int(match[1] or 0))
        return None

    def _list(self, current: int) -> str:
        numbers = range(current * PER_PAGE, min((current + 1) * PER_PAGE, self.articles))
        rows = "".join(f'<li><a href=".{_path(number)}">{_title(number)}</a><span>{_day(number)}</span></li>' for number in numbers)
        main = f'<ul class="list">{rows}</ul>{PAGING.format(total=self.pages, current=current)}'
        return PAGE.format(title=self.column, column=self.column, meta="", main=main)

    def article(self, number: int) -> str:
        """Return the page of an article, by its number."""
        title, day = _title(number), _day(number)
        meta = f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 09:26">'
        paragraphs = "".join(f'<p style="text-indent: 2em;">{line}</p>' for line in _lines(number))
        main = ARTICLE.format(title=title, day=day, paragraphs=paragraphs)
        return PAGE.format(title=title, column=self.column, meta=meta, main=main)


def _day(number: int) -> date:
    return NEWEST - timedelta(days=number // 20)


def _path(number: int) -> str:
    return f"/{_day(number):%Y%m}/t{_day(number):%Y%m%d}_{number}.html"


def _title(number: int) -> str:
    if number % EVERY == 0:
        return f"中共白鹿市第{number}中学支部委员会关于巡察整改情况的通报"
    return _ordinary()[number % len(_ordinary())].title


def _lines(number: int) -> list[str]:
    if number % EVERY:
        return list(_ordinary()[number % len(_ordinary())].paragraphs)
    chosen = random.Random(number).sample(_movable(), PROBLEMS)  # the same text at every start
    team = "一二三四五六七八"[number % 8]
    opening = (
        f"根据市委统一部署，2023年3月{number % 27 + 1}日至5月20日，市委第{team}巡察组对第{number}中学党支部进行了巡察。"
        "2023年7月12日，巡察组反馈了意见。现将巡察整改情况予以公布。"
    )
    pairs = (f"{position}.{line.rstrip('。')}。" for position, line in enumerate(chosen, start=1))
    remedies = (f"整改情况：已完成整改，清退资金{number % 97}.{position}万元，修订制度{number % 7 + 1}项。" for position in range(PROBLEMS))
    ledger = [line for pair in zip(pairs, remedies, strict=True) for line in pair]
    return [
        opening,
        "一、整改落实情况",
        *ledger,
        f"联系电话：029-{80000000 + number}",
        f"中共白鹿市第{number}中学支部委员会",
        "2023年12月5日",
    ]


@cache
def _ordinary() -> list[Article]:
    return [
        article for replica in load_replicas() for article in replica.articles if "整改" not in article.title and "巡" not in article.title
    ]


@cache
def _movable() -> list[str]:
    lines = (line.strip() for replica in load_replicas() for article in replica.articles for line in article.paragraphs)
    return sorted({line for line in lines if MOVABLE.match(line)})


class Exchange(asyncio.Protocol):
    """One connection: reads the requests' paths, keeps the connection open."""

    def __init__(self, site: BenchSite) -> None:
        self.site = site
        self.transport: asyncio.Transport
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # what TCP gives
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            page = self.site.answer(head.split(b" ", 2)[1].decode())
            body = (page or "404 Not Found").encode()
            status = "404 Not Found" if page is None else "200 OK"
            self.transport.write(f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def _serve(listening: socket.socket, articles: int, candidates: bool) -> None:  # noqa: FBT001  # a process's arguments
    site = BenchSite(articles, candidates=candidates)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Exchange(site), sock=listening)
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def served(directory: Path, articles: int, *, candidates: bool) -> Iterator[Path]:
    """Serve the site while the block runs; yield the site's YAML file, written into ``directory``."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = get_context("fork").Process(target=_serve, args=(listening, articles, candidates), daemon=True)
        process.start()
        home = f"http://127.0.0.1:{listening.getsockname()[1]}"
        declared = {"name": "白鹿市民政局", "url": f"{home}/", "software": "trs", "division": "610100"}
        path = directory / "610100_bench.yml"
        path.write_text(yaml.safe_dump(declared | {"lists": [home + COLUMN]}, allow_unicode=True), encoding="utf-8")
        try:
            yield path
        finally:
            process.terminate()
            process.join()
