"""The replica sites, asked over HTTP as a crawler asks them."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import urlopen
from urllib.robotparser import RobotFileParser

import pytest
import yaml
from lxml import html

from crawler.sites import load_sites
from demo.content import CONTENT, Column
from demo.servers import FIRST_PORT, HOST, ReplicaServers
from demo.sites import write_sites
from demo.software import Software

TRS, VSB, HANWEB, QUERY = "610100_xamzj", "210213_jinpu", "360000_yunzhou", "430000_tangxi"
TRUTH = yaml.safe_load((Path(__file__).parent / "demo_truth.yml").read_text(encoding="utf-8"))
BODY = {TRS: ".TRS_Editor", VSB: "#vsb_content .v_news_content", HANWEB: "#zoom", QUERY: "td.nr"}
ARTICLE_LINK = re.compile(r"/t\d{8}_\d+\.html$|/info/\d+/\d+\.htm$|/art_\d+_\d+\.html$|/show\.php\?id=\d+$")


@pytest.fixture(scope="module")
def servers() -> Iterator[ReplicaServers]:
    with ReplicaServers() as started:
        yield started


def fetch(url: str, form: dict[str, str] | None = None) -> bytes:
    data = urlencode(form).encode() if form else None
    with urlopen(url, data, timeout=10) as response:
        return response.read()


def page(site: str, url: str) -> html.HtmlElement:
    return html.fromstring(fetch(url).decode("gb18030" if site == VSB else "utf-8"))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def body_text(site: str, url: str) -> str:
    container = page(site, url).cssselect(BODY[site])[0]
    for style in container.cssselect("style"):
        style.drop_tree()
    return container.text_content()


def article_links(base: str, markup: html.HtmlElement | str) -> list[str]:
    tree = html.fromstring(markup) if isinstance(markup, str) else markup
    return [url for link in tree.xpath("//a/@href") if ARTICLE_LINK.search(url := urljoin(base, link))]


def walk_trs(first: str) -> Iterator[list[str]]:
    """Ask for index_1, index_2 … as often as the first page's script says."""
    tree = page(TRS, first)
    total, current = re.search(r'createPageHTML\((\d+), (\d+), "index", "html"\)', tree.text_content()).groups()
    assert current == "0"
    yield article_links(first, tree)
    for number in range(1, int(total)):
        yield article_links(first, page(TRS, urljoin(first, f"index_{number}.html")))
    with pytest.raises(HTTPError, match="404"):
        fetch(urljoin(first, f"index_{total}.html"))


def walk_vsb(first: str) -> Iterator[list[str]]:
    """Follow 下页; the number in the address counts down to 1."""
    url, numbers = first, []
    while True:
        tree = page(VSB, url)
        yield article_links(url, tree)
        following = tree.cssselect(".p_next a")
        if not following:
            break
        url = urljoin(url, following[0].get("href"))
        numbers.append(int(re.search(r"/(\d+)\.htm$", url)[1]))
    assert numbers == list(range(len(numbers), 0, -1))
    assert tree.cssselect(".p_t")[0].text_content().endswith(f"{len(numbers) + 1}/{len(numbers) + 1}")


def walk_hanweb(first: str) -> Iterator[list[str]]:
    """Take the embedded records, then ask the data proxy for the rest, a group of three display pages at a time."""
    script = fetch(first).decode("utf-8")
    total, per_page = (int(re.search(rf"{name}: (\d+)", script)[1]) for name in ("totalRecord", "perPage"))
    column, unit = re.search(r"columnid=(\d+)&unitid=(\d+)", script).groups()
    group = 3 * per_page
    yield records(first, script)
    for start in range(group + 1, total + 1, group):
        address = urljoin(
            first, f"/module/web/jpage/dataproxy.jsp?startrecord={start}&endrecord={min(total, start + group - 1)}&perpage={per_page}"
        )
        yield records(first, fetch(address, {"col": "1", "webid": "73", "columnid": column, "unitid": unit}).decode("utf-8"))


