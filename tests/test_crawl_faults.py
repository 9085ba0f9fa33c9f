"""Sites that are down, forbid, redirect, send garbage: each is named with its reason, and nothing else is lost."""

import re
import socket
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from crawling import NOTICE, Answer, SiteServer, as_bytes, crawl, declare, listing
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from twisted.internet.error import DNSLookupError

from crawler.middlewares.guard import GuardMiddleware
from crawler.resolver import PublicResolver
from crawler.sites import Site

ROW = ("./t20230101_1.html", NOTICE, "2023-01-01")


def test_robots_txt_is_obeyed_and_named(tmp_path: Path) -> None:
    robots = "User-agent: zhenggai\nDisallow: /tzgg/t2023\n\nUser-agent: *\nDisallow:"
    with SiteServer({"/robots.txt": robots, "/tzgg/": listing([ROW])}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
        assert server.asked() == ["GET /tzgg/"]
    (article,) = crawled.articles.values()
    assert (article.error, article.status, article.content, article.capture) == ("robots.txt forbids it", None, b"", None)


def test_a_site_that_is_down_is_reported(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    site = Site(id="610100_down", name="停机", url=address, software="trs", division="610100", lists=[address])
    crawled = crawl(site, tmp_path, RETRY_TIMES=1)
    (page,) = crawled.lists
    assert page.error == "connection refused"
    assert crawled.report.failures == [(address, "connection refused")]
    assert not crawled.report.succeeded


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer("not found", 404), "the list answers with HTTP status 404"),
        (Answer("forbidden", 403), "the list answers with HTTP status 403"),
        (Answer(b""), "the answer is empty"),
        (Answer("<html><body><h2>系统维护中</h2></body></html>"), "the answer is a message, and no list: 系统维护中"),
        (Answer(bytes(range(256)) * 40), "no entries found in the list"),
        (Answer(listing([])), "no entries found in the list"),
        (Answer(b"\x1f\x8b broken", headers=(("Content-Encoding", "gzip"),)), None),
    ],
    ids=["404", "403", "empty body", "message", "garbage", "empty list", "broken gzip"],
)
def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path, answer: Answer, reason: str | None) -> None:
    with SiteServer({"/tzgg/": answer}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    (page,) = crawled.lists
    assert page.error == reason or (reason is None and page.error)
    assert page.walked is None
    assert crawled.report.unread_lists == 1
    assert not crawled.report.succeeded


def test_one_unreadable_list_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": listing([ROW]), "/tzgg/t20230101_1.html": "notice"}) as server:
        crawled = crawl(declare(server, "trs", "/gone/", "/tzgg/"), tmp_path)
    assert [page.content for page in crawled.articles.values()] == [b"notice"]
    assert [url for url, _ in crawled.report.failures] == [f"{server.url}/gone/"]


def test_articles_are_handed_on_whatever_their_status(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": listing([ROW]), "/tzgg/t20230101_1.html": Answer("被阻断", 403)}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    (article,) = crawled.articles.values()
    assert (article.status, article.error, article.content.decode()) == (403, None, "被阻断")


def test_a_redirect_to_a_foreign_host_is_no_answer_of_this_site(tmp_path: Path) -> None:
    with SiteServer({"/bet.html": "casino"}) as foreign, SiteServer({"/tzgg/": listing([ROW])}) as server:
        away = foreign.url.replace("127.0.0.1", "localhost") + "/bet.html"
        server.routes["/tzgg/t20230101_1.html"] = Answer(status=302, headers=(("Location", away),))
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    (article,) = crawled.articles.values()
    assert article.error == f"leads to another host: {away}"
    assert article.content == b""


def test_a_next_page_on_another_host_is_not_asked_for(tmp_path: Path) -> None:
    with SiteServer() as foreign, SiteServer() as server:
        away = f"{foreign.url}/list?page=2"
        server.routes["/tzgg/"] = listing([ROW], tail=f"<a href='{away}'>下一页</a>")
        crawled = crawl(declare(server, "query", "/tzgg/"), tmp_path)
        assert foreign.requests == []
    assert (f"{server.url}/tzgg/", f"the list leads to another host: {away}") in crawled.report.failures


def test_entries_on_foreign_hosts_are_not_listed(tmp_path: Path) -> None:
    foreign = ("https://mp.weixin.qq.com/s/abc", NOTICE, "2023-01-01")
    with SiteServer({"/tzgg/": listing([ROW, foreign])}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert crawled.report.listed == 1


def test_an_overloaded_server_is_asked_again(tmp_path: Path) -> None:
    answers = [Answer("busy", 503), Answer("busy", 503), Answer(listing([ROW]))]
    with SiteServer({"/tzgg/": lambda *_: answers.pop(0) if answers else Answer("", 500)}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=2)
    assert crawled.lists[0].status == 200
    assert [capture["status"] for capture in crawled.captures if capture["url"].endswith("/tzgg/")] == [503, 503, 200]


UNITS = """<script url="/unit" queryData="{'tagId':'当前栏目_list'}"></script>"""
LABEL = "<script>{labelName: 'publicInfoList', siteId: 1, organId: 2, catId: 3}</script>"
SEARCH = f"<script>url: '/common/search/{'a' * 32}?_pageSize=2'</script>"
# A family's first page, and the form of the others: the rows of one, in whatever wraps them.
FILLED_BY_SCRIPT = {
    "gkmlpt": ("/gkmlpt/index", "<script>window._CONFIG = {SID: 7}</script>", '{{"articles": [{rows}], "total": 4}}'),
    "jpaas": ("/tzgg/index.html", UNITS, '{{"data": {{"html": "<ul>{rows}</ul><div class=pagination count=4 rows=2></div>"}}}}'),
    "longxun": ("/public/column/2?catId=3", LABEL, "<ul>{rows}</ul>"),
    "ucap": ("/tzgg/list.shtml", SEARCH, "<ul id='body'>{rows}</ul>"),
    "json": ("/api", "", '{{"total": 4, "rows": [{rows}]}}'),
    "query": ("/list.php", "", "<title>通知公告</title><a href='/'>首页</a><ul>{rows}</ul>"),
}
FAULTS = (
    '{"success": false, "message": "系统繁忙"}',
    '{"code": 500, "msg": "busy", "data": null}',
    "<html><body><h1>系统维护中</h1><p>请稍后再试。</p></body></html>",
    '{"articles": [{"title": "',
)


@pytest.mark.parametrize("software", FILLED_BY_SCRIPT)
def test_a_list_that_fails_with_status_200_is_asked_again(tmp_path: Path, software: str) -> None:
    """Each of its pages fails in every way before it answers; past the second there is an empty list."""
    start, shell, form = FILLED_BY_SCRIPT[software]
    asked: Counter[str] = Counter()

    def answer(path: str, _: bytes) -> str:
        asked[path] += 1
        if asked[path] <= len(FAULTS):
            return FAULTS[asked[path] - 1]
        number = int(next(iter(re.findall(r"(?:page|pageIndex|pageNo%22%3A)=?(\d+)", path)), 1))
        titles = [(f"/a/{n}.html", f"公告第{n}号") for n in (2 * number - 1, 2 * number)] if number in (1, 2) else []
        if software in ("gkmlpt", "json"):
            return form.format(rows=",".join(f'{{"title": "{title}", "url": "{url}"}}' for url, title in titles))
        return form.format(rows="".join(f"<li><a href='{url}'>{title}</a><span>2023-01-01</span></li>" for url, title in titles))

    with SiteServer() as server:
        server.otherwise = answer
        server.routes |= {"/robots.txt": Answer("none", 404)} | ({start: shell} if shell else {})
        more = {"first_page": 1} if software == "gkmlpt" else {"paging": "?page={page}"} if software in ("json", "query") else {}
        crawled = crawl(declare(server, software, start, **more), tmp_path, RETRY_TIMES=len(FAULTS), RETRY_BACKOFF=0.01)
    assert crawled.titles == [f"公告第{n}号" for n in (1, 2, 3, 4)]
    assert crawled.report.succeeded, crawled.report.failures


def test_a_site_that_wants_a_person_is_not_asked_again_at_once(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": "<html><body>访问过于频繁，请输入验证码</body></html>"}) as server:
        crawl(declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=2)
        assert server.asked() == ["GET /tzgg/"]


def test_two_articles_that_redirect_to_one_address_are_both_answered(tmp_path: Path) -> None:
    rows = [(f"./t20230101_{n}.html", NOTICE, "2023-01-01") for n in (1, 2)]
    with SiteServer({"/tzgg/": listing(rows), "/tzgg/one.html": "notice"}) as server:
        for n in (1, 2):
            server.routes[f"/tzgg/t20230101_{n}.html"] = Answer(status=302, headers=(("Location", "/tzgg/one.html"),))
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert [page.content for page in crawled.articles.values()] == [b"notice", b"notice"]


def test_a_pipeline_that_breaks_is_in_the_report(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": listing([ROW])}) as server:
        missing = crawl(declare(server, "trs", "/tzgg/"), tmp_path, ITEM_PIPELINES={"no.such.Pipeline": 1}, LOG_ENABLED=False)
    ((url, reason),) = missing.report.failures
    assert url == f"{server.url}/"
    assert "No module named 'no'" in reason
    assert not missing.report.succeeded


def test_a_robots_txt_that_is_refused_or_broken_holds_the_host_off(tmp_path: Path) -> None:
    for status in (403, 500):
        with SiteServer({"/robots.txt": Answer("no", status), "/tzgg/": listing([ROW])}) as server:
            crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=0)
            assert server.asked() == [], status
        assert crawled.report.failures == [(f"{server.url}/tzgg/", f"held off: robots.txt answers with HTTP status {status}")]
        assert not crawled.report.succeeded


def test_a_robots_txt_that_never_arrives_holds_the_host_off(tmp_path: Path) -> None:
    def drop(path: str, form: bytes) -> Answer:
        raise ConnectionAbortedError

    with SiteServer({"/robots.txt": drop, "/tzgg/": listing([ROW])}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
        assert server.asked() == []
    ((url, _),) = crawled.report.failures
    assert url == f"{server.url}/tzgg/"


def test_a_robots_txt_that_breaks_off_is_not_leave_to_crawl(tmp_path: Path) -> None:
    lines = "".join(f"Disallow: /{number * 7919 % 1000}/{number}/\n" for number in range(300))
    rules = Answer(f"User-agent: *\n{lines}Disallow: /tzgg/\n").gzipped()
    half = replace(rules, body=as_bytes(rules.body)[: len(rules.body) // 2])
    with SiteServer({"/robots.txt": half, "/tzgg/": listing([ROW])}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
        assert server.asked() == []
    assert crawled.report.failures == [(f"{server.url}/tzgg/", "the answer breaks off within its compressed body (gzip)")]


def test_columns_that_are_asked_for_while_the_rules_are_fetched_wait_for_them(tmp_path: Path) -> None:
    def slow(path: str, form: bytes) -> str:
        time.sleep(0.3)
        return "User-agent: *\nDisallow: /b\n"

    columns = [f"/{name}/" for name in ("a", "b1", "b2", "b3", "b4")]
    with SiteServer({"/robots.txt": slow} | {column: listing([]) for column in columns}) as server:
        crawled = crawl(declare(server, "trs", *columns), tmp_path)
        assert server.asked() == ["GET /a/"]
    assert [reason for _, reason in crawled.report.failures].count("robots.txt forbids it") == 4


def test_an_article_that_is_empty_once_is_asked_for_again(tmp_path: Path) -> None:
    answers = iter(["", "notice"])
    with SiteServer({"/tzgg/": listing([ROW]), "/tzgg/t20230101_1.html": lambda path, form: next(answers)}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=1, RETRY_BACKOFF=0.1)
    assert [page.content for page in crawled.articles.values()] == [b"notice"]
    assert crawled.report.succeeded


def test_the_page_of_a_missing_robots_txt_is_no_rules(tmp_path: Path) -> None:
    page = Answer("User-agent: *\nDisallow: /", 404)
    with SiteServer({"/robots.txt": page, "/tzgg/": listing([ROW]), "/tzgg/t20230101_1.html": "notice"}) as server:
        assert crawl(declare(server, "trs", "/tzgg/"), tmp_path).report.succeeded


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    robots = "User-agent: *\nCrawl-delay: 0.7"
    moments: list[float] = []

    def answer(path: str, form: bytes) -> str:
        moments.append(time.monotonic())
        return listing([ROW]) if path == "/tzgg/" else "notice"

    with SiteServer({"/robots.txt": robots, "/tzgg/": answer, "/tzgg/t20230101_1.html": answer}) as server:
        crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert len(moments) == 2
    assert moments[1] - moments[0] >= 0.65


def test_a_replica_leads_nowhere_but_to_this_machine(tmp_path: Path) -> None:
    away = Answer("", 302, (("Location", "http://10.0.0.1/internal"),))
    with SiteServer({"/tzgg/": listing([ROW]), "/tzgg/t20230101_1.html": away}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    (article,) = crawled.articles.values()
    assert article.error == "refused: a replica leads off this machine, to 10.0.0.1"


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://10.1.2.3/", "http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd", "http://localhost/"],
)
def test_a_public_site_leads_to_no_private_address(address: str) -> None:
    with pytest.raises(IgnoreRequest, match="refused"):
        GuardMiddleware(replica=False).process_request(Request(address))


def test_a_public_address_is_let_through() -> None:
    GuardMiddleware(replica=False).process_request(Request("http://93.184.216.34/"))
    GuardMiddleware(replica=False).process_request(Request("https://www.example.gov.cn/"))


def test_a_name_that_resolves_to_a_private_address_does_not_resolve() -> None:
    resolver = PublicResolver(None, 0, 1.0)  # type: ignore[arg-type]
    assert resolver._refuse_private("93.184.216.34", "a.example") == "93.184.216.34"
    with pytest.raises(DNSLookupError, match="no public address"):
        resolver._refuse_private("192.168.1.1", "a.example")
