"""Each family of site software is walked from its first list page to its last, by the quirks it is known for."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from crawling import NOTICE, ORDINARY, Answer, Crawl, SiteServer, crawl, declare, listing


def rows(first: int, last: int, form: str, notice: int | None = None) -> list[tuple[str, str, str]]:
    return [(form.format(n), NOTICE if n == notice else f"{ORDINARY}（{n}）", f"2023-01-{n:02}") for n in range(first, last + 1)]


@pytest.mark.parametrize(
    ("base", "call"),
    [
        (0, 'createPageHTML({total}, {current}, "index", "html");'),
        (1, "createPageHTML('paging', {total}, {current}, 'index', 'html', 9)"),
        (0, "var countnum= 9; var currentPage={current}; var countPage={total};"),
    ],
)
def test_trs_counts_from_the_number_its_first_page_gives_itself(tmp_path: Path, base: int, call: str) -> None:
    form = "./202301/t20230101_{}.html"
    with SiteServer() as server:
        for page in range(3):
            script = f"<script>{call.format(total=3, current=page + base)}</script>"
            name = "/tzgg/" if page == 0 else f"/tzgg/index_{page + base}.html"
            server.routes[name] = listing(rows(page * 3 + 1, page * 3 + 3, form, notice=8), tail=script)
        server.routes["/tzgg/202301/t20230101_8.html"] = "<h1>通报</h1>"
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert len(crawled.titles) == 9
    assert [page.walked for page in crawled.lists] == [None, None, f"{server.url}/tzgg/"]
    (article,) = crawled.articles.values()
    assert (article.list_title, article.list_date, article.content) == (NOTICE, "2023-01-08", "<h1>通报</h1>".encode())
    assert crawled.report.succeeded
    assert crawled.report.listed == 9


def test_a_list_whose_folder_the_server_knows_in_gbk_is_walked_to_its_end(tmp_path: Path) -> None:
    with SiteServer() as server:
        for number in (1, 2):
            tail = "<a href='p2.htm'>下一页</a>" if number == 1 else ""
            base = f"<base href='{server.url}/公告/'>"
            page = listing(rows(number * 3 - 2, number * 3, "/{}.html"), tail=tail, meta=base)
            server.routes["/%B9%AB%B8%E6/" + ("" if number == 1 else "p2.htm")] = page.encode("gb18030")
        crawled = crawl(declare(server, "query", "/公告/"), tmp_path)
    assert len(crawled.titles) == 6
    assert crawled.lists[-1].walked == f"{server.url}/%E5%85%AC%E5%91%8A/"
    assert crawled.report.succeeded


def test_trs_announces_pages_that_are_not_there(tmp_path: Path) -> None:
    script = '<script>createPageHTML(4, 0, "index", "html");</script>'
    with SiteServer() as server:
        server.routes["/tzgg/"] = listing(rows(1, 3, "./t20230101_{}.html"), tail=script)
        server.routes["/tzgg/index_1.html"] = listing(rows(4, 6, "./t20230101_{}.html"), tail=script)
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert [(page.status, page.error) for page in crawled.lists] == [(200, None), (200, None), (404, None)]
    assert crawled.lists[-1].walked == f"{server.url}/tzgg/"
    assert crawled.report.succeeded


def test_a_page_missing_from_the_middle_is_a_fault(tmp_path: Path) -> None:
    script = '<script>createPageHTML(40, 0, "index", "html");</script>'
    with SiteServer({"/tzgg/": listing(rows(1, 3, "./t20230101_{}.html"), tail=script)}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert crawled.lists[-1].error == "the list answers with HTTP status 404"
    assert not any(page.walked for page in crawled.lists)
    assert not crawled.report.succeeded


TOTAL = 25
PER_PAGE = 3


def hanweb_records(first: int, last: int) -> str:
    records = "".join(
        f'<record><![CDATA[<li><a href="../../art/2023/1/{n}/art_1045_{n}.html" title="{NOTICE if n == 20 else ORDINARY}">短…</a>'
        f"<span>2023-01-{n:02}</span></li>]]></record>"
        for n in range(first, last + 1)
    )
    return f"<recordset>{records}</recordset>"


def hanweb_column() -> str:
    link = '<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;webid=73&amp;path=/&amp;columnid=1045&amp;unitid=764752"></a>'
    return (
        "<html><head><title>通知公告</title></head><body><a href='/module/rss/rss.jsp'>RSS</a> 2020-01-01"
        f'<div id="764752"><script type="text/xml"><datastore><nextgroup><![CDATA[{link}]]></nextgroup>{hanweb_records(1, 9)}'
        f"</datastore></script></div><script>$('#764752').jpage({{totalRecord:{TOTAL}, perPage:{PER_PAGE}}})</script></body></html>"
    )


def test_hanweb_asks_its_proxy_for_the_records_after_those_embedded(tmp_path: Path) -> None:
    forms: list[dict[str, list[str]]] = []

    def proxy(path: str, form: bytes) -> Answer:
        forms.append(parse_qs(form.decode()))
        asked = parse_qs(path.partition("?")[2])
        xml = f"<datastore>{hanweb_records(int(asked['startrecord'][0]), int(asked['endrecord'][0]))}</datastore>"
        return Answer(xml, headers=(("Content-Type", "text/xml"),))

    with SiteServer({"/col/col1045/index.html": hanweb_column(), "/module/web/jpage/dataproxy.jsp": proxy}) as server:
        server.routes["/art/2023/1/20/art_1045_20.html"] = "notice"
        crawled = crawl(declare(server, "hanweb", "/col/col1045/index.html"), tmp_path)
        asked = server.asked()
    proxied = [request.partition("?")[2] for request in asked if request.startswith("POST")]
    assert proxied == ["startrecord=10&endrecord=18&perpage=3", "startrecord=19&endrecord=25&perpage=3"]
    assert all((form["webid"], form["columnid"], form["unitid"]) == (["73"], ["1045"], ["764752"]) for form in forms)
    assert crawled.report.listed == TOTAL
    assert [page.content for page in crawled.articles.values()] == [b"notice"]
    assert len({page.url for page in crawled.lists}) == 3, "each range of records has an address of its own"
    assert crawled.lists[-1].walked == f"{server.url}/col/col1045/index.html"


def test_hanweb_without_its_script_is_not_taken_for_a_column_of_one_page(tmp_path: Path) -> None:
    column = hanweb_column().replace("totalRecord", "total")
    with SiteServer({"/col/col1045/index.html": column}) as server:
        crawled = crawl(declare(server, "hanweb", "/col/col1045/index.html"), tmp_path)
    (page,) = crawled.lists
    assert len(page.entries) == 9
    assert page.error == "the list does not name its data proxy, totalRecord or perPage"
    assert page.walked is None
    assert not crawled.report.succeeded


def test_hanweb_counts_records_that_were_withdrawn(tmp_path: Path) -> None:
    empty = Answer("<datastore><recordset></recordset></datastore>", headers=(("Content-Type", "text/xml"),))
    column = hanweb_column().replace(f"totalRecord:{TOTAL}", "totalRecord:12")
    with SiteServer({"/col/col1045/index.html": column, "/module/web/jpage/dataproxy.jsp": empty}) as server:
        crawled = crawl(declare(server, "hanweb", "/col/col1045/index.html"), tmp_path)
    assert crawled.lists[-1].walked == f"{server.url}/col/col1045/index.html"
    assert crawled.report.succeeded


def test_vsb_follows_the_link_to_the_next_page_whatever_its_number(tmp_path: Path) -> None:
    """The pages count down, declare gb2312 and hold a character (㙍) that only GB18030 has."""
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    title = f"㙍谷镇{NOTICE}"

    def page(first: int, link: str, up: str) -> Answer:
        listed = rows(first, first + 2, up + "info/1035/{}.htm")
        listed[0] = (listed[0][0], title, listed[0][2])
        following = f'<span class="p_next p_fun"><a href="{link}">下页</a></span>' if link else '<span class="p_next_d">下页</span>'
        return Answer(listing(listed, tail=following, meta=meta).encode("gb18030"))

    with SiteServer(
        {"/tzgg.htm": page(1, "tzgg/2.htm", ""), "/tzgg/2.htm": page(4, "1.htm", "../"), "/tzgg/1.htm": page(7, "", "../")}
    ) as server:
        crawled = crawl(declare(server, "vsb", "/tzgg.htm"), tmp_path)
    assert [page.url.removeprefix(server.url) for page in crawled.lists] == ["/tzgg.htm", "/tzgg/2.htm", "/tzgg/1.htm"]
    assert crawled.titles.count(title) == 3
    assert sorted(crawled.articles) == [f"{server.url}/info/1035/{n}.htm" for n in (1, 4, 7)]
    assert crawled.lists[-1].walked == f"{server.url}/tzgg.htm"


@pytest.mark.parametrize("past_the_end", ["repeats the last page", "empty list", "404"])
def test_query_counts_until_a_page_has_nothing_new(tmp_path: Path, past_the_end: str) -> None:
    def answer(path: str, _: bytes) -> Answer:
        found = re.search(r"page=(\d+)", path)
        number = int(found[1]) if found else 1
        if number > 3 and past_the_end != "repeats the last page":
            return Answer(listing([]), status=404 if past_the_end == "404" else 200)
        first = min(number, 3) * 3 - 2
        return Answer(listing(rows(first, first + 2, "show.php?id={}")))

    with SiteServer({"/list.php": answer}) as server:
        crawled = crawl(declare(server, "query", "/list.php?cid=12", paging="?page={page}"), tmp_path)
        asked = server.asked()
    assert asked == ["GET /list.php?cid=12", *(f"GET /list.php?cid=12&page={n}" for n in (2, 3, 4))]
    assert crawled.report.listed == 9
    assert [page.walked for page in crawled.lists] == [None, None, None, f"{server.url}/list.php?cid=12"]
    assert crawled.report.succeeded


def test_a_block_page_is_not_the_end_of_a_column(tmp_path: Path) -> None:
    block = Answer("<html><head><title>安全验证</title></head><body>访问过于频繁</body></html>")
    with SiteServer({"/list.php?cid=1": listing(rows(1, 3, "show.php?id={}")), "/list.php?cid=1&page=2": block}) as server:
        crawled = crawl(declare(server, "query", "/list.php?cid=1", paging="?page={page}"), tmp_path)
    assert crawled.lists[-1].error == "the answer is a message, and no list: 访问过于频繁"
    assert not any(page.walked for page in crawled.lists)


def test_a_circle_of_pages_is_walked_once(tmp_path: Path) -> None:
    back = '<span class="p_next"><a href="/tzgg.htm">下页</a></span>'
    with SiteServer({"/tzgg.htm": listing(rows(1, 3, "/info/1/{}.htm"), tail=back)}) as server:
        crawled = crawl(declare(server, "vsb", "/tzgg.htm"), tmp_path)
        assert server.asked() == ["GET /tzgg.htm"] * 2
    assert crawled.lists[-1].walked == f"{server.url}/tzgg.htm"


def test_a_list_without_end_is_a_fault_at_its_bound(tmp_path: Path) -> None:
    def answer(path: str, _: bytes) -> str:
        number = int(path.partition("page=")[2] or 1)
        return listing([(f"/a/{number}.html", f"{ORDINARY}（{number}）", "2023-01-01")])

    with SiteServer({"/list.php": answer, "/robots.txt": Answer("", 404)}) as server:
        crawled = crawl(declare(server, "query", "/list.php", paging="?page={page}"), tmp_path, LIST_PAGES=12)
        assert len(server.asked()) == 12
    assert len(crawled.titles) == 12
    assert crawled.report.failures == [(f"{server.url}/list.php?page=12", "the list goes on past page 12 (LIST_PAGES)")]
    assert [page.walked for page in crawled.lists] == [None] * 12


def test_a_home_page_in_place_of_a_missing_page_is_not_the_next_page(tmp_path: Path) -> None:
    """The site answers 200 and its home page for index_1.html; its pages count from 1, and nothing says so."""
    home = listing(rows(90, 93, "/xwzx/t20230101_{}.html"), title="首页")
    with SiteServer({"/tzgg/index_1.html": home}) as server:
        server.routes["/tzgg/"] = listing(rows(1, 3, "./t20230101_{}.html"), tail="<p>共2页</p>")
        server.routes["/tzgg/index_2.html"] = listing(rows(4, 6, "./t20230101_{}.html"))
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert [page.url.removeprefix(server.url) for page in crawled.lists] == ["/tzgg/", "/tzgg/index_2.html"]
    assert crawled.report.listed == 6
    assert crawled.report.succeeded


def test_pages_that_are_announced_and_nowhere_to_be_found_are_a_fault(tmp_path: Path) -> None:
    first = listing(rows(1, 3, "show.php?id={}"), tail="<p>共9页</p>")
    with SiteServer({"/list.php": first}) as server:
        crawled = crawl(declare(server, "query", "/list.php"), tmp_path)
    assert crawled.lists[-1].error == "the list has 9 pages, and does not say where page 2 is"
    assert not crawled.lists[-1].walked


SHELL = "<title>目录</title><script>window._CONFIG = {SID: 7}</script>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"success": false, "message": "系统繁忙"}', "the list answers that it failed: 系统繁忙"),
        ("<html><body>500</body></html>", "the list answers no JSON"),
        (Answer("{}", status=403), "the list answers with HTTP status 403"),
        ('{"articles": [], "total": 9}', "no entries found in the list"),
    ],
)
def test_a_shell_whose_list_does_not_answer_is_a_fault(tmp_path: Path, answer: Answer | str, reason: str) -> None:
    with SiteServer({"/gkmlpt/index": SHELL, "/gkmlpt/api/all/0": answer}) as server:
        crawled = crawl(declare(server, "gkmlpt", "/gkmlpt/index"), tmp_path)
    assert crawled.lists[-1].error == reason
    assert not any(page.walked for page in crawled.lists)
    assert not crawled.report.succeeded


def test_a_failure_in_the_middle_of_a_json_list_is_not_its_end(tmp_path: Path) -> None:
    def answer(path: str, _: bytes) -> str:
        number = int(path.rpartition("=")[2])
        if number == 2:
            return '{"success": false}'
        return f'{{"total": 3, "rows": [{{"title": "公告第{number}号", "url": "/a/{number}.html"}}]}}'

    with SiteServer({"/api": answer}) as server:
        crawled = crawl(declare(server, "json", "/api?c=1", paging="?page={page}"), tmp_path)
    assert crawled.lists[-1].error == "the list answers that it failed: success is false"
    assert not crawled.lists[-1].walked


def test_a_unit_that_never_answers_articles_is_a_fault(tmp_path: Path) -> None:
    script = """<script src="/unitbuild.js" url="/unit" queryData="{'tagId':'当前栏目_list'}"></script>"""
    with SiteServer({"/tzgg/": f"<title>通知公告</title>{script}", "/unit": '{"success": true, "data": {"html": "<ul></ul>"}}'}) as server:
        crawled = crawl(declare(server, "jpaas", "/tzgg/"), tmp_path)
    assert crawled.lists[-1].error == "no entries found in the list"
    assert not crawled.report.succeeded


def gkmlpt(first: int, rows: int, total: int, per_page: int = 10) -> Callable[[str, bytes], str]:
    """A directory that counts its pages from ``first``, and has these rows of those that it announces."""

    def answer(path: str, _: bytes) -> str:
        number = int(parse_qs(path.partition("?")[2])["page"][0]) - first
        shown = range(rows)[number * per_page : (number + 1) * per_page] if number >= 0 else []
        articles = ",".join(f'{{"title": "公告第{n}号", "url": "/gkmlpt/content/1/1/post_{n}.html"}}' for n in shown)
        return f'{{"articles": [{articles}], "total": {total}}}'

    return answer


def crawl_gkmlpt(directory: Path, answer: Callable[[str, bytes], Answer | str], **settings: Any) -> Crawl:
    with SiteServer({"/gkmlpt/index": SHELL, "/gkmlpt/api/all/0": answer}) as server:
        return crawl(declare(server, "gkmlpt", "/gkmlpt/index"), directory, RETRY_BACKOFF=0.01, **settings)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("fault", [Answer("", 500), Answer("", 429), Answer("<h1>系统维护</h1>")], ids=["500", "429", "a page"])
def test_gkmlpt_asks_again_for_the_page_that_tells_how_it_counts(tmp_path: Path, first: int, fault: Answer) -> None:
    directory, asked = gkmlpt(first, rows=34, total=34), set[str]()

    def answer(path: str, form: bytes) -> Answer | str:
        if path in asked:
            return directory(path, form)
        asked.add(path)
        return fault

    crawled = crawl_gkmlpt(tmp_path, answer, RETRY_TIMES=1)
    assert crawled.report.listed == 34
    assert crawled.report.succeeded, crawled.report.failures


@pytest.mark.parametrize("status", [500, 429])
def test_gkmlpt_does_not_pass_over_a_first_page_that_is_down(tmp_path: Path, status: int) -> None:
    directory = gkmlpt(0, rows=994, total=994, per_page=50)

    def answer(path: str, form: bytes) -> Answer | str:
        return Answer("", status) if "page=0&" in path else directory(path, form)

    crawled = crawl_gkmlpt(tmp_path, answer)
    assert crawled.lists[-1].error == "the list announces 994 rows, and its pages listed 944"
    assert not any(page.walked for page in crawled.lists)
    assert not crawled.report.succeeded


@pytest.mark.parametrize(("rows", "is_whole"), [(96, True), (60, False)])
def test_a_total_may_count_what_was_withdrawn_and_no_more(tmp_path: Path, rows: int, is_whole: bool) -> None:  # noqa: FBT001
    crawled = crawl_gkmlpt(tmp_path, gkmlpt(1, rows, total=100))
    assert crawled.report.listed == rows
    assert crawled.report.succeeded == is_whole
    assert bool(crawled.lists[-1].walked) == is_whole


def test_a_page_that_repeats_the_first_is_no_end_where_more_are_announced(tmp_path: Path) -> None:
    with SiteServer({"/list.php": listing(rows(1, 3, "show.php?id={}"), tail="<p>共9页</p>")}) as server:
        crawled = crawl(declare(server, "query", "/list.php", paging="?page={page}"), tmp_path)
        assert server.asked() == ["GET /list.php", "GET /list.php?page=2"]
    assert crawled.lists[-1].error == "page 2 lists nothing new, and 9 pages are announced"
    assert not crawled.lists[-1].walked
    assert not crawled.report.succeeded


def test_a_json_list_that_ignores_its_page_number_is_a_fault(tmp_path: Path) -> None:
    articles = ",".join(f'{{"title": "公告第{n}号", "url": "/a/{n}.html"}}' for n in range(20))
    with SiteServer({"/api": f'{{"total": 60, "rows": [{articles}]}}'}) as server:
        crawled = crawl(declare(server, "json", "/api", paging="?page={page}"), tmp_path)
    assert crawled.lists[-1].error == "the list announces 60 rows, and its pages listed 20"
    assert not crawled.report.succeeded
