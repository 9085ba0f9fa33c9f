"""What a notice says of its problems in numbers: how many there are, how many are done or not yet, and the share."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipelines.numerals import to_number
from pipelines.reading.counts import NUMBER, WORDS, Count, is_about
from pipelines.reading.source import Span
from pipelines.reading.words import any_of

_ITEMS = "(?:个|项|条)(?!方面|领域|类|表现|任务|措施|举措|制度)"
# 解决一个问题、完善一套制度: a manner of speaking, not a count.
IDIOM = "一"
_DONE = "(?:完成(?:整改|销号)?|整改(?:完成|到位|完毕)|办结|销号)"
# Of each pattern, the one group that is filled holds the number.
PATTERNS: dict[str, tuple[str, re.Pattern[str]]] = {
    # 反馈的25个问题, 3个方面9个问题, 问题14个, 问题共5个方面14条
    "problems_total": (
        "问题",
        re.compile(rf"({NUMBER})(?:个|项|条)(?:具体|突出|主要)?问题|问题(?:共|共计)?(?:{NUMBER}[个大]?(?:方面|类))?({NUMBER}){_ITEMS}"),
    ),
    # 已完成整改19个, 完成问题34个, 已整改7个, 48个已完成; not 未完成2个, 基本完成3个, and of 52个问题已完成整改48个 not 52
    "problems_done": (
        "完成",
        re.compile(
            rf"(?:已?(?:全部)?(?:(?<![未本])完成(?:整改)?|(?<![在续正未期])整改(?:完成|到位)?|销号|改完))(?:问题)?({NUMBER}){_ITEMS}"
            rf"|({NUMBER})(?:个|项|条)(?:问题)?(?:均)?已(?:全部)?(?:完成|整改)(?!(?:整改|完成|到位)?{NUMBER})"
            # 反馈问题6个,现已全部整改到位
            rf"|(?:反馈|指出|提出)[^,。;\n]{{0,12}}问题({NUMBER})个,(?:目前|现)?(?:已(?:全部|均)|[均全]部?已)(?:完成)?整改(?:完成|到位|完毕)?(?=[,。;]|$)"
            # 反馈的5个问题全部完成整改
            rf"|(?P<all>{NUMBER})(?:个|项|条)(?:具体|突出|主要)?问题,?(?:目前|现)?[均已]?全部{_DONE}(?=[,。;]|$)"
        ),
    ),
    # 基本完成3个
    "problems_nearly_done": ("基本完成", re.compile(rf"基本完成(?:整改)?(?:的)?(?:问题)?({NUMBER}){_ITEMS}")),
    # 正在整改5个, 持续推进2个, 需长期坚持3项, 6个正在推进
    "problems_ongoing": (
        "正在推进",
        re.compile(
            rf"(?:(?:正在|持续|继续|正)(?:推进|整改)(?:整改)?|(?:推进|整改)中|需?长期(?:坚持|整改))的?(?:问题)?(?:共|有)?({NUMBER}){_ITEMS}"
            rf"|({NUMBER}){_ITEMS}(?:问题)?(?:正在|持续|继续|正|仍在)(?:有序)?(?:推进|整改)"
        ),
    ),
    # 未完成1个, 2个尚未完成
    "problems_unfinished": (
        "未完成",
        re.compile(
            rf"[尚暂]?未(?:完成|整改)(?:整改|到位)?的?(?:问题)?(?:共|有)?({NUMBER}){_ITEMS}|({NUMBER}){_ITEMS}(?:问题)?[尚暂]?未(?:完成|整改)"
        ),
    ),
    # 完成率76%, 整改率达100%, 整改完成率为95.2%
    "completion_rate": ("率", re.compile(r"(?:整改|完成|办结|销号)率(?:已|均)?(?:为|达到?|是|:)?(\d{1,3}(?:\.\d{1,2})?)%")),
}
UNITS = {"completion_rate": "%"}
ALL_DONE = "全部完成"
AIMED_AT = re.compile(any_of(WORDS["aims"]))
FED_BACK = re.compile(any_of(WORDS["fed_back"]))
SOME = re.compile(any_of(WORDS["some_problems"]))
ITEM = re.compile(f"问题|{any_of(WORDS['other_items'])}")
# 整改不到位问题6个、新发现问题5个: neither is the number of all.
ENUMERATED = re.compile("[^,。;\\n]{0,3}[、和及][^,。;\\n]{0,12}")
# 制定措施15条: the unit in which other items, or problems, are counted.
MEASURED = re.compile(f"{NUMBER}([个项条件])")
OTHER_BEFORE = 8
"""Characters before an item in which its number stands."""
CLAUSE_START = re.compile("[,;]")
SENTENCE_START = re.compile(r"[。\n]")
NEAR = 24
"""Characters before a number in which it is told what is counted."""


def read_progress(text: str, sentence: Span) -> Iterator[Count]:
    """Yield what a sentence says of the problems in numbers."""
    for kind, (word, pattern) in PATTERNS.items():
        for found in pattern.finditer(text, sentence.start, sentence.end):
            number = next(group for group in found.groups() if group)
            value = to_number(number)
            wholly = bool(found.groupdict().get("all"))
            if value is None or number == IDIOM or (wholly and _is_aim(text, sentence, found)):
                continue
            if kind == "problems_total" or not _is_of_other_items(text, sentence, found):
                span = Span(*found.span())
                yield Count(
                    kind, value, UNITS.get(kind, "个"), span, span, ALL_DONE if wholly else word, about=is_about(text, span.start, span.end)
                )


def _is_of_other_items(text: str, sentence: Span, found: re.Match[str]) -> bool:
    """Whether the last thing that was counted before is no problem but a task, a measure …."""
    before = list(ITEM.finditer(text, sentence.start, found.start()))
    if not before or before[-1].group() == "问题" or "问题" in found.group() or "率" in found.group():
        return False
    return not _is_in_unit_of_problems(text, sentence, before[-1], found)


def _is_in_unit_of_problems(text: str, sentence: Span, item: re.Match[str], found: re.Match[str]) -> bool:
    """Whether the unit tells that problems are counted: 反馈4个问题,制定措施15条,已完成3个."""
    place = max(sentence.start, item.start() - OTHER_BEFORE, text.rfind("问题", sentence.start, item.start()))
    of_problems, of_items, own = (
        {measured[1] for measured in MEASURED.finditer(text, start, end)}
        for start, end in ((sentence.start, place), (place, found.start()), found.span())
    )
    return bool(of_items) and own <= of_problems and not own & of_items


def _is_aim(text: str, sentence: Span, found: re.Match[str]) -> bool:
    """Whether the clause only says that all are to be done (确保5个问题全部完成整改), or speaks of some."""
    *before, clause = CLAUSE_START.split(text[sentence.start : found.start()])
    return bool(AIMED_AT.search("".join([*before[-1:], clause])) or SOME.search(clause))


def stated(text: str, counts: Iterable[Count]) -> dict[str, Count]:
    """Return of each kind the count by which the notice speaks of all its problems; the first of equals."""
    best: dict[str, tuple[int, Count]] = {}
    listed = list(counts)
    parts = _enumerated(text, [count for count in listed if count.kind == "problems_total"])
    wholly = [count for count in listed if count.word == ALL_DONE]
    for count in listed:
        weight = _weight(text, count)
        if count in wholly or (count.kind == "problems_total" and (weight < 0 or count in parts)):
            continue
        if count.kind not in best or weight > best[count.kind][0]:
            best[count.kind] = (weight, count)
    told = {kind: count for kind, (_, count) in best.items()}
    # 党建方面7个问题全部完成整改: of 18 problems these are some.
    total = told.get("problems_total")
    if done := next((count for count in wholly if total and count.value == total.value), None):
        told.setdefault("problems_done", done)
    return told


def _weight(text: str, count: Count) -> int:
    """Return how surely a count is of all problems, by the words before it."""
    near = text[max(0, count.span.start - NEAR) : count.span.end]
    clause = SENTENCE_START.split(near)[-1]
    return 2 * bool(FED_BACK.search(clause)) + count.whole - 3 * bool(SOME.search(CLAUSE_START.split(clause)[-1]))


def _enumerated(text: str, totals: list[Count]) -> set[Count]:
    """Return the totals that stand beside another, different one, so that each counts a part."""
    pairs = [pair for pair in pairwise(totals) if pair[0].value != pair[1].value]
    return {count for pair in pairs if ENUMERATED.fullmatch(text, pair[0].span.end, pair[1].span.start) for count in pair}
