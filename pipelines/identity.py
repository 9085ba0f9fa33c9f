"""When two addresses are one page, and when two texts are one notice.

An address is known by its key: what is left when scheme, ``www.``, ports of public hosts, sessions and
spellings are taken away. A text is known by the SHA-256 of its characters, and by a MinHash signature whose
bands stand in an indexed table: a new notice is compared with the few that share a band, and not with all.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from sqlite_utils import Database
from w3lib.url import canonicalize_url, url_query_cleaner

from pipelines.paragraphs import squeeze
from pipelines.record import Document, Notice
from pipelines.rows import add_rows

# Ports under which one public site answers twice: :8080 beside :80. On loopback the port is the site.
TWIN_PORTS = {None, 80, 443, 8080}
# /art_1_2.html;jsessionid=0A1B: Java servers put the session into the path.
SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
SESSION_PARAMETERS = ("PHPSESSID", "jsessionid", "JSESSIONID", "sessionid", "session_id", "ASP.NET_SessionId", "eqid")
INDEX_FILE = re.compile(r"(?<=/)index\.s?html?$", re.IGNORECASE)
# %CD%A8 is 通 in GBK, %E9%80%9A the same in UTF-8: old sites list one file in either.
ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+(?:%[4-9A-Fa-f][0-9A-Fa-f]|%[89A-Fa-f][0-9A-Fa-f])*")

ADDRESSES_REMEMBERED = 1024
"""One page's key is asked for several times while it is stored."""
SHORTEST_COMPARED = 200
"""Characters: a shorter text (见附件) may well be the same in two notices."""
SAME_SIMILARITY = 0.95
"""Share of common shingles from which two texts are one."""
SHINGLE = 5
# A signature of 64 values cut into 8 bands of 8: of two texts that share 95 % of their shingles, two in ten thousand pairs share no band.
PERMUTATIONS = 64
BANDS = 8
# Two signatures that agree in fewer places than this are of texts well below SAME_SIMILARITY.
LEAST_AGREEMENT = 0.8
# Figures, dates and ordinals tell two years, or two branches of one body, apart: 追缴3万元 and 追缴5万元, 第一支部 and 第二支部.
NUMBER = re.compile(r"[0-9０-９][0-9０-９.．,，]*|[〇零一二三四五六七八九十百千万两]+")
# Two notices that both know one of these, and know it otherwise, are two.
TELLING = ("inspected_body_raw", "inspected_body", "issuing_body", "inspection_start", "feedback_date")
PUNCTUATION = re.compile(r"[^\w]+|_+")


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def address_key(url: str) -> str:
    """Return what one page has in common under all its addresses; an address that cannot be read is its own key."""
    try:
        parts = urlsplit(SESSION_IN_PATH.sub("", ESCAPED.sub(_as_utf8, url)))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    if _is_public(host):
        host = host.removeprefix("www.").removeprefix("m.")
        port = None if port in TWIN_PORTS else port
    named = f"[{host}]" if ":" in host else host
    path = INDEX_FILE.sub("", parts.path)
    plain = f"http://{named}{f':{port}' if port else ''}{path}{f'?{parts.query}' if parts.query else ''}"
    return canonicalize_url(url_query_cleaner(plain, SESSION_PARAMETERS, remove=True, unique=False)).removeprefix("http:")


def _as_utf8(run: re.Match[str]) -> str:
    """Return escaped Chinese characters as bytes of UTF-8; what is neither UTF-8 nor GB18030 stays as it is."""
    escaped = unquote_to_bytes(run[0])
    for encoding in ("utf-8", "gb18030"):
        try:
            return quote(escaped.decode(encoding))
        except UnicodeError:
            continue
    return run[0]


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the text less its white space, by which versions are told apart."""
    return hashlib.sha256(squeeze(text).encode()).hexdigest()


def shingles(text: str) -> set[str]:
    """Return every five neighbouring characters of the text; white space does not count."""
    squeezed = squeeze(text)
    return {squeezed[start : start + SHINGLE] for start in range(max(len(squeezed) - SHINGLE + 1, 1))}


def similarity(first: str, second: str) -> float:
    """Return the share of the two texts' shingles that both have (Jaccard)."""
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other)


def signature(text: str) -> bytes:
    """Return the MinHash of the text: 64 numbers of four bytes."""
    # The import takes a second, which commands that store nothing do not need to wait for.
    from datasketch import MinHash

    minhash = MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32")
    minhash.update_batch([shingle.encode() for shingle in sorted(shingles(text))])
    return b"".join(int(value).to_bytes(4, "big") for value in minhash.hashvalues)


