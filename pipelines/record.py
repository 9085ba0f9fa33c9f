"""The record: what is known about one page, filled in step by step.

Unknown is None, never a default and never a guess. Dates are ISO 8601 strings,
exactly as precise as the page: ``2019``, ``2019-08``, ``2019-08-02``.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from typing import Any, Literal

Level = Literal["中央", "省级", "市级", "县级", "单位"]
Place = Literal["text", "title", "page"]
Role = Literal["被巡察", "巡察", "公布"]
State = Literal["live", "changed", "missing", "gone", "moved", "blocked", "challenged", "error"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words one value was read from.

    ``start`` and ``end`` are character offsets into the text or the title, so that
    ``text[start:end] == quote``. Where ``place`` is "page" the words stand outside both,
    in the page's own declarations (meta tags, the site's declared division), and the
    offsets are None.
    """

    quote: str
    start: int | None
    end: int | None
    rule: str
    place: Place = "text"


@dataclass(frozen=True, slots=True)
class Problem:
    """One heading that states a problem the inspection fed back, with what was done about it."""

    number: str
    """As printed: （一）, 1., 问题01; empty where the notice does not number."""
    depth: int
    """1 for the outermost problem, one more for each level below it."""
    leaf: bool
    """No further problem stands below this one."""
    problem: str
    measures: str | None
    status: str | None
    """已完成 基本完成 正在推进 长期坚持 未完成, or None where the notice names none."""
    start: int
    end: int
    """Offsets of the whole item, heading and measures, in the text."""
    problem_start: int
    problem_end: int
    """Offsets of the statement: ``text[problem_start:problem_end] == problem``."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One counted or measured result, with the words it stands in."""

    kind: str
    value: float
    """The number; of a range (3至5万元) the lower end."""
    unit: str
    quote: str
    start: int
    end: int
    problem: int | None
    """Position in ``Notice.problems`` of the problem it stands under."""
    upper: float | None
    """The upper end of a range, else None."""
    word: str
    """The word that tells the kind: 清退, 诫勉."""
    about: bool
    """The number is inexact as written: 30余万元."""
    counted: bool
    """It is part of the notice's total; False where another figure includes it, or where its kind does not add up."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach the inspected body.

    An address stands as printed; of numbers and e-mails, spaces inside are left out and full-width characters
    made half-width. ``start`` and ``end`` are offsets of the printed form in the text.
    """

    kind: Literal["phone", "email", "address", "postcode"]
    value: str
    start: int
    end: int
    extension: str | None = None
    """Of a telephone: what is dialled behind its number."""


@dataclass(frozen=True, slots=True)
class InspectionPeriod:
    """One stretch of days on which the inspection took place; it has several where it was interrupted."""

    first_day: str | None
    last_day: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in the text that was read and not believed, or believed although another part of the notice speaks against it."""

    field: str
    """The field of the record that it concerns."""
    reason: str
    """What is wrong, in Chinese."""
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedBody:
    """One organisation that the notice names as inspected, inspecting or issuing; a notice may have several of a role."""

    role: Role
    raw: str
    """As written, spaces left out."""
    name: str
    """With its place and its party ending, as far as they can be told."""
    quote: str
    start: int | None
    end: int | None
    place: Place
    """Where the words stand, as in `Evidence`."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What all spellings of an organisation's name have in common."""

    key: str
    former_until: int | None
    """The year in which this spelling went out of use, where it is an older name."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text that no rule understood: in no problem, and no known part of a notice."""

    start: int
    end: int
    paragraphs: int
    characters: int
    """Letters and digits, without punctuation and spaces."""


@dataclass(slots=True)
class Notice:
    """One 整改通报, read. Field for field the record of the data dictionary."""

    issuing_body: str | None = None
    inspected_body_raw: str | None = None
    inspected_body: str | None = None
    inspecting_body_raw: str | None = None
    inspecting_body: str | None = None
    inspection_team: str | None = None
    inspection_level: Level | None = None
    inspection_types: list[str] = field(default_factory=list)
    round: int | None = None
    inspection_start: str | None = None
    inspection_end: str | None = None
    periods: list[InspectionPeriod] = field(default_factory=list)
    feedback_date: str | None = None
    signed_date: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    division_code: str | None = None
    bodies: list[NamedBody] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    totals: dict[str, float | None] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    unparsed: list[Stretch] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)


LISTS = {
    "problems": "problems",
    "figures": "figures",
    "contacts": "contacts",
    "periods": "periods",
    "doubts": "doubts",
    "bodies": "notice_bodies",
    "unparsed": "unparsed",
}
"""Fields of `Notice` that are rows of tables of their own, and the names of these tables."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the site's YAML declares and the steps may use."""

    id: str
    name: str
    url: str
    software: str
    division: str
    """GB/T 2260 code of the division that the site belongs to."""
    area: str | None = None
    """Name of a place that GB/T 2260 does not list (金普新区), in the division's stead."""
    body: str | None = None
    """CSS selector of the body container."""
    replica: bool = False
    """Served on loopback, for tests and demos."""


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
    html: str | None = None
    """Step 1: the characters of a later page."""
    filled_in: bool = False
    """Step 1 has put it where the page's script asks for it, or shows it in a frame, so that it is no later page."""