def records(first: str, answer: str) -> list[str]:
    rows = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", answer, re.DOTALL)
    return article_links(first, "".join(rows))


def walk_query(first: str) -> Iterator[list[str]]:
    """Count up until a page repeats the one before."""
    before: list[str] = []
    for number in range(1, 50):
        links = article_links(first, page(QUERY, f"{first}&page={number}"))
        if links == before:
            return
        yield links
        before = links
    pytest.fail("the list has no end")


WALKS: dict[str, Callable[[str], Iterator[list[str]]]] = {TRS: walk_trs, VSB: walk_vsb, HANWEB: walk_hanweb, QUERY: walk_query}


def listed_columns(software: Software) -> list[Column]:
    return [column for column in software.replica.columns if column.listed]


@pytest.mark.parametrize("site", WALKS)
def test_every_article_is_reached_by_walking_the_lists(servers: ReplicaServers, site: str) -> None:
    software, address = servers.sites[site], servers.addresses[site]
    assert len(listed_columns(software)) >= 2
    for column in listed_columns(software):
        pages = list(WALKS[site](address + software.column_path(column)))
        walked = [link for links in pages for link in links]
        assert len(pages) >= 2
        assert sorted(walked) == sorted(address + software.article_path(article) for article in software.replica.in_column(column))


@pytest.mark.parametrize("site", WALKS)
def test_home_page_leads_to_every_column(servers: ReplicaServers, site: str) -> None:
    software, address = servers.sites[site], servers.addresses[site]
    links = {urljoin(f"{address}/", link) for link in page(site, f"{address}/").xpath("//a/@href")}
    assert {address + software.column_path(column) for column in software.replica.columns} <= links


@pytest.mark.parametrize("site", WALKS)
def test_every_article_is_printed_in_full(servers: ReplicaServers, site: str) -> None:
    software, address = servers.sites[site], servers.addresses[site]
    for article in software.replica.articles:
        url = address + software.article_path(article)
        assert squeeze(body_text(site, url)) == squeeze("".join(article.paragraphs)), url
        assert article.title in page(site, url).text_content()


@pytest.mark.parametrize("site", WALKS)
def test_pages_carry_a_footer_with_contacts_that_no_notice_names(servers: ReplicaServers, site: str) -> None:
    software, address = servers.sites[site], servers.addresses[site]
    article = software.replica.articles[0]
    printed = page(site, address + software.article_path(article)).text_content()
    for line in software.replica.footer:
        assert line in printed
        assert not set(re.findall(r"[\d-]{7,}|\S+@\S+", line)) & set(re.findall(r"[\d-]{7,}|\S+@\S+", "\n".join(article.paragraphs)))


@pytest.mark.parametrize(
    ("site", "path", "seed"),
    [
        (TRS, "/zwgk/tzgg/201908/t20190805_1156034.html", "000_c0585779b412e9c9.txt"),
        (VSB, "/info/1035/28022.htm", "003_cbc633ed1b1a49a9.txt"),
    ],
)
def test_real_notices_are_published_word_for_word(servers: ReplicaServers, site: str, path: str, seed: str) -> None:
    original = (CONTENT / site / seed).read_text(encoding="utf-8")
    url = servers.addresses[site] + path
    (title,) = page(site, url).cssselect("h1, .ny_article h2")
    published = squeeze(body_text(site, url))
    assert squeeze(original) in (published, squeeze(title.text_content()) + published)


def test_vsb_bytes_are_gb18030_but_declared_gb2312(servers: ReplicaServers) -> None:
    with urlopen(f"{servers.addresses[VSB]}/info/1035/25518.htm", timeout=10) as response:
        assert response.headers["Content-Type"] == "text/html"
        content = response.read()
    assert b"charset=gb2312" in content
    assert "党工委书记王𬍛任组长" in content.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        content.decode("gbk")


