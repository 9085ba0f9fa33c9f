"""People who were held to account, by what became of them: 处分, 组织处理, 诫勉, 批评教育, 提醒谈话."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.numerals import to_number
from pipelines.reading.counts import CLAUSE, NUMBER, SUM, WORDS, Count, is_about
from pipelines.reading.source import Span
from pipelines.reading.words import any_of

KINDS = {word: kind for kind, words in WORDS["persons"].items() for word in words}
UNSPECIFIC = frozenset(WORDS["unspecific_persons"])
_CONSEQUENCE = any_of(KINDS)
CONSEQUENCE = re.compile(_CONSEQUENCE)
OTHERWISE = re.compile(any_of(WORDS["not_disciplined"]))
# 拟给予2人党内警告, 未给予处分3人; not 对未按规定报批的2人批评教育.
NOT_DONE = re.compile(rf"(?:{any_of(WORDS['undone'])}|{any_of(WORDS['planned_acts'])}[^,、的]{{0,12}}?){_CONSEQUENCE}")
# 3人, 2名, 4人次, 3至5人; not 人员, 3人份, 3人均
PERSONS = re.compile(rf"(?:(?P<low>{NUMBER})[人名]?(?:至|到|[-—~]{{1,2}}))?(?P<number>{NUMBER})(?:余|多)?(?P<unit>人次|人(?![份均])|名)")
# 对2名责任人进行提醒谈话, 给予3人党内警告处分, 2.对1名站长诫勉: what became of them stands behind.
_NUMBER_BEFORE = r"(?:[(]?[^,。;:.()\n]{0,8}[.:)]|[①-⑳])?"
OBJECT = re.compile(rf"{_NUMBER_BEFORE}{any_of(WORDS['acted_on'])}")
COUNTED_ANEW = re.compile(rf"{_NUMBER_BEFORE}对")
RESPECTIVELY = re.compile("[^,、]{0,10}分别")
# 涉及11人,均已作出组织处理: a clause that tells what became of those before it.
TOLD_AFTER = re.compile(rf"{any_of(WORDS['all_of_them'])}+[^,\d]{{0,16}}?(?P<word>{_CONSEQUENCE})[^,\d]{{0,6}}")
# 2名出纳退还资金,分别给予警告: and so does one behind a clause whose subject they are.
SUBJECT = re.compile(rf"[一-鿿]{{0,6}}{any_of(WORDS['culprits'])}")
# 2名干部反映情况,已对站长给予警告 speaks of somebody else.
OF_THESE = re.compile("[均都]|分别|全部|一律")
# 由批评教育改为党内警告: the first became the second; 以整改为契机 tells of no change.
CHANGED = re.compile("(?<!整)改为|变更为")
INVOLVED = re.compile(r"[^,]{0,6}?(?:涉及|共|共计|合计)(?:相关|有关)?(?:责任)?(?:人员|干部|党员)?$")


def read_persons(text: str, sentence: Span) -> Iterator[Count]:
    """Yield the counts of people in a sentence who were held to account."""
    clauses = [Span(*clause.span()) for clause in CLAUSE.finditer(text, sentence.start, sentence.end)]
    for index, clause in enumerate(clauses):
        words = text[clause.start : clause.end]
        if OTHERWISE.search(words) or NOT_DONE.search(words):
            continue
        # In 诫勉谈话(提醒谈话)4人 the words in brackets only say the same once more.
        counted = [found for found in PERSONS.finditer(text, clause.start, clause.end) if to_number(found["number"]) is not None]
        told = [found for found in CONSEQUENCE.finditer(text, clause.start, clause.end) if text[found.start() - 1] != "("]
        consequences = _lasting(text, told)
        following = clauses[index + 1] if index + 1 < len(clauses) else None
        if counted and not consequences and following:
            consequences = _told_after(text, clause, counted[0], following) or _told_of_all(text, clause, following)
        for found, word in _paired(text, clause, counted, consequences):
            yield _count(text, clause, found, word)


def _lasting(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the words for what became of people without those that were changed into the next."""
    changed = {word for word, after in pairwise(words) if CHANGED.search(text, word.end(), after.start())}
    return [word for word in words if word not in changed]


def _count(text: str, clause: Span, found: re.Match[str], word: str) -> Count:
    """Return the count of people to whom this happened."""
    kind = KINDS[word]
    if RESPECTIVELY.match(text, found.end(), clause.end) and text.startswith("、", clause.end):
        # 对3名责任人分别给予党内警告、诫勉、批评教育: how many of each is not said.
        kind = WORDS["unspecific_persons"][0]
    value, upper = to_number(found["number"]) or 0.0, None
    if found["low"] and (low := to_number(found["low"])) is not None and low < value:
        value, upper = low, value
    total = bool(SUM.search(text, clause.start, clause.end))
    unit = "人次" if found["unit"] == "人次" else "人"
    about = is_about(text, *found.span())
    unspecific = KINDS[word] in UNSPECIFIC
    return Count(kind, value, unit, Span(*found.span()), clause, word, upper=upper, about=about, total=total, unspecific=unspecific)


def _told_after(text: str, clause: Span, counted: re.Match[str], following: Span) -> list[re.Match[str]]:
    """Return what the next clause says became of the people whom this one only counts."""
    before = text[clause.start : counted.start()]
    subject = (not before or before.endswith(":")) and SUBJECT.match(text, counted.end(), clause.end)
    if not ((subject and OF_THESE.match(text, following.start)) or INVOLVED.search(before)):
        return []
    told = TOLD_AFTER.fullmatch(text, following.start, following.end)
    return list(CONSEQUENCE.finditer(text, *told.span("word"))) if told else []


def _told_of_all(text: str, clause: Span, following: Span) -> list[re.Match[str]]:
    """Return what became of all people of an enumeration, told behind the last of them: 对1名处级干部、2名科级干部给予处分."""
    if text[clause.end] != "、" or not OBJECT.match(text, clause.start):
        return []
    last = PERSONS.search(text, following.start, following.end)
    return list(CONSEQUENCE.finditer(text, last.end(), following.end)) if last else []


def _paired(text: str, clause: Span, counted: list[re.Match[str]], words: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each count of a clause with the word that belongs to it: the last one before it, or where it is an object, the next."""
    start = clause.start
    for index, found in enumerate(counted):
        end = counted[index + 1].start() if index + 1 < len(counted) else max([clause.end, *(word.end() for word in words)])
        before = [word for word in words if start <= word.start() < found.start()]
        behind = [word for word in words if found.end() <= word.start() < end]
        # 对4名院长分别给予处分2人、诫勉2人: what became of them is counted anew.
        if index + 1 < len(counted) and behind and behind[-1].end() == end and COUNTED_ANEW.match(text, clause.start):
            continue
        near = behind or before[::-1] if OBJECT.match(text, clause.start) else before[::-1] or behind
        if near:
            word = next((word for word in near if KINDS[word.group()] not in UNSPECIFIC), near[0])
            start = max(word.end(), found.end())
            yield found, word.group()
