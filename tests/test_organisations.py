"""Organisations: all that a notice names, and one row for each over its spellings, former names and places."""

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.migrations import migrations
from pipelines.organisations import file_body, organisation_of, settle_bodies
from pipelines.record import Notice, Site
from pipelines.step4_read import read_notice

XIAN = Site("610100_mzj", "西安市人民政府", "http://example.org/", "trs", "610100")
LEDGER = "\n一、关于“学习不深”的问题\n已完成。"


def read(sentence: str, site: Site | None = XIAN, title: str | None = None, closing: str = "") -> Notice:
    return read_notice(f"2021年3月1日至4月30日,{sentence}{LEDGER}{closing}", title, "2021-09-01", site)


def inspected(notice: Notice) -> list[tuple[str, str]]:
    return [(body.raw, body.name) for body in notice.bodies if body.role == "被巡察"]


@pytest.mark.parametrize(
    ("whom", "bodies"),
    [
        ("对市民政局党组、市水务局党组", [("市民政局党组", "西安市民政局党组"), ("市水务局党组", "西安市水务局党组")]),
        ("对市民政局、水务局党组", [("市民政局", "西安市民政局党组"), ("水务局党组", "西安市水务局党组")]),
        ("对市民政局党组和市残联党组", [("市民政局党组", "西安市民政局党组"), ("市残联党组", "西安市残联党组")]),
        ("对市公安局党委、雁塔区", [("市公安局党委", "西安市公安局党委"), ("雁塔区", "雁塔区")]),
        # One body each, whatever its name joins.
        ("对市住房和城乡建设局党组", [("市住房和城乡建设局党组", "西安市住房和城乡建设局党组")]),
        ("对市农业农村和水利局党组", [("市农业农村和水利局党组", "西安市农业农村和水利局党组")]),
        ("对市文化和旅游局、市体育局党组", [("市文化和旅游局", "西安市文化和旅游局党组"), ("市体育局党组", "西安市体育局党组")]),
        ("对市民政局党组及所属3家单位党组织", [("市民政局党组", "西安市民政局党组")]),
    ],
)
def test_every_inspected_body_is_kept(whom: str, bodies: list[tuple[str, str]]) -> None:
    assert inspected(read(f"市委第一巡察组{whom}进行了巡察。")) == bodies


def test_the_full_name_of_several_is_that_of_each() -> None:
    notice = read("市委第一巡察组对市民政局、水务局党组进行了巡察。")
    assert (notice.inspected_body_raw, notice.inspected_body) == ("市民政局、水务局党组", "西安市民政局党组、西安市水务局党组")


def test_a_joint_signature_is_that_of_two() -> None:
    closing = "\n西安市发展和改革局党组 西安市粮油购销有限公司党支部\n2021年9月1日"
    notice = read("市委第一巡察组对市粮油购销有限公司党支部进行了巡察。", closing=closing)
    assert notice.inspected_body == "西安市粮油购销有限公司党支部"
    assert [body.name for body in notice.bodies if body.role == "公布"] == ["西安市发展和改革局党组", "西安市粮油购销有限公司党支部"]


def test_a_joint_title_lends_each_its_own_name() -> None:
    title = "中共青岭市住房和城乡建设局党组、城市管理局党组关于巡察整改情况的通报"
    notice = read("市委第二巡察组对市住房和城乡建设局党组、市城市管理局党组进行了巡察。", site=None, title=title)
    assert [name for _, name in inspected(notice)] == ["青岭市住房和城乡建设局党组", "青岭市城市管理局党组"]


def test_a_resolved_name_has_evidence_for_both_its_parts() -> None:
    evidence = read("市委第一巡察组对市民政局党组进行了巡察。").evidence
    assert (evidence["inspected_body_raw"].quote, evidence["inspected_body_raw"].place) == ("市民政局党组", "text")
    assert (evidence["inspected_body_place"].quote, evidence["inspected_body_place"].place) == ("610100", "page")
    assert (evidence["inspecting_body_place"].quote, evidence["inspecting_body_raw"].quote) == ("610100", "市委")


