"""What becomes of notices from night to night, by `zhenggai crawl` on servers whose pages change.

Every case is a site of its own; all of them are crawled together, on five nights, into one archive.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import documents
import pytest
import yaml
from crawling import Answer, Route, SiteServer, listing
from sqlite_utils import Database
from test_crawl_archive import PROJECT, notice

DAYS = (0, 2, 8, 8, 91)
"""Days before each night."""
TITLE = "中共临河县第{number}水务所党支部关于巡察整改情况的通报"
HOME = listing(
    [("/tzgg/t20230101_1.html", "昨日要闻：县水务局召开工作会议", "2023-01-09"), ("/up/17.pdf", f"{documents.TITLE}.pdf", "2023-01-08")],
    title="首页",
)
"""With a link to a notice that is a file: nobody's body."""
OFFLINE = "<html><head><title>提示</title></head><body><h1>对不起</h1><p>您要看的已经不在这里，请查看其他栏目。</p></body></html>"
FAULT = "<html><body><p>数据库连接失败，请联系管理员。</p></body></html>"
REPAIR = "<html><body><p>网站正在升级改造，请稍后访问。</p></body></html>"
SHELL = "<html><head><title>临河县</title></head><body><div id='app'></div><script src='/app.js'></script></body></html>"
LATER = "<html><script>setTimeout(function () { location.href = '/'; }, 3000);</script></html>"


def to(address: str, status: int = 302) -> Answer:
    return Answer(status=status, headers=(("Location", address),))


def counted(html: str) -> Callable[..., str]:
    """The page with the number of visits on it."""
    visits = iter(range(1000, 9000))
    return lambda *_: html.replace("</body>", f"您是第{next(visits)}位访客</body>")


def path_of(number: int) -> str:
    return f"/tzgg/t202301{number % 28 + 1:02}_{number}.html"


def ordinary(number: int) -> str:
    return f"<html><head><title>县水务局第{number}次会议</title></head><body><p>会议强调，要做好第{number}季度供水工作。</p></body></html>"


class Column:
    """A site with one column: notices, numbered from 1, and ordinary articles, which no crawl fetches of its own accord."""

    def __init__(self, server: SiteServer, notices: int, others: int) -> None:
        self.server = server
        rows = [(path_of(number), TITLE.format(number=number), "2023-01-01") for number in range(1, notices + 1)]
        ordinaries = range(notices + 1, notices + 1 + others)
        rows += [(path_of(number), f"县水务局召开第{number}次工作会议", "2023-01-02") for number in ordinaries]
        server.routes |= {path_of(number): notice(number) for number in range(1, notices + 1)}
        server.routes |= {path_of(number): ordinary(number) for number in ordinaries}
        server.routes |= {
            "/": HOME,
            "/up/17.pdf": documents.cid_keyed_pdf(),
            "/error.html": FAULT,
            "/404.html": OFFLINE,
            "/tzgg/": listing(rows),
        }

    def answer(self, number: int, route: Route | None) -> None:
        """From now on, a notice's address answers this; None: as any address that is not known."""
        self.server.routes.pop(path_of(number), None)
        if route is not None:
            self.server.routes[path_of(number)] = route

    def fail(self, route: Route) -> None:
        """From now on, every address but the list's answers this."""
        column = self.server.routes["/tzgg/"]
        self.server.routes.clear()
        self.server.routes |= {"/tzgg/": column, "/index.php": REPAIR}
        self.server.otherwise = route


Change = Callable[[Column], None]


class Case:
    """A site, and what changes on it before which night."""

    def __init__(self, changes: Mapping[int, Change], notices: int = 2, others: int = 3) -> None:
        self.changes = changes
        self.notices = notices
        self.others = others


