"""What hostile notices and hostile readers try: scripts, formulas, harvests, endless queries."""

import asyncio
import csv
import gzip
import hashlib
import io
import json
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest
from lxml import html
from publishing import HOSTILE, TEXT, TITLE, answer, configure, fill_archive, serving
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.archive import open_archive
from pipelines.search import add_to_index, remove_from_index
from zhenggai.serve import create_datasette

MAIL = "mzj@example.invalid"
WRITTEN = ["lin.wang@example.invalid", "lin.wang＠example.invalid", "lin.wang(at)example.invalid"]
FORMULAS = ['=HYPERLINK("http://evil.example","点此")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "＝1+1"]
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = b"<script>document.title='taken'</script>"
FOREVER = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("safety") / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    with db.atomic():
        for number, formula in enumerate(FORMULAS, 10):
            db.table("notices").insert(
                {"id": number, "url": f"javascript:{number}", "title": formula, "first_seen": "2026-11-01T00:00:00Z"}
            )
        db.table("notices").insert(
            {"id": 20, "url": "http://a.example/20", "title": "坏\x0b字符\x00", "first_seen": "2026-11-02T00:00:00Z"}
        )
        db.table("figures").insert({"notice_id": 2, "position": 0, "kind": "money_recovered", "value": -5.5})
        write_capture(db, path.parent)
    db.close()
    return path


def write_capture(db, directory: Path) -> None:
    """Store a hostile page as the crawl does, compressed by its server."""
    (directory / "captures").mkdir()
    with (directory / "captures" / "x.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], protocol="HTTP/1.1")
        payload = gzip.compress(PAGE)
        record = writer.create_warc_record("http://a.example/x", "response", payload=io.BytesIO(payload), http_headers=headers)
        writer.write_record(record)
    db.table("captures").insert(
        {
            "id": record.rec_headers["WARC-Record-ID"],
            "url": "http://a.example/x",
            "warc_file": "captures/x.warc.gz",
            "warc_offset": 0,
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
        | {"headers": json.dumps({"Content-Type": "text/html", "Content-Encoding": "gzip"}), "time": "2026-11-22T00:00:00Z"}
    )


@pytest.mark.parametrize(
    "address", ["/archive/notices.csv", "/archive/notices.csv?_stream=1", "/archive.csv?sql=select+title+from+notices"]
)
def test_no_cell_of_csv_is_a_formula(path, address):
    rows = list(csv.DictReader(io.StringIO(answer(path, address).text)))
    titles = [row["title"] for row in rows]
    assert {f"'{formula}" for formula in FORMULAS} == {title for title in titles if title.startswith("'")}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_numbers_in_csv_stay_numbers(path):
    (row,) = csv.DictReader(io.StringIO(answer(path, "/archive/figures.csv?notice_id=2").text))
    assert row["value"] == "-5.5"


@pytest.mark.parametrize(
    "address",
    [
        "/archive/contacts",
        "/archive/contacts?_facet=value",
        "/archive/contacts/1,0",
        "/archive/search?q=" + quote("电子邮箱"),
        "/archive/contacts.json",
        "/archive/contacts.json?_shape=array",
        "/archive/contacts.json?_facet=value&_shape=objects",
        "/archive/contacts.csv",
        "/archive/contacts.csv?_stream=1&_labels=on",
        "/archive/contacts.jsonl",
        "/archive/texts/1",
        "/archive/texts/1.json",
        "/archive/texts.csv",
        "/archive/versions.jsonl",
        "/archive?sql=select+value+from+contacts",
        "/archive.json?sql=select+value+from+contacts",
        "/archive.csv?sql=select+value+from+contacts",
        "/archive.atom?sql=" + quote("select 1 as atom_id, value as atom_title, '2026-01-01T00:00:00Z' as atom_updated from contacts"),
    ],
)
def test_no_list_gives_email_addresses(path, address):
    response = answer(path, address)
    assert response.status_code == 200
    assert MAIL not in response.text
    assert quote(MAIL) not in response.text
    assert "\\u2022@" in response.text or "•@" in response.text or "•%40" in response.text


@pytest.fixture(scope="module")
def titled(tmp_path_factory) -> Path:
    """Return an archive with addresses in a title, written in three ways."""
    path = tmp_path_factory.mktemp("titled") / "archive.db"
    fill_archive(path)
    db = open_archive(path)
    title = f"来信请寄{'、'.join(WRITTEN)}的通报"
    remove_from_index(db, 1, TITLE, TEXT)
    db.table("notices").update(1, {"title": title, "inspected_body": WRITTEN[0]})
    db.table("bodies").update(1, {"name": WRITTEN[0]})
    db.table("sites").update("s", {"name": WRITTEN[0], "last_crawl": "2026-11-22T00:00:00Z"})
    add_to_index(db, 1, title, TEXT)
    db.close()
    return path


NAMING = ["/", "/archive/search?q=" + quote("来信"), "/archive/bodies/1", "/archive/sites/s", "/archive/status"]
NAMING += ["/archive/notices", "/archive/notices.atom"]


@pytest.mark.parametrize("address", NAMING)
def test_no_list_gives_addresses_in_titles(titled, address):
    response = answer(titled, address)
    assert response.status_code == 200
    assert "lin.wang" not in response.text
    assert "••••@" in response.text
    notice = answer(titled, "/archive/notices/1").text
    assert [written for written in WRITTEN if written not in notice] == []


def test_notice_itself_shows_its_address(path):
    assert MAIL in answer(path, "/archive/notices/1").text


def test_masked_text_keeps_its_offsets(path):
    masked = answer(path, "/archive/texts/1.json?_shape=array").json()[0]["text"]
    assert len(masked) == len(TEXT)
    assert masked[: TEXT.index(MAIL)] == TEXT[: TEXT.index(MAIL)]


@pytest.mark.parametrize("table", ["notices", "texts", "problems"])
def test_whole_tables_as_lines_of_json(path, table):
    response = answer(path, f"/archive/{table}.jsonl")
    rows = [json.loads(line) for line in response.text.splitlines()]
    db = open_archive(path)
    assert len(rows) == db.table(table).count
    assert list(rows[0]) == [column.name for column in db.table(table).columns]
    assert response.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("table", ["nothing", "notices_fts", "sqlite_master"])
def test_no_lines_of_what_is_no_table_for_readers(path, table):
    assert answer(path, f"/archive/{table}.jsonl").status_code == 404


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("/archive/notices.atom?_search=" + quote("低保"), ["1", "2"]),
        ("/archive/notices.atom?_search=" + quote("低保") + "&year=2023", ["1"]),
        ("/archive/notices.atom?id=20", ["20"]),
        ("/archive/notices.atom?id=11", ["11"]),
        ("/archive/notices.atom?_search=" + quote("高尔夫"), []),
        ("/archive/gone.atom", ["2"]),
        ("/archive/edited.atom", ["1"]),
    ],
)
def test_every_search_and_filter_is_a_feed(path, address, links):
    response = answer(path, address)
    assert response.headers["content-type"].startswith("application/xml")
    assert HOSTILE not in response.text
    feed = ET.fromstring(response.text)
    found = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
    assert sorted(link.rpartition("/notices/")[2] for link in found) == links
    assert all(link.startswith("http://") for link in found)


@pytest.mark.parametrize(
    ("query", "links"),
    [
        ("q=" + quote("低保"), ["1", "2"]),
        ("q=" + quote("低保") + "&level=" + quote("市级") + "&type=" + quote("常规") + "&year=2023", ["1"]),
    ],
)
def test_search_page_leads_to_its_feed(path, query, links):
    (feed,) = html.fromstring(answer(path, "/archive/search?" + query).text).xpath("//head/link[contains(@href, '_search')]/@href")
    entries = ET.fromstring(answer(path, feed).text).iter(f"{ATOM}entry")
    assert sorted(entry.find(f"{ATOM}link").get("href").rpartition("/")[2] for entry in entries) == links


@pytest.mark.parametrize(
    "address",
    [
        "/archive/notices.atom?_feed_title=%0b",
        "/archive.atom?sql=" + quote("select 1 as atom_id, 2 as atom_title, 'soon' as atom_updated"),
        "/archive/problems.atom",
    ],
)
def test_what_makes_no_feed_is_the_readers_error(path, address):
    assert answer(path, address).status_code == 400


def test_feed_has_the_latest_taken_in_first(path):
    feed = ET.fromstring(answer(path, "/archive/notices.atom?_size=4").text)
    links = [entry.find(f"{ATOM}link").get("href").rpartition("/")[2] for entry in feed.iter(f"{ATOM}entry")]
    assert "20" in links
    assert set(links) & {"1", "2", "3"} == {"1", "2", "3"}


def test_capture_is_a_download_and_nothing_else(path):
    capture = next(open_archive(path).query("SELECT * FROM captures WHERE warc_file = 'captures/x.warc.gz'"))
    number = capture["id"].removeprefix("<urn:uuid:").removesuffix(">")
    received, unpacked = answer(path, f"/-/captures/{number}"), answer(path, f"/-/captures/{number}?unpacked=1")
    assert hashlib.sha256(received.content).hexdigest() == capture["sha256"]
    assert unpacked.content == PAGE
    for response, extension in ((received, ".html.gz"), (unpacked, ".html")):
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["content-disposition"] == f'attachment; filename="{number}{extension}"'
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in response.headers["content-security-policy"]


@pytest.mark.parametrize("number", ["1", "00000000-nothing"])
def test_capture_that_is_not_here_names_no_path(path, number):
    response = answer(path, f"/-/captures/{quote(number)}")
    assert response.status_code == 404
    assert str(path.parent) not in response.text
    assert "warc.gz" not in response.text


def test_endless_query_is_ended_without_a_script(path):
    for address in ("/archive?sql=", "/archive.json?sql="):
        response = answer(path, address + quote(FOREVER))
        assert response.status_code == 400
        assert "took too long" in response.text
        assert "<textarea" not in response.text
    assert answer(path, "/archive?sql=" + quote(FOREVER)).text.count("<script>") == 0


def test_unforeseen_error_tells_nothing(path, tmp_path):
    damaged = tmp_path / "damaged.db"
    db = open_archive(path)
    db.execute("VACUUM INTO ?", [str(damaged)])
    datasette = create_datasette(damaged)
    db = open_archive(damaged)
    db.execute("ALTER TABLE crawls RENAME TO elsewhere")
    response = asyncio.run(datasette.client.get("/"))
    assert response.status_code == 500
    assert "crawls" not in response.text
    assert str(tmp_path) not in response.text


@pytest.mark.parametrize("ending", ["", ".json"])
@pytest.mark.parametrize("page", ["databases", "threads", "patterns", "allow-debug", "messages", "permissions", "settings", "plugins"])
def test_pages_for_developers_are_closed(path, page, ending):
    response = answer(path, f"/-/{page}{ending}")
    assert response.status_code == 404
    assert "没有这个网页" in response.text or ending


GUARDS = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy")
REFUSED = ["/archive/notices?_facet_size=abc", "/archive?sql=%00", f"/archive/notices?{'_facet=id&' * 9}", "/-/versions", "/no", "/no.json"]


# Plugins answer by themselves; in which order they are asked is the disk's affair.
@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/"), *(("GET", address) for address in REFUSED), ("POST", "/"), ("GET", "/static/archive.css")]
)
def test_every_answer_has_the_headers_that_guard_it(path, method, address):
    headers = asyncio.run(create_datasette(path).client.request(method, address)).headers
    assert [name for name in GUARDS if len(headers.get_list(name)) != 1] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "FOO"])
