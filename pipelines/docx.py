"""DOCX: the paragraphs of the main document, with the numbers that Word prints and does not store.

（一）and 一、 are often automatic: they stand in no run of the text, and a notice without them has lost its outline.
"""

import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

from pipelines.paragraphs import LONGEST_CELL
from pipelines.unreadable import UnreadableFileError

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LARGEST_PART = 64 * 1024**2
"""Bytes of unpacked XML; a notice has a tenth of one per cent of it."""
# Text that was deleted with tracked changes, and the copy of a text box for readers that know no text boxes.
DROPPED = (f"{WORD}del", f"{WORD}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
DIGITS = "零一二三四五六七八九"
FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEMS = "甲乙丙丁戊己庚辛壬癸"
LAST_CIRCLED = 20
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list prints its numbers."""

    form: str
    text: str
    """«（%1）», «%1.%2»"""
    start: int


@dataclass(slots=True)
class Numbering:
    """The document's lists, and how far each has been counted."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    """By number of a list: what it is counted with; lists of one definition go on counting where another stopped."""
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def next_label(self, number: str, depth: int) -> str:
        """Count one paragraph of a list; return what Word prints before it, or an empty string for a bullet."""
        levels = self.lists.get(number, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self.counts[self.shared[number]]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        label = level.text
        for place, other in levels.items():
            if f"%{place + 1}" in label:
                label = label.replace(f"%{place + 1}", numeral(counts.get(place, other.start), other.form))
        return "" if level.form == "bullet" else label


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a DOCX file; a table's row is one, its cells parted by tabs. Raises UnreadableFileError."""
    try:
        package = zipfile.ZipFile(BytesIO(content))
        document = _part(package, "word/document.xml")
        numbering = _read_numbering(_part(package, "word/numbering.xml"), _part(package, "word/styles.xml"))
    except (zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise UnreadableFileError("DOCX 文件已损坏") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise UnreadableFileError("DOCX 文件已加密") from error
    if document is None:
        raise UnreadableFileError("DOCX 文件里没有正文")
    for dropped in list(document.iter(*DROPPED)):
        dropped.getparent().remove(dropped)
    return [line for line in _lines(document, numbering) if line]


def _part(package: zipfile.ZipFile, name: str) -> Any:
    """Return the root of one part of the package, or None where the package has none."""
    if name not in package.namelist():
        return None
    if package.getinfo(name).file_size > LARGEST_PART:
        raise UnreadableFileError(f"DOCX 文件展开后大于 {LARGEST_PART // 1024**2} MB")
    xml = package.read(name).replace(STRICT_NAMESPACE, NAMESPACE)
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _value(element: Any, path: str) -> str | None:
    """Return the w:val of the element at this path of Word names below another, or None."""
    found = element.find("/".join(WORD + name for name in path.split("/")))
    return None if found is None else found.get(f"{WORD}val")


def _read_numbering(lists: Any, styles: Any) -> Numbering:
    numbering = Numbering()
    if lists is None:
        return numbering
    definitions = {one.get(f"{WORD}abstractNumId"): _levels(one) for one in lists.iter(f"{WORD}abstractNum")}
    for one in lists.iter(f"{WORD}num"):
        number, definition = one.get(f"{WORD}numId"), _value(one, "abstractNumId") or ""
        levels, starts = dict(definitions.get(definition, {})), _starts(one)
        for depth, start in starts.items():
            if depth in levels:
                levels[depth] = Level(levels[depth].form, levels[depth].text, start)
        numbering.lists[number] = levels
        numbering.shared[number] = f"own {number}" if starts else definition
    for style in () if styles is None else styles.iter(f"{WORD}style"):
        if (number := _value(style, "pPr/numPr/numId")) is not None:
            numbering.styles[style.get(f"{WORD}styleId")] = (number, int(_value(style, "pPr/numPr/ilvl") or 0))
    return numbering


def _levels(definition: Any) -> dict[int, Level]:
    return {
        int(level.get(f"{WORD}ilvl")): Level(
            _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", int(_value(level, "start") or 1)
        )
        for level in definition.iter(f"{WORD}lvl")
    }


def _starts(number: Any) -> dict[int, int]:
    """Return where a list begins to count anew, by level."""
    overrides = ((int(one.get(f"{WORD}ilvl")), _value(one, "startOverride")) for one in number.iter(f"{WORD}lvlOverride"))
    return {depth: int(start) for depth, start in overrides if start is not None}


def _lines(document: Any, numbering: Numbering) -> Iterator[str]:
    """Yield the lines of the document in order; a row of a table is one line, unless it holds whole articles."""
    rows: dict[Any, dict[Any, list[str]]] = {}
    for paragraph in document.iter(f"{WORD}p"):
        lines = _paragraph_lines(paragraph, numbering)
        row = next(paragraph.iterancestors(f"{WORD}tr"), None)
        for finished in [other for other in rows if other is not row]:
            yield from _row_lines(rows.pop(finished))
        if row is None:
            yield from lines
        else:
            cell = next(paragraph.iterancestors(f"{WORD}tc"))
            rows.setdefault(row, {}).setdefault(cell, []).extend(lines)
    for cells in rows.values():
        yield from _row_lines(cells)


def _row_lines(cells: dict[Any, list[str]]) -> list[str]:
    """Return a row as one line, with what stands in an empty cell between its tabs: nothing."""
    texts = [" ".join(lines) for lines in cells.values()]
    if len(texts) == 1 or max(map(len, texts)) > LONGEST_CELL:
        return [line for lines in cells.values() for line in lines]
    return ["\t".join(texts)]


def _paragraph_lines(paragraph: Any, numbering: Numbering) -> list[str]:
    text = "".join(_pieces(paragraph))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [line for line in lines if line]
    if lines:
        lines[0] = _label(paragraph, numbering) + lines[0]
    return lines


def _label(paragraph: Any, numbering: Numbering) -> str:
    number = _value(paragraph, "pPr/numPr/numId")
    depth = _value(paragraph, "pPr/numPr/ilvl")
    styled = numbering.styles.get(_value(paragraph, "pPr/pStyle") or "")
    if number is None and styled:
        return numbering.next_label(*styled)
    # List number 0 takes a paragraph out of its style's list.
    return numbering.next_label(number, int(depth or 0)) if number not in (None, "0") else ""


def _pieces(paragraph: Any) -> Iterator[str]:
    """Yield the paragraph's text as it is printed, without that of text boxes anchored in it, which follow it."""
    for run in paragraph.iter(f"{WORD}r"):
        if next(run.iterancestors(f"{WORD}p")) is not paragraph or run.find(f"{WORD}rPr/{WORD}vanish") is not None:
            continue
        for piece in run:
            if piece.tag == f"{WORD}t":
                yield piece.text or ""
            elif piece.tag in (f"{WORD}br", f"{WORD}cr"):
                yield "\n"
            elif piece.tag == f"{WORD}tab":
                yield " "
            elif piece.tag == f"{WORD}noBreakHyphen":
                yield "-"


def numeral(number: int, form: str) -> str:
    """Return a number as a list of this w:numFmt prints it; as decimal where the form is not known."""
    return "" if form == "none" else FORMS.get(form, str)(number) or str(number)


def _counting(digits: str, ten: str) -> Callable[[int], str]:
    """Return what prints 1 to 99 with these digits: 一, 十, 十二, 二十一."""

    def count(number: int) -> str:
        tens, ones = divmod(number, 10)
        if tens > 9:
            return ""
        return ("" if tens == 0 else ten if tens == 1 else digits[tens] + ten) + (digits[ones] if ones or not tens else "")

    return count


def _roman(number: int) -> str:
    printed = ""
    for value, letters in ROMAN:
        while number >= value:
            printed, number = printed + letters, number - value
    return printed


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1) if 1 <= number <= 26 else ""


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= LAST_CIRCLED else ""


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


def _stem(number: int) -> str:
    return STEMS[number - 1] if 1 <= number <= len(STEMS) else ""


CHINESE = _counting(DIGITS, "十")
FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": CHINESE,
    "chineseCountingThousand": CHINESE,
    "japaneseCounting": CHINESE,
    "ideographDigital": CHINESE,
    "taiwaneseCountingThousand": CHINESE,
    "chineseLegalSimplified": _counting(FORMAL_DIGITS, "拾"),
    "ideographTraditional": _stem,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
