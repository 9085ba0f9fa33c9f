"""An index of WARC files as web archives replay from it: CDXJ, one line an answer, sorted by address and time."""

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from pipelines.surt import surt_key

BLOCK = 1 << 16
ANSWERS = ("response", "revisit")
# Of a page that the server says is unmodified, pywb would show the 304, which is blank, and not the answer that it stands for.
NOT_REPLAYED = "304"
# Content-Type: text/html; charset=utf-8
MEDIA_TYPE_END = re.compile(r"[;\s]")
GZIP = zlib.MAX_WBITS + 16


class Index:
    """The lines of many WARC files, kept outside memory, given back in the order of their bytes."""

    def __init__(self) -> None:
        # A database without a name is a temporary file as soon as it is no longer small.
        self.lines = sqlite3.connect("")
        self.lines.execute("CREATE TABLE lines (line TEXT, file TEXT, start INTEGER, PRIMARY KEY (file, start)) WITHOUT ROWID")

    def add(self, path: Path) -> int:
        """Index a WARC file; return how many of its bytes are whole records. What a killed crawl left behind them is passed over."""
        end = 0
        with path.open("rb") as file:
            for start, length in whole_members(path):
                file.seek(start)
                record = next(iter(ArchiveIterator(file)))
                if record.rec_type in ANSWERS:
                    is_replayed = record.http_headers.get_statuscode() != NOT_REPLAYED
                    line = index_line(record, path.name, start, length) if is_replayed else None
                    self.lines.execute("INSERT INTO lines VALUES (?, ?, ?)", [line, path.name, start])
                end = start + length
        return end

    def holds(self, file: str, start: int) -> bool:
        """Tell whether an answer that begins there was met, be it one that is replayed or not."""
        return self.lines.execute("SELECT 1 FROM lines WHERE file = ? AND start = ?", [file, start]).fetchone() is not None

    def write(self, path: Path) -> int:
        """Write the index; return the number of its lines."""
        count = 0
        with path.open("w", encoding="ascii") as file:
            for (line,) in self.lines.execute("SELECT line FROM lines WHERE line IS NOT NULL ORDER BY line"):
                file.write(f"{line}\n")
                count += 1
        return count


def index_line(record: ArcWarcRecord, file: str, start: int, length: int) -> str:
    """Return the line of a response or revisit that lies in so many bytes of a WARC file."""
    headers, answer = record.rec_headers, record.http_headers
    url = headers["WARC-Target-URI"]
    media_type = "warc/revisit" if record.rec_type == "revisit" else answer["Content-Type"]
    fields = {
        "url": url,
        "mime": MEDIA_TYPE_END.split(media_type, maxsplit=1)[0] if media_type is not None else None,
        "status": answer.get_statuscode(),
        "digest": headers["WARC-Payload-Digest"],
        "length": str(length),
        "offset": str(start),
        "filename": file,
    }
    timestamp = re.sub(r"\D", "", headers["WARC-Date"])[:14]
    return f"{surt_key(url)} {timestamp} {json.dumps({name: value for name, value in fields.items() if value is not None})}"


def whole_members(path: Path, start: int = 0) -> Iterator[tuple[int, int]]:
    """Yield start and length of each gzip member, which is a record, from an offset up to the first that is cut short or damaged."""
    with path.open("rb") as file:
        file.seek(start)
        rest = b""
        while True:
            member = zlib.decompressobj(GZIP)
            length = 0
            while not member.eof:
                block = rest or file.read(BLOCK)
                if not block:
                    return
                try:
                    member.decompress(block)
                except zlib.error:
                    return
                length += len(block) - len(member.unused_data)
                rest = member.unused_data
            yield start, length
            start += length


def end_of_records(path: Path, start: int) -> int | None:
    """Return where the last whole record ends, of those from an offset on; None if the one that begins there is not whole."""
    return max((first + length for first, length in whole_members(path, start)), default=None)