JSON = (("Content-Type", "application/json;charset=UTF-8"),)
# What became of a notice, what its address answers now, the state of the page, that of the notice.
FATES: list[tuple[str, Route | None, str, str]] = [
    ("nothing", notice(1), "live", "live"),
    ("edited", notice(2).replace("第2段管道", "第2段管道和阀门"), "changed", "changed"),
    ("404", None, "missing", "missing"),
    ("410", Answer("gone", 410), "missing", "missing"),
    ("moved", to("/xxgk/t20230105_5.html", 301), "moved", "live"),
    ("a block page with 200", "<html><body>访问过于频繁，请稍后再试</body></html>", "blocked", "blocked"),
    ("403", Answer("<h1>403</h1>", 403), "blocked", "blocked"),
    ("a challenge", Answer("<script>go({'tn':'__jsl_clearance_s'})</script>", 521), "challenged", "challenged"),
    ("a fault of the server", Answer("<h1>500</h1>", 500), "error", "error"),
    ("to the home page", to("/"), "missing", "missing"),
    ("to /404.html", to("/404.html"), "missing", "missing"),
    ("to the list", to("/tzgg/"), "missing", "missing"),
    ("the home page at its own address", HOME, "missing", "missing"),
    ("words", "<html><body><p>您访问的页面不存在或已删除</p></body></html>", "missing", "missing"),
    ("home by script", "<html><script>location.href='/';</script></html>", "missing", "missing"),
    ("home by refresh", "<html><meta http-equiv='refresh' content='3; url=/'>3秒后返回首页</html>", "missing", "missing"),
    ("404 in JSON", Answer('{"code":404,"msg":"<p>内容不存在或已删除</p>","data":null}', headers=JSON), "missing", "missing"),
    # None of these says that the notice is not there.
    ("a fault in JSON", Answer('{"success":false,"code":"500","message":"<b>系统繁忙</b>"}', headers=JSON), "error", "error"),
    ("nothing at all", "", "error", "error"),
    ("another article", ordinary(18), "changed", "changed"),
    ("to a page for whatever goes wrong", to("/error.html"), "changed", "changed"),
    ("a fault in words", FAULT, "changed", "changed"),
]


def meet_their_fates(column: Column) -> None:
    column.server.routes["/xxgk/t20230105_5.html"] = notice(5)
    for number, (_, route, _, _) in enumerate(FATES, start=1):
        column.answer(number, route)


# What a server says instead of 404.
SOFT: dict[str, Route] = {
    "words of its own": OFFLINE,
    "words and the number of visits": counted(OFFLINE),
    "nothing": "",
    "to a page for whatever goes wrong": to("/error.html"),
    "the home page": counted(HOME),
    "home by a script that waits": LATER,
}


def delete_softly(case: str) -> Change:
    def change(column: Column) -> None:
        column.server.otherwise = SOFT[case]
        column.server.routes["/"] = SOFT[case] if case == "the home page" else HOME
        column.answer(1, None)

    return change


# A site is down, or fills its pages by script from now on, and answers this at every address.
EVERYWHERE: dict[str, Route] = {"a fault": FAULT, "a shell": SHELL, "nothing": "", "home": to("/index.php"), "offline": counted(OFFLINE)}


def fail_with(case: str) -> Change:
    return lambda column: column.fail(EVERYWHERE[case])


def delete(*numbers: int, route: Route | None = None) -> Change:
    def change(column: Column) -> None:
        for number in numbers:
            column.answer(number, route)

    return change


LATE = (path_of(77), TITLE.format(number=77), "2019-05-01")


def list_on_five_pages(*inserted: tuple[str, str, str]) -> Change:
    """The column goes on with older articles; on its last page there are also these."""
    pages = [
        [(path_of(100 + 4 * page + row), f"县水务局工作动态第{4 * page + row}期", f"2023-0{9 - page}-0{9 - row}") for row in range(4)]
        for page in range(5)
    ]
    script = '<script>createPageHTML(5, {}, "index", "html");</script>'

    def change(column: Column) -> None:
        for number, rows in enumerate([*pages[:4], [*pages[4], *inserted]]):
            column.server.routes[f"/tzgg/index_{number}.html" if number else "/tzgg/"] = listing(rows, tail=script.format(number))
        column.server.routes[LATE[0]] = notice(77)

    return change


