"""What a reader asks for is answered or refused, never passed over: search boxes of all tables, long queries, pages, feeds."""

import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from lxml import html
from publishing import PROJECT, answer, fill_archive

from pipelines.archive import open_archive
from pipelines.search import contains

ATOM = "{http://www.w3.org/2005/Atom}"
TABLES = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))["databases"]["archive"]["tables"]
SCANNED = [name for name, table in TABLES.items() if not table.get("hidden") and "fts_table" not in table]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    with db.atomic():
        body = db.table("bodies").insert({"name": "禾川市水務局", "key": "w", "sector": "水利", "names": "[]"}).last_pk
        db.table("notice_bodies").insert({"notice_id": 2, "position": 0, "role": "被巡察", "name": "水务局", "body_id": body})
        for number in range(100, 160):
            row = {
                "id": number,
                "url": "u",
                "title": f"整改{number}",
                "province": "江西省",
                "first_seen": f"2026-11-20T00:00:{number - 100:02}Z",
            }
            db.table("notices").insert(row)
        db.table("pages").insert({"url": "http://a.example/2", "site": "s", "notice_id": 2, "missing_since": "2026-11-01T00:00:00Z"})
    db.close()
    return path


NO_TEXT = {"unparsed", "bands"}


@pytest.mark.parametrize("table", SCANNED)
def test_no_search_of_a_table_is_passed_over(path, table):
    found = answer(path, f"/archive/{table}.json?_search=zzqqxx&_shape=array")
    assert ('name="_search"' in answer(path, f"/archive/{table}").text) == (table not in NO_TEXT)
    assert found.status_code == (400 if table in NO_TEXT else 200)
    assert table in NO_TEXT or found.json() == []


@pytest.mark.parametrize(
    ("table", "query"), [("bodies", "水务局"), ("bodies", "水利 禾川"), ("doubts", "晚于"), ("evidence", "市委"), ("sites", "Ａ.EXAMPLE")]
)
def test_search_boxes_find_what_a_scan_finds(path, table, query):
    found = answer(path, f"/archive/{table}.json?_search={quote(query)}&_shape=array&_size=max").json()
    db = open_archive(path)
    texts = [column.name for column in db.table(table).columns if column.type == "TEXT"]
    expected = [row for row in db.table(table).rows if contains("\n".join(row[name] or "" for name in texts), query)]
    assert len(found) == len(expected) > 0


def test_a_column_cannot_be_searched_in_silence(path):
    assert answer(path, "/archive/bodies?_search_name=x").status_code == 400


def test_a_query_is_not_cut(path):
    shown = answer(path, f"/archive/search?q={quote('低' * 201)}")
    assert shown.status_code == 400
    assert "检索词有 201 个字，至多可以有 200 个" in shown.text
    assert answer(path, f"/archive/search?q={quote('低' * 200)}").status_code == 200


@pytest.mark.parametrize(("page", "status"), [("1", 200), ("2", 404), ("999999", 404), ("99999999", 404), ("0", 400), ("x", 400)])
def test_no_page_stands_for_another(path, page, status):
    assert answer(path, f"/archive/search?q={quote('低保')}&page={page}").status_code == status


def entries(path: Path, address: str) -> ET.Element:
    response = answer(path, address)
    assert response.status_code == 200, address
    return ET.fromstring(response.text)


def numbers(feed: ET.Element) -> list[int]:
    return [int(entry.find(f"{ATOM}link").get("href").rpartition("/")[2]) for entry in feed.iter(f"{ATOM}entry")]


def test_search_within_a_sector_has_a_feed(path):
    search = html.fromstring(answer(path, f"/archive/search?q={quote('低保')}&sector={quote('水利')}").text)
    (feed,) = search.xpath("//head/link[contains(@href, '_search')]/@href")
    assert numbers(entries(path, feed)) == [2]
    assert numbers(entries(path, feed.replace(quote("水利"), quote("民政")))) == [1]


@pytest.mark.parametrize("address", ["notices.atom?_search=高尔夫", "notices.atom?_size=9", "gone.atom", "newest.atom?lang=en"])
def test_a_feed_is_what_atom_wants(path, address):
    feed = entries(path, f"/archive/{address}")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "整改通报档案"
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://localhost/archive/{quote(address, safe='/?=&')}"
    assert entries(path, f"/archive/{address}").findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated")


def test_all_pages_of_a_feed_are_one_feed_in_one_language(path):
    address, seen = f"/archive/notices.atom?province={quote('江西省')}&_size=20&lang=en", []
    while address:
        feed = entries(path, address)
        seen.append((feed.findtext(f"{ATOM}id"), feed.findtext(f"{ATOM}title")))
        following = feed.find(f"{ATOM}link[@rel='next']")
        address = following.get("href").removeprefix("http://localhost") if following is not None else None
    assert len(seen) == 4
    assert set(seen) == {(f"http://localhost/archive/notices.atom?province={quote('江西省')}&_size=20&lang=en", seen[0][1])}
    assert "province =" in seen[0][1]


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh", '整改通报档案/notices: 包含“低保”，省级行政区 = "江西省"'), ("en", 'search matches "低保" and province = "江西省"')],
)
def test_a_feed_says_what_it_is_about(path, language, title):
    feed = entries(path, f"/archive/notices.atom?_search={quote('低保')}&province={quote('江西省')}&lang={language}")
    assert feed.findtext(f"{ATOM}title").endswith(title)


def test_a_long_feed_goes_on(path):
    address, found = f"/archive/notices.atom?province={quote('江西省')}", []
    while address:
        feed = entries(path, address)
        found += [numbers(feed)]
        following = feed.find(f"{ATOM}link[@rel='next']")
        address = following.get("href").removeprefix("http://localhost") if following is not None else None
    assert [len(page) for page in found] == [50, 11]
    assert sorted(number for page in found for number in page) == [1, *range(100, 160)]


