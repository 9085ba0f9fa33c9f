"""When a page is not there though something answers at its address, whatever words the site has for it.

A site that does not say 404 leads from a deleted page to its home page, to a list or to /404.html, or answers in the
page's stead, at its own address, the home page, a text of its own or nothing. No single answer tells that from a site
under repair, a firewall, or a page that was edited. So the site itself is asked: a page that was a notice is missing
where the site leads to such a page, or gives for it what it gives for its home page or for an address that cannot exist,
and gives something else for another article. That two articles are answered alike proves nothing: notices are reposted.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from scrapy.http import Response
from sqlite_utils import Database

from pipelines.identity import address_key, text_sha256
from pipelines.paragraphs import squeeze
from pipelines.record import Document
from pipelines.states import state_of_answer
from pipelines.step1_decode import decode_bytes
from pipelines.step2_extract import parse_page

Ask = Callable[[str], Awaitable[Response | None]]
"""Returns what the site answers at an address; None where nothing does."""

HOME = re.compile(r"/?(?:(?:index|default|home)\.\w+)?", re.IGNORECASE)
# /404.html, /error/404.shtml, /page404.jsp, /not_found.html; and not /info/1035/404.htm, which is article 404, nor /error.html,
# to which a site that is merely down leads as well.
ERROR_PAGE = re.compile(r"/(?:\w*(?:err|404)\w*/)?(?:[a-z_-]*404[a-z_-]*|(?:page)?_?not[_-]?found)(?:\.\w+)?/?", re.IGNORECASE)
# What names an article: 1156034, 20230131, 3f2504e04f8941d39a0c0305e82c3301.
# Not the digits of an escaped character, %E5%B7%A1.
NUMBER = re.compile(r"(?=[a-f]*\d)[0-9a-f]{16,}|(?<!%)(?<!%[0-9A-Fa-f])\d+")
FEWEST_DIGITS = 8
"""Of a number that is beyond all that a site has counted up to; 88888888, and with 19 digits still a number to a database."""
# There the query is not what names the page: /a.html?v=3.
STATIC_FILE = re.compile(r"\.(?:s?html?|xml)$", re.IGNORECASE)
# Visits, clocks, and the number in an address that a page repeats differ from one answer to the next.
DIGIT = re.compile(r"\d")
COMPARED_STATUSES = (200, 404, 410)
FIRST_FAULT = 500
MOST_WITNESSES = 3
"""Other articles asked for until one is there: one that was deleted in the same night tells nothing."""
WITNESSES = """
SELECT url FROM pages WHERE site = ? AND kind = 'article' AND address_key <> ? AND (state IS NULL OR state IN ('live', 'changed'))
ORDER BY listed_date DESC, url DESC LIMIT 200
"""


class UnansweredError(Exception):
    """What an answer is to be compared with did not come; whether the page is missing cannot be told tonight."""


def leads_away(document: Document) -> str | None:
    """Return where a redirect went that ends at the home page or at a page of errors; None for any other."""
    final, home = document.final_url, document.site.url if document.site else None
    if final is None or address_key(final) == address_key(str(document.url)):
        return None
    parts = urlsplit(final)
    if not parts.query and (HOME.fullmatch(parts.path) or (home and address_key(final) == address_key(home))):
        return f"it leads to the home page, {final}"
    return f"it leads to {final}" if ERROR_PAGE.fullmatch(parts.path) else None


def impossible_address(url: str) -> str:
    """Return an address of the same form at which there can be nothing: every number that may name the article is another."""
    parts = urlsplit(url)
    if NUMBER.search(parts.query) and not STATIC_FILE.search(parts.path):
        return parts._replace(query=NUMBER.sub(_other_number, parts.query)).geturl()
    folder, slash, name = parts.path.rstrip("/").rpartition("/")
    stem, dot, ending = name.partition(".")
    other = NUMBER.sub(_other_number, stem) if NUMBER.search(stem) else stem + "8" * FEWEST_DIGITS
    return parts._replace(path=f"{folder}{slash}{other}{dot}{ending}").geturl()


def _other_number(found: re.Match[str]) -> str:
    other = DIGIT.sub("8", found[0].rjust(FEWEST_DIGITS, "0"))
    return other if other != found[0] else DIGIT.sub("7", other)


def form_of(url: str) -> str:
    """Return what the addresses of a site's articles have in common: the address with its numbers made one."""
    return NUMBER.sub("0", url)


