"""Each canned query, on an archive made so that the answer is known."""

import itertools
from pathlib import Path

import pytest
import yaml
from lxml import html
from publishing import PROJECT, answer

from pipelines.archive import open_archive

QUERIES = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["databases"]["archive"]["queries"]
BODY, OTHER, THIRD = "甲市民政局党组", "乙县教育局党组", "丙县委"
REMEDY = "建立健全制度，明确专人负责，定期开展检查，形成长效机制。"
NOTICES = [
    # id, body, published, feedback, yuan, persons, state, province, team, site
    (1, BODY, "2023-04-01", "2023-01-15", 500.0, 2, "live", "江西省", "第一巡察组", "a"),
    (2, BODY, "2024-05-01", "2024-04-20", 90000.0, None, "gone", "江西省", "第一巡察组", "a"),
    (3, OTHER, "2024-03-21", "2024-01-20", None, 7, "missing", "湖南省", "第二巡察组", "a"),
    (4, THIRD, "2024-06", "2024-01-01", None, None, "live", None, None, "b"),
    (5, None, None, None, None, None, "live", None, None, "b"),
]
PROBLEMS = [
    # notice, position, leaf, problem, measures, status
    (1, 0, 0, "党的领导方面", None, None),
    (1, 1, 1, "低保对象动态管理不到位", REMEDY, "已完成"),
    (1, 2, 1, "制度不健全", "短。", "未完成"),
    (2, 0, 1, "低保对象动态管理不到位", REMEDY, "正在推进"),
    (3, 0, 1, "低保对象动态管理不到位", REMEDY, None),
    (4, 0, 1, "学习不深入不及时", "专题学习两次。", "长期坚持"),
]
# The whole answer, or of long rows what tells them apart.
EXPECTED: dict[str, list[tuple[object, ...]]] = {
    "slowest": [(1, 76), (3, 61), (2, 11)],
    "dates-in-conflict": [],
    "inspections": [(2, "第一巡察组", "2024", BODY), (3, "第二巡察组", "2024", OTHER), (1, "第一巡察组", "2023", BODY)],
    "late": [(1, 76, "超过两个月"), (3, 61, "超过两个月")],
    "recovered": [(2, 90000.0), (1, 500.0)],
    "disciplined": [(3, 7), (1, 2)],
    "most-problems": [(1, 2), (4, 1), (2, 1), (3, 1)],
    "unfinished": [(2, "低保对象动态管理不到位", "正在推进"), (1, "制度不健全", "未完成")],
    "recurring": [(BODY, "低保对象动态管理不到位", 2, 2, "2023-04-01", "2024-05-01", 1, 2)],
    "remedies": [(REMEDY, 3, 2, 1, 2)],
    "statuses": [(2024, "正在推进", 1, 1), (2024, "长期坚持", 1, 1), (2024, None, 1, 1), (2023, "已完成", 1, 1), (2023, "未完成", 1, 1)],
    "no-ledger": [(5,)],
    "undated": [(5,)],
    "gone": [(2, "gone"), (3, "missing")],
    "edited": [(3, 2, "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z")],
    "reposted": [(1, 2, "a,b")],
    "bodies-by-notices": [
        (BODY, "民政", 2, "2023-04-01", "2024-05-01", 90500.0),
        (THIRD, None, 1, "2024-06", "2024-06", None),
        (OTHER, "教育", 1, "2024-03-21", "2024-03-21", None),
    ],
    "teams": [("第一巡察组", 2, "2023-04-01", "2024-05-01", 3), ("第二巡察组", 1, "2024-03-21", "2024-03-21", 1)],
    "sectors": [
        ("民政", 2024, 1, 90000.0),
        ("教育", 2024, 1, None),
        (None, 2024, 1, None),
        ("民政", 2023, 1, 500.0),
        (None, None, 1, None),
    ],
    "coverage": [("江西省", 2, "2024-05-01"), ("湖南省", 1, "2024-03-21"), (None, 2, "2024-06")],
    "sites-by-silence": [("b", 2, None), ("a", 3, "2026-11-21T00:00:00Z")],
    "doubtful": [(3, "feedback_date", "没有这一天", "2月30日")],
    "unparsed-most": [(4, 4, 1, "见过的写法")],
    "rejected": [("反馈会新闻",), ("文件不能读：扫描件",)],
    "unreadable": [("文件不能读：扫描件", "captures/x.warc.gz", 77)],
    "newest": [("/archive/notices/5",), ("/archive/notices/4",), ("/archive/notices/3",), ("/archive/notices/2",), ("/archive/notices/1",)],
}
TIED = {"statuses", "sectors", "coverage"}
"""Queries that do not say which of several equal rows comes first."""
# Which columns of the answer the expectation names, where it does not name all.
SHOWN = {
    "slowest": ["编号", "天数"],
    "late": ["编号", "天数", "时限"],
    "inspections": ["编号", "巡察组", "巡察年份", "被巡察单位"],
    "recovered": ["编号", "金额_元"],
    "disciplined": ["编号", "追责问责人数"],
    "most-problems": ["编号", "问题数"],
    "unfinished": ["编号", "问题", "状态"],
    "no-ledger": ["编号"],
    "undated": ["编号"],
    "gone": ["编号", "现状"],
    "edited": ["编号", "版本数", "初版", "最新版"],
    "reposted": ["编号", "网址数", "网站"],
    "bodies-by-notices": ["单位", "领域", "通报数", "最早公布", "最近公布", "追缴金额_元"],
    "teams": ["巡察组", "通报数", "最早公布", "最近公布", "问题数"],
    "sectors": ["领域", "年份", "通报数", "追缴金额_元"],
    "coverage": ["省", "通报数", "最近公布"],
    "sites-by-silence": ["网站编号", "通报数", "最近收到新通报"],
    "doubtful": ["编号", "字段", "疑点", "原文"],
    "unparsed-most": ["编号", "未读懂字数", "问题数", "其中最长的一段"],
    "rejected": ["理由"],
    "unreadable": ["原因", "WARC文件", "偏移"],
    "newest": ["atom_link"],
}


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("queries") / "archive.db"
    db = open_archive(path)
    with db.atomic():
        for site, new in (("a", "2026-11-21T00:00:00Z"), ("b", None)):
            db.table("sites").insert(
                {"id": site, "name": f"网站{site}", "url": "http://a.example/", "software": "trs", "division_code": "360000", "replica": 0}
                | {"last_new_notice": new}
            )
        for name, sector in ((BODY, "民政"), (OTHER, "教育"), (THIRD, None)):
            db.table("bodies").insert({"name": name, "key": name, "names": "[]", "sector": sector})
        for number, body, published, feedback, yuan, persons, state, province, team, site in NOTICES:
            db.table("notices").insert(
                {
                    "id": number,
                    "url": f"http://a.example/{number}",
                    "title": f"通报{number}",
                    "inspected_body": body,
                    "published": published,
                }
                | {"feedback_date": feedback, "money_recovered_yuan": yuan, "persons_disciplined": persons, "state": state}
                | {"province": province, "inspection_team": team, "year": int(published[:4]) if published else None, "site": site}
                | {"first_seen": f"2026-11-0{number}T00:00:00Z", "last_seen": f"2026-11-1{5 - number}T00:00:00Z"}
            )
            if body:
                (body_id,) = db.execute("SELECT id FROM bodies WHERE name = ?", [body]).fetchone()
                db.table("notice_bodies").insert({"notice_id": number, "position": 0, "role": "被巡察", "name": body, "body_id": body_id})
            db.table("texts").insert({"notice_id": number, "text": "没有见过的写法"})
            db.table("versions").insert({"notice_id": number, "version": 1, "text": "一", "first_seen": "2026-11-01T00:00:00Z"})
            for address, listed in (("", site), ("/again", "b"))[: 2 if number == 1 else 1]:
                url = f"http://a.example/{number}{address}"
                db.table("addresses").insert({"url": url, "notice_id": number})
                db.table("pages").insert({"url": url, "notice_id": number, "site": listed})
        db.table("versions").insert({"notice_id": 3, "version": 2, "text": "二", "first_seen": "2026-11-20T00:00:00Z"})
        for notice, position, leaf, problem, measures, status in PROBLEMS:
            db.table("problems").insert(
                {"notice_id": notice, "position": position, "leaf": leaf, "problem": problem, "measures": measures, "status": status}
            )
        db.table("doubts").insert({"notice_id": 3, "position": 0, "field": "feedback_date", "reason": "没有这一天", "quote": "2月30日"})
        db.table("notices").update(4, {"unparsed_characters": 4})
        db.table("unparsed").insert({"notice_id": 4, "position": 0, "start": 2, "end": 6, "paragraphs": 1, "characters": 4})
        db.table("captures").insert({"id": "<urn:uuid:9>", "warc_file": "captures/x.warc.gz", "warc_offset": 77})
        rejected = {"site": "a", "title": "反馈会", "reason": "反馈会新闻", "judged_at": "2026-11-21T00:00:00Z"}
        db.table("rejections").insert(rejected | {"url": "http://a.example/n"})
        db.table("rejections").insert(
            rejected
            | {"url": "http://a.example/f", "reason": "文件不能读：扫描件", "judged_at": "2026-11-20T00:00:00Z"}
            | {"capture_id": "<urn:uuid:9>"}
        )
    db.close()
    return path


