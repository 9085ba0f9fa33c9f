"""The date of a list's row: of what stands in the row beside its title, what says when the article appeared."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, pairwise, product

# 2023-01-29, 2023/1/29, 2023.01.29, 2023年1月29日
LIST_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)(?:\s*日)?")
# 二〇二四年三月五日, 二○二四年 十一月 二十日; 三月五日 in rows that print the day alone.
HAN_DATE = re.compile(
    r"(?:(?P<year>(?:二[〇零○◯OＯ0０]|一九)[〇零○◯OＯ0０一二三四五六七八九]{2})年\s*)?"
    r"(?<![〇一二三四五六七八九十])(?P<month>[一二三四五六七八九十]{1,2})月\s*(?P<day>[一二三四五六七八九十]{1,3})日"
)
HAN_DIGITS = "〇一二三四五六七八九"
DIGITS = str.maketrans(dict(zip(HAN_DIGITS, "0123456789", strict=True)) | dict.fromkeys("零○◯OＯ０", "0"))
TENS = ("", "十", "二十", "三十")
NUMBERS = {tens + ones: number for number, (tens, ones) in enumerate(product(TENS, ["", *HAN_DIGITS[1:]]))}
"""一 to 三十九."""
# Rows that print the day alone, without a year: [01-29], 1月29日. They are rows; their date is not known.
SHORT_DATE = re.compile(r"(?<![\d./-])(?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])(?![\d./-])|(?<!\d)1?\d月[1-3]?\d日")
# Dates that are alone in their element or are none: 20230129, 23-01-29
COMPACT = re.compile(r"\W*((?:19|20)\d\d)(\d\d)(\d\d)\W*|\W*([12]\d)-(\d\d)-(\d\d)\W*")
# What an element of its own may hold of a date: 29, 29日, 2023, 2023年01月, 01-29, 1月
PART = re.compile(
    r"[\[(（【\s/.-]*(?:(?:19|20)\d\d年?(?:\s*[-./]?\s*\d{1,2}月?)?|\d{1,2}[-./月]\d{1,2}日?|\d{1,2}[日月]?)[\])）】\s/.-]*(?<!\d:)"
)
YEAR, MONTH, DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
# The parts of a date in elements of their own, in any order: <b>29</b><i>2023-01</i>, <i>2023.01</i><b>29</b>, <b>01-29</b><i>2023</i>
IN_PARTS = tuple(
    map(
        re.compile,
        (
            rf"{DAY}日?\W+{YEAR}\s*[-./年]\s*{MONTH}月?",
            rf"{YEAR}\s*[-./年]\s*{MONTH}月?\W+{DAY}日?",
            rf"{MONTH}[-./月]{DAY}日?\W+{YEAR}年?",
            rf"{YEAR}年?\W+{MONTH}[-./月]{DAY}日?",
            rf"{YEAR}年?\W+{MONTH}月?\W+{DAY}日?",
            rf"{DAY}日?\W+{MONTH}月\W+{YEAR}年?",
        ),
    )
)
# 根据…，2025年5月7日至7月8日，… is prose, and 2025-05-07~2025-07-08 the time in which something may be objected to.
PROSE = re.compile(r"[，。；、！？]|(?:日|\d)\s*(?:至|到|起|[~～—])")
# A summary with a date in bold: <p>于<b>2025年5月7日</b>，…</p>
GOES_ON = re.compile(r"\s*(?:[，。；、至]|到\d)")
LONGEST_BESIDE = 30
"""Characters around a date that is the row's: 来源：某某市自然资源和规划局 阅读 103; with more it stands in a summary."""
# Not the / between <b>29</b> and <i>2023-01</i>.
WORDS = re.compile(r"\w")
# 发布日期：, 时间:
LABEL = re.compile(r"([\u4e00-\u9fff]{0,4}(?:日期|时间))\s*[:：]?\s*$")
# Labels that say when the article appeared, before all others; and those that say something else.
PUBLISHED = re.compile(r"发布|公开|发表")
UNPUBLISHED = re.compile(r"成文|生成|制定|印发|签发|[失生]效|有效|废止|实施|施行|截止|开始|结束|起始|办理|立案")
UPDATED = re.compile(r"更新|修改|录入|添加|创建")


