"""Whose inspection it was: 中央 省级 市级 县级, or 单位 for a body that inspects its own."""

import re
from typing import cast

from pipelines.divisions import MUNICIPALITIES, Territory, match_prefix
from pipelines.reading.words import load
from pipelines.record import Level

_LEVELS: dict[str, str] = load("inspections")["levels"]
_ENDINGS = sorted(_LEVELS, key=len, reverse=True)

# 八师石河子市党委, 第十三师新星市党委: a division of the corps and its city have one committee.
OF_CORPS = re.compile("第?[一二三四五六七八九十]{1,3}师(?:[一-鿿]{2,6}市)?党委$")


# 党工委第二巡察组 in a firm of 麓山高新技术产业开发区.
WORKING_COMMITTEE = re.compile("党?工委")
ZONE = re.compile("开发区|高新区|经开区|新区|园区|示范区|度假区|保税区|管委会")


def read_level(committee: str, team: str | None, territory: Territory | None, inspected: str) -> Level | None:
    """Return the level of the committee that inspected; ``inspected`` names the body and what it belongs to.

    The 党工委 of a development zone is of county level. A 市委 that conducts 巡视, or that of a 直辖市, is of province
    level; that of a county-level city, where the table of divisions or the site tells so, of county level.
    """
    if OF_CORPS.search(committee):
        return "市级"
    if WORKING_COMMITTEE.fullmatch(committee) and ZONE.search(inspected):
        return "县级"
    ending = next((ending for ending in _ENDINGS if committee.endswith(ending)), None)
    if ending is None:
        return None
    if ending == "市委":
        return _of_city(committee, team, territory)
    return cast("Level", _LEVELS[ending])


def _of_city(committee: str, team: str | None, territory: Territory | None) -> Level:
    """Return the level of a 市委."""
    name = committee.removeprefix("中共").removesuffix("委")
    if (team and "巡视" in team) or name in MUNICIPALITIES.values():
        return "省级"
    named = match_prefix(name)
    place = named[0] if named and named[1] == len(name) else territory
    if place and place.province in MUNICIPALITIES.values():
        return "省级"
    if place and place.county and place.county.endswith("市"):
        return "县级"
    return "市级"
