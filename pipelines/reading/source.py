"""A notice as the readers see it: uniform views of its text and title, cut into paragraphs and sentences."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter

from pipelines.dates import Expression, find_expressions, read_expressions
from pipelines.divisions import Territory, territory_of
from pipelines.numerals import to_int
from pipelines.reading.views import View, compact, spaced
from pipelines.reading.words import load
from pipelines.record import Doubt, Evidence, Place, Site

# 一、 (一) 1. 01 ⑴ ◆ 问题01 (问题1) 【具体问题】: the first numbered heading ends the opening.
FIRST_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[.、](?!\d)|0\d(?=[一-鿿])|第一[,、部]|[①❶⑴⒈㈠●◆■▪✦★☆◇□▲►➤]"
    r"|—{1,3}(?:关于|针对|“)|[(【]?(?:反馈|存在)?问题[一\d]|整改事项[一\d]|【(?:整改|具体))"
)
# …如下:一、…。二、…: the sections of a notice that stands in one paragraph.
SECTION_NUMBER = re.compile("(?<=[。;:!])(?P<count>[一二三四五六七八九十]{1,3})、")
# …邮编:471000。中共林川市委2021年6月4日: where all stands in one paragraph, what follows the last full stop may sign.
LAST_SENTENCE = re.compile(r"(?<=。)[^。\n]{1,80}$")
SENTENCE = re.compile(r"[^。;!?\n]+[。;!?]?")
# 2021年6月4日, 二〇二一年六月四日: the date under a notice.
DATE_LINE = re.compile(r"[(]?[\d一二〇零○三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?[)]?")
OPENING_LIMIT = 2000
"""Characters after which an opening without any heading is given up."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the compact text."""

    start: int
    end: int


