"""Counted results, and the notice's totals of them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.numerals import HAN, to_number
from pipelines.reading.source import Source, Span
from pipelines.reading.words import any_of, load
from pipelines.record import Evidence, Figure, Problem

_WORDS = load("figures")
_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{HAN}]+(?:万[{HAN}]*)?)"
_RECOVERED = any_of(_WORDS["recovered"])
RECOVERED = re.compile(_RECOVERED)
# 未退还的1.2万元, 拟追缴, 计划于年底前追缴: such a verb tells of nothing that came back.
NOT_YET = re.compile(rf"(?:{any_of(_WORDS['not_yet'])}|{any_of(_WORDS['planned'])}[^,、\d]{{0,8}}?){_RECOVERED}")
NOT_RECOVERED = re.compile(any_of(_WORDS["not_recovered"]))
# 收回资金并发放100万元, 收回并重新发放补贴70万元: the sum belongs to the second verb.
OTHER_USE = re.compile(f"[、并和及后](?:再|重新|统一|全部)?{any_of(_WORDS['not_recovered'])}")
# 收缴罚款12万元 is none, 退还罚款12万元 is one.
GIVEN_BACK = re.compile("退|返|归还")
FINE = re.compile(rf"{any_of(_WORDS['fines'])}(?:共计?|合计|累计|人民币)?$")
# 已全部清退; 由责任人全额退回; 现已上缴财政专户: a clause that tells what became of the sum before it, and nothing else.
CAME_BACK_AFTER = re.compile(
    rf"[^,]{{0,12}}?(?:已|均|全部|全额|全数|如数|悉数|予以|由|责令|督促)[^,]{{0,16}}?(?:{_RECOVERED}了?|(?:退还|返还|归还)[^,\d]{{1,8}})"
    rf"(?:到位|完毕|完成|结束|[至到给入][^,]{{1,16}}|(?:国库|[^,]{{0,6}}(?:财政|专户|账户|账上|单位))[^,]{{0,6}})?"
)
# 金额2.2万元; 共计57.2万元; 涉及资金3万元: a clause that only tells the sum of the clause before it.
ONLY_A_SUM = re.compile(r"(?:(?:涉及|涉案|违规|资金|金额|款项|总额|总金额|折合|人民币|合计|共计|总计|累计|共|计|达|约|为)+)?")
# 差旅费1.5万元和补助0.5万元; 30万元及利息2.41万元: the second sum hangs on the first one's verb.
AND = re.compile(r"[余多]?[、和及与][^,。;()]{0,16}")
# 每人600元, 单价286元: a rate is no sum.
LONGEST_RATE = 8
"""The longest such words, in characters."""
RATE = re.compile(r"(?:每[^,。;\d]{1,4}|人均|户均|单价)(?:为|约)?$")
DISCIPLINED = re.compile(any_of(_WORDS["disciplined"]))
NOT_DISCIPLINED = re.compile(any_of(_WORDS["not_disciplined"]))
MADE = re.compile(any_of(_WORDS["made"]))
RULES = re.compile(any_of(_WORDS["rules"]))
ABOLISHED = re.compile(any_of(_WORDS["abolished"]))
SUM = re.compile(any_of(_WORDS["sums"]))
PART = re.compile(any_of(_WORDS["parts"]))
# 共清退50万元; not 公共, 中共, 共同, 共享.
WHOLE = re.compile(any_of(_WORDS["whole"]) + "|(?<![公中国])共(?![同产享建青])")

# 43.6万元, 2.37亿元, 87432元, 十五万六千元, 36万余元, 1200余万元, 30多万元; not 3元/吨.
MONEY = re.compile(rf"(?P<number>{_NUMBER})[余多]?(?P<unit>[百千]?[万亿]?)[余多]?元(?!/)")
# 3人, 2名; not 人次, 人员, 3人份
PERSONS = re.compile(rf"(?P<number>{_NUMBER})(?:余|多)?(?:人(?![次份均])|名)")
# 制度9项, 6项制度; in 新订制度4项、修订7项 the second count says what only by its verb.
RULE_COUNT = re.compile(
    rf"{any_of(_WORDS['rules'])}(?:等|共|共计)?(?P<number>{_NUMBER})(?:余|多)?[项个部份条]"
    rf"|(?P<before>{_NUMBER})(?:余|多)?[项个部份条](?:[^,。]{{0,6}}?){any_of(_WORDS['rules'])}"
    rf"|{any_of(_WORDS['made'])}了?(?P<made>{_NUMBER})(?:余|多)?[项部]"
)
CLAUSE = re.compile(r"[^,。;、!?\n]+")
# 追缴话费、停车费3,450元: what is paid back may be a list, and its sum may have a comma.
LONG_CLAUSE = re.compile(r"(?:[^,。;!?\n]|(?<=\d),(?=\d{3}))+")
# A sentence that does not end is cut: what its counts are compared with, and their quotes, would grow with it.
SENTENCE = re.compile(r"[^。;!?\n]{1,800}")
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
    whole: bool = False
    """Its sentence sums up the whole notice (截至目前,累计…)."""


def read_figures(source: Source, problems: list[Problem]) -> tuple[list[Figure], dict[str, float | None], dict[str, Evidence]]:
    """Return the figures in document order, the totals, and what each total was read from."""
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
    totals: dict[str, float | None] = {}
    evidence: dict[str, Evidence] = {}
    for kind, name in TOTALS.items():
        of_kind = [(count, position) for count, position in placed if count.kind == kind]
        summed = _summed(of_kind) if name not in STATED_ONLY else [count for count, position in of_kind if position is None][:1]
        totals[name] = round(sum(count.value for count in summed), 2) if summed else None
        if summed:
            stated = len(summed) == 1 and (summed[0].whole or name in STATED_ONLY)
            rule = "stated" if stated else f"sum of {len(summed)}"
            evidence[name] = source.evidence(summed[0].quote.start, summed[0].quote.end, f"total: {rule}")
    return figures, totals, evidence


TOTALS = {
    "money_recovered": "money_recovered_yuan",
    "persons_disciplined": "persons_disciplined",
    "rules_made": "rules_made",
    "problems_total": "problems_total",
    "problems_done": "problems_done",
}
"""Kinds of figures and the names of their totals."""
STATED_ONLY = ("problems_total", "problems_done")
"""Totals that only the notice itself can give."""


def _summed(of_kind: list[tuple[Count, int | None]]) -> list[Count]:
    """Return the counts that make up the total.

    The notice's own total stands alone: a sentence outside of the problems that sums up and is not less than
    the problems' sum. Else figures outside are added, except where they only repeat that sum.
    """
    inside = [count for count, position in of_kind if position is not None]
    outside = [count for count, position in of_kind if position is None]
    within = sum(count.value for count in inside)
    whole = list({count.value: count for count in outside if count.whole}.values())
    if whole and round(sum(count.value for count in whole) - within, 2) >= 0:
        return whole
    if inside and abs(sum(count.value for count in outside) - within) < 1:
        return inside
    return [count for count in outside if not inside or abs(count.value - within) >= 1] + inside


def _counts(source: Source, region: Span) -> Iterator[Count]:
    """Yield the counts of a stretch of text, sentence by sentence."""
    text = source.text.text
    for found in SENTENCE.finditer(text, region.start, region.end):
        sentence = Span(*found.span())
        words = found.group()
        counts: list[Count] = []
        if "元" in words:
            counts += _own_sum(_money(text, sentence))
        if "人" in words or "名" in words:
            counts += _own_sum(_persons(text, sentence))
        if RULES.search(words):
            counts += _rules(text, sentence)
        if "问题" in words:
            counts += _problem_counts(text, sentence)
        if counts and WHOLE.search(_full_sentence(text, region, sentence)):
            counts = [replace(count, whole=True) for count in counts]
        yield from counts


def _full_sentence(text: str, region: Span, clause: Span) -> str:
    """Return the sentence, up to its full stop, in which a clause between semicolons stands."""
    start = max(region.start, text.rfind("。", region.start, clause.start) + 1, text.rfind("\n", region.start, clause.start) + 1)
    return text[start : clause.end]


def _own_sum(counts: Iterator[Count]) -> list[Count]:
    """Return a sentence's counts, or only its own sum of them (对2名…、1名…,合计处理3人)."""
    listed = list(counts)
    return [count for count in listed if count.total] or listed


