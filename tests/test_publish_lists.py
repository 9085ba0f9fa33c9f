"""The lists of Datasette with their facets and search boxes: what is counted quickly is what a slow look would find."""

import asyncio
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from datasette.app import DatasetteClient
from datasette.database import Database
from datasette.utils import detect_primary_keys
from lxml import html
from publishing import answer

from pipelines.archive import open_archive
from pipelines.search import add_to_index, contains
from zhenggai.searcher import Searcher
from zhenggai.serve import create_datasette

NOTICES = 1300
"""More than the thousand from which on a word counts as common."""
PROVINCES = ("江西省", "陕西省", "浙江省", None)
TYPES = ([], ["常规"], ["常规", "专项"], ["回头看"])
FACETS = ("province", "city", "county", "inspection_level", "inspection_types", "year")
FILTERS = ["", "&province=陕西省", "&year=2021", "&inspection_types__arraycontains=常规&province=江西省"]
FILTERS += ["&title__contains=7", "&city__isnull=1", "&year=02021", "&county=县7&inspection_level=县级&city=市7", "&province="]
WORDS = ["", "&_search=整改", "&_search=整改 乙", "&_search=丙", "&_search=無", "&_search=没有的词"]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "archive.db"
    db = open_archive(path)
    with db.atomic():
        for number in range(1, NOTICES + 1):
            province = PROVINCES[number % 4]
            notice = {"id": number, "url": f"http://a.example/{number}", "title": f"关于整改情况的通报{number}", "province": province}
            notice |= {"city": f"市{number % 31}" if province else None, "county": f"县{number % 97}", "inspection_level": "县级"}
            notice |= {"inspection_types": json.dumps(TYPES[number % 3 + number % 2], ensure_ascii=False), "state": "live"}
            notice |= {"published": f"{2015 + number % 9}-05-{1 + number % 28:02}" if number % 50 else None}
            notice |= {"year": 2015 + number % 9 if number % 50 else None}
            db.table("notices").insert(notice)
            texts = [f"整改问题{'甲乙'[position]}{'丙' if number % 40 == position else '无'}" for position in range(2)]
            db.table("texts").insert({"notice_id": number, "text": "\n".join(texts)})
            for position, text in enumerate(texts):
                db.table("problems").insert({"notice_id": number, "position": position, "leaf": 1, "problem": text, "status": "已完成"})
            add_to_index(db, number, notice["title"], "\n".join(texts))
    return path


@pytest.fixture(scope="module")
def everything(path) -> dict[str, list[dict[str, Any]]]:
    """Return each notice with its text as one string, and each problem."""
    db = open_archive(path)
    notices = db.query("SELECT notices.*, title || char(10) || text AS whole FROM notices JOIN texts ON notice_id = id")
    return {"notices": list(notices), "problems": list(db.query("SELECT *, problem AS whole FROM problems ORDER BY notice_id, position"))}