def shown(content: bytes, content_type: str | None) -> str:
    """Return what an answer shows, less white space and digits; the markup itself of a page that shows nothing."""
    if not content.strip():
        return ""
    decoded = decode_bytes(content, content_type)
    if decoded is None:
        return hashlib.sha256(content).hexdigest()
    page = parse_page(decoded[0])
    text = squeeze(str(page.text_content())) if page is not None else ""
    return DIGIT.sub("", text or decoded[0])


class Absence:
    """Judges the pages of one site's crawl; asks the site as few questions as it can, and each once."""

    def __init__(self, archive: Database, ask: Ask) -> None:
        self.archive = archive
        self.ask = ask
        self.answers: dict[str, str | None] = {}
        """What was shown at the addresses asked so far; None where nothing can be compared."""
        self.unanswered: set[str] = set()
        self.asking = asyncio.Lock()

    async def find(self, document: Document) -> str | None:
        """Return in what it shows that an article is missing which was a notice; None where it is there, or that is not plain.

        Raises UnansweredError.
        """
        if document.kind != "article" or document.status != 200 or document.unreadable or document.file_kind:
            return None
        if document.state not in ("live", "error") or (document.is_notice and not self._leads_to_other_file(document)):
            return None
        if not self._was_notice(document):
            return leads_away(document) if document.is_notice else None
        own = shown(document.content, document.content_type)
        async with self.asking:
            reason = leads_away(document) or self._leads_to_list(document) or await self._resembles(document, own)
            return reason if reason and await self._has_witness(document, own) else None

    def _leads_to_other_file(self, document: Document) -> bool:
        """Tell whether the notice is that of a file which the page links, and not the one of before: a home page links files, too."""
        is_linked = any(file.url in (document.extractor or "") for file in document.files)
        known = "address_key = ? AND text_sha256 = ?"
        return is_linked and not self._count_pages(known, address_key(str(document.url)), text_sha256(document.text or ""))

    def _leads_to_list(self, document: Document) -> str | None:
        is_list = document.final_url != document.url and self._count_pages("url = ? AND kind = 'list'", str(document.final_url))
        return f"it leads to the list {document.final_url}" if is_list else None

    def _was_notice(self, document: Document) -> bool:
        return self._count_pages("address_key = ? AND kind = 'article' AND notice_id IS NOT NULL", address_key(str(document.url))) > 0

    def _count_pages(self, condition: str, *values: str) -> int:
        (count,) = self.archive.execute(f"SELECT count(*) FROM pages WHERE {condition}", values).fetchone()  # noqa: S608 - our own
        return int(count)

    async def _resembles(self, document: Document, own: str) -> str | None:
        """Return what the answer is equal to that is no article. Raises UnansweredError if a question that was left open might tell."""
        unanswered: UnansweredError | None = None
        for address, reason in self._references(document):
            try:
                if own == await self._shown_at(address):
                    return reason
            except UnansweredError as error:
                unanswered = error
        if unanswered is not None:
            raise unanswered
        return None

    def _references(self, document: Document) -> Iterator[tuple[str, str]]:
        if document.site:
            yield document.site.url, "the site answers its home page in its stead"
        impossible = impossible_address(str(document.url))
        yield impossible, f"the site answers as it does for {impossible}, which cannot exist"

    async def _has_witness(self, document: Document, own: str) -> bool:
        """Tell whether another article of the site, one of the same form if there is one, shows something else."""
        key, form = address_key(str(document.url)), form_of(str(document.url))
        site = document.site.id if document.site else None
        others = [str(url) for (url,) in self.archive.execute(WITNESSES, [site, key]).fetchall()]
        alike = sorted(others, key=lambda url: form_of(url) != form)
        for url in alike[:MOST_WITNESSES]:
            with suppress(UnansweredError):
                if await self._shown_at(url, alive=True) not in (None, own):
                    return True
        return False

    async def _shown_at(self, url: str, *, alive: bool = False) -> str | None:
        """Ask the site for an address, once; one that must be ``alive`` answers 200, and with no page that stands in our way."""
        if url not in self.answers and url not in self.unanswered:
            response = await self.ask(url)
            if response is None or response.status >= FIRST_FAULT:
                self.unanswered.add(url)
            else:
                self.answers[url] = _shown_by(response, alive=alive)
        if url in self.unanswered:
            raise UnansweredError(f"it shows no notice, and {url} does not answer, by which one could tell whether it is missing")
        return self.answers[url]


def _shown_by(response: Response, *, alive: bool) -> str | None:
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    decoded = decode_bytes(response.body, content_type) if response.body.strip() else None
    state = state_of_answer(response.status, decoded[0] if decoded else "", None)
    if response.status not in COMPARED_STATUSES or (alive and state != "live"):
        return None
    return shown(response.body, content_type)
