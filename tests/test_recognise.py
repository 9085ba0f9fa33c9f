"""Which software made a page, and which columns it links to: pure functions of pages, here those of the golden pairs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.columns import column_key, columns_of, own_column, ways_of
from crawler.probe import Seen, Survey
from crawler.recognise import QueryPaging, families, own_paging, query_paging, recognise
from crawler.software import SOFTWARE

HOST = "http://mzj.example.gov.cn"
PAIRS = sorted((Path(__file__).parent / "families").glob("*/*.yml"))
# A list without any link to a next page: only its site's YAML knows that there is one.
SILENT = {"query-declared"}
FALLBACKS = {"query", "links"}


def first_page(pair: Path) -> tuple[str, str]:
    """The first list page of a golden pair, as (html, address)."""
    loaded: dict[str, Any] = yaml.safe_load(pair.read_text(encoding="utf-8"))
    address = loaded["lists"][0]
    asked = address.partition("#")[0]
    page = next(
        (loaded["pages"][name] for name in (asked, f"GET {asked}") if name in loaded["pages"]), next(iter(loaded["pages"].values()))
    )
    body = page if isinstance(page, str) else page["body"]
    return body.replace("{site}", HOST), HOST + address


def survey(*pages: tuple[str, str]) -> Survey:
    return Survey([Seen(url, html, 200) for html, url in pages], f"{HOST}/")


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair.parent.name}-{pair.stem}" for pair in PAIRS])
def test_a_family_is_recognised_by_its_list_page(pair: Path) -> None:
    found = survey(first_page(pair)).recognised()
    if f"{pair.parent.name}-{pair.stem}" in SILENT or pair.parent.name == "links":
        assert found is None
    else:
        assert found is not None
        assert found.software == pair.parent.name
        assert all(found.marks)


def test_every_family_but_the_fallbacks_has_marks() -> None:
    assert {family.software for family in families()} == set(SOFTWARE) - FALLBACKS


@pytest.mark.parametrize(
    ("link", "software"),
    [
        ("/zwgk/202301/t20230131_9.html", "trs"),
        ("/info/1035/28.htm", "vsb"),
        ("/art/2023/4/27/art_232_3.html", "hanweb"),
        ("/zw/art/2023/art_0123456789abcdef0123456789abcdef.html", "jpaas"),
        ("/csrc/202308/fedcba9876543210fedcba9876543210.shtml", "ucap"),
        ("/public/6595421/28.html", "longxun"),
        ("/zw/content/post_663425.html", "nfcms"),
        ("/gkmlpt/content/2/3/post_3.html", "gkmlpt"),
        ("/index.php?a=show&c=index&catid=9&id=3&m=content", "phpcms"),
        ("/plus/view.php?aid=11", "dedecms"),
        ("/News/Detail.aspx?id=7", "aspnet"),
    ],
)
def test_a_family_is_recognised_by_a_notices_address_on_a_home_page(link: str, software: str) -> None:
    found = recognise([(f"<a href='{link}'>中共昀州市民政局党组关于巡察整改情况的通报</a>", f"{HOST}/")])
    assert found is not None
    assert found.software == software
    assert found.marks == (link,)


def test_links_to_other_sites_tell_nothing() -> None:
    assert recognise([("<a href='http://www.other.cn/zwgk/202301/t20230131_9.html'>通报</a>", f"{HOST}/")]) is None


def test_the_family_with_more_marks_wins() -> None:
    script = "<script>createPageHTML(3, 0, 'common_list', 'shtml')</script>"
    links = "<a href='/c1/common_list.shtml'>x</a><a href='/c1/c7547359/content.shtml'>y</a>"
    found = recognise([(script + links, f"{HOST}/")])
    assert found is not None
    assert found.software == "ucap"


def test_a_directory_beside_a_portal_is_told_by_the_page_asked_for() -> None:
    directory = ("<script>window._CONFIG = {SID: 754, TREE: []}</script>", f"{HOST}/gkmlpt/index#2272")
    portal = ("<a href='/zw/content/post_1.html'>x</a><a href='/zw/tzgg/'>通知公告</a>", f"{HOST}/")
    both = survey(directory, portal)
    assert both.recognised().software == "gkmlpt"
    assert [column.url for column in both.columns("gkmlpt")] == [f"{HOST}/gkmlpt/index#2272"]
    assert survey(portal).recognised().software == "nfcms"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href='?cid=12&page=2'>下一页</a>", QueryPaging("?page={page}", None)),
        ("<a href='?cid=12&pageIndex=1'>下一页</a>", QueryPaging("?pageIndex={page}", 0)),
        ("<a href='list_2.jhtml'>下一页</a>", QueryPaging(None, None)),
        ("<a href='?cid=13'>下一页</a>", QueryPaging(None, None)),  # followed, but cid counts no pages
        ("<a href='javascript:go(2)'>下一页</a>", None),
        ("<a href='http://other.example/?page=2'>下一页</a>", None),
        ("", None),
    ],
)
def test_paging_by_a_link(html: str, expected: QueryPaging | None) -> None:
    assert query_paging(html, f"{HOST}/list.php?cid=12") == expected


def test_paging_by_a_link_with_another_session() -> None:
    html = "<a href='/list;jsessionid=B2?cid=12&page=2'>下一页</a>"
    assert query_paging(html, f"{HOST}/list;jsessionid=A1?cid=12") == QueryPaging("?page={page}", None)


def test_paging_by_the_lists_own_address() -> None:
    assert own_paging(f"{HOST}/api?channel=7&pageNo=1") == QueryPaging("?pageNo={page}", None)
    assert own_paging(f"{HOST}/api?channel=7&pageNo=0") == QueryPaging("?pageNo={page}", 0)
    assert own_paging(f"{HOST}/api?channel=7") == QueryPaging(None, None)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href='/gzdt/'>工作动态</a><a href='/tzgg/'>通知公告</a><a href='/xczg/'>巡察整改</a>", ["/xczg/", "/tzgg/", "/gzdt/"]),
        ("<div><h3>公示公告</h3><a href='/gs/'>更多&gt;&gt;</a></div>", ["/gs/"]),
        ("<a href='/a/'><img></a><a href='/gs/' title='公示公告'><img></a>", ["/gs/"]),
        ("<a href='/tzgg/'>通知公告</a><a href='/tzgg/'>通知</a><a href='/tzgg/#top'>公告</a>", ["/tzgg/"]),
        ("<a href='/1.html'>关于巡察整改的通报</a>", []),
        ("<a href='/1.html'>中共昀州市民政局党组关于巡察整改进展情况的通报</a>", []),
        ("<li><a href='/1.html'>巡察整改动员会</a><span>05-06</span></li>", []),
        ("<a href='/show.php?id=3'>巡察整改动员会</a>", []),
        ("<a href='http://www.other.cn/tzgg/'>通知公告</a><a href='javascript:;'>通知公告</a><a href='/'>工作动态</a>", []),
        ("<div>当前位置：<a href='/'>首页</a> &gt; <a href='/zt/7/'>专题专栏</a> &gt; 正文</div>", ["/zt/7/"]),
        (
            "<p><b>当前位置：</b><span><a href='/'>首页</a></span><a href='/wj/'>文件</a></p><a href='/tzgg/'>通知公告</a>",
            ["/wj/", "/tzgg/"],
        ),
        ("", []),
    ],
)
def test_columns_are_found_by_their_names(html: str, expected: list[str]) -> None:
    assert [column.url.removeprefix(HOST) for column in columns_of(f"<html><body>{html}</body></html>", f"{HOST}/x/")] == expected


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<div>当前位置：<a href='/'>首页</a> &gt; <a href='/xczg/'>巡察整改</a> &gt; 正文</div>", "巡察整改"),
        ("<div><b>当前位置：</b>首页 » 党务公开 » 巡察整改</div>", "巡察整改"),
        ("<div>当前位置：首页 &gt; 巡察整改 &gt; 中共昀州市民政局党组关于巡察整改情况的通报</div>", "巡察整改"),
        ("<meta name='ColumnName' content='巡察整改'><p>x</p>", "巡察整改"),
        ("<p>当前位置</p>", ""),
    ],
)
def test_the_column_that_a_page_stands_in(html: str, name: str) -> None:
    assert own_column(f"<html><body>{html}</body></html>") == name


def test_a_column_is_known_by_the_name_that_another_page_gives_it() -> None:
    html = "<li><a href='/zt/7/'>以案促改</a><span>2023-01-31</span></li><a href='/tzgg/'>通知公告</a>"
    assert [column.url for column in columns_of(html, f"{HOST}/", "以案促改")] == [f"{HOST}/zt/7/", f"{HOST}/tzgg/"]


def test_ways_to_a_column() -> None:
    html = (
        "<p>当前位置：<a href='/'>首页</a> &gt; <a href='/bm/'>部门</a> &gt; <a href='/bm/7/'>民政</a></p><a href='/xxgk/'>信息公开</a>"
        "<a href='/dw/'>党务公开</a><a href='/tzgg/'>通知公告</a><a href='/1.html'>关于党务公开的通知</a>"
    )
    assert [way.url.removeprefix(HOST) for way in ways_of(html, f"{HOST}/")] == ["/bm/", "/dw/", "/xxgk/"]


def test_one_column_has_one_key() -> None:
    spellings = ("/tzgg", "/tzgg/", "/tzgg/index.html", "/tzgg/;jsessionid=0A1B", "/tzgg/Default.aspx", "/tzgg/?PHPSESSID=f00")
    assert {column_key(HOST + spelling) for spelling in spellings} == {"mzj.example.gov.cn/tzgg"}
    assert column_key(f"{HOST}/gkmlpt/index#1") != column_key(f"{HOST}/gkmlpt/index#2")
