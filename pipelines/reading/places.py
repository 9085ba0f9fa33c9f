"""Where: province, city and county of the inspected body."""

import re
from dataclasses import replace
from functools import cache

from pipelines.divisions import Territory, cities_behind_provinces, cities_without_ending, match_prefix, territory_of
from pipelines.reading.bodies import Name, place_named
from pipelines.reading.names import BARE_DIVISION, LEADING
from pipelines.reading.source import Source, declared
from pipelines.reading.words import any_of
from pipelines.record import Contact, Evidence

# 税务总局德清县税务局 names its place in full; not 驻北京市办事处, nor 城区, which many cities have.
INSIDE = re.compile("(?<![驻援])[一-鿿]{2,14}(?:[省市县旗州盟]|自治区|地区)")
# 绵阳高新区, 眉山天府新区: what is named after its city without 市.
AREA = re.compile("[一-鿿]{0,8}?(?:高新|经开|开发区|园区|新区|保税区|示范区)")


def read_territory(source: Source, names: list[Name], written: str | None) -> tuple[Territory, Evidence] | None:
    """Return the place with its evidence: read from the bodies' names, else declared by the site.

    A name says more than the site where it lies within the site's place (a county's notice on the city's
    site) or outside of it; only names that the table of divisions knows count, each as of the day ``written``.
    """
    site = source.territory
    for name in names:
        leading = LEADING.match(name.name)
        found = match_prefix(name.name[leading.end() if leading else 0 :], site, written)
        if found and (site is None or not site.within(found[0])):
            return found[0], name.evidence
    if site and source.site:
        return site, declared(source.site.division, "place: the site's declared division")
    return None


def read_implied_territory(names: list[Name], address: Contact | None, written: str | None) -> tuple[Territory, Evidence] | None:
    """Return the place where no name begins with one: named inside a body's name, by an area's city, or by the address.

    It tells where the body is; that a committee called 市委 is of that place it does not.
    """
    for name in names:
        leading = LEADING.match(name.name)
        words = name.name[leading.end() if leading else 0 :]
        if found := _inside(words, written) or _city_in_short(words):
            return found, name.evidence
    if address and (prefix := match_prefix(address.value, None, written)):
        end = address.start + prefix[1]
        return _of_level(prefix[0], names), Evidence(address.value[: prefix[1]], address.start, end, "place: the address")
    return None


def _of_level(place: Territory, names: list[Name]) -> Territory:
    """Return the part of an address's place that the bodies are of: 市水务局 sits in a 区, and is not of it."""
    bare = next((found for name in names if (found := BARE_DIVISION.match(name.name))), None)
    if bare is None or place_named(bare[1], place) == place.county:
        return place
    of_province = bare[1] in ("省", "自治区") or place.city is None
    code = place.code and (place.code[:2] + "0000" if of_province else place.code[:4] + "00")
    return (code and territory_of(code)) or replace(place, county=None, code=None)


def _inside(name: str, written: str | None) -> Territory | None:
    """Return the innermost place that a name holds in full; None where it names two that do not lie in each other."""
    innermost: Territory | None = None
    position = 1
    while position < len(name):
        found = match_prefix(name[position:], None, written)
        if found is None or not INSIDE.fullmatch(name, position, position + found[1]) or name.startswith("场", position + found[1]):
            # 上海市场部 is of a market.
            position += 1
            continue
        if innermost and not found[0].within(innermost):
            return None
        innermost = found[0]
        position += found[1]
    return innermost


def _city_in_short(name: str) -> Territory | None:
    """Return the city after which an area is named (绵阳 in 绵阳高新区), or which stands behind its province (四川绵阳)."""
    if behind := _behind_province().search(name):
        return territory_of(cities_behind_provinces()[behind.group()].code or "")
    for length in range(2, 6):
        city = cities_without_ending().get(name[:length])
        if city and city.code and AREA.match(name, length):
            return territory_of(city.code)
    return None


@cache
def _behind_province() -> re.Pattern[str]:
    """Return what finds a city behind its province."""
    return re.compile(any_of(cities_behind_provinces()))
