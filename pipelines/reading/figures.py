"""Counted results, and the notice's totals of them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.numerals import HAN, to_number
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Figure, Problem

_WORDS = load("figures")
_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{HAN}]+(?:万[{HAN}]*)?)"
RECOVERED = re.compile(any_of(_WORDS["recovered"]))
NOT_YET = re.compile(any_of(_WORDS["not_yet"]) + any_of(_WORDS["recovered"]))
NOT_RECOVERED = re.compile(any_of(_WORDS["not_recovered"]))
# 收回资金并发放100万元: the sum belongs to the second verb.
OTHER_USE = re.compile("[、并和及后]" + any_of(_WORDS["not_recovered"]))
DISCIPLINED = re.compile(any_of(_WORDS["disciplined"]))
NOT_DISCIPLINED = re.compile(any_of(_WORDS["not_disciplined"]))
MADE = re.compile(any_of(_WORDS["made"]))
RULES = re.compile(any_of(_WORDS["rules"]))
ABOLISHED = re.compile(any_of(_WORDS["abolished"]))
SUM = re.compile(any_of(_WORDS["sums"]))
PART = re.compile(any_of(_WORDS["parts"]))

# 43.6万元, 2.37亿元, 87432元, 十五万六千元, 36万余元
MONEY = re.compile(rf"(?P<number>{_NUMBER}[万亿]?)(?P<about>余|多)?元")
# 3人, 2名; not 人次, 人员, 3人份
PERSONS = re.compile(rf"(?P<number>{_NUMBER})(?:余|多)?(?:人(?![次份均])|名)")
# 制度9项, 6项制度; in 新订制度9项、修订5项 the second count says what only by its verb.
RULE_COUNT = re.compile(
    rf"{any_of(_WORDS['rules'])}(?:等|共|共计)?(?P<number>{_NUMBER})(?:余|多)?[项个部份条]"
    rf"|(?P<before>{_NUMBER})(?:余|多)?[项个部份条](?:[^,。]{{0,6}}?){any_of(_WORDS['rules'])}"
    rf"|{any_of(_WORDS['made'])}了?(?P<made>{_NUMBER})(?:余|多)?[项部]"
)
CLAUSE = re.compile(r"[^,。;、!?\n]+")
# 追缴油料、过路费1,260元: what is paid back may be a list, and its sum may have a comma.
LONG_CLAUSE = re.compile(r"(?:[^,。;!?\n]|(?<=\d),(?=\d{3}))+")
SENTENCE = re.compile(r"[^。;!?\n]+")
# 《关于建立残疾人两项补贴会商研判制度的通知》: a count inside a document's name counts nothing.
DOCUMENT_NAME = re.compile(r"《[^《》\n]{0,80}》")
# 解决一个问题、完善一套制度: a manner of speaking, not a count.
IDIOM = "一"
# 反馈的25个问题, 3个方面9个问题, 问题14个
PROBLEMS_TOTAL = re.compile(rf"(?P<number>{_NUMBER})(?:个|项|条)(?:具体|突出|主要)?问题|问题(?:共|共计)?(?P<after>{_NUMBER})(?:个|项|条)")
# 已完成整改19个, 完成8个, 已整改7个, 48个已完成
PROBLEMS_DONE = re.compile(
    rf"(?:已?(?:全部)?(?:完成(?:整改)?|整改(?:完成|到位)?|销号|改完))(?P<number>{_NUMBER})(?:个|项|条)(?!制度|措施|任务)|(?P<before>{_NUMBER})(?:个|项|条)(?:问题)?(?:均)?已(?:全部)?(?:完成|整改)"
)


@dataclass(frozen=True, slots=True)
class Count:
    """One count with its place in the compact text."""

    kind: str
    value: float
    unit: str
    span: Span
    quote: Span
    total: bool
    """The sentence's own sum of what it lists."""


def read_figures(source: Source, problems: list[Problem]) -> tuple[list[Figure], dict[str, float | None]]:
    """Return the figures in document order and the totals.

    A total is the notice's own, where it states figures outside of the single problems; else the sum of
    the problems' figures; else None.
    """
    counts = [count for region in (source.opening, source.rest) for count in _counts(source, region)]
    leaves = [index for index, problem in enumerate(problems) if problem.leaf]
    starts = [problems[index].start for index in leaves]
    figures, placed = [], []
    for count in counts:
        start, end = source.text.span(count.quote.start, count.quote.end)
        before = bisect_right(starts, start) - 1
        position = leaves[before] if before >= 0 and start < problems[leaves[before]].end else None
        figures.append(Figure(count.kind, count.value, count.unit, source.raw[start:end], start, end, position))
        placed.append((count, position))
    return figures, _totals(placed)


