"""A large site of no family, full of traps: where following its links ends, what it finds until then, and what it says it left."""

import re
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from crawling import NOTICE, ORDINARY, SiteServer, listing
from test_links import LONG_PROSE, follow, page

from crawler.frontier import MOST_BARREN

COLUMNS = 100
COLUMN_PAGES = 30
"""Together the site has 3,000 pages of lists, each with rows of its own, beside its articles and its traps."""
MOST_PAGES = 300
HUBS = {"/zt/xc/": "党务公开", "/c7/": "第7科", "/c93/": "第93科"}
"""Pages that list one notice among ordinary articles; of the last two nothing but that tells."""


class LargeSite:
    """Answers for every address. Each answer has a session of its own in all its links, in each of three ways."""

    def __init__(self) -> None:
        self.visits = count(1)

    def answer(self, path: str, _: bytes) -> str:
        parts = urlsplit(path)
        plain, query = re.sub(";jsessionid=[0-9A-F]+", "", parts.path), parse_qs(parts.query)
        return self._in_session(self._page(plain, query))

    def _in_session(self, html: str) -> str:
        session = f"{next(self.visits):08X}"
        html = re.sub(r'(href=["\']/c\d+/)(["\'])', rf"\1;jsessionid={session}\2", html)
        html = re.sub(r'(href=["\']/rili\.php\?[^"\']*)', rf"\1&PHPSESSID={session}", html)
        return re.sub(r'(href=["\']/tj\.php\?[^"\']*)', rf"\1&visit={session}", html)

    def _page(self, path: str, query: dict[str, list[str]]) -> str:
        if path == "/":
            columns = ((f"/c{number}/", f"第{number}科") for number in range(COLUMNS))
            return page(("/zt/", "专题"), ("/rili.php?m=1", "工作日历"), ("/tj.php?by=1", "统计"), *columns)
        if path == "/zt/":
            return page(("/zt/xc/", HUBS["/zt/xc/"]), ("/zt/qt/", "其他"), title="专题")
        if path == "/rili.php":
            month = int(query["m"][0])
            days = ((f"/day.php?m={month}&d={day}", f"{day}号安排") for day in range(1, 29))
            return page((f"/rili.php?m={month - 1}", "<<前"), (f"/rili.php?m={month + 1}", "后>>"), *days, title="日历")
        if path == "/tj.php":
            return page(*((f"/tj.php?by={number}", f"按类别{number}") for number in range(12)), title="统计")
        if found := re.fullmatch(r"(/c\d+/|/zt/xc/)(?:p(\d+)\.htm)?", path):
            return self._list(found[1], int(found[2] or 1), printed="print" in query)
        return page(
            title="通报" if path.endswith("notice.htm") else "页面",
            more=f"<h1>{NOTICE}</h1><p>{LONG_PROSE}</p>" if "notice" in path else "",
        )

    def _list(self, name: str, number: int, *, printed: bool) -> str:
        rows = [(f"{name}n{number}_{row}.htm", f"{ORDINARY}（{name}{number}-{row}）", f"2023-01-{row + 1:02}") for row in range(6)]
        if name in HUBS and number == 1:
            rows.insert(3, (f"{name}notice.htm", NOTICE, "2023-01-04"))
        following = f"<a href='{name}p{number + 1}.htm'>下一页</a>" if number < COLUMN_PAGES else ""
        prints = "" if printed else f"<a href='{name}?print={number}'>打印本页</a>"
        prints += "".join(f"<a href='/print.php?url={href}'>打印</a>" for href, *_ in rows)
        return listing(rows, tail=following + prints, title=HUBS.get(name, f"{name}信息"))


def test_a_large_site_full_of_traps_is_walked_within_its_bound_and_its_hubs_are_found(tmp_path: Path) -> None:
    with SiteServer() as server:
        server.otherwise = LargeSite().answer
        crawled = follow(server, tmp_path, LINKS_PAGES=MOST_PAGES)
        asked = server.asked()
    found = {url.removeprefix(server.url) for url in crawled.articles}
    assert found == {f"{hub}notice.htm" for hub in HUBS}, "one notice among ordinary articles is found wherever it is listed"
    assert len(asked) <= MOST_PAGES + len(found)
    for trap in ("rili.php", "day.php", "tj.php", "print.php", "/c[0-9]+/.*print=", "/zt/xc/.*print="):
        assert sum(re.search(trap, request) is not None for request in asked) <= MOST_BARREN, trap
    plain = [re.sub(";jsessionid=[0-9A-F]+", "", request) for request in asked]
    assert len(plain) == len(set(plain)), "a session does not make another page of a page"
    assert crawled.report.succeeded, crawled.report.failures
    left = re.search(rf"left when {MOST_PAGES} pages had been looked at: (\d+) \(LINKS_PAGES\)", str(crawled.report.left))
    assert left is not None, crawled.report.left
    assert int(left[1]) >= COLUMNS - MOST_PAGES / COLUMN_PAGES, "a column that was begun and not ended counts as one"
