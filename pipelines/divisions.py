"""Administrative divisions: the dated table of GB/T 2260, and the functional areas it lacks.

What the table was made of, and how exact its years are, is written in data/divisions_sources.yml.
"""

import csv
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from pipelines.reading.words import any_of, load

DATA = Path(__file__).parent / "data"
MUNICIPALITIES = {"110000": "北京市", "120000": "天津市", "310000": "上海市", "500000": "重庆市"}
"""直辖市: province and city in one, so the city of their districts is None."""
CITY_ENDINGS = ("市", "州", "盟", "地区")
PROVINCE_ENDING = re.compile("(?:省|(?:壮族|回族|维吾尔)?自治区)$")
LONGEST_NAME = 16
"""双江拉祜族佤族布朗族傣族自治县 has 15 characters."""

NAMES_KEPT = 4096
"""A notice asks for the place of the same few names again and again."""


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the table, or one functional area (whose ``code`` may be that of the division it administers)."""

    code: str | None
    name: str
    parent: str | None
    valid_from: str | None = None
    """The first year in which it can have had this code and name; None: before the first list."""
    valid_to: str | None = None
    """The year by which it had lost them; None: it has them today."""

    def is_valid(self, on: str | None) -> bool:
        """Whether it had this code and name on an ISO day, or has them today where none is given."""
        if on is None:
            return self.valid_to is None
        return (self.valid_from or "") <= on[:4] and (self.valid_to is None or on[:4] <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Territory:
    """A place from the province down; None where a level does not exist or cannot be told."""

    province: str | None
    city: str | None
    county: str | None
    code: str | None

    def within(self, other: "Territory") -> bool:
        """Whether this place lies in ``other`` or is it."""
        pairs = ((other.province, self.province), (other.city, self.city), (other.county, self.county))
        return all(outer is None or outer == inner for outer, inner in pairs)


@cache
def _table() -> tuple[Division, ...]:
    """Return the rows of the table; a code has several where its division changed its name."""
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Division(row["code"], row["name"], row["parent"] or None, row["valid_from"] or None, row["valid_to"] or None)
            for row in csv.DictReader(file)
        )


@cache
def by_code() -> dict[str, Division]:
    """Return the divisions of GB/T 2260 by code, each under its last name; abolished codes are among them."""
    latest_last = sorted(_table(), key=lambda division: division.valid_to or "9999")
    return {division.code: division for division in latest_last if division.code}


@cache
def functional_areas() -> dict[str, Division]:
    """Return 新区 and the like by name; an area listed in GB/T 2260 itself is left to that table.

    A source marked 未核对 names the founding document from memory and has not been compared with it.
    """
    listed = {division.name for division in _table()}
    with (DATA / "functional_areas.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Division(row["code"] or None, row["name"], row["parent"])
            for row in csv.DictReader(file)
            if row["name"] not in listed
        }


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    """Return all places by name; 城关区 and its like have several."""
    names: dict[str, list[Division]] = {}
    for division in (*_table(), *functional_areas().values()):
        names.setdefault(division.name, []).append(division)
    full = set(names)
    for division in _table():
        # 阜新县 was a county of its own before 阜新蒙古族自治县.
        if (short := short_name(division.name)) and short not in full:
            names.setdefault(short, []).append(division)
    for short, name in load("peoples")["short_names"].items():
        names[short] = names[name]
    return {name: tuple(divisions) for name, divisions in names.items()}


def short_name(name: str) -> str | None:
    """Return an autonomous division's name without its peoples (楚雄彝族自治州 → 楚雄州); None where it is named after them alone."""
    found = _autonomous().fullmatch(name)
    return found["place"] + found["kind"] if found else None


@cache
def _autonomous() -> re.Pattern[str]:
    """Return what reads the name of an autonomous prefecture, county or banner."""
    peoples = load("peoples")
    with_ending, without = any_of(peoples["with_ending"]), any_of(peoples["without_ending"])
    return re.compile(rf"(?P<place>.+?)(?:{with_ending}族|{without})+自治(?P<kind>[州县旗])")