def _totals(placed: list[tuple[Count, int | None]]) -> dict[str, float | None]:
    """Return the totals by kind."""
    totals: dict[str, float | None] = {}
    for kind, name in (
        ("money_recovered", "money_recovered_yuan"),
        ("persons_disciplined", "persons_disciplined"),
        ("rules_made", "rules_made"),
    ):
        of_kind = [(count.value, position) for count, position in placed if count.kind == kind]
        outside = [value for value, position in of_kind if position is None]
        inside = [value for value, position in of_kind if position is not None]
        totals[name] = round(sum(outside or inside), 2) if of_kind else None
    for kind in ("problems_total", "problems_done"):
        totals[kind] = next((count.value for count, position in placed if count.kind == kind and position is None), None)
    return totals


def _counts(source: Source, region: Span) -> Iterator[Count]:
    """Yield the counts of a stretch of text, sentence by sentence."""
    text = source.text.text
    for found in SENTENCE.finditer(text, region.start, region.end):
        sentence = Span(*found.span())
        words = found.group()
        if "元" in words:
            yield from _own_sum(_money(text, sentence))
        if "人" in words or "名" in words:
            yield from _own_sum(_persons(text, sentence))
        if RULES.search(words):
            yield from _rules(text, sentence)
        if "问题" in words:
            yield from _problem_counts(text, sentence)


def _own_sum(counts: Iterator[Count]) -> list[Count]:
    """Return a sentence's counts, or only its own sum of them (对2名…、1名…,合计处理3人)."""
    listed = list(counts)
    return [count for count in listed if count.total] or listed


def _money(text: str, sentence: Span) -> Iterator[Count]:
    """Yield sums of money that came back; a part (其中…) of a sum already given counts once."""
    given = False
    for clause in LONG_CLAUSE.finditer(text, sentence.start, sentence.end):
        sums = list(MONEY.finditer(text, clause.start(), clause.end()))
        if not sums or (given and PART.match(clause.group())) or NOT_YET.search(clause.group()):
            continue
        ends = [found.start() for found in sums[1:]] + [clause.end()]
        starts = [clause.start()] + [found.end() for found in sums[:-1]]
        for found, start, end in zip(sums, starts, ends, strict=True):
            value = to_number(found["number"])
            if value is not None and _came_back(text[start : found.start()], text[found.end() : end]):
                given = True
                yield Count("money_recovered", value, "元", Span(*found.span()), Span(*clause.span()), total=False)


def _came_back(before: str, after: str) -> bool:
    """Whether the words around a sum say that it came back.

    清退违规发放补贴23400元 and 餐费8630元由当事人退回 do; 核减造价211.5万元 and 追缴多年、罚款20万元 do not.
    """
    if recovered := RECOVERED.search(before):
        return not OTHER_USE.search(before, recovered.end())
    return not NOT_RECOVERED.search(before) and bool(RECOVERED.search(after))


def _persons(text: str, sentence: Span) -> Iterator[Count]:
    """Yield counts of people who were held to account."""
    given = False
    for clause in CLAUSE.finditer(text, sentence.start, sentence.end):
        words = clause.group()
        if not DISCIPLINED.search(words) or NOT_DISCIPLINED.search(words) or (given and PART.match(words)):
            continue
        found = PERSONS.search(text, clause.start(), clause.end())
        value = to_number(found["number"]) if found else None
        if found and value is not None:
            given = True
            yield Count("persons_disciplined", value, "人", Span(*found.span()), Span(*clause.span()), bool(SUM.search(words)))


def _rules(text: str, sentence: Span) -> Iterator[Count]:
    """Yield counts of rules made or revised."""
    made = False
    for clause in CLAUSE.finditer(text, sentence.start, sentence.end):
        words = clause.group()
        made = made or bool(MADE.search(words))
        names = [name.span() for name in DOCUMENT_NAME.finditer(text, clause.start(), clause.end())]
        counted = RULE_COUNT.finditer(text, clause.start(), clause.end())
        found = next((count for count in counted if not any(start <= count.start() < end for start, end in names)), None)
        if not made or not found or ABOLISHED.search(words):
            continue
        number = found["number"] or found["before"] or found["made"]
        value = to_number(number)
        if value is not None:
            yield Count("rules_made", value, "项", Span(*found.span()), Span(*clause.span()), total=False)


def _problem_counts(text: str, sentence: Span) -> Iterator[Count]:
    """Yield how many problems were fed back and how many are done."""
    for kind, pattern, other in (("problems_total", PROBLEMS_TOTAL, "after"), ("problems_done", PROBLEMS_DONE, "before")):
        for found in pattern.finditer(text, sentence.start, sentence.end):
            number = found["number"] or found[other]
            value = to_number(number)
            if value is not None and number != IDIOM:
                yield Count(kind, value, "个", Span(*found.span()), Span(*found.span()), total=False)
