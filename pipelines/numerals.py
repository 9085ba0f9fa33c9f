"""Numbers as notices write them: 12, 3.5万, 二〇一九, 十五万六千, 柒万."""

import re

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
DIGITS |= {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE_UNITS = {"万": 10**4, "亿": 10**8}

HAN = "".join(DIGITS) + "".join(SMALL_UNITS)
"""Characters of a Han numeral below 万, for use inside a regex's brackets."""

# 2.37亿, 1,286.3万, 3百万, 15: western digits, perhaps with thousands separators and units.
WESTERN = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)([百千]?)([万亿]?)")
POSITIONAL = re.compile("[〇零一二三四五六七八九]+")


def to_int(text: str) -> int | None:
    """Return the whole number that ``text`` writes (12, 十二, 二〇一九), or None."""
    number = to_number(text)
    return int(number) if number is not None and number == int(number) else None


def to_number(text: str) -> float | None:
    """Return the number that ``text`` writes, in western digits or Han numerals, or None."""
    if western := WESTERN.fullmatch(text):
        return float(western[1].replace(",", "")) * SMALL_UNITS.get(western[2], 1) * LARGE_UNITS.get(western[3], 1)
    if len(text) > 1 and POSITIONAL.fullmatch(text):
        return float("".join(str(DIGITS[character]) for character in text))
    return _with_units(text)


def _with_units(text: str) -> float | None:
    """Return the value of a Han numeral with units (十五万六千), or None where a character is no numeral."""
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in SMALL_UNITS:
            section += (digit or 1) * SMALL_UNITS[character]
            digit = 0
        elif character in LARGE_UNITS:
            total = (total + section + digit) * LARGE_UNITS[character]
            section = digit = 0
        else:
            return None
    return float(total + section + digit) if text else None
