"""Counted results, and the notice's totals of them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

from pipelines.reading.counts import SENTENCE, WORDS, Count, mark_parts
from pipelines.reading.money import read_money
from pipelines.reading.persons import read_persons
from pipelines.reading.problems import Ledger
from pipelines.reading.progress import read_progress, stated
from pipelines.reading.regulations import RULES, read_regulations
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence, Figure, Problem

# 整改情况:修订制度2项, 【整改】①追缴3万元: label and number are none of the figure's words.
QUOTE_LEAD = re.compile(
    rf"(?:[【(]?{any_of(load('problems')['remedy_labels'])}[】)]?:?|\d{{1,2}}[.、)]|[(]\d{{1,2}}[)]|[①-⑳]|[一二三四五六七八九十]是)+"
)
# 共清退50万元; not 公共, 中共, 共同, 共享.
WHOLE = re.compile(any_of(WORDS["whole"]) + "|(?<![公中国])共(?![同产享建青])")
COUNTED = re.compile("[个项条%]")
TOTALS: dict[str, tuple[str, ...]] = {
    "money_recovered_yuan": tuple(WORDS["money"]),
    "persons_disciplined": tuple(kind for kind in WORDS["persons"] if kind not in WORDS["uncounted_persons"]),
    "rules_made": tuple(kind for kind in WORDS["rules_by_verb"] if kind not in WORDS["uncounted_rules"]),
    "problems_total": ("problems_total",),
    "problems_done": ("problems_done",),
    "problems_ongoing": ("problems_ongoing",),
    "completion_rate": ("completion_rate",),
}
"""Totals and the kinds of figures that they add up."""
STATED_ONLY = ("problems_total", "problems_done", "problems_ongoing", "completion_rate")
"""Totals that only the notice itself can give."""
LONGEST_SENTENCE = 1600
"""Characters before a clause in which its full sentence begins; in a line that never stops it would begin ever further away."""
REACH = 120
"""Characters over which 问题 reaches to what is counted."""
ROUNDING = 1.0
"""Percentage points by which a stated share may differ from the computed one."""


def read_figures(source: Source, ledger: Ledger) -> tuple[list[Figure], dict[str, float | None], dict[str, Evidence]]:
    """Return the figures in document order, the totals, and what each total was read from."""
    counts = [count for region in _regions(source, ledger.cells) for count in _counts(source, region)]
    placed = list(zip(counts, _positions(source, counts, ledger.problems), strict=True))
    told = stated(source.text.text, [count for count, position in placed if position is None and count.kind in STATED_ONLY])
    totals: dict[str, float | None] = {}
    evidence: dict[str, Evidence] = {}
    counted: set[Count] = set()
    for name, kinds in TOTALS.items():
        of_kind = [(count, position) for count, position in placed if count.kind in kinds and not count.part and count.unit != "人次"]
        summed = _summed(of_kind) if name not in STATED_ONLY else [told[name]] if name in told else []
        counted.update(summed)
        totals[name] = round(sum(count.value for count in summed), 2) if summed else None
        if summed:
            alone = name in STATED_ONLY or (len(summed) == 1 and summed[0].whole)
            rule = "stated" if alone else f"sum of {len(summed)}"
            evidence[name] = source.evidence(summed[0].quote.start, summed[0].quote.end, f"total: {rule}")
        _compare_with_parts(source, name, of_kind)
    _compare_progress(source, told)
    figures = [_figure(source, count, position, counted=count in counted) for count, position in placed]
    return figures, totals, evidence


def _regions(source: Source, cells: list[Span]) -> Iterator[Span]:
    """Yield the stretches of text over whose ends no count reads on: the opening, and each cell of a table."""
    places = [bisect_left(source.text.places, place) for cell in cells for place in (cell.start, cell.end)]
    bounds = sorted({source.opening.start, source.opening.end, source.rest.end, *places})
    yield from (Span(start, end) for start, end in pairwise(bounds))


def _positions(source: Source, counts: list[Count], problems: list[Problem]) -> Iterator[int | None]:
    """Yield for each count the position of the problem under which it stands."""
    leaves = [index for index, problem in enumerate(problems) if problem.leaf]
    starts = [problems[index].start for index in leaves]
    for count in counts:
        start, _ = source.text.span(count.quote.start, count.quote.end)
        before = bisect_right(starts, start) - 1
        yield leaves[before] if before >= 0 and start < problems[leaves[before]].end else None


def _figure(source: Source, count: Count, position: int | None, *, counted: bool) -> Figure:
    """Return a count as a figure of the record."""
    start, end = source.text.span(count.quote.start, count.quote.end)
    quote = source.raw[start:end]
    place = (quote, start, end, position)
    return Figure(count.kind, count.value, count.unit, *place, count.upper, count.word, about=count.about, counted=counted)


def _summed(of_kind: list[tuple[Count, int | None]]) -> list[Count]:
    """Return the counts that make up the total.

    The notice's own total stands for the problems' figures: a sentence outside of the problems that sums up. Where
    there is none, figures outside are added, except where they only repeat the problems' sum.
    """
    inside = [count for count, position in of_kind if position is not None]
    outside = [count for count, position in of_kind if position is None]
    within = sum(count.value for count in inside)
    whole = list({(count.kind, count.value): count for count in outside if count.whole}.values())
    if whole and round(sum(count.value for count in whole) - within, 2) >= 0:
        return whole
    if own := [count for count in whole if not _is_of_a_section(of_kind, count)]:
        return own + [count for count in inside if not _is_told_by(own, count)]
    if inside and abs(sum(count.value for count in outside) - within) < 1:
        return inside
    return [count for count in outside if not inside or abs(count.value - within) >= 1] + inside


def _is_of_a_section(of_kind: list[tuple[Count, int | None]], whole: Count) -> bool:
    """Whether a sum stands between figures of problems: 二、财务管理方面,共处理2人 tells of its section only."""
    places = [count.span.start for count, position in of_kind if position is not None]
    return min(places) < whole.span.start < max(places)


def _is_told_by(whole: list[Count], part: Count) -> bool:
    """Whether the notice's own sums include a problem's figure: 累计处分2人 includes nobody who was only admonished."""
    kinds = {count.kind for count in whole}
    return part.kind in kinds or part.kind in WORDS["money"] or any(count.unspecific for count in whole)


def _compare_with_parts(source: Source, name: str, of_kind: list[tuple[Count, int | None]]) -> None:
    """Note a sum that the notice states of the whole and that its problems exceed."""
    within = sum(count.value for count, position in of_kind if position is not None)
    whole = [count for count, position in of_kind if position is None and count.whole]
    if name not in STATED_ONLY and whole and sum(count.value for count in whole) - within <= -1:
        source.doubt(name, "自述合计小于各项之和", whole[0].quote.start, whole[0].quote.end)


def _compare_progress(source: Source, stated: dict[str, Count]) -> None:
    """Note what the notice says of its problems in numbers that do not agree; ``stated`` holds each by its kind."""
    total, done, rate = (stated.get(kind) for kind in ("problems_total", "problems_done", "completion_rate"))
    if not (total and done and total.value):
        return
    if done.value > total.value:
        source.doubt("problems_done", "多于问题总数", done.quote.start, done.quote.end)
    elif rate and abs(100 * done.value / total.value - rate.value) > ROUNDING:
        source.doubt("completion_rate", "与完成数、问题总数不符", rate.quote.start, rate.quote.end)


def _counts(source: Source, region: Span) -> Iterator[Count]:
    """Yield the counts of a stretch of text, sentence by sentence."""
    text = source.text.text
    for found in SENTENCE.finditer(text, region.start, region.end):
        sentence = Span(*found.span())
        words = found.group()
        counts: list[Count] = []
        mark = partial(mark_parts, text)
        if "元" in words:
            counts += mark(read_money(text, sentence))
        if "人" in words or "名" in words:
            counts += mark(read_persons(text, sentence))
        if RULES.search(words):
            counts += mark(read_regulations(text, sentence))
        if COUNTED.search(words) and ("率" in words or _speaks_of_problems(text, sentence)):
            counts += read_progress(text, sentence)
        if counts and WHOLE.search(_full_sentence(text, region, sentence)):
            counts = [replace(count, whole=True) for count in counts]
        yield from (replace(count, quote=_quote(text, count)) for count in counts)


def _quote(text: str, count: Count) -> Span:
    """Return the words of a count without what only leads up to them."""
    lead = QUOTE_LEAD.match(text, count.quote.start, count.span.start)
    return Span(lead.end(), count.quote.end) if lead else count.quote


def _speaks_of_problems(text: str, sentence: Span) -> bool:
    """Whether a sentence or what stands shortly before it in its paragraph names problems: 对照9个问题建立台账。完成整改8个."""
    near = max(0, sentence.start - REACH)
    return "问题" in text[max(near, text.rfind("\n", near, sentence.start) + 1) : sentence.end]


def _full_sentence(text: str, region: Span, clause: Span) -> str:
    """Return the sentence, up to its full stop, in which a clause between semicolons stands."""
    first = max(region.start, clause.start - LONGEST_SENTENCE)
    start = max(first, text.rfind("。", first, clause.start) + 1, text.rfind("\n", first, clause.start) + 1)
    return text[start : clause.end]
