"""Sites that are down, forbid, redirect, send garbage: each is named with its reason, and nothing else is lost."""

import socket
from pathlib import Path

import pytest
from crawling import NOTICE, Answer, SiteServer, crawl, declare, listing

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
        (Answer(b""), "no entries found in the list"),
        (Answer(bytes(range(256)) * 40), "no entries found in the list"),
        (Answer(listing([])), "no entries found in the list"),
        (Answer(b"\x1f\x8b broken", headers=(("Content-Encoding", "gzip"),)), None),
    ],
    ids=["404", "403", "empty body", "garbage", "empty list", "broken gzip"],
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