def read_date(text: str) -> str | None:
    """Return the first whole date in the text in ISO 8601, or None."""
    return next((day for found in LIST_DATE.finditer(_in_digits(text)) if (day := _iso(*found.groups()))), None)


def _in_digits(text: str) -> str:
    """Return the text with its days in Chinese numerals in digits: 二〇二四年三月五日 → 2024年3月5日."""
    return HAN_DATE.sub(_digits_of, text) if "月" in text else text


def _digits_of(found: re.Match[str]) -> str:
    month, day = NUMBERS.get(found["month"]), NUMBERS.get(found["day"])
    year = f"{found['year'].translate(DIGITS)}年" if found["year"] else ""
    return f"{year}{month}月{day}日" if month and day else found[0]


def shows_date(texts: Iterable[str]) -> bool:
    """Tell whether there is any date in a row, be it of month and day alone, or in a summary."""
    together = _in_digits(" ".join(texts))
    return read_date(together) is not None or SHORT_DATE.search(together) is not None


def is_part(text: str) -> bool:
    """Tell whether a text that stands by itself is a date, or a part of one."""
    text = _in_digits(text)
    return PART.fullmatch(text) is not None or (LIST_DATE.search(text) is not None and not LIST_DATE.sub("", text).strip(" []()（）【】"))


def is_day(text: str) -> bool:
    """Tell whether a text that stands by itself is a whole date, and so no title, however long it is written."""
    return is_part(text) and read_date(text) is not None


def row_date(texts: Iterable[str]) -> str | None:
    """Return the date of a row in ISO 8601, or None: what is labelled 发布日期 first, then what has no label. Prose dates no row.

    ``texts`` are those of its elements, in their order, without the title.
    """
    pieces = _labelled([_in_digits(" ".join(text.split())) for text in texts if WORDS.search(text)])
    found = [*_whole(pieces), *((1, day) for day in _in_parts(pieces))]
    return min(found, key=lambda ranked: ranked[0])[1] if found else None


def _labelled(texts: list[str]) -> list[str]:
    """Put a label that has an element of its own before what follows it."""
    pieces: list[str] = []
    for text in texts:
        if pieces and LABEL.fullmatch(pieces[-1]):
            pieces[-1] += f"：{text}"
        else:
            pieces.append(text)
    return pieces


def _whole(pieces: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the dates that stand in one piece, each with its rank."""
    for piece, following in pairwise([*pieces, ""]):
        if compact := COMPACT.fullmatch(piece):
            year, month, day = (part for part in compact.groups() if part)
            if whole := _iso(year if len(year) > len(month) else f"20{year}", month, day):
                yield 1, whole
        for found in LIST_DATE.finditer(piece):
            label = LABEL.search(piece[: found.start()])
            rank = _rank(label[1] if label else "")
            in_prose = PROSE.search(piece) or GOES_ON.match(following) or len(piece) - len(found[0]) > LONGEST_BESIDE
            if rank is not None and (label or not in_prose) and (day := _iso(*found.groups())):
                yield rank, day


def _rank(label: str) -> int | None:
    if UNPUBLISHED.search(label):
        return None
    return 0 if PUBLISHED.search(label) else 2 if UPDATED.search(label) else 1


def _in_parts(pieces: list[str]) -> Iterator[str]:
    """Yield the dates whose parts stand in pieces of their own, one after another."""
    for are_parts, run in groupby(pieces, key=lambda piece: PART.fullmatch(piece) is not None):
        together = " ".join(run)
        if are_parts:
            for found in filter(None, (form.fullmatch(together.strip(" []()（）【】/.-")) for form in IN_PARTS)):
                if day := _iso(found["year"], found["month"], found["day"]):
                    yield day


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # 2023-02-30
        return None
