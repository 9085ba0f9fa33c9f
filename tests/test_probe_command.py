"""`zhenggai probe` and `zhenggai crawl URL` as they are typed, on the replica sites and on sites that cannot be told."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from crawling import NOTICE, ORDINARY, Answer, SiteServer, listing

from crawler.sites import load_site
from demo.servers import ReplicaServers
from demo.sites import write_sites
from zhenggai.__main__ import main

TRS, VSB, HANWEB, QUERY = "610100_xamzj", "210213_jinpu", "360000_yunzhou", "430000_tangxi"
GIVEN = {HANWEB: ("--division", "360000"), QUERY: ("--division", "430000")}
"""Two replicas are of invented places, which no table knows."""
STARTS = [
    (TRS, "/"),
    (TRS, "/zwgk/tzgg/"),
    (TRS, "/zwgk/tzgg/201908/t20190805_1156034.html"),
    (VSB, "/"),
    (VSB, "/tzgg.htm"),
    (VSB, "/info/1035/28022.htm"),
    (HANWEB, "/"),
    (HANWEB, "/col/col1045/index.html"),
    (HANWEB, "/art/2023/4/27/art_1045_20931.html"),
    (QUERY, "/"),
    (QUERY, "/list.php?cid=12"),
    (QUERY, "/show.php?id=731"),
]


def probe(*arguments: str) -> Result:
    """Without a Python of its own; the look at the site takes place in another process anyway."""
    return CliRunner().invoke(main, ["probe", *arguments])


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "zhenggai", *arguments], capture_output=True, text=True, timeout=90, check=False)


@pytest.fixture(scope="module")
def servers() -> Iterator[ReplicaServers]:
    with ReplicaServers() as started:
        yield started


@pytest.fixture(scope="module")
def declared(servers: ReplicaServers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("declared")
    write_sites(directory, servers.sites, servers.addresses)
    return directory


def notices(db: Path) -> set[str]:
    with sqlite3.connect(db) as archive:
        return {url for (url,) in archive.execute("SELECT url FROM notices")}


@pytest.mark.parametrize(("site", "path"), STARTS)
def test_a_replica_is_declared_from_any_of_its_pages(servers: ReplicaServers, declared: Path, tmp_path: Path, site: str, path: str) -> None:
    done = probe(servers.addresses[site] + path, "--write", "--sites", str(tmp_path), *GIVEN.get(site, ()))
    assert done.exit_code == 0, done.stderr
    (written,) = tmp_path.glob("*.yml")
    found, known = load_site(written), load_site(declared / f"{site}.yml")
    assert (found.software, found.division, found.url) == (known.software, known.division, known.url)
    assert sorted(found.lists) == sorted(known.lists)
    assert found.name == known.name
    assert str(written) in done.stdout.replace("\n", "")


def test_what_is_written_finds_the_notices_that_the_replicas_own_files_find(
    servers: ReplicaServers, declared: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    for site, address in servers.addresses.items():
        assert probe(f"{address}/", "--write", "--sites", str(written), *GIVEN.get(site, ())).exit_code == 0
    for name, directory in (("own", declared), ("written", written)):
        run("crawl", "--all", "--sites", str(directory), "--db", str(tmp_path / f"{name}.db"))
    own = notices(tmp_path / "own.db")
    assert own
    assert notices(tmp_path / "written.db") == own


def test_samples_are_shown_as_they_were_read(servers: ReplicaServers, tmp_path: Path) -> None:
    done = probe(f"{servers.addresses[VSB]}/info/1035/28022.htm", "--sites", str(tmp_path))
    for shown in ("gb18030", ".v_news_content", "2025-06-18", "中共大连金普新区民政局党组", "software: vsb", "area: 金普新区"):
        assert shown in done.stdout
    assert list(tmp_path.iterdir()) == []  # nothing is written without --write


def test_a_column_that_robots_txt_forbids_is_named_and_left_out(servers: ReplicaServers) -> None:
    done = probe(f"{servers.addresses[TRS]}/")
    assert "/ztzl/xczg/: robots.txt forbids it" in done.stdout
    assert "- http" in done.stdout
    assert f"- {servers.addresses[TRS]}/ztzl/xczg/" not in done.stdout


def test_a_file_that_is_there_is_left_alone(servers: ReplicaServers, tmp_path: Path) -> None:
    arguments = (f"{servers.addresses[TRS]}/", "--write", "--sites", str(tmp_path))
    probe(*arguments)
    (written,) = tmp_path.glob("*.yml")
    written.write_text("name: mine\n", encoding="utf-8")
    done = probe(*arguments)
    assert done.exit_code == 1
    assert f"{written}: is there already" in done.stderr
    assert written.read_text(encoding="utf-8") == "name: mine\n"


def test_an_address_is_probed_and_crawled_in_one_go(servers: ReplicaServers, tmp_path: Path) -> None:
    done = run("crawl", f"{servers.addresses[VSB]}/", "--db", str(tmp_path / "archive.db"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "vsb" in done.stderr
    assert f"{servers.addresses[VSB]}/info/1035/28022.htm" in notices(tmp_path / "archive.db")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".yml"] == []


def test_the_address_of_an_interface_is_declared(tmp_path: Path) -> None:
    """It answers JSON, and a page's tags stand in it."""
    rows = ",".join(f'{{"title": "<b>{ORDINARY}</b>（{n}）", "url": "/content/{n}.html", "date": "2023-01-0{n}"}}' for n in range(1, 6))
    answer = f'{{"code": 200, "data": {{"total": 5, "records": [{rows}]}}}}'
    with SiteServer({"/": page("<a href='/channel/tzgg'>通知公告</a>"), "/api/content/list": answer}) as server:
        done = probe(f"{server.url}/api/content/list?channel=tzgg&page=1&size=20", "--write", "--sites", str(tmp_path))
    assert done.exit_code == 0, done.stderr
    (written,) = tmp_path.glob("610100_*.yml")
    assert (load_site(written).software, load_site(written).paging) == ("json", "?page={page}")


