"""What `zhenggai probe` makes of sites that hide their lists: behind other pages, sessions, frames, scripts, another family's marks."""

import itertools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from click.testing import CliRunner, Result
from crawling import NOTICE, ORDINARY, Answer, Route, SiteServer, listing

from crawler.sites import Site, load_site
from zhenggai.__main__ import main

HEAD = "<meta charset='utf-8'><title>西安市民政局</title><meta name='SiteIDCode' content='6101000000'>"
PROSE = "<p>根据市委统一部署，市委第三巡察组对市民政局党组开展了巡察。现将巡察整改情况予以公布。</p>" * 30
UNITS = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def page(body: str) -> str:
    return f"<html><head>{HEAD}</head><body>{body}</body></html>"


def links(*columns: tuple[str, str]) -> str:
    return "".join(f"<li><a href='{address}'>{name}</a></li>" for address, name in columns)


def rows(form: str, title: str = NOTICE) -> str:
    return listing([(form.format(number=number), title, f"2023-01-{number:02}") for number in range(11, 15)])


def run(server: SiteServer, path: str, directory: Path) -> Result:
    server.routes["/robots.txt"] = Answer("none", 404)
    return CliRunner().invoke(main, ["probe", server.url + path, "--write", "--sites", str(directory)])


def probed(routes: Mapping[str, Route], path: str, directory: Path) -> Site:
    """The site that is written of what is served, its addresses without the server's."""
    with SiteServer(routes) as server:
        done = run(server, path, directory)
    assert done.exit_code == 0, done.stderr
    (written,) = directory.glob("*.yml")
    site = load_site(written)
    return site.model_copy(update={"url": site.url.removeprefix(server.url), "lists": [url.removeprefix(server.url) for url in site.lists]})


def dedecms(nav: str) -> dict[str, Route]:
    lists = {f"/plus/list.php?tid={tid}": rows(f"/html/c{tid}/2023/0131/{tid}{{number}}.html") for tid in (11, 12)}
    return {"/": page(nav), **lists} | {f"/html/c11/2023/0131/11{number}.html": page(PROSE) for number in range(11, 15)}


def test_a_column_one_page_down_is_found(tmp_path: Path) -> None:
    routes = dedecms(links(("/plus/list.php?tid=12", "通知公告"), ("/dwgk/", "党务公开")))
    routes["/dwgk/"] = page(links(("/plus/list.php?tid=12", "通知公告"), ("/plus/list.php?tid=11", "巡察整改")))
    assert probed(routes, "/", tmp_path).lists == ["/plus/list.php?tid=11", "/plus/list.php?tid=12"]


def general(tmp_path: Path, *names: str) -> tuple[Result, list[str]]:
    """What is said of a site with these columns beside 通知公告, and what is asked for; notices stand in the first of them, on page 2."""
    columns = [(f"/plus/list.php?tid={20 + place}", name) for place, name in enumerate(names)]
    routes = dedecms(links(("/plus/list.php?tid=12", "通知公告"), *columns))
    for address, _ in columns:
        further = f"<a href='{address}&PageNo=2'>下一页</a>"
        routes[address] = rows(f"/html{address[-2:]}/2023/0131/{{number}}.html", ORDINARY) + further
        routes[f"{address}&PageNo=2"] = rows(f"/html{address[-2:]}/2022/0131/{{number}}.html", NOTICE if "=20" in address else ORDINARY)
    with SiteServer(routes) as server:
        return run(server, "/", tmp_path), server.asked()


def test_a_column_of_any_name_counts_where_a_notice_stands_in_it(tmp_path: Path) -> None:
    done, _ = general(tmp_path, "审查调查", "信息公开", "机构设置", "联系我们")
    (written,) = tmp_path.glob("*.yml")
    assert [url.partition("?")[2] for url in load_site(written).lists] == ["tid=12", "tid=20"]
    said = re.sub(r"[\s│]", "", done.stdout)
    assert "信息公开http" in said
    assert said.count("entriesonitsfirstpages,nonetitledlikeanotice") == 2
    assert "联系我们" not in said


def test_no_more_than_sixteen_pages_of_general_columns_are_asked_for(tmp_path: Path) -> None:
    done, asked = general(tmp_path, *(f"工作{number}处" for number in "一二三四五六七八九十百千"))
    assert len([request for request in asked if "tid=2" in request]) <= 16
    assert re.sub(r"[\s│]", "", done.stdout).count("notlookedat:8otherswere") == 4