def test_every_query_has_an_expectation():
    assert QUERIES.keys() == EXPECTED.keys()
    assert len(QUERIES) >= 15


@pytest.mark.parametrize("name", QUERIES)
def test_query_finds_the_right_rows(path, name):
    rows = answer(path, f"/archive/{name}.json?_shape=array").json()
    found = [tuple(row[column] for column in SHOWN.get(name, row)) for row in rows]
    if name in TIED:
        found, expected = sorted(found, key=repr), sorted(EXPECTED[name], key=repr)
    else:
        expected = EXPECTED[name]
    assert found == expected


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("recurring.json?单位=民政", 1),
        ("recurring.json?单位=教育", 0),
        ("remedies.json?词=长效", 1),
        ("inspections.json?巡察组=第一巡察组", 2),
        ("recovered.json?领域=民政", 2),
        ("recovered.json?省=江西&领域=民政", 2),
        ("recovered.json?省=湖南", 0),
        ("disciplined.json?省=湖南省", 1),
        ("disciplined.json?领域=教育", 1),
        ("slowest.json?领域=国有企业", 0),
        ("late.json?省=江西", 1),
        ("inspections.json?巡察组=第一巡察组&年份=2023", 1),
        ("inspections.json?巡察机关=某市委", 0),
        ("coverage.json?省=江西", 1),
    ],
)
def test_query_is_narrowed(path, address, count):
    assert len(answer(path, f"/archive/{address}&_shape=array").json()) == count


