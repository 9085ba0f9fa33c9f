"""The grammar of Chinese dates and periods.

Reads text from which inner spaces are gone and widths are one (see reading/views.py). Every
expression keeps its place; its value is an ISO 8601 string exactly as precise as the page:
2019年 → 2019, 8月下旬 → 2019-08, 8月2日 → 2019-08-02. What is impossible has no value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dateutil.parser import isoparse

from pipelines.numerals import to_int

# 二〇二三, 二零二三; typists also write the zero as a Latin O or a digit.
_YEAR = r"(?:19|20)\d{2}|[一二][九〇零Oo0][〇零Oo0一二三四五六七八九]{2}"
_TYPED_ZERO = str.maketrans("Oo0", "〇〇〇")
# 廿八, 卅: the tens in old dress.
_SMALL = r"\d{1,2}|[一二三四五六七八九十廿卅]{1,3}"
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
# 元月 behind 年, a mark or the word that leads a date; not in 30万元月租.
_MONTH = rf"{_SMALL}|(?<![^年于至到自从在,。;()\n~—-])元"
_RELATIVE = "今年|本年|去年|上年|前年|同年|当年|次年|翌年"
YEAR_SHIFT = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2}
"""Years counted from the day of writing."""
NEXT_YEAR = {"同年": 0, "当年": 0, "次年": 1, "翌年": 1}
"""Years counted from the date mentioned before."""

# 6月3—28日: the day's 日 stands at the period's end only.
_SHARED_DAY = rf"(?=(?:至|到|[-—~]{{1,3}})(?:(?:{_MONTH})月)?(?:{_SMALL})[日号])"
# 3月12, 3月7、8日: a day stands there that is not read, so that 3月 would be less than the page says; 3月12家 counts something else.
_UNREAD_DAY = r"(?:\d{1,2}(?!,\d{3}|[\d.%一-鿿])|\d{1,2}[至到])"
# 2018年5月9日, 去年11月15日, 8月底, 二〇二一年四月二十七日, 3月18号, 元月20日. Decimals (1.5月) and longer numerals are not months.
WRITTEN = re.compile(
    rf"(?:(?P<year>{_YEAR})年度?|(?P<relative>{_RELATIVE}))?,?"
    rf"(?<![\d.一二三四五六七八九十])(?P<month>{_MONTH})月份?"
    rf"(?:(?P<day>{_SMALL})(?:[日号]|{_SHARED_DAY})|(?:上旬|中旬|下旬|底|初|末)|(?!{_UNREAD_DAY}))"
)
# 2021.9.13, 2019/11/04, 2022-04; not 2020.5万元, not 2021-2022.
PUNCTUATED = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d{2})(?P<dot>[./-])(?P<month>\d{1,2})(?:(?P=dot)(?P<day>\d{1,2}))?(?![\d.%万亿元个项])"
)
# 2024717日: spans around 年 and 月 were lost on the page, only the digits and 日 are left.
GLUED = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})年?(?P<glued>\d{2,4})日")
# 831日 after a glued date with its year.
GLUED_YEARLESS = re.compile(r"(?<![\d.年月])(?P<glued>\d{3,4})日(?![内前以])")
YEAR_ONLY = re.compile(rf"(?:(?P<year>{_YEAR})年(?!(?:{_MONTH})月{_UNREAD_DAY})|(?P<relative>{_RELATIVE}))")
# 自8月29日起至10月31日止; 11月15日进驻,至今年2月10日结束; 9月14日—11月20日; 3月4日(星期一)上午至.
CONNECTOR = re.compile(r"(?:\([^()\n]{1,12}\))?(?:[上下]午)?(?:起|开始|进驻|入驻)?,?(?:至|到|[-—~]{1,3})")
# 7月18日至30日: the end gives only its day.
DAY_ONLY = re.compile(rf"(?P<day>{_SMALL})[日号](?![内前])")
# 2020.9.14-11.20: the end leaves out the year.
PUNCTUATED_YEARLESS = re.compile(r"(?P<month>\d{1,2})[./](?P<day>\d{1,2})(?![\d.%万亿元个])")

_STARTS = re.compile(rf"{_YEAR}|{_RELATIVE}|(?:{_MONTH})月|(?<!\d)\d{{3,4}}日")


@dataclass(frozen=True, slots=True)
class Mention:
    """One date as written: the parts that stand there, not yet a value."""

    start: int
    end: int
    year: int | None
    relative: str | None
    """今年, 去年, 同年 …, where the year is given by such a word."""
    readings: tuple[tuple[int | None, int | None], ...]
    """(month, day) pairs; more than one only where lost characters leave several ways to read the digits."""

    def values(self, year: int) -> list[str]:
        """Return the possible ISO values in ``year``; several where the mention is ambiguous."""
        return [value for month, day in self.readings if (value := iso(year, month, day))]

    def value(self, year: int) -> str | None:
        """Return the ISO value in ``year``, or None where there is none or more than one."""
        values = self.values(year)
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class Expression:
    """A date (``last`` is None) or a period from ``first`` to ``last``."""

    start: int
    end: int
    first: Mention
    last: Mention | None


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression with its values; a value is None where it is impossible, ambiguous or without a year."""

    expression: Expression
    first: str | None
    last: str | None


