"""PDF: characters with places become lines, and lines become paragraphs again.

A PDF knows neither. What Chinese typesetting leaves to see: a paragraph begins two characters in and its last line
ends short; a line inside a paragraph ends only where the next word would not have fitted.
"""

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTFigure, LTImage, LTPage
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from pipelines.unreadable import UnreadableFileError

DATA = Path(__file__).parent / "data"
MOST_PAGES = 200
FEWEST_CHARACTERS = 10
"""A page with fewer, beside an image, is a picture of a page."""
# What pdfminer writes for a glyph that the file gives no character for.
NO_CHARACTER = re.compile(r"\(cid:\d+\)")
MOST_NO_CHARACTER = 0.02
SAME_LINE = 0.4
"""Characters whose baselines differ by less than this share of their size stand on one line."""
SAME_PLACE = 0.3
"""A character drawn twice within this share of its width is bold, not double."""
GAP = 0.7
"""A gap between two characters of this share of their size is a space; justified lines stretch by less."""
LATIN_GAP = 0.18
INDENT = 1.2
"""In sizes: a line that begins so far in begins a paragraph."""
DEEPEST_INDENT = 3.0
"""In sizes: what begins further in is centred or stands at the right."""
INDENTED_SHARE = 0.1
"""Where so many lines begin a little way in, paragraphs are indented, and a short line alone does not end one."""
FREE_SHARE = 0.25
"""There, the end of a sentence ends a paragraph if it leaves so much of the line free."""
SENTENCE_END = re.compile(r"[。！？；：.!?;:”’）)》\]]$")
TITLE_SIZE = 1.12
"""Lines so much larger than the body, at the beginning, are the title."""
PARAGRAPH_GAP = 1.45
"""A distance so many times the usual one separates paragraphs."""
SUPPORT = 0.08
"""A margin is where at least this share of the lines begins."""
# «- 3 -», «— 3 —», «第3页 共12页», «3 / 12»
PAGE_NUMBER = re.compile(r"[-—–－─·•\s]+\d{1,3}[-—–－─·•\s]+|第\s*\d{1,3}\s*页.{0,3}(?:共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}")
DIGITS = re.compile(r"\d+")
EDGE_LINES = 2
"""Running heads and page numbers are among so many lines at a page's top and bottom."""
HEAD_SHARE = 0.6
"""A line that stands at the same height on this share of the pages is a running head."""
LATIN = re.compile(r"[A-Za-z0-9@._/%:+\-]")
OPENING = "“‘（《【〔「『([{<〈"
CLOSING = "”’）》】〕」』)]}>〉，。、；：？！,.;:?!%％…·"
# Kangxi radicals in place of the characters they look like: what Chromium writes for 一, 人, 大.
KANGXI = re.compile("[\u2f00-\u2fd5\u2e80-\u2eff]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character in its place."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one page."""

    page: int
    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    first_word: float
    """Width of what may not be broken at its beginning."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the body is set."""

    left: float
    right: float
    size: float
    is_indented: bool
    """Paragraphs begin some way in."""


@dataclass(slots=True)
class Sheet:
    """What one page holds."""

    glyphs: list[Glyph]
    images: int


class Collector(PDFLayoutAnalyzer):
    """Takes characters and images off the pages; no layout analysis, whose cost grows with the square of the page."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager, laparams=None)
        self.sheets: list[Sheet] = []

    def paint_path(self, *_: Any, **__: Any) -> None:
        """Leave out rules and frames."""

    def receive_layout(self, ltpage: LTPage) -> None:
        """Keep a page."""
        items = list(_leaves(ltpage))
        glyphs = [_glyph(item) for item in items if isinstance(item, LTChar) and _is_upright(item)]
        self.sheets.append(Sheet(glyphs, sum(isinstance(item, LTImage) for item in items)))


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a PDF, without running heads and page numbers. Raises UnreadableFileError."""
    # pdfminer warns of every oddity of every font.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    sheets = _read_sheets(content)
    _refuse_pictures(sheets)
    pages = [_lines_of(sheet, number) for number, sheet in enumerate(sheets)]
    lines = [line for page in _without_running_heads(pages) for line in page]
    return [_normal(paragraph) for paragraph in _paragraphs(lines)]


def _read_sheets(content: bytes) -> list[Sheet]:
    manager = PDFResourceManager()
    device = Collector(manager)
    interpreter = PDFPageInterpreter(manager, device)
    try:
        for number, page in enumerate(PDFPage.get_pages(BytesIO(content))):
            if number >= MOST_PAGES:
                raise UnreadableFileError(f"PDF 文件超过 {MOST_PAGES} 页")
            interpreter.process_page(page)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableFileError("PDF 文件已加密") from error
    if not device.sheets:
        raise UnreadableFileError("PDF 文件里没有页")
    return device.sheets


def _refuse_pictures(sheets: Sequence[Sheet]) -> None:
    """Raise UnreadableFileError for scanned pages and for fonts that do not say which characters they draw."""
    pictures = sum(len(sheet.glyphs) < FEWEST_CHARACTERS and sheet.images > 0 for sheet in sheets)
    if pictures * 2 > len(sheets) or not any(sheet.glyphs for sheet in sheets):
        raise UnreadableFileError(f"扫描件：PDF 的 {len(sheets)} 页中有 {pictures} 页是图像，没有文字层")
    glyphs = [glyph.text for sheet in sheets for glyph in sheet.glyphs]
    if sum(bool(NO_CHARACTER.fullmatch(text)) for text in glyphs) > MOST_NO_CHARACTER * len(glyphs):
        raise UnreadableFileError("PDF 的字体没有字符编码，文字不能读取")


def _leaves(item: Any) -> Iterator[Any]:
    for child in item:
        if isinstance(child, LTFigure):
            yield from _leaves(child)
        else:
            yield child


def _is_upright(char: LTChar) -> bool:
    """Whether a character stands straight; a watermark runs across the page."""
    a, b, c, d, _, _ = char.matrix
    return abs(b) + abs(c) < 0.1 * (abs(a) + abs(d))


def _glyph(char: LTChar) -> Glyph:
    return Glyph(char.get_text(), char.x0, char.x1, char.matrix[5], char.height)


def _lines_of(sheet: Sheet, page: int) -> list[Line]:
    """Return a page's lines from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted((glyph for glyph in sheet.glyphs if glyph.size > 0), key=lambda glyph: -glyph.baseline):
        if rows and rows[-1][0].baseline - glyph.baseline < SAME_LINE * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines = (_line(sorted(row, key=lambda glyph: glyph.x0), page) for row in rows)
    return [line for line in lines if line is not None]


def _line(row: list[Glyph], page: int) -> Line | None:
    drawn = _drawn_once(row)
    visible = [glyph for glyph in drawn if glyph.text.strip()]
    if not visible:
        return None
    pieces = [drawn[0].text]
    pieces += [_space(before, glyph) + glyph.text for before, glyph in pairwise(drawn)]
    text = " ".join("".join(pieces).split())
    size = Counter(round(glyph.size, 1) for glyph in visible).most_common(1)[0][0]
    baseline = median(glyph.baseline for glyph in visible)
    return Line(page, text, visible[0].x0, max(glyph.x1 for glyph in visible), baseline, size, _first_word(visible))


def _drawn_once(row: list[Glyph]) -> list[Glyph]:
    drawn: list[Glyph] = []
    for glyph in row:
        twice = drawn and drawn[-1].text == glyph.text and glyph.x0 - drawn[-1].x0 < SAME_PLACE * (glyph.x1 - glyph.x0)
        if not twice:
            drawn.append(glyph)
    return drawn


def _space(before: Glyph, glyph: Glyph) -> str:
    latin = LATIN.fullmatch(before.text[-1:]) and LATIN.fullmatch(glyph.text[:1])
    return " " if glyph.x0 - before.x1 > (LATIN_GAP if latin else GAP) * glyph.size else ""


def _first_word(glyphs: list[Glyph]) -> float:
    """Return the width that must be free at the end of a line for this line's beginning to stand there.

    A number or a Latin word stays whole; an opening bracket takes the next character along, a closing one the one before.
    """
    last = 0
    while last + 1 < len(glyphs):
        here, following = glyphs[last].text, glyphs[last + 1].text
        if not (following[:1] in CLOSING or here[-1:] in OPENING or (LATIN.fullmatch(here[-1:]) and LATIN.fullmatch(following[:1]))):
            break
        last += 1
    return glyphs[last].x1 - glyphs[0].x0


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Take page numbers off, and what stands at the same height on most pages."""
    counted = Counter(key for page in pages for key in {_head_key(line) for line in _edges(page)})
    fewest = max(2, HEAD_SHARE * len(pages))
    heads = {key for key, count in counted.items() if count >= fewest}

    def is_head(line: Line) -> bool:
        number = PAGE_NUMBER.fullmatch(line.text) or line.text == str(line.page + 1)
        return bool(number) or _head_key(line) in heads

    cleaned = []
    for page in pages:
        edges = _edges(page)
        cleaned.append([line for line in page if line not in edges or not is_head(line)])
    return cleaned


def _edges(page: list[Line]) -> list[Line]:
    return page if len(page) <= 2 * EDGE_LINES else page[:EDGE_LINES] + page[-EDGE_LINES:]


def _head_key(line: Line) -> tuple[str, int]:
    """A line as other pages may repeat it: any number in place of its numbers, at nearly its height."""
    return DIGITS.sub("0", line.text.replace(" ", "")), round(line.baseline / 4)


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    if not lines:
        return
    body = _body_size(lines)
    layout = _layout([line for line in lines if abs(line.size - body) < 0.1 * body])
    usual = _usual_distance(lines)
    parts = [lines[0].text]
    in_title = _is_title(lines[0], body)
    for before, line in pairwise(lines):
        in_title = in_title and _is_title(line, body)
        if in_title or not _begins(before, line, layout, usual):
            parts.append((" " if _joins_latin(parts[-1], line.text) else "") + line.text)
        else:
            yield "".join(parts)
            parts = [line.text]
    yield "".join(parts)


def _is_title(line: Line, body: float) -> bool:
    return line.page == 0 and line.size > TITLE_SIZE * body


def _joins_latin(before: str, after: str) -> bool:
    return before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()


def _body_size(lines: Iterable[Line]) -> float:
    sizes: dict[float, int] = defaultdict(int)
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size])