def _money(text: str, sentence: Span) -> Iterator[Count]:
    """Yield sums of money that came back; a part (其中…) of a sum already given counts once."""
    clauses = [Span(*clause.span()) for clause in LONG_CLAUSE.finditer(text, sentence.start, sentence.end)]
    given = waiting = False
    for index, clause in enumerate(clauses):
        words = text[clause.start : clause.end]
        sums = [found for found in MONEY.finditer(text, clause.start, clause.end) if not _is_rate(text, found.start())]
        if not sums:
            # 清退违规补贴,涉及12人,共计3.2万元: the verb waits for its sum.
            waiting = _came_back(words, "") or (waiting and not NOT_RECOVERED.search(words))
            continue
        if given and PART.match(words):
            continue
        following = clauses[index + 1] if index + 1 < len(clauses) else None
        came_after = bool(following and _tells_return(text, following)) and not NOT_RECOVERED.search(words)
        came_before = waiting and bool(ONLY_A_SUM.fullmatch(text, clause.start, sums[0].start()))
        waiting = False
        for found in _returned(text, clause, sums, all_of_them=came_after or came_before):
            value = to_number(found["number"] + found["unit"])
            if value is not None:
                total = given and bool(SUM.match(words))
                given = True
                yield Count("money_recovered", value, "元", Span(*found.span()), clause, total)


