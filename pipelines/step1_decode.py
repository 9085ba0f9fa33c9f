"""Step 1: bytes become characters, and the answer is given its state.

Sites declare gb2312 and send GBK or GB18030, send UTF-8 under a GBK header, or
declare nothing. So: byte order mark, strict UTF-8, the page's own declaration (every
GB name read as GB18030), GB18030. What fits none of these is garbage and is said to be.
"""

import codecs
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from itemadapter import ItemAdapter
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from pipelines.files import file_kind
from pipelines.interface import failure_in, html_within, read_object
from pipelines.record import Document, Fetched, Site
from pipelines.states import NOT_MODIFIED, state_of_answer
from pipelines.surroundings import FULL_STOP

GB_NAMES = {"gb2312", "gbk", "gb18030", "cp936", "hz"}
# Names of rare places and persons sit in GB18030's four-byte codes, which GBK lacks.
GB_CODEC = "gb18030"
# A page of random bytes decodes under GB18030 surprisingly far, but is full of control characters.
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
MOST_CONTROL_CHARACTERS = 0.005
# <script src="…/unitbuild.js" url="…" queryData="{'pageType':'article','tagId':'文章正文2',…}">
BODY_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# What a page has once, and one within another page cannot have: behind a first </html> nothing would be read.
SKELETON = re.compile(r"<!doctype[^>]*>|</?(?:html|head|body)\b[^>]*>|<title\b.*?</title\s*>", re.IGNORECASE | re.DOTALL)
FRAME = re.compile(r"<i?frame\b[^>]*>(?:\s*</i?frame\s*>)?", re.IGNORECASE)
UNIT = re.compile(r"<\w+\b[^>]*\bquerydata\s*=[^>]*>", re.IGNORECASE)


def decode_bytes(content: bytes, content_type: str | None) -> tuple[str, str] | None:
    """Return (characters, name of the encoding), or None where no encoding fits."""
    for encoding in _encodings(content, content_type):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if len(CONTROL_CHARACTER.findall(text)) <= MOST_CONTROL_CHARACTERS * len(text):
            return text.removeprefix("\ufeff"), encoding
    return _decode_damaged(content, content_type)


def _encodings(content: bytes, content_type: str | None) -> list[str]:
    """Encodings to try, best evidence first; the HTTP header is the weakest."""
    by_mark, _ = read_bom(content)
    declared = html_body_declared_encoding(content)
    by_header = http_content_type_encoding(content_type) if content_type else None
    found = [_python_name(name) for name in (by_mark, "utf-8", declared, GB_CODEC, by_header) if name]
    return list(dict.fromkeys(found))


def _python_name(name: str) -> str:
    """The codec that reads what goes under this name on government sites."""
    return GB_CODEC if name.lower() in GB_NAMES else codecs.lookup(name).name if _is_codec(name) else name


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _decode_damaged(content: bytes, content_type: str | None) -> tuple[str, str] | None:
    """Decode a page with a few broken bytes (a multi-byte character cut in a truncated page)."""
    for encoding in _encodings(content, content_type):
        if not _is_codec(encoding):
            continue
        text = content.decode(encoding, errors="replace")
        if len(CONTROL_CHARACTER.findall(text)) <= MOST_CONTROL_CHARACTERS * len(text):
            return text.removeprefix("\ufeff"), encoding
    return None


def decode_page(document: Document) -> None:
    """Fill ``html`` or ``file_kind``, ``encoding``, ``state`` and, where there is nothing to read, ``error``."""
    if document.status != NOT_MODIFIED:
        # A list without entries has its error already, and may be a block page.
        fault = _decode_content(document) or _decode_parts(document)
        document.error = document.error or fault
    shown = "" if document.file_kind else document.html
    document.state = (
        "blocked" if document.refused else state_of_answer(document.status, shown, document.error, lists_entries=bool(document.entries))
    )