CASES = {
    "fates": Case({1: meet_their_fates}, notices=len(FATES)),
    **{f"soft: {case}": Case({1: delete_softly(case)}) for case in SOFT},
    **{f"everywhere: {case}": Case({1: fail_with(case)}) for case in EVERYWHERE},
    "alone": Case({1: delete_softly("words of its own")}, notices=1, others=0),
    "missing": Case({1: delete(1), 4: delete(1, route=notice(1))}),
    "missing, but once in error": Case({1: delete(1), 2: delete(1, route=Answer("busy", 503)), 3: delete(1)}),
    "missing, but once blocked": Case({1: delete(1), 2: delete(1, route=Answer("no", 403)), 3: delete(1)}),
    "back-dated": Case({0: list_on_five_pages(), 1: list_on_five_pages(LATE)}),
}


class Night:
    """What stood in the archive after a night, by case and number of the notice, and what happened in it."""

    def __init__(self, db: Path, columns: Mapping[str, Column], output: str) -> None:
        archive = Database(db)
        self.pages = {name: self._states(archive, "pages", column, CASES[name]) for name, column in columns.items()}
        self.notices = {name: self._states(archive, "notices", column, CASES[name]) for name, column in columns.items()}
        self.asked = {name: column.server.asked() for name, column in columns.items()}
        self.texts: dict[str, str] = dict(archive.execute("SELECT url, text FROM notices JOIN texts ON notice_id = id").fetchall())
        self.addresses: dict[str, str] = dict(
            archive.execute("SELECT addresses.url, notices.url FROM addresses JOIN notices ON id = notice_id").fetchall()
        )
        self.output = output
        archive.close()

    @staticmethod
    def _states(archive: Database, table: str, column: Column, case: Case) -> dict[int, str]:
        states = dict(archive.execute(f"SELECT url, state FROM {table}").fetchall())
        return {number: states.get(column.server.url + path_of(number), "-") for number in range(1, case.notices + 1)}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Column], list[Night]]]:
    directory = tmp_path_factory.mktemp("nights")
    nights: list[Night] = []
    with ExitStack() as servers:
        columns = {name: Column(servers.enter_context(SiteServer()), case.notices, case.others) for name, case in CASES.items()}
        sites = [declare_in(directory, number, column.server) for number, column in enumerate(columns.values())]
        for night, days in enumerate(DAYS):
            for name, column in columns.items():
                CASES[name].changes.get(night, lambda _: None)(column)
            if days:
                pass_days(directory / "a.db", days)
            output = crawl(sites, directory / "a.db")
            nights.append(Night(directory / "a.db", columns, output))
        yield columns, nights


def declare_in(directory: Path, number: int, server: SiteServer) -> Path:
    path = directory / f"1300{number:02}_linhe.yml"
    declared = {"name": "临河县", "url": f"{server.url}/", "software": "trs", "division": path.name[:6], "lists": [f"{server.url}/tzgg/"]}
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return path


