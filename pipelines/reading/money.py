"""Money that came back: 追缴, 清退, 上缴, 挽回."""

import re
from collections.abc import Iterator

from pipelines.numerals import to_number
from pipelines.reading.counts import NUMBER, PART, SUM, WORDS, Count, is_about
from pipelines.reading.source import Span
from pipelines.reading.words import any_of

KINDS = {word: kind for kind, words in WORDS["money"].items() for word in words}
_RECOVERED = any_of(KINDS)
# 下达追缴通知书 recovers nothing yet.
RECOVERED = re.compile(rf"{_RECOVERED}(?!通知|决定书|令)")
# 未退还的1.2万元, 拟追缴, 计划于年底前追缴, 预计2023年6月底前收回: such a verb tells of nothing that came back.
NOT_YET = re.compile(rf"(?:{any_of(WORDS['not_yet'])}|{any_of(WORDS['planned'])}(?:\d{{1,4}}[年月日]|[^,、\d]){{0,12}}?){_RECOVERED}")
NOT_RECOVERED = re.compile(any_of(WORDS["not_recovered"]))
# 收回资金并发放100万元, 收回并重新发放补贴70万元: the sum belongs to the second verb.
OTHER_USE = re.compile(f"[、并和及后](?:再|重新|统一|全部)?{any_of(WORDS['not_recovered'])}")
# 收缴罚款12万元 is none, 退还罚款12万元 is one.
GIVEN_BACK = re.compile("退|返|归还")
FINE = re.compile(rf"{any_of(WORDS['fines'])}(?:共计?|合计|累计|人民币)?$")
_OWNERS_MONEY = any_of(WORDS["owners_money"])
OWNERS_MONEY = re.compile(_OWNERS_MONEY)
# 退还5万元履约保证金: the object stands behind its sum.
OWNERS_MONEY_BEHIND = re.compile(rf"[余多]?的?[^,、。;和及与\d]{{0,6}}{_OWNERS_MONEY}")
GIVEN_TO_OWNER = frozenset(WORDS["given_to_owner"])
WRONGLY_HELD = re.compile(any_of(WORDS["wrongly_held"]))
# 关于“违规收取保证金”的问题: the heading tells it.
TAKEN_WRONGLY = re.compile(rf"{any_of(WORDS['wrongly_held'])}[^,。;\n]{{0,10}}?{_OWNERS_MONEY}")
HEADING_REACH = 200
"""Characters before a sum in which its heading is sought."""
# 已全部清退; 由责任人全额退回; 现已上缴财政专户: a clause that tells what became of the sum before it, and nothing else.
CAME_BACK_AFTER = re.compile(
    rf"[^,]{{0,12}}?{any_of(WORDS['wholly'])}[^,]{{0,16}}?(?:{_RECOVERED}了?|(?:退还|返还|归还)[^,\d]{{1,8}})"
    rf"(?:到位|完毕|完成|结束|[至到给入][^,]{{1,16}}|(?:国库|[^,]{{0,6}}(?:财政|专户|账户|账上|单位))[^,]{{0,6}})?"
)
# 金额2.2万元; 共计57.2万元; 涉及资金3万元: a clause that only tells the sum of the clause before it.
ONLY_A_SUM = re.compile(rf"{any_of(WORDS['sum_words'])}*")
# 追缴11.2万元,追缴的资金11.2万元已全部上缴: the same sum once more.
THE_SAME = re.compile(rf"(?:[所已]?{_RECOVERED}的|上述|以上|该笔?|此笔?|这笔)(?:资金|款项|金额|钱款|违规)?")
# 差旅费1.5万元和补助0.5万元; 30万元及利息2.41万元: the second sum hangs on the first one's verb.
AND = re.compile(r"[余多]?[、和及与][^,。;()]{0,16}")
# 每人600元, 单价286元: a rate is no sum.
LONGEST_RATE = 8
"""The longest such words, in characters."""
RATE = re.compile(rf"(?:每[^,。;\d]{{1,4}}|{any_of(WORDS['rates'])})(?:为|约)?$")
# 其余4.2亿元, 余6.5万元: what is left of a sum; 结余3万元 is none.
REMAINDER = re.compile(f"(?:{any_of(WORDS['remainders'])}|(?<![一-鿿])余)(?:的|资金|款项)?$")
CAME_BACK_WHOLLY = re.compile("[已均全]")
ATTEMPT = re.compile(rf"(?<!已){any_of(WORDS['attempts'])}(?![回到])")
BY_LAW = re.compile(any_of(WORDS["by_law"]))
# 27万4千, 2亿3千: the amount has several units, of which the last stands behind it.
_COMPOSITE = r"(?:\d+(?:\.\d+)?[亿万千百]零?)+\d+"
# 43.6万元, 2.37亿元, 27万4千元, 87432元, 十五万六千元, 36万余元, 1200余万元, 30多万元, 3至5万元, 3万元—5万元; not 3元/吨.
_SUM = rf"{NUMBER}[余多]?[百千]?[万亿]?[余多]?元?"
MONEY = re.compile(
    rf"(?:(?P<low>{_SUM})(?:至|到|[-—~]{{1,2}}))?(?<![\d.亿万千百])(?P<number>{_COMPOSITE}|{NUMBER})[余多]?(?P<unit>[百千]?[万亿]?)[余多]?元(?!/)"
)
INEXACT = re.compile("[余多元]")
UNIT = re.compile("[百千]?[万亿]?$")
# 追缴话费、停车费3,450元: what is paid back may be a list, and its sum may have a comma.
LONG_CLAUSE = re.compile(r"(?:[^,。;!?\n]|(?<=\d),(?=\d{3}))+")


