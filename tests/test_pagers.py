"""How list pages lead to the next one: what their links, buttons and scripts come to, and what they say of the number of pages."""

from pathlib import Path

import pytest
from crawling import NOTICE, ORDINARY, SiteServer, crawl, declare, listing

from crawler.paging import announced, next_address
from crawler.recognise import QueryPaging, query_paging

LIST = "http://mzj.xa.gov.cn/tzgg/"


@pytest.mark.parametrize(
    ("pager", "address"),
    [
        ("<a href='javascript:void(0);' onclick=\"location.href=encodeURI('index_2.jhtml');\">下一页</a>", "index_2.jhtml"),
        ("<a onclick=\"window.location.href='index_2.jhtml'\">下一页</a>", "index_2.jhtml"),
        ("<a href=\"javascript:location.href='index_2.html'\">下一页</a>", "index_2.html"),
        ("<a href=\"javascript:window.open('index_2.html','_self')\">下一页</a>", "index_2.html"),
        ("<a href='#' onclick=\"return location.replace('?page=2')\">下页</a>", "?page=2"),
        ("<button onclick=\"location.href='?p=2'\">下一页</button>", "?p=2"),
        ("<input type=button value='下一页' onclick=\"location.href='?p=2'\">", "?p=2"),
        (
            "<select onchange='location=this.value'><option value=a.html>1</option><option value=b.html>第2页</option></select>",
            "b.html",
        ),
        ('<script>function turnPage(n){location.href="gsgg-"+n+".jsp";}</script><a href="javascript:turnPage(2)">下一页</a>', "gsgg-2.jsp"),
        (
            "<script>var go = function(n, s) { var u = 'l_' + n; location = u + s }</script><a onclick='go(2, \".htm\")'>下页</a>",
            "l_2.htm",
        ),
        (
            "<script>function to(n){ if (n == 1) location='index.html'; else location=`i_${n-1}.html` }</script><a onclick='to(2)'>2</a>",
            "i_1.html",
        ),
        (
            "<script>var page = 1; function further(){location='?page=' + (page + 1)}</script><a onclick='further()'>下一页</a>",
            "?page=2",
        ),
        ("<script>function go(n){$('#page').val(n);form.submit()}</script><a href='javascript:go(2)'>下一页</a>", None),
        ("<a href='javascript:;'>下一页</a>", None),
        ("<a onclick='turnPage(2)'>下一页</a>", None),
    ],
)
def test_a_link_that_is_a_script_leads_where_the_page_says(pager: str, address: str | None) -> None:
    assert next_address(pager, LIST, 1) == (address and LIST + address)
    assert (query_paging(pager, LIST) is None) == (address is None), "a script is no address"


def test_a_parameter_in_a_script_is_a_parameter() -> None:
    assert query_paging("<a onclick=\"location.href='?page=2'\">下一页</a>", LIST) == QueryPaging("?page={page}", None)


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("共4页", 4),
        ("共计4页", 4),
        ("总页数：4", 4),
        ("共45条记录 1/4页", 4),
        ("共 <b>45</b> 条 <b>1</b>/<b>4</b>", 4),
        ("页码：1/4", 4),
        ("1/4页", 4),
        ("1/4 首页 上一页 下一页", 4),
        ("第1页/共4页", 4),
        ("[03/15] 首页 上一页 下一页", None),
        ("2024/03/15 下一页", None),
        ("每页20条", None),
    ],
)
def test_the_number_of_pages_in_words(words: str, pages: int | None) -> None:
    assert announced(f"<body><p>{words}</p></body>").total == pages


@pytest.mark.parametrize("software", ["query", "trs", "links"])
def test_a_page_that_the_first_one_links_to_and_that_is_missing_is_a_fault(tmp_path: Path, software: str) -> None:
    rows = [(f"/n/{number}.html", NOTICE if number == 2 else ORDINARY, f"2023-01-{number:02}") for number in range(1, 7)]
    with SiteServer({"/tzgg/": listing(rows, tail="共4页 <a href='index_2.jhtml'>下一页</a>")}) as server:
        crawled = crawl(declare(server, software, "/tzgg/"), tmp_path)
    assert [page.error for page in crawled.lists if page.error] == ["the list answers with HTTP status 404"]
    assert crawled.report.unread_lists == 1


def test_an_announced_page_whose_name_is_guessed_in_vain_is_a_fault(tmp_path: Path) -> None:
    rows = [(f"/n/{number}.html", ORDINARY, f"2023-01-{number:02}") for number in range(1, 7)]
    with SiteServer({"/tzgg/": listing(rows, tail="共4页")}) as server:
        crawled = crawl(declare(server, "links", "/tzgg/"), tmp_path)
    assert crawled.report.unread_lists == 1


@pytest.mark.parametrize("software", ["query", "links"])
def test_a_script_that_cannot_be_followed_is_named(tmp_path: Path, software: str) -> None:
    rows = [(f"/n/{number}.html", ORDINARY, f"2023-01-{number:02}") for number in range(1, 7)]
    with SiteServer({"/tzgg/": listing(rows, tail="<a href='javascript:turn(2)'>下一页</a>")}) as server:
        crawled = crawl(declare(server, software, "/tzgg/"), tmp_path)
    (reason,) = (page.error for page in crawled.lists if page.error)
    assert reason == "page 2 is behind a script that could not be followed: javascript:turn(2)"


def test_a_form_is_posted_though_the_pager_does_not_print_its_own_number(tmp_path: Path) -> None:
    form = "<form method=post><input name='__VIEWSTATE'>{rows}<a href=\"javascript:__doPostBack('Pager','2')\">2</a> 第1页/共2页</form>"
    rows = [listing([(f"/show.aspx?id={number}", ORDINARY, f"2023-01-{number:02}") for number in span]) for span in ((1, 2, 3), (4, 5, 6))]
    with SiteServer() as server:
        server.routes["/list.aspx"] = form.format(rows=rows[0])
        server.routes["POST /list.aspx"] = rows[1]
        crawled = crawl(declare(server, "aspnet", "/list.aspx"), tmp_path)
    assert crawled.report.listed == 6


def test_a_list_in_a_folder_has_pages_of_the_articles_extension(tmp_path: Path) -> None:
    rows = [listing([(f"/n/{number}.htm", ORDINARY, f"2023-01-{number:02}") for number in span]) for span in ((1, 2, 3), (4, 5, 6))]
    call = "<script>$('.page').pagination('setPage', 1, 2)</script>"
    with SiteServer({"/tzgg/": rows[0] + call, "/tzgg/index_2.htm": rows[1]}) as server:
        crawled = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert crawled.report.listed == 6
    assert crawled.report.succeeded