@pytest.mark.parametrize("address", ["/archive/notices", "/archive", "/about"])
def test_nothing_is_written(path, method, address):
    response = asyncio.run(create_datasette(path).client.request(method, address))
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "address", ["/archive/notices?_sort=nope", "/archive/notices.json?_sort_desc=nope", "/archive/notices?_sort=id&_sort_desc=id"]
)
def test_mistake_of_the_reader_is_no_error_of_the_server(path, address):
    response = answer(path, address)
    assert response.status_code == 400
    assert "sort" in response.text


WRONG = ["/nothing", "/archive/nothing", "/archive/notices/999", "/a/b/c/d", "/archive/notices/1,2", "/archive/problems/1"]


@pytest.mark.parametrize("address", WRONG)
def test_wrong_address_is_said_in_the_readers_language(path, address):
    chinese, english = answer(path, address), answer(path, address, cookies={"lang": "en"})
    assert [chinese.status_code, english.status_code] == [404, 404]
    assert "not found" not in chinese.text
    assert "这个地址没有网页" in chinese.text
    assert "There is no page at this address" in english.text


@pytest.mark.parametrize("address", ["/archive/notices/~31", "/archive/bodies/~31", "/archive/sites/~73"])
def test_a_row_has_one_page_however_its_address_is_written(path, address):
    assert answer(path, address).status_code == 200


