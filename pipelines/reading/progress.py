"""What a notice says of its problems in numbers: how many there are, how many are done or not yet, and the share."""

import re
from collections.abc import Iterator

from pipelines.numerals import to_number
from pipelines.reading.counts import NUMBER, Count, is_about
from pipelines.reading.source import Span

_ITEMS = "(?:个|项|条)"
# 解决一个问题、完善一套制度: a manner of speaking, not a count.
IDIOM = "一"
# Of each pattern, the one group that is filled holds the number.
PATTERNS: dict[str, tuple[str, re.Pattern[str]]] = {
    # 反馈的25个问题, 3个方面9个问题, 问题14个
    "problems_total": (
        "问题",
        re.compile(rf"({NUMBER}){_ITEMS}(?:具体|突出|主要)?问题|问题(?:共|共计)?({NUMBER}){_ITEMS}"),
    ),
    # 已完成整改19个, 完成8个, 已整改7个, 48个已完成; not 未完成2个, 基本完成3个
    "problems_done": (
        "完成",
        re.compile(
            rf"(?:已?(?:全部)?(?:(?<![未本])完成(?:整改)?|(?<![在续正未期])整改(?:完成|到位)?|销号|改完))({NUMBER}){_ITEMS}(?!制度|措施|任务)"
            rf"|({NUMBER}){_ITEMS}(?:问题)?(?:均)?已(?:全部)?(?:完成|整改)"
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


def read_progress(text: str, sentence: Span) -> Iterator[Count]:
    """Yield what a sentence says of the problems in numbers."""
    for kind, (word, pattern) in PATTERNS.items():
        for found in pattern.finditer(text, sentence.start, sentence.end):
            number = next(group for group in found.groups() if group)
            value = to_number(number)
            if value is not None and number != IDIOM:
                span = Span(*found.span())
                yield Count(kind, value, UNITS.get(kind, "个"), span, span, word, about=is_about(text, span.start, span.end))
