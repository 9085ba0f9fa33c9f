"""Every answer is in a WARC file, byte for byte, before anything reads it."""

import asyncio
import gzip
import hashlib
import os
import resource
import zlib
from pathlib import Path
from typing import Any

import pytest
from crawling import NOTICE, Answer, Crawl, SiteServer, crawl, declare, listing
from warcio.archiveiterator import ArchiveIterator

from crawler.middlewares.capture import CaptureFile, ExactHeaders, HttpRecord

NAME_IN_GBK = 'attachment; filename="关于整改.doc"'.encode("gbk")


@pytest.fixture
def crawled(tmp_path: Path) -> Crawl:
    page = listing([("./t20230101_1.html", NOTICE, "2023-01-01"), ("./t20230101_2.html", NOTICE, "2023-01-01")])
    routes: dict[str, Any] = {
        "/robots.txt": "User-agent: *\nDisallow: /secret/",
        "/tzgg/": Answer(page).gzipped(),
        "/tzgg/t20230101_1.html": Answer(
            status=301, headers=(("Location", "/tzgg/new.html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
        ),
        "/tzgg/new.html": Answer(b"\x00\xff" + NOTICE.encode("gb18030"), headers=(("Content-Disposition", NAME_IN_GBK),)),
        "/tzgg/t20230101_2.html": Answer("gone", 404),
    }
    with SiteServer(routes) as server:
        return crawl(declare(server, "trs", "/tzgg/"), tmp_path)


def records(directory: Path) -> list[tuple[str, str, bytes, Any]]:
    """(type, path of the address, raw body, record headers) of every record, in their order."""
    found = []
    for path in sorted((directory / "captures").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                target = record.rec_headers.get_header("WARC-Target-URI") or ""
                found.append((record.rec_type, "/" + "/".join(target.split("/")[3:]), record.raw_stream.read(), record))
    return found


def test_every_exchange_is_kept_as_it_was_received(crawled: Crawl, tmp_path: Path) -> None:
    written = records(tmp_path)
    assert written[0][0] == "warcinfo"
    bodies = {path: body for kind, path, body, _ in written if kind == "response"}
    assert set(bodies) == {"/robots.txt", "/tzgg/", "/tzgg/t20230101_1.html", "/tzgg/new.html", "/tzgg/t20230101_2.html"}
    assert NOTICE in gzip.decompress(bodies["/tzgg/"]).decode()
    assert bodies["/tzgg/new.html"] == b"\x00\xff" + NOTICE.encode("gb18030")
    assert bodies["/tzgg/t20230101_2.html"] == b"gone"
    assert [kind for kind, *_ in written[1:]] == ["response", "request"] * 5


def test_headers_keep_every_value_and_every_byte(crawled: Crawl, tmp_path: Path) -> None:
    responses = {path: record for kind, path, _, record in records(tmp_path) if kind == "response"}
    redirect = responses["/tzgg/t20230101_1.html"].http_headers
    assert redirect.get_statuscode() == "301"
    assert [value for name, value in redirect.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    (warc,) = (tmp_path / "captures").iterdir()
    offset = next(capture["warc_offset"] for capture in crawled.captures if capture["url"].endswith("new.html"))
    assert NAME_IN_GBK in zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(warc.read_bytes()[offset:])


def test_the_signal_says_where_and_what(crawled: Crawl, tmp_path: Path) -> None:
    assert len(crawled.captures) == 5
    for capture in crawled.captures:
        with (tmp_path / capture["warc_file"]).open("rb") as file:
            file.seek(capture["warc_offset"])
            record = next(iter(ArchiveIterator(file)))
            body = record.raw_stream.read()
            assert record.rec_headers.get_header("WARC-Record-ID") == capture["id"]
            assert record.rec_headers.get_header("WARC-Target-URI") == capture["url"]
            assert record.rec_headers.get_header("WARC-Date") == capture["time"]
            assert (hashlib.sha256(body).hexdigest(), len(body)) == (capture["sha256"], capture["length"])
            assert int(record.http_headers.get_statuscode()) == capture["status"]


def test_a_page_names_its_capture_and_its_moment(crawled: Crawl) -> None:
    times = {capture["id"]: (capture["url"], capture["time"]) for capture in crawled.captures}
    for page in crawled.pages:
        assert times[str(page.capture)] == (page.final_url, page.fetched_at)
    moved = next(page for page in crawled.articles.values() if page.status == 200)
    assert (moved.url.rpartition("/")[2], str(moved.final_url).rpartition("/")[2]) == ("t20230101_1.html", "new.html")


def record(body: bytes) -> HttpRecord:
    return HttpRecord("response", "http://127.0.0.1/", {}, ExactHeaders("200 OK", [], protocol="HTTP/1.1"), body)


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path, "610100_test", 2_000, "test")

    async def append_together() -> list[tuple[Path, int]]:
        return await asyncio.gather(*(file.append(record(os.urandom(900 + number))) for number in range(30)))

    places = asyncio.run(append_together())
    file.close()
    assert len({path for path, _ in places}) == len(list(tmp_path.iterdir())) > 1
    for number, (path, offset) in enumerate(places):
        with path.open("rb") as warc:
            warc.seek(offset)
            assert len(next(iter(ArchiveIterator(warc))).raw_stream.read()) == 900 + number


def test_a_full_disk_leaves_what_was_written_readable(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path, "610100_test", 1_000_000, "test")
    path, _ = asyncio.run(file.append(record(b"one")))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, unlimited[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            asyncio.run(file.append(record(os.urandom(1000))))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    asyncio.run(file.append(record(b"three")))
    file.close()
    with path.open("rb") as warc:
        assert [found.raw_stream.read() for found in ArchiveIterator(warc) if found.rec_type == "response"] == [b"one", b"three"]
