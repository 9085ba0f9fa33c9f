"""Which entries of a list are worth fetching, by their title and their column's name."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from crawler.entries import CUT_MARK

WORDS = Path(__file__).parent / "data" / "candidates.yml"
PARTY = "中共"
# 中共临河县卫生健康局委员会情况通报: a 党委 under its full name; 市卫生健康委员会 alone is an office.
PARTY_COMMITTEE = re.compile(r"中共.{2,40}委员会")
ABOUT = "关于"
# 县林业局, 定边县人力资; not 全县2023年, 定边县2023年.
OFFICE = re.compile(r"(?![全各本])\D{0,4}[省市县区州旗](?!\d|域|内|级|委)\D{2}")


@cache
def _words() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded


@cache
def _something_else() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(_words()['other'])})(?!部(?!门)|处|办|局|院|所|站|中心|管理|服务|交易)")


def _mentions(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def is_dedicated(column: str) -> bool:
    """Tell whether a column of this name holds nothing but what we look for."""
    return _mentions(column, _words()["column"])


def is_candidate(title: str) -> bool:
    """Tell whether an article of this title, whole or cut short, may be what we look for."""
    words = _words()
    is_cut = CUT_MARK.search(title) is not None
    reports = is_cut or _mentions(title, words["report"])
    is_party = _mentions(title, words["party"]) or PARTY_COMMITTEE.search(title) is not None
    if _mentions(title, words["title"]) or (reports and is_party):
        return True
    # A title that names a committee and says nothing of it is cut off, too, with an ellipsis or without.
    return (is_cut or (title.startswith(PARTY) and not reports)) and _may_go_on(CUT_MARK.sub("", title))


def _may_go_on(shown: str) -> bool:
    """Tell whether a title of which this much is shown may go on to be a notice's."""
    _, about, topic = shown.partition(ABOUT)
    if not about or OFFICE.match(topic):
        return _something_else().search(shown) is None
    return _mentions(topic, _words()["about"]) or any(word.startswith(topic) for word in _words()["about"])