def test_the_likeliest_page_of_those_opened_is_opened_next(tmp_path: Path) -> None:
    routes = dedecms(links(("/plus/list.php?tid=12", "通知公告"), ("/xxgk/", "信息公开"), ("/zt/", "专题专栏")))
    routes["/xxgk/"] = page(links(("/dw/", "机关党建"), *((f"/xxgk/{number}/", f"公开{number}") for number in range(9))))
    routes["/dw/"] = page(links(("/plus/list.php?tid=11", "巡察整改")))
    assert "/plus/list.php?tid=11" in probed(routes, "/", tmp_path).lists


def test_no_more_than_a_few_pages_are_opened_in_search_of_a_column(tmp_path: Path) -> None:
    ways = links(("/plus/list.php?tid=12", "通知公告"), *((f"/xxgk/{number}/", f"信息公开{number}") for number in range(20)))
    with SiteServer(dedecms(ways)) as server:
        server.otherwise = page(ways)
        assert run(server, "/", tmp_path).exit_code == 0
        asked = [request for request in server.asked() if "/xxgk/" in request]
    assert len(asked) == 5 + 8, "in search of a column for nothing but notices, and of a notice"


def test_a_session_in_the_addresses_makes_no_columns(tmp_path: Path) -> None:
    sessions = itertools.count()

    def nav() -> str:
        columns = (("通知公告", 12), ("巡察整改", 11), ("巡察整改公开", 11))
        return links(*((f"/Home/list;jsessionid={next(sessions):032X}?menuid={number}", name) for name, number in columns))

    def answer(path: str, form: bytes) -> str:
        menu = path.rpartition("=")[2]
        if "/list" not in path:
            return page(nav() + PROSE)
        return page(nav() + rows(f"/Home/detail?menuid={menu}&newid={menu}{{number}}") + f"<a href='?menuid={menu}&page=2'>下一页</a>")

    with SiteServer() as server:
        server.otherwise = answer
        done = run(server, f"/Home/list;jsessionid={'F' * 32}?menuid=11", tmp_path)
    assert done.exit_code == 0, done.stderr
    (written,) = tmp_path.glob("*.yml")
    site = load_site(written)
    assert site.lists == [f"{server.url}/Home/list?menuid={number}" for number in (11, 12)]
    assert site.paging == "?page={page}"


def shell(column: str) -> str:
    data = f"{{'parseType':'bulidstatic','webId':'w','tplSetId':'t','pageType':'column','tagId':'当前栏目_list','pageId':'{column}'}}"
    return page(f'<script src="/script/AuthorizedRead/unitbuild.js" url="{UNITS}" queryData="{data}"></script>')


def test_the_runner_up_is_tried_where_a_family_reads_nothing(tmp_path: Path) -> None:
    columns = {"/col/col7/index.html": "通知公告", "/col/col8/index.html": "巡察整改"}
    old, new = "/art/2016/3/10/art_7_1.html", f"/art/2023/art_{1:032x}.html"
    listed = f"<ul><li><a href='{new}' title='{NOTICE}'>{NOTICE}</a><span>2023-01-31</span></li></ul>"
    routes: dict[str, Route] = {address: shell(name) for address, name in columns.items()}
    routes["/"] = page(links(*columns.items()) + f"<a href='{old}'>旧闻</a>")
    routes[UNITS] = json.dumps({"success": True, "data": {"html": f"{listed}<div class='pagination' count='1' rows='1'></div>"}})
    routes[new] = page(f"<div id='con_con'>{PROSE}</div>")
    site = probed(routes, "/", tmp_path)
    assert (site.software, site.lists) == ("jpaas", ["/col/col8/index.html", "/col/col7/index.html"])


def directory(office: str, categories: Mapping[int, str]) -> dict[str, Route]:
    """An office's part of gkmlpt; the category of notices stands one level down."""
    tree = [
        {"id": 1, "name": "党务公开", "children": [{"id": number, "name": name, "children": []} for number, name in categories.items()]}
    ]
    index = page(f"<div id='app'></div><script>window._CONFIG = {{SID: '754', TREE: {json.dumps(tree)}}}</script>")

    def listed(path: str, form: bytes) -> str:
        article = {"id": 3, "title": NOTICE, "url": f"{office}/gkmlpt/content/2/3/post_3.html", "create_time": 1693497600}
        return json.dumps({"articles": [article], "total": 1})

    apis: dict[str, Route] = {f"{office}/gkmlpt/api/all/{number}": listed for number in (1, *categories)}
    return apis | {f"{office}/gkmlpt/index": index, f"{office}/gkmlpt/content/2/3/post_3.html": page(PROSE)}


@pytest.mark.parametrize("path", ["/gkmlpt/content/2/3/post_3.html", "/gkmlpt/index#9", "/gkmlpt/index"])
def test_a_directorys_tree_is_read_from_any_of_its_pages(path: str, tmp_path: Path) -> None:
    routes = directory("/xqjyj", {8: "人事信息", 9: "巡察整改", 10: "通知公告"})
    site = probed(routes, f"/xqjyj{path}", tmp_path)
    assert (site.software, site.lists) == ("gkmlpt", [f"/xqjyj/gkmlpt/index#{number}" for number in (9, 10, 1)])