@pytest.fixture(scope="module")
def alike(tmp_path_factory) -> Path:
    """Return an archive whose notices were taken in at one moment, in two years."""
    db = open_archive(path := tmp_path_factory.mktemp("alike") / "archive.db")
    with db.atomic():
        for number in range(1, 301):
            told = {"first_seen": "2026-11-20T00:00:00Z", "year": 2023 + number % 2, "published": f"202{3 + number % 2}-05"}
            db.table("notices").insert({"id": number, "url": "u", "title": f"通报{number}"} | told)
            for position in (1, 0):
                db.table("problems").insert({"notice_id": number, "position": position})
    db.close()
    return path


@pytest.mark.parametrize("asked", ["", "&_sort_desc=first_seen", "&_sort_desc=year", "&_sort_desc=city", "&_sort=year"])
def test_pages_of_a_list_have_every_row_once(alike, asked):
    address, found = f"/archive/notices.json?_size=70{asked}", []
    while address:
        page = answer(alike, address).json()
        found += [row[0] for row in page["rows"]]
        address = (page["next_url"] or "").removeprefix("http://localhost")
    assert sorted(found) == list(range(1, 301))


def test_pages_of_a_table_with_a_key_of_two_columns(alike):
    address, found = "/archive/problems.json?_sort_desc=notice_id&_size=69", []
    while address:
        page = answer(alike, address).json()
        found += [tuple(row[:2]) for row in page["rows"]]
        address = (page["next_url"] or "").removeprefix("http://localhost")
    assert found == [(number, position) for number in range(300, 0, -1) for position in range(2)]


def test_a_feed_of_what_was_taken_in_at_one_moment_loses_nothing(alike):
    address, found = "/archive/notices.atom?_size=70", []
    while address:
        feed = entries(alike, address)
        found += numbers(feed)
        following = feed.find(f"{ATOM}link[@rel='next']")
        address = following.get("href").removeprefix("http://localhost") if following is not None else None
    assert sorted(found) == list(range(1, 301))


def test_own_sql_keeps_its_order(alike):
    sql = "select year, count(*) as found from notices group by year order by year desc limit 3"
    assert answer(alike, f"/archive.json?sql={quote(sql)}").json()["rows"] == [[2024, 150], [2023, 150]]


def test_a_notice_that_is_gone_is_another_entry_than_when_it_was_missing(path):
    seen = []
    for state, since in (("missing", "2026-11-01T00:00:00Z"), ("gone", "2026-11-15T00:00:00Z")):
        open_archive(path).table("notices").update(2, {"state": state})
        (entry,) = entries(path, "/archive/gone.atom").iter(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}updated").startswith(since[:19])
        seen.append(entry.findtext(f"{ATOM}id"))
    assert len(set(seen)) == 2


def test_an_edited_notice_says_what_its_number_counts(path):
    (entry,) = entries(path, "/archive/edited.atom").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content").endswith("共 2 版")


FAULTY = ["_timelimit=x", "_timelimit=²", "_ttl=²", "_json_infinity=x", "_facet_size=x", "_facet_size=²", "_facet={x", "_facet={}"]
FAULTY += ["_facet_array=%00", "_facet_date={}", "_through={x", "_through=[]", "_through={}", "_through=1", "_where=%00", "%00=1"]
FAULTY += ['_through={"table":"problems","column":"notice_id","value":["1"]}', "id__gt=99999999999999999999", "id__lte=²"]
FAULTY += ["_through=", "_json_infinity=", "id__in=[x", "id__notin=[[1]]", "id__in=[99999999999999999999]"]


@pytest.mark.parametrize("ending", ["", ".json", ".csv", ".atom"])
@pytest.mark.parametrize("argument", FAULTY)
def test_faulty_arguments_are_the_readers(path, argument, ending):
    response = answer(path, f"/archive/notices{ending}?{quote(argument, safe='=%&')}")
    assert response.status_code == 400
    assert argument.partition("=")[0].strip("%0") in response.text


@pytest.mark.parametrize("ending", ["", ".json", ".csv", ".atom"])
@pytest.mark.parametrize("condition", ["year=:p0", "zg_found(:search,id)", '"province"=:foo'])
def test_a_condition_with_a_parameter_that_has_no_value_is_the_readers(path, condition, ending):
    response = answer(path, f"/archive/notices{ending}?_where={quote(condition)}")
    assert response.status_code == 400
    assert "did not supply a value for binding" in response.text


def test_pages_of_a_view_have_numbers(path):
    assert answer(path, "/archive/notice_search.json?_next=x").status_code == 400


@pytest.mark.parametrize(
    ("argument", "count"),
    [
        ("_timelimit=900", 63),
        ("_timelimit=&_ttl=&_facet_size=&_next=", 63),
        ("_facet_size=max", 63),
        ("id__in=[1,2]", 2),
        ("id__in=1,2,x", 2),
        ("id__gt=99", 60),
        ("title__gt=禾", 63 - 60),
        ('_facet={"column":"site"}', 63),
        ('_through={"table":"problems","column":"status","value":"长期坚持"}', 1),
        ('_through={"table":"problems","column":"status","value":"长期坚持"}&province=江西省&_where=id%3C9', 1),
        (
            '_through={"table":"problems","column":"status","value":"长期坚持"}&_through={"table":"figures","column":"unit","value":"元"}&id__gt=1',
            0,
        ),
    ],
)
def test_arguments_as_they_should_be(path, argument, count):
    response = answer(path, f"/archive/notices.json?_size=max&{quote(argument, safe='=%&')}")
    assert response.status_code == 200
    assert len(response.json()["rows"]) == count or argument.startswith("title")
