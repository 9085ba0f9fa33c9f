"""One counted result, and which counts of a sentence repeat another one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipelines.numerals import HAN
from pipelines.reading.source import Span
from pipelines.reading.words import any_of, load

WORDS = load("figures")
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{HAN}]+(?:亿[{HAN}]*)?(?:万[{HAN}]*)?)"
PART = re.compile(any_of(WORDS["parts"]))
SUM = re.compile(any_of(WORDS["sums"]))
# A count in 共追责22人;其中给予处分9人 is a part of the one before, although it stands in a clause of its own.
# One that does not end is cut: what its counts are compared with, and their quotes, would grow with it.
SENTENCE = re.compile(rf"[^。;!?\n]{{1,800}}(?:;{PART.pattern}[^。;!?\n]{{0,800}}){{0,9}}")
# 处分1,032人: a comma between thousands ends no clause.
CLAUSE = re.compile(r"(?:[^,。;、!?\n]|(?<=\d),(?=\d{3}(?!\d)))+")
ABOUT_BEFORE = re.compile(any_of(WORDS["about_before"]) + "$")
ABOUT_BEHIND = re.compile(any_of(WORDS["about_behind"]))
ABOUT_INSIDE = re.compile(rf"(?:{NUMBER}|[万亿]){any_of(WORDS['about_inside'])}")
LONGEST_ABOUT = 3
"""The longest word that makes a number inexact, in characters."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count with its place in the compact text."""

    kind: str
    value: float
    unit: str
    span: Span
    """The number with its unit."""
    quote: Span
    """The clause that it stands in."""
    word: str
    """The word that tells the kind (清退, 诫勉)."""
    upper: float | None = None
    """The upper end of a range (3至5万元)."""
    about: bool = False
    total: bool = False
    """The sentence's own sum of what it lists."""
    unspecific: bool = False
    """The word does not tell what happened (问责5人); what follows may."""
    part: bool = False
    """The sentence counts it in another of its counts, too."""
    whole: bool = False
    """Its sentence sums up the whole notice (截至目前,累计…)."""


def is_about(text: str, start: int, end: int) -> bool:
    """Whether a number is inexact by the words around or in it: 约3万元, 30余万元, 3万元左右."""
    before = text[max(0, start - LONGEST_ABOUT) : start]
    return bool(ABOUT_BEFORE.search(before) or ABOUT_INSIDE.search(text, start, end) or ABOUT_BEHIND.match(text, end))


def mark_parts(text: str, counts: Iterable[Count]) -> list[Count]:
    """Return the counts of one sentence with those marked that another one includes.

    合计处理3人 includes what stands before it, 处理5人,其中诫勉2人 what follows, and so does 问责5人,处分2人,诫勉3人,
    where the sums agree.
    """
    listed = list(counts)
    if len(listed) < 2:
        return listed
    included: set[int] = set()
    for unit in dict.fromkeys(count.unit for count in listed):
        included.update(_included(text, [(index, count) for index, count in enumerate(listed) if count.unit == unit]))
    return [replace(count, part=True) if index in included else count for index, count in enumerate(listed)]


def _included(text: str, counts: list[tuple[int, Count]]) -> Iterator[int]:
    """Yield which of the numbered counts, all of one unit, are parts of another."""
    rest = sum(count.value for _, count in counts)
    alone: list[tuple[int, Count]] = []
    sum_alone = room = 0.0
    previous: Count | None = None
    for index, count in counts:
        rest -= count.value
        if count.total and alone and sum_alone <= count.value:
            yield from (number for number, _ in alone)
            alone, sum_alone = [], 0.0
        elif alone and previous and PART.search(text, previous.span.end, count.span.start):
            room = room or alone[-1][1].value
        previous = count
        if 0 < count.value <= room:
            room -= count.value
            yield index
            continue
        room = _room(count, rest)
        alone.append((index, count))
        sum_alone += count.value


def _room(count: Count, following: float) -> float:
    """Return how much of the sum that follows is included in a count that does not tell what happened."""
    if not count.unspecific:
        return 0.0
    return count.value if following == count.value or (count.total and following < count.value) else 0.0
