"""What a second crawl fetches, and what a crawl fetches that was stopped on the way."""

from pathlib import Path

from crawling import NOTICE, ORDINARY, Answer, Crawl, Memory, SiteServer, crawl, declare, listing

from crawler.sites import Site

PAGES = 6
PER_PAGE = 5


class Column:
    """A TRS column of ordinary articles, with a notice as every fifteenth; grows at its top."""

    def __init__(self, server: SiteServer, articles: int = PAGES * PER_PAGE) -> None:
        self.server = server
        self.grow(articles)

    def grow(self, articles: int) -> None:
        numbers = list(range(articles, 0, -1))
        pages = [numbers[start : start + PER_PAGE] for start in range(0, articles, PER_PAGE)]
        for index, page in enumerate(pages):
            rows = [(f"./t20230101_{n}.html", self.title(n), f"2023-01-{n % 28 + 1:02}") for n in page]
            script = f'<script>createPageHTML({len(pages)}, {index}, "index", "html");</script>'
            self.server.routes[f"/tzgg/index_{index}.html" if index else "/tzgg/"] = listing(rows, tail=script)
        for n in numbers:
            self.server.routes[f"/tzgg/t20230101_{n}.html"] = f"<h1>{self.title(n)}</h1>"

    @staticmethod
    def title(number: int) -> str:
        return f"{NOTICE}（{number}）" if number % 15 == 0 else f"{ORDINARY}（{number}）"


def articles(crawled: Crawl) -> set[str]:
    return {url.rpartition("/")[2] for url in crawled.articles}


def lists(crawled: Crawl) -> int:
    return len(crawled.lists)


def site_of(server: SiteServer) -> Site:
    return declare(server, "trs", "/tzgg/")


def test_the_first_crawl_walks_everything_and_the_second_stops_where_nothing_is_new(tmp_path: Path) -> None:
    with SiteServer() as server:
        Column(server)
        first = crawl(site_of(server), tmp_path)
        memory = Memory().learn(first.pages)
        second = crawl(site_of(server), tmp_path, memory=memory)
    assert lists(first) == PAGES, "pages without a single candidate do not end the first walk"
    assert articles(first) == {"t20230101_15.html", "t20230101_30.html"}
    assert lists(second) == 2
    assert articles(second) == set()
    assert second.lists[-1].walked == f"{server.url}/tzgg/"


def test_what_is_new_is_walked_to_its_end(tmp_path: Path) -> None:
    with SiteServer() as server:
        column = Column(server)
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        column.grow(PAGES * PER_PAGE + 3 * PER_PAGE)
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert lists(again) == 4
    assert articles(again) == {"t20230101_45.html"}


def test_full_walks_and_fetches_everything_again(tmp_path: Path) -> None:
    with SiteServer() as server:
        Column(server)
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        again = crawl(site_of(server), tmp_path, memory=memory, full=True)
    assert lists(again) == PAGES
    assert articles(again) == {"t20230101_15.html", "t20230101_30.html"}


def test_a_walk_that_broke_off_is_walked_again_to_the_end(tmp_path: Path) -> None:
    with SiteServer() as server:
        column = Column(server)
        server.routes["/tzgg/index_2.html"] = Answer("broken", 500)
        broken = crawl(site_of(server), tmp_path)
        memory = Memory().learn(broken.pages)
        column.grow(PAGES * PER_PAGE)
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert articles(broken) == {"t20230101_30.html"}
    assert broken.lists[-1].error == "the list answers with HTTP status 500"
    assert lists(again) == PAGES
    assert articles(again) == {"t20230101_15.html"}


def test_an_incremental_walk_that_broke_off_is_made_good(tmp_path: Path) -> None:
    with SiteServer() as server:
        column = Column(server)
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        column.grow(PAGES * PER_PAGE + 3 * PER_PAGE)
        server.routes["/tzgg/index_1.html"] = Answer("broken", 500)
        memory.learn(crawl(site_of(server), tmp_path, memory=memory).pages)
        column.grow(PAGES * PER_PAGE + 3 * PER_PAGE)
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert again.lists[-1].walked is not None
    assert {entry["url"] for page in again.lists for entry in page.entries} > {f"{server.url}/tzgg/t20230101_31.html"}


def test_what_is_due_is_fetched_wherever_it_is_listed(tmp_path: Path) -> None:
    with SiteServer() as server:
        Column(server)
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        memory.due = [f"{server.url}/tzgg/t20230101_15.html"]
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert lists(again) == 2
    assert articles(again) == {"t20230101_15.html"}