def test_without_a_site_the_place_is_that_of_a_committee_named_in_full() -> None:
    notice = read("西安市委第一巡察组对市民政局党组进行了巡察。", site=None)
    assert notice.inspected_body == "西安市民政局党组"
    assert (notice.evidence["inspected_body_place"].quote, notice.evidence["inspected_body_place"].rule) == (
        "西安市",
        "place: a committee named in full",
    )
    named_in_title = read("市委第一巡察组对市民政局党组进行了巡察。", site=None, title="中共西安市民政局党组关于巡察整改情况的通报")
    assert named_in_title.evidence["inspected_body"].place == "title"
    assert "inspected_body_place" not in read("市委第一巡察组对市民政局党组进行了巡察。", site=None).evidence


@pytest.mark.parametrize(
    "names",
    [
        ("中共西安市民政局党组", "市民政局党委", "西安市民政局", "陕西省西安市民政局党组"),
        ("西安市卫生和计划生育委员会党组", "市卫计委党委", "西安市卫生健康委员会党组", "市卫健委", "市卫生健康局党组"),
        ("西安市扶贫开发办公室党组", "市扶贫办", "西安市乡村振兴局党组"),
        ("西安市国土资源局党组", "市自然资源和规划局党组"),
        ("中共西安市委", "西安市委员会", "中共西安市委员会"),
    ],
)
def test_spellings_of_one_organisation(names: tuple[str, ...]) -> None:
    assert len({found.key for name in names if (found := organisation_of(name, "610100"))}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西安市民政局党组", "西安市水务局党组"),
        ("西安市民政局", "陕西省民政厅"),
        ("蓝田县民政局", "西安市民政局"),
        ("西安市委", "西安市委宣传部"),
    ],
)
def test_what_are_two_organisations(one: str, other: str) -> None:
    found = [organisation_of(name, "610100") for name in (one, other)]
    assert found[0] != found[1]


def test_what_only_points_to_an_organisation_is_none() -> None:
    assert organisation_of("我局党组", "610100") is None
    assert organisation_of("市民政局党组", None) is None
    assert organisation_of("民政局党组", None) is None
    assert organisation_of("青岭市民政局党组", None) == organisation_of("中共青岭市民政局党组", None) is not None
    assert organisation_of("西部大学党委", None) == organisation_of("西部大学", "610100")


def test_a_renamed_bureau_is_one_row_under_its_present_name(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    numbers = {
        file_body(archive, "西安市国土资源局党组", "市国土资源局党组", "610100", "2017-05-01"),
        file_body(archive, "西安市自然资源和规划局党组", "我局", "610100", "2021-05-01"),
    }
    (row,) = archive.table("bodies").rows
    assert numbers == {row["id"]}
    assert (row["name"], row["sector"], row["division_code"]) == ("西安市自然资源和规划局党组", "自然资源", "610100")
    assert json.loads(row["former_names"]) == [["西安市国土资源局党组", 2018]]
    assert set(json.loads(row["names"])) == {"西安市国土资源局党组", "市国土资源局党组", "西安市自然资源和规划局党组", "我局"}
    settle_bodies(archive, {row["id"]})
    assert archive.table("bodies").count == 0


def test_the_bodies_of_an_older_archive_are_filed_anew(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = Database(path)
    for migration in migrations.pending(Database(memory=True))[:5]:
        migration.fn(db)
    for number, name in enumerate(("西安市民政局党组", "中共西安市民政局党组", "我局党组"), start=1):
        row = {
            "id": number,
            "inspected_body": name,
            "inspected_body_raw": "市民政局党组",
            "division_code": "610100",
            "inspection_types": "[]",
        }
        db.table("notices").insert(row)
        db.table("bodies").insert({"name": name, "names": "[]"})
    db.table("evidence").insert(
        {"notice_id": 1, "field": "inspected_body_raw", "quote": "市民政局党组", "start": 3, "end": 9, "in": "text", "rule": "r"}
    )
    migrations.pending(Database(memory=True))[5].fn(db)
    assert [row["name"] for row in db.table("bodies").rows] == ["西安市民政局党组"]
    rows = list(db.table("notice_bodies").rows)
    assert [(row["notice_id"], row["role"], row["start"], row["body_id"]) for row in rows] == [
        (1, "被巡察", 3, 1),
        (2, "被巡察", None, 1),
        (3, "被巡察", None, None),
    ]
