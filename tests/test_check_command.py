"""`zhenggai check` as it is typed: sites that are as declared, and sites that are not, each in its own way.

All cases are sites of their own, and looked at by one command; so are the golden pairs of all families.
"""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from crawling import NOTICE, ORDINARY, Answer, Route, SiteServer, listing
from test_families import PAIRS, declare, identifier, read, serve

from crawler.sites import SiteError, load_site, set_last_verified
from zhenggai.__main__ import main

TODAY = date.today().isoformat()  # noqa: DTZ011
PROSE = "".join(f"<p>根据市委统一部署，市委第{n}巡察组对市民政局党组开展了巡察，现将整改情况予以公布。</p>" for n in "一二三四")
DATED = "<p>发布时间：2023-01-29 来源：市民政局</p>"
FIRST = [("./t20230129_1.html", NOTICE, "2023-01-29"), ("./t20230128_2.html", ORDINARY, "2023-01-28")]
SECOND = [("./t20230127_3.html", ORDINARY, "2023-01-27"), ("./t20230126_4.html", ORDINARY, "2023-01-26")]
PAGER = '<script>createPageHTML({}, {}, "index", "html");</script>'


def article(body: str, *, container: str = "TRS_Editor", date_line: str = DATED) -> str:
    return (
        f"<html><head><title>{NOTICE}_西安市民政局</title></head><body><h1>{NOTICE}</h1>{date_line}"
        f"<div class='{container}'>{body}</div><div class='footer'>主办：西安市民政局</div></body></html>"
    )


FINE: dict[str, Route] = {
    "/robots.txt": Answer("none", 404),
    "/tzgg/": listing(FIRST, tail=PAGER.format(5, 0)),
    "/tzgg/index_1.html": listing(SECOND, tail=PAGER.format(5, 1)),
    **{f"/tzgg/{href[2:]}": article(PROSE) for href, _, _ in FIRST + SECOND},
}
ORDINARY_ROWS = [(href, ORDINARY, day) for href, _, day in FIRST]
HANWEB = """<html><head><title>通知公告</title></head><body><div id="1"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1"></a>]]></nextgroup><recordset><record><![CDATA[
<li><a href="/art/2023/1/29/art_1_2.html">{}</a><span>2023-01-29</span></li>]]></record></recordset></datastore></script>
</div></body></html>"""
VSB = "".join(
    f'<li id="line_u6_{n}"><a href="/info/1035/{n}.htm" title="{NOTICE}">{NOTICE}</a><span>2023-01-29</span></li>' for n in (1, 2)
)