def bands(minhash: bytes) -> list[int]:
    """Return one number for each band of the signature, as SQLite stores it: texts that share one may be alike."""
    width = len(minhash) // BANDS
    cut = (minhash[start : start + width] for start in range(0, len(minhash), width))
    digests = (hashlib.blake2b(bytes([number]) + band, digest_size=8).digest() for number, band in enumerate(cut))
    return [int.from_bytes(digest, "big", signed=True) for digest in digests]


def index_text(archive: Database, number: int, text: str, minhash: bytes | None = None) -> None:
    """Make a notice's text findable by `find_same`, in the stead of the one it had; short texts are not compared.

    ``minhash`` is the text's `signature`, where it is known.
    """
    archive.conn.execute("DELETE FROM bands WHERE notice_id = ?", [number])
    archive.conn.execute("DELETE FROM signatures WHERE notice_id = ?", [number])
    if len(squeeze(text)) < SHORTEST_COMPARED:
        return
    minhash = minhash or signature(text)
    add_rows(archive, "signatures", [{"notice_id": number, "text_sha256": text_sha256(text), "minhash": minhash}])
    add_rows(archive, "bands", [{"value": value, "notice_id": number} for value in bands(minhash)], ignore=True)


def find_same(archive: Database, document: Document) -> int | None:
    """Return the notice that has this document's text already, or None.

    An equal text is the same notice, unless another body is inspected. A text that is nearly equal is the same
    notice if the title or a body is the same, and no number differs. Templates are alike, and are none.
    """
    text = document.text or ""
    if len(squeeze(text)) < SHORTEST_COMPARED:
        return None
    minhash = document.minhash or signature(text)
    return next((number for number in _candidates(archive, text, minhash) if _is_same(_stored(archive, number), document)), None)


def is_still_same(archive: Database, number: int, document: Document) -> bool:
    """Tell whether `find_same` takes a stored notice and the document for one."""
    return _is_same(_stored(archive, number), document)


def _candidates(archive: Database, text: str, minhash: bytes) -> Iterator[int]:
    """Yield the notices with an equal text, then those whose signature is much the same."""
    equal = archive.execute("SELECT notice_id FROM signatures WHERE text_sha256 = ? ORDER BY notice_id", [text_sha256(text)]).fetchall()
    yield from (number for (number,) in equal)
    values = bands(minhash)
    marks = ", ".join("?" * len(values))
    alike = archive.execute(
        f"SELECT notice_id, minhash FROM signatures WHERE notice_id IN (SELECT notice_id FROM bands WHERE value IN ({marks}))"  # noqa: S608 - question marks
        " ORDER BY notice_id",
        values,
    ).fetchall()
    yield from (number for number, stored in alike if (number,) not in equal and _agreement(stored, minhash) >= LEAST_AGREEMENT)


def _agreement(first: bytes, second: bytes) -> float:
    """Return in how many of their numbers two signatures agree: about what share of their shingles two texts have in common."""
    return sum(first[at : at + 4] == second[at : at + 4] for at in range(0, len(first), 4)) / PERMUTATIONS


def _stored(archive: Database, number: int) -> dict[str, Any]:
    """Return what tells a stored notice from others: title, text, bodies, the days of its inspection."""
    query = f"SELECT title, text, {', '.join(TELLING)} FROM notices JOIN texts ON texts.notice_id = notices.id WHERE notices.id = ?"  # noqa: S608 - our own names
    return next(archive.query(query, [number]))


def _is_same(stored: dict[str, Any], document: Document) -> bool:
    notice = document.notice or Notice()
    text, title = document.text or "", document.title or ""
    titled = _plain(stored["title"] or "") == _plain(title)
    if squeeze(stored["text"]) == squeeze(text):
        return titled or not _differs(stored, notice, "inspected_body_raw")
    named = titled or any(_equals(stored, notice, name) for name in ("inspected_body", "issuing_body"))
    if not named or any(_differs(stored, notice, name) for name in TELLING):
        return False
    if not _numbers_agree(f"{stored['title']}\n{stored['text']}", f"{title}\n{text}"):
        return False
    return similarity(stored["text"], text) >= SAME_SIMILARITY


def _plain(title: str) -> str:
    """Return the title without white space and punctuation: brackets and dashes come and go with the site."""
    return PUNCTUATION.sub("", title)


def _equals(stored: dict[str, Any], notice: Notice, name: str) -> bool:
    return stored[name] is not None and stored[name] == getattr(notice, name)


def _differs(stored: dict[str, Any], notice: Notice, name: str) -> bool:
    """Tell whether both know it, and know it otherwise."""
    return stored[name] is not None and getattr(notice, name) is not None and stored[name] != getattr(notice, name)


def _numbers_agree(first: str, second: str) -> bool:
    """Tell whether the numbers of one are all among the other's: a copy may lack a line, but not change a figure."""
    one, other = Counter(NUMBER.findall(first)), Counter(NUMBER.findall(second))
    return one <= other or other <= one