@dataclass(slots=True)
class Document:
    """One fetched page on its way through the steps; each step fills in its own part."""

    url: str | None
    content: bytes
    content_type: str | None = None
    site: Site | None = None
    kind: Literal["list", "article"] = "article"
    final_url: str | None = None
    status: int | None = None
    error: str | None = None
    """Why there is no answer (a timeout, a refused connection, robots.txt), else None."""
    refused: bool = False
    """There is no answer because the host refuses to be asked."""
    fetched_at: str | None = None
    capture: str | None = None
    """WARC-Record-ID of the stored answer."""
    list_title: str | None = None
    list_date: str | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    """What a list page lists: url, title, date, candidate."""
    walked: str | None = None
    """Address of the column of which this list page was the last one."""
    incremental: bool = False
    """That walk was to stop where nothing is new, and says nothing of what stands behind."""
    barren: bool = False
    """Of a page that a link led to: it lists nothing new and leads nowhere."""
    headers: dict[str, str] = field(default_factory=dict)
    steps: list[Callable[["Document"], None]] = field(default_factory=list)
    """What the crawl's pipelines have put down, to be done by a worker."""
    parts: list[Fetched] = field(default_factory=list)
    """The later pages of a body that is split over several, in their order; before them the pages in the page's frames."""
    files: list[Fetched] = field(default_factory=list)
    """The files of a page that has little text of its own: the notice may be one of them."""
    override: tuple[bool, str] | None = None
    """What a person decided: whether the page is a notice, and why; goes before what step 3 finds."""
    # step 1, decode
    html: str | None = None
    encoding: str | None = None
    state: State | None = None
    file_kind: str | None = None
    """PDF, DOCX … where the answer is a file and no page."""
    # step 2, extract
    title: str | None = None
    published: str | None = None
    text: str | None = None
    extractor: str | None = None
    """Which extraction the text was taken from: the selector of a container, or trafilatura."""
    page_evidence: dict[str, Evidence] = field(default_factory=dict)
    """Where title and publication date stand on the page."""
    unreadable: str | None = None
    """Why the file that holds the body cannot be read (a scan, an old format), in Chinese; ``text`` is then None."""
    # step 3, classify
    is_notice: bool | None = None
    reason: str | None = None
    # step 4, read
    notice: Notice | None = None
    # for step 5, store
    minhash: bytes | None = None
    """The text's `identity.signature`, where a worker has made it."""
    tokens: tuple[str, str, str] | None = None
    """What the notice is to the search indexes, where a worker has made it."""
    organisations: dict[str, Organisation] = field(default_factory=dict)
    """What each body's name means, where a worker has told it."""


def as_record(document: Document, *, identifier: object, versions: dict[str, str]) -> dict[str, Any]:
    """Return the document as `zhenggai read` prints it; facts are null where the page is no notice."""
    notice = document.notice or Notice()
    record: dict[str, Any] = {
        "id": identifier,
        "url": document.url,
        "title": document.title,
        "published": document.published,
        "is_notice": bool(document.is_notice),
        "reason": document.reason,
    }
    record |= {f.name: getattr(notice, f.name) for f in fields(Notice) if f.name not in LISTS and f.name != "evidence"}
    record["periods"] = [asdict(period) for period in notice.periods]
    record["bodies"] = [as_row(body) for body in notice.bodies]
    record["totals"] = {name: int(value) if value is not None and value.is_integer() else value for name, value in notice.totals.items()}
    record["text"] = document.text
    record["problems"] = [
        {"number": p.number, "depth": p.depth, "leaf": p.leaf, "problem": p.problem, "measures": p.measures, "status": p.status}
        | {"start": p.start, "end": p.end}
        for p in notice.problems
    ]
    record["figures"] = [asdict(figure) for figure in notice.figures]
    record["contacts"] = _contacts(notice.contacts)
    record["doubts"] = [asdict(doubt) for doubt in notice.doubts]
    record["unparsed"] = {
        "characters": sum(stretch.characters for stretch in notice.unparsed),
        "paragraphs": sum(stretch.paragraphs for stretch in notice.unparsed),
        "parts": [asdict(stretch) for stretch in notice.unparsed],
    }
    record["evidence"] = {
        name: {"quote": e.quote, "start": e.start, "end": e.end, "in": e.place, "rule": e.rule}
        for name, e in (document.page_evidence | notice.evidence).items()
    }
    record["versions"] = versions
    return record


def as_row(item: Any) -> dict[str, Any]:
    """Return an item of one of the record's lists as it is printed and stored: its ``place`` is called ``in``, as in the evidence."""
    return {column: getattr(item, name) for name, column in _columns(item.__class__)}


@cache
def _columns(kind: type) -> list[tuple[str, str]]:
    """Return the fields of a class whose items are flat, each with its column; `asdict` would copy every value of every row."""
    return [(field.name, "in" if field.name == "place" else field.name) for field in fields(kind)]


def _contacts(contacts: list[Contact]) -> dict[str, Any]:
    """Phones, each with its extension, and e-mails are lists; of addresses and postcodes the first stands for all."""
    values: dict[str, list[str]] = {"phone": [], "email": [], "address": [], "postcode": []}
    for contact in contacts:
        values[contact.kind].append(f"{contact.value}转{contact.extension}" if contact.extension else contact.value)
    return {
        "phones": values["phone"],
        "emails": values["email"],
        "address": next(iter(values["address"]), None),
        "postcode": next(iter(values["postcode"]), None),
    }