# What is otherwise than FINE; what the declaration says besides; what the site's line begins with, and what else stands in it.
Expected = tuple[str, ...]
CASES: dict[str, tuple[Mapping[str, Route], Mapping[str, str], Expected]] = {
    "fine": (
        {},
        {},
        ("ok: 2 entries in 1 list; {url}/tzgg/t20230129_1.html: " + NOTICE, "2023-01-29, body from .TRS_Editor"),
    ),
    "body declared": ({}, {"body": ".TRS_Editor"}, ("ok: ",)),
    "no candidate": ({"/tzgg/": listing(ORDINARY_ROWS)}, {}, ("ok: 2 entries",)),
    "one page": ({"/tzgg/": listing(FIRST, tail="<a href='/tzgg/'>下一页</a>"), "/tzgg/index_1.html": Answer("", 404)}, {}, ("ok: ",)),
    "repeats past its only page": (
        {"/tzgg/": listing(FIRST)},
        {"software": "query", "paging": "?page={page}"},
        ("ok: ",),
    ),
    "a picture first": (
        {"/tzgg/": listing(ORDINARY_ROWS), "/tzgg/t20230129_1.html": article("<img src='1.jpg'>")},
        {},
        ("ok: ", "t20230128_2.html"),
    ),
    "column gone": ({"/tzgg/": Answer("not found", 404)}, {}, ("broken: {url}/tzgg/: the list answers with HTTP status 404",)),
    "column empty": ({"/tzgg/": listing([])}, {}, ("broken: {url}/tzgg/: no entries found in the list",)),
    "column of others": (
        {"/tzgg/": listing([("http://mp.weixin.example/s", NOTICE, "2023-01-29")])},
        {},
        ("broken: {url}/tzgg/: it lists no article of the site's own",),
    ),
    "block page": (
        {"/tzgg/": "<html><body>访问过于频繁，请稍后再试</body></html>"},
        {},
        ("blocked: {url}/tzgg/: the site refuses to answer (HTTP status 200)",),
    ),
    "forbidden": ({"/tzgg/": Answer("no", 403)}, {}, ("blocked: {url}/tzgg/: the site refuses to answer (HTTP status 403)",)),
    "challenge": (
        {"/tzgg/": Answer("<script>go({'tn':'__jsl_clearance_s'})</script>", 521)},
        {},
        ("blocked: ", "asks for a browser or a person (HTTP status 521)"),
    ),
    "block page as second": (
        {"/tzgg/index_1.html": "<html>您的访问被拦截</html>", "/tzgg/index_2.html": "<html>您的访问被拦截</html>"},
        {},
        ("blocked: {url}/tzgg/index_2.html: ",),
    ),
    "robots.txt forbids": ({"/robots.txt": "User-agent: *\nDisallow: /tzgg/\n"}, {}, ("blocked: {url}/tzgg/: robots.txt forbids it",)),
    "robots.txt refused": ({"/robots.txt": Answer("no", 403)}, {}, ("blocked: ", "held off: robots.txt answers with HTTP status 403")),
    "second page missing": (
        {"/tzgg/index_1.html": Answer("", 404)},
        {},
        ("broken: {url}/tzgg/index_2.html: the list answers with HTTP status 404",),
    ),
    "one page, announced as three": (
        {"/tzgg/": listing(FIRST, tail=PAGER.format(3, 0)), "/tzgg/index_1.html": Answer("", 404)},
        {},
        ("ok: ",),
    ),
    "second page repeats": (
        {"/tzgg/index_1.html": listing(FIRST), "/tzgg/index_2.html": listing(FIRST)},
        {},
        ("broken: {url}/tzgg/index_2.html: the second page repeats the first",),
    ),
    "paging ignored": (
        {"/tzgg/": listing(FIRST, tail="<a href='/tzgg/?pageNo=2'>下一页</a>")},
        {"software": "query", "paging": "?page={page}"},
        ("broken: {url}/tzgg/?page=2: the second page repeats the first",),
    ),
    "a total in JSON, and the first page again": (
        {"/tzgg/": json.dumps({"total": 40, "rows": [{"title": NOTICE, "url": "/tzgg/t20230129_1.html"}]})},
        {"software": "json", "paging": "?page={page}"},
        ("broken: {url}/tzgg/?page=2: the second page repeats the first",),
    ),
    "container changed": (
        {f"/tzgg/t2023012{day}_{n}.html": article(PROSE, container="new-body") for day, n in ((9, 1), (8, 2))},
        {"body": ".TRS_Editor"},
        ("broken: {url}/tzgg/t20230129_1.html: its body does not stand in .TRS_Editor, but in prose in div.new-body",),
    ),
    "no date": (
        {"/tzgg/": listing([("/a/b.html", NOTICE, "01-29")]), "/a/b.html": article(PROSE, date_line="")},
        {},
        ("broken: {url}/a/b.html: no date of publication is found",),
    ),
    "article gone": (
        {"/tzgg/t20230129_1.html": Answer("", 404)},
        {},
        ("broken: {url}/tzgg/t20230129_1.html: the article is missing (HTTP status 404)",),
    ),
    "article blocked": (
        {"/tzgg/t20230129_1.html": Answer("<h1>403</h1>", 403)},
        {},
        ("blocked: {url}/tzgg/t20230129_1.html: the site refuses to answer (HTTP status 403)",),
    ),
    "other software": (
        {"/tzgg/": HANWEB.format(NOTICE)},
        {},
        ("broken: {url}/tzgg/: no entries found in the list; its page looks like hanweb (", "), not trs"),
    ),
    "other software that can be read": (
        {"/tzgg/": f"<html><body><ul>{VSB}</ul></body></html>", "/info/1035/1.htm": article(PROSE)},
        {},
        ('broken: {url}/tzgg/: it can be read; its page looks like vsb (id="line_u6_1", /info/1035/1.htm), not trs',),
    ),
    "blocked in one column, broken in the other": (
        {"/tzgg/": Answer("no", 403)},
        {"lists": "/tzgg/ /xczg/"},
        ("broken: {url}/tzgg/: the site refuses", "; {url}/xczg/: the list answers with HTTP status 404"),
    ),
}


