"""The page /archive/status says what `zhenggai status` prints, in words of the reader's language."""

from pathlib import Path

import pytest
import yaml
from lxml import html
from publishing import answer
from sqlite_utils import Database
from test_status import days_ago, fill

from pipelines.archive import open_archive
from pipelines.health import figures_of_sites, reasons
from pipelines.monitors import Monitors, Thresholds
from pipelines.visits import utc_now

PAGE_SIZE = 100
"""Sites a page."""
BROKEN = {"errors": 2}
REFUSED = {"blocked": 3, "finish_reason": "blocked"}


def add_pages(archive: Database, site: str) -> None:
    """Notices and rejections of which the recent ones are in every way worse than those before."""
    first = 1 + archive.table("notices").count
    good = {"site": site, "title": "通报", "published": "2026-01-01", "extractor": "TRS_Editor", "first_seen": days_ago(100)}
    bad = good | {"published": None, "extractor": "trafilatura", "first_seen": days_ago(2)}
    archive.table("notices").insert_all({"id": first + number} | (good if number < 20 else bad) for number in range(40))
    archive.table("rejections").insert_all({"url": f"http://x/{number}", "site": site, "judged_at": days_ago(1)} for number in range(50))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a site for every reason, two that are well, and one whose every crawl was killed."""
    path = tmp_path_factory.mktemp("status") / "archive.db"
    archive = open_archive(path)
    fill(archive, *[{}] * 5, site="a_good")
    fill(archive, *[{"errors": 1}] * 2, site="b_good", state="error")
    fill(archive, *[{}] * 2, *[REFUSED] * 2, site="refused", state="blocked")
    fill(archive, *[{}] * 4, *[BROKEN] * 3, {"listed": 3}, site="fewer")
    fill(archive, *[{}] * 2, *[BROKEN] * 3, site="broken", last_success=days_ago(9))
    fill(archive, *[{"listed": 0}] * 20, site="silent", last_new_notice=days_ago(500))
    fill(archive, *[{}] * 5, site="worse")
    add_pages(archive, "worse")
    fill(archive, site="never", last_crawl=None, last_success=None, last_new_notice=None, state=None)
    archive.conn.commit()
    archive.close()
    return path


def page(path: Path, query: str = "") -> html.HtmlElement:
    response = answer(path, f"/archive/status{query}")
    assert response.status_code == 200
    return html.fromstring(response.text)


def shown_reasons(tree: html.HtmlElement) -> dict[str, list[str]]:
    items = tree.xpath("//section[@aria-labelledby='needing']//li")
    return {item.xpath("string(small)"): [span.text_content().strip() for span in item.xpath("span")] for item in items}


@pytest.mark.parametrize("query", ["?lang=zh", "?lang=en"])
def test_every_reason_of_the_command_has_its_words(path: Path, query: str) -> None:
    archive = Database(path)
    found = {figures.site: reasons(figures, Thresholds()) for figures in figures_of_sites(archive, Monitors(), utc_now())}
    said = shown_reasons(page(path, query))
    assert {site: len(words) for site, words in said.items()} == {site: len(named) for site, named in found.items() if named}
    assert all(word for words in said.values() for word in words)
    # Thresholds that say how something is counted are no reasons.
    counting = {"history_crawls", "fewest_crawls", "recent_days", "fewest_pages"}
    assert {reason.threshold for named in found.values() for reason in named} == Thresholds.model_fields.keys() - counting


def test_figures_stand_in_the_words(path: Path) -> None:
    said = shown_reasons(page(path))
    assert said["refused"][0] == "连续 2 次采集被网站拒绝，最近一次拒绝了 3 个网页"
    assert "最近一次采集列出 3 条，以往一般 40 条，列表的版式可能变了" in said["fewer"]
    assert "读到的比以往少：published（100% → 0%）" in said["worse"]
    assert said["never"] == ["还没有采集过"]
    assert shown_reasons(page(path, "?lang=en"))["refused"][0] == "refused the last 2 crawls (3 pages at the last)"


def test_those_who_need_a_person_come_first_and_each_has_its_line(path: Path) -> None:
    tree = page(path)
    assert tree.xpath("string(//dl[@class='numbers']/div[dt='采集过的网站']/dd)") == "8"
    assert tree.xpath("string(//dl[@class='numbers']/div[dt='需要人工处理的网站']/dd)") == "6"
    rows = [[cell.text_content().strip() for cell in row] for row in tree.xpath("//tbody/tr")]
    links = tree.xpath("//tbody/tr/th/a/@href")
    assert links[-2:] == ["/archive/sites/a_good", "/archive/sites/b_good"]
    refused = rows[links.index("/archive/sites/refused")]
    assert refused[1] == "原网站拒绝访问"
    assert refused[5:] == ["0", "40", "—", "0", "—", "3", "0"]
    assert rows[links.index("/archive/sites/worse")][9] == "71%"
    assert rows[links.index("/archive/sites/never")][1:5] == ["还没有采集过", "—", "—", "—"]


def test_thresholds_are_those_beside_the_archive(path: Path) -> None:
    beside = path.with_name("monitors.yml")
    beside.write_text(yaml.safe_dump({"thresholds": {"blocked_crawls": 3}}), "utf-8")
    assert "refused" not in shown_reasons(page(path))
    beside.write_text("webhook: {url: 'https://x.example/secret', timeout: 1}", "utf-8")
    tree = page(path)
    assert "monitors.yml 有误" in tree.text_content()
    assert "secret" not in tree.text_content()
    assert "refused" in shown_reasons(tree)
    beside.unlink()


def test_an_empty_archive_says_so_and_every_page_leads_here(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db").close()
    tree = page(tmp_path / "archive.db")
    assert tree.xpath("string(//p[@class='empty'])") == "还没有采集过任何网站。"
    assert tree.xpath("//footer//a[@href='/archive/status']")
    assert html.fromstring(answer(tmp_path / "archive.db", "/about").text).xpath("//main//a[@href='/archive/status']")


def test_many_sites_are_shown_page_by_page(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    for number in range(PAGE_SIZE + 5):
        fill(archive, {"listed": 0} if number == PAGE_SIZE + 2 else {}, site=f"s{number:04}")
    archive.conn.commit()
    first, second = page(tmp_path / "archive.db"), page(tmp_path / "archive.db", "?page=2")
    assert list(shown_reasons(first)) == [f"s{PAGE_SIZE + 2:04}"]
    assert [len(tree.xpath("//tbody/tr")) for tree in (first, second)] == [PAGE_SIZE, 5]
    assert [tree.xpath("//nav[@class='pages']/a/@href") for tree in (first, second)] == [["?page=2"], ["?page=1"]]
    assert len(page(tmp_path / "archive.db", "?page=none").xpath("//tbody/tr")) == PAGE_SIZE
    assert page(tmp_path / "archive.db", "?page=9").xpath("//tbody/tr") == []


@pytest.mark.parametrize(
    ("crawl", "state", "shown"),
    [
        ({"requests": 312, "errors": 1}, "error", "部分网页出错 312 个应答中有 1 处"),
        ({"requests": 3, "listed": 0, "errors": 3}, "error", "访问出错"),
        ({"requests": 3, "listed": 0, "blocked": 1}, "blocked", "原网站拒绝访问"),
        ({"requests": 312}, "live", "读取正常"),
    ],
)
def test_a_site_of_which_some_pages_failed_is_no_site_that_failed(tmp_path: Path, crawl: dict[str, int], state: str, shown: str) -> None:
    archive = open_archive(tmp_path / "archive.db")
    fill(archive, crawl, {"finish_reason": "shutdown"}, state=state, site="s")
    archive.conn.commit()
    archive.close()
    for address, place in (("/archive/sites/s", "//dl[@class='facts-list']/dd[3]"), ("/archive/status", "//tbody/tr/td[1]")):
        (found,) = html.fromstring(answer(tmp_path / "archive.db", address).text).xpath(place)
        assert " ".join(found.text_content().split()) == shown, address
