"""What a spider hands on: one fetched page, uninterpreted."""

from dataclasses import dataclass, field
from typing import Literal, TypedDict


class Entry(TypedDict):
    """One line of a list page: the article's canonical address and what the list says of it."""

    url: str
    title: str
    date: str | None
    """ISO 8601, where the list prints a whole date."""


class ListedEntry(Entry):
    """An entry, and whether its title or column makes it worth fetching."""

    candidate: bool


@dataclass(slots=True)
class Fetched:
    """A further answer that belongs to an article: a later page of its body, a frame's page, or a file that it embeds or links."""

    url: str
    label: str = ""
    """The text of the link; empty where the file is embedded; of a frame its address as the article's page writes it."""
    status: int | None = None
    """None where nothing answered (``error`` says why), or nothing was asked, since it lies on another site."""
    content: bytes = b""
    content_type: str | None = None
    error: str | None = None
    capture: str | None = None
    framed: bool = False
    """The article's page shows it in a frame."""


@dataclass(slots=True)
class Page:
    """One address and what it answered.

    Where nothing answered, ``error`` says why, ``status`` is None and ``content`` is empty. A list page that
    answered but is of no use (a status other than 200, no entries) has ``error`` beside its status and content.
    """

    site: dict[str, str | bool | None]
    """id, name, url, software, division, area and body, as the site's YAML declares them; and whether it is a replica."""
    kind: Literal["list", "article"]
    url: str
    """The canonical address as listed; for a list page the address asked, with a form's fields in its query."""
    fetched_at: str
    """ISO 8601, UTC, to the second."""
    final_url: str | None = None
    """The address that answered, after redirects."""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    """The body, decompressed; the capture holds it as received."""
    content_type: str | None = None
    error: str | None = None
    refused: bool = False
    """There is no answer because the host refuses to be asked."""
    capture: str | None = None
    """WARC-Record-ID of the stored answer."""
    list_title: str | None = None
    list_date: str | None = None
    entries: list[ListedEntry] = field(default_factory=list)
    """What a list page lists; empty for articles."""
    parts: list[Fetched] = field(default_factory=list)
    """The later pages of an article whose body is split over several, in their order; before them the pages in its frames."""
    files: list[Fetched] = field(default_factory=list)
    """The files that an article with little text embeds or links."""
    walked: str | None = None
    """Set on the last list page of a walk that came to its end: the address of the column's first page."""
    incremental: bool = False
    """Of a list page: its walk was to stop where nothing is new."""
    barren: bool = False
    """Of a page that a link led to: it lists nothing new and leads nowhere, so that it need not be looked at every night."""