def declare_in(directory: Path, name: str, address: str, more: Mapping[str, str] = {}) -> Path:
    declared = {"name": "西安市民政局", "url": f"{address}/", "software": "trs", "division": "610100", **more}
    declared["lists"] = [address + path for path in more.get("lists", "/tzgg/").split()]
    path = directory / f"{name}.yml"
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return path


def name_of(case: str) -> str:
    return "610100_" + "_".join("".join(sign if sign.isalnum() else " " for sign in case.lower()).split())


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhenggai", "check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def lines_of(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], dict[str, SiteServer], Path]]:
    """The line of every case, its server, and the directory of the sites."""
    directory = tmp_path_factory.mktemp("sites")
    with ExitStack() as servers:
        asked: dict[str, SiteServer] = {}
        for case, (routes, more, _) in CASES.items():
            server = asked[case] = servers.enter_context(SiteServer(FINE | routes))
            declare_in(directory, name_of(case), server.url, more)
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            declare_in(directory, "610100_down", f"http://127.0.0.1:{unused.getsockname()[1]}")
            declared = {path: path.read_bytes() for path in directory.iterdir()}
            done = run("--sites", directory)
        assert done.returncode == 1
        assert done.stderr == ""
        assert {path: path.read_bytes() for path in directory.iterdir()} == declared, "nothing is touched without --write"
        yield lines_of(done), asked, directory


@pytest.mark.parametrize("case", CASES)
def test_a_site_is_told_as_it_is(checked: tuple[dict[str, str], dict[str, SiteServer], Path], case: str) -> None:
    lines, servers, _ = checked
    url = servers[case].url
    begins, *others = (expected.replace("{url}", url) for expected in CASES[case][2])
    line = lines[name_of(case)]
    assert line.startswith(begins), line
    for other in others:
        assert other in line


def test_there_is_one_line_a_site_in_their_order(checked: tuple[dict[str, str], dict[str, SiteServer], Path]) -> None:
    lines, _, directory = checked
    assert list(lines) == sorted(path.stem for path in directory.glob("*.yml"))


def test_a_host_that_is_down_is_named(checked: tuple[dict[str, str], dict[str, SiteServer], Path]) -> None:
    lines, _, _ = checked
    assert lines["610100_down"].startswith("broken: http://127.0.0.1:")
    assert lines["610100_down"].endswith("/tzgg/: connection refused")


def test_a_site_is_asked_for_two_pages_and_three_articles_at_most(checked: tuple[dict[str, str], dict[str, SiteServer], Path]) -> None:
    _, servers, _ = checked
    assert sorted(servers["fine"].asked()) == ["GET /tzgg/", "GET /tzgg/index_1.html", "GET /tzgg/t20230129_1.html"]
    assert sorted(servers["no candidate"].asked()) == ["GET /tzgg/", "GET /tzgg/t20230128_2.html", "GET /tzgg/t20230129_1.html"]
    assert all(len(server.asked()) <= 6 for server in servers.values())