@pytest.mark.parametrize("name", QUERIES)
def test_query_page_opens_in_both_languages(path, name):
    chinese, english = (answer(path, f"/archive/{name}?lang={language}").text for language in ("zh", "en"))
    assert QUERIES[name]["title"] in chinese
    assert QUERIES[name]["title"] not in english


# Each as: feedback, start of the inspection, round; None is not stated.
SAME = [
    [("2023-06-20", None, None), ("2023-06-20", None, None)],
    # A progress and a final notice of one inspection, of which one names no day.
    [("2023-06-20", "2023-03-01", 7), ("2023-06", None, None)],
    [("2023-06-20", "2023-03-01", 7), ("2023", "2023-03-05", 8)],
    # Nothing says of the second that it is another.
    [("2023-06-20", None, None), (None, "2023-03-01", None)],
    [("2023-06-20", None, None), (None, None, None)],
    [(None, None, 7), (None, None, 7)],
]
TWO = [
    [("2019-06-20", None, None), ("2023-06-20", None, None)],
    [("2019", None, None), ("2023-06-20", None, None)],
    [(None, "2019-03-01", None), (None, "2023-03-01", None)],
    [(None, None, 3), (None, None, 7)],
    # The final notice of the first, and one of the second.
    [("2019-06-20", None, None), ("2019-06-20", None, None), ("2023-06-20", None, None)],
]


@pytest.mark.parametrize(("notices", "inspections"), [*((told, 1) for told in SAME), *((told, 2) for told in TWO)])
def test_two_notices_of_one_inspection_are_no_recurrence(tmp_path, notices, inspections):
    db = open_archive(tmp_path / "archive.db")
    with db.atomic():
        body = db.table("bodies").insert({"name": BODY, "key": BODY, "names": "[]"}).last_pk
        for number, (feedback, start, cycle) in enumerate(notices, 1):
            told = {"feedback_date": feedback, "inspection_start": start, "round": cycle, "published": f"202{number}-12-01"}
            db.table("notices").insert({"id": number, "url": f"u{number}", "title": "通报"} | told)
            db.table("notice_bodies").insert({"notice_id": number, "position": 0, "role": "被巡察", "name": BODY, "body_id": body})
            db.table("problems").insert({"notice_id": number, "position": 0, "leaf": 1, "problem": "低保对象动态管理不到位"})
    db.close()
    rows = answer(tmp_path / "archive.db", "/archive/recurring.json?_shape=array").json()
    assert [(row["巡察次数"], row["通报数"]) for row in rows] == ([(2, len(notices))] if inspections == 2 else [])