def test_a_division_that_no_page_tells_must_be_given(servers: ReplicaServers) -> None:
    done = probe(f"{servers.addresses[HANWEB]}/")
    assert done.exit_code == 1
    assert "cannot tell which division" in done.stderr
    assert "昀州市人民政府" in done.stderr
    assert "--division" in done.stderr


def page(body: str) -> Answer:
    return Answer(f"<html><head><meta charset='utf-8'><title>西安市民政局</title></head><body>{body}</body></html>")


TRS_LINK = "<a href='/x/202301/t20230131_9.html'>中共西安市民政局党组关于巡察整改情况的通报</a>"


@pytest.mark.parametrize(
    ("routes", "messages"),
    [
        ({}, ["is no page to begin with (HTTP status 404)"]),
        ({"/": Answer("no", 403)}, ["refuses to answer (HTTP status 403)"]),
        ({"/robots.txt": "User-agent: *\nDisallow: /\n", "/": page(TRS_LINK)}, ["robots.txt forbids it"]),
        ({"/robots.txt": Answer("no", 403), "/": page(TRS_LINK)}, ["held off: robots.txt answers with HTTP status 403"]),
        (
            {"/": page("<a href='/a.html'>你好</a>")},
            ["software is not known", "trs, ", "docs/site-software.md", "none of them lists anything"],
        ),
        (
            {"/": page("<div id='app'></div><script src='/app.js'></script>")},
            ["software is not known", "Nor does any page lead on", "made by script", "Try the address of a list"],
        ),
        (
            {"/": page(TRS_LINK + "<a href='/tzgg/'>通知公告</a>")},
            ["none of its columns could be read", "/tzgg/: the list answers with HTTP status 404"],
        ),
    ],
)
def test_a_site_that_cannot_be_declared_is_explained(routes: dict[str, Answer | str], messages: list[str], tmp_path: Path) -> None:
    with SiteServer({"/robots.txt": Answer("none", 404)} | routes) as server:
        done = probe(f"{server.url}/", "--write", "--sites", str(tmp_path))
    assert done.exit_code == 1
    for message in messages:
        assert message in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


NOTICE_PAGE = page(
    f"<h2>{NOTICE}</h2><p>2022年3月1日至4月30日，市委第二巡察组对市民政局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。</p>"
    "<p>一、关于“漏保错保”的问题。</p><p>整改情况：逐户核查，已完成整改。</p>"
    "<p>二、关于“公车管理松散”的问题。</p><p>整改情况：修订办法一项，已完成整改。</p>"
)
HAND_MADE: dict[str, Answer | str] = {
    "/robots.txt": Answer("none", 404),
    "/": page("<div onclick=\"location.href='/gk/'\">政务公开</div><a href='/jj.htm'>局长简介</a>"),
    "/gk/": page("<a href='/zg/'>巡察整改</a>"),
    "/zg/": page(f"<p><a href='/wz/7.htm'>{NOTICE}</a></p><p><a href='/wz/8.htm'>关于做好2023年清明祭扫工作的通知</a></p>"),
    "/wz/7.htm": NOTICE_PAGE,
    "/wz/8.htm": page("<p>请各科室、各直属单位认真做好2023年清明祭扫的各项服务保障工作，并按时报送有关情况。</p>"),
    "/jj.htm": page("<p>局长的简介。</p>"),
}


