"""An article whose answers are being gathered: its page, those in its frames, the later pages of its body, its files."""

from collections import deque
from dataclasses import dataclass, field

from scrapy.http import Response

from crawler.entries import decode_list
from crawler.errors import UnreadableListError
from crawler.headers import joined_headers
from crawler.items import Fetched, Page
from crawler.links import LONGEST_COVER, Link, files_of, frames_of, further_parts, part_number, prose_length
from crawler.markup import Markup
from crawler.units import fragment_of, units_of
from crawler.urls import is_on_hosts

MOST_HOPS = 5
"""Redirects by script that lead from one page to the next."""
MOST_PARTS = 60
"""Later pages of one body; a notice has no more, and what has more is not taken for one."""
MOST_FRAMES = 4
"""Frames of one article that are looked into, those within frames included."""
MOST_BYTES = 64 * 1024**2
"""Of one article's files together; those after that are not asked for."""
MARKUP_WITHIN = 1024
BINARY = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"{\\rtf")


def page_of(response: Response) -> Markup | None:
    """Return an answer that is a page; None for a file and for any status but 200."""
    is_page = response.status == 200 and b"<" in response.body[:MARKUP_WITHIN] and not response.body.startswith(BINARY)
    return Markup(decode_list(response.body), response.url) if is_page else None


@dataclass(slots=True)
class Article:
    """What is there of an article, and what is still to be fetched."""

    page: Page
    hosts: frozenset[str]
    kept: bool = False
    """A killed crawl received its page; what belongs to it may have come then, too."""
    known: set[str] = field(default_factory=set)
    """Addresses of later pages met so far."""
    frames: set[str] = field(default_factory=set)
    """Addresses of frames met so far."""
    wanted_frames: deque[Link] = field(default_factory=deque)
    wanted_parts: deque[Link] = field(default_factory=deque)
    wanted_files: deque[Link] = field(default_factory=deque)
    asked: Link = field(default_factory=lambda: Link(""))
    """What was asked for last, and whether it was a later page or a frame's."""
    asked_part: bool = False
    split: str = ""
    """Address of the page whose body the later pages go on with: the first one's, or that of the frame which holds the text."""

    def find_more(self, markup: Markup | None) -> None:
        """Note what the article's first page leads to."""
        if markup is None:
            return
        # A page that sends its reader to itself with a query (a.html?jump=1) links its later pages without: a_2.html.
        is_itself = self.address.partition("?")[0] == self.page.url
        self.split = self.page.url if is_itself else self.address
        self.wanted_parts.extend(Link(unit.address(markup.base), by_script=True) for unit in units_of(markup.html) if unit.is_body)
        self._find_parts(markup)
        if not self.wanted_parts:
            self._find_frames(markup)
            self.wanted_files.extend(files_of(markup))

    @property
    def address(self) -> str:
        """Where the article's first page stands."""
        return self.page.final_url or self.page.url

    def _find_frames(self, markup: Markup) -> None:
        for link in frames_of(markup):
            if link.url not in self.frames and len(self.frames) < MOST_FRAMES and is_on_hosts(link.url, self.hosts):
                self.frames.add(link.url)
                self.wanted_frames.append(link)

    def _find_parts(self, markup: Markup) -> None:
        for url in further_parts(markup, self.split):
            if url not in self.known and len(self.known) < MOST_PARTS:
                self.known.add(url)
                self.wanted_parts.append(Link(url))
            elif url not in self.known:
                self.page.error = f"its body has more than {MOST_PARTS} pages"

    def next_link(self) -> Link | None:
        """Return what to fetch next, or None when the article is complete; what lies on other sites is noted, not fetched."""
        while wanted := self.wanted_frames or self.wanted_parts or self.wanted_files:
            self.asked_part = wanted is not self.wanted_files
            self.asked = wanted.popleft()
            if not is_on_hosts(self.asked.url, self.hosts):
                self.keep(Fetched(self.asked.url, self.asked.label))
            elif sum(len(file.content) for file in self.page.files) < MOST_BYTES:
                return self.asked
        self.page.parts.sort(key=lambda part: part_number(part.url, self.split) or 0)
        return None

    def take(self, response: Response) -> None:
        """Keep the answer to what was asked for; a later page may lead to still later ones."""
        fetched = Fetched(self.asked.url, self.asked.label, framed=self.asked.framed)
        if is_on_hosts(response.url, self.hosts):
            fetched.status, fetched.content = response.status, response.body
            fetched.content_type = joined_headers(response.headers).get("Content-Type")
            fetched.capture = response.meta.get("capture")
        if self.asked.framed and fetched.content.startswith(BINARY):
            # A frame that shows a file, whatever its address says.
            self.asked_part, fetched.label, fetched.framed = False, "", False
        self.keep(fetched)
        if fetched.framed:
            self._take_frame(response)
        elif self.asked.by_script:
            self._take_unit(response)
        elif self.asked_part and (markup := page_of(response)) is not None:
            self._find_parts(markup)

    def _take_frame(self, response: Response) -> None:
        """A frame's page may hold the text, or the first part of it, or lead to it as the article's page might."""
        markup = page_of(response) if is_on_hosts(response.url, self.hosts) else None
        if markup is None:
            return
        if prose_length(markup.html) > LONGEST_COVER:
            self.split = response.url
            self._find_parts(markup)
            self.wanted_files.clear()
            return
        self._find_frames(markup)
        self.wanted_files.extend(files_of(markup))

    def _take_unit(self, response: Response) -> None:
        """The text that a script fills in may be a cover, too, and lead to a file."""
        if response.status == 200 and self.failure_of(response) is None and not self.wanted_parts:
            self.wanted_files.extend(files_of(Markup(fragment_of(decode_list(response.body)), self.address)))

    def failure_of(self, response: Response) -> str | None:
        """Return why an answer to the page's script holds no text, though its status is 200; None for any other."""
        if not self.asked.by_script or response.status != 200:
            return None
        try:
            fragment_of(decode_list(response.body))
        except UnreadableListError as error:
            return str(error)
        return None

    def keep(self, fetched: Fetched) -> None:
        """Add an answer, or the lack of one, to the page."""
        (self.page.parts if self.asked_part else self.page.files).append(fetched)
