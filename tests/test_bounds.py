"""Answers without measure: each is an error that is counted, named and kept, and the rest of the site is crawled."""

import gzip
import random
import time
import zlib
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path
from typing import Any

import brotli
import pytest
from crawling import Answer, Raw, Route, SiteServer
from sqlite_utils import Database
from test_crawl_archive import crawl, declare_in, notice, routes

from crawler.middlewares.compression import is_whole
from pipelines.verify import verify_captures

PAGE = "/tzgg/t20230102_2.html"
HTML = ("Content-Type", "text/html")
MEBIBYTE = 1024**2
TOO_LARGE = "the answer is larger than DOWNLOAD_MAXSIZE"
NOISE = notice(2).encode() + b"<!-- " + random.Random(1).randbytes(2000).hex().encode() + b" -->"
WHOLE = gzip.compress(NOISE)
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def compressed(name: str, body: bytes) -> Answer:
    return Answer(body, headers=(HTML, ("Content-Encoding", name)))


def sent_on(path: str, form: bytes) -> Answer:
    """A redirect to an address that no one has asked for yet, without end."""
    return Answer("", 302, (("Location", f"{PAGE}?{int(path.partition('?')[2] or 0) + 1}"),))


def circle(markup: str) -> dict[str, Route]:
    """Two pages that lead to each other."""
    return {PAGE: markup.format("/tzgg/other.html"), "/tzgg/other.html": markup.format(PAGE)}


def waiting(begun: bytes) -> Iterator[bytes]:
    """A half-open connection: the server has taken the question, and perhaps begun to answer."""
    yield begun
    time.sleep(6)


def dripping() -> Iterator[bytes]:
    yield HEADERS + b"\r\n"
    for _ in count():
        time.sleep(0.1)
        yield b" "


def pouring() -> Iterator[bytes]:
    yield HEADERS + b"\r\n"
    yield from repeat(b" " * MEBIBYTE)


# What the server does, what the archive says of it, and whether there is an answer to be kept.
FAULTS: dict[str, tuple[dict[str, Route], str, bool]] = {
    "gzip bomb": (
        {PAGE: compressed("gzip", gzip.compress(bytes(40 * MEBIBYTE)))},
        "exceeded DOWNLOAD_MAXSIZE (33554432 B) during decompression",
        True,
    ),
    "small gzip bomb": ({PAGE: compressed("gzip", gzip.compress(bytes(4 * MEBIBYTE)))}, "decompresses to 1023 times its size", True),
    "brotli bomb": ({PAGE: compressed("br", brotli.compress(bytes(4 * MEBIBYTE)))}, "times its size", True),
    "endless redirect": ({PAGE: sent_on}, "it redirects on and on", True),
    "meta refresh in a circle": (circle('<meta http-equiv="refresh" content="0;url={}">'), "it redirects on and on", True),
    "script redirect in a circle": (circle('<script>location.href = "{}";</script>'), "it redirects by script more than 5 times", True),
    "never ends, slowly": ({PAGE: lambda *_: Raw(dripping())}, "no answer in time", False),
    "never ends, fast": ({PAGE: lambda *_: Raw(pouring())}, TOO_LARGE, False),
    "too large, and says so": (
        {PAGE: Raw([HEADERS + b"Content-Length: 99999999\r\n\r\n"])},
        TOO_LARGE,
        False,
    ),
    "cut off within its gzip": ({PAGE: compressed("gzip", WHOLE[:-40])}, "breaks off within its compressed body (gzip)", True),
    "never answers": ({PAGE: lambda *_: Raw(waiting(b""))}, "no answer in time", False),
    "stalls within its body": ({PAGE: lambda *_: Raw(waiting(HEADERS + b"Content-Length: 5000\r\n\r\n<h1>"))}, "no answer in time", False),
    "cut off within its chunks": (
        {PAGE: Raw([HEADERS + b"Transfer-Encoding: chunked\r\n\r\n4\r\n<h1>\r\n"])},
        "the connection broke off within the answer",
        False,
    ),
    "shorter than its Content-Length": (
        {PAGE: Raw([HEADERS + b"Content-Length: 5000\r\n\r\n<h1>"])},
        "the connection broke off within the answer",
        False,
    ),
}


@pytest.mark.parametrize(("faulty", "reason", "kept"), FAULTS.values(), ids=FAULTS)
def test_an_answer_without_measure_is_an_error_and_no_more(tmp_path: Path, faulty: dict[str, Any], reason: str, *, kept: bool) -> None:
    with SiteServer(routes(3) | faulty) as server:
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db", "-s", "DOWNLOAD_TIMEOUT=3")
        asked = server.asked()
    archive = Database(tmp_path / "a.db")
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert len(asked) <= 1 + 2 + 11
    assert [(row["new"], row["errors"], row["finish_reason"]) for row in archive.table("crawls").rows] == [(2, 1, "finished")]
    (page,) = archive.table("pages").rows_where("state = 'error'")
    assert page["url"] == f"{server.url}{PAGE}"
    assert reason in page["error"]
    assert f"{page['url']}: {page['error']}" in result.stdout
    assert (page["capture_id"] is not None) == kept
    assert list(filter(None, verify_captures(archive, tmp_path, sample=None))) == []


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", WHOLE),
        ("x-gzip", WHOLE),
        ("gzip", WHOLE[:-8]),  # no check sum
        ("gzip", WHOLE[:-8] + b"wrong..."),
        ("gzip", WHOLE + b"and something behind it"),
        ("deflate", zlib.compress(NOISE)),
        ("deflate", zlib.compress(NOISE, wbits=-15)),
        ("br", brotli.compress(NOISE)),
        ("", NOISE),
    ],
)
def test_what_comes_to_its_end_is_whole_and_every_shorter_part_of_it_is_not(encoding: str, body: bytes) -> None:
    assert is_whole(body, encoding)
    shorter = [body[:length] for length in range(100, 1500, 100)]
    assert {is_whole(part, encoding) for part in shorter} == {encoding == ""}


def test_a_page_of_blank_lines_is_a_page(tmp_path: Path) -> None:
    padded = str(routes(1)["/tzgg/t20230101_1.html"]).replace("<h1>", "\r\n" * 400_000 + "<h1>")
    answer = Answer(padded).gzipped()
    assert len(padded) > 200 * len(answer.body)
    with SiteServer(routes(1) | {"/tzgg/t20230101_1.html": answer}) as server:
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db")
    assert result.returncode == 0, result.stdout
    assert Database(tmp_path / "a.db").table("notices").count == 1
