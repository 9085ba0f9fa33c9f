"""Following links: where a page leads, what a crawl makes of it, and where it ends."""

import random
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from crawling import NOTICE, ORDINARY, Answer, Crawl, Memory, SiteServer, crawl, declare, listing

from crawler.frontier import MOST_BARREN, Frontier, address_form, page_key
from crawler.leads import Lead, leads_of

HOST = "http://mzj.example.gov.cn"
HOSTS = frozenset({"mzj.example.gov.cn"})
PROSE = "根据市委统一部署，市委第二巡察组对市民政局党组进行了巡察，现将巡察整改情况予以公布。" * 3
LONG_PROSE = PROSE * 9
NAVIGATION = [("/zwgk/", "政务公开"), ("/map.html", "网站地图")]
"""Of every page of `listing`; dead links here."""


def page(*links: tuple[str, str], title: str = "西安市民政局", more: str = "") -> str:
    body = "".join(f"<p><a href='{href}'>{name}</a></p>" for href, name in links)
    return f"<html><head><title>{title}</title></head><body>{body}{more}</body></html>"


def rows(*numbers: int, base: str = "/n/") -> list[tuple[str, str, str]]:
    return [(f"{base}{number}.htm", f"{ORDINARY}（{number}）", f"2023-01-{number % 28 + 1:02}") for number in numbers]