def read_money(text: str, sentence: Span) -> Iterator[Count]:
    """Yield the sums of money of a sentence that came back."""
    clauses = [Span(*clause.span()) for clause in LONG_CLAUSE.finditer(text, sentence.start, sentence.end)]
    given: list[float] = []
    waiting: str | None = None
    in_parts = False
    for index, clause in enumerate(clauses):
        words = text[clause.start : clause.end]
        sums = [found for found in MONEY.finditer(text, clause.start, clause.end) if not _is_rate(text, found.start())]
        if not sums:
            # 清退违规补贴,涉及12人,共计3.2万元: the verb waits for its sum.
            waiting = _verb(words, "") or (waiting if not NOT_RECOVERED.search(words) else None)
            if waiting and OWNERS_MONEY.search(words) and _is_rightly_given(text, clause, waiting):
                waiting = None
            continue
        following = clauses[index + 1] if index + 1 < len(clauses) else None
        verb = _told_after(text, following) if following and not NOT_RECOVERED.search(words) else None
        if waiting and ONLY_A_SUM.fullmatch(text, clause.start, sums[0].start()):
            verb = verb or waiting
        # 追回资金,其中甲村0.86万元,乙村1.14万元,合计2万元: it waits on while parts are told.
        in_parts = in_parts or bool(PART.match(words))
        waiting = waiting if in_parts and verb is None else None
        for found, word in _returned(text, clause, sums, verb):
            count = _count(text, clause, found, word, total=bool(given) and bool(SUM.match(words)))
            if count and not (count.value in given and THE_SAME.match(words)):
                given.append(count.value)
                yield count


def _count(text: str, clause: Span, found: re.Match[str], word: str, *, total: bool) -> Count | None:
    """Return the count that a sum makes; of a range the lower end is its value."""
    value = to_number(found["number"] + found["unit"])
    if value is None:
        return None
    upper = None
    if found["low"] and (low := _lower_end(found["low"], found["unit"])) is not None and low < value:
        low, upper = low, value
        value = low
    about = is_about(text, *found.span())
    return Count(KINDS[word], value, "元", Span(*found.span()), clause, word, upper=upper, about=about, total=total)


def _lower_end(low: str, unit: str) -> float | None:
    """Return the lower end of a range, in whose unit the upper end's is understood: 3至5万元."""
    digits = INEXACT.sub("", low)
    own = UNIT.search(digits)
    return to_number(digits if "元" in low or (own and own.group()) else digits + unit)


def _is_rate(text: str, place: int) -> bool:
    """Whether the words right before a sum make it a rate (每人600元)."""
    return bool(RATE.search(text, max(0, place - LONGEST_RATE), place))


def _told_after(text: str, clause: Span) -> str | None:
    """Return the verb of a clause that tells that the sum before it came back: 已全部清退; one with a sum tells of that."""
    if MONEY.search(text, clause.start, clause.end):
        return None
    if not CAME_BACK_AFTER.fullmatch(text, clause.start, clause.end) or NOT_YET.search(text, clause.start, clause.end):
        return None
    recovered = RECOVERED.search(text, clause.start, clause.end)
    return recovered.group() if recovered else None


def _returned(text: str, clause: Span, sums: list[re.Match[str]], verb: str | None) -> list[tuple[re.Match[str], str]]:
    """Return the sums of a clause that came back, each with its verb; ``verb`` is one that all of them have from outside."""
    ends = [found.start() for found in sums[1:]] + [clause.end]
    starts = [clause.start] + [found.end() for found in sums[:-1]]
    returned: list[tuple[re.Match[str], str]] = []
    for found, start, end in zip(sums, starts, ends, strict=True):
        before = text[start : found.start()]
        word = _verb(before, text[found.end() : end])
        if REMAINDER.search(before) and not (RECOVERED.search(before) or CAME_BACK_WHOLLY.search(text, found.end(), end)):
            continue
        if word is None and returned and returned[-1][0].end() == start and AND.fullmatch(before) and not NOT_RECOVERED.search(before):
            word = returned[-1][1]
        if word is None and not PART.search(before):
            word = verb
        owners = OWNERS_MONEY.search(before) or OWNERS_MONEY_BEHIND.match(text, found.end(), end)
        if word and not (owners and _is_rightly_given(text, Span(start, end), word)):
            returned.append((found, word))
    return returned


def _is_rightly_given(text: str, around: Span, verb: str) -> bool:
    """Whether a verb says that its owner got what nobody had taken or kept wrongly."""
    if verb not in GIVEN_TO_OWNER or WRONGLY_HELD.search(text, around.start, around.end):
        return False
    return not TAKEN_WRONGLY.search(text, max(0, around.start - HEADING_REACH), around.end)


def _verb(before: str, after: str) -> str | None:
    """Return the verb around a sum which says that it came back, or None.

    清退违规发放补贴23400元 and 餐费8630元由当事人退回 have one; 核减造价96万元 and 追缴多年、罚款20万元 have none.
    """
    if NOT_YET.search(after):
        return None
    if recovered := RECOVERED.search(NOT_YET.sub(_blank, before)):
        if ATTEMPT.match(before, recovered.start()) and BY_LAW.search(before):
            return None
        fined = FINE.search(before) and not GIVEN_BACK.match(recovered.group())
        return None if OTHER_USE.search(before, recovered.end()) or fined else recovered.group()
    behind = RECOVERED.search(after)
    if behind is None or NOT_RECOVERED.search(before) or ATTEMPT.match(after, behind.start()):
        return None
    return behind.group()


def _blank(words: re.Match[str]) -> str:
    """Return as many blanks as there are words."""
    return " " * len(words.group())