def iso(year: int, month: int | None, day: int | None) -> str | None:
    """Return the ISO value of these parts, or None where the calendar has no such day."""
    value = f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
    try:
        isoparse(value)
    except ValueError:
        return None
    return value


def fault(mention: Mention) -> str:
    """Return why a mention has no value, in Chinese."""
    # 29 February is a day of some year.
    values = mention.values(mention.year or 2000)
    return "没有这一天" if not values else "有几种读法" if len(values) > 1 else "年份不明"


def precedes(value: str, other: str) -> bool:
    """Whether ``value`` lies before ``other``, compared at the precision that both have."""
    shared = min(len(value), len(other))
    return value[:shared] < other[:shared]


def find_expressions(text: str) -> list[Expression]:
    """Return the dates and periods of ``text`` in order."""
    glued = bool(GLUED.search(text))
    expressions: list[Expression] = []
    position = 0
    while found := _STARTS.search(text, position):
        first = _mention(text, found.start(), glued=glued)
        if first is None:
            position = found.start() + 1
            continue
        last = _period_end(text, first, glued=glued)
        position = (last or first).end
        expressions.append(Expression(first.start, position, first, last))
    return expressions


def read_expressions(text: str, written: str | None = None) -> list[Reading]:
    """Return the dates and periods of ``text`` with their values (see `resolve`)."""
    return resolve(find_expressions(text), written)


def resolve(expressions: Iterable[Expression], written: str | None = None) -> list[Reading]:
    """Return consecutive expressions with their values.

    ``written`` is the ISO day on which the text was written, from which 今年 and 去年 are counted. A date
    without a year takes the year of the date before it, or of the period's end; without any, the latest that is not
    after ``written``.
    """
    readings: list[Reading] = []
    previous: int | None = None
    for expression in expressions:
        year = year_of(expression.first, previous, None) or _year_of_end(expression) or year_of(expression.first, previous, written)
        if year is None:
            ends = expression.last
            previous = (ends.year if ends else None) or previous
            readings.append(Reading(expression, None, ends.value(ends.year) if ends and ends.year else None))
            continue
        first = expression.first.value(year)
        last, previous = _last_value(expression.last, first, year, written)
        readings.append(Reading(expression, first, last))
    return readings


def year_of(mention: Mention, previous: int | None, written: str | None) -> int | None:
    """Return the year of a mention: its own, a counted one, that of the date before, or the latest before ``written``."""
    if mention.year is not None:
        return mention.year
    if mention.relative in NEXT_YEAR:
        return previous + NEXT_YEAR[mention.relative] if previous is not None else None
    if mention.relative is not None:
        return int(written[:4]) + YEAR_SHIFT[mention.relative] if written else None
    return previous if previous is not None else _latest_year(mention, written)


