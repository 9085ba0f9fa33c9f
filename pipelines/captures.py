"""The payloads behind the rows of ``captures``: where each lies in a WARC file, and which are there already."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from pipelines.archive import open_archive
from pipelines.rows import first_row

BLOCK = 1 << 16
HOLDER = """
SELECT holder.* FROM captures JOIN captures AS holder ON holder.id = coalesce(captures.revisit_of, captures.id)
WHERE captures.id = ?
"""
SAME_PAYLOAD = "SELECT * FROM captures WHERE url = ? AND sha256 = ? AND revisit_of IS NULL ORDER BY rowid DESC LIMIT 1"
# The server speaks of the answer that had these validators. Later ones may have been another: a page of a WAF, with its own.
UNMODIFIED = """
SELECT holder.* FROM captures JOIN captures AS holder ON holder.id = coalesce(captures.revisit_of, captures.id)
WHERE captures.url = ? AND captures.status = 200
    AND json_extract(captures.headers, '$.Etag') IS ? AND json_extract(captures.headers, '$."Last-Modified"') IS ?
ORDER BY captures.rowid DESC LIMIT 1
"""


# An answer is noted in `answers` once its page has been read. What is older than a day is asked for anew: it may be another page now.
UNREAD = """
SELECT captures.* FROM captures JOIN crawls ON crawls.id = captures.crawl_id
WHERE captures.url = ?1 AND captures.status IN (200, 301, 302, 303, 307, 308) AND crawls.finished IS NULL
    AND captures.time < ?2 AND captures.time > strftime('%Y-%m-%dT%H:%M:%SZ', ?2, '-1 day')
    AND captures.time > coalesce((SELECT last_visit FROM pages WHERE pages.url = captures.url), '')
    AND NOT EXISTS (SELECT 1 FROM answers WHERE article_id = captures.id)
ORDER BY captures.rowid DESC LIMIT 1
"""


class CaptureError(Exception):
    """A capture cannot be read; the message names the file and what is wrong with it."""


def payload(archive: Database, directory: Path, capture_id: str, *, decoded: bool = False) -> Iterator[bytes]:
    """Yield a capture's payload, block by block: its own, or for a revisit that of the capture it is the same as.

    ``directory`` is the archive's own, which the captures' paths are relative to. The bytes are those received, which hash
    to the row's ``sha256``; with ``decoded`` they are what the server compressed. They are not bounded: a small capture may
    decode to gigabytes. Raises CaptureError if the capture is unknown, or its record cannot be read.
    """
    holder = next(archive.query(HOLDER, [capture_id]), None)
    if holder is None:
        raise CaptureError(f"no capture {capture_id}, or none of the body that it refers to")
    yield from read_payload(holder, directory, decoded=decoded)


def read_payload(holder: Mapping[str, Any], directory: Path, *, decoded: bool = False) -> Iterator[bytes]:
    """Yield the payload of a row of ``captures`` whose own record holds it, as `payload` does. Raises CaptureError."""
    with open_record(holder, directory) as record:
        stream = record.content_stream() if decoded else record.raw_stream
        while block := stream.read(BLOCK):
            yield block


@contextmanager
def open_record(capture: Mapping[str, Any], directory: Path) -> Iterator[ArcWarcRecord]:
    """Open the WARC record of a row of ``captures``.

    Raises CaptureError if another record or none is there, and for whatever fails while the record is read.
    """
    path = directory / capture["warc_file"]
    try:
        with path.open("rb") as stream:
            stream.seek(capture["warc_offset"])
            record = next(iter(ArchiveIterator(stream)), None)
            if record is None:
                raise CaptureError(f"{path} ends before offset {capture['warc_offset']}")
            if record.rec_headers["WARC-Record-ID"] != capture["id"]:
                raise CaptureError(f"{path} has another record at offset {capture['warc_offset']}")
            yield record
    except FileNotFoundError as error:
        raise CaptureError(f"{path} is not there") from error
    # AttributeError is what warcio raises for a record that is cut off among its headers.
    except (OSError, EOFError, ArchiveLoadFailed, ValueError, AttributeError) as error:
        raise CaptureError(f"{path} cannot be read at offset {capture['warc_offset']}: {error}") from error


def sha256_of(blocks: Iterator[bytes]) -> str:
    """Return the SHA-256 of a payload in hexadecimal digits."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


class EarlierCaptures:
    """What the archive holds of an address, for the capture of what it answers now."""

    def __init__(self, archive: Database, directory: Path) -> None:
        self.archive = archive
        self.directory = directory

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the archive that the settings name, until the crawl ends."""
        path = Path(crawler.settings["ARCHIVE_DB"])
        captures = cls(open_archive(path), path.parent)
        crawler.signals.connect(captures.close, signal=signals.spider_closed)
        return captures

    def close(self) -> None:
        """Close the archive."""
        self.archive.close()

    def same_payload(self, url: str, sha256: str) -> dict[str, Any] | None:
        """Return a capture of this address that holds this payload. A body that can no longer be read is not referred to, but kept anew."""
        return self._if_readable(first_row(self.archive, SAME_PAYLOAD, [url, sha256]))

    def unmodified(self, url: str, etag: str | None, last_modified: str | None) -> dict[str, Any] | None:
        """Return the capture that holds what this address answered together with these validators, if it can still be read."""
        return self._if_readable(first_row(self.archive, UNMODIFIED, [url, etag, last_modified]))

    def unread(self, url: str, before: str) -> dict[str, Any] | None:
        """Return what a crawl that was killed before this moment received from this address and had not read yet, if it can be read."""
        found = self._if_readable(first_row(self.archive, UNREAD, [url, before]))
        if found is None:
            return None
        with open_record(found, self.directory) as record:
            fields = list(record.http_headers.headers)
        return found | {"fields": fields, "body": b"".join(payload(self.archive, self.directory, found["id"]))}

    def _if_readable(self, earlier: dict[str, Any]) -> dict[str, Any] | None:
        if not earlier:
            return None
        try:
            return earlier if sha256_of(payload(self.archive, self.directory, earlier["id"])) == earlier["sha256"] else None
        except CaptureError:
            return None
