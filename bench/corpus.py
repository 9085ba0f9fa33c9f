"""Notices of about 4,000 characters in any number, the same at every start.

The clauses of the demo's notices are recombined. Of that alone a hundred thousand notices would have the vocabulary of
a dozen, so every few clauses name a place from the table of divisions and somebody with a name of random characters.
"""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from demo.content import load_replicas
from pipelines import divisions
from pipelines.sectors import sector_of

FIRST, DAYS = date(2014, 1, 1), 4400
"""Notices are spread over so many days."""
PROBLEMS = 14
CLAUSES = 17
"""Of a problem and its remedy together; with the demo's wording that makes some 4,000 characters a notice."""
NAME_EVERY = 12
"""One in so many clauses has a name before it."""
CLAUSE = re.compile(r"[^，。；：、？！\s]{3,40}")
# The 3,755 characters of everyday use, GB 2312's first level.
EVERYDAY = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low)).decode("gb2312", "ignore")
OFFICES = (
    "民政局",
    "教育局",
    "水务局",
    "财政局",
    "住房和城乡建设局",
    "交通运输局",
    "卫生健康委员会",
    "农业农村局",
    "自然资源局",
    "信访局",
    "司法局",
    "审计局",
)
LEVELS = ("省级", "市级", "县级", "县级", "县级", "单位")
TYPES = ('["常规"]', '["常规"]', '["专项"]', '["提级"]', '["常规", "专项"]', '["回头看"]', "[]")
STATUSES = ("已完成", "基本完成", "正在推进", "长期坚持", None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, and where it stands in the text."""

    number: str
    problem: str
    measures: str
    status: str | None
    start: int
    problem_start: int
    end: int


@dataclass(frozen=True, slots=True)
class MadeNotice:
    """What the archive stores of one notice."""

    number: int
    title: str
    published: str | None
    body: str
    place: tuple[str, str, str]
    """Province, city, county."""
    level: str
    types: str
    sector: str | None
    text: str
    problems: tuple[Problem, ...]


def make_notices(numbers: range) -> Iterator[MadeNotice]:
    """Yield the notices of these numbers; a notice is the same whatever others are made."""
    return map(_make_notice, numbers)


def _make_notice(number: int) -> MadeNotice:
    chance = random.Random(number)
    place = chance.choice(_places())
    office = chance.choice(OFFICES)
    body = f"{place[2]}{office}党组"
    text, problems = _write_text(chance, body)
    day = FIRST + timedelta(days=chance.randrange(DAYS))
    precision = chance.choices((10, 7, 0), (94, 5, 1))[0]
    return MadeNotice(
        number=number,
        title=f"中共{body}关于巡察整改进展情况的通报",
        published=day.isoformat()[:precision] or None,
        body=body,
        place=place,
        level=chance.choice(LEVELS),
        types=chance.choice(TYPES),
        sector=sector_of(office),
        text=text,
        problems=problems,
    )


def _write_text(chance: random.Random, body: str) -> tuple[str, tuple[Problem, ...]]:
    opening = (
        f"根据统一部署，{chance.randrange(2014, 2026)}年{chance.randrange(1, 13)}月，巡察组对{body}进行了巡察。现将巡察整改情况予以公布。"
    )
    lines, problems = [opening], []
    position = len(opening) + 1
    for count in range(1, PROBLEMS + 1):
        clauses = _clauses(chance)
        number = f"{count}."
        problem, measures = "，".join(clauses[:4]) + "。", "整改情况：" + _sentences(clauses[4:])
        stated = position + len(number)
        measured = stated + len(problem) + 1
        lines += [number + problem, measures]
        end = measured + len(measures)
        problems.append(Problem(number, problem, measures, chance.choice(STATUSES), position, stated, end))
        position = end + 1
    return "\n".join(lines), tuple(problems)


def _clauses(chance: random.Random) -> list[str]:
    chosen = chance.choices(_wording(), k=CLAUSES)
    for index in range(chance.randrange(NAME_EVERY), CLAUSES, NAME_EVERY):
        name = "".join(chance.choices(EVERYDAY, k=3))
        chosen[index] = f"{chance.choice(_places())[2]}{name}{chance.randrange(1, 400)}{chosen[index]}"
    return chosen


def _sentences(clauses: list[str]) -> str:
    return "。".join("，".join(clauses[start : start + 4]) for start in range(0, len(clauses), 4)) + "。"


@cache
def _wording() -> list[str]:
    lines = (line for replica in load_replicas() for article in replica.articles for line in article.paragraphs)
    return sorted({clause for line in lines for clause in CLAUSE.findall(line)})


@cache
def _places() -> list[tuple[str, str, str]]:
    """Return the counties with the names of their city and province."""
    with (Path(divisions.__file__).parent / "data" / "divisions.csv").open(encoding="utf-8") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    lines = [
        (rows[city["parent"]]["name"], city["name"], row["name"])
        for row in rows.values()
        if (city := rows.get(row["parent"])) and city["parent"] in rows
    ]
    return sorted(set(lines))