def _year_of_end(expression: Expression) -> int | None:
    """Return the year in which a period begins that has one at its end only (11月6日至2021年1月30日), the latest possible."""
    first, last = expression.first, expression.last
    if last is None or last.year is None or first.relative is not None:
        return None
    begins, ends = first.value(last.year), last.value(last.year)
    return last.year - bool(begins and ends and precedes(ends, begins))


def _latest_year(mention: Mention, written: str | None) -> int | None:
    """Return the latest year in which the mention does not lie after ``written``."""
    if written is None:
        return None
    year = int(written[:4])
    value = mention.value(year)
    return None if value is None else year - precedes(written, value)


def _last_value(last: Mention | None, first: str | None, year: int, written: str | None) -> tuple[str | None, int]:
    """Return the value of a period's end and the year in which it lies."""
    if last is None:
        return None, year
    if last.year is not None or last.relative is not None:
        own = year_of(last, year, written)
        return (last.value(own), own) if own is not None else (None, year)
    # A year that is not written again is the start's, or the next one where the end would otherwise come first.
    for candidate in (year, year + 1):
        values = [value for value in last.values(candidate) if first is None or not precedes(value, first)]
        if len(values) == 1:
            return values[0], candidate
        if values:
            break
    return None, year


def _period_end(text: str, first: Mention, *, glued: bool) -> Mention | None:
    """Return the end of the period that begins with ``first``, or None for a single date."""
    connector = CONNECTOR.match(text, first.end)
    if not connector:
        return None
    position = connector.end()
    if last := _mention(text, position, glued=glued):
        return last if last.readings[0][0] is not None or first.readings[0][0] is None else None
    month, day = first.readings[0]
    if day is not None and (found := DAY_ONLY.match(text, position)):
        return Mention(position, found.end(), None, None, ((month, _number(found["day"])),))
    if found := PUNCTUATED_YEARLESS.match(text, position):
        return Mention(position, found.end(), None, None, ((int(found["month"]), int(found["day"])),))
    return None


def _mention(text: str, position: int, *, glued: bool) -> Mention | None:
    """Return the date that begins exactly at ``position``, or None."""
    for pattern in (WRITTEN, PUNCTUATED, GLUED, GLUED_YEARLESS, YEAR_ONLY):
        if pattern is GLUED_YEARLESS and not glued:
            continue
        found = pattern.match(text, position)
        if found and (readings := _readings(found.groupdict())):
            parts = found.groupdict()
            return Mention(position, found.end(), _year(parts.get("year")), parts.get("relative"), readings)
    return None


def _year(written: str | None) -> int | None:
    """Return the year as a number."""
    return to_int(written if written.isascii() else written.translate(_TYPED_ZERO)) if written else None


def _number(written: str) -> int | None:
    """Return the month or day as a number."""
    return to_int(written.translate(_TENS))


def _readings(parts: dict[str, str | None]) -> tuple[tuple[int | None, int | None], ...]:
    """Return the (month, day) pairs that the matched parts allow."""
    if digits := parts.get("glued"):
        return _split(digits)
    month, day = parts.get("month"), parts.get("day")
    if not month:
        return ((None, None),)
    number = 1 if month == "元" else _number(month)
    # 13月5日 is written as a day and is none; 15月 alone is something else.
    return ((number, _number(day) if day else None),) if number and (number <= 12 or day) else ()


def _split(digits: str) -> tuple[tuple[int, int], ...]:
    """Return the ways to cut digits into month and day: 718 → 7|18; 118 → 1|18 and 11|8."""
    pairs = ((digits[:cut], digits[cut:]) for cut in (1, 2) if 0 < len(digits) - cut <= 2)
    return tuple(
        (int(month), int(day))
        for month, day in pairs
        if month[0] != "0" and day[0] != "0" and int(month) <= 12 and iso(2000, int(month), int(day))
    )