def test_every_golden_pair_of_every_family_is_as_declared(tmp_path: Path) -> None:
    with ExitStack() as servers:
        for path in PAIRS:
            server, pair = servers.enter_context(SiteServer()), read(path)
            serve(server, pair)
            server.otherwise = article(PROSE)
            server.routes["/robots.txt"] = Answer("none", 404)
            declared = declare(path, pair, server).model_dump(exclude={"id"}, exclude_none=True)
            (tmp_path / f"{identifier(path)}.yml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
        done = run("--sites", tmp_path)
    assert {name: line for name, line in lines_of(done).items() if not line.startswith("ok: ")} == {}
    assert len(lines_of(done)) == len(PAIRS)
    assert done.returncode == 0


def test_where_links_are_followed_a_few_pages_are_judged_together(tmp_path: Path) -> None:
    columns = [(f"/c{n}/", f"工作{n}") for n in range(30)]
    links = "".join(f"<a href='{href}'>{name}</a>" for href, name in columns)
    rows = [(f"/n/{n}.html", ORDINARY, "2023-01-28") for n in range(3)]
    routes = dict.fromkeys((href for href, _ in columns), listing(rows)) | {href: article(PROSE) for href, _, _ in rows}
    routes |= {"/": f"<h1>西安市民政局</h1>{links}", "/c0/": f"<p>局长简介</p>{links}", "/robots.txt": ""}
    down = {"/": Answer("", 500)}
    bare = {"/": "<a href='/jj.htm'>简介</a>", "/jj.htm": "<p>局长简介</p>"}
    with SiteServer(routes) as fine, SiteServer(down) as broken, SiteServer(bare) as empty:
        for name, server in {"a": fine, "b": broken, "c": empty}.items():
            declare_in(tmp_path, f"610100_{name}", server.url, {"software": "links", "lists": "/"})
        lines = lines_of(run("--sites", tmp_path))
        asked = fine.asked()
    assert lines["610100_a"].startswith("ok: "), lines
    assert len([request for request in asked if "/n/" not in request]) == 8
    assert lines["610100_b"] == f"broken: {broken.url}/: the list answers with HTTP status 500"
    assert lines["610100_c"].startswith(f"broken: {empty.url}/: none of the 2 pages looked at from here lists an article")


SITE_FILE = """\
# Asked for by the archive's first reader.
name: 西安市民政局
software: trs   # since 2019
url: {url}/
last_verified: {last}   # by hand
division: "610100"

lists:
  # a notice was seen
  - {url}/tzgg/
"""


def test_write_dates_what_is_ok_and_leaves_the_rest_of_the_file(tmp_path: Path) -> None:
    with SiteServer(FINE) as fine, SiteServer({"/tzgg/": Answer("", 404)}) as broken:
        before = {
            "610100_fine": SITE_FILE.format(url=fine.url, last="null"),
            "610100_broken": SITE_FILE.format(url=broken.url, last="2020-01-01"),
        }
        for name, text in before.items():
            (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
        done = run("610100_fine", "610100_broken", "--sites", tmp_path, "--write")
    assert done.returncode == 1
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == ["ok", "broken"]
    after = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.yml")}
    assert after == before | {"610100_fine": before["610100_fine"].replace("null", TODAY)}


def test_a_site_may_be_given_by_the_path_of_its_file(tmp_path: Path) -> None:
    with SiteServer(FINE) as server:
        path = declare_in(tmp_path, "610100_x", server.url)
        done = run(path, "--write")
    assert (done.returncode, list(lines_of(done))) == (0, ["610100_x"])
    assert str(load_site(path).last_verified) == TODAY
    assert sorted(tmp_path.iterdir()) == [path], "no archive and no captures"


def test_sites_on_one_host_are_looked_at_one_after_the_other(tmp_path: Path) -> None:
    routes = {path.replace("/tzgg/", f"/{name}/"): route for name in ("a", "b") for path, route in FINE.items()}
    with SiteServer(routes) as server:
        for name in ("a", "b"):
            declare_in(tmp_path, f"610100_{name}", server.url, {"lists": f"/{name}/"})
        assert run("--sites", tmp_path).returncode == 0
        folders = [request.split("/")[1] for request in server.asked()]
    assert folders == ["a"] * 3 + ["b"] * 3


def test_ctrl_c_ends_the_check_without_a_date(tmp_path: Path) -> None:
    def slow(*_: object) -> str:
        time.sleep(20)
        return listing(FIRST)

    with SiteServer(FINE | {"/tzgg/": slow}) as server:
        path = declare_in(tmp_path, "610100_slow", server.url)
        command = [sys.executable, "-m", "zhenggai", "check", str(path), "--write"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 30
            while "GET /tzgg/" not in server.requests and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)  # the first lets the request end
            output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert "interrupted; 1 of 1 sites were not looked at to the end" in errors
    assert "Traceback" not in errors
    assert load_site(path).last_verified is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["610100_tset"], "no such site: 610100_tset (known sites: 610100_test)"),
        (["--sites", "{directory}/none"], "there are no sites"),
        (["610100_test", "--all"], "No such option"),
    ],
)
def test_wrong_use_is_explained(tmp_path: Path, arguments: list[str], message: str) -> None:
    declare_in(tmp_path, "610100_test", "http://127.0.0.1:9")
    (tmp_path / "none").mkdir()
    given = [argument.format(directory=tmp_path) for argument in arguments]
    done = CliRunner().invoke(main, ["check", *given, *(() if "--sites" in given else ("--sites", str(tmp_path)))])
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("name: x\nlast_verified: null\n", "name: x\nlast_verified: 2026-11-22\n"),
        ("name: x\nlast_verified:\n", "name: x\nlast_verified: 2026-11-22\n"),
        ("last_verified: 2025-01-01 # 何人\nname: x", "last_verified: 2026-11-22 # 何人\nname: x"),
        ("name: x\r\nlast_verified: null\r\nurl: y\r\n", "name: x\r\nlast_verified: 2026-11-22\r\nurl: y\r\n"),
        ("name: x\n# last_verified: null\n", "name: x\n# last_verified: null\nlast_verified: 2026-11-22\n"),
        ("name: x", "name: x\nlast_verified: 2026-11-22\n"),
        ("name: 'last_verified: null'\n", "name: 'last_verified: null'\nlast_verified: 2026-11-22\n"),
    ],
)
def test_the_day_is_put_in_line_by_line(tmp_path: Path, text: str, changed: str) -> None:
    path = tmp_path / "610100_x.yml"
    path.write_bytes(text.encode())
    set_last_verified(path, date(2026, 11, 22))
    assert path.read_bytes().decode() == changed
    set_last_verified(path, date(2026, 11, 22))
    assert path.read_bytes().decode() == changed


def test_a_file_without_lines_for_its_keys_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "610100_x.yml"
    path.write_text("{name: x, last_verified: null}\n", encoding="utf-8")
    with pytest.raises(SiteError, match="write `last_verified: 2026-11-22` yourself"):
        set_last_verified(path, date(2026, 11, 22))
    assert path.read_text(encoding="utf-8") == "{name: x, last_verified: null}\n"


def test_a_file_with_a_mistake_costs_its_own_site_alone(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": listing([])}) as server:
        declare_in(tmp_path, "610100_good", server.url)
        (tmp_path / "610100_bad.yml").write_text("name: x\n", encoding="utf-8")
        done = run("--sites", tmp_path)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert first.startswith(f"610100_bad: broken: {tmp_path}/610100_bad.yml: url: expected, but not there")
    assert second.startswith("610100_good: broken: ")
    assert "Traceback" not in done.stderr