def test_a_limit_ends_the_walk_without_calling_it_complete(tmp_path: Path) -> None:
    with SiteServer() as server:
        Column(server)
        crawled = crawl(site_of(server), tmp_path, limit=1)
    assert articles(crawled) == {"t20230101_30.html"}
    assert lists(crawled) < PAGES
    assert not any(page.walked for page in crawled.lists)


def test_every_entry_of_a_dedicated_column_is_a_candidate(tmp_path: Path) -> None:
    row = ("/t20230101_1.html", "西安市民政局2023年工作情况", "2023-01-01")
    with SiteServer({"/xczg/": listing([row], title="巡察整改"), "/tzgg/": listing([row])}) as server:
        dedicated = crawl(declare(server, "trs", "/xczg/"), tmp_path)
        general = crawl(declare(server, "trs", "/tzgg/"), tmp_path)
    assert len(dedicated.articles) == 1
    assert len(general.articles) == 0


def paged(server: SiteServer, *pages: list[tuple[str, str, str]]) -> None:
    for index, rows in enumerate(pages):
        script = f'<script>createPageHTML({len(pages)}, {index}, "index", "html");</script>'
        server.routes[f"/tzgg/index_{index}.html" if index else "/tzgg/"] = listing(rows, tail=script)


def row(number: int, day: str) -> tuple[str, str, str]:
    return (f"./t20230101_{number}.html", f"{ORDINARY}（{number}）", day)


def test_pinned_rows_neither_stop_a_walk_nor_keep_it_going(tmp_path: Path) -> None:
    pinned, known = row(99, "2019-01-01"), [row(n, f"2023-01-{30 - n:02}") for n in range(1, 9)]
    with SiteServer() as server:
        paged(server, known[:3], known[3:6], known[6:])
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        paged(server, [pinned, *known[:3]], [pinned, *known[3:6]], [pinned, *known[6:]])
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert lists(again) == 2, "a new pinned row that stands on every page is no news on the second"
    assert again.lists[-1].walked


def test_a_page_of_nothing_but_repeated_and_pinned_rows_is_not_the_place_to_stop(tmp_path: Path) -> None:
    top = [row(n, "2019-01-01") for n in (91, 92)]
    known = [row(n, f"2023-01-{30 - n:02}") for n in range(1, 7)]
    with SiteServer() as server:
        paged(server, top, [row(93, "2018-01-01"), known[0]], known[1:3], known[3:])
        memory = Memory().learn(crawl(site_of(server), tmp_path).pages)
        memory.listed.remove(f"{server.url}/tzgg/t20230101_1.html")
        again = crawl(site_of(server), tmp_path, memory=memory)
    assert lists(again) == 3, "the second page has one row that is not pinned, and it is new"


def test_a_page_whose_rows_all_lead_elsewhere_is_walked_past(tmp_path: Path) -> None:
    away = [("https://mp.weixin.qq.com/s?id=1", "民政服务进社区活动图解", "2023-01-20")]
    with SiteServer() as server:
        paged(server, [row(1, "2023-01-29")], away, [row(2, "2023-01-02")])
        crawled = crawl(site_of(server), tmp_path)
    assert crawled.report.succeeded
    assert [len(page.entries) for page in crawled.lists] == [1, 0, 1]


def test_an_article_with_a_chinese_address_is_asked_for_in_both_spellings(tmp_path: Path) -> None:
    old, new = ("./通知/整改.html", NOTICE, "2023-01-02"), ("./通知/公开.html", f"{NOTICE}（二）", "2023-01-01")
    with SiteServer() as server:
        server.routes["/tzgg/"] = listing([old, new])
        server.routes["/tzgg/%CD%A8%D6%AA/%D5%FB%B8%C4.html"] = "<h1>通报</h1>"
        crawled = crawl(site_of(server), tmp_path)
    found = {page.list_title: (page.status, page.final_url) for page in crawled.articles.values()}
    assert found == {
        NOTICE: (200, f"{server.url}/tzgg/%CD%A8%D6%AA/%D5%FB%B8%C4.html"),
        f"{NOTICE}（二）": (404, f"{server.url}/tzgg/%CD%A8%D6%AA/%B9%AB%BF%AA.html"),
    }
    assert f"{server.url}/tzgg/%E9%80%9A%E7%9F%A5/%E6%95%B4%E6%94%B9.html" in crawled.articles