@cache
def territory_of(code: str, area: str | None = None) -> Territory | None:
    """Return the place of a GB/T 2260 code, or None where the table has no such code.

    ``area`` names a place that the table lacks: a 新区 in the division's stead, or a place that the division contains.
    """
    division = by_code().get(code)
    if division is None:
        return None
    lineage = [division]
    while lineage[-1].parent and (parent := by_code().get(lineage[-1].parent)):
        lineage.append(parent)
    levels: dict[str, str] = {}
    for member in lineage:
        # 429000 and 469000 only hold together the counties that a province governs itself.
        if "直辖县级" not in member.name and member.code:
            levels[_level(member.code)] = member.name
    if area:
        # A 市, 州, 盟 or 地区 right under a province is a city; everything else is of county level.
        below_province = code.endswith("0000") and area.endswith(CITY_ENDINGS)
        levels["city" if below_province else "county"] = area
    return Territory(levels.get("province"), levels.get("city"), levels.get("county"), code)


def _level(code: str) -> str:
    """Return province, city or county, as the zeros at the code's end tell."""
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


@cache
def _territory_of_division(division: Division) -> Territory | None:
    """Return the place of a table row or of a functional area."""
    if division.name in functional_areas() and functional_areas()[division.name] is division:
        outer = territory_of(division.parent or "")
        return outer and Territory(outer.province, outer.city, division.name, division.code)
    place = territory_of(division.code or "")
    if place is None or division is by_code()[division.code or ""]:
        return place
    # 庐山区 is 濂溪区 now, under the same code.
    return replace(place, **{_level(division.code or ""): division.name})


@lru_cache(maxsize=NAMES_KEPT)
def match_prefix(text: str, near: Territory | None = None, on: str | None = None) -> tuple[Territory, int] | None:
    """Return the place with whose name ``text`` begins, and the name's length.

    Reads 陕西省西安市碑林区…, 西安市…, 大连金普新区…. A name that several places bear counts
    only where the names before it, ``near`` (the site's own place) or the ISO day ``on`` of the text leave one of them.
    """
    best: tuple[Territory, int] | None = None
    position = 0
    while found := _next_name(text, position, best[0] if best else None, near, on):
        best = found
        position = found[1]
    return best


@cache
def cities_without_ending() -> dict[str, Division]:
    """Return the cities right under a province by their names without 市: 绵阳 for 绵阳市."""
    return {
        division.name.removesuffix("市"): division
        for code, division in by_code().items()
        if division.name.endswith("市") and _level(code) == "city" and division.valid_to is None
    }


@cache
def cities_behind_provinces() -> dict[str, Division]:
    """Return the same cities by their names behind those of their provinces, both in short: 四川绵阳."""
    return {
        PROVINCE_ENDING.sub("", by_code()[city.parent].name) + name: city
        for name, city in cities_without_ending().items()
        if city.parent in by_code()
    }


def _next_name(text: str, position: int, outer: Territory | None, near: Territory | None, on: str | None) -> tuple[Territory, int] | None:
    """Return the place named at ``position`` inside ``outer``, and where its name ends."""
    for length in range(min(LONGEST_NAME, len(text) - position), 1, -1):
        name = text[position : position + length]
        divisions = _by_name().get(name, ())
        end = position + length
        if not divisions and (city := _by_name().get(name + "市", ())):
            # 大连金普新区: a city without 市 counts only before a place inside it.
            place = _the_one(city, None, None, on)
            if place and (inner := _next_name(text, end, place, near, on)):
                return inner
            continue
        if divisions and (place := _the_one(divisions, outer, near, on)):
            return place, end
    return None


def _the_one(divisions: tuple[Division, ...], outer: Territory | None, near: Territory | None, on: str | None) -> Territory | None:
    """Return the place of the one division among those of a name that can be meant, or None."""
    found = [(division, place) for division in divisions if (place := _territory_of_division(division))]
    found = [(division, place) for division, place in found if outer is None or (place != outer and place.within(outer))]
    if len(found) > 1 and near:
        found = [(division, place) for division, place in found if place.within(near) or near.within(place)]
    if len(found) > 1:
        found = [pair for pair in found if pair[0].is_valid(on)] or found
    if len(found) > 1 and len({place.province for _, place in found}) == 1:
        # 枞阳县 went from one city to another in a year that no list tells: it is one county.
        found = [pair for pair in found if pair[0].valid_to is None] or found
    return found[0][1] if len(found) == 1 else None