def test_a_site_of_no_known_software_is_declared_to_be_followed_by_its_links(tmp_path: Path) -> None:
    with SiteServer(HAND_MADE) as server:
        done = probe(f"{server.url}/", "--write", "--sites", str(tmp_path))
        (written,) = tmp_path.glob("*.yml")
        declared = load_site(written)
        assert (declared.software, declared.lists, declared.division) == ("links", [f"{server.url}/"], "610100")
        server.asked()
        in_one_go = run("crawl", f"{server.url}/", "--db", str(tmp_path / "a.db"))
        asked = server.asked()
        by_file = run("crawl", str(written), "--db", str(tmp_path / "a.db"))
        asked_again = server.asked()
        assert run("check", str(written)).stdout.startswith(f"{written.stem}: ok: ")
        assert notices(tmp_path / "a.db") == {f"{server.url}/wz/7.htm"}
    shown = "".join(done.stdout.split())
    for said in ("software is not known", "from link to link within the site", "at most 5 links", "1000 pages", "/zg/: 2 entries", "yes:"):
        assert "".join(said.split()) in shown.replace("│", "")
    assert (done.exit_code, in_one_go.returncode, by_file.returncode) == (0, 0, 0)
    assert "links (no family fits: its links are followed)" in in_one_go.stderr
    assert asked.count("GET /wz/7.htm") == 2  # the sample, and the crawl
    assert asked_again == ["GET /", "GET /gk/", "GET /zg/"]


def test_a_notice_on_a_site_of_no_known_software_is_no_place_to_begin(tmp_path: Path) -> None:
    long_page = Answer(str(NOTICE_PAGE.body).replace("已完成整改。", "已完成整改，并建立长效机制，定期督促检查。" * 30))
    with SiteServer(HAND_MADE | {"/wz/7.htm": long_page}) as server:
        done = probe(f"{server.url}/wz/7.htm", "--write", "--sites", str(tmp_path))
        (written,) = tmp_path.glob("*.yml")
        assert load_site(written).lists == [f"{server.url}/"]
    assert "西安市民政局党组" in done.stdout


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ({"/": page(TRS_LINK), "/x/202301/t20230131_9.html": NOTICE_PAGE}, "no link on"),
        (
            {
                "/": page("<form><input name='__VIEWSTATE'></form><a href='/tz.aspx'>通知公告</a>"),
                "/tz.aspx": page(f"<p><a href='/show.htm'>{NOTICE}</a></p>"),
                "/show.htm": NOTICE_PAGE,
            },
            "no column of it lists anything in the way of that software",
        ),
    ],
)
def test_a_family_without_a_column_that_can_be_read_is_followed_by_its_links(
    routes: dict[str, Answer | str], said: str, tmp_path: Path
) -> None:
    with SiteServer({"/robots.txt": Answer("none", 404)} | routes) as server:
        done = probe(f"{server.url}/", "--write", "--sites", str(tmp_path))
        crawled = run("crawl", f"{server.url}/", "--db", str(tmp_path / "a.db"))
        assert notices(tmp_path / "a.db") != set()
    (written,) = tmp_path.glob("*.yml")
    assert load_site(written).software == "links"
    assert "".join(said.split()) in "".join(done.stdout.split()).replace("│", "")
    assert crawled.returncode == 0, crawled.stdout


def test_a_site_that_is_not_there_is_explained() -> None:
    with SiteServer() as server:
        address = server.url
    done = probe(f"{address}/")
    assert done.exit_code == 1
    assert f"{address}/: connection refused" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["probe", "mzj.example"], "begins with http:// or https://"),
        (["probe", "http://mzj.example/", "--division", "999999"], "has no such code"),
        (["crawl", "610100_x", "--division", "610100"], "given by its address"),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_probing_asks_for_two_dozen_pages_at_most(tmp_path: Path) -> None:
    columns = "".join(f"<a href='/{name}/'>{name}</a>" for name in ("巡察整改", "通知公告", "公示公告", "工作动态", "党建", "动态", "公告"))
    rows = [(f"/x/t2023010{n}_{n}.html", NOTICE, f"2023-01-0{n}") for n in range(1, 9)]
    with SiteServer(
        {"/": page(columns)} | {f"/x/t2023010{n}_{n}.html": page("<div class='TRS_Editor'>x</div>") for n in range(1, 9)}
    ) as server:
        server.routes.update(dict.fromkeys((f"/{quoted}/" for quoted in QUOTED), listing(rows)))
        probe(f"{server.url}/", "--write", "--sites", str(tmp_path))
        asked = server.asked()
    assert 3 < len(asked) <= 24
    (written,) = tmp_path.glob("610100_*.yml")
    assert len(load_site(written).lists) == 7


QUOTED = [
    "%E5%B7%A1%E5%AF%9F%E6%95%B4%E6%94%B9",
    "%E9%80%9A%E7%9F%A5%E5%85%AC%E5%91%8A",
    "%E5%85%AC%E7%A4%BA%E5%85%AC%E5%91%8A",
    "%E5%B7%A5%E4%BD%9C%E5%8A%A8%E6%80%81",
    "%E5%85%9A%E5%BB%BA",
    "%E5%8A%A8%E6%80%81",
    "%E5%85%AC%E5%91%8A",
]
