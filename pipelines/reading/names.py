"""Names of bodies (党组, 局, 街道 …): where they end, and how spellings of one name compare."""

import re

from pipelines.reading.words import any_of, load

_WORDS = load("organisations")
_PARTY = any_of(_WORDS["party"])
_ANY = any_of([*_WORDS["party"], *_WORDS["departments"], *_WORDS["bodies"]])

# 共青团…市委员会 does not end at 市委.
PARTY_END = re.compile(_PARTY + "(?!员会)")
# 市委办公室(市档案局), 县委宣传部: what may follow on the committee of a place, with its second name plate.
DEPARTMENT = re.compile(rf"[一-鿿]{{0,12}}?{any_of(_WORDS['departments'])}(?:\([一-鿿]{{2,16}}\))?")
BODY_END = re.compile(_ANY)
NAME = re.compile(rf"[\w“”‘’()·—、]{{1,60}}?{_ANY}(?![\w])")
# 我局党组, 学校党委, 局党组: nothing before the general word tells which one.
POINTER = re.compile(rf"(?:我们?|本|该)?{any_of(_WORDS['pointers'])}{_PARTY}?|{_PARTY}")
ADDITION = re.compile(any_of(_WORDS["additions"]))
LEADING = re.compile(any_of(_WORDS["leading"]))
# 市水务局, 县委宣传部, 省气象局: the division's own name is left out.
BARE_DIVISION = re.compile(r"(?:中共)?(自治[区州县旗]|省|市|县|区|州|旗|盟)(?!域|级|场|属|直)")
# …县委, …区委员会: the committee of a place, in short 县委.
COMMITTEE_OF_PLACE = re.compile(r"(?<=[省市县区州旗盟])(?:委员会|委)$")
SHORTEST_ABBREVIATION = 3
"""Characters; of 市局 nearly every name would be the long form."""
SHORT_FORMS: dict[str, str] = _WORDS["short_forms"]
"""Endings and their short forms, the longer ones first."""


def cut(text: str) -> str | None:
    """Return the longest beginning of ``text`` that ends like a body, or None.

    A party ending (市民政局党组) is preferred; 市民政局兜底保障工作 is cut at 局.
    """
    if addition := ADDITION.search(text, 2):
        text = text[: addition.start()]
    ends = [found.end() for found in PARTY_END.finditer(text)]
    if ends and COMMITTEE_OF_PLACE.search(text[: ends[-1]]) and (department := DEPARTMENT.match(text, ends[-1])):
        ends.append(department.end())
    if not ends:
        ends = [found.end() for found in BODY_END.finditer(text)]
    name = text[: ends[-1]] if ends else ""
    # 县林业局党组(含所属国有林场党总支): what is cut in a bracket ends before it.
    if name.count("(") > name.count(")"):
        name = name[: name.rindex("(")]
    return name if len(name) >= 2 else None


def is_body(text: str) -> bool:
    """Whether ``text``, as a whole, is a body's name."""
    return bool(NAME.fullmatch(text))


def is_pointer(name: str) -> bool:
    """Whether the name only points to a body named elsewhere (我局党组)."""
    return bool(POINTER.fullmatch(LEADING.sub("", name)))


def plain(name: str) -> str:
    """Return the name in its short form: without 中共, 委员会 as 党委 (or 区委 for a place's committee)."""
    if leading := LEADING.match(name):
        name = name[leading.end() :]
    if COMMITTEE_OF_PLACE.search(name):
        return COMMITTEE_OF_PLACE.sub("委", name)
    for long, short in SHORT_FORMS.items():
        if name.endswith(long):
            return name.removesuffix(long) + short
    return name


def party_ending(name: str) -> str | None:
    """Return 党组, 党委 … if the name ends with one."""
    ends = list(PARTY_END.finditer(name))
    return ends[-1].group() if ends and ends[-1].end() == len(name) else None


def stem(name: str) -> str:
    """Return the part of a name that all its spellings share: 中共西安市民政局党组, 市民政局 → 民政局."""
    name = plain(name)
    if ending := party_ending(name):
        name = name.removesuffix(ending)
    return BARE_DIVISION.sub("", name, count=1) if BARE_DIVISION.match(name) else name


def abbreviates(short: str, long: str) -> bool:
    """Whether the short name's characters stand in the long one in this order: 供销社 in 供销合作社联合社, 交警支队 in 交通警察支队."""
    rest = iter(long)
    return len(short) >= SHORTEST_ABBREVIATION and all(character in rest for character in short)