def follow(server: SiteServer, directory: Path, memory: Memory | None = None, **settings: object) -> Crawl:
    return crawl(declare(server, "links", "/"), directory, memory=memory, **settings)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href='tzgg/'>[通知公告]</a>", [("/x/tzgg/", "通知公告", None)]),
        ("<a href='/a.htm'>关于做好清明祭扫工作的通知</a>", [("/a.htm", "关于做好清明祭扫工作的通知", "关于做好清明祭扫工作的通知")]),
        (f"<a href='/a.htm' title='{ORDINARY}'>西安市民政局…</a>", [("/a.htm", "西安市民政局", ORDINARY)]),
        ("<a href='/zt/' title='点击进入本局巡察整改公开专栏页面'>巡察整改</a>", [("/zt/", "巡察整改", None)]),
        ("<a href='/zt/'><img alt='巡察整改' src='a.png'></a>", [("/zt/", "巡察整改", None)]),
        ("<a href='/zt/'><img src='a.png'></a>", [("/zt/", "", None)]),
        ("<map><area href='/dj/' alt='党建'></map>", [("/dj/", "党建", None)]),
        ("<iframe src='list.htm'></iframe>", [("/x/list.htm", "", None)]),
        ("<td onclick=\"location.href='/gk/'\">公开</td>", [("/gk/", "公开", None)]),
        ("<a href=\"javascript:window.open('/gk/','_blank')\">公开</a>", [("/gk/", "公开", None)]),
        ("<a href='#' onclick='location.href=\"/gk/\";return false'>公开</a>", [("/x/", "公开", None), ("/gk/", "公开", None)]),
        ("<script>location.href='/index.htm';</script>", [("/index.htm", "", None)]),  # back to the home page
        ("<script>location.href='/web/index.htm';</script>", [("/web/index.htm", "", None)]),
        ("<a href=\"javascript:go('/show?id=' + id)\">公开</a><a onclick=\"location.href='/a?id='+id\">公开</a>", []),
        ("<a href='2.htm'>2</a><a href='2.htm'>下一页</a><a href='2.htm'>»</a><a href='?m=2'>下个月</a><a href='?d=3'>3日</a>", []),
        ("<a href='/2023/'>2023</a>", [("/2023/", "2023", None)]),
        ("<a href='/tz/?sid=8f2&amp;k=1#top'>通知</a><a href='/tz/?k=1&amp;sid=77'>通知</a>", [("/tz/?k=1", "通知", None)]),
        ("<a href='mailto:a@b.cn'>信箱</a><a href='http://[x]/'>x</a><a href='ftp://mzj.example.gov.cn/'>x</a>", []),
        ("<a href='http://www.other.cn/'>其他</a>", []),
        (f"<a href='{'a/' * 1100}'>政务公开</a>", []),  # longer than Scrapy asks for
        ('{"rows": []}', []),
        ("", []),
    ],
)
def test_where_a_page_leads(html: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = leads_of(html and f"<html><body>{html}</body></html>" if html.startswith("<") else html, f"{HOST}/x/", HOSTS)
    assert [(lead.url.removeprefix(HOST), lead.name, lead.title) for lead in found] == expected


def test_one_page_has_one_key_and_pages_of_a_kind_one_form() -> None:
    assert len({page_key(url) for url in (f"{HOST}/", "https://www.mzj.example.gov.cn:443/index.html", f"{HOST}/Default.asp")}) == 1
    assert page_key(f"{HOST}/l?p=1") != page_key(f"{HOST}/l?p=2")
    assert address_form(f"{HOST}/info/1035/28.htm") == address_form(f"{HOST}/info/1/2.htm") == "/info/#/#.htm"
    assert address_form(f"{HOST}/l.php?b=2&a=") == "/l.php?a=&b="
    assert address_form(f"{HOST}/(S(kx1v0k45d0j2))/l.aspx") == "/#/l.aspx"


@pytest.mark.parametrize("path", ["/a/b/a/b/a/b/", "/zt/zt/zt", "/a.pdf", "/a.DOCX", "/style.css", "/download.jsp?fileid=3"])
def test_what_is_no_page_is_not_followed(path: str) -> None:
    frontier = Frontier(most_links=5, most_pages=9, longest_column=9, is_barren=lambda url: False, is_read=lambda url: False)
    assert not frontier.meet(Lead(HOST + path), 1)
    assert frontier.next() is None


def test_the_likeliest_names_come_first_and_then_the_nearest() -> None:
    frontier = Frontier(most_links=5, most_pages=9, longest_column=9, is_barren=lambda url: False, is_read=lambda url: False)
    for number, (name, depth) in enumerate([("简介", 2), ("简介", 1), ("政务公开", 3), ("通知公告", 3), ("巡察整改", 4), ("", 1)]):
        frontier.meet(Lead(f"{HOST}/{number}/", name), depth)
    frontier.meet(Lead(f"{HOST}/5/", "巡察"), 4)  # a picture led there before
    frontier.meet_candidate(f"{HOST}/6/", NOTICE)
    asked = []
    while waiting := frontier.next():
        asked.append(waiting[0].url.removeprefix(HOST))
    assert asked == ["/6/", "/4/", "/5/", "/3/", "/2/", "/1/", "/0/"]


def test_what_lies_too_deep_is_looked_at_when_a_nearer_link_leads_there() -> None:
    frontier = Frontier(most_links=2, most_pages=9, longest_column=9, is_barren=lambda url: False, is_read=lambda url: False)
    frontier.meet(Lead(f"{HOST}/a/"), 3)
    assert frontier.next() is None
    assert frontier.left() == "pages more than 2 links from the start: 1 (LINKS_DEPTH)"
    frontier.meet(Lead(f"{HOST}/a/"), 2)
    assert frontier.next() is not None
    assert frontier.left() is None


def test_known_articles_say_nothing_of_the_columns_that_share_their_form() -> None:
    frontier = Frontier(most_links=5, most_pages=99, longest_column=9, is_barren=lambda url: "id=9" in url, is_read=lambda url: False)
    for number in range(MOST_BARREN):
        frontier.meet_candidate(f"{HOST}/index.php?id=90{number}", NOTICE)
        frontier.meet(Lead(f"{HOST}/index.php?id=91{number}", "停水"), 1)
    frontier.meet(Lead(f"{HOST}/index.php?id=1", "巡察整改"), 1)
    frontier.meet(Lead(f"{HOST}/index.php?id=2", "停水"), 1)
    waiting = frontier.next()
    assert waiting is not None
    assert waiting[0].url == f"{HOST}/index.php?id=1"
    assert frontier.next() is None, "but as many unnamed ones that earlier crawls found barren do"


def calendar(path: str, form: bytes) -> str:
    month = int(parse_qs(urlsplit(path).query).get("m", ["1"])[0])
    days = [(f"/day.php?m={month}&d={day}", f"{day}日安排") for day in range(1, 29)]
    return page((f"?m={month - 1}", "<<前"), (f"?m={month + 1}", "后>>"), *days, title="日历")


def test_a_calendar_ends(tmp_path: Path) -> None:
    routes = {
        "/": page(("/rili.php", "工作日历"), ("/tz/", "本局信息")),
        "/rili.php": calendar,
        "/day.php": page(("/rili.php", "工作日历"), title="当日安排"),
        "/tz/": listing(rows(1, 2), tail="<a href='/xx/'>其他信息</a>"),
        "/xx/": listing(rows(3, 4)),
    }
    with SiteServer(routes) as server:
        crawled = follow(server, tmp_path)
        asked = server.asked()
    assert sum("day.php" in request for request in asked) == MOST_BARREN
    assert sum("rili.php" in request for request in asked) <= MOST_BARREN
    assert "GET /xx/" in asked, "a trap does not keep the crawl from the rest"
    assert crawled.report.succeeded
    assert f"since {MOST_BARREN} of their form in a row showed nothing new: " in str(crawled.report.left)


def test_a_calendar_whose_months_are_pages_of_a_list_ends_where_the_future_begins(tmp_path: Path) -> None:
    def month(path: str, form: bytes) -> str:
        number = int(path.rpartition("/")[2].removesuffix(".htm"))
        entries = [(f"/day/{number}-{day}.htm", f"第{number}期领导接访日安排", f"{2020 + number}-01-{day:02}") for day in range(1, 9)]
        return listing(entries, tail=f"<a href='{number + 1}.htm'>下一页</a>")

    with SiteServer({"/": page(("/jf/1.htm", "接访安排"))} | {f"/jf/{n}.htm": month for n in range(1, 99)}) as server:
        crawled = follow(server, tmp_path)
        asked = [request for request in server.asked() if "/jf/" in request]
    assert 5 < len(asked) < 15
    assert crawled.report.succeeded


def test_endless_combinations_of_parameters_end(tmp_path: Path) -> None:
    """Each way of sorting and filtering leads to others, and each answer has a session of its own in all its addresses."""
    generator = random.Random(7)

    def sorted_list(path: str, form: bytes) -> str:
        session = generator.randrange(10**9)
        keys = ("sort", "dir", "size", "kind")
        ways = [(f"/list.php?cid=1&{key}={generator.randrange(10**6)}&k={session}", "排序") for key in keys for _ in range(3)]
        entries = [(f"/show.php?id={n}&k={session}", f"{ORDINARY}（{n}）", "2023-01-01") for n in range(5)]
        entries.append((f"/show.php?id=9&k={session}", NOTICE, "2023-01-01"))
        return listing(entries, tail=page(*ways))

    routes = {"/": page(("/list.php?cid=1", "本局信息")), "/list.php": sorted_list, "/show.php": "<h1>通报</h1>"}
    with SiteServer(routes) as server:
        crawled = follow(server, tmp_path)
        asked = server.asked()
    assert crawled.report.succeeded
    assert sum("/list.php" in request for request in asked) <= 4 * MOST_BARREN + 1, "there are four forms: one for each key"
    assert sum("/show.php" in request for request in asked) <= 4 * MOST_BARREN + 1
    assert "(/list.php?cid=&" in str(crawled.report.left)


def test_a_relative_link_that_goes_round_ends(tmp_path: Path) -> None:
    round_and_round = page(("zt/xw/", "专题"))
    with SiteServer({"/": round_and_round} | {"/" + "zt/xw/" * n: round_and_round for n in range(1, 30)}) as server:
        follow(server, tmp_path, LINKS_DEPTH=99)
        assert server.asked() == ["GET /", "GET /zt/xw/", "GET /zt/xw/zt/xw/"]


def chain(length: int) -> dict[str, str]:
    """Page after page, each with a row of its own."""
    return {f"/c{n}/": listing(rows(n), tail=f"<a href='/c{n + 1}/'>下属单位</a>") for n in range(1, length)}


def test_depth_is_bounded_and_the_report_says_so(tmp_path: Path) -> None:
    with SiteServer({"/": page(("/c1/", "单位"))} | chain(20)) as server:
        by_default = follow(server, tmp_path)
        asked = server.asked()
        shallow = follow(server, tmp_path, LINKS_DEPTH="2")
        asked_again = server.asked()
    assert [request for request in asked if "/c" in request] == [f"GET /c{n}/" for n in range(1, 6)]
    assert [request for request in asked_again if "/c" in request] == ["GET /c1/", "GET /c2/"]
    assert by_default.report.left == "pages more than 5 links from the start: 1 (LINKS_DEPTH)"
    assert shallow.report.left == "pages more than 2 links from the start: 1 (LINKS_DEPTH)"
    assert by_default.report.succeeded
    assert by_default.report.failures == []


def column(name: str, pages: int, title: str = "信息") -> dict[str, str]:
    """A column of some pages with three ordinary rows each, and a notice at its very end."""
    routes = {}
    for number in range(1, pages + 1):
        entries = rows(*range(number * 3, number * 3 + 3), base=f"/{name}/")
        if number == pages:
            entries.append((f"/{name}/last.htm", f"{NOTICE}（{name}）", "2013-01-01"))
        tail = f"<a href='/{name}/p{number + 1}.htm'>下一页</a>" if number < pages else ""
        routes[f"/{name}/" if number == 1 else f"/{name}/p{number}.htm"] = listing(entries, tail=tail, title=title)
    routes[f"/{name}/last.htm"] = f"<h1>{NOTICE}</h1>"
    return routes


def test_a_long_column_at_the_greatest_depth_is_read_to_its_end(tmp_path: Path) -> None:
    with SiteServer({"/": page(("/c1/", "单位")), "/c1/": page(("/xx/", "信息"), *NAVIGATION)} | column("xx", 30)) as server:
        crawled = follow(server, tmp_path, LINKS_DEPTH=2)
    assert set(crawled.articles) == {f"{server.url}/xx/last.htm"}
    assert len([request for request in crawled.lists if "/xx/" in request.url]) == 30
    assert crawled.report.left is None


def test_pages_are_bounded_the_likely_columns_come_first_and_the_report_says_so(tmp_path: Path) -> None:
    routes = {"/": page(*((f"/d{n}/", f"单位{n}") for n in range(30)), ("/tz/", "通知公告"))}
    for name in [*(f"d{n}" for n in range(30)), "tz"]:
        routes |= column(name, 4)
    with SiteServer(routes) as server:
        crawled = follow(server, tmp_path, LINKS_PAGES=10)
        asked = server.asked()
    assert asked[:6] == ["GET /", "GET /tz/", "GET /tz/p2.htm", "GET /tz/p3.htm", "GET /tz/p4.htm", "GET /tz/last.htm"]
    assert len([request for request in asked if "last.htm" not in request]) == 10
    assert "left when 10 pages had been looked at: " in str(crawled.report.left)
    assert crawled.report.succeeded
    assert not any(page.walked for page in crawled.lists if "/d1/" in page.url), "a column that was cut off is walked again"


def test_night_after_night_a_bounded_crawl_gets_further(tmp_path: Path) -> None:
    names = [f"d{n}" for n in range(5)]
    routes = {"/": page(*((f"/{name}/", f"单位{name}") for name in names))}
    for name in names:
        routes |= column(name, 8)
    memory, nights, found = Memory(), [], set()
    with SiteServer(routes) as server:
        while not nights or nights[-1].report.left:
            nights.append(follow(server, tmp_path, memory, LINKS_PAGES=18))
            memory.learn(nights[-1].pages)
            found |= set(nights[-1].articles)
        server.asked()
        follow(server, tmp_path, memory, LINKS_PAGES=18)
        asked = server.asked()
    assert found == {f"{server.url}/{name}/last.htm" for name in names}
    assert len(nights) <= len(names) + 1
    assert len(asked) == 1 + 2 * len(names), "once all is known, two pages of each column"


def test_a_column_without_end_is_cut_off_and_the_report_says_so(tmp_path: Path) -> None:
    with SiteServer({"/": page(("/tz/", "通知公告"))} | column("tz", 20, "通知公告")) as server:
        crawled = follow(server, tmp_path, LINKS_COLUMN=12)
        server.asked()
        follow(server, tmp_path, Memory().learn(crawled.pages), LINKS_COLUMN=12)
        again = server.asked()
    assert len([entry for listed in crawled.lists for entry in listed.entries]) == 36
    assert crawled.report.left == "columns read no further than page 12: 1 (LINKS_COLUMN)"
    assert again == ["GET /", "GET /tz/", "GET /tz/p2.htm"]


def site() -> dict[str, str]:
    """A small site: two columns, a page that leads on, some pages of their own, a notice behind a picture."""
    home = page(("/gk/", "政务公开"), ("/xx/", "信息"), ("/jj.htm", "局长简介"), ("/dz.htm", "办公地址"), ("/pic.htm", "<img src='a.png'>"))
    return (
        {
            "/": home,
            "/gk/": page(("/tz/", "通知公告"), ("/jj.htm", "局长简介"), title="政务公开"),
            "/jj.htm": page(title="局长简介"),
            "/dz.htm": page(title="地址"),
            "/pic.htm": page(title=f"{NOTICE}_西安市民政局", more=f"<p>{LONG_PROSE}</p>"),
        }
        | column("tz", 5, "通知公告")
        | column("xx", 3)
    )


def test_a_second_crawl_looks_at_columns_only_and_stops_where_nothing_is_new(tmp_path: Path) -> None:
    with SiteServer(site()) as server:
        first = follow(server, tmp_path)
        whole = server.asked()
        memory = Memory().learn(first.pages)
        follow(server, tmp_path, memory)
        again = server.asked()
        entries = [("/tz/new.htm", f"{NOTICE}（新）", "2024-01-01"), *rows(3, 4, base="/tz/")]
        server.routes["/tz/"] = listing(entries, tail="<a href='/tz/p2.htm'>下一页</a>", title="通知公告")
        server.routes["/tz/new.htm"] = "<h1>通报</h1>"
        newer = follow(server, tmp_path, memory)
        server.asked()
        follow(server, tmp_path, memory, FULL=True)
        full = server.asked()
    assert set(first.articles) == {server.url + path for path in ("/tz/last.htm", "/xx/last.htm", "/pic.htm")}
    assert len(whole) == len(set(whole)) == 17
    assert again == ["GET /", "GET /gk/", "GET /tz/", "GET /tz/p2.htm", "GET /xx/", "GET /xx/p2.htm"]
    assert set(newer.articles) == {f"{server.url}/tz/new.htm"}
    assert sorted(full) == sorted([*whole, "GET /tz/new.htm"])


def robots(path: str) -> Answer:
    return Answer(f"User-agent: *\nDisallow: {path}\n", headers=(("Content-Type", "text/plain"),))


def test_robots_txt_is_obeyed_and_what_it_forbids_by_the_way_is_no_fault(tmp_path: Path) -> None:
    with SiteServer(site() | {"/robots.txt": robots("/xx/")}) as server:
        unnamed = follow(server, tmp_path)
        asked = server.asked()
        server.routes["/robots.txt"] = robots("/tz/")
        named = follow(server, tmp_path)
        server.routes["/robots.txt"] = robots("/")
        declared = follow(server, tmp_path)
    assert not any("/xx/" in request for request in asked)
    assert (unnamed.report.succeeded, unnamed.report.left) == (True, None)
    assert (named.report.succeeded, named.report.left) == (True, f"columns that robots.txt forbids: 1 ({server.url}/tz/)")
    assert declared.report.failures == [(f"{server.url}/", "robots.txt forbids it")]


def test_other_hosts_are_left_alone(tmp_path: Path) -> None:
    with SiteServer(site()) as other, SiteServer(site()) as server:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        server.routes["/"] = page(
            (f"{elsewhere}/tz/", "通知公告"), (f"{other.url}/tz/", "巡察整改"), ("/weg.htm", "交流"), ("/tz/", "信息")
        )
        server.routes["/weg.htm"] = Answer("", 302, (("Location", f"{server.url.replace('127.0.0.1', 'localhost')}/jj.htm"),))
        crawled = follow(server, tmp_path)
        assert other.requests == []
    assert crawled.report.succeeded
    assert set(crawled.articles) == {f"{server.url}/tz/last.htm"}


def test_a_dead_link_is_no_fault_and_a_broken_page_is_one(tmp_path: Path) -> None:
    with SiteServer(site() | {"/": page(("/tot/", "旧栏目"), ("/500/", "信息"), ("/tz/", "通知公告")), "/500/": Answer("", 500)}) as server:
        crawled = follow(server, tmp_path)
    assert crawled.report.failures == [(f"{server.url}/500/", "the list answers with HTTP status 500")]
    assert {page.url.removeprefix(server.url) for page in crawled.lists if page.barren} == {"/tot/", "/map.html", "/zwgk/"}


def test_pages_that_do_not_answer_count_and_end_their_form(tmp_path: Path) -> None:
    with SiteServer({"/": page(*((f"/x.php?id={n}", f"下属单位{n}") for n in range(40)))} | {"/x.php": Answer("", 500)}) as server:
        crawled = follow(server, tmp_path)
        asked = server.asked()
        follow(server, tmp_path, LINKS_PAGES=4)
        bounded = server.asked()
    assert len(asked) == 1 + MOST_BARREN
    assert len(bounded) == 4
    assert "in a row showed nothing new: 20 (/x.php?id=)" in str(crawled.report.left)


def test_a_home_page_that_is_nothing_but_script_is_named(tmp_path: Path) -> None:
    with SiteServer({"/": "<html><head><script src='/app.js'></script></head><body><div id='app'></div></body></html>"}) as server:
        crawled = follow(server, tmp_path)
    assert not crawled.report.succeeded
    assert crawled.report.failures == [(f"{server.url}/", "nothing on the page leads anywhere; it may be made by script")]


def test_what_a_link_leads_to_is_told_by_its_page(tmp_path: Path) -> None:
    notice = f"<p>{PROSE}</p>"
    routes = {
        "/": page(("/a.htm", "整改通报"), ("/b/", "巡察整改"), ("/c.htm", "<img src='c.png'>"), ("/d.htm", "详情"), ("/e", "巡察材料")),
        "/a.htm": page(title="整改通报", more=notice),  # a short title
        "/b/": page(("/b/1.htm", "中共西安市民政局党组"), title="巡察整改"),  # a column that lists by the bodies' names
        "/b/1.htm": page(title=NOTICE, more=notice),
        "/c.htm": page(title=f"{NOTICE}-西安市民政局", more=notice),  # behind a picture
        "/d.htm": page(title="办事指南-西安市民政局", more=notice),
        "/e": b"%PDF-1.4 ...",
    }
    with SiteServer(routes) as server:
        crawled = follow(server, tmp_path)
    assert {url.removeprefix(server.url) for url in crawled.articles} == {"/a.htm", "/b/1.htm", "/c.htm", "/e"}
    assert crawled.report.succeeded


def test_a_column_whose_rows_stand_on_the_home_page_is_no_article(tmp_path: Path) -> None:
    entry = ("/n/1.htm", NOTICE, "2023-01-01")
    routes = {
        "/": listing([entry], tail="<a href='/zg/'>巡察整改</a>"),
        "/zg/": listing([entry], tail=f"<p>{PROSE}</p><a href='/zg/2.htm'>下一页</a>", title="巡察整改"),
        "/zg/2.htm": listing([("/n/2.htm", "县水务局党组", "2022-01-01")], title="巡察整改"),
    }
    with SiteServer(routes) as server:
        crawled = follow(server, tmp_path)
    assert {url.removeprefix(server.url) for url in crawled.articles} == {"/n/1.htm", "/n/2.htm"}


def test_a_notice_without_a_date_beside_links_to_others_is_an_article(tmp_path: Path) -> None:
    others = [(f"/n/{n}.htm", f"{ORDINARY}（{n}）") for n in range(9)]
    with SiteServer({"/": page(("/a.htm", NOTICE)), "/a.htm": page(*others, title=NOTICE, more=f"<p>{LONG_PROSE}</p>")}) as server:
        crawled = follow(server, tmp_path)
    assert set(crawled.articles) == {f"{server.url}/a.htm"}


def test_a_column_with_a_chinese_name_in_gbk_is_asked_for_in_both_spellings(tmp_path: Path) -> None:
    with SiteServer({"/": page(("/公告/index.htm", "本局信息")).encode("gbk")}) as server:
        server.routes["/%B9%AB%B8%E6/index.htm"] = listing(rows(1), title="公告").replace("</ul>", "</ul>通知").encode("gbk")
        crawled = follow(server, tmp_path)
        assert server.asked()[:3] == ["GET /", "GET /%E5%85%AC%E5%91%8A/index.htm", "GET /%B9%AB%B8%E6/index.htm"]
    assert crawled.titles == [f"{ORDINARY}（1）"]
    assert crawled.report.succeeded


def test_a_limit_is_no_bound_of_the_site(tmp_path: Path) -> None:
    with SiteServer(site()) as server:
        crawled = crawl(declare(server, "links", "/"), tmp_path, limit=1)
    assert len(crawled.articles) == 1
    assert crawled.report.left is None
