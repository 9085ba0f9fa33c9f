"""The numbered headings of a notice, of any style, with how they nest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.reading.source import Source, Span

_HAN = "[一二三四五六七八九十]{1,3}"
# One pattern for each style of number. 1.36万 is no number of a heading, nor is 3.18 or 2021.
STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("问题", re.compile(rf"(?P<number>(?:反馈|存在|具体|突出)?(?:的)?问题(?:\d{{1,3}}|{_HAN}))(?=[:、.,]|(?![\d个项条类]))[:、.]?")),
    ("第", re.compile(rf"(?P<number>第{_HAN}(?:部分)?)[,、:](?![届轮批次])")),
    ("【", re.compile(r"(?P<number>)【(?=[^】\n]{2,30}】)")),
    ("一、", re.compile(rf"(?P<number>{_HAN}、)")),
    ("一是", re.compile(rf"(?P<number>{_HAN}是)")),
    ("(一)", re.compile(rf"(?P<number>[(]{_HAN}[)])[、.]?")),
    ("(1)", re.compile(r"(?P<number>[(]\d{1,2}[)])[、.]?")),
    ("1)", re.compile(r"(?P<number>\d{1,2}[)])")),
    ("1.", re.compile(r"(?P<number>\d{1,3}(?:[、.](?!\d)|\.(?=\d+年)))")),
    ("①", re.compile(r"(?P<number>[①-⑳])")),
)
# 反馈问题:…, 问题:…: a label opens the item.
LABELLED = re.compile(r"(?P<number>)(?=[【(]?(?:巡[察视])?(?:反馈|存在|具体|主要|突出)?(?:的)?(?:问题|意见)(?:表现|描述)?[)】]?:[^\n])")
# …。2.关于“…: line breaks were lost between items that their wording marks clearly.
INLINE = re.compile(rf"(?<=[。;])(?=(?:[(]{_HAN}[)]|[(]\d{{1,2}}[)]|\d{{1,2}}[.、]|{_HAN}、)(?:关于|针对|对|在)“)")
# 关于“主体班次理论教育课时占比未达70%”的问题: a heading without a number.
UNNUMBERED = re.compile(r"(?P<number>)(?=(?:关于|针对|对)[^。\n]{2,160}?(?:问题|方面)(?:的?整改[^。\n]{0,8})?(?:[。:,\n]|$))")


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


def read_outline(source: Source) -> list[Heading]:
    """Return the headings in order, nested: a style not open yet is one level deeper, an open one closes what is below."""
    headings: list[Heading] = []
    opened: list[Heading] = []
    for paragraph in _pieces(source):
        heading = _heading(source.text.text, paragraph)
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
    for paragraph in source.own:
        start = paragraph.start
        for cut in INLINE.finditer(source.text.text, paragraph.start, paragraph.end):
            yield Span(start, cut.start())
            start = cut.start()
        yield Span(start, paragraph.end)


def _heading(text: str, paragraph: Span) -> Heading | None:
    """Return the heading that a paragraph begins with, or None."""
    for style, pattern in STYLES:
        if found := pattern.match(text, paragraph.start, paragraph.end):
            number = Span(*found.span("number"))
            return Heading(style, number, paragraph.start, found.end(), paragraph.end)
    if LABELLED.match(text, paragraph.start, paragraph.end):
        return Heading("label", Span(paragraph.start, paragraph.start), paragraph.start, paragraph.start, paragraph.end)
    if UNNUMBERED.match(text, paragraph.start, paragraph.end):
        return Heading("unnumbered", Span(paragraph.start, paragraph.start), paragraph.start, paragraph.start, paragraph.end)
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