def test_a_cookie_that_is_no_text_is_left_out(path):
    assert answer(path, "/archive/notices/1", headers={"cookie": b"lang=\xff"}).status_code == 200


def test_facets_are_bounded(path):
    columns = "".join(f"&_facet={column}" for column in ("title", "url", "site", "round", "state", "year", "city", "county", "rules"))
    assert answer(path, "/archive/notices?x" + columns).status_code == 400
    assert answer(path, "/archive/notices?_facet=site&_facet_size=3").status_code == 200


def test_too_many_requests_are_refused_at_once(tmp_path):
    fill_archive(tmp_path / "archive.db")
    configure(tmp_path, requests_at_once=2)

    async def crowd(address: str) -> list[object]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            slow = [asyncio.create_task(client.get("/archive.json?sql=" + quote(FOREVER))) for _ in range(4)]
            await asyncio.sleep(1)
            style = await client.get("/static/archive.css")
            return [style, *await asyncio.gather(*slow), await client.get("/")]

    with serving("datasette", str(tmp_path), "--port", "{port}") as (address, _):
        style, *slow, later = asyncio.run(crowd(address))
    assert style.status_code == 200
    assert sorted(response.status_code for response in slow) == [400, 400, 503, 503]
    assert {response.headers["retry-after"] for response in slow if response.status_code == 503} == {"5"}
    assert later.status_code == 200


def test_robots_are_kept_from_what_computes(path):
    robots = answer(path, "/robots.txt").text
    for line in ("/archive/search", "/archive/contacts", "/-/", "/*?", "/*.jsonl"):
        assert f"Disallow: {line}" in robots