def _decode_content(document: Document) -> str | None:
    """Fill ``html`` and ``encoding``, or ``file_kind`` (step 2 reads the bytes); return why that cannot be done, else None."""
    if not document.content.strip():
        return "the answer is empty"
    document.file_kind = file_kind(document.content)
    if document.file_kind is not None:
        return "the list is a file" if document.kind == "list" else None
    decoded = decode_bytes(document.content, document.content_type)
    if decoded is None:
        return "the answer is no text: its bytes fit neither UTF-8, the declared encoding nor GB18030"
    document.html, document.encoding = decoded
    return failure_in(document.html) if document.kind == "article" else None


def _decode_parts(document: Document) -> str | None:
    """Fill ``html`` of the body's later pages, and show what stands in frames; return why one of the pages cannot be read, else None.

    A page that the site announces and does not have ends the body; any other fault makes the article an error,
    since half a notice is not the notice.
    """
    frames, later = ([part for part in document.parts if part.framed is framed] for framed in (True, False))
    for frame in frames:
        _show_frame(document, frame)
    for number, part in enumerate(later):
        decoded = decode_bytes(part.content, part.content_type) if part.error is None and part.content.strip() else None
        state = state_of_answer(part.status, decoded[0] if decoded else None, part.error)
        if state == "missing":
            document.parts = [*frames, *later[:number]]
            break
        if decoded is None or state != "live":
            return f"page {number + 2} of the body ({part.url}): {part.error or f'{state} (status {part.status})'}"
        part.html = decoded[0]
        part.filled_in = read_object(part.html) is not None
        if part.filled_in and (fault := _fill_in(document, part)):
            return fault
    return None


def _show_frame(document: Document, frame: Fetched) -> None:
    """Put a frame's page where the article's page shows it, or at the end of its body, if sentences or further frames stand in it.

    That it does not answer is no fault as yet: it may as well be a map. Step 2 finds out whether the page lacks its text.
    """
    decoded = decode_bytes(frame.content, frame.content_type) if frame.error is None and frame.content.strip() else None
    if decoded is None or state_of_answer(frame.status, decoded[0], None) != "live":
        return
    if not FULL_STOP.search(decoded[0]) and not FRAME.search(decoded[0]):
        return
    whole = document.html or ""
    end = next((tag.start() for tag in BODY_END.finditer(whole)), len(whole))
    shown = next((tag.span() for tag in FRAME.finditer(whole) if frame.label in unescape(tag[0])), (end, end))
    document.html = f"{whole[: shown[0]]}<div>{SKELETON.sub('', decoded[0])}</div>{whole[shown[1] :]}"
    frame.filled_in = True


def _fill_in(document: Document, part: Fetched) -> str | None:
    """Put what the page's script asks for where the script stands, and it is no later page; return why there is nothing, else None."""
    fragment, html = html_within(part.html or ""), document.html or ""
    if fragment is None:
        return f"the text that its script asks for ({part.url}): {failure_in(part.html or '') or 'the answer holds no HTML'}"
    name = dict(parse_qsl(urlsplit(part.url).query)).get("tagId", "")
    place = next((unit.start() for unit in UNIT.finditer(html) if name in unescape(unit[0])), len(html))
    document.html = html[:place] + fragment + html[place:]
    return None


def document_from_page(page: Any) -> Document:
    """Turn the crawler's `Page` item into the steps' `Document`."""
    values = dict(ItemAdapter(page))
    values["site"] = Site(**values["site"])
    for name in ("parts", "files"):
        values[name] = [Fetched(**ItemAdapter(fetched)) for fetched in values[name]]
    return Document(**values)


class DecodePipeline:
    """Scrapy's face of this step; the first one, so it takes the crawler's own item."""

    def process_item(self, item: Any) -> Document:
        """Turn a `Page` into a `Document`, and put this step down for it."""
        document = document_from_page(item)
        document.steps.append(decode_page)
        return document
