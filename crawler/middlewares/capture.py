"""Every answer goes into a WARC file before anything reads it; a body that lies there already is referred to."""

import asyncio
import errno
import fcntl
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any, Literal, Self, cast
from urllib.parse import urlsplit
from uuid import uuid4

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.python.failure import Failure
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.disk import Disk, append_whole
from crawler.earlier import KEPT, MAY_BE_KEPT, EarlierCaptures
from crawler.headers import header_pairs, joined_headers
from crawler.moments import utc_now
from crawler.signals import capture_failed, capture_written

WARC_VERSION = "WARC/1.1"
WARC_INFO = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": (
        "Bodies are as received: compressed where the server compressed them, with any chunked transfer coding undone. "
        "Headers are as Scrapy keeps them: every value, but names in Title-Case and without the hop-by-hop Transfer-Encoding; "
        "the reason phrase of the status line is the standard one. Payload digests are SHA-256 in hexadecimal digits."
    ),
}
PHRASES = {status.value: status.phrase for status in HTTPStatus}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


class ExactHeaders(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """Headers written byte for byte; warcio itself would percent-encode a Chinese file name in Content-Disposition."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        """Return the header block as the bytes that were read as Latin-1."""
        block: bytes = self.to_bytes(filter_func, "latin-1")
        return block


@dataclass(frozen=True, slots=True)
class HttpRecord:
    """One half of an exchange, ready to be written."""

    kind: Literal["request", "response", "revisit"]
    url: str
    warc_headers: dict[str, str]
    http_headers: ExactHeaders
    body: bytes


class CaptureFile:
    """The WARC files of one crawl of one site: one at a time, followed by another at ``max_bytes``."""

    def __init__(self, directory: Path, site: str, max_bytes: int, software: str) -> None:
        self.directory = directory
        self.site = site
        self.max_bytes = max_bytes
        self.software = software
        self._file: FileIO | None = None
        self._disk = Disk()

    async def append(self, *exchange: HttpRecord) -> tuple[Path, int]:
        """Write the records and wait until the disk has them; return the file and the offset of the first.

        On failure (a full disk) the file is cut back to what it was, so that every record in it stays
        readable, and the OSError is raised. Where the disk fails only afterwards, the file is left to itself.
        """
        if self._file is None or self._file.tell() >= self.max_bytes:
            self._open_next()
        file, disk = cast("FileIO", self._file), self._disk
        buffer = BytesIO()
        writer = WARCWriter(buffer, warc_version=WARC_VERSION)
        for record in exchange:
            writer.write_record(
                writer.create_warc_record(
                    record.url,
                    record.kind,
                    payload=BytesIO(record.body),
                    length=len(record.body),
                    warc_headers_dict=record.warc_headers,
                    http_headers=record.http_headers,
                )
            )
        offset = append_whole(file, buffer.getvalue())
        try:
            await disk.has_all(file)
        except OSError:
            self._file = None if self._file is file else self._file
            raise
        return Path(file.name), offset

    def close(self) -> None:
        """Close the file, once the disk has it; the next record opens another."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _open_next(self) -> None:
        self.close()
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self._free_path()
        # Unbuffered: what could not be written is not tried again when the file is closed.
        self._file, self._disk = path.open("xb", buffering=0), Disk()
        # Held as long as this process writes the file, however it ends: `export` copies such a file, and links the others.
        fcntl.flock(self._file, fcntl.LOCK_EX)
        _sync_directory(self.directory)
        buffer = BytesIO()
        writer = WARCWriter(buffer, warc_version=WARC_VERSION)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": self.software, "isPartOf": self.site, **WARC_INFO}))
        try:
            append_whole(self._file, buffer.getvalue())
        except OSError:
            self._file = None
            raise

    def _free_path(self) -> Path:
        """``20261122054000-610100_xian-4711.warc.gz``, and ``…-4711-2.warc.gz`` for another begun within the second."""
        stem = f"{datetime.now(UTC):%Y%m%d%H%M%S}-{self.site}-{os.getpid()}"
        number, path = 1, self.directory / f"{stem}.warc.gz"
        while path.exists():
            number += 1
            path = self.directory / f"{stem}-{number}.warc.gz"
        return path


def _sync_directory(directory: Path) -> None:
    """Wait until the disk has the name of a new file, too."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class CaptureMiddleware:
    """Writes request and response, then tells the rest of the crawl by the signal ``capture_written``.

    Leaves ``capture`` (the WARC-Record-ID) and ``fetched_at`` in ``request.meta``.
    """

    def __init__(self, crawler: Crawler, site: str, earlier: EarlierCaptures) -> None:
        settings = crawler.settings
        archive = Path(settings["ARCHIVE_DB"])
        directory = Path(settings["CAPTURES_DIR"]) if settings["CAPTURES_DIR"] else archive.parent / "captures"
        self.crawler = crawler
        self.earlier = earlier
        self.archive_directory = archive.parent
        self.began = utc_now()
        self._written: list[dict[str, Any]] = []
        self._announced: asyncio.Future[None]
        self.file = CaptureFile(directory, site, settings.getint("CAPTURE_MAX_BYTES"), settings["USER_AGENT"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Capture for the site that the crawler's spider crawls."""
        earlier = build_from_crawler(load_object(crawler.settings["EARLIER_CAPTURES_CLASS"]), crawler)
        middleware = cls(crawler, crawler.spider.site.id, earlier)  # type: ignore[union-attr]  # the spider exists by now, and has a site
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> Response | None:
        """Return the answer that a killed crawl received and did not get to read, where the request may be met by it; else None."""
        if not request.meta.get(MAY_BE_KEPT) or request.meta.get("retry_times"):
            return None
        kept = self.earlier.unread(request.url, self.began)
        if kept is None:
            return None
        request.meta.update(capture=kept["id"], fetched_at=kept["time"])
        self.crawler.stats.inc_value("zhenggai/kept")
        headers = Headers([(name, _as_received(value)) for name, value in kept["fields"]])
        of_kind = responsetypes.from_args(headers=headers, url=request.url, body=kept["body"])
        return of_kind(request.url, status=kept["status"], headers=headers, body=kept["body"], flags=[KEPT])

    async def process_response(self, request: Request, response: Response) -> Response:
        """Write the exchange to disk, announce it, and pass the response on; what was kept before has been written."""
        if KEPT in response.flags:
            return response
        moment = utc_now()
        record_id = f"<urn:uuid:{uuid4()}>"
        common = {"WARC-Date": moment} | ({"WARC-IP-Address": str(response.ip_address)} if response.ip_address else {})
        sha256, length = hashlib.sha256(response.body).hexdigest(), len(response.body)
        earlier = self._earlier_capture(request, response, sha256)
        if earlier is not None:
            sha256, length = earlier["sha256"], earlier["length"]
        path, offset = await self._append(
            _answer(response, common | {"WARC-Record-ID": record_id, "WARC-Payload-Digest": f"sha256:{sha256}"}, earlier),
            HttpRecord("request", request.url, common | {"WARC-Concurrent-To": record_id}, _question_headers(request), request.body),
        )
        request.meta.update(capture=record_id, fetched_at=moment)
        await self._announce(
            {
                "id": record_id,
                "url": response.url,
                "time": moment,
                "status": response.status,
                "headers": joined_headers(response.headers),
                "sha256": sha256,
                "length": length,
                "warc_file": _relative(path, self.archive_directory),
                "warc_offset": offset,
                "revisit_of": earlier["id"] if earlier is not None else None,
            }
        )
        return response

    async def _append(self, *exchange: HttpRecord) -> tuple[Path, int]:
        try:
            return await self.file.append(*exchange)
        except OSError as error:
            advice = "make room there" if error.errno in NO_ROOM else "see to that"
            reason = f"{self.file.directory}: {error.strerror}; {advice}, and try again"
            self.crawler.signals.send_catch_log(capture_failed, reason=reason)
            raise IgnoreRequest(reason) from error

    def _earlier_capture(self, request: Request, response: Response, sha256: str) -> Mapping[str, Any] | None:
        """Return the capture that holds the body which this response has, or which its 304 stands for."""
        if response.body:
            return self.earlier.same_payload(response.url, sha256)
        etag, modified = (_text(request.headers.get(name)) for name in ("If-None-Match", "If-Modified-Since"))
        if response.status == HTTPStatus.NOT_MODIFIED and (etag or modified):
            return self.earlier.unmodified(response.url, etag, modified)
        return None

    async def _announce(self, capture: dict[str, Any]) -> None:
        """Have ``capture_written`` sent; raise what a receiver raised."""
        if not self._written:
            loop = asyncio.get_running_loop()
            self._announced = loop.create_future()
            # Those who waited for the disk with this one come here before that.
            loop.call_soon(self._announce_all, self._announced)
        self._written.append(capture)
        # Shielded: who stops waiting does not stop the others.
        await asyncio.shield(self._announced)

    def _announce_all(self, announced: asyncio.Future[None]) -> None:
        captures, self._written = self._written, []
        # Not logged: it is raised where the page waits.
        for _, result in self.crawler.signals.send_catch_log(capture_written, captures=captures, dont_log=Exception):
            if isinstance(result, Failure):
                # A page whose capture nobody has noted down must not be read: it fails, and is fetched again.
                announced.set_exception(cast("BaseException", result.value))
                return
        announced.set_result(None)

    def spider_closed(self) -> None:
        """Close the WARC file."""
        self.file.close()


@cache
def _relative(path: Path, directory: Path) -> str:
    return os.path.relpath(path, directory)


def _answer(response: Response, warc_headers: dict[str, str], earlier: Mapping[str, Any] | None) -> HttpRecord:
    """Return the response as a record; without its body where an earlier record holds it."""
    headers = _answer_headers(response)
    if earlier is None:
        return HttpRecord("response", response.url, warc_headers, headers, response.body)
    reference = {
        "WARC-Profile": PROFILE + ("identical-payload-digest" if response.body else "server-not-modified"),
        "WARC-Refers-To": earlier["id"],
        "WARC-Refers-To-Target-URI": earlier["url"],
        "WARC-Refers-To-Date": earlier["time"],
    }
    return HttpRecord("revisit", response.url, warc_headers | reference, headers, b"")


def _answer_headers(response: Response) -> ExactHeaders:
    status = f"{response.status} {PHRASES.get(response.status, '')}".rstrip()
    # The chunked coding is undone by the time Scrapy has the body; a reader must not try to undo it again.
    headers = [(name, value) for name, value in header_pairs(response.headers) if name != "Transfer-Encoding"]
    return ExactHeaders(status, headers, protocol=response.protocol or "HTTP/1.1")


def _question_headers(request: Request) -> ExactHeaders:
    parts = urlsplit(request.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc), *header_pairs(request.headers)]
    if request.body:
        headers.append(("Content-Length", str(len(request.body))))
    return ExactHeaders(f"{request.method} {path} HTTP/1.1", headers, is_http_request=True)


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value is not None else None


def _as_received(value: str) -> bytes:
    """Undo what warcio makes of a header's line: UTF-8 where it is that (``filename="整改.pdf"``), and Latin-1 otherwise."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
