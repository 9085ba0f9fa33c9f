"""The numbered headings of a notice, of any style, with how they nest."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.numerals import to_int
from pipelines.reading.source import SECTION_NUMBER, Source, Span, counted_on
from pipelines.reading.words import any_of, load

_HAN = "[一二三四五六七八九十]{1,3}"
_COUNT = rf"(?:\d{{1,3}}|{_HAN})"
# What a number in front of it counts, so that the number is none of a heading: 12名, 2.1万元, 5月.
_COUNTED = "[年月日号个项条名人次家户位件起份处万亿元%余多倍公吨米亩千百天]"
# 问题表现1:, 存在不足二: – the labels of a statement may be numbered.
_WORDS = load("problems")
_NUMBERED_LABEL = any_of(_WORDS["statement_labels"])
SECTION = re.compile("|".join(_WORDS["sections"]))
# One pattern for each style of number. 1.36万 is no number of a heading, nor is 3.18 or 2021.
STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 问题01, 存在问题一:, (问题1), 问题表现1:, 整改事项一:, 反馈意见二:, 关于第1个问题:
    (
        "问题",
        re.compile(
            rf"(?P<number>[(【]?(?:(?:反馈|存在|具体|突出|主要)?的?问题{_COUNT}[)】]?(?=[:、.,]|(?![\d个项条类]))"
            rf"|(?:{_NUMBERED_LABEL}){_COUNT}[)】]?(?=[:、.,】])"
            rf"|(?:整改|反馈|巡察|巡视|问题)(?:事项|意见|任务|清单){_COUNT}[)】]?(?=[:、.,】])"
            rf"|(?:关于|针对)?第{_COUNT}[个项条]?(?:反馈)?(?:问题|意见)[)】]?(?=[:,])))[:、.,]?"
        ),
    ),
    ("第", re.compile(rf"(?P<number>第{_HAN}(?:部分)?)[,、:](?![届轮批次])")),
    # 【整改】…, 【成效】…: halves of the item that its 【问题】 opens.
    ("【整改】", re.compile(rf"(?P<number>)【(?={any_of([*_WORDS['remedy_labels'], *_WORDS['item_labels']])}】)")),
    ("【", re.compile(r"(?P<number>)【(?=[^】\n]{2,30}】)")),
    ("一、", re.compile(rf"(?P<number>{_HAN}、)")),
    ("一是", re.compile(rf"(?P<number>{_HAN}是)")),
    ("(一)", re.compile(rf"(?P<number>[(]{_HAN}[)])[、.]?")),
    ("(1)", re.compile(r"(?P<number>[(]\d{1,2}[)])[、.]?")),
    ("1)", re.compile(r"(?P<number>\d{1,2}[)])")),
    ("1.", re.compile(r"(?P<number>\d{1,3}(?:[、.](?!\d)|\.(?=\d+年)))")),
    ("①", re.compile(r"(?P<number>[①-⑳])")),
    ("❶", re.compile(r"(?P<number>[❶-❿➀-➓])")),
    ("⑴", re.compile(r"(?P<number>[⑴-⒇])")),
    ("⒈", re.compile(r"(?P<number>[⒈-⒛])")),
    ("㈠", re.compile(r"(?P<number>[㈠-㈩])")),
)
# Bullets; each shape is a style of its own. A dash needs two strokes, or words that state a problem behind it.
BULLET = re.compile(r"(?P<number>—{1,3}|-{2,3}|-(?=关于|针对|“)|[●◆■▪✦★☆◇□▲►➤·•])[、.]?(?=[^\s\d])")
# 1 河道管护不到位, 2.1 河道管护不到位, 2-1 12345热线办理慢, 第1项 管护不到位: numbers that no mark need follow must
# count on, and count nothing. They are read where the spaces stand, which may be all that parts number and words.
UNMARKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "1.1",
        re.compile(
            r"(?P<number>\d{1,2}(?P<dot>[.—-])\d{1,2}(?:(?P=dot)\d{1,2}){0,2})"
            rf"(?:[、.:] ?| (?=\d{{5}}\D)|(?= ?[一-鿿“《]) ?)(?!{_COUNTED})"
        ),
    ),
    ("1 ", re.compile(rf"(?P<number>\d{{1,2}}) +(?=[一-鿿“《])(?!{_COUNTED})")),
    ("第1项", re.compile(rf"(?P<number>第{_COUNT}项)(?:[、.,:] ?| +)(?=[一-鿿“《])")),
)
# 反馈问题:…, 问题:…, 存在不足:…: a label opens the item.
LABELLED = re.compile(
    r"(?P<number>)(?=[【(]?(?:巡[察视])?(?:反馈|存在|具体|主要|突出)?的?(?:问题|意见|不足|短板)(?:表现|描述)?[)】]?:[^\n])"
)
# …。2.关于“…: line breaks were lost between items that their wording marks clearly.
INLINE = re.compile(
    rf"(?<=[。;:])(?=(?:[(]{_HAN}[)]|[(]\d{{1,2}}[)]|\d{{1,2}}[.、]|{_HAN}、|第{_HAN}[,、])(?:关于|针对|对|在)“|{_HAN}是关于“)"
)
# …。1.管护不到位。…2.收费不足。…: numbers that count on in one paragraph, whatever their words.
SERIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一、", SECTION_NUMBER),
    ("(一)", re.compile(rf"(?<=[。;:!])[(](?P<count>{_HAN})[)]")),
    ("(1)", re.compile(r"(?<=[。;:!])[(](?P<count>\d{1,2})[)]")),
    ("1.", re.compile(r"(?<=[。;:!])(?P<count>\d{1,2})[.、](?!\d)")),
)
COUNT = re.compile(rf"\d{{1,3}}|{_HAN}")
LEAD = re.compile(r"[^。:;!\n]{1,80}[。:;!]")
# 关于“库区巡护缺人手”的问题, “…”问题, 针对巡察组指出的“…”,招聘3名: a heading without a number.
UNNUMBERED = re.compile(
    r"(?P<number>)(?=(?:关于|针对|对)[^。\n]{2,160}?(?:问题|方面)(?:的?整改[^。\n]{0,8})?(?:[。:,\n]|$)"
    r"|针对[^“。:\n]{0,16}(?:指出|反馈|提出)的“[^。“”\n]{4,120}”,"
    r"|“[^。“”\n]{4,120}”的?问题(?:的?整改[^。\n]{0,8})?(?:[。:\n]|$))"
)
# 管护不到位。整改情况:…: a line of its own above its remedy, where list numbers or bold type are lost.
# 改造棚圈12座。整改状态:正在推进: a status stands behind the remedy.
TITLED = re.compile(rf"[^。:;\n]{{4,60}}[。:]?\n?[(【]?(?!整改状态|整改进度){any_of(_WORDS['remedy_labels'])}[)】]?:")


@dataclass(slots=True)
class Heading:
    """A numbered paragraph: ``start`` is where its number stands, ``body`` where its words begin."""

    style: str
    number: Span
    start: int
    body: int
    line_end: int
    """End of the paragraph."""
    depth: int = 0
    parent: "Heading | None" = None
    end: int = 0
    """Start of the next heading that is not below this one."""


@lru_cache(maxsize=1)
def read_outline(source: Source) -> list[Heading]:
    """Return the headings in order, nested: a style not open yet is one level deeper, an open one closes what is below.

    Asked for several times while a notice is judged and read; not to be changed by who asks.
    """
    headings: list[Heading] = []
    opened: list[Heading] = []
    counted: dict[str, list[int]] = {}
    for paragraph in _pieces(source):
        heading = _heading(source, paragraph, counted) or _titled(source, paragraph, opened)
        if heading is None:
            continue
        styles = [above.style for above in opened]
        if heading.style in styles:
            opened = opened[: styles.index(heading.style)]
        elif _restarts(source, heading):
            opened = []
        heading.depth = len(opened) + 1
        heading.parent = opened[-1] if opened else None
        opened.append(heading)
        headings.append(heading)
    _close(headings, source.own[-1].end if source.own else 0)
    return headings


def _pieces(source: Source) -> Iterator[Span]:
    """Yield the paragraphs, cut where several marked items run on in one."""
    text = source.text.text
    for paragraph in source.own:
        cuts = {cut.start() for cut in INLINE.finditer(text, paragraph.start, paragraph.end)}
        start = paragraph.start
        for cut in sorted(cuts | set(_series(text, paragraph))):
            yield Span(start, cut)
            start = cut
        yield Span(start, paragraph.end)


def _series(text: str, paragraph: Span) -> list[int]:
    """Return where items begin that count on inside a paragraph: behind its own number, or behind its short lead."""
    numbers = ((style, pattern.match(text, paragraph.start, paragraph.end)) for style, pattern in STYLES)
    style, number = next(((style, found) for style, found in numbers if found), ("", None))
    if number is None:
        return []
    lead = LEAD.match(text, number.end(), paragraph.end)
    for series, pattern in SERIES:
        found = list(pattern.finditer(text, number.end(), paragraph.end))
        if series == style:
            first = COUNT.search(number.group())
            last = to_int(first.group()) if first else None
        elif pattern is not SECTION_NUMBER and len(found) > 1 and lead and found[0].start() == lead.end():
            last = (to_int(found[0]["count"]) or 1) - 1
        else:
            continue
        if starts := counted_on(found, last):
            return starts
    return []


def _heading(source: Source, paragraph: Span, counted: dict[str, list[int]]) -> Heading | None:
    """Return the heading that a paragraph begins with, or None; ``counted`` holds the last unmarked number of each style."""
    text = source.text.text
    for style, pattern in STYLES:
        if found := pattern.match(text, paragraph.start, paragraph.end):
            return _numbered(style, found, paragraph)
    if found := BULLET.match(text, paragraph.start, paragraph.end):
        return _numbered(found["number"][0], found, paragraph)
    if unmarked := _unmarked(source, paragraph, counted):
        return unmarked
    for style, pattern in (("label", LABELLED), ("unnumbered", UNNUMBERED)):
        if pattern.match(text, paragraph.start, paragraph.end):
            return Heading(style, Span(paragraph.start, paragraph.start), paragraph.start, paragraph.start, paragraph.end)
    return None


def _titled(source: Source, paragraph: Span, opened: list[Heading]) -> Heading | None:
    """Return the heading without a number that stands above its remedy, directly in a section or a field of the ledger."""
    text = source.text.text
    if not opened or not TITLED.match(text, paragraph.start):
        return None
    if all(above.style != "titled" for above in opened):
        words = text[opened[-1].body : opened[-1].line_end].rstrip("。:")
        if not (SECTION.search(words) or words.endswith("方面")):
            return None
    return Heading("titled", Span(paragraph.start, paragraph.start), paragraph.start, paragraph.start, paragraph.end)


def _numbered(style: str, found: re.Match[str], paragraph: Span) -> Heading:
    """Return the heading whose number was found."""
    return Heading(style, Span(*found.span("number")), paragraph.start, found.end(), paragraph.end)


def _unmarked(source: Source, paragraph: Span, counted: dict[str, list[int]]) -> Heading | None:
    """Return the heading whose number needs no mark behind it, if it is the first or the next of its style."""
    start = source.text.places[paragraph.start]
    for style, pattern in UNMARKED:
        found = pattern.match(source.spaced.text, start)
        if not found:
            continue
        parts = [to_int(part.group()) or 0 for part in COUNT.finditer(found["number"])]
        key = f"{style}{len(parts)}"
        before = counted.get(key)
        if parts[-1] == 1 or (before is not None and parts == [*before[:-1], before[-1] + 1]):
            counted[key] = parts
            body = bisect_left(source.text.places, found.end())
            number = Span(paragraph.start, paragraph.start + len(found["number"]))
            return Heading(key, number, paragraph.start, body, paragraph.end)
    return None


def _restarts(source: Source, heading: Heading) -> bool:
    """Whether a heading opens the outermost level although deeper styles came first: 一、 after a stray 1."""
    number = source.text.text[heading.number.start : heading.number.end]
    return heading.style == "一、" and number == "一、"


def _close(headings: list[Heading], end: int) -> None:
    """Set where each heading's part ends."""
    opened: list[Heading] = []
    for heading in headings:
        while opened and opened[-1].depth >= heading.depth:
            opened.pop().end = heading.start
        opened.append(heading)
    for heading in opened:
        heading.end = end
