"""The published pages over real HTTP."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from lxml import html
from publishing import HOSTILE, PROJECT, TEXT, TITLE, answer, fetch, fill_archive, serving

from pipelines.archive import open_archive
from zhenggai.serve import create_datasette, listen

PAGES = ["/", "/archive", "/archive/search?q=" + quote("低保"), "/archive/notices", *(f"/archive/notices/{number}" for number in (1, 2, 3))]
PAGES += ["/archive/rejected", "/archive/rejections", "/archive/newest", "/archive/versions", "/archive/problems", "/archive/texts/1"]
PAGES += ["/archive/status"]
PAGES += ["/about", "/archive/bodies/1", "/archive/sites/s", "/-/dashboards", "/-/dashboards/archive", "/archive?sql=select+*+from+texts"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("publish") / "other-name.db"
    fill_archive(path)
    with serving("zhenggai", "serve", "--db", str(path), "--port", "{port}") as (address, _):
        yield address


def page(site: str, path: str) -> html.HtmlElement:
    return html.fromstring(fetch(site + path).read().decode())


def found_ids(site: str, query: str) -> list[int]:
    hits = page(site, "/archive/search?q=" + quote(query)).xpath("//ol//h2/a/@href")
    return [int(re.search(r"/notices/(\d+)", href)[1]) for href in hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("低保", [2, 1]),
        ("保", [2, 1, 3]),
        ("低保 漏保", [1]),
        ("3.2万", [1]),
        ("漏保、错保", [1]),
        ("保低", []),
        ("", []),
        ('"', [2, 1]),
        ("NEAR(", []),
    ],
)
def test_search_page_and_search_box_find_the_same(site, query, expected):
    assert found_ids(site, query) == expected
    rows = json.load(fetch(f"{site}/archive/notices.json?_shape=array&_search={quote(query)}"))
    assert [row["id"] for row in rows] == expected


def test_search_page_marks_the_words_and_counts(site):
    tree = page(site, "/archive/search?q=" + quote("漏保"))
    assert set(tree.xpath("//p[@class='snippet']/mark/text()")) == {"漏保"}
    assert tree.xpath("string(//p[@class='count']/strong)") == "1"


def test_search_page_counts_and_filters(site):
    tree = page(site, "/archive/search?q=" + quote("保"))
    counts = dict(zip(tree.xpath("//section[@class='facets']//li/a/text()"), tree.xpath("//span[@class='number']/text()"), strict=True))
    assert counts == {"江西省": "1", "禾川市": "1", "市级": "1", "常规": "1", "民政": "1", "2024": "1", "2023": "1"}
    for value in counts:
        (address,) = tree.xpath(f"//section[@class='facets']//a[text()='{value}']/@href")
        narrowed = page(site, "/archive/search" + address)
        assert [int(number) for number in narrowed.xpath("//p[@class='count']/strong/text()")] == [1]
        assert narrowed.xpath("//section[@class='facets']//strong/text()") == [value]
        assert narrowed.xpath("//input[@type='hidden']/@value") == [value]
        (back,) = narrowed.xpath("//section[@class='facets']//strong/following-sibling::a/@href")
        assert page(site, "/archive/search" + back).xpath("string(//p[@class='count']/strong)") == "3"
    assert page(site, "/archive/search?q=" + quote("保") + "&province=" + quote(HOSTILE)).xpath("//form")


def test_search_page_orders_by_relevance(site):
    tree = page(site, "/archive/search?sort=relevance&q=" + quote("巡察整改"))
    assert [href.split("/")[-1].split("?")[0] for href in tree.xpath("//ol//h2/a/@href")] == ["3", "1"]
    assert tree.xpath("string(//p[@class='order']/strong)") == "按相关程度"


def test_problems_that_contain_the_words_lead_to_their_place(site):
    tree = page(site, "/archive/search?q=" + quote("漏保 核查"))
    (link,) = tree.xpath("//ul[@class='problem-hits']//a/@href")
    assert "漏保" in page(site, link).xpath(f"string(//mark[@id='{link.split('#')[1]}'])")
    assert not page(site, "/archive/search?q=" + quote("漏保 办法")).xpath("//ul[@class='problem-hits']")


def test_search_boxes_of_other_tables(site):
    def rows(table: str, query: str) -> list[dict]:
        return json.load(fetch(f"{site}/archive/{table}.json?_shape=array&_search={quote(query)}"))

    assert [row["position"] for row in rows("problems", "漏保")] == [0]
    assert [row["position"] for row in rows("problems", "办法")] == [1]
    assert rows("problems", "漏保 办法") == []
    assert [row["notice_id"] for row in rows("texts", "低保")] == [1, 2]
    assert rows("notices", "對漏保")[0]["id"] == 1


def test_search_that_takes_too_long_says_so(tmp_path):
    fill_archive(tmp_path / "archive.db")
    datasette = create_datasette(tmp_path / "archive.db")
    datasette.executor = ThreadPoolExecutor(1)  # one connection, which knows the index before time runs out
    statuses = []
    for limit, query in ((1000, "低保"), (0, "漏保")):
        datasette._settings["sql_time_limit_ms"] = limit
        response = asyncio.run(datasette.client.get("/archive/search", params={"q": query}))
        statuses.append(response.status_code)
    assert statuses == [200, 503]
    assert "检索超时" in response.text


def test_search_page_speaks_english(site):
    tree = page(site, "/archive/search?lang=en&q=" + quote("低保"))
    assert tree.xpath("string(//h1)") == "Search"
    assert tree.xpath("string(//p[@class='count'])").strip().startswith("2 notices contain")


def test_search_page_that_finds_nothing(site):
    assert "没有通报" in page(site, "/archive/search?q=" + quote("高尔夫")).text_content()


def test_search_functions_serve_analysts(site):
    sql = "select id from notices join texts on notice_id = id where zg_contains(text, '低保 核查')"
    assert json.load(fetch(f"{site}/archive.json?_shape=arrayfirst&sql={quote(sql)}")) == [1]
    sql = "select rowid from notice_search where notice_search match zg_match('低保') order by rowid"
    assert json.load(fetch(f"{site}/archive.json?_shape=arrayfirst&sql={quote(sql)}")) == [1, 2]


def test_home_shows_what_there_is(site):
    tree = page(site, "/")
    assert tree.get("lang") == "zh-CN"
    assert tree.xpath("string(//form[@role='search']/@action)") == "/archive/search"
    assert tree.xpath("string(//dl[@class='numbers']/div[dt='通报']/dd)") == "3"
    assert tree.xpath("string(//dl[@class='numbers']/div[dt='被巡察单位']/dd)") == "1"
    assert tree.xpath("//ol[@class='notice-list']/li[2]/a/text()") == [TITLE]
    links = [href for href in tree.xpath("//a/@href") if href.startswith("/")]
    for link in sorted(set(links)):
        assert fetch(site + link).status == 200, link


def test_every_fact_leads_to_its_words(site):
    tree = page(site, "/archive/notices/1")
    words = {href: tree.xpath(f"string(//mark[@id='{href[1:]}'])") for href in tree.xpath("//table[@class='facts']//a/@href")}
    assert words["#f-feedback_date"] == "2023年6月20日"
    assert words["#f-inspection_team"] == "市委第二巡察组"
    assert words["#f-inspecting_body_raw"] == "市委"
    assert words["#f-issuing_body"] == "中共禾川市民政局党组"
    assert words["#g-0"] == "追缴资金3.2万元"
    assert words["#c-0"] == "mzj@example.invalid"
    assert tree.xpath("string(//mark[@id='p-0'])") == "低保对象<b>漏保</b>、错保"
    assert all(words.values())


def test_doubts_are_shown(site):
    rows = page(site, "/archive/notices/1").xpath("//section[@aria-labelledby='doubts']//tr")
    assert [row.text_content().strip() for row in rows] == ["落款日期晚于网站公布日期：“2023年9月8日”"]
    assert not page(site, "/archive/notices/2").xpath("//section[@aria-labelledby='doubts']")


def test_crossing_evidence_is_marked_whole(site):
    tree = page(site, "/archive/notices/1")
    assert "".join(tree.xpath("//mark[contains(@class, 'f-inspected_body_raw')]/text()")) == "市民政局党组"
    assert len(tree.xpath("//mark[@id='f-inspected_body_raw']")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_text_is_complete(site):
    paragraphs = page(site, "/archive/notices/1").xpath("//article//p")
    assert "\n".join(paragraph.text_content() for paragraph in paragraphs) == TEXT


def test_notice_shows_where_it_comes_from(site):
    tree = page(site, "/archive/notices/1")
    content = tree.text_content()
    for shown in ("ab" * 32, "captures/20261122054000-s-1.warc.gz", "4321", "a_rule", "第 2 版", "未读到"):
        assert shown in content
    for rel in tree.xpath("//a[starts-with(@href, 'http://a.example')]/@rel"):
        assert {"nofollow", "noopener"} <= set(rel.split())
    assert "原网页已撤" in page(site, "/archive/notices/2").text_content()


def test_a_notice_whose_address_shows_another_leads_to_that_one(tmp_path):
    path = tmp_path / "a.db"
    fill_archive(path)
    db = open_archive(path)
    db.table("notices").update(3, {"state": "moved"})
    db.table("addresses").update("http://a.example/3", {"notice_id": 1})
    db.close()
    moved, held = (html.fromstring(answer(path, f"/archive/notices/{number}").text) for number in (3, 1))
    assert moved.xpath("//p[@class='notice-box']/a/@href") == ["/archive/notices/1"]
    assert "保障到位。" in moved.text_content(), "what was cited is still there"
    assert not held.xpath("//p[@class='notice-box']")
    assert "http://a.example/3" in held.text_content()


def test_hits_are_marked_on_the_notice_too(site):
    tree = page(site, "/archive/notices/1?q=" + quote("漏保"))
    assert [mark.text_content() for mark in tree.xpath("//mark[contains(@class, 'hit')]")] == ["漏保", "漏保"]


@pytest.mark.parametrize("path", PAGES)
def test_scraped_text_is_never_markup(site, path):
    response = fetch(site + path)
    body = response.read().decode()
    assert HOSTILE not in body
    assert "<b>漏保" not in body
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in re.search("script-src [^;]*", policy)[0]
    assert "default-src 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    loaded = html.fromstring(body).xpath("//script/@src | //link/@href | //img/@src | //iframe/@src")
    assert all(address.startswith(("/", site)) for address in loaded)


@pytest.mark.parametrize("path", ["/archive/notices/99", "/archive/nothing", "/nothing"])
def test_unknown_address_is_404(site, path):
    with pytest.raises(HTTPError) as error:
        fetch(site + path)
    assert error.value.code == 404
    assert "没有这个网页" in error.value.read().decode()
    assert error.value.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_in_chinese(site):
    for path in ("/archive", "/archive/notices?_search=" + quote("低保"), "/archive/slowest", "/archive/problems"):
        content = page(site, path).xpath("//main")[0].text_content()
        for english in ("Search:", "rows", "This data as", "Custom SQL", "View and edit", "Queries", "descending"):
            assert english not in content, (path, english)


def test_feed_and_robots(site):
    feed = fetch(site + "/archive/newest.atom").read().decode()
    assert TITLE in feed
    assert HOSTILE not in feed
    assert "Disallow: /archive/search" in fetch(site + "/robots.txt").read().decode()


def test_configuration_directory_mode(tmp_path):
    for name in ("metadata.yml", "settings.json", "plugins", "templates", "static"):
        (tmp_path / name).symlink_to(PROJECT / name)
    fill_archive(tmp_path / "archive.db")
    with serving("datasette", str(tmp_path), "--port", "{port}") as (address, _):
        assert found_ids(address, "低保") == [2, 1]
        assert page(address, "/").xpath("string(//h1)") == "整改通报档案"
        assert fetch(address + "/static/archive.css").status == 200
        assert page(address, "/archive/notices/1").xpath("//mark[@id='f-feedback_date']")
        # As settings.json has it; of its own Datasette suggests some.
        assert json.load(fetch(address + "/archive/notices.json"))["suggested_facets"] == []


def test_home_without_archive_says_so(tmp_path):
    for name in ("metadata.yml", "plugins", "templates", "static"):
        (tmp_path / name).symlink_to(PROJECT / name)
    with serving("datasette", str(tmp_path), "--port", "{port}") as (address, _):
        assert "还没有档案" in page(address, "/").text_content()


def test_empty_archive_has_pages(tmp_path):
    open_archive(tmp_path / "empty.db").close()
    with serving("zhenggai", "serve", "--db", str(tmp_path / "empty.db"), "--port", "{port}") as (address, _):
        for path in ("/", "/archive/search?q=x", "/archive/status", "/archive/notices", "/archive/slowest"):
            assert fetch(address + path).status == 200


def test_interrupt_ends_it_cleanly(tmp_path):
    fill_archive(tmp_path / "archive.db")
    with serving("zhenggai", "serve", "--db", str(tmp_path / "archive.db"), "--port", "{port}") as (address, process):
        with pytest.raises(HTTPError):
            fetch(address + "/nothing")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        output = process.stdout.read()
    assert f"{address}/" in output
    assert "Traceback" not in output
    # The 404 above was answered, and not printed with a page of local variables.
    assert len(output.splitlines()) == 2


def run_serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "zhenggai", "serve", *arguments], capture_output=True, text=True, timeout=30, check=False)


def test_port_in_use_is_named(site, tmp_path):
    fill_archive(tmp_path / "archive.db")
    port = site.rsplit(":", 1)[1]
    result = run_serve("--db", str(tmp_path / "archive.db"), "--port", port)
    assert result.returncode == 1
    assert port in result.stderr
    assert "--port" in result.stderr
    assert "PORT=" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_page_waits_for_an_acknowledgement():
    # Two writes, the headers and the page: with Nagle's algorithm the second would wait for the reader.
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_missing_or_foreign_archive_is_named(tmp_path):
    assert "none.db" in run_serve("--db", str(tmp_path / "none.db")).stderr
    foreign = tmp_path / "foreign.db"
    foreign.write_bytes(b"not a database at all" * 100)
    result = run_serve("--db", str(foreign))
    assert result.returncode == 1
    assert "foreign.db" in result.stderr
    assert "Traceback" not in result.stderr
    assert foreign.read_bytes() == b"not a database at all" * 100


def test_archive_is_served_read_only(site):
    sql = quote("delete from notices")
    with pytest.raises(HTTPError) as error:
        fetch(f"{site}/archive.json?sql={sql}")
    assert error.value.code == 400
    assert json.load(fetch(site + "/archive/notices.json?_shape=array"))
