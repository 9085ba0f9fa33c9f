"""How numbers and moments are shown to readers; what leaves as data has them as they are in the archive."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

FLOAT_DIGITS = sys.float_info.dig
"""Digits of a number that adding leaves as they are."""
BEIJING = timezone(timedelta(hours=8))
# 网站公布日期，ISO 8601，精度同网页 (date published)
FIRST_WORDS = re.compile(r"[^，；：(]*")
ENGLISH = re.compile(r"\(([^()]+)\)$")
# search matches &#34;低保, 漏保&#34;, province = &#34;江西省&#34; and year = 2023
CLAUSE = re.compile(r"((?:&#34;.*?&#34;|(?!, | and ).)+)(?:, | and |$)", re.DOTALL)
SEARCHED = re.compile(r"^search matches &#34;(.*)&#34;$", re.DOTALL)
COLUMN = re.compile(r"^[a-z_]+")


def grouped(value: float) -> str:
    """Return a number with its digits in groups: 282840200.0 as 282,840,200, a sum of 16120917.780000001 as 16,120,917.78."""
    return f"{int(value):,}" if value == int(value) else f"{value:,.{FLOAT_DIGITS}g}"


def beijing_time(moment: str) -> str:
    """Return a moment of the archive (ISO 8601, UTC) as readers tell the time: 2026-11-22 14:33."""
    return f"{datetime.fromisoformat(moment).astimezone(BEIJING):%Y-%m-%d %H:%M}"


def column_label(sentence: str, language: str) -> str:
    """Return the words for a column that its sentence in metadata.yml begins with; in English those that stand last, in parentheses."""
    if language == "en" and (english := ENGLISH.search(sentence)):
        return english[1]
    words: str = FIRST_WORDS.findall(sentence)[0]
    return words.strip()


def conditions_in_chinese(description: str, labels: Mapping[str, str]) -> str:
    """Return what Datasette says of a list's conditions, escaped for HTML, in Chinese: search matches "…" and year = 2023.

    Only what stands outside quotation marks is Datasette's; what a reader typed stays as it is.
    """
    clauses = CLAUSE.findall(description)
    said = [SEARCHED.sub(r"包含“\1”", COLUMN.sub(lambda found: labels.get(found[0], found[0]), clause)) for clause in clauses]
    return "，".join(said)