def test_two_offices_of_one_host_are_two_sites(tmp_path: Path) -> None:
    with SiteServer(directory("/stsmzj", {9: "巡察整改"}) | directory("/stssfj", {7: "巡察整改"})) as server:
        done = [run(server, f"/{office}/gkmlpt/index", tmp_path) for office in ("stsmzj", "stssfj")]
        assert [result.exit_code for result in done] == [0, 0], done[1].stderr
        sites = {path.stem.rpartition("_")[2]: load_site(path) for path in tmp_path.glob("*.yml")}
        assert {office: site.url for office, site in sites.items()} == {
            office: f"{server.url}/{office}/" for office in ("stsmzj", "stssfj")
        }


def answered(channel: str) -> str:
    """Two rows of a list in JSON, whose articles are known by a number alone."""
    return json.dumps({"success": True, "data": {"total": 2, "records": [{"id": f"{channel}{n}", "title": NOTICE} for n in (1, 2)]}})


GET = """var size = 20; function load(p) {{ fetch("/api/list?channel={channel}&page=" + p + "&size=" + size).then(draw) }} load(1);"""
POST = """var channelId = '{channel}', pageNo = 1;
$.post('/api/list', {{channelId: channelId, page: pageNo, size: 20}}, function (r) {{ draw(r.data.records) }}, 'json');"""
DRAW = """function draw(rows) {{ rows.forEach(function (row) {{ html += '<a href="/content/' + row.id + '.html">' + row.title }}) }}"""


@pytest.mark.parametrize(
    ("script", "method", "asked"),
    [(GET, "GET", "channel={}&page=1&size=20"), (POST, "POST", "channelId={}&page=1&size=20")],
)
@pytest.mark.parametrize("start", ["/", "/xczg/list.shtml", f"/xczg/202301/{7:032x}.shtml"])
def test_a_list_that_a_script_fetches_is_declared(script: str, method: str, asked: str, start: str, tmp_path: Path) -> None:
    def listed(path: str, form: bytes) -> str:
        return answered("xczg" if "xczg" in path + form.decode() else "tzgg")

    nav = links(("/tzgg/list.shtml", "通知公告"), ("/xczg/list.shtml", "巡察整改"))
    # The address of another family's articles.
    routes: dict[str, Route] = {"/": page(nav + links((f"/xczg/202301/{7:032x}.shtml", NOTICE)))}
    for channel in ("xczg", "tzgg"):
        routes[f"/{channel}/list.shtml"] = page(nav + f"<script>{(script + DRAW).format(channel=channel)}</script>")
        routes |= {f"/content/{channel}{number}.html": page(PROSE) for number in (1, 2)}
    routes |= {f"{method} /api/list": listed, f"/xczg/202301/{7:032x}.shtml": page(nav + PROSE)}
    with SiteServer(routes) as server:
        server.otherwise = lambda path, form: listed(path, form) if path.startswith("/api/list") else Answer("none", 404)
        done = run(server, start, tmp_path)
    assert done.exit_code == 0, done.stderr
    (written,) = tmp_path.glob("*.yml")
    site = load_site(written)
    assert site.software == "json"
    assert site.lists == [f"{server.url}/api/list?{asked.format(channel)}" for channel in ("xczg", "tzgg")]
    assert site.paging == "?page={page}"
    assert site.api is not None
    assert (site.api.method, site.api.address) == (method, "/content/{id}.html")


@pytest.mark.parametrize(
    "home",
    [
        "<frameset cols='20%,*'><frame src='/left.htm'><frame src='/main.htm'></frameset>",
        "<body><iframe src='/left.htm'></iframe></body>",
        "<body><a href='/left.htm'><img src='/cover.jpg'></a></body>",
        "<body onclick=\"location.href='/left.htm'\"><img src='/cover.jpg'></body>",
        "<meta http-equiv='refresh' content='0;url=/left.htm'>",
    ],
)
def test_a_home_page_is_entered(home: str, tmp_path: Path) -> None:
    routes = dedecms("")
    nav = links(("/plus/list.php?tid=12", "通知公告"), ("/plus/list.php?tid=11", "巡察整改"))
    routes |= {"/": f"<html><head>{HEAD}</head>{home}</html>", "/left.htm": page(nav)}
    site = probed(routes, "/", tmp_path)
    assert (site.url, site.lists) == ("/", ["/plus/list.php?tid=11", "/plus/list.php?tid=12"])