def crawl(sites: list[Path], db: Path) -> str:
    command = [sys.executable, "-m", "zhenggai", "crawl", *map(str, sites), "--db", str(db), "-s", "RETRY_TIMES=0"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def pass_days(db: Path, days: int) -> None:
    """Make all that the archive knows so many days older."""
    archive = Database(db)
    for column in ("next_visit", "last_visit", "missing_since", "walked", "walked_whole"):
        archive.execute(f"UPDATE pages SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{days} days')")
    archive.close()


Story = tuple[dict[str, Column], list[Night]]


def test_on_the_first_night_every_notice_is_there(story: Story) -> None:
    _, (first, *_) = story
    assert {state for states in [*first.pages.values(), *first.notices.values()] for state in states.values()} - {"-"} == {"live"}
    assert "known notice" not in first.output


def test_every_fate_of_a_notice_is_told_from_the_others(story: Story) -> None:
    columns, (first, second, *_) = story
    pages, notices, url = second.pages["fates"], second.notices["fates"], columns["fates"].server.url
    found = {fate: (pages[number], notices[number]) for number, (fate, *_) in enumerate(FATES, start=1)}
    assert found == {fate: (page_state, notice_state) for fate, _, page_state, notice_state in FATES}
    texts = {address: text for address, text in first.texts.items() if address.startswith(url)}
    assert [address for address, text in texts.items() if second.texts[address] != text] == [url + path_of(2)], (
        "only an edit changes a text"
    )
    for number, reason in (
        (3, "status 404"),
        (10, f"it leads to the home page, {url}/"),
        (12, f"it leads to the list {url}/tzgg/"),
        (13, "the site answers its home page in its stead"),
    ):
        assert f"{url}{path_of(number)}: a known notice is missing: {reason}" in second.output
    assert second.addresses[f"{url}/xxgk/t20230105_5.html"] == url + path_of(5)


def test_a_site_is_asked_few_questions_and_each_once(story: Story) -> None:
    _, (_, second, *_) = story
    asked = second.asked["fates"]
    assert asked.count("GET /tzgg/t88888888_88888888.html") == 1
    # Two lists, the home page itself and as the target of three redirects, those of three others, one witness; four times the file
    # that the home page links.
    assert len(asked) <= len(FATES) + 18


@pytest.mark.parametrize("case", SOFT)
def test_what_a_site_answers_to_an_impossible_address_is_its_404(story: Story, case: str) -> None:
    columns, (_, *nights) = story
    name = f"soft: {case}"
    for night, state in zip(nights, ("missing", "missing", "gone", "gone"), strict=True):
        assert night.pages[name] == night.notices[name] == {1: state, 2: "live"}
    assert f"{columns[name].server.url}{path_of(1)}: a known notice is missing: " in nights[0].output


@pytest.mark.parametrize("case", EVERYWHERE)
def test_a_site_that_answers_the_same_at_every_address_has_lost_no_notice(story: Story, case: str) -> None:
    _, (_, *nights) = story
    for night in nights:
        assert set(night.pages[f"everywhere: {case}"].values()) <= {"changed", "error"}


def test_without_another_article_nothing_is_plain(story: Story) -> None:
    columns, (_, second, *_) = story
    assert second.pages["alone"] == {1: "changed"}
    url = columns["alone"].server.url + path_of(1)
    assert f"{url}: a known notice's address shows something else now" in second.output


@pytest.mark.parametrize(
    ("case", "states"),
    [
        ("missing", ["live", "missing", "missing", "gone", "live"]),
        ("missing, but once in error", ["live", "missing", "error", "missing", "gone"]),
        ("missing, but once blocked", ["live", "missing", "blocked", "missing", "gone"]),
    ],
)
def test_a_notice_is_gone_only_after_fourteen_days_of_missing_on_every_visit(story: Story, case: str, states: list[str]) -> None:
    columns, nights = story
    assert [night.pages[case][1] for night in nights] == [night.notices[case][1] for night in nights] == states
    address = columns[case].server.url + path_of(1)
    assert all(night.texts[address] == nights[0].texts[address] for night in nights), "what is gone stays in the archive"


def test_what_was_put_in_with_an_old_date_is_found_by_the_next_whole_walk(story: Story) -> None:
    columns, nights = story
    last = "GET /tzgg/index_4.html"
    assert [last in night.asked["back-dated"] for night in nights] == [True, False, True, True, True]
    address = columns["back-dated"].server.url + LATE[0]
    assert [address in night.texts for night in nights] == [False, False, True, True, True]
