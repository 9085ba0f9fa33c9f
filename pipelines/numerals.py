"""Numbers as notices write them: 12, 3.5万, 27万4千, 二〇一九, 十五万六千, 柒万."""

import re

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
DIGITS |= {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE_UNITS = {"万": 10**4, "亿": 10**8}

HAN = "".join(DIGITS) + "".join(SMALL_UNITS)
"""Characters of a Han numeral below 万, for use inside a regex's brackets."""

# 2.37亿, 1,286.3万, 3百万, 15: western digits, perhaps with thousands separators and units.
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
WESTERN = re.compile(rf"({_DIGITS})([百千]?)([万亿]?)")
POSITIONAL = re.compile("[〇零一二三四五六七八九]+")
# 27万4千: digits and units in turn, or Han numerals.
MIXED = re.compile(rf"(?:{_DIGITS}(?=[{HAN}万亿]|$)|[{HAN}万亿])+")
MARK = re.compile(rf"{_DIGITS}|.")
PLACES = 4
"""Decimal places kept: 4.35亿 is 435000000, not 434999999.99999994."""


def to_int(text: str) -> int | None:
    """Return the whole number that ``text`` writes (12, 十二, 二〇一九), or None."""
    number = to_number(text)
    return int(number) if number is not None and number == int(number) else None


def to_number(text: str) -> float | None:
    """Return the number that ``text`` writes, in western digits or Han numerals, or None."""
    if western := WESTERN.fullmatch(text):
        value = float(western[1].replace(",", "")) * SMALL_UNITS.get(western[2], 1) * LARGE_UNITS.get(western[3], 1)
        return round(value, PLACES)
    if len(text) > 1 and POSITIONAL.fullmatch(text):
        return float("".join(str(DIGITS[character]) for character in text))
    return _with_units(text) if MIXED.fullmatch(text) else None


def _with_units(text: str) -> float:
    """Return the value of a numeral with units: 十五万六千, 二亿三千万, 27万4千."""
    total = section = digit = 0.0
    for mark in MARK.findall(text):
        if mark in SMALL_UNITS:
            section += (digit or 1) * SMALL_UNITS[mark]
            digit = 0
        elif mark in LARGE_UNITS:
            # 三万亿 counts the 万 in 亿, 二亿三千万 adds them.
            before, now = (total, 0.0) if mark == "亿" else (0.0, total)
            total = now + (before + section + digit) * LARGE_UNITS[mark]
            section = digit = 0
        else:
            digit = DIGITS[mark] if mark in DIGITS else float(mark.replace(",", ""))
    return round(total + section + digit, PLACES)