class Source:
    """One notice, made ready for reading. All spans are offsets into ``text.text``."""

    def __init__(self, text: str, title: str | None = None, published: str | None = None, site: Site | None = None) -> None:
        self.raw = text
        self.text = compact(text)
        self.raw_title = title or ""
        self.title = compact(self.raw_title)
        self.published = _day(published)
        """The day of publication, from which dates without a year are counted."""
        self.site = site
        self.paragraphs = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", self.text.text)]
        self.own = self._in_sections(self._own_paragraphs())
        """Paragraphs of the notice itself, without what leaked in from the page around it."""
        self.doubts: list[Doubt] = []
        """What the readers read and did not believe."""

    @cached_property
    def spaced(self) -> View:
        """The text with its spaces kept."""
        return spaced(self.raw)

    @cached_property
    def expressions(self) -> list[Expression]:
        """The dates and periods of the text, in order."""
        return find_expressions(self.text.text)

    def expressions_in(self, span: Span) -> list[Expression]:
        """Return the dates and periods that begin in a span."""
        first, last = (bisect_left(self.expressions, place, key=attrgetter("start")) for place in (span.start, span.end))
        return self.expressions[first:last]

    @cached_property
    def territory(self) -> Territory | None:
        """The place that the site's declaration names."""
        return territory_of(self.site.division, self.site.area) if self.site else None

    @cached_property
    def opening(self) -> Span:
        """What stands before the first heading: who inspected whom, and when."""
        if not self.own:
            return Span(0, 0)
        start = end = self.own[0].start
        for paragraph in self.own:
            if FIRST_HEADING.match(self.text.text, paragraph.start) or paragraph.start - start > OPENING_LIMIT:
                break
            end = paragraph.end
        return Span(start, end)

    @cached_property
    def rest(self) -> Span:
        """The notice's own text after the opening."""
        return Span(self.opening.end, self.own[-1].end if self.own else self.opening.end)

    def slice(self, span: Span) -> str:
        """Return the compact text of a span."""
        return self.text.text[span.start : span.end]

    def sentences(self, span: Span) -> list[Span]:
        """Return the sentences (or clauses between semicolons) of a span."""
        return [Span(m.start(), m.end()) for m in SENTENCE.finditer(self.text.text, span.start, span.end)]

    def evidence(self, start: int, end: int, rule: str) -> Evidence:
        """Return the evidence for words of the text."""
        return _evidence(self.raw, self.text, start, end, rule, "text")

    def doubt(self, field: str, reason: str, start: int, end: int) -> None:
        """Note that the words from ``start`` to ``end`` give the field no value that can be believed, once."""
        first, last = self.text.span(start, end)
        doubt = Doubt(field, reason, self.raw[first:last], first, last)
        if doubt not in self.doubts:
            self.doubts.append(doubt)

    def title_evidence(self, start: int, end: int, rule: str) -> Evidence:
        """Return the evidence for words of the title."""
        return _evidence(self.raw_title, self.title, start, end, rule, "title")

    def _own_paragraphs(self) -> list[Span]:
        """Return the paragraphs without breadcrumbs before and page furniture behind."""
        text, noise = self.text.text, load("page_noise")
        head, tail = (re.compile("|".join(noise[part]).replace("^", "")) for part in ("head", "tail"))
        first = 0
        while first < len(self.paragraphs) and head.match(text, self.paragraphs[first].start):
            first += 1
        last = len(self.paragraphs)
        # Furniture stands behind the notice, so it is looked for in the second half only.
        for index in range(max(first, len(self.paragraphs) // 2), len(self.paragraphs)):
            if tail.match(text, self.paragraphs[index].start):
                last = index - self._is_footer(index)
                break
        return self.paragraphs[first:last]

    def _in_sections(self, paragraphs: list[Span]) -> list[Span]:
        """Return the paragraphs; one in which all sections of the notice stand is cut into these and its last sentence.

        Behind a heading, 一、 and 二、 only count the steps of a remedy.
        """
        text = self.text.text
        for index, paragraph in enumerate(paragraphs):
            if FIRST_HEADING.match(text, paragraph.start):
                break
            starts = counted_on(SECTION_NUMBER.finditer(text, paragraph.start, paragraph.end), 0)
            if len(starts) > 1:
                last = LAST_SENTENCE.search(text, starts[-1], paragraph.end)
                bounds = [paragraph.start, *starts, *([last.start()] if last else []), paragraph.end]
                return [*paragraphs[:index], *(Span(*bound) for bound in pairwise(bounds)), *paragraphs[index + 1 :]]
        return paragraphs

    def _is_footer(self, index: int) -> bool:
        """Whether the site's line of contacts stands between the notice's date and the lines about the site that begin at ``index``."""
        site, footer = (re.compile("|".join(load("page_noise")[part]).replace("^", "")) for part in ("site", "footer"))
        lines = [self.slice(paragraph) for paragraph in self.paragraphs[max(0, index - 2) : index + 1]]
        return len(lines) > 2 and bool(site.search(lines[2]) and footer.fullmatch(lines[1].rstrip()) and DATE_LINE.fullmatch(lines[0]))


def counted_on(numbers: Iterable[re.Match[str]], last: int | None) -> list[int]:
    """Return where the numbers (group ``count``) stand that count on from ``last``."""
    starts = []
    for number in numbers:
        if last is not None and to_int(number["count"]) == last + 1:
            starts.append(number.start())
            last += 1
    return starts


@lru_cache(maxsize=1)
def source_of(text: str, title: str | None, published: str | None, site: Site | None) -> Source:
    """Return the source of one notice: the same one for each step that looks at it."""
    return Source(text, title, published, site)


def _day(published: str | None) -> str | None:
    """Return the ISO date at the beginning of a publication date (2021-06-08 09:30), or None if it begins with none."""
    if not published or not re.match(r"\d{4}-\d{2}-\d{2}", published):
        return None
    readings = read_expressions(published[:10])
    return readings[0].first if readings else None


def _evidence(raw: str, view: View, start: int, end: int, rule: str, place: Place) -> Evidence:
    """Return evidence whose offsets refer to the raw text."""
    first, last = view.span(start, end)
    return Evidence(raw[first:last], first, last, rule, place)


def declared(quote: str, rule: str) -> Evidence:
    """Return the evidence for what stands outside text and title, in the site's declaration."""
    return Evidence(quote, None, None, rule, "page")
