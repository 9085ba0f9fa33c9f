"""Which text is the body: that of the page, or that of a file that the page embeds or links."""

import re
from urllib.parse import unquote, urlsplit

import lxml.html

from pipelines.files import file_kind, read_file
from pipelines.headings import NUMBERED, TITLE_WORD
from pipelines.paragraphs import paragraphs_of, squeeze
from pipelines.record import Document, Fetched
from pipelines.states import state_of_answer
from pipelines.step1_decode import decode_bytes
from pipelines.unreadable import UnreadableFileError

LONGEST_COVER = 600
"""Characters; a page with more text of its own is the notice itself, whatever is attached to it."""
FEWEST_PARTS = 3
"""A short page with so many numbered parts is a short notice."""
# What comes after «附件：1.…» are names of files.
ATTACHMENTS = re.compile(r"^附件")
# Tables and archives beside a notice are not the notice.
BESIDE_THE_NOTICE = {"XLSX", "ZIP", "RAR"}
# Word saves «.doc» as a page of HTML, too.
DOCUMENT_NAME = re.compile(r"\.(?:docx?|wps|txt|rtf)$", re.IGNORECASE)
MARKUP = re.compile(r"<(?:html|body|p|div)\b", re.IGNORECASE)
SERVER_ERROR = 500


class FetchError(Exception):
    """A file did not answer this time; it may the next."""


def is_cover(text: str) -> bool:
    """Tell whether a page's own text is too little to be a notice, so that the notice may be in a file."""
    own: list[str] = []
    for line in text.split("\n"):
        if ATTACHMENTS.match(line):
            break
        own.append(line)
    parts = sum(bool(NUMBERED.match(line)) for line in own)
    return len(squeeze("".join(own))) < LONGEST_COVER and parts < FEWEST_PARTS


def find_body(document: Document) -> tuple[Fetched, list[str]] | None:
    """Return the file of the document that is the notice, with its paragraphs; None where the page's own text is the body.

    Raises UnreadableFileError where the notice is in a file that cannot be read, FetchError where one did not answer.
    """
    if not document.files or not is_cover(document.text or ""):
        return None
    texts: list[tuple[Fetched, list[str]]] = []
    faults: list[Exception] = []
    for file in document.files:
        try:
            if paragraphs := _paragraphs(file):
                texts.append((file, paragraphs))
        except (UnreadableFileError, FetchError) as error:
            faults.append(error)
    own = len(squeeze(document.text or ""))
    longer = [found for found in texts if len(squeeze("".join(found[1]))) > own]
    if longer:
        return max(longer, key=lambda found: _likeness(found, document.title))
    if faults:
        raise faults[0]
    return None


def _likeness(found: tuple[Fetched, list[str]], title: str | None) -> tuple[bool, bool, int]:
    """Order files by how surely they are the notice: one that begins with the page's title, one named so, the longest."""
    file, paragraphs = found
    beginning = squeeze("".join(paragraphs[:4]))
    return (
        bool(title) and squeeze(title or "") in beginning,
        bool(TITLE_WORD.search(paragraphs[0] + file.label)),
        len("".join(paragraphs)),
    )


def _paragraphs(file: Fetched) -> list[str]:
    """Return a file's paragraphs; none where it is not what a notice is written in."""
    name = unquote(urlsplit(file.url).path).rpartition("/")[2] or file.url
    if file.error is not None or (file.status or 0) >= SERVER_ERROR:
        raise FetchError(f"the file with the body ({file.url}): {file.error or f'status {file.status}'}")
    if file.status is None:
        raise UnreadableFileError(f"文件在别的网站上，没有采集（{file.url}）")
    if file.status != 200:
        raise UnreadableFileError(f"文件取不到，HTTP {file.status}（{name}）")
    kind = file_kind(file.content)
    if kind in BESIDE_THE_NOTICE:
        return []
    try:
        return read_file(file.content) if kind else _decoded(file)
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{error}（{name}）") from error


def _decoded(file: Fetched) -> list[str]:
    """Return the paragraphs of a file that is text or HTML. Raises UnreadableFileError for a page in the file's place."""
    decoded = decode_bytes(file.content, file.content_type) if file.content.strip() else None
    if decoded is None:
        raise UnreadableFileError("文件是空的，或不是 PDF、DOCX、DOC、RTF 或文本")
    text, _ = decoded
    if (state := state_of_answer(file.status, text, None)) != "live":
        raise UnreadableFileError("下载要求验证码" if state == "challenged" else "下载被拒绝或文件不存在")
    if not MARKUP.search(text):
        return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if not any(DOCUMENT_NAME.search(name) for name in (urlsplit(file.url).path, file.url, file.label)):
        raise UnreadableFileError("下载得到的是网页，不是文件")
    return paragraphs_of(lxml.html.document_fromstring(text))