def test_coverage_names_the_counties_of_a_province_that_is_asked_for(path, tmp_path):
    db = open_archive(tmp_path / "archive.db")
    with db.atomic():
        for number, (province, county) in enumerate([("江西省", "甲县"), ("江西省", "乙县"), ("江西省", "乙县"), ("黑龙江省", "丙县")]):
            db.table("notices").insert({"id": number, "url": f"u{number}", "province": province, "city": "某市", "county": county})
    db.close()

    def listed(query: str) -> list[tuple[str | int | None, ...]]:
        rows = answer(tmp_path / "archive.db", f"/archive/coverage.json?_shape=array{query}").json()
        return [(row["省"], row["县区"], row["县区数"], row["通报数"]) for row in rows]

    assert listed("") == [("江西省", None, 2, 3), ("黑龙江省", None, 1, 1)]
    assert listed("&省=江西") == [("江西省", "乙县", 1, 2), ("江西省", "甲县", 1, 1)]


def test_recurring_problems_of_a_body_with_many_notices_are_found_in_linear_time(tmp_path):
    def steps(notices: int) -> int:
        """Return how many thousand steps SQLite takes where each problem stands in two notices of one body."""
        db = open_archive(tmp_path / f"{notices}.db")
        with db.atomic():
            body = db.table("bodies").insert({"name": BODY, "key": BODY, "names": "[]"}).last_pk
            for number in range(notices):
                told = {"feedback_date": f"{2000 + number % 20}-06-20", "title": "通报", "published": "2024-01-01"}
                db.table("notices").insert({"id": number, "url": f"u{number}"} | told)
                db.table("notice_bodies").insert({"notice_id": number, "position": 0, "role": "被巡察", "name": BODY, "body_id": body})
                for position in range(2):
                    problem = f"低保对象动态管理不到位{number // 2}之{position}"
                    db.table("problems").insert({"notice_id": number, "position": position, "leaf": 1, "problem": problem})
        taken = itertools.count()
        db.conn.set_progress_handler(lambda: next(taken) < 0, 1000)
        assert len(db.execute(QUERIES["recurring"]["sql"], {"单位": ""}).fetchall()) == min(notices, 500)
        return next(taken)

    assert steps(400) < 3 * steps(200)


@pytest.fixture
def conflicting(tmp_path) -> Path:
    """An archive with a notice that was published before the feedback that it tells of."""
    db = open_archive(tmp_path / "archive.db")
    with db.atomic():
        body = db.table("bodies").insert({"name": BODY, "key": BODY, "names": "[]"}).last_pk
        for number, published in ((1, "2023-09-10"), (2, "2017-01-01")):
            db.table("notices").insert({"id": number, "url": "u", "title": "通报", "published": published, "feedback_date": "2023-06-20"})
            db.table("notice_bodies").insert({"notice_id": number, "position": 0, "role": "被巡察", "name": BODY, "body_id": body})
    db.close()
    return tmp_path / "archive.db"


def test_dates_in_conflict_are_left_out_and_counted(conflicting):
    found = {name: answer(conflicting, f"/archive/{name}.json?_shape=array").json() for name in ("slowest", "dates-in-conflict")}
    assert [row["编号"] for row in found["slowest"]] == [1]
    assert [row["编号"] for row in found["dates-in-conflict"]] == [2]
    for address in ("/archive/slowest", "/archive/late", "/-/dashboards/archive", "/-/dashboards/archive/days"):
        assert "另有 1 份通报的公布日期早于反馈日期" in answer(conflicting, address).text, address
    shown = answer(conflicting, "/archive/bodies/1").text
    assert "有 1 份的公布日期早于反馈日期" in shown
    assert "反馈后 82 天" in shown
    assert "反馈后 -" not in shown


def test_no_conflict_is_told_of_where_there_is_none(path):
    assert "另有" not in answer(path, "/archive/slowest").text


def test_a_team_leads_to_its_notices(path):
    (team,) = {row["巡察组"] for row in answer(path, "/archive/teams.json?_shape=array").json() if row["通报数"] == 2}
    shown = html.fromstring(answer(path, "/archive/teams").text)
    (address,) = shown.xpath(f"//a[text()='{team}']/@href")
    assert {row["id"] for row in answer(path, address.replace("notices?", "notices.json?_shape=array&")).json()} == {1, 2}