def _is_rate(text: str, place: int) -> bool:
    """Whether the words right before a sum make it a rate (每人600元)."""
    return bool(RATE.search(text, max(0, place - LONGEST_RATE), place))


def _tells_return(text: str, clause: Span) -> bool:
    """Whether a clause tells that the sum before it came back: 已全部清退."""
    return bool(CAME_BACK_AFTER.fullmatch(text, clause.start, clause.end)) and not NOT_YET.search(text, clause.start, clause.end)


def _returned(text: str, clause: Span, sums: list[re.Match[str]], *, all_of_them: bool) -> list[re.Match[str]]:
    """Return the sums of a clause that came back."""
    ends = [found.start() for found in sums[1:]] + [clause.end]
    starts = [clause.start] + [found.end() for found in sums[:-1]]
    returned: list[re.Match[str]] = []
    for found, start, end in zip(sums, starts, ends, strict=True):
        before = text[start : found.start()]
        hangs_on = bool(returned) and returned[-1].end() == start and bool(AND.fullmatch(before)) and not NOT_RECOVERED.search(before)
        if _came_back(before, text[found.end() : end]) or hangs_on or (all_of_them and not PART.search(before)):
            returned.append(found)
    return returned


def _came_back(before: str, after: str) -> bool:
    """Whether the words around a sum say that it came back.

    清退违规发放补贴23400元 and 餐费8630元由当事人退回 do; 核减造价96万元 and 追缴多年、罚款20万元 do not.
    """
    if NOT_YET.search(after):
        return False
    if recovered := RECOVERED.search(NOT_YET.sub(_blank, before)):
        fined = FINE.search(before) and not GIVEN_BACK.match(recovered.group())
        return not OTHER_USE.search(before, recovered.end()) and not fined
    return not NOT_RECOVERED.search(before) and bool(RECOVERED.search(after))


def _blank(words: re.Match[str]) -> str:
    """Return as many blanks as there are words."""
    return " " * len(words.group())


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