def test_robots_txt_forbids_what_the_home_page_links_to(servers: ReplicaServers) -> None:
    address = servers.addresses[TRS]
    robots = RobotFileParser()
    robots.parse(fetch(f"{address}/robots.txt").decode().splitlines())
    links = [urljoin(f"{address}/", link) for link in page(TRS, f"{address}/").xpath("//a/@href")]
    (forbidden,) = {link for link in links if link.endswith("/ztzl/xczg/")}
    assert not robots.can_fetch("anyone", forbidden)
    assert robots.can_fetch("anyone", f"{address}/zwgk/tzgg/")
    assert fetch(forbidden)  # it is there: only robots.txt says no


def test_hanweb_has_no_robots_txt(servers: ReplicaServers) -> None:
    with pytest.raises(HTTPError, match="404"):
        fetch(f"{servers.addresses[HANWEB]}/robots.txt")


def test_data_proxy_answers_for_its_own_unit_only(servers: ReplicaServers) -> None:
    address = f"{servers.addresses[HANWEB]}/module/web/jpage/dataproxy.jsp"
    with pytest.raises(HTTPError, match="404"):
        fetch(f"{address}?startrecord=46&endrecord=60&perpage=15", {"columnid": "1045", "unitid": "1"})
    with pytest.raises(HTTPError, match="400"):
        fetch(f"{address}?startrecord=x&endrecord=60", {"columnid": "1045", "unitid": "765045"})


def test_unknown_article_of_the_query_site_is_a_soft_404(servers: ReplicaServers) -> None:
    assert "您访问的页面不存在" in fetch(f"{servers.addresses[QUERY]}/show.php?id=1").decode("utf-8")


@pytest.mark.parametrize("path", ["/zwgk/tzgg/202001/t20190805_1156034.html", "/zwgk/tzgg/index_99.html", "/nothing"])
def test_unknown_address_of_a_static_site_is_404(servers: ReplicaServers, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        fetch(servers.addresses[TRS] + path)


@pytest.mark.parametrize("expected", TRUTH, ids=lambda notice: notice["path"])
def test_expected_facts_stand_in_the_published_page(servers: ReplicaServers, expected: dict) -> None:
    url = servers.addresses[expected["site"]] + expected["path"]
    text = squeeze(body_text(expected["site"], url))
    quoted = [expected[key] for key in ("inspected_body_raw", "inspection_team", "address", "postcode")]
    for words in [*quoted, *expected["problems"], *expected["phones"], *expected["emails"]]:
        assert words is None or squeeze(words) in text
    assert expected["title"] in page(expected["site"], url).text_content()


def test_declarations_are_accepted_by_the_crawler(servers: ReplicaServers, tmp_path: Path) -> None:
    write_sites(tmp_path, servers.sites, servers.addresses)
    sites = {site.id: site for site in load_sites(tmp_path)}
    assert sites.keys() == servers.sites.keys()
    assert all(site.replica for site in sites.values())
    assert sites[TRS].lists == [f"{servers.addresses[TRS]}/zwgk/tzgg/", f"{servers.addresses[TRS]}/xwzx/gzdt/"]
    assert sites[VSB].area == "金普新区"


def test_sites_listen_on_loopback_only(servers: ReplicaServers) -> None:
    assert all(address.startswith(f"http://{HOST}:") for address in servers.addresses.values())


def test_remembered_ports_are_kept_and_freed() -> None:
    with ReplicaServers() as first:
        remembered = ports(first)
    with ReplicaServers(remembered) as second:
        assert ports(second) == remembered


def test_port_in_use_and_reserved_port_are_avoided() -> None:
    with socket.create_server((HOST, 0)) as occupied:
        taken = occupied.getsockname()[1]
        with ReplicaServers({TRS: taken}, reserved={FIRST_PORT}) as servers:
            found = ports(servers)
    assert found[TRS] != taken
    assert FIRST_PORT not in found.values()
    assert len(set(found.values())) == len(found)


def ports(servers: ReplicaServers) -> dict[str, int]:
    return {site: int(address.rpartition(":")[2]) for site, address in servers.addresses.items()}
