"""Decompression that is bounded, and that takes no part of a page for the whole.

An answer of some kilobytes must not become a page that takes minutes to read; and of a stream that breaks off, Scrapy
gives what there is.
"""

import zlib
from typing import Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from crawler.errors import BrokenAnswerError

HARMLESS = 1024**2
"""Bytes; a page that is no larger may be all blank lines (800 KB of them make 0.8 KB), as old JSP templates nearly are."""


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, which keeps to DOWNLOAD_MAXSIZE, and to a ratio besides; it refuses what is cut off."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self.largest_ratio = crawler.settings.getint("DECOMPRESSION_MAXRATIO")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the bounds from the settings."""
        return cls(crawler=crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response decompressed. Raises BrokenAnswerError if that is out of all proportion, or not all of it."""
        received, body = len(response.body), response.body
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        outermost = encodings.rpartition(",")[2].strip().lower()
        decompressed = super().process_response(request, response)
        size = len(decompressed.body)
        if size > max(HARMLESS, self.largest_ratio * received):
            raise BrokenAnswerError(f"the answer decompresses to {size // received} times its size, {size} bytes")
        if size and not is_whole(body, outermost):
            raise BrokenAnswerError(f"the answer breaks off within its compressed body ({outermost})")
        return decompressed


def small_body(response: Response, most: int) -> bytes | None:
    """Return the body of an answer that has just arrived, decompressed; None if it is longer than ``most`` bytes, or cannot be told."""
    encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
    try:
        body = _beginning(response.body, encoding, most + 1) if len(response.body) <= most else None
    except (zlib.error, brotli.error):
        return None
    return body if body is not None and len(body) <= most else None


def _beginning(body: bytes, encoding: bytes, most: int) -> bytes:
    if encoding in (b"gzip", b"x-gzip", b"deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, most)
    if encoding == b"br":
        beginning: bytes = brotli.Decompressor().process(body, output_buffer_limit=most)
        return beginning
    return body


def is_whole(body: bytes, encoding: str) -> bool:
    """Tell whether a compressed body comes to its end. How much it decompresses to must be known to be bounded."""
    if encoding in ("gzip", "x-gzip"):
        return _ends(body, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        # Either form goes by that name.
        return _ends(body, zlib.MAX_WBITS) or _ends(body, -zlib.MAX_WBITS)
    if encoding == "br":
        decompressor = brotli.Decompressor()
        decompressor.process(body)
        return bool(decompressor.is_finished())
    return True


def _ends(body: bytes, form: int) -> bool:
    decompressor = zlib.decompressobj(form)
    try:
        # Eight bytes more, for the servers that leave out the check sum: it is then a wrong one.
        decompressor.decompress(body + bytes(8))
    except zlib.error as error:
        return "data check" in str(error)
    return decompressor.eof
