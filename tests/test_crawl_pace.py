"""A host that is asked too often is left alone, and then asked more slowly."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from crawling import NOTICE, Answer, SiteServer, crawl, declare, listing
from scrapy.http import Response

from crawler.middlewares.pace import seconds_asked

ARTICLES = 8


class BusySite:
    """A column of articles; one of them answers 429 once, and every request is noted with its time."""

    def __init__(self, refusal: Answer) -> None:
        self.refusal = refusal
        self.moments: list[tuple[float, str, int]] = []

    def answer(self, path: str, _: bytes) -> Answer:
        asked_before = any(known == path for _, known, _ in self.moments)
        answer = self.refusal if path == "/tzgg/t20230101_3.html" and not asked_before else self._page(path)
        self.moments.append((time.monotonic(), path, answer.status))
        return answer

    def _page(self, path: str) -> Answer:
        rows = [(f"t20230101_{number}.html", NOTICE, "2023-01-01") for number in range(ARTICLES)]
        return Answer(listing(rows) if path == "/tzgg/" else "notice")

    def moment_of_refusal(self) -> float:
        return next(moment for moment, _, status in self.moments if status != 200)


def refusal(seconds: str | None, status: int = 429) -> Answer:
    return Answer("too many", status, (("Retry-After", seconds),) if seconds else ())


@pytest.mark.parametrize(("status", "seconds"), [(429, "1"), (503, "1"), (429, None)])
def test_a_host_that_answers_429_is_left_alone_and_asked_more_slowly(tmp_path: Path, status: int, seconds: str | None) -> None:
    site = BusySite(refusal(seconds, status))
    with SiteServer({"/robots.txt": Answer("none", 404)}) as server:
        server.otherwise = site.answer
        crawled = crawl(
            declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=1, RETRY_BACKOFF=1, CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_DELAY=0.2
        )
    assert crawled.report.succeeded, crawled.report.failures
    assert len(crawled.articles) == ARTICLES
    refused = site.moment_of_refusal()
    later = [moment for moment, *_ in site.moments if moment > refused]
    assert later[0] - refused >= 0.95, "whatever waited for the host waits"
    assert min(after - before for before, after in pairwise(later)) >= 0.4, "0.2 and a step of 0.25 seconds"


def test_requests_under_way_together_are_one_reason_to_slow_down(tmp_path: Path) -> None:
    refused: set[str] = set()

    def answer(path: str, _: bytes) -> Answer:
        if path not in refused and path != "/tzgg/":
            refused.add(path)
            time.sleep(0.3)
            return refusal("1")
        moments.append(time.monotonic())
        return site._page(path)

    site, moments = BusySite(refusal("1")), list[float]()
    with SiteServer({"/robots.txt": Answer("none", 404)}) as server:
        server.otherwise = answer
        started = time.monotonic()
        crawled = crawl(
            declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=1, CONCURRENT_REQUESTS=ARTICLES, CONCURRENT_REQUESTS_PER_DOMAIN=ARTICLES
        )
    assert len(crawled.articles) == ARTICLES
    assert crawled.report.succeeded, crawled.report.failures
    assert max(after - before for before, after in pairwise(moments[1:])) < 0.5
    assert time.monotonic() - started < 20


def test_a_host_that_wants_to_be_left_alone_for_long_is(tmp_path: Path) -> None:
    site = BusySite(refusal("86400"))
    with SiteServer({"/robots.txt": Answer("none", 404)}) as server:
        server.otherwise = site.answer
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path, RETRY_TIMES=2, CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_DELAY=0.05)
    refused = site.moment_of_refusal()
    assert [path for moment, path, _ in site.moments if moment > refused] == []
    assert crawled.report.finish_reason == "held off"
    assert "held off: the host answers 429 or 503, and wants to be left alone for 86400 seconds" in dict(crawled.report.failures).values()
    assert not crawled.report.succeeded


def test_retry_after_is_a_number_of_seconds_or_a_moment() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    asked = [seconds_asked(Response("http://x.gov.cn/", headers={"Retry-After": written})) for written in ("120", soon, past, "later")]
    assert asked[0] == 120
    assert asked[1] == pytest.approx(90, abs=5)
    assert asked[2:] == [0, None]
    assert seconds_asked(Response("http://x.gov.cn/")) is None