def test_a_list_of_other_sites_articles_is_left_after_a_few_pages(tmp_path: Path) -> None:
    def foreign(path: str, form: bytes) -> str:
        number = int(path.rpartition("_")[2].removesuffix(".html")) if "_" in path else 1
        elsewhere = [(f"http://www.other.cn/{number}/{row}.html", ORDINARY, "2023-01-31") for row in range(9)]
        return listing(
            elsewhere, tail=f"<script>createPageHTML(99, 0, 'index', 'html')</script><a href='index_{number + 1}.html'>下一页</a>"
        )

    article = "/x/202301/t20230131_1.html"
    with SiteServer({"/": page(links(("/tzgg/", "通知公告"), ("/xczg/", "巡察整改")) + f"<a href='{article}'>{NOTICE}</a>")}) as server:
        server.otherwise = lambda path, form: foreign(path, form) if path.startswith("/tzgg/") else Answer("none", 404)
        server.routes |= {"/xczg/": rows("/x/202301/t202301{number}_1.html")}
        assert run(server, "/", tmp_path).exit_code == 0
        assert len([request for request in server.asked() if "/tzgg/" in request]) == 3
    (written,) = tmp_path.glob("*.yml")
    assert load_site(written).lists == [f"{server.url}/xczg/"]


TRAILS = [
    "当前位置：<a href='/'>首页</a> &gt; <a href='/dw/'>党务公开</a> &gt; <a href='/zt/'>以案促改</a> &gt; 正文",
    "<b>您的位置</b>：<a href='/'>首页</a> > <a href='/zt/'>以案促改</a> > <span>中共西安市民政局党组关于巡察整改情况的通报</span>",
    "<td>当前位置：首页 &gt;&gt; 以案促改 &gt;&gt; 正文</td><td>2023-01-31</td>",
]


@pytest.mark.parametrize("trail", TRAILS)
def test_the_column_that_a_notice_stands_in_comes_first(trail: str, tmp_path: Path) -> None:
    nav = links(
        ("/xczg/", "巡察整改"), ("/tzgg/", "通知公告"), ("/zt/", "以案促改") if "以案促改</a>" not in trail else ("/x/", "机构职能")
    )
    article = f"<table><tr>{trail}</tr></table>" if trail.startswith("<td>") else f"<div>{trail}</div>"
    routes: dict[str, Route] = {f"/{column}/": rows(f"/{column}/202301/t202301{{number}}_1.html") for column in ("xczg", "tzgg", "zt")}
    routes |= {"/": page(nav), "/zt/202301/t20230111_1.html": page(nav + article + f"<div class='TRS_Editor'>{PROSE}</div>")}
    assert probed(routes, "/zt/202301/t20230111_1.html", tmp_path).lists == ["/zt/", "/xczg/", "/tzgg/"]


def test_no_likely_column_is_left_out_for_an_unlikely_one(tmp_path: Path) -> None:
    names = ["工作动态", "党建", "公示公告", "公告公示", "通知公告", "巡察工作", "巡视整改", "整改公开", "巡察整改"]
    addresses = {f"/{quote(name)}/": name for name in names}
    routes: dict[str, Route] = {address: rows(f"{address}202301/t202301{{number}}_1.html") for address in addresses}
    found = probed(routes | {"/": page(links(*addresses.items()))}, "/", tmp_path).lists
    assert [unquote(url).strip("/") for url in found] == [
        "巡察整改",
        "巡视整改",
        "整改公开",
        "巡察工作",
        "通知公告",
        "公告公示",
        "公示公告",
        "工作动态",
    ]


def test_rows_in_html_that_a_script_fetches_are_declared_as_pages(tmp_path: Path) -> None:
    script = "<div id='lb'></div><script>function load(n){$.get('/blocks?page='+n+'&fix=0',function(d){$('#lb').html(d)})} load(1)</script>"
    routes = {"/": page(links(("/tzgg/", "通知公告"))), "/tzgg/": page(script)}
    routes |= {"/blocks?page=1&fix=0": rows("/n/{number}.html"), "/blocks?page=2&fix=0": rows("/n/2{number}.html", ORDINARY)}
    routes |= {f"/n/{number}.html": page(PROSE) for number in range(11, 15)}
    site = probed(routes, "/", tmp_path)
    assert (site.software, site.lists, site.paging) == ("query", ["/blocks?page=1&fix=0"], "?page={page}")


def test_an_article_tells_the_division_where_the_home_page_does_not(tmp_path: Path) -> None:
    routes = {
        address: body.replace(HEAD, "<title>清廉网</title>")
        for address, body in dedecms(links(("/plus/list.php?tid=11", "巡察整改"))).items()
    }
    routes |= {f"/html/c11/2023/0131/11{number}.html": page(PROSE) for number in range(11, 15)}
    assert probed(routes, "/", tmp_path).division == "610100"