def data(path: Path, address: str) -> dict[str, Any]:
    found: dict[str, Any] = answer(path, address).json()
    return found


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what fills with the statements that Datasette has SQLite execute."""
    executed: list[str] = []
    execute = Database.execute
    monkeypatch.setattr(
        Database, "execute", lambda self, sql, *rest, **options: executed.append(sql) or execute(self, sql, *rest, **options)
    )
    return executed


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("condition", FILTERS)
def test_facets_are_the_numbers_of_the_rows(path, word, condition):
    page = data(path, f"/archive/notices.json?_size=max&_shape=objects&_facet_size=max{word}{condition}")
    assert page["filtered_table_rows_count"] == len(page["rows"])
    for facet in FACETS:
        values = [row[facet] for row in page["rows"]]
        if facet == "inspection_types":
            values = [value for types in values for value in json.loads(types)]
        expected = sorted(
            ((value, count) for value, count in Counter(values).items() if value is not None), key=lambda pair: (-pair[1], pair[0])
        )
        assert [(shown["value"], shown["count"]) for shown in page["facet_results"][facet]["results"]] == expected


@pytest.mark.parametrize("word", WORDS[1:])
def test_search_boxes_find_what_a_scan_finds(path, everything, word):
    query = word.partition("=")[2]
    for table, key in (("notices", "id"), ("problems", "notice_id")):
        rows = data(path, f"/archive/{table}.json?_size=max&_shape=objects&_sort={key}{word}")["rows"]
        scanned = [row[key] for row in everything[table] if contains(row["whole"], query)]
        # Of the problems those of notices that contain all words: 整改 乙 stands in the second of each.
        assert [row[key] for row in rows] == scanned[:2000]


def test_facet_leads_to_its_rows_and_back(path):
    (chosen,) = (
        value for value in data(path, "/archive/notices.json?year=2021")["facet_results"]["year"]["results"] if value["value"] == 2021
    )
    assert chosen["selected"]
    assert "year=" not in chosen["toggle_url"]
    other = data(path, "/archive/notices.json?year=2021")["facet_results"]["inspection_types"]["results"][0]
    assert data(path, other["toggle_url"].removeprefix("http://localhost"))["filtered_table_rows_count"] == other["count"]


def test_facets_of_the_table_itself_leave_long_texts_out(path):
    db = open_archive(path)
    for position, reason in enumerate(["疑", "疑" * 300]):
        db.table("doubts").insert({"notice_id": 1, "position": position, "field": "title", "reason": reason}, replace=True)
    page = data(path, "/archive/doubts.json")
    assert [value["value"] for value in page["facet_results"]["reason"]["results"]] == ["疑"]
    assert answer(path, "/archive/doubts?_facet=quote&_facet=reason").status_code == 400


# Nothing that was begun is left unawaited.
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("address", ["notices?_facet=nope", "notices.json?_facet=nope", "problems?_facet_array=nope"])
def test_what_is_no_column_is_no_facet(path, address):
    refused = answer(path, f"/archive/{address}")
    assert refused.status_code == 400
    assert "no such column" in refused.text


def test_facets_after_one_that_took_too_long_are_not_waited_for(path):
    async def asked() -> tuple[str, int]:
        datasette = create_datasette(path)
        await datasette.invoke_startup()
        archive, facets = datasette.get_database("archive"), []
        execute = archive.execute

        async def execute_slowly(sql: str, *arguments: Any, **options: Any) -> Any:
            if "count(*) as count" not in sql:
                return await execute(sql, *arguments, **options)
            facets.append(sql)
            endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
            return await execute(endless, custom_time_limit=options["custom_time_limit"])

        archive.execute = execute_slowly
        page = await datasette.client.get("/archive/problems?_facet=depth")
        (told,) = html.fromstring(page.text).xpath("//p[@class='facets-timed-out']/text()")
        return told, len(facets)

    assert asyncio.run(asked()) == ("以下分类统计超时： 整改状态, 最末一级, 层级", 1)


def test_problems_are_sorted_by_what_an_index_has_in_order(path):
    assert answer(path, "/archive/problems?_sort_desc=notice_id").status_code == 200
    for column in ("status", "depth", "position", "measures"):
        assert answer(path, f"/archive/problems?_sort={column}").status_code == 400


@pytest.mark.filterwarnings("error")
def test_texts_are_no_facet(path):
    db = open_archive(path)
    with db.atomic():
        db.table("notices").update(1, {"extractor": "长" * 201})
    for address in ("/archive/notices?_facet=extractor", "/archive/notices.json?_facet=extractor"):
        refused = answer(path, address)
        assert refused.status_code == 400
        assert "extractor" in refused.text
    with db.atomic():
        db.table("notices").update(1, {"extractor": None})


@pytest.mark.parametrize("address", ["notices.json?_size=300", "notices.json?_size=300&_search=整改&_sort=year", "problems.json?_size=700"])
@pytest.mark.parametrize("condition", ["", "&_sort_desc=city&year__gt=2015", "&_where=(1 > 0)"])
def test_facets_are_those_of_the_whole_list_on_each_of_its_pages(path, address, condition):
    if condition.startswith("&_sort") and ("_sort=" in address or "problems" in address):
        condition = ""
    shown = []
    following = ""
    while following is not None:
        page = data(path, f"/archive/{address}{condition}{following and f'&_next={following}'}")
        facets = page["facet_results"]
        shown.append({name: [(value["value"], value["count"]) for value in facet["results"]] for name, facet in facets.items()})
        assert not [value for facet in facets.values() for value in facet["results"] if "_next" in value["toggle_url"]]
        following = page["next"]
    assert len(shown) > 2
    assert shown[0]
    assert all(facets == shown[0] for facets in shown)


def test_facets_that_readers_ask_for_are_datasettes_own(path):
    facets = data(path, "/archive/notices.json?_facet=state&_facet=province&_facet_array=inspection_types")["facet_results"]
    assert facets["state"]["results"][0]["count"] == NOTICES
    assert facets["province_2"]["results"] == facets["province"]["results"]
    assert not facets["province"]["hideable"]
    assert facets["province_2"]["hideable"]


def test_problems_with_a_common_word_are_shown_uncounted(path):
    common = data(path, "/archive/problems.json?_search=整改")
    assert common["filtered_table_rows_count"] is None
    assert len(common["rows"]) == 50
    assert data(path, "/archive/problems.json?_search=丙")["filtered_table_rows_count"] == NOTICES // 40 * 2 + 1
    shown = answer(path, "/archive/problems?_search=整改").text
    assert "包含“整改”，太常见，不计行数" in shown
    assert "search matches" not in shown.partition("<main")[2]


def test_the_search_box_of_texts_finds_what_stands_in_the_texts(path):
    assert data(path, "/archive/texts.json?_search=通报")["rows"] == [], "it stands in every title"
    assert len(data(path, "/archive/texts.json?_search=整改&_size=max")["rows"]) == NOTICES


def test_zg_found_answers_in_readers_own_sql(path):
    sql = "SELECT count(*) AS found, max(zg_found('整改', -1), zg_found(NULL, id)) AS wrong FROM notices WHERE zg_found('整改 丙', id)"
    (row,) = data(path, f"/archive.json?sql={sql}&_shape=objects")["rows"]
    assert row == {"found": NOTICES // 40 * 2 + 1, "wrong": 0}


def test_the_rows_of_a_common_word_are_counted_without_a_look_at_each(path, monkeypatch):
    looks = []
    holds = Searcher.holds
    monkeypatch.setattr(Searcher, "holds", lambda *arguments: looks.append(arguments) or holds(*arguments))
    assert data(path, "/archive/notices.json?_search=整改")["filtered_table_rows_count"] == NOTICES
    assert 50 < len(looks) < 200, "the rows of the page alone"


def test_the_rows_of_facets_are_counted_in_the_catalogue(path, monkeypatch):
    executed = watch(monkeypatch)
    page = data(path, "/archive/notices.json?inspection_types__arraycontains=常规&province=陕西省&year=2015&_search=整改")
    assert page["filtered_table_rows_count"] == page["facet_results"]["province"]["results"][0]["count"] > 0
    assert not [sql for sql in executed if "count(" in sql or "group_concat" in sql]


def test_a_list_is_counted_once_until_the_archive_changes(path, tmp_path, monkeypatch):
    copy = tmp_path / "archive.db"
    open_archive(path).execute("VACUUM INTO ?", [str(copy)])
    executed = []
    execute = Database.execute
    monkeypatch.setattr(
        Database, "execute", lambda self, sql, *rest, **options: executed.append(sql) or execute(self, sql, *rest, **options)
    )

    async def counts() -> list[tuple[int, int, int]]:
        datasette = create_datasette(copy)
        await datasette.invoke_startup()
        seen = []
        for address in ("?_size=1", "?_size=2", "?_size=3&leaf=1"):
            if "leaf" in address:
                open_archive(copy).execute("UPDATE problems SET leaf = 0 WHERE position = 1").connection.commit()
            executed.clear()
            page = (await datasette.client.get(f"/archive/problems.json{address}")).json()
            counted = sum("count(*)" in sql for sql in executed)
            seen.append((page["filtered_table_rows_count"], page["facet_results"]["leaf"]["results"][0]["count"], counted))
        return seen

    first, second, narrowed = asyncio.run(counts())
    assert first[:2] == second[:2] == (2 * NOTICES, 2 * NOTICES)
    assert narrowed[:2] == (NOTICES, NOTICES)
    assert first[2] == narrowed[2] == 3, "rows, and two facets"
    assert second[2] == 0


def test_what_a_search_knew_before_a_crawl_is_not_kept_as_what_it_knows_since(path, tmp_path, monkeypatch):
    copy = tmp_path / "archive.db"
    db = open_archive(path)
    db.execute("VACUUM INTO ?", [str(copy)])
    db = open_archive(copy)

    async def counts() -> list[tuple[int, int, bool]]:
        datasette = create_datasette(copy)
        datasette._settings["default_cache_ttl"] = 0
        client = DatasetteClient(datasette)
        seen = []
        for step in range(4):
            if step == 1:
                with db.atomic():
                    new = {"id": NOTICES + 1, "url": "http://a.example/new", "title": "整改新词", "state": "gone", "year": 2020}
                    db.table("notices").insert(new)
                    add_to_index(db, new["id"], new["title"], None)
            if step == 3:
                monkeypatch.setattr("zhenggai.searcher.RELOAD_SECONDS", -1)
            page = (await client.get("/archive/notices.json?_search=整改&state__in=live,gone&_facet=state")).json()
            states = {value["value"]: value["count"] for value in page["facet_results"]["state"]["results"]}
            found = "/archive/notices/1301" in (await client.get("/archive/search?q=新词")).text
            seen.append((page["filtered_table_rows_count"], states.get("gone", 0), found))
        return seen

    before, *meanwhile, after = asyncio.run(counts())
    assert [before, *meanwhile] == [(NOTICES, 0, False)] * 3, "a minute behind"
    assert after == (NOTICES + 1, 1, True)


@pytest.mark.parametrize("column", ["province", "city", "county", "inspection_level", "year", "state"])
def test_the_notices_of_a_facets_value_are_not_sorted_for_each_page(path, column, monkeypatch):
    executed = []
    execute = Database.execute
    monkeypatch.setattr(
        Database, "execute", lambda self, sql, *rest, **options: executed.append(sql) or execute(self, sql, *rest, **options)
    )
    assert data(path, f"/archive/notices.json?{column}=1")["rows"] == []
    (page,) = [sql for sql in executed if "limit 51" in sql]
    steps = [step for *_, step in open_archive(path).execute(f"EXPLAIN QUERY PLAN {page}", {"p0": "1"})]
    assert steps == [f"SEARCH notices USING INDEX idx_notices_{column}_published ({column}=?)"]


def test_tally_follows_the_problems(path, tmp_path):
    db = open_archive(tmp_path / "tally.db")
    tally = "SELECT number FROM tallies WHERE name = 'problems'"
    db.table("notices").insert({"id": 1, "url": "u"})
    leaves = enumerate((1, 0, 1, None, 1))
    db.table("problems").insert_all({"notice_id": 1, "position": position, "leaf": leaf} for position, leaf in leaves)
    assert db.execute(tally).fetchone() == (3,)
    db.execute("UPDATE problems SET leaf = 1 - coalesce(leaf, 0) WHERE position < 4")
    assert db.execute(tally).fetchone() == (3,)
    db.execute("DELETE FROM problems WHERE position > 2")
    assert db.execute(tally).fetchone() == (1,)


def test_metadata_is_asked_once_about_a_table(path):
    async def checks() -> int:
        datasette = create_datasette(path)
        await datasette.invoke_startup()
        for _ in range(3):
            await datasette.client.get("/archive/notices?_size=1&_nofacet=1")
        return datasette._table_permission_allows.cache_info().misses

    assert asyncio.run(checks()) < 5


def test_what_a_table_is_made_of_is_asked_again_once_it_has_changed(tmp_path, monkeypatch):
    path = tmp_path / "archive.db"
    db = open_archive(path)
    asked = []

    def detect(connection: sqlite3.Connection, table: str) -> list[str]:
        asked.append(table)
        return detect_primary_keys(connection, table)

    async def columns_before_and_after() -> list[list[str]]:
        datasette = create_datasette(path)
        await datasette.invoke_startup()

        async def columns() -> list[str]:
            page = await datasette.client.get("/archive/sites.json", headers={"authorization": "none"})
            found: list[str] = page.json()["columns"]
            return found

        before = [await columns() for _ in range(3)]
        db.execute("ALTER TABLE sites ADD COLUMN later TEXT")
        return [*before, await columns()]

    monkeypatch.setattr("datasette.database.detect_primary_keys", detect)
    first, *known, after = asyncio.run(columns_before_and_after())
    assert known == [first, first]
    assert after == [*first, "later"]
    assert asked.count("sites") == 2


def test_the_page_of_the_database_counts_the_tables_and_not_the_index(path):
    tables = {table["name"]: table for table in data(path, "/archive.json")["tables"]}
    assert tables["notices"]["count"] == NOTICES
    assert tables["problems"]["count"] == 2 * NOTICES
    assert all(table["count"] is None for table in tables.values() if table["hidden"])
    assert all(table["count"] is not None for table in tables.values() if not table["hidden"])
    assert tables["notices_fts_data"]["hidden"]