def _layout(lines: Sequence[Line]) -> Layout:
    """Return where the body's lines begin and end: the outermost places at which not just single lines do."""
    step = max(lines[0].size / 2, 1.0)
    begins = Counter(round(line.x0 / step) for line in lines)
    left = min(place for place, count in begins.items() if count >= SUPPORT * len(lines))
    ends = sorted(line.x1 for line in lines)
    # The longest line or two may hang a punctuation mark over the margin.
    indented = sum(INDENT * line.size < line.x0 - left * step < DEEPEST_INDENT * line.size for line in lines)
    return Layout(left * step, ends[-1 - len(ends) // 20], lines[0].size, is_indented=indented > INDENTED_SHARE * len(lines))


def _usual_distance(lines: Sequence[Line]) -> float:
    distances = [before.baseline - line.baseline for before, line in pairwise(lines) if before.page == line.page]
    return median(distances) if distances else 0.0


def _begins(before: Line, line: Line, layout: Layout, usual: float) -> bool:
    """Tell whether a line begins a paragraph."""
    if abs(line.size - before.size) > 0.1 * layout.size:
        return True
    if line.x0 - layout.left > INDENT * line.size:
        return True
    if before.page == line.page and before.baseline - line.baseline > PARAGRAPH_GAP * usual:
        return True
    free = layout.right - before.x1
    if layout.is_indented:
        # Some writers break lines after so many characters, however narrow: such a line goes on.
        return free > FREE_SHARE * (layout.right - layout.left) and bool(SENTENCE_END.search(before.text))
    return free > line.first_word + line.size / 2


@cache
def _radicals() -> dict[str, str]:
    radicals: dict[str, str] = yaml.safe_load((DATA / "radicals.yml").read_text(encoding="utf-8"))
    return radicals


def _normal(text: str) -> str:
    """Return the text with characters in place of the radicals that look like them; nothing else is touched."""
    return KANGXI.sub(lambda found: _radicals().get(found.group(), found.group()), text)
