"""The table of divisions: names and codes as of a day, and what its years rest on."""

from pathlib import Path

import pytest
import yaml

from pipelines import divisions
from pipelines.divisions import Territory, by_code, functional_areas, match_prefix, short_name, territory_of
from pipelines.record import Site
from pipelines.step4_read import read_notice

SOURCES = yaml.safe_load((Path(divisions.DATA) / "divisions_sources.yml").read_text(encoding="utf-8"))


def place(name: str, on: str | None = None, near: str | None = None) -> tuple[str | None, ...]:
    found = match_prefix(name, territory_of(near) if near else None, on)
    return (found[0].city, found[0].county, found[0].code) if found else ()


@pytest.mark.parametrize(
    ("name", "on", "expected"),
    [
        ("公主岭市水务局", "2018-05-01", ("四平市", "公主岭市", "220381")),
        ("公主岭市水务局", "2021-05-01", ("长春市", "公主岭市", "220184")),
        ("公主岭市水务局", None, ("长春市", "公主岭市", "220184")),
        ("密云县民政局", "2014-05-01", (None, "密云县", "110228")),
        ("密云区民政局", "2018-05-01", (None, "密云区", "110118")),
        # One code, two names.
        ("庐山区民政局", "2015-05-01", ("九江市", "庐山区", "360402")),
        ("濂溪区民政局", "2019-05-01", ("九江市", "濂溪区", "360402")),
        # The lists do not tell the year in which it went from one city to the other.
        ("枞阳县水务局", "2017-05-01", ("铜陵市", "枞阳县", "340722")),
        # Two places bore the name then, one bears it now.
        ("清河区水务局", "2017-05-01", ()),
        ("清河区水务局", "2022-05-01", ("铁岭市", "清河区", "211204")),
        ("莱芜市钢城区水务局", "2017-05-01", ("莱芜市", "钢城区", "371203")),
        ("济南市钢城区水务局", "2020-05-01", ("济南市", "钢城区", "370117")),
    ],
)
def test_a_name_stands_for_what_bore_it_then(name: str, on: str | None, expected: tuple[str | None, ...]) -> None:
    assert place(name, on) == expected


def test_the_sites_place_tells_namesakes_apart_before_the_day_does() -> None:
    assert place("清河区水务局", "2017-05-01", "320800") == ("淮安市", "清河区", "320802")


def test_a_notice_is_filed_under_the_code_of_its_day() -> None:
    text = "市委第一巡察组对公主岭市水务局党组进行了巡察。\n一、关于“学习不深”的问题\n已完成。"
    codes = [read_notice(text, None, published).division_code for published in ("2018-05-01", "2021-05-01")]
    assert codes == ["220381", "220184"]


def test_a_site_of_a_functional_area_keeps_it() -> None:
    notice = read_notice("对区民政局党组进行了巡察。", None, "2018-05-01", Site("s", "s", "http://s/", "trs", "210213", area="金普新区"))
    assert (notice.city, notice.county) == ("大连市", "金普新区")
    assert functional_areas()["金普新区"].code == "210213"


def test_every_row_has_a_place_and_its_years_are_those_of_the_lists() -> None:
    listed = {year for entry in SOURCES["lists"] for year in _years(str(entry["years"]))}
    rows = divisions._table()
    assert len({(row.code, row.name) for row in rows}) == len(rows)
    for row in rows:
        assert isinstance(territory_of(row.code or ""), Territory), row
        assert row.parent is None or row.parent in by_code(), row
        assert row.valid_to is None or int(row.valid_to) in listed, row
        assert (row.valid_from or "") <= (row.valid_to or "9999"), row
    assert {row.valid_to for row in rows} > {None, "2019", "2020"}


def _years(written: str) -> range:
    first, _, last = written.partition("-")
    return range(int(first), int(last or first) + 1)


@pytest.mark.parametrize(
    ("short", "code"),
    [
        ("楚雄州民政局", "532300"),
        ("黔南州三都县", "522732"),
        ("长白县教育局", "220623"),
        ("伊犁州", "654000"),
        ("莫力达瓦旗", "150722"),
        ("克州教育局", "653000"),
        ("巴州区民政局", "511902"),
    ],
)
def test_autonomous_divisions_are_known_without_their_peoples(short: str, code: str) -> None:
    found = match_prefix(short)
    assert found is not None
    assert found[0].code == code


def test_a_division_named_after_its_people_alone_has_no_short_name() -> None:
    assert short_name("东乡族自治县") is None
    assert short_name("德清县") is None
